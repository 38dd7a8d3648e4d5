"""What is asked of columns: cards that show columns side by side, each with its samples.

A field that several columns have the same right to; a column that could be a field, beside the one
that is taken for what its header says; columns that sound like a field which has its column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pangoprep.call_words import unfolding
from pangoprep.entities import ENTITIES
from pangoprep.entities.custom_fields import next_custom_fields
from pangoprep.matching.claims import Claim
from pangoprep.matching.column_map import ColumnMap
from pangoprep.matching.map_words import say_reasons
from pangoprep.matching.spelling import claims
from pangoprep.matching.unfolding import groups_for
from pangoprep.steps.examined import Examined
from pangoprep.studio.messages import Answer
from pangoprep.studio.needed import needed
from pangoprep.studio.problems import field_label
from pangoprep.studio.words import StudioWords


def n_questions(examined: Examined, first: ColumnMap, words: StudioWords) -> int:
    """Count what the columns leave open: fields that lack, columns that could be one.

    Parameters
    ----------
    examined, words, first
        See `ColumnQuestions`.
    """
    lacking = [one["lacks"] for one in needed(examined, words) if not one["ok"]]
    named = {name for names in lacking for name in names}
    n_rivals = len(examined.column_map.rivals.keys() - named)
    return len(lacking) + n_rivals + len(_open_columns(examined, first))


def _open_columns(examined: Examined, first: ColumnMap) -> list[dict[Any, list[Claim]]]:
    """Return the columns of which nobody has decided what they are, with what they could be.

    Those that could be the same field first of all are one question.
    """
    before = {match.column: match for match in first.matches}
    decided = {*examined.sources.values()}
    decided |= {column for columns in examined.column_map.rivals.values() for column in columns}
    found: dict[str, dict[Any, list[Claim]]] = {}
    for match in examined.column_map.matches:
        if match.column in decided or match.is_left_out or match.used_for:
            continue
        told = before.get(match.column, match).claims
        if left := [claim for claim in told if claim.field not in examined.sources]:
            found.setdefault(left[0].field, {})[match.column] = left
    return [*found.values()]


class ColumnQuestions:
    """Asks about the columns of some rows.

    Parameters
    ----------
    examined
        The rows.
    words
        The language.
    first
        What the columns were taken for at first: later steps know only what was decided.
    samples
        By the place of each column some of its cells, as they may be shown.
    """

    def __init__(
        self,
        examined: Examined,
        words: StudioWords,
        first: ColumnMap,
        samples: Sequence[list[str]],
    ) -> None:
        self._examined, self._words, self._samples = examined, words, samples
        self._first = first
        self._matches = examined.column_map.matches
        self._places = {match.column: place for place, match in enumerate(self._matches)}
        self._used = {column: name for name, column in examined.sources.items()}

    def cards(self) -> list[Answer]:
        """Return the cards: ``title``, ``text``, ``is_open`` and ``columns``.

        Of each column: ``place``, ``name``, ``samples``, ``field`` (what it is now) and
        ``choices``, the fields that it could become.
        """
        rivals = self._examined.column_map.rivals
        cards = [self._several(name, columns) for name, columns in rivals.items()]
        among = {column for columns in rivals.values() for column in columns}
        asked = _open_columns(self._examined, self._first)
        cards += [self._asked(open_claims) for open_claims in asked]
        seen = among.union(*asked)
        return [*cards, *self._alike(seen)]

    def _several(self, name: str, columns: Sequence[Any]) -> Answer:
        label = self._label(name)
        return {
            "title": self._words("ask.several", n=len(columns), field=label),
            "text": self._words("ask.several.text"),
            "is_open": True,
            "columns": [self._column(column, [name]) for column in columns],
        }

    def _asked(self, open_claims: Mapping[Any, Sequence[Claim]]) -> Answer:
        """Ask about a column, or about several that could be the same field."""
        columns = [*open_claims]
        fields = [claim.field for told in open_claims.values() for claim in told]
        known = self._examined.sources
        named = [claims(str(column), self._examined.entity)[:1] for column in columns]
        for claim in (one for told in named for one in told):
            if claim.field in known:  # its header says the same: City beside Province
                columns.append(known[claim.field])
                fields.append(claim.field)
        custom = {}
        if len(columns) == len(open_claims) and self._examined.entity.custom_fields:
            following = next_custom_fields({*known, *self._examined.values.by_field})
            held = {column: self._matches[self._places[column]].holds for column in columns}
            custom = {column: [following[kind or "String"]] for column, kind in held.items()}
        shown = [
            self._column(one, [*fields, *custom.get(one, [])]) for one in dict.fromkeys(columns)
        ]
        if len(open_claims) == 1:
            reason = say_reasons(open_claims[columns[0]][0].reasons, self._words.report)
            title = self._words("ask.column", column=columns[0])
            text = self._words("ask.column.text", reason=reason)
            return {"title": title, "text": text, "is_open": True, "columns": shown}
        unfolds = self._unfolding([*open_claims])
        return {
            "title": self._words("ask.alike", n=len(open_claims), field=self._label(fields[0])),
            "text": self._with_unfolding("ask.open.text", unfolds),
            "unfold": unfolds,
            "is_open": True,
            "columns": shown,
        }

    def _with_unfolding(self, key: str, unfolds: Answer | None) -> str:
        """Say something of columns, and that they become records each where they can."""
        how = unfolding(unfolds["entity"]) if unfolds else ""
        return " ".join([self._words(key), *([self._words("ask.unfold", how=how)] if how else [])])

    def _alike(self, seen: set[Any]) -> list[Answer]:
        """Show the columns that sound like a field which another one is taken for."""
        found: dict[str, list[Any]] = {}
        for match in self._matches:
            if match.column in self._used or match.column in seen or match.used_for:
                continue
            for claim in claims(str(match.column), self._examined.entity)[:1]:
                if claim.field in self._examined.sources and not match.is_left_out:
                    found.setdefault(claim.field, []).append(match.column)
        return [self._one_of(name, columns) for name, columns in found.items()]

    def _one_of(self, name: str, columns: list[Any]) -> Answer:
        every = [self._examined.sources[name], *columns]
        unfolds = self._unfolding(every)
        return {
            "title": self._words("ask.alike", n=len(every), field=self._label(name)),
            "text": self._with_unfolding("ask.alike.text", unfolds),
            "unfold": unfolds,
            "is_open": False,
            "columns": [self._column(column, [name]) for column in every],
        }

    def _unfolding(self, columns: Sequence[Any]) -> Answer | None:
        """Tell of which entity columns are records each, where their headers are numbered.

        Where its rows are told apart by a word that no column has, such as the kind of an address,
        one is proposed for each group of columns.
        """
        key = set(self._examined.entity.key)
        for entity in ENTITIES.values():
            if not key or not key < set(entity.key):
                continue
            groups = groups_for(self._examined.columns, entity)
            if not {column for fields in groups for column in fields.values()} & {*columns}:
                continue
            lacking = [name for name in entity.key if name not in {*groups[0], *key}]
            facts = entity.fields().get(lacking[0]) if lacking else None
            choices = list(facts.choices) if facts is not None else []
            return {
                "entity": entity.object_type,
                "field": lacking[0] if choices else None,
                "label": field_label(facts, lacking[0], self._words) if choices else "",
                "choices": choices,
                "groups": [", ".join(map(str, fields.values())) for fields in groups],
            }
        return None

    def _column(self, column: Any, fields: Sequence[str]) -> Answer:
        place = self._places[column]
        return {
            "place": place,
            "name": str(column),
            "samples": self._samples[place],
            "field": self._used.get(column, ""),
            "choices": [
                {"field": name, "label": self._label(name)} for name in dict.fromkeys(fields)
            ],
        }

    def _label(self, name: str) -> str:
        facts: Mapping[str, Any] = self._examined.entity.fields()
        if name not in facts:
            return self._words("use.custom", kind=self._words("custom.String"))
        return field_label(facts.get(name), name, self._words)
