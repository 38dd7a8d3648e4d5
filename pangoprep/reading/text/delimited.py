"""Reading CSV, TSV and their kin: encoding, delimiter and header row are found."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import IO, NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from pangoprep.columns.cell_text import TEXT
from pangoprep.errors import OptionError, ReadError
from pangoprep.normalizers.legacy_fonts import to_unicode
from pangoprep.normalizers.words import compose
from pangoprep.reading.layout import check_width, find_header, header_names
from pangoprep.reading.opening import HEAD_SIZE
from pangoprep.reading.pieces import Origin, Piece, Table, drop_blank
from pangoprep.reading.text.encodings import (
    byte_encoding,
    decode_head,
    mark_of,
    refuse_legacy_font,
    shown_encoding,
)
from pangoprep.reading.text.row_blocks import RowTooLongError, row_blocks

_DELIMITERS = ",;\t|"
_BLOCK_SIZE = 1 << 23  # a row longer than this is no row
_SHOWN = 5


def read_delimited(
    file: IO[bytes],
    head: bytes,
    name: str,
    *,
    encoding: str | None,
    delimiter: str | None,
    header: int | None,
) -> Table:
    """Read a delimited file; its pieces come as the file is read.

    Rows with another number of cells than the header cannot be told apart from rows with a stray
    delimiter in a value. They come in empty, so that they are held, and a note names them.

    Parameters
    ----------
    file
        The content from its start.
    head
        Its first bytes.
    name
        What to call the file.
    encoding, delimiter, header
        What the caller knows of it; the row of the headers counts from 1, 0 is none.

    Raises
    ------
    ReadError
        If the file is no table, in no encoding we know, or damaged.
    """
    if delimiter is not None and (
        len(delimiter) != 1 or delimiter in '"\r\n\0' or not delimiter.isascii()
    ):
        raise OptionError(f"delimiter={delimiter!r} cannot be used; give one ASCII character.")
    byte_code, font = byte_encoding(head, encoding, name)
    text = decode_head(head, byte_code)
    if font is None:
        refuse_legacy_font(text.split(), name)
    else:
        text = to_unicode(text, font)
    mark = delimiter or _find_delimiter(text, is_whole=len(head) < HEAD_SIZE)
    records = _records(text, mark, is_whole=len(head) < HEAD_SIZE)
    for row in records.all:
        check_width(len(row), name)
    if not text.strip(f"{mark} \t\r\n"):
        raise ReadError(f"{name} is empty: it holds nothing but blanks.")
    if not records.complete:
        raise ReadError(
            f"{name} begins with a row of more than {HEAD_SIZE:,} bytes: a quote that is never "
            "closed, or no line ends at all. It is no table of records."
        )
    rows = dict(enumerate(records.complete, 1))
    header_row = find_header(rows, name) if header is None else header
    names = _column_names(rows, header_row, name)
    origin = Origin(
        name, "delimited text", encoding=font or shown_encoding(byte_code), delimiter=mark,
        header_row=header_row,
    )  # fmt: skip
    file.read(len(mark_of(head, byte_code)))
    pieces = _pieces(row_blocks(file, byte_code, mark, _BLOCK_SIZE), mark, names, origin)
    if byte_code == "cp1258":  # writes tones as letters of their own
        pieces = (_changed(piece, _composed) for piece in pieces)
    if font is not None:
        pieces = (_changed(piece, lambda texts: _converted(texts, font)) for piece in pieces)
    return Table(names, origin, pieces)


def _find_delimiter(text: str, *, is_whole: bool) -> str:
    """Choose the delimiter that cuts most rows into the same number of cells."""
    first = text[:6].lower()
    if first.startswith("sep=") and len(text) > 4 and text[4] in _DELIMITERS:
        return text[4]  # Excel's own way to say it
    scores = {}
    for mark in _DELIMITERS:
        records = _records(text, mark, is_whole=is_whole)
        widths = Counter(len(row) for row in records.complete or records.all if any(row))
        n_rows = sum(widths.values())
        width, n_alike = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        scores[mark] = (n_alike / n_rows, width) if width > 1 else (0.0, 1)
    best = max(_DELIMITERS, key=lambda mark: (round(scores[mark][0], 1), scores[mark][1]))
    return best if scores[best][1] > 1 else ","


class _Records(NamedTuple):
    """The first rows of a file, cut into cells; the last one may be incomplete."""

    all: list[list[str]]
    complete: list[list[str]]


def _records(text: str, delimiter: str, *, is_whole: bool) -> _Records:
    # Not csv.field_size_limit: that is one setting for the whole process.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error:  # a cell longer than that
        return _Records(rows, rows)
    return _Records(rows, rows if is_whole else rows[:-1])


def _column_names(rows: dict[int, list[str]], header_row: int, name: str) -> list[str]:
    below = [len(row) for number, row in rows.items() if number > header_row and any(row)]
    usual = Counter(below).most_common(1)[0][0] if below else 0
    header = list(rows.get(header_row, []))
    if header_row and not any(header):
        raise ReadError(f"Row {header_row} of {name} is empty; it cannot hold the headers.")
    while len(header) > max(usual, 1) and not header[-1].strip():
        header.pop()
    header += [""] * (usual - len(header))
    n_named = sum(1 for cell in header if cell.strip())
    is_narrow = header_row and n_named * 2 < usual
    if below and (is_narrow or sum(width == len(header) for width in below) * 2 < len(below)):
        raise ReadError(
            f"Most rows of {name} have {usual} cells, and the header has {n_named}. "
            "Name the delimiter, such as delimiter=';', or the row of the headers, such as "
            "header=3."
        )
    return header_names(header)


def _pieces(
    blocks: Iterator[pa.Buffer], delimiter: str, names: list[str], origin: Origin
) -> Iterator[Piece]:
    broken: list[int] = []
    number = 1
    try:
        for block in blocks:
            columns, skipped = _parse(block, delimiter, len(names))
            piece = _numbered(columns, number, skipped)
            origin.row_notes.add("row.surplus_cells", [number + row for row in skipped])
            broken += [number + row for row in skipped]
            number += len(piece.rows)
            yield _below_header(piece, origin.header_row, broken)
    except pa.ArrowInvalid as error:
        raise ReadError(_in_words(str(error), origin)) from None
    except RowTooLongError:
        raise ReadError(
            f"{origin.file} has a row of more than {_BLOCK_SIZE:,} bytes: a quote that is never "
            "closed, or no line ends at all. It is no table of records."
        ) from None
    except UnicodeDecodeError as error:
        raise ReadError(
            f"{origin.file} is not {origin.encoding} throughout: {error.reason}. Save it as "
            "'CSV UTF-8', or name its encoding, such as encoding='cp1258'."
        ) from None
    _note_broken(origin, [row for row in broken if row > origin.header_row])


def _parse(block: pa.Buffer, delimiter: str, n_columns: int) -> tuple[list[pa.Array], list[int]]:
    """Return the columns of a block of rows, and which rows were skipped, counted from 0."""
    skipped: list[int] = []

    def skip(row: arrow_csv.InvalidRow) -> str:
        skipped.append(row.number - 1)
        return "skip"

    places = [str(place) for place in range(n_columns)]
    table = arrow_csv.read_csv(
        pa.BufferReader(block),
        read_options=arrow_csv.ReadOptions(
            use_threads=False, block_size=max(block.size, 1), column_names=places
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=skip,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(places, TEXT), null_values=[""], strings_can_be_null=True
        ),
    )
    nothing = pa.array([], type=TEXT)  # if every row was skipped there is no chunk
    return [column.chunk(0) if column.num_chunks else nothing for column in table.columns], skipped


def _numbered(columns: list[pa.Array], first: int, skipped: list[int]) -> Piece:
    """Give rows their numbers, and put empty rows where some were skipped."""
    n_rows = len(columns[0]) + len(skipped)
    if skipped:
        places = np.zeros(n_rows, dtype=np.int64)
        is_skipped = np.isin(np.arange(n_rows), skipped)
        places[~is_skipped] = np.arange(len(columns[0]))
        taken = pa.array(places, mask=is_skipped)
        columns = [column.take(taken) for column in columns]
    return Piece(columns, np.arange(first, first + n_rows))


def _below_header(piece: Piece, header_row: int, broken: list[int]) -> Piece:
    if len(piece.rows) and piece.rows[0] <= header_row:
        piece = piece.where(piece.rows > header_row)
    return drop_blank(piece, broken)


def _note_broken(origin: Origin, rows: list[int]) -> None:
    if not rows:
        return
    shown = ", ".join(map(str, rows[:_SHOWN])) + (" …" if len(rows) > _SHOWN else "")
    origin.notes.append(
        f"{len(rows):,} {'row has' if len(rows) == 1 else 'rows have'} another number of cells "
        f"than the header (row {shown}): a delimiter or quote in a value. They come in empty, so "
        "that they are held."
    )


def _in_words(message: str, origin: Origin) -> str:
    if "UTF8" in message:
        return (
            f"{origin.file} is not UTF-8 throughout. Save it as 'CSV UTF-8', or name its encoding, "
            "such as encoding='cp1258'."
        )
    return f"{origin.file} cannot be read as delimited text: it is damaged."


def _changed(piece: Piece, change: object) -> Piece:
    return Piece([change(column) for column in piece.columns], piece.rows)  # type: ignore[operator]


def _composed(texts: pa.Array) -> pa.Array:
    return compose(texts, "NFC")


def _converted(texts: pa.Array, font: str) -> pa.Array:
    encoded = texts.dictionary_encode()
    distinct = [unicodedata.normalize("NFC", to_unicode(text, font)) for text in
                encoded.dictionary.to_pylist()]  # fmt: skip
    return pa.array(distinct, type=TEXT).take(encoded.indices)
