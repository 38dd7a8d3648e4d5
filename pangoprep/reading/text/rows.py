"""From blocks of whole rows to columns; rows with too many or too few cells are looked at again."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from pangoprep.columns.cell_text import TEXT
from pangoprep.matching.line_phrases import is_no_record
from pangoprep.reading.row_notes import LineSpan
from pangoprep.reading.text.dialect import Dialect
from pangoprep.reading.text.mending import BROKEN, STRAY, Mark
from pangoprep.reading.text.row_blocks import LOST, RowBlock, native_buffer
from pangoprep.reading.text.scanning import scan
from pangoprep.reading.text.shape import Shape

SURPLUS, MISSING, SHORT = "row.surplus_cells", "row.missing_cells", "row.short"
BAD_BYTES = "row.bad_bytes"
#: Rows of which nothing is read.
HELD = frozenset({SURPLUS, MISSING, BROKEN, BAD_BYTES})

_Cells = list[str | None]
# What shows nothing: the end of a file of DOS, a new page, a mark of byte order, zero bytes.
_BLANKS = f"{string.whitespace}\x1a\0\u00a0\u200b\ufeff"


class RowReader:
    """Reads blocks of rows as columns of text.

    Parameters
    ----------
    dialect
        How rows are written.
    shape
        What they look like.
    """

    def __init__(self, dialect: Dialect, shape: Shape) -> None:
        self._dialect, self._shape = dialect, shape
        self.n_rows = self.n_bad = 0

    def read(self, block: RowBlock) -> tuple[list[pa.Array], list[Mark]]:
        """Return one array per column, null where a cell is empty, and what is said of rows."""
        text, marks = block.text, list(block.marks)
        if block.is_damaged:
            text, bad = self._without_bad(text, lambda row: LOST in row)
            marks += bad
        if not text.isascii() and _is_no_text(text):
            text, bad = self._without_bad(text, _is_no_text)
            marks += bad
        if b"\0" in text:
            text, bad = self._without_bad(text, _has_zero_bytes)
            marks += bad
        columns, skipped = self._parse(text)
        columns, more = self._with_columns(columns)
        if skipped:
            columns, again = self._with_skipped(columns, skipped)
            places = np.delete(np.arange(len(columns[0])), sorted(skipped))
            more = [mark._replace(rows=places[mark.rows]) for mark in more] + again
        marks = [mark for mark in marks + more if len(mark.rows)]
        self.n_rows += len(columns[0])
        self.n_bad += sum(len(mark.rows) for mark in marks if mark.rule == BAD_BYTES)
        return columns, marks

    def _parse(self, text: bytes) -> tuple[list[pa.Array], dict[int, str]]:
        """Return the columns, and the rows that were skipped, by their place from 0."""
        skipped: dict[int, str] = {}

        def skip(row: arrow_csv.InvalidRow) -> str:
            skipped[row.number - 1] = row.text
            return "skip"

        places = [str(place) for place in range(self._shape.width)]
        buffer = native_buffer(text)
        table = arrow_csv.read_csv(
            pa.BufferReader(buffer),
            read_options=arrow_csv.ReadOptions(
                use_threads=False, block_size=max(buffer.size, 1), column_names=places
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self._dialect.delimiter,
                quote_char=self._dialect.quote,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=skip,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(places, TEXT),
                null_values=[""],
                strings_can_be_null=True,
                check_utf8=False,  # checked above: Arrow cannot hand on a row that is none
            ),
        )
        nothing = pa.array([], type=TEXT)  # if every row was skipped there is no chunk
        columns = [column.chunk(0) if column.num_chunks else nothing for column in table.columns]
        return columns, skipped

    def _with_columns(self, columns: list[pa.Array]) -> tuple[list[pa.Array], list[Mark]]:
        """Give rows as many cells as there are columns; hold those with filled ones beyond."""
        n_columns, n_rows = self._shape.n_columns, len(columns[0])
        if self._shape.width < n_columns:
            blank = np.ones(n_rows, dtype=bool)
            for column in columns:
                blank &= pc.is_null(column).to_numpy(zero_copy_only=False)
            missing = [pa.nulls(n_rows, TEXT)] * (n_columns - self._shape.width)
            return columns + missing, [Mark(SHORT, np.flatnonzero(~blank))]
        surplus = np.zeros(n_rows, dtype=bool)
        for column in columns[n_columns:]:
            if column.null_count < n_rows:
                filled = pc.not_equal(pc.utf8_trim_whitespace(column), "").fill_null(False)
                surplus |= filled.to_numpy(zero_copy_only=False)
        columns = columns[:n_columns]
        if surplus.any():
            held = pa.array(surplus)
            columns = [pc.if_else(held, pa.scalar(None, TEXT), column) for column in columns]
        return columns, [Mark(SURPLUS, np.flatnonzero(surplus))]

    def _with_skipped(
        self, columns: list[pa.Array], skipped: dict[int, str]
    ) -> tuple[list[pa.Array], list[Mark]]:
        """Put the rows that were skipped in their places, as far as they can be read."""
        n_read, n_rows = len(columns[0]), len(columns[0]) + len(skipped)
        rows: list[_Cells] = []
        said: dict[str, list[int]] = {}
        taken = np.full(n_rows, -1, dtype=np.int64)
        is_skipped = np.zeros(n_rows, dtype=bool)
        is_skipped[list(skipped)] = True
        taken[~is_skipped] = np.arange(n_read)
        known: dict[str, tuple[_Cells | None, str]] = {}
        for place, text in skipped.items():
            if text not in known:
                known[text] = self._again(text)
            cells, rule = known[text]
            if rule:
                said.setdefault(rule, []).append(place)
            if cells is not None:
                taken[place] = n_read + len(rows)
                rows.append(cells)
        added = zip(*rows, strict=True) if rows else [()] * len(columns)
        places = pa.array(taken, mask=taken < 0)
        return [
            pa.concat_arrays([column, pa.array(cells, type=TEXT)]).take(places)
            for column, cells in zip(columns, added, strict=True)
        ], [Mark(rule, np.array(rows)) for rule, rows in said.items()]

    def _again(self, text: str) -> tuple[_Cells | None, str]:
        """Read a row with another number of cells than most: its cells, or why it is held."""
        shape, text = self._shape, text.rstrip("\r\n")
        cells = shape.trimmed(self._cells(text, self._dialect) or ())
        if len(cells) > shape.n_columns and ("'" in text or "\\" in text):
            single = Dialect(self._dialect.delimiter, "'")
            for dialect, escaped in ((self._dialect, True), (single, False)):
                other = self._cells(text, dialect, escaped=escaped)
                if other is not None and len(shape.trimmed(other)) == shape.n_columns:
                    cells = shape.trimmed(other)
        if len(cells) > shape.n_columns:
            return None, SURPLUS
        if is_no_record([text]):  # a delimiter in it is a comma of its sentence
            cells = [text]
        filled: _Cells = [cell if cell.strip(_BLANKS) else None for cell in cells]
        filled += [None] * (shape.n_columns - len(cells))
        if len(cells) == shape.n_columns or not any(filled):
            return filled, ""
        if is_no_record(cells):  # said of the row when it is checked
            return filled, ""
        return (filled, SHORT) if shape.fits(cells) else (None, MISSING)

    @staticmethod
    def _cells(text: str, dialect: Dialect, *, escaped: bool = False) -> Sequence[str] | None:
        if dialect.quote not in text:
            return None if escaped else text.split(dialect.delimiter)
        record = dialect.record(text.encode(), 0, escaped=escaped)
        if record is None and not escaped and dialect.quote == '"':
            record = dialect.line(text.encode(), 0)
        return None if record is None else [cell.decode() for cell in record.cells]

    def _without_bad(
        self, text: bytes, is_bad: Callable[[bytes], bool]
    ) -> tuple[bytes, list[Mark]]:
        """Empty the rows with bytes that are no letters."""
        found = scan(text, self._dialect)
        if found is None:
            rows = text.splitlines(keepends=True)
        else:
            ends = [*found.row_ends.tolist(), len(text)]
            rows = [text[a:b] for a, b in zip([0, *ends], ends, strict=False) if a < b]
        bad = [place for place, row in enumerate(rows) if is_bad(row)]
        for place in bad:
            rows[place] = self._dialect.mark * (self._shape.width - 1) + b"\n"
        return b"".join(rows), [Mark(BAD_BYTES, np.array(bad, dtype=np.int64))]


def lines_of(mark: Mark, first_line: int) -> LineSpan | None:
    """Return the lines a broken quote took; ``first_line`` is the number of the block's first."""
    if mark.rule not in (STRAY, BROKEN) or mark.n_lines == 1:
        return None
    return LineSpan(mark.n_lines, first_line + mark.line)


def _is_no_text(rows: bytes) -> bool:
    """Whether some bytes are no letters of UTF-8; to decode them all would take three times."""
    places = pa.py_buffer(np.array([0, len(rows)], dtype=np.int64))
    text = pa.Array.from_buffers(TEXT, 1, [None, places, pa.py_buffer(rows)])
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return True
    return False


def _has_zero_bytes(row: bytes) -> bool:
    """Whether there are zero bytes beside others; a row of nothing else is blank."""
    return b"\0" in row and bool(row.strip(b"\0\x1a\r\n \t"))
