"""Reading CSV, TSV and their kin: encoding, delimiter and header row are found."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, NamedTuple

import numpy as np
import pyarrow as pa

from pangoprep.call_words import option
from pangoprep.columns.cell_text import TEXT
from pangoprep.errors import OptionError, ReadError
from pangoprep.findings import rules
from pangoprep.normalizers.legacy_fonts import to_unicode
from pangoprep.normalizers.words import compose
from pangoprep.reading.layout import check_width, find_header
from pangoprep.reading.opening import HEAD_SIZE
from pangoprep.reading.pieces import Lines, Origin, Piece, Table, drop_blank
from pangoprep.reading.row_notes import RowNotes
from pangoprep.reading.text.dialect import Dialect
from pangoprep.reading.text.encodings import (
    byte_encoding,
    decode_head,
    mark_of,
    refuse_legacy_font,
    shown_encoding,
)
from pangoprep.reading.text.head import find_columns, find_delimiter, find_quote, first_records
from pangoprep.reading.text.mending import Mark
from pangoprep.reading.text.row_blocks import RowBlock, RowTooLongError, row_blocks
from pangoprep.reading.text.rows import BAD_BYTES, HELD, RowReader, lines_of
from pangoprep.reading.text.scanning import count_lines, row_ends, scan
from pangoprep.reading.text.shape import Shape
from pangoprep.sentence import Sentence

_BLOCK_SIZE = 1 << 23  # a row longer than this is no row
_SHOWN = 5
_MAX_BAD = 3  # if more than every third row has bytes that are no letters, it is another encoding


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

    Rows that cannot be read for certain come in empty, so that they are held, and a note says why:
    filled cells beyond the last header, quotes that have no other half, bytes that are no letters.

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
        said = option("delimiter", delimiter)
        raise OptionError(Sentence("{1} cannot be used; give one ASCII character.", said))
    byte_code, font = byte_encoding(head, encoding, name)
    text = decode_head(head, byte_code)
    if font is None:
        refuse_legacy_font(text.split(), name)
    else:
        text = to_unicode(text, font)
    is_whole = len(head) < HEAD_SIZE
    mark = delimiter or find_delimiter(text, is_whole=is_whole)
    dialect = Dialect(mark, find_quote(text, mark))
    records = first_records(text, dialect, is_whole=is_whole)
    for row in records.all:
        check_width(len(row), name)
    if not text.strip(f"{mark} \t\r\n"):
        raise ReadError(Sentence("{1} is empty: it holds nothing but blanks.", name))
    if not records.complete:
        raise ReadError(
            Sentence(
                "{1} begins with a row of more than {2:,} bytes: a quote that is never "
                "closed, or no line ends at all. It is no table of records.",
                name,
                HEAD_SIZE,
            )
        )
    rows = dict(enumerate(records.complete, 1))
    header_row = find_header(rows, name) if header is None else header
    names, shape = find_columns(rows, header_row, name)
    origin = Origin(
        name, "delimited text", encoding=font or shown_encoding(byte_code), delimiter=mark,
        header_row=header_row,
    )  # fmt: skip
    layout = Layout(origin, names, dialect, shape, byte_code, font, len(mark_of(head, byte_code)))
    file.read(layout.n_mark)
    return layout.table(file, origin)


class Span(NamedTuple):
    """Some rows of a file: their bytes, and how many rows and lines are before them."""

    start: int
    stop: int
    n_records: int
    n_lines: int


@dataclass(frozen=True)
class Layout:
    """How the rows of a file are written; it can be sent to those who read some of them.

    Parameters
    ----------
    origin, names
        What is known of the file.
    dialect, shape
        How rows are written and what they look like.
    byte_code, font
        The encoding, and the old font the text is typed for.
    n_mark
        How many bytes mark the encoding at the start.
    """

    origin: Origin
    names: list[str]
    dialect: Dialect
    shape: Shape
    byte_code: str
    font: str | None
    n_mark: int

    def table(self, file: IO[bytes], origin: Origin, span: Span | None = None) -> Table:
        """Read the file from behind its mark, or some of its rows; ``origin`` is told of them."""
        span = span or Span(0, 0, 0, 0)
        lines = Lines(self.origin.header_row, span.n_lines, span.n_records)
        reader = RowReader(self.dialect, self.shape)
        reader.n_rows = span.n_records
        blocks = row_blocks(file, self.byte_code, self.dialect, self.shape, _BLOCK_SIZE)
        pieces = _pieces(blocks, reader, origin, lines)
        if self.byte_code == "cp1258":  # writes tones as letters of their own
            pieces = (_changed(piece, _composed) for piece in pieces)
        if (font := self.font) is not None:
            pieces = (_changed(piece, lambda texts: _converted(texts, font)) for piece in pieces)
        return Table(list(self.names), origin, pieces, self)

    @property
    def can_be_cut(self) -> bool:
        """Whether a line end is one byte, so that places in the text are places in the file."""
        return not self.byte_code.startswith(("utf-16", "utf-32"))

    def spans(self, file: IO[bytes], n_bytes: int) -> Iterator[Span]:
        """Cut the rest of a file into spans of about so many bytes, where rows end.

        Parameters
        ----------
        file
            The content from behind its mark.
        n_bytes
            The least that a span has, but for the last.
        """
        first = Span(self.n_mark, self.n_mark, 0, 0)
        stop, n_records, n_lines = first.start, 0, 0
        layout = self.dialect, self.shape
        for block in row_blocks(file, self.byte_code, *layout, _BLOCK_SIZE, in_bytes=True):
            # As long as nothing in it is written anew, a block can be cut at any of its rows.
            as_is = block.n_bytes == len(block.text) and not block.marks
            for size, rows, lines in _cut(
                block, self.dialect, n_bytes if as_is else len(block.text)
            ):
                stop, n_records, n_lines = stop + size, n_records + rows, n_lines + lines
                if stop - first.start >= n_bytes:
                    yield first._replace(stop=stop)
                    first = Span(stop, stop, n_records, n_lines)
        if stop > first.start or stop == self.n_mark:
            yield first._replace(stop=stop)


def _cut(block: RowBlock, dialect: Dialect, n_bytes: int) -> Iterator[tuple[int, int, int]]:
    """Give the bytes, rows and lines of pieces of a block that have about so many bytes."""
    text = block.text
    ends = row_ends(text, scan(text, dialect))
    n_before = start = n_lines = 0
    while n_before < len(ends):
        place = min(int(np.searchsorted(ends, start + n_bytes)), len(ends) - 1)
        end, is_last = int(ends[place]), place == len(ends) - 1
        lines = block.n_lines - n_lines if is_last else count_lines(text[start:end])
        yield block.n_bytes - start if is_last else end - start, place + 1 - n_before, lines
        n_before, start, n_lines = place + 1, end, n_lines + lines


def _pieces(
    blocks: Iterator[RowBlock], reader: RowReader, origin: Origin, lines: Lines
) -> Iterator[Piece]:
    origin.lines = lines
    try:
        for block in blocks:
            columns, marks = reader.read(block)
            first, first_line = lines.n_records + 1, lines.n_lines + 1
            piece = Piece(columns, np.arange(first, first + len(columns[0])))
            _refuse_other_encoding(reader, marks, first, origin)
            held = [np.empty(0, dtype=np.int64)]
            for mark in marks:
                numbers = first + mark.rows
                numbers = numbers[numbers > origin.header_row]
                origin.row_notes.add(mark.rule, numbers, lines_of(mark, first_line))
                held += [numbers] * (mark.rule in HELD)
            records = piece.where(piece.rows > origin.header_row)
            filled = drop_blank(records, np.concatenate(held))
            lines.add(block.n_lines, len(piece.rows), len(filled.rows))
            yield filled
    except RowTooLongError:
        raise ReadError(
            Sentence(
                "{1} has a row of more than {2:,} bytes: a quote that is never closed, "
                "or no line ends at all. It is no table of records.",
                origin.file,
                _BLOCK_SIZE,
            )
        ) from None
    except pa.ArrowInvalid:
        raise ReadError(
            Sentence("{1} cannot be read as delimited text: it is damaged.", origin.file)
        ) from None
    origin.notes += _in_words(origin.row_notes)


def _refuse_other_encoding(
    reader: RowReader, marks: list[Mark], first: int, origin: Origin
) -> None:
    """Stop where the damage is not that of some rows: in the header, or in a third of all rows."""
    is_header = any(
        mark.rule == BAD_BYTES and first + mark.rows[0] <= origin.header_row for mark in marks
    )
    if is_header or reader.n_bad * _MAX_BAD > reader.n_rows:
        raise ReadError(
            Sentence(
                "{1} is not {2} throughout. Save it as 'CSV UTF-8', or name its "
                "encoding, such as {3}.",
                origin.file,
                origin.encoding,
                option("encoding", "cp1258"),
            )
        )


def _in_words(notes: RowNotes) -> Iterator[str]:
    """Say of each rule how many rows it concerns, and name the first."""
    for rule in notes.rules:
        rows = notes.rows(rule)
        shown = ", ".join(map(str, rows[:_SHOWN].tolist())) + " …" * (len(rows) > _SHOWN)
        meaning = rules()[rule].meaning
        meaning = meaning[0].lower() + meaning[1:]
        yield f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'} ({shown}): {meaning}."


def _changed(piece: Piece, change: object) -> Piece:
    return Piece([change(column) for column in piece.columns], piece.rows)  # type: ignore[operator]


def _composed(texts: pa.Array) -> pa.Array:
    return compose(texts, "NFC")


def _converted(texts: pa.Array, font: str) -> pa.Array:
    encoded = texts.dictionary_encode()
    distinct = [unicodedata.normalize("NFC", to_unicode(text, font)) for text in
                encoded.dictionary.to_pylist()]  # fmt: skip
    return pa.array(distinct, type=TEXT).take(encoded.indices)
