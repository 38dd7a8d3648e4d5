"""The report of one frame for one entity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.cleaning import TEXT_DTYPE
from pangoprep.entities.base import Entity
from pangoprep.entities.fields import FieldFacts
from pangoprep.errors import HeldError
from pangoprep.findings import Block
from pangoprep.normalizers.column import Column
from pangoprep.options import Options
from pangoprep.report.summary import (
    ColumnFacts,
    RuleFacts,
    column_facts,
    rule_facts,
    summary_table,
)
from pangoprep.report.tables import findings_table, row_keys, row_reasons

_HELD, _SUPERSEDED, _READY = "held", "superseded", "ready"


class Report:
    """All findings of a frame for an entity, and its rows split into ready and held.

    A third kind is rare: a row is *superseded* if another row with its key is sent instead.
    ``n_rows == n_ready + n_held + n_superseded``, always. Made by ``df.pango.validate()``.

    Examples
    --------
    >>> import pandas as pd, pangoprep
    >>> frame = pd.DataFrame(
    ...     {"customerId": ["1", "2"], "fullName": ["An", "Chi"], "phone": ["912345678", "123"]}
    ... )
    >>> report = frame.pango.validate("customer-identity")
    >>> report
    <Report customer-identity: 1 of 2 rows ready, 1 held>
    >>> report.findings[["row", "rule", "value"]].values.tolist()
    [[0, 'phone.lost_zero', '9••••••78'], [1, 'phone.unreadable', '1••']]
    """

    def __init__(
        self,
        *,
        frame: pd.DataFrame,
        canonical: pd.DataFrame,
        entity: type[Entity],
        sources: Mapping[str, Any],
        facts: Mapping[str, FieldFacts],
        raw: Mapping[str, Column],
        notes: Mapping[str, str],
        blocks: Sequence[Block],
        is_held: np.ndarray[Any, np.dtype[np.bool_]],
        is_superseded: np.ndarray[Any, np.dtype[np.bool_]],
        options: Options,
    ) -> None:
        self._frame = frame
        self._canonical = canonical
        self._entity = entity
        self._sources = sources
        self._facts = facts
        self._raw = raw
        self._notes = notes
        self.blocks = blocks
        self._is_held = is_held
        self._is_superseded = is_superseded
        self.options = options

    @property
    def entity(self) -> str:
        """The object type, such as ``customer-identity``."""
        return self._entity.object_type

    @property
    def ok(self) -> bool:
        """Whether no row is held."""
        return not self._is_held.any()

    @property
    def n_rows(self) -> int:
        """How many rows came in."""
        return len(self._is_held)

    @property
    def n_ready(self) -> int:
        """How many rows would be sent."""
        return self.n_rows - self.n_held - self.n_superseded

    @property
    def n_held(self) -> int:
        """How many rows have an error and would not be sent."""
        return int(self._is_held.sum())

    @property
    def n_superseded(self) -> int:
        """How many rows give way to another row with their key."""
        return int(self._is_superseded.sum())

    @cached_property
    def ready_rows(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The positions of the ready rows in the caller's frame, ascending."""
        return np.flatnonzero(~self._is_held & ~self._is_superseded)

    @cached_property
    def ready(self) -> pd.DataFrame:
        """The rows that would be sent: canonical values, the caller's index."""
        return self._with_index(self._canonical.iloc[self.ready_rows], self.ready_rows)

    @cached_property
    def cleaned(self) -> pd.DataFrame:
        """Every row with canonical values and the caller's index; unreadable cells are null."""
        return self._with_index(self._canonical, np.arange(self.n_rows))

    @property
    def held(self) -> pd.DataFrame:
        """The rows with errors: the caller's own columns, values and index."""
        return self._frame.iloc[np.flatnonzero(self._is_held)]

    @property
    def superseded(self) -> pd.DataFrame:
        """The rows that give way to another row with their key, as they came."""
        return self._frame.iloc[np.flatnonzero(self._is_superseded)]

    @property
    def unused_columns(self) -> list[Any]:
        """The caller's columns that are no field of the entity; they are not sent."""
        used = set(self._sources.values())
        return [column for column in self._frame.columns if column not in used]

    @cached_property
    def findings(self) -> pd.DataFrame:
        """One row per finding; personal values are masked, see `reveal`.

        Columns: row (position from 0), index (the caller's label), key, field, rule, severity,
        value, message, suggestion.
        """
        return self._findings(reveal=False)

    def reveal(self) -> pd.DataFrame:
        """Return `findings` with the values as they are. Mind where you save them."""
        return self._findings(reveal=True)

    def summary(self) -> pd.DataFrame:
        """Count findings by rule and field: rule, severity, field, rows, share of all rows."""
        return summary_table(self.blocks, self.n_rows)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """One row per input row: row, index, key (masked), state, reason.

        The state is ready, held or superseded.
        """
        state = np.full(self.n_rows, _READY, dtype=object)
        state[self._is_held] = _HELD
        state[self._is_superseded] = _SUPERSEDED
        return pd.DataFrame(
            {
                "row": np.arange(self.n_rows),
                "index": self._frame.index.to_numpy(),
                "key": TEXT_DTYPE.__from_arrow__(self._keys(reveal=False)),
                "state": pd.array(state, dtype=TEXT_DTYPE),
                "reason": pd.array(row_reasons(self.blocks, self.n_rows), dtype=TEXT_DTYPE),
            }
        )

    def raise_if_held(self) -> None:
        """Stop a script where rows are held.

        Raises
        ------
        HeldError
            If any row is held; the message counts them by rule, without values.
        """
        if self.ok:
            return
        errors = [block for block in self.blocks if block.severity == "error"]
        worst = sorted(errors, key=lambda block: -len(block.rows))[:3]
        causes = ", ".join(f"{block.field} {block.rule} ({len(block.rows):,})" for block in worst)
        raise HeldError(
            f"{self.n_held:,} of {self.n_rows:,} rows are held for {self.entity!r}: {causes}. "
            "See report.held and report.findings; nothing was sent."
        )

    def to_html(self, path: str | Path) -> Path:
        """Write the report as a page of its own, with values masked; return its path."""
        from pangoprep.report.html import render

        target = Path(path)
        target.write_text(render(self, page=True), encoding="utf-8")
        return target

    @property
    def headline(self) -> str:
        """The outcome in one sentence."""
        sentence = f"{self.n_ready:,} of {self.n_rows:,} rows are ready for {self.entity}"
        if self.n_held:
            sentence += f"; {self.n_held:,} are held" if self.n_held > 1 else "; 1 is held"
        if self.n_superseded:
            sentence += f"; {self.n_superseded:,} superseded by another row with the same key"
        return f"{sentence}."

    @cached_property
    def rule_facts(self) -> list[RuleFacts]:
        """What each rule found, worst first, with masked examples."""
        return rule_facts(self.blocks, self.n_rows, self._raw, self._facts)

    @cached_property
    def column_facts(self) -> list[ColumnFacts]:
        """How each of the caller's columns was read."""
        return column_facts(self._sources, self._raw, self._facts, self.blocks, self._notes)

    def __repr__(self) -> str:
        """Say the outcome in one line."""
        superseded = f", {self.n_superseded:,} superseded" if self.n_superseded else ""
        return (
            f"<Report {self.entity}: {self.n_ready:,} of {self.n_rows:,} rows ready, "
            f"{self.n_held:,} held{superseded}>"
        )

    def _repr_html_(self) -> str:
        from pangoprep.report.html import render

        return render(self, page=False)

    def _findings(self, *, reveal: bool) -> pd.DataFrame:
        return findings_table(
            self.blocks,
            self._frame.index,
            self._keys(reveal=reveal),
            self._raw,
            self._facts,
            reveal=reveal,
        )

    def _keys(self, *, reveal: bool) -> Any:
        return row_keys(self._canonical, self._entity.key, self._facts, reveal=reveal)

    def _with_index(self, frame: pd.DataFrame, rows: np.ndarray[Any, Any]) -> pd.DataFrame:
        out = frame.copy()
        out.index = self._frame.index.take(rows)
        return out
