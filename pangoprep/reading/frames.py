"""`read` and `scan`: from a path to frames of text."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, Any

import pandas as pd

from pangoprep import call_words as how
from pangoprep.boundary import verb
from pangoprep.errors import OptionError, ReadError
from pangoprep.memory import OF_PARTS, release_unused
from pangoprep.reading.as_read import remember_call
from pangoprep.reading.found_files import files_of, find_files
from pangoprep.reading.joining import join_indexes, join_sources
from pangoprep.reading.kinds import How, open_table
from pangoprep.reading.opening import TableFile
from pangoprep.reading.pieces import SOURCE, Origin, Piece, Table, cut, joined, to_frame
from pangoprep.sentence import Sentence, all_of

MAX_BYTES = 1 << 32
_MAX_CELLS = 1 << 23  # of a part: a wide table has fewer rows in each
_LISTED = 5


@verb
def read(
    path: str | os.PathLike[str] | IO[Any],
    *,
    sheet: str | int | None = None,
    header: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> pd.DataFrame:
    r"""Read a file, or a folder of same-shaped files, as text.

    CSV and its kin, Excel (xlsx, xlsm, xls), web pages and XML spreadsheets that are called xls,
    Parquet, JSON lines; also in gzip or zip. Encoding, delimiter and header row are found. Nothing
    is turned into numbers or dates: phone numbers keep their zeros, and what Excel holds as a
    number or date is written as such.

    Parameters
    ----------
    path
        A file, a folder, or a glob such as ``"exports/*.csv"``; or a file that is open, such as
        an upload or an answer from the web: it is read from where it stands, into memory.
    sheet
        The sheet of a workbook, by name or position from 0, or the table of a page by its position;
        needed if several hold something.
    header
        The row with the headers, counted from 1; 0 if there is none. Default: it is found.
    encoding
        Of delimited text, such as ``"cp1258"``; or the font ``"tcvn3"`` or ``"vni"`` that it is
        typed for, in a workbook too. Default: it is found.
    delimiter
        Of delimited text. Default: it is found.

    Returns
    -------
    DataFrame
        Every cell text or missing; the index holds each row's number in its file, from 1, and
        with several files the file's name before it. Both stay with the rows when rows are dropped
        or sorted. ``frame.attrs["pangoprep.source"]`` says how the file was read.

    Raises
    ------
    ReadError
        If there is no such file, or it is no table, too large for memory (see `scan`), damaged,
        or was changed while it was read.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "khách hàng.csv"
    >>> _ = path.write_text("DANH SÁCH;\nMã KH;SĐT\nC1;0912345678\n", "utf-8")
    >>> frame = read(path)
    >>> frame.reset_index().values.tolist()
    [[3, 'C1', '0912345678']]
    >>> frame.attrs["pangoprep.source"]["delimiter"]
    ';'
    """
    files, known = files_of(path), How(sheet, header, encoding, delimiter)
    begun = _begin(files, known, MAX_BYTES)
    if begun[-1].is_open:
        begun[-1].opened.close()
        raise ReadError(
            Sentence(
                "{1!r} holds more than {2:.0f} GiB of text. Read it in parts: ",
                _named(path),
                MAX_BYTES / 2**30,
            )
            + how.either("for frame in pp.scan(path): ...", "pangoprep validate, pangoprep clean.")
        )
    return _in_one(begun, files, _named(path), known)


def read_or_scan(
    path: str,
    max_bytes: int,
    max_rows: int | None,
    rows: int,
    *,
    on_rows: Callable[[int], None] | None = None,
    **how: Any,
) -> pd.DataFrame | Iterator[pd.DataFrame]:
    """Read as `read` does what is not too large for one frame; go on as `scan` with what is.

    Parameters
    ----------
    path, how
        As for `read`.
    max_bytes, max_rows
        What one frame may have: bytes of text in memory, and rows.
    rows
        The most rows of a frame where there are several.
    on_rows
        Called with the number of rows read, time and again, until it is told which it will be.
    """
    known, files = How(**how), find_files(path)
    begun = _begin(files, known, max_bytes, max_rows, on_rows)
    if begun[-1].is_open:
        return _scan(files, rows, known, path, begun)
    return _in_one(begun, files, path, known)


@dataclass(eq=False)
class _Begun:
    """A table with the pieces of it that were read; it may be open for more."""

    table: Table
    pieces: deque[Piece] = field(default_factory=deque)
    opened: ExitStack = field(default_factory=ExitStack)
    is_open: bool = False

    @contextmanager
    def gone_on(self) -> Iterator[Table]:
        """Give the table with all of its pieces; those that were read are not kept."""
        with self.opened:
            self.table.pieces = chain(self._taken(), self.table.pieces)
            yield self.table

    def _taken(self) -> Iterator[Piece]:
        while self.pieces:
            yield self.pieces.popleft()


def _begin(
    files: list[TableFile],
    how: How,
    max_bytes: int,
    max_rows: int | None = None,
    on_rows: Callable[[int], None] | None = None,
) -> list[_Begun]:
    """Read one table after the other until that is too much for one frame; the last stays open."""
    begun: list[_Begun] = []
    n_bytes = n_rows = 0
    for table_file in files:
        with ExitStack() as opened:
            one = _Begun(opened.enter_context(open_table(table_file, how)))
            begun.append(one)
            for piece in one.table.pieces:
                one.pieces.append(piece)
                n_bytes += sum(column.nbytes for column in piece.columns)
                n_rows += len(piece.rows)
                if n_bytes > max_bytes or (max_rows is not None and n_rows > max_rows):
                    one.opened, one.is_open = opened.pop_all(), True
                    return begun
                if on_rows is not None:
                    on_rows(len(piece.rows))
    return begun


def _in_one(begun: list[_Begun], files: list[TableFile], path: str, known: How) -> pd.DataFrame:
    """Put all that was read into one frame."""
    frames = []
    for table_file, one in zip(files, begun, strict=True):
        table = one.table
        whole = _without_empty(table, joined(one.pieces, len(table.names)))
        one.pieces.clear()
        frames.append(
            to_frame(table.names, whole, table.origin, table_file.name * (len(files) > 1))
        )
    if len(frames) > 1:
        return _together(frames, path)
    if files[0].content is None:  # what was open already nobody can open again
        remember_call(frames[0], _call(files[0], begun[0].table.origin, known))
    return frames[0]


def _call(table_file: TableFile, origin: Origin, known: How) -> dict[str, Any]:
    """Return the arguments of `read` that read this table alone again."""
    sheet = origin.sheet or (known.sheet if isinstance(known.sheet, int) else None)
    told = {"path": str(table_file.path), **vars(known), "sheet": sheet}
    return {name: value for name, value in told.items() if value is not None}


def _named(path: str | os.PathLike[str] | IO[Any]) -> str:
    """Return the path, or what to call a file that is open."""
    return os.fspath(path) if isinstance(path, str | os.PathLike) else "the open file"


def scan(
    path: str | os.PathLike[str],
    *,
    rows: int = 1 << 18,
    sheet: str | int | None = None,
    header: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Iterator[pd.DataFrame]:
    r"""Read what does not fit into memory: give frames of at most so many rows.

    Parameters
    ----------
    path, sheet, header, encoding, delimiter
        As for `read`. A workbook is read as a whole; it cannot be larger than Excel allows.
    rows
        The most rows of a frame; of a wide table it has fewer. No frame holds rows of two files.

    Raises
    ------
    ReadError
        As for `read`; frames given before it stay good.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "large.csv"
    >>> _ = path.write_text("Mã KH,SĐT\n" + "C1,0912345678\n" * 5, "utf-8")
    >>> [len(frame) for frame in scan(path, rows=2)]
    [2, 2, 1]
    """
    if isinstance(rows, bool) or not isinstance(rows, int) or rows < 1:
        said = how.either(f"rows={rows!r}", f"--rows-at-once {rows!r}")
        raise OptionError(Sentence("{1} cannot be used; give a whole number from 1.", said))
    files = find_files(path)
    return _scan(files, rows, How(sheet, header, encoding, delimiter), os.fspath(path))


def _scan(
    files: list[TableFile], n_rows: int, how: How, path: str, begun: Iterable[_Begun] = ()
) -> Iterator[pd.DataFrame]:
    names: list[str] | None = None
    waiting = deque(begun)
    for table_file in files:
        with waiting.popleft().gone_on() if waiting else open_table(table_file, how) as table:
            if names is None:
                names = table.names
            refuse_other_columns(names, table.names, path, table_file.name)
            file = table_file.name * (len(files) > 1)
            most = min(n_rows, max(_MAX_CELLS // max(len(names), 1), 1))
            for piece in cut(table.pieces, len(table.names), most):
                frame = to_frame(table.names, piece, table.origin, file)
                attrs = frame.attrs
                frame = frame[names] if len(set(names)) == len(names) else frame
                frame.attrs = attrs
                yield frame
                del piece, frame  # or they would lie beside the next while that is read
                release_unused(above=OF_PARTS)


def _without_empty(table: Table, whole: Piece) -> Piece:
    """Leave out columns that have neither a header nor a value."""
    kept = [
        place
        for place, (name, column) in enumerate(zip(table.names, whole.columns, strict=True))
        if not name.startswith("column ") or column.null_count < len(column)
    ]
    table.names = [table.names[place] for place in kept]
    return Piece([whole.columns[place] for place in kept], whole.rows)


def _together(frames: list[pd.DataFrame], path: str) -> pd.DataFrame:
    """Put files of one shape under each other."""
    names = list(frames[0].columns)
    for frame in frames[1:]:
        refuse_other_columns(names, list(frame.columns), path, frame.attrs[SOURCE]["file"])
    sources: list[dict[str, Any]] = [frame.attrs[SOURCE] for frame in frames]
    for frame in frames:
        frame.attrs = {}
    index = join_indexes([frame.index for frame in frames])
    whole = pd.concat([frame[names].reset_index(drop=True) for frame in frames]).set_axis(index)
    whole.attrs[SOURCE] = join_sources(sources, Path(path).name or path)
    return whole


def refuse_other_columns(first: list[str], other: list[str], path: str, file: str) -> None:
    """Refuse a file whose columns are not those of the first, in any order.

    Raises
    ------
    ReadError
        If they are not.
    """
    if sorted(first) == sorted(other):
        return
    lacks = [name for name in first if name not in other]
    adds = [name for name in other if name not in first]
    parts = [
        f"{verb} {', '.join(map(repr, names[:_LISTED]))}{' …' * (len(names) > _LISTED)}"
        for verb, names in (("lacks", lacks), ("adds", adds))
        if names
    ]
    raise ReadError(
        Sentence(
            "The files of {1!r} have different columns: {2} {3}. Read them one by one.",
            path,
            file,
            all_of(parts),
        )
    )
