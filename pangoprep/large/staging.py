"""Tables set aside on disk while a file of any size goes through.

They lie in one file that has no name where the system allows that, and is gone with the process.
"""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pangoprep.private_files import make_private_folder
from pangoprep.upload.machine.data_directory import data_dir


@dataclass(frozen=True)
class Slot:
    """Where a table lies."""

    start: int
    stop: int


class Stage:
    """Keeps tables on disk, compressed."""

    def __init__(self) -> None:
        folder = data_dir()  # not the system's, which may be in memory
        make_private_folder(folder)
        self._file: Any = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - lives as long as this
        weakref.finalize(self, self._file.close)

    def put(self, table: pa.Table) -> Slot:
        """Set a table aside."""
        start = self._file.seek(0, 2)
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        sink = pa.PythonFile(self._file, mode="w")
        with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
            writer.write_table(table)
        return Slot(start, self._file.tell())

    def get(self, slot: Slot, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a table, or some of its columns."""
        self._file.seek(slot.start)
        content = pa.py_buffer(self._file.read(slot.stop - slot.start))
        options = pa.ipc.IpcReadOptions()
        if columns is not None:
            schema = pa.ipc.open_stream(content).schema
            places = [place for place, name in enumerate(schema.names) if name in columns]
            options = pa.ipc.IpcReadOptions(included_fields=places)
            if not places:
                return pa.table({})
        return pa.ipc.open_stream(content, options=options).read_all()
