"""``pp.scan_dask``: files of any size as a Dask frame, cut where rows end."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO, Any

import pandas as pd

from pangoprep.boundary import verb
from pangoprep.errors import OptionError, ReadError, UsageError
from pangoprep.reading.found_files import find_files
from pangoprep.reading.frames import refuse_other_columns
from pangoprep.reading.kinds import How, open_table
from pangoprep.reading.opening import TableFile
from pangoprep.reading.parquet import RowGroups, read_row_groups, row_groups
from pangoprep.reading.pieces import Table, empty_piece, joined, to_frame
from pangoprep.reading.row_notes import RowNotes
from pangoprep.reading.text.delimited import Layout, Span
from pangoprep.sentence import Sentence

#: About how many bytes of text a partition has.
BLOCKSIZE = 1 << 26


@dataclass(frozen=True)
class _Cut:
    """A partition: some rows of a file, or all.

    Parameters
    ----------
    table_file, how
        The file, and what the caller knows of it.
    state
        Its size and when it was changed, as it was when it was cut.
    names
        The columns in their order.
    file
        What to call it in row labels; empty if there is one file only.
    rows
        Which rows; None for all.
    layout
        How rows of delimited text are written.
    """

    table_file: TableFile
    how: How
    state: tuple[int, int]
    names: tuple[str, ...]
    file: str
    rows: Span | RowGroups | None = None
    layout: Layout | None = None


@verb
def scan_dask(
    path: str | os.PathLike[str],
    *,
    blocksize: int = BLOCKSIZE,
    sheet: str | int | None = None,
    header: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Any:
    r"""Take a file, folder or glob as a Dask frame, with the cells and row numbers of `read`.

    Delimited text is cut where rows end: a cell with line breaks stays whole. Parquet is cut
    between row groups. What cannot be cut (workbooks, JSON lines, UTF-16, what is packed) is one
    partition for each file.

    Parameters
    ----------
    path, sheet, header, encoding, delimiter
        As for `read`. All workers must reach the path.
    blocksize
        About how many bytes of text a partition has.

    Returns
    -------
    dask.dataframe.DataFrame
        Every cell text or missing; the index holds each row's number in its file.

    Raises
    ------
    ReadError
        As for `read`; also where a file is changed before its rows are computed.
    UsageError
        If Dask is not installed.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "large.csv"
    >>> _ = path.write_text('Mã KH,Địa chỉ\n' + 'C1,"12\nLê Lợi"\n' * 5, "utf-8")
    >>> frame = scan_dask(path, blocksize=40)
    >>> frame.npartitions, frame["Địa chỉ"].compute().unique().tolist()
    (2, ['12\nLê Lợi'])
    """
    if isinstance(blocksize, bool) or not isinstance(blocksize, int) or blocksize < 1:
        raise OptionError(
            Sentence("blocksize={1!r} cannot be used; give a whole number from 1.", blocksize)
        )
    try:
        import dask.dataframe  # noqa: F401
    except ImportError:
        dask_is_missing = True
    else:
        dask_is_missing = False
    if dask_is_missing:
        raise UsageError('Dask frames need Dask: pip install "pangoprep[dask]"')
    from pangoprep.engines.report import frames_of

    how = How(sheet, header, encoding, delimiter)
    cuts = _cuts(find_files(os.path.abspath(path)), how, blocksize, os.fspath(path))  # noqa: PTH100 - globs too
    first = cuts[0]
    names = list(first.names)
    with open_table(first.table_file, how) as table:
        nothing = to_frame(names, empty_piece(len(names)), table.origin, first.file)
    nothing.attrs = {}
    return frames_of(_frame_of, cuts, nothing)


def _cuts(files: list[TableFile], how: How, blocksize: int, path: str) -> list[_Cut]:
    """Say which partitions there are."""
    cuts: list[_Cut] = []
    for table_file in files:
        with open_table(table_file, how) as table:
            names = tuple(cuts[0].names if cuts else table.names)
            refuse_other_columns(list(names), table.names, path, table_file.name)
            whole = _Cut(
                table_file, how, _state(table_file), names, table_file.name * (len(files) > 1)
            )
            layout, form = table.layout, table.origin.format
        if layout is not None and _is_plain(table_file) and layout.can_be_cut:
            with table_file.open() as file:
                file.seek(layout.n_mark)
                spans = list(layout.spans(file, blocksize))
            kept = replace(layout, origin=replace(layout.origin, notes=[], lines=None))
            cuts += [replace(whole, rows=span, layout=kept) for span in spans]
        elif form == "Parquet" and _is_plain(table_file):
            cuts += [replace(whole, rows=some) for some in row_groups(table_file.path, blocksize)]
        else:
            cuts.append(whole)
    return cuts


def _is_plain(table_file: TableFile) -> bool:
    """Whether a file is not packed."""
    with table_file.path.open("rb") as file:
        return not table_file.member and file.read(2) != b"\x1f\x8b"


def _state(table_file: TableFile) -> tuple[int, int]:
    told = table_file.path.stat()
    return told.st_size, told.st_mtime_ns


def _frame_of(cut: _Cut) -> pd.DataFrame:
    """Read the rows of a partition."""
    if _state(cut.table_file) != cut.state:
        raise ReadError(
            Sentence(
                "{1} was changed since it was cut. Wait until it is complete, then call "
                "scan_dask again.",
                cut.table_file.name,
            )
        )
    with _table_of(cut) as table:
        pieces = list(table.pieces)
        table.origin.lines = None  # they would be those of a partition
        piece = joined(pieces, len(table.names))
        frame = to_frame(table.names, piece, table.origin, cut.file)
    attrs = frame.attrs
    if len(set(cut.names)) == len(cut.names):
        frame = frame[list(cut.names)]
    frame.attrs = attrs
    return frame


@contextmanager
def _table_of(cut: _Cut) -> Iterator[Table]:
    if isinstance(cut.rows, Span) and cut.layout is not None:
        with cut.table_file.open() as file:
            file.seek(cut.rows.start)
            origin = replace(cut.layout.origin, notes=[], row_notes=RowNotes(), lines=None)
            some = io.BufferedReader(_Some(file, cut.rows.stop - cut.rows.start), 1 << 20)
            yield cut.layout.table(some, origin, cut.rows)
    elif isinstance(cut.rows, RowGroups):
        yield read_row_groups(cut.table_file.path, cut.rows, cut.table_file.name)
    else:
        with open_table(cut.table_file, cut.how) as table:
            yield table


class _Some(io.RawIOBase):
    """So many bytes of a file, from where it stands."""

    def __init__(self, file: IO[bytes], n_bytes: int) -> None:
        super().__init__()
        self._file, self._left = file, n_bytes

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read the next bytes."""
        data = self._file.read(min(len(buffer), self._left))
        self._left -= len(data)
        buffer[: len(data)] = data
        return len(data)
