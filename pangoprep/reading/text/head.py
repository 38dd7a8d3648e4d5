"""What the first rows of a delimited file say of all: its delimiter, its headers, its shape."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pangoprep.call_words import option
from pangoprep.errors import ReadError
from pangoprep.reading.layout import header_names
from pangoprep.reading.text.dialect import Dialect
from pangoprep.reading.text.shape import Shape
from pangoprep.sentence import Sentence

DELIMITERS = ",;\t|"
_FULL = 0.9  # nearly all
# A quoted cell of more lines at the end of what is looked at has lost its closing quote.
_LONG = 100
_ROWS_BY_HAND, _ROWS_TO_GUESS, _LETTERS_TO_GUESS = 2_000, 300, 1 << 16


class FirstRecords(NamedTuple):
    """The first rows of a file, cut into cells; the last one may be incomplete."""

    all: list[list[str]]
    complete: list[list[str]]


def find_delimiter(text: str, *, is_whole: bool) -> str:
    """Choose the delimiter that cuts most rows into the same number of cells."""
    first = text[:6].lower()
    if first.startswith("sep=") and len(text) > 4 and text[4] in DELIMITERS:
        return text[4]  # Excel's own way to say it
    is_whole = is_whole and len(text) <= _LETTERS_TO_GUESS
    text = text[:_LETTERS_TO_GUESS]
    scores = {}
    for mark in DELIMITERS:
        widths = Counter(_widths(text, mark, is_whole=is_whole))
        n_rows = sum(widths.values())
        width, n_alike = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        scores[mark] = (n_alike / n_rows, width) if width > 1 else (0.0, 1)
    best = max(DELIMITERS, key=lambda mark: (round(scores[mark][0], 1), scores[mark][1]))
    return best if scores[best][1] > 1 else ","


def _widths(text: str, mark: str, *, is_whole: bool) -> Iterator[int]:
    """Give the number of cells of each row; of the first ones, if quotes cannot be right."""
    read = list(_strict_rows(text, Dialect(mark)))
    rows = [row for row, _ in read]
    if read and read[-1][1] * 2 > text.count("\n"):
        rows = rows if is_whole or len(rows) == 1 else rows[:-1]
    else:
        content = text.encode("utf-8", "replace")
        rows = _read_by_hand(content, Dialect(mark), _ROWS_TO_GUESS, is_whole=True).all
    return (len(row) for row in rows if any(row))


def find_quote(text: str, delimiter: str) -> str:
    """Tell whether cells stand in single quotes: where no cell begins with a double one."""
    if "'" not in text or f'{delimiter}"' in text:
        return '"'
    lines = text.splitlines()[:-1] or text.splitlines()
    cells = [cell.strip(" ") for line in lines for cell in line.split(delimiter)]
    if any(cell.startswith('"') for cell in cells):
        return '"'
    opened = sum(cell.startswith("'") for cell in cells)
    closed = sum(len(cell) > 1 and cell.endswith("'") for cell in cells)
    # An apostrophe that Excel puts before a text opens cells and closes none.
    return "'" if closed > 1 and min(opened, closed) >= _FULL * max(opened, closed) else '"'


def first_records(text: str, dialect: Dialect, *, is_whole: bool) -> FirstRecords:
    """Cut the first rows of a file into cells; line by line, where its quotes cannot be right."""
    content = dialect.without_spaces(text.encode("utf-8", "replace"))
    text = content.decode("utf-8")
    read = list(_strict_rows(text, dialect))
    n_lines = read[-1][1] if read else 0
    rows = [row for row, _ in read]
    n_left = sum(1 for _ in io.StringIO(text, newline="")) - n_lines
    if n_left and (is_whole or n_left > _LONG):
        return _read_by_hand(content, dialect, _ROWS_BY_HAND, is_whole=is_whole)
    return FirstRecords(rows + [[""]] * bool(n_left), rows if is_whole or n_left else rows[:-1])


def _strict_rows(text: str, dialect: Dialect) -> Iterator[tuple[list[str], int]]:
    """Give rows and the lines up to each, as long as quotes are right."""
    # Not csv.field_size_limit: that is one setting for the whole process.
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        strict=True,
    )
    try:
        for row in reader:
            yield row, reader.line_num
    except csv.Error:
        return


def _read_by_hand(
    content: bytes, dialect: Dialect, max_rows: int, *, is_whole: bool
) -> FirstRecords:
    rows: list[list[str]] = []
    place = 0
    while place < len(content) and len(rows) < max_rows:
        record = dialect.record(content, place) or dialect.record(content, place, escaped=True)
        record = record or dialect.line(content, place)
        cells = [cell.decode("utf-8", "replace") for cell in record.cells]
        rows.append(cells if len(cells) > 1 or cells[0] else [])
        place = record.end
    return FirstRecords(rows, rows if is_whole else rows[:-1])


class Columns(NamedTuple):
    """The columns of a table: their names, and what its rows look like."""

    names: list[str]
    shape: Shape


def find_columns(rows: Mapping[int, Sequence[str]], header_row: int, name: str) -> Columns:
    """Name the columns, and learn what stands in them.

    Blank cells beyond the last header are no column, nor are filled ones unless most rows have
    them: rows with more filled cells than headers are held.

    Raises
    ------
    ReadError
        If the header is empty, or most rows have another shape than it.
    """
    below = [row for number, row in rows.items() if number > header_row and any(row)]
    below = below[:_ROWS_BY_HAND]
    widths = Counter(map(len, below))
    usual = widths.most_common(1)[0][0] if below else 0
    header = list(rows.get(header_row, []))
    if header_row and not any(header):
        raise ReadError(
            Sentence("Row {1} of {2} is empty; it cannot hold the headers.", header_row, name)
        )
    if not header_row:
        header = [""] * usual
    n_named = sum(1 for cell in header if cell.strip())
    while header_row and len(header) > 1 and not header[-1].strip():
        n_filled = sum(1 for row in below if len(row) >= len(header) and row[len(header) - 1])
        if n_filled * 2 >= len(below) > 0:
            break
        header.pop()
    n_columns = max(len(header), 1)
    is_narrow = header_row and n_named * 2 < usual
    if below and (is_narrow or (usual < n_columns and not widths[n_columns])):
        raise ReadError(
            Sentence(
                "Most rows of {1} have {2} cells, and the header has {3}. Name the "
                "delimiter, such as {4}, or the row of the headers, such as {5}.",
                name,
                usual,
                n_named,
                option("delimiter", ";"),
                option("header", 3),
            )
        )
    whole = [row for row in below if len(row) == n_columns]
    if usual > n_columns:
        whole += [
            row[:n_columns] for row in below if len(row) == usual and not any(row[n_columns:])
        ]
    shape = Shape(n_columns, whole, usual or None)
    if usual < n_columns and below:
        short = [row for row in below if len(row) == usual]
        if sum(map(shape.fits, short)) < _FULL * len(short):
            shape = Shape(n_columns, whole)
    return Columns(header_names(header), shape)
