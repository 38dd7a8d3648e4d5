"""A run's outcome: what became of every row."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.argument_checks import path_of, writing
from pangoprep.errors import PangoprepError
from pangoprep.private_files import make_private
from pangoprep.upload.outcome.progress import duration
from pangoprep.upload.outcome.states import STATES
from pangoprep.upload.rows.prepared import Prepared

# An Excel sheet has 1,048,576 rows.
_ROWS_PER_SHEET = 1_000_000

# Of a table that is written in pieces; each takes some 50 MB.
_ROWS_AT_ONCE = 200_000
_MAX_REASONS = 10

_TEXT = pd.StringDtype("pyarrow", na_value=np.nan)

_ARRIVED = ("accepted", "unchanged", "superseded")


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of every row of a run.

    Parameters
    ----------
    run_id
        The run's name in the ledger: ``pp.status(run_id)``, ``df.pango.resume(run_id)``.
    entity
        Object type.
    counts
        State -> rows, for all seven states; they add up to the rows that came in.
    reason
        Why the run stopped early; empty if it did not.
    error
        The error that stopped it, if it was one: without values, secrets and traceback.
    seconds, n_requests
        How long it took, with how many requests.
    sparkline
        The speed over time, drawn as a line of bars.
    lang
        The language it shows itself in.
    """

    run_id: str
    entity: str
    counts: Mapping[str, int]
    reason: str
    error: PangoprepError | None
    seconds: float
    n_requests: int
    sparkline: str
    lang: str = "en"
    _make_rows: Callable[..., pd.DataFrame] = field(repr=False, compare=False)
    _again: Callable[[Prepared], Result] = field(repr=False, compare=False)

    @property
    def n_rows(self) -> int:
        """Rows that came in."""
        return sum(self.counts.values())

    @property
    def ok(self) -> bool:
        """Whether PangoCDP has every row: accepted now or before, or replaced by a later one."""
        return all(not n or word in _ARRIVED for word, n in self.counts.items())

    @cached_property
    def rows(self) -> pd.DataFrame:
        """One line per row that came in: row, index, key (masked), state, reason."""
        return self._make_rows()

    def retry(self, report: Prepared) -> Result:
        """Send again with the same options, after a fix; rows accepted before are not repeated.

        Parameters
        ----------
        report
            The mended frame's report: ``result.retry(fixed.pango.validate())``.
        """
        return self._again(report)

    def write_rows(self, path: str | os.PathLike[str]) -> Path:
        """Write what `rows` has to a Parquet file, in pieces; return its path.

        For runs of many rows: the table of all of them is never in memory at once. Labels of the
        index that are neither whole numbers nor texts are written as texts.

        Parameters
        ----------
        path
            The file to write; its owner's alone.
        """
        import pyarrow.parquet as pq

        target = Path(path)
        make_private(target)
        schema = None
        with ExitStack() as stack:
            for start in range(0, max(self.n_rows, 1), _ROWS_AT_ONCE):
                rows = self._make_rows(slice(start, start + _ROWS_AT_ONCE))
                if schema is None:
                    is_number = pd.api.types.is_integer_dtype(rows["index"])
                    labels = pa.int64() if is_number else pa.large_string()
                    schema = pa.schema(
                        [("row", pa.int64()), ("index", labels), ("key", pa.large_string()),
                         ("state", pa.large_string()), ("reason", pa.large_string())]
                    )  # fmt: skip
                    writer = stack.enter_context(pq.ParquetWriter(target, schema))
                if labels == pa.large_string():
                    rows = rows.assign(index=rows["index"].astype(str))
                writer.write_table(pa.Table.from_pandas(rows, schema, preserve_index=False))
        return target

    def to_excel(self, path: str | os.PathLike[str]) -> None:
        """Write the counts and every row to a workbook; large ones go on over several sheets."""
        rows = self.rows.assign(index=self.rows["index"].astype(str))
        target = path_of("path", path)
        make_private(target)
        # No text of a cell or a server may become a formula or a link.
        plain = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
        with (
            writing(target),
            pd.ExcelWriter(target, engine="xlsxwriter", engine_kwargs=plain) as workbook,
        ):
            self._summary().to_excel(workbook, sheet_name="summary", index=False)
            for number, start in enumerate(range(0, max(len(rows), 1), _ROWS_PER_SHEET), 1):
                part = rows.iloc[start : start + _ROWS_PER_SHEET]
                name = "rows" if number == 1 else f"rows {number}"
                part.to_excel(workbook, sheet_name=name, index=False)

    def _summary(self) -> pd.DataFrame:
        from pangoprep.report.faces.language import language

        words = language("en")  # as the states themselves
        shown = [(state, n, words(f"meaning.{state}")) for state, n in self.counts.items()]
        return pd.DataFrame(shown, columns=["state", "rows", "meaning"])

    def __repr__(self) -> str:
        counts = ", ".join(f"{n:,} {word}" for word, n in self.counts.items() if n) or "no rows"
        stopped = f"; stopped early: {self.reason}" if self.reason else ""
        return f"<Result {self.run_id}: {self.n_rows:,} rows: {counts}{stopped}>"

    def _repr_html_(self) -> str:
        from pangoprep.report.faces.card import CardTable, render_card
        from pangoprep.report.faces.language import language

        words = language(self.lang)
        told = [(words(f"state.{s}"), n, words(f"meaning.{s}")) for s, n in self.counts.items()]
        heads = [words(f"result.{name}") for name in ("state", "rows", "meaning")]
        reasons, n_left = self._reasons()
        causes = [(words(f"state.{state}"), n, reason) for state, n, reason in reasons]
        seconds = duration(self.seconds)
        return render_card(
            words("result.title", run=self.run_id, rows=self.n_rows, requests=self.n_requests,
                  duration=seconds),
            eyebrow=f"pangoprep · {self.entity}",
            notes=[
                words("result.stopped", reason=self.reason) if self.reason else "",
                words("result.speed", line=self.sparkline) if self.sparkline else "",
                words("result.more", n=n_left) if n_left else "",
            ],
            tables=[
                CardTable(told, heads),
                CardTable(causes, [*heads[:2], words("result.reason")]),
            ],
            lang=self.lang,
        )  # fmt: skip

    def _reasons(self) -> tuple[list[tuple[str, int, str]], int]:
        """Return why rows did not arrive, the most frequent first, and how many more there are."""
        wanted = self.rows[self.rows["state"].isin(["rejected", "unknown", "unsent"])]
        found = wanted.groupby(["state", "reason"]).size().sort_values(ascending=False)
        shown = found.head(_MAX_REASONS).items()
        listed = [(state, int(n), str(reason)) for (state, reason), n in shown]
        return listed, max(len(found) - _MAX_REASONS, 0)


def rows_table(
    report_rows: pd.DataFrame,
    ready_rows: np.ndarray[Any, np.dtype[np.int64]],
    states: np.ndarray[Any, np.dtype[np.uint8]],
    reason_codes: np.ndarray[Any, np.dtype[np.int32]],
    reasons: list[str],
    part: slice = slice(None),
) -> pd.DataFrame:
    """Put the states of the ready rows into the report's table of all rows, or of some of them."""
    start, stop, _ = part.indices(len(report_rows))
    report_rows = report_rows.iloc[start:stop]
    first, last = np.searchsorted(ready_rows, [start, stop])
    ready_rows = ready_rows[first:last] - start
    states, reason_codes = states[first:last], reason_codes[first:last]
    state = report_rows["state"].to_numpy(dtype=object, copy=True)
    reason = report_rows["reason"].to_numpy(dtype=object, copy=True)
    state[ready_rows] = np.array(STATES, dtype=object)[states]
    reason[ready_rows] = np.array(reasons, dtype=object)[reason_codes]
    table = report_rows[["row", "index", "key"]].copy()
    return table.assign(state=pd.array(state, dtype=_TEXT), reason=pd.array(reason, dtype=_TEXT))
