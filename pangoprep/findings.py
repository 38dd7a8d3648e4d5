"""Findings: what is worth saying about cells and rows, kept as columns.

A million rows can have a hundred thousand findings, so one is never an object. A `Block` holds
all findings of one rule in one field; tables are made from blocks when somebody looks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from pangoprep.columns.types import Rows
from pangoprep.tables import read_table

#: The rule of cells in which an export has lost letters.
LOST_LETTERS = "text.lost_letters"
#: The rule of rows that are no records; they are counted apart and never sent.
NOT_A_RECORD = "row.not_a_record"
#: The rule of rows that somebody took out in a workbench, counted apart; why is the detail.
LEFT_OUT = "row.left_out"
#: The rules of cells that hold what a call or a recipe, and what the fixes file says.
FIXED, FIXED_BEFORE = "cell.fixed", "cell.fixed_before"
#: Rules that suggest several values, of which somebody has to choose; none of them is taken over.
CANDIDATES = ("ward.divided",)
#: Rules that suggest what belongs into a field of its own: in place of the cell it loses the first.
BESIDE = ("phone.multiple", "email.multiple")
#: Lines of a file: how many, and the number of the first.
LINE_SPAN = pa.struct([("n_lines", pa.int64()), ("first", pa.int64())])
SEVERITIES = ("error", "warning", "info")
#: What stands for each severity beside its color.
SIGNS = {"error": "✖", "warning": "▲", "info": "●"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its id, severity and wording. Source: ``tables/rules.csv``."""

    rule: str
    severity: str
    meaning: str
    action: str


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its id, in the order of the table.

    Examples
    --------
    >>> rules()["phone.lost_zero"].severity
    'info'
    """
    columns = ["rule", "severity", "meaning", "action"]
    rows = read_table("rules").select(columns).to_pylist()
    return {row["rule"]: Rule(**row) for row in rows}


@dataclass(frozen=True, slots=True, eq=False)
class OtherRows:
    """The rows that findings point to: those sent instead, or those of a customer.

    Parameters
    ----------
    rows
        A row for each finding, counted from 0 in its frame.
    frames
        The names of the frames they belong to; ``""`` is the frame of the findings.
    which
        For each finding, the place in ``frames`` of the frame its row belongs to; None if all
        belong to the first.
    """

    rows: Rows
    frames: tuple[str, ...] = ("",)
    which: Rows | None = None

    def take(self, places: Rows | slice) -> OtherRows:
        """Return those of some findings."""
        which = None if self.which is None else self.which[places]
        return replace(self, rows=self.rows[places], which=which)

    def shifted(self, by: int) -> OtherRows:
        """Return the same where the frame of the findings begins so many rows later."""
        own = np.array([name == "" for name in self.frames])
        of_rows = own[0] if self.which is None else own[self.which]
        return replace(self, rows=self.rows + np.where(of_rows, by, 0))

    def by_frame(self) -> Iterator[tuple[str, Rows]]:
        """Give each frame's name with the places of the findings that point into it."""
        for place, name in enumerate(self.frames):
            if self.which is None:
                yield name, np.arange(len(self.rows))
                return
            yield name, np.flatnonzero(self.which == place)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """All findings of one rule in one field.

    Parameters
    ----------
    rule, field, severity
        What was found, where, and how bad it is.
    rows
        Positions of the rows, from 0, ascending.
    suggestions
        One text per row, or None where the rule suggests nothing.
    detail
        What to add to the rule's meaning, such as the allowed values. Never a cell's value.
    others
        The row that each finding points to, where the rule tells of two rows.
    lines
        The lines of the file that each finding is about, as `LINE_SPAN`, where its row does not
        say it.
    """

    rule: str
    field: str
    severity: str
    rows: Rows
    suggestions: pa.Array | None = None
    detail: str = ""
    others: OtherRows | None = None
    lines: pa.Array | None = None

    def take(self, places: Rows | slice) -> Block:
        """Return some of the findings."""

        def some(values: pa.Array | None) -> pa.Array | None:
            if values is None or isinstance(places, slice):
                return values and values[places]
            return values.take(places)

        return replace(
            self,
            rows=self.rows[places],
            suggestions=some(self.suggestions),
            others=self.others and self.others.take(places),
            lines=some(self.lines),
        )

    def shifted(self, by: int) -> Block:
        """Return the findings with their rows, and those of their frame, so many rows later."""
        return replace(
            self,
            rows=self.rows + by,
            others=None if self.others is None else self.others.shifted(by),
        )

    def placed(self, rows: Rows) -> Block:
        """Return findings about some rows of a frame where those stand, ascending."""
        others = self.others and replace(self.others, rows=rows[self.others.rows])
        return replace(self, rows=rows[self.rows], others=others)

    def between(self, span: slice) -> Block:
        """Return the findings of some rows, counted from the first of them."""
        some = self.within(span)
        return replace(some, rows=some.rows - span.start)

    def within(self, span: slice) -> Block:
        """Return the findings of some rows."""
        first, last = np.searchsorted(self.rows, [span.start, span.stop])
        return self.take(slice(int(first), int(last)))

    def among(self, rows: Rows) -> Block:
        """Return the findings of some rows, ascending, counted as they stand there."""
        places, which = places_among(self.rows, rows)
        return replace(self.take(places), rows=which)

    def without(self, rows: Rows) -> Block:
        """Return what is said of other rows than these, ascending."""
        places, _ = places_among(self.rows, rows)
        return self.take(np.delete(np.arange(len(self.rows)), places)) if len(places) else self

    @property
    def message(self) -> str:
        """The sentence shown to people."""
        known = rules()[self.rule]
        detail = f" ({self.detail})" if self.detail else ""
        return f"{known.meaning}{detail}. {known.action}."


