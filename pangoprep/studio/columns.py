"""The tab of columns: what the entity needs, which column is which field, and what is added."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

from pangoprep.entities.fields import FieldFacts
from pangoprep.entities.rules import AnyOf
from pangoprep.matching.claims import Match
from pangoprep.matching.mapping import id_sources
from pangoprep.report.faces.map_words import say_reasons
from pangoprep.studio.desk import Answer, Desk
from pangoprep.studio.messages import Message
from pangoprep.studio.problems import field_label
from pangoprep.studio.row_table import cell_texts, shown_masked

N_SAMPLES = 3
_LOOKED_AT = 200


class ColumnsPart:
    """Answers what the tab of columns asks.

    Parameters
    ----------
    desk
        The rows.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.answers: dict[str, Callable[[Message], Answer]] = {"columns": self._list_columns}

    def _list_columns(self, message: Message) -> Answer:
        examined = self._desk.bench.report.examined
        matches = examined.column_map.matches
        samples = self._samples()
        facts = examined.entity.fields()
        used = {column: name for name, column in examined.sources.items()}
        columns = [
            {
                "place": place,
                "name": str(match.column),
                "samples": samples[place],
                "field": used.get(match.column),
                "reasons": self._reasons(match),
            }
            for place, match in enumerate(matches)
        ]
        return {
            "type": "columns",
            "needed": self._needed(facts),
            "conflicts": self._conflicts(columns),
            "columns": columns,
            "fields": [
                {"field": name, "label": field_label(known, name, self._desk.words)}
                for name, known in facts.items()
            ],
            "constants": [
                {"field": name, "value": self._added(name, value)}
                for name, value in examined.values.by_field.items()
            ],
        }

    def _samples(self) -> list[list[str]]:
        examined = self._desk.bench.report.examined
        head = examined.came(np.arange(min(examined.n_rows, _LOOKED_AT)))
        fields = {column: name for name, column in examined.sources.items()}
        found = []
        for place, column in enumerate(head.columns):
            texts = cell_texts(head.iloc[:, place]).drop_null().unique()[:N_SAMPLES]
            if not self._desk.is_revealed:
                texts = shown_masked(texts, examined, fields.get(column))
            found.append([text[:60] for text in texts.to_pylist()])
        return found

    def _reasons(self, match: Match) -> str:
        words = self._desk.words
        told = [
            f"{claim.field}: {words.report.percent(claim.confidence)}, "
            f"{say_reasons(claim.reasons, words.report)}"
            for claim in match.claims[:3]
        ]
        return "; ".join(told)

    def _needed(self, facts: Mapping[str, FieldFacts]) -> list[Answer]:
        """Say of each field that every record must have where it comes from."""
        examined, words = self._desk.bench.report.examined, self._desk.words
        needed = []
        known = {*examined.sources, *examined.values.by_field}
        required = [name for name, known in facts.items() if known.required]
        for name in dict.fromkeys([*examined.entity.key, *required]):
            column = examined.sources.get(name)
            if name in examined.values.by_field:
                text, ok = words("columns.made"), True
            elif column is not None:
                text, ok = words("columns.from", column=column), True
            else:
                sources = id_sources(name, known)
                text = words("columns.make", fields=self._named(sources, ", ")) if sources else ""
                text, ok = text or words("columns.absent"), False
            label = field_label(facts.get(name), name, words)
            made = {"make": [] if ok else sources, "lacks": [] if ok else [name]}
            needed.append({"field": name, "label": label, "text": text, "ok": ok, **made})
        return [*needed, *self._needed_one_of(known)]

    def _needed_one_of(self, known: Collection[str]) -> list[Answer]:
        """Say of fields that can stand for each other which of them there are."""
        examined, words = self._desk.bench.report.examined, self._desk.words
        needed = []
        for rule in examined.entity.rules:
            if not isinstance(rule, AnyOf):
                continue
            there = [
                fields for fields in rule.alternatives if all(name in known for name in fields)
            ]
            columns = [examined.sources.get(name) for fields in there for name in fields]
            found = ", ".join(str(column) for column in columns if column is not None)
            made = words("columns.from", column=found) if found else words("columns.made")
            first = [fields[0] for fields in rule.alternatives]
            label = f" {words('columns.or')} ".join(
                self._named(fields, " + ") for fields in rule.alternatives
            )
            text = made if there else words("columns.absent")
            lacks = [] if there else first
            needed.append(
                {"field": rule.field, "label": label, "text": text, "ok": bool(there)}
                | {"make": [], "lacks": lacks}
            )
        return needed

    def _named(self, names: Collection[str], between: str) -> str:
        facts = self._desk.bench.report.examined.entity.fields()
        words = self._desk.words
        return between.join(field_label(facts.get(name), name, words) for name in names)

    @property
    def is_lacking(self) -> bool:
        """Whether something that every record needs has no column."""
        return not all(one["ok"] for one in self._needed(self._desk.bench.report.examined.facts))

    def _conflicts(self, columns: list[Answer]) -> list[Answer]:
        """Put columns side by side that could be the same field."""
        examined, words = self._desk.bench.report.examined, self._desk.words
        rivals: dict[str, list[int]] = {}
        for place, match in enumerate(examined.column_map.matches):
            for claim in match.claims:
                rivals.setdefault(claim.field, []).append(place)
        facts = examined.entity.fields()
        return [
            {
                "field": name,
                "label": field_label(facts.get(name), name, words),
                "columns": [
                    {**columns[place], "used": columns[place]["field"] == name} for place in places
                ],
            }
            for name, places in rivals.items()
            if len(places) > 1
        ]

    def _added(self, name: str, value: Any) -> str:
        facts = self._desk.bench.report.examined.facts.get(name)
        if facts is not None and facts.personal and not self._desk.is_revealed:
            return "•••"
        return str(value)
