"""A run's outcome: what became of every row."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa

from pangoprep.argument_checks import path_of, writing
from pangoprep.boundary import verb
from pangoprep.errors import PangoprepError
from pangoprep.language import language
from pangoprep.private_files import whole_file
from pangoprep.upload.outcome.progress import duration
from pangoprep.upload.outcome.row_states import RowStates, counts_by_word
from pangoprep.upload.outcome.states import State
from pangoprep.upload.rows.prepared import Prepared

# An Excel sheet has 1,048,576 rows.
_ROWS_PER_SHEET = 1_000_000

# Of a table that is written in pieces; each takes some 50 MB.
_ROWS_AT_ONCE = 200_000
_MAX_REASONS = 10

_ARRIVED = ("accepted", "stored", "unchanged", "superseded")


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
        State -> rows, for all seven states; they add up to the rows that came in. ``accepted``
        means received; `refresh` turns those that PangoCDP has confirmed into *stored* and
        *failed*.
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
    _row_states: RowStates = field(repr=False, compare=False)
    _rows_parts: Callable[[], Iterable[pd.DataFrame]] = field(repr=False, compare=False)
    _again: Callable[[Prepared], Result] = field(repr=False, compare=False)
    _confirm: Callable[[RowStates], None] = field(repr=False, compare=False)

    @property
    def n_rows(self) -> int:
        """Rows that came in."""
        return sum(self.counts.values())

    @property
    def ok(self) -> bool:
        """Whether PangoCDP received every row, now or before, or one that replaces it.

        A row that it could not store, as far as `refresh` knows, makes this False.
        """
        return all(not n or word in _ARRIVED for word, n in self.counts.items())

    @cached_property
    def rows(self) -> pd.DataFrame:
        """One line per row that came in: row, index, key (masked), state, reason."""
        parts = list(self.rows_parts())
        return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)

    def rows_parts(self) -> Iterator[pd.DataFrame]:
        """Give `rows` part by part, for runs of many rows; a frame is one part."""
        start, table = 0, None
        say = language(self.lang).told
        for part in self._rows_parts():
            table, start = self._row_states.into(part, start, say)
            yield table
        if table is None:
            yield pd.DataFrame(columns=["row", "index", "key", "state", "reason"])

    def reason_counts(self) -> list[tuple[str, str, int]]:
        """Count the rows that were to be sent and did not arrive, for certain, by state and reason.

        Returns
        -------
        list
            ``(state, reason, rows)``, the most frequent first.
        """
        states = [State.REJECTED, State.UNKNOWN, State.UNSENT, State.FAILED]
        found = self._row_states.reason_counts(states)
        return [(state.label, reason, n_rows) for state, reason, n_rows in found]

    @verb
    def refresh(self) -> Result:
        """Take in what PangoCDP has called back since, and return the result.

        Rows that were accepted are *stored* or *failed* then, as far as the ledger knows; see
        `pangoprep.confirm` and `pangoprep.listen`.
        """
        self._confirm(self._row_states)
        of_rows = {state.label: n_rows for state, n_rows in self._row_states.counts_of_rows.items()}
        of_rows |= {word: self.counts[word] for word in ("held", "superseded")}
        counts = counts_by_word({state: of_rows[state.label] for state in State})
        object.__setattr__(self, "counts", counts)
        self.__dict__.pop("rows", None)
        return self

    @verb
    def retry(self, report: Prepared) -> Result:
        """Send again with the same options, after a fix; rows accepted before are not repeated.

        Parameters
        ----------
        report
            The mended frame's report: ``result.retry(fixed.pango.validate())``.
        """
        return self._again(report)

    @verb
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

        target = path_of("path", path)
        schema: pa.Schema | None = None
        with writing(target), whole_file(target) as draft, ExitStack() as stack:
            for rows in self._pieces():
                if schema is None:
                    schema = _schema(rows)
                    writer = stack.enter_context(pq.ParquetWriter(draft, schema))
                if schema.field("index").type == pa.large_string():
                    rows = rows.assign(index=rows["index"].astype(str))
                writer.write_table(pa.Table.from_pandas(rows, schema, preserve_index=False))
        return target

    def _pieces(self) -> Iterator[pd.DataFrame]:
        for part in self.rows_parts():
            for start in range(0, max(len(part), 1), _ROWS_AT_ONCE):
                yield part.iloc[start : start + _ROWS_AT_ONCE]

    @verb
    def to_excel(self, path: str | os.PathLike[str]) -> None:
        """Write the counts and every row to a workbook; large ones go on over several sheets."""
        rows = self.rows.assign(index=self.rows["index"].astype(str))
        target = path_of("path", path)
        # No text of a cell or a server may become a formula or a link.
        plain = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
        with (
            writing(target),
            whole_file(target) as draft,
            pd.ExcelWriter(draft, engine="xlsxwriter", engine_kwargs=plain) as workbook,
        ):
            self._summary().to_excel(workbook, sheet_name="summary", index=False)
            for number, start in enumerate(range(0, max(len(rows), 1), _ROWS_PER_SHEET), 1):
                part = rows.iloc[start : start + _ROWS_PER_SHEET]
                name = "rows" if number == 1 else f"rows {number}"
                part.to_excel(workbook, sheet_name=name, index=False)

    def _summary(self) -> pd.DataFrame:
        words = language("en")  # as the states themselves
        shown = [(state, n, words(f"meaning.{state}")) for state, n in self.counts.items()]
        return pd.DataFrame(shown, columns=["state", "rows", "meaning"])

    @property
    def headline(self) -> str:
        """The outcome in one sentence."""
        words = language(self.lang)
        stopped = words("result.early", reason=self.reason) if self.reason else ""
        counts = words.states(self.counts) or words("result.no_rows")
        return words("result.repr", run=self.run_id, rows=self.n_rows, counts=counts) + stopped

    def __repr__(self) -> str:
        from pangoprep.plain_text import printable

        return printable(f"<{self.headline}>")

    def _repr_html_(self) -> str:
        from pangoprep.markup.card import CardTable, render_card

        words = language(self.lang)
        told = [(words(f"state.{s}"), n, words(f"meaning.{s}")) for s, n in self.counts.items()]
        heads = [words(f"result.{name}") for name in ("state", "rows", "meaning")]
        reasons, n_left = self._reasons()
        causes = [(words(f"state.{state}"), n, words.told(reason)) for state, n, reason in reasons]
        seconds = duration(self.seconds, words("unit.day"), words("unit.days"))
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
        found = self.reason_counts()
        listed = [(state, n_rows, reason) for state, reason, n_rows in found[:_MAX_REASONS]]
        return listed, max(len(found) - _MAX_REASONS, 0)


def _schema(rows: pd.DataFrame) -> pa.Schema:
    is_number = pd.api.types.is_integer_dtype(rows["index"])
    labels = pa.int64() if is_number else pa.large_string()
    text = pa.large_string()
    return pa.schema(
        [("row", pa.int64()), ("index", labels), ("key", text), ("state", text), ("reason", text)]
    )
