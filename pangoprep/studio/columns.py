"""The tab of columns: what the entity needs, which column is which field, and what is added."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from pangoprep.call_words import either
from pangoprep.entities.custom_fields import next_custom_fields
from pangoprep.entities.fields import FieldFacts
from pangoprep.matching.claims import Match
from pangoprep.matching.map_words import say_match, say_reasons
from pangoprep.matching.spelling import claims
from pangoprep.matching.unfolding import unfold
from pangoprep.matching.values import Joined
from pangoprep.studio.column_questions import ColumnQuestions
from pangoprep.studio.desk import Desk
from pangoprep.studio.keeping import free_path
from pangoprep.studio.messages import Answer, Message
from pangoprep.studio.needed import needed
from pangoprep.studio.numbered_columns import rows_to_unfold
from pangoprep.studio.problems import field_label
from pangoprep.studio.row_table import cell_texts, shown_masked
from pangoprep.writing.formats import write_frame

#: The page shows so many columns at once.
N_COLUMNS = 50
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
        self.answers: dict[str, Callable[[Message], Answer]] = {
            "columns": self._list_columns,
            "unfold": self._unfold,
        }

    @property
    def is_open(self) -> bool:
        """Whether something must be said of the columns before any row can be sent."""
        examined = self._desk.bench.report.examined
        lacks = any(not one["ok"] for one in needed(examined, self._desk.words))
        return lacks or bool(examined.column_map.rivals)

    def _list_columns(self, message: Message) -> Answer:
        examined, words = self._desk.bench.report.examined, self._desk.words
        matches = examined.column_map.matches
        offset = message.number("offset")
        first = self._desk.bench.first_map
        before = {match.column: match for match in first.matches}
        samples = self._samples()
        facts = examined.entity.fields()
        used = {column: name for name, column in examined.sources.items()}
        columns: list[Answer] = [
            {
                "place": place,
                "name": str(match.column),
                "samples": samples[place],
                "field": used.get(match.column) or "",
                "reasons": self._reasons(match, before.get(match.column), used.get(match.column)),
            }
            for place, match in enumerate(matches)
        ]
        return {
            "type": "columns",
            "needed": needed(examined, words),
            "cards": ColumnQuestions(examined, words, first, samples).cards(),
            "columns": columns[offset : offset + N_COLUMNS],
            "free": [
                {"place": one["place"], "name": one["name"], "sample": one["samples"][:1]}
                for one in columns
                if not one["field"]
            ],
            "offset": offset,
            "limit": N_COLUMNS,
            "total": len(columns),
            "fields": [self._field(name, known) for name, known in facts.items()],
            "custom": self._custom_fields(),
            "constants": [self._added(name) for name in examined.values.by_field],
        }

    def _unfold(self, message: Message) -> Answer:
        """Write a file with a row of each group of columns, as the rows are now."""
        entity = message.text("entity")
        each = {}
        if message.has("field"):
            each[message.text("field")] = message.texts("values")
        rows = unfold(rows_to_unfold(self._desk.bench), entity, each)
        path = free_path(entity, ".csv")
        write_frame(rows, path)
        how = either(
            f"pp.read({str(path)!r}).pango.studio({entity!r})",
            f"pangoprep studio {path} --entity {entity}",
        )
        told = {"n": len(rows), "entity": entity, "path": str(path.absolute())}
        return {"type": "saved", "text": self._desk.words("unfold.saved", **told), "code": how}

    def _field(self, name: str, facts: FieldFacts) -> Answer:
        label = field_label(facts, name, self._desk.words)
        return {"field": name, "label": label, "choices": list(facts.choices)}

    def _custom_fields(self) -> list[Answer]:
        """Return the next custom field of each kind, and those that are taken."""
        examined, words = self._desk.bench.report.examined, self._desk.words
        if not examined.entity.custom_fields:
            return []
        known = {*examined.sources, *examined.values.by_field}
        told = {name: words(f"custom.{kind}") for kind, name in next_custom_fields(known).items()}
        taken = sorted(known - {*examined.entity.fields()})
        return [
            *({"field": name, "label": name} for name in taken),
            *({"field": name, "label": f"{name} ({kind})"} for name, kind in told.items()),
        ]

    def _samples(self) -> list[list[str]]:
        examined = self._desk.bench.report.examined
        head = examined.came(np.arange(min(examined.n_rows, _LOOKED_AT)))
        fields = {column: name for name, column in examined.sources.items()}
        before = {match.column: match for match in self._desk.bench.first_map.matches}
        found = []
        for place, column in enumerate(head.columns):
            texts = cell_texts(head.iloc[:, place]).drop_null().unique()[:N_SAMPLES]
            if not self._desk.is_revealed:
                # The header of a column of which nothing else is known says what it holds.
                is_asked = before[column].claims if column in before else ()
                field = fields.get(column) or (None if is_asked else self._named_field(column))
                texts = shown_masked(texts, examined, field)
            found.append([text[:60] for text in texts.to_pylist()])
        return found

    def _named_field(self, column: Any) -> str | None:
        """Return the field that a header says, if that field has its column."""
        examined = self._desk.bench.report.examined
        told = claims(str(column), examined.entity)[:1]
        return next((one.field for one in told if one.field in examined.sources), None)

    def _reasons(self, match: Match, before: Match | None, field: str | None) -> str:
        """Say why a column is taken for its field, or what it could be.

        A step knows only what is decided; why it was is told by the match before the first.
        """
        words = self._desk.words
        taken = before.claims[0].field if before and before.is_certain else None
        if before and taken == field and not match.is_left_out:
            match = before
        told = [
            f"{'' if claim.field == field else f'{claim.field}: '}"
            f"{words.report.percent(claim.confidence)}, {say_reasons(claim.reasons, words.report)}"
            for claim in match.claims[:3]
        ]
        if told or field:
            return "; ".join(told)
        if not match.used_for and (name := self._named_field(match.column)) is not None:
            examined = self._desk.bench.report.examined
            label = field_label(examined.facts[name], name, words)
            return words("columns.has_column", field=label, column=examined.sources[name])
        return say_match(match, None, words.report)

    def _added(self, name: str) -> Answer:
        """Say what is added to every row; nothing of it is shown that could be somebody's."""
        examined, words = self._desk.bench.report.examined, self._desk.words
        facts = examined.facts.get(name)
        given: Any = examined.values.written.get(name)
        made = examined.values.by_field[name]
        if isinstance(given, Mapping):
            sources = next(iter(given.values()))
            sources = [sources] if isinstance(sources, str) else sources
            value = words("columns.made_of", fields=", ".join(map(str, sources)))
        elif isinstance(made, Joined):
            value = words("columns.joined_of", columns=", ".join(map(str, made.labels)))
        elif facts is not None and facts.personal and not self._desk.is_revealed:
            value = "•••"
        else:
            value = str(given)
        return {"field": name, "label": field_label(facts, name, words), "value": value}