def places_among(told: Rows, rows: Rows) -> tuple[Rows, Rows]:
    """Return where rows that are told of, ascending, are some others: in either of them.

    Examples
    --------
    >>> import numpy as np
    >>> places_among(np.array([2, 5, 7]), np.array([1, 5, 6, 7]))
    (array([1, 2]), array([1, 3]))
    """
    few, many = (told, rows) if len(told) < len(rows) else (rows, told)
    at = np.searchsorted(many, few)
    is_there = at < len(many)
    is_there[is_there] = many[at[is_there]] == few[is_there]
    own, others = np.flatnonzero(is_there), at[is_there]
    return (own, others) if few is told else (others, own)


def rows_with(blocks: Iterable[Block], severity: str, n_rows: int) -> np.ndarray[Any, Any]:
    """Mark the rows that have a finding of this severity, as one boolean per row."""
    marked = np.zeros(n_rows, dtype=bool)
    for block in blocks:
        if block.severity == severity:
            marked[block.rows] = True
    return marked


def without_rows(block: Block, where: np.ndarray[Any, np.dtype[np.bool_]]) -> Block:
    """Return what a block says of the rows that are not marked."""
    kept = ~where[block.rows]
    return block if kept.all() else block.take(np.flatnonzero(kept))


def under_policy(
    blocks: Iterable[Block], severity: Mapping[str, str], ignore: Collection[str]
) -> list[Block]:
    """Give blocks the severity the caller wants for their rule, and drop what is ignored."""
    return [
        replace(block, severity=severity.get(block.rule, block.severity))
        for block in blocks
        if block.rule not in ignore
    ]


def in_order(blocks: Sequence[Block]) -> list[Block]:
    """Sort blocks worst first, then by rows, most first; drop empty ones.

    A normalizer may flag one rule at several stages; here they become one block.
    """
    groups: dict[tuple[str, ...], list[Block]] = {}
    for block in blocks:
        if len(block.rows):
            key = (block.rule, block.field, block.severity, block.detail)
            groups.setdefault(key, []).append(block)
    return sorted(
        map(_joined, groups.values()),
        key=lambda b: (SEVERITIES.index(b.severity), -len(b.rows), b.rule, b.field, b.detail),
    )


def _joined(blocks: list[Block]) -> Block:
    if len(blocks) == 1:
        return blocks[0]
    rows = np.concatenate([block.rows for block in blocks])
    n_rows = [len(block.rows) for block in blocks]
    suggestions = _end_to_end([block.suggestions for block in blocks], n_rows, pa.large_string())
    lines = _end_to_end([block.lines for block in blocks], n_rows, LINE_SPAN)
    others = _other_rows([block.others for block in blocks if block.others is not None])
    joined = replace(blocks[0], rows=rows, suggestions=suggestions, others=others, lines=lines)
    return joined.take(np.argsort(rows, kind="stable"))


def _end_to_end(
    parts: Sequence[pa.Array | None], n_rows: Sequence[int], kind: pa.DataType
) -> pa.Array | None:
    if all(part is None for part in parts):
        return None
    filled = [
        pa.nulls(n, kind) if part is None else part.cast(kind)
        for part, n in zip(parts, n_rows, strict=True)
    ]
    return pa.concat_arrays(filled)


def _other_rows(parts: list[OtherRows]) -> OtherRows | None:
    if not parts:
        return None
    frames = tuple(dict.fromkeys(name for part in parts for name in part.frames))
    which = []
    for part in parts:
        places = np.array([frames.index(name) for name in part.frames], dtype=np.int64)
        of_rows = np.zeros(len(part.rows), np.int64) if part.which is None else part.which
        which.append(places[of_rows])
    rows = np.concatenate([part.rows for part in parts])
    return OtherRows(rows, frames, np.concatenate(which) if len(frames) > 1 else None)
