"""The report of rows over many machines: its tables are Dask frames on a folder's files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.engines.files import FINDINGS, HELD, READY, ROWS, no_rows, read_parquet
from pangoprep.engines.folder import Folder, FolderStage, refuse_replaced
from pangoprep.engines.parts import ExaminedWhole, Labels, with_columns
from pangoprep.large.examined_parts import as_frame
from pangoprep.large.staging import Slot
from pangoprep.report import Report


class FolderReport(Report):
    """A report whose rows lie in a folder; made by ``ddf.pango.validate(folder=...)``.

    `ready`, `held`, `findings` and `rows` are Dask frames on the Parquet files of the folder, in
    the order of the partitions; `cleaned` is one too. All else is as of any report. What needs
    findings in memory (``str(report)``, `to_html`, `reveal`, `to_excel`) reads them from the
    folder when you ask; `superseded` and `not_records` compute the partitions again.

    Parameters
    ----------
    examined
        What was found.
    folder
        Where it lies.
    run
        What the folder's manifest calls this report.
    n_findings
        How many findings each part has.
    schema
        The canonical columns of all rows.
    """

    examined: ExaminedWhole

    def __init__(
        self,
        examined: ExaminedWhole,
        folder: Folder,
        run: str,
        n_findings: Sequence[int],
        schema: pa.Schema,
    ) -> None:
        super().__init__(examined)
        self._folder, self._run = folder, run
        self._n_findings, self._schema = n_findings, schema

    @property
    def folder(self) -> str:
        """The address of the folder."""
        return self._folder.address

    @cached_property
    def ready(self) -> Any:
        """The rows that would be sent, as a Dask frame: canonical values, the caller's index."""
        return self._table(READY)

    @property
    def held(self) -> Any:
        """The rows with errors, as a Dask frame: the caller's own columns, values and index.

        Their last column is the reason; see `held_rows`.
        """
        return self._table(HELD)

    def held_rows(self, *, reason: bool = True) -> Any:
        """Return `held`, with its last column, the reason, or without."""
        held = self.held
        return held if reason else held[held.columns[:-1]]

    @cached_property
    def findings(self) -> Any:
        """One row per finding, as a Dask frame; values are masked."""
        return self._table(FINDINGS)

    @cached_property
    def rows(self) -> Any:
        """One row per input row, as a Dask frame: row, index, key (masked), state, reason."""
        return self._table(ROWS)

    @cached_property
    def cleaned(self) -> Any:
        """Every row with canonical values and the caller's index, as a Dask frame."""
        refuse_replaced(self._folder, self._run)
        labels, slots = self.examined.labels_of[""], self.examined.parts
        parts = [(number, part.canonical) for number, part in enumerate(slots)]
        names = [name for name in self._schema.names if name != self.examined.item_list]
        schema = pa.schema([self._schema.field(name) for name in names])
        read = partial(_cleaned, self.examined.stage, labels, schema)
        return frames_of(read, parts, read(parts[0]).iloc[:0])

    def ready_parts(self) -> Iterator[pd.DataFrame]:
        """Give the ready rows, partition by partition."""
        for number in range(len(self.examined.parts)):
            yield _table_of(self._folder, self._run, READY, (number, None))

    def rows_parts(self) -> Iterator[pd.DataFrame]:
        """Give the state of every row, partition by partition."""
        for number in range(len(self.examined.parts)):
            yield _table_of(self._folder, self._run, ROWS, (number, None))

    def _table(self, name: str) -> Any:
        refuse_replaced(self._folder, self._run)
        starts: list[int | None] = [None] * len(self.examined.parts)
        if name == FINDINGS:
            starts = np.cumsum([0, *self._n_findings]).tolist()
        elif name == ROWS:
            starts = [span.start for span in self.examined.spans]
        parts = list(enumerate(starts[: len(self.examined.parts)]))
        read = partial(_table_of, self._folder, self._run, name)
        return frames_of(read, parts, no_rows(self._folder, name))


def _table_of(folder: Folder, run: str, name: str, part: tuple[int, int | None]) -> pd.DataFrame:
    """Read a table's rows of a part; those without labels are counted through all parts."""
    number, start = part
    try:
        frame = read_parquet(folder, name, number)
    finally:  # another report may have taken its place while it was read
        refuse_replaced(folder, run)
    return frame if start is None else frame.set_axis(pd.RangeIndex(start, start + len(frame)))


def _cleaned(
    stage: FolderStage, labels: Labels, schema: pa.Schema, part: tuple[int, Slot]
) -> pd.DataFrame:
    number, slot = part
    frame = with_columns(as_frame(stage.get(slot, schema.names)), schema)
    return frame.set_axis(labels.of_part(number), axis="index")


def frames_of(read: Callable[[Any], pd.DataFrame], parts: Any, meta: pd.DataFrame) -> Any:
    """Return a Dask frame of so many parts."""
    import dask
    import dask.dataframe as dd

    # Columns of lists are objects, which Dask would take for texts.
    with dask.config.set({"dataframe.convert-string": False}):
        return dd.from_map(read, list(parts), meta=meta, enforce_metadata=False)
