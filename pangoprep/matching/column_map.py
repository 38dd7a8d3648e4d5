"""What `map` returns: which column becomes which field, and what is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress, groupby
from operator import not_
from typing import Any

import pandas as pd

from pangoprep import call_words as how
from pangoprep.matching.spelling import Claim


@dataclass(frozen=True)
class Match:
    """What one column could be.

    Parameters
    ----------
    column
        The frame's column.
    claims
        The fields it could be, best first.
    is_certain
        Whether the best one is taken.
    used_for
        The fields that the caller's ``values`` make of this column.
    is_left_out
        Whether the caller left it out on purpose.
    """

    column: Any
    claims: tuple[Claim, ...] = ()
    is_certain: bool = False
    used_for: tuple[str, ...] = ()
    is_left_out: bool = False


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
    """

    entity: str
    matches: tuple[Match, ...]
    rivals: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    absent_ids: Mapping[str, Sequence[str]] = field(default_factory=dict)
    numbered: Mapping[str, Sequence[Any]] = field(default_factory=dict)

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

        They can be, as custom fields: ``mapping={"Hạng thẻ": "customFieldTexts.customField01"}``.
        """
        return [m.column for m in self.matches if not m.claims and not m.used_for]

    def is_used(self, column: Any) -> bool:
        """Whether something is sent of a column."""
        return any(m.column == column and (m.is_certain or m.used_for) for m in self.matches)

    @property
    def offered_ids(self) -> list[str]:
        """How an id that no column stands for can be made, one sentence each."""
        return [
            f"No column is {name}. It can be made of {' and '.join(sources)}: "
            f"{how.values(name, {'hash_of': list(sources)})}, or, as bare text, "
            f"{how.values(name, {'from': list(sources[:1])})}"
            for name, sources in self.absent_ids.items()
        ]

    def table(self) -> pd.DataFrame:
        """Return one row per column and field: column, field, confidence, taken, why."""
        rows = [
            (m.column, c.field, c.confidence, m.is_certain and not place, c.reason)
            for m in self.matches
            for place, c in enumerate(m.claims or (Claim("", 0.0, 9, _why_none(m)),))
        ]
        return pd.DataFrame(rows, columns=["column", "field", "confidence", "taken", "why"])

    @property
    def questions(self) -> list[str]:
        """What is asked, one sentence per column or field: first which column an absent id is."""
        asked = [
            f"{len(columns)} columns could be {name} ({', '.join(map(repr, columns))}): choose one,"
            f" such as {how.mapping(columns[0], name)}"
            for name, columns in self.rivals.items()
        ]
        ids = [name in self.absent_ids for name in self.rivals]
        among = {column for columns in self.rivals.values() for column in columns}
        for m in self.matches:
            if m.claims and not m.is_certain and m.column not in among:
                by_reason = groupby(m.claims, key=lambda claim: claim.reason)
                could = " or ".join(
                    f"{' or '.join(c.field for c in some)} ({reason})" for reason, some in by_reason
                )
                asked.append(
                    f"{m.column!r} could be {could}: if it is, "
                    f"{how.mapping(m.column, m.claims[0].field)}"
                )
                ids.append(any(claim.field in self.absent_ids for claim in m.claims))
        wide = [
            f"{', '.join(map(repr, columns))} hold several {entity!r} records in each row: "
            f"make rows of them with df.pango.unfold({entity!r})"
            for entity, columns in self.numbered.items()
        ]
        first, later = compress(asked, ids), compress(asked, map(not_, ids))
        return [*first, *self.offered_ids, *later, *wide]

    def __repr__(self) -> str:
        return (
            f"<ColumnMap {self.entity}: {len(self.fields)} of {len(self.matches)} columns matched, "
            f"{len(self.uncertain)} to be asked, {len(self.unclaimed)} unclaimed>"
        )

    def _repr_html_(self) -> str:
        from pangoprep.report.faces.card import CardTable, render_card

        rows = [
            (str(column), name, f"{confidence:.0%}", "yes" if taken else "", why)
            for column, name, confidence, taken, why in self.table().itertuples(index=False)
        ]
        heads = ("column", "field", "confidence", "taken", "why")
        return render_card(repr(self)[1:-1], tables=[CardTable(rows, heads)], asked=self.questions)


def _why_none(match: Match) -> str:
    return f"used for {', '.join(match.used_for)}" if match.used_for else "no field"
