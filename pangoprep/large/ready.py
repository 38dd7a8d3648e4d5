"""The ready rows of a large file as one frame, so that it is sent in one run.

They are written to a temporary file and mapped into memory: the system keeps of it what there is
room for. It has no name where the system allows that, and is gone with the process.
"""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO, Any

import pandas as pd
import pyarrow as pa

from pangoprep.columns.types import Rows
from pangoprep.large.writing import as_table, labels
from pangoprep.private_files import make_private_folder
from pangoprep.progress import Bar
from pangoprep.report import Report
from pangoprep.upload.machine.data_directory import data_dir
from pangoprep.upload.rows.prepared import Prepared


@dataclass(frozen=True)
class LargeReport:
    """What the uploader needs of a report; see `pangoprep.upload.rows.prepared`."""

    entity: str
    n_rows: int
    ready: pd.DataFrame
    ready_rows: Rows
    rows: pd.DataFrame
    reading: dict[str, Any]


@contextmanager
def sendable(report: Report) -> Iterator[Prepared]:
    """Give what is to be sent of a report; of one in parts without taking it into memory."""
    if len(report.examined.spans) == 1:
        yield report
        return
    folder = data_dir()  # not the system's, which may be in memory
    make_private_folder(folder)
    with ExitStack() as stack:
        ready, rows = (
            _OnDisk(stack.enter_context(tempfile.TemporaryFile(dir=folder))) for _ in range(2)
        )
        bar = stack.enter_context(Bar.over_file(report.entity, "preparing", report.n_rows))
        for span in report.examined.spans:
            ready.add(report.ready_between(span))
            table = report.rows_between(span)
            rows.add(table.assign(index=labels(table["index"])))
            bar.add(len(table))
        yield LargeReport(
            report.entity,
            report.n_rows,
            ready.frame(),
            report.ready_rows,
            rows.frame(),
            report.reading,
        )


class _OnDisk:
    """Frames of one shape, under each other in a file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._writer: Any = None
        self._schema: pa.Schema | None = None

    def add(self, frame: pd.DataFrame) -> None:
        table = as_table(frame, self._schema)
        if self._writer is None:
            self._schema = table.schema
            self._writer = pa.ipc.new_file(pa.PythonFile(self._file, mode="w"), table.schema)
        self._writer.write_table(table)

    def frame(self) -> pd.DataFrame:
        self._writer.close()
        self._file.flush()
        mapped = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        table = pa.ipc.open_file(pa.py_buffer(mapped)).read_all()
        return table.to_pandas(types_mapper=pd.ArrowDtype)
