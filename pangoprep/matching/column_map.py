"""What `map` returns: which column becomes which field, and what is asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from operator import not_
from typing import Any

import pandas as pd

from pangoprep.argument_checks import choice_of
from pangoprep.entities.custom_fields import next_custom_fields
from pangoprep.error_words import environment_language
from pangoprep.language import Language, language
from pangoprep.matching.claims import SAID, Claim, Match
from pangoprep.options import LANGUAGES

_HEADS = ("column", "field", "confidence", "taken", "why")


@dataclass(frozen=True)
class ColumnMap:
    """Which column becomes which field. Made by ``df.pango.map()``.

    Parameters
    ----------
    entity
        Object type.
    matches
        One per column of the frame, in order.
    rivals
        Fields that several columns have the same right to, and those columns.
    absent_ids
        Ids that no column stands for, and the fields that one can be made of.
    numbered
        Columns that hold several records of another entity each row, by the entity, as far as
        ``map`` tells; ``df.pango.unfold`` makes rows of them.
    lang
        The language of its sentences, ``"en"`` or ``"vi"``.
    """

    entity: str
    matches: tuple[Match, ...]
    rivals: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    absent_ids: Mapping[str, Sequence[str]] = field(default_factory=dict)
    numbered: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    lang: str = field(default_factory=environment_language, compare=False)

    def also(self, said: Mapping[Any, str]) -> ColumnMap:
        """Return the same with further columns of which the caller said what they are."""
        claims = {column: (Claim(name, 1.0, 0, (SAID,)),) for column, name in said.items()}
        further = (Match(column, claim, is_certain=True) for column, claim in claims.items())
        return replace(self, matches=(*self.matches, *further))

    def after_step(self, before: ColumnMap, said: Collection[Any], step: int) -> ColumnMap:
        """Return the same with the reasons there were before a step of a workbench, and its own.

        Parameters
        ----------
        before
            What columns were taken for before the step.
        said
            The columns that the step spoke of.
        step
            Its number.
        """
        known = {match.column: match for match in before.matches}
        matches = []
        for match in self.matches:
            then = known.get(match.column)
            is_same = then is not None and then.becomes == match.becomes
            if match.column not in said and then is not None and is_same:
                match = replace(match, claims=then.claims, step=then.step)
            elif match.is_certain or match.is_left_out:
                match = replace(match, step=step)
            matches.append(match)
        return replace(self, matches=tuple(matches))

    def spoken(self, lang: str | None) -> ColumnMap:
        """Return the same in another language; None leaves it as it is."""
        return self if lang is None else replace(self, lang=choice_of("lang", lang, LANGUAGES))

    @property
    def fields(self) -> dict[Any, str]:
        """Column -> field, for the columns taken without asking."""
        return {m.column: m.claims[0].field for m in self.matches if m.is_certain}

    @property
    def uncertain(self) -> dict[Any, list[str]]:
        """Column -> fields it could be, for the columns that need your word."""
        return {
            m.column: [claim.field for claim in m.claims]
            for m in self.matches
            if m.claims and not m.is_certain
        }

    @property
    def unclaimed(self) -> list[Any]:
        """Columns that look like no field; they are not sent.

        They can be, as `custom_fields`.
        """
        return [m.column for m in self.matches if not m.claims and not m.used_for]

    @property
    def custom_fields(self) -> dict[Any, str]:
        """Column -> the custom field that would take it, for the columns that are not taken.

        Each is a field of its own, by what the cells hold: ``customFieldLongs.customFieldLong01``
        for whole numbers. Empty where the entity has no custom fields.
        """
        taken = [claim.field for m in self.matches if m.is_certain for claim in m.claims]
        found: dict[Any, str] = {}
        for match in self.matches:
            if match.holds:
                found[match.column] = next_custom_fields([*taken, *found.values()])[match.holds]
        return found

    def is_used(self, column: Any) -> bool:
        """Whether something is sent of a column."""
        return any(m.column == column and (m.is_certain or m.used_for) for m in self.matches)

    @property
    def offered_ids(self) -> list[str]:
        """How an id that no column stands for can be made, one sentence each."""
        from pangoprep.matching.map_words import say_absent_id

        return [say_absent_id(name, some, self._words) for name, some in self.absent_ids.items()]

    def table(self) -> pd.DataFrame:
        """Return one row per column and field: column, field, confidence, taken, why."""
        from pangoprep.matching.map_words import say_match

        rows = [
            (m.column, claim.field if claim else "", claim.confidence if claim else 0.0,
             m.is_certain and not place, say_match(m, claim, self._words))
            for m in self.matches
            for place, claim in enumerate(m.claims or (None,))
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=list(_HEADS))

    def shown_table(self) -> pd.DataFrame:
        """Return `table` as texts for people, its heads in their language."""
        words = self._words
        rows = [
            (str(column), name, f"{confidence:.0%}", words("map.yes") if taken else "", why)
            for column, name, confidence, taken, why in self.table().itertuples(index=False)
        ]
        return pd.DataFrame(rows, columns=[words(f"map.{head}") for head in _HEADS])

    @property
    def questions(self) -> list[str]:
        """What is asked, one sentence per column or field: first which column an absent id is."""
        from pangoprep.matching.map_words import say_numbered, say_question, say_rivals

        asked = say_rivals(self.rivals, self._words)
        ids = [name in self.absent_ids for name in self.rivals]
        among = {column for columns in self.rivals.values() for column in columns}
        for m in self.matches:
            if m.claims and not m.is_certain and m.column not in among:
                asked.append(say_question(m, self._words))
                ids.append(any(claim.field in self.absent_ids for claim in m.claims))
        first, later = compress(asked, ids), compress(asked, map(not_, ids))
        wide = say_numbered(self.numbered, self._words)
        return [*first, *self.offered_ids, *later, *wide]

    @property
    def headline(self) -> str:
        """How many columns were matched, in one line."""
        return self._words("map.title", entity=self.entity, columns=len(self.matches),
                           matched=len(self.fields), asked=len(self.uncertain),
                           unclaimed=len(self.unclaimed))  # fmt: skip

    @property
    def _words(self) -> Language:
        return language(self.lang)

    def __repr__(self) -> str:
        return f"<{self.headline}>"

    def _repr_html_(self) -> str:
        from pangoprep.markup.card import CardTable, render_card

        table = self.shown_table()
        rows = CardTable(list(table.itertuples(index=False)), list(table))
        return render_card(self.headline, tables=[rows], asked=self.questions, lang=self.lang)
