"""Tables set aside on disk while a file of any size goes through.

They lie in one file that has no name where the system allows that, and is gone with the process.
"""

from __future__ import annotations

import mmap
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from pangoprep.errors import UsageError
from pangoprep.private_files import make_private_folder
from pangoprep.sentence import Sentence
from pangoprep.upload.machine.data_directory import DATA_DIR_VARIABLE, data_dir, why_not

# Arrow's numbers lie at multiples of this many bytes.
_ALIGNED = 64


@dataclass(frozen=True)
class Slot:
    """Where a table lies: from which byte to which, of which file if there are several.

    ``digest`` tells whether what lies there is what was put there, where that matters.
    """

    start: int
    stop: int
    file: str = ""
    digest: bytes = b""


class Tables(Protocol):
    """Where tables lie that were set aside: `Stage` is one, a folder of many files another."""

    def get(self, slot: Slot, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a table, or some of its columns."""


class TableSink(Protocol):
    """Takes tables that are set aside."""

    def put(self, table: pa.Table) -> Slot:
        """Set a table aside."""


class Stage:
    """Keeps tables on disk, as they are in memory: what is read of one is only what is asked for.

    Compressing them costs more of the processor's time than they have bytes for.
    """

    def __init__(self) -> None:
        folder = data_dir()  # not the system's, which may be in memory
        with _room_on_disk(folder):
            make_private_folder(folder)
            self._file: Any = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - lives as long as this
        weakref.finalize(self, _give_up, self._file)

    def put(self, table: pa.Table) -> Slot:
        """Set a table aside.

        Raises
        ------
        UsageError
            If there is no room for it.
        """
        end = self._file.seek(0, 2)
        start = end + -end % _ALIGNED
        with _room_on_disk(data_dir()):
            self._file.write(bytes(start - end))
            _write_table(table, pa.PythonFile(self._file, "w"), None)
            self._file.flush()
        return Slot(start, self._file.tell())

    def get(self, slot: Slot, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a table, or some of its columns."""
        return read_table(self._bytes(slot), columns)

    def _bytes(self, slot: Slot) -> pa.Buffer:
        first = slot.start - slot.start % mmap.ALLOCATIONGRANULARITY
        try:  # the system reads what is looked at, and it takes no memory of ours
            mapped = mmap.mmap(
                self._file.fileno(), slot.stop - first, offset=first, access=mmap.ACCESS_READ
            )
        except OSError:  # some network drives cannot do that
            self._file.seek(slot.start)
            return pa.py_buffer(self._file.read(slot.stop - slot.start))
        return pa.py_buffer(mapped).slice(slot.start - first)


def _give_up(file: Any) -> None:
    with suppress(OSError):  # what a full disk did not take is tried once more, and nobody reads it
        file.close()


def packed_table(table: pa.Table) -> pa.Buffer:
    """Write a table into memory, compressed."""
    sink = pa.BufferOutputStream()
    _write_table(table, sink, "lz4")
    return sink.getvalue()


def _write_table(table: pa.Table, sink: pa.NativeFile, compression: str | None) -> None:
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)


def read_table(content: bytes | pa.Buffer, columns: Sequence[str] | None = None) -> pa.Table:
    """Return a table that was written, or some of its columns."""
    buffer = pa.py_buffer(content) if isinstance(content, bytes) else content
    options = pa.ipc.IpcReadOptions()
    if columns is not None:
        schema = pa.ipc.open_stream(buffer).schema
        places = [place for place, name in enumerate(schema.names) if name in columns]
        options = pa.ipc.IpcReadOptions(included_fields=places)
        if not places:
            return pa.table({})
    return pa.ipc.open_stream(buffer, options=options).read_all()


@contextmanager
def _room_on_disk(folder: Path) -> Iterator[None]:
    """Turn what the system says of a folder that cannot be written into an error of ours."""
    try:
        yield
    except OSError as error:
        reason = why_not(error)
    else:
        return
    raise UsageError(
        Sentence(
            "The rows cannot be set aside in {1!r}: {2}. Fix that, or set "
            "{3} to a folder with more room.",
            str(folder),
            reason,
            DATA_DIR_VARIABLE,
        )
    )
