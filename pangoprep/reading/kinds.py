"""Which reader a file needs: what it holds tells, its name may say something else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from pangoprep.argument_checks import instance_of, text_of
from pangoprep.call_words import option
from pangoprep.errors import OptionError, ReadError
from pangoprep.reading.opening import TableFile, read_head, rewound
from pangoprep.reading.pieces import Table
from pangoprep.reading.sheet import UsualSheet, asked_sheet
from pangoprep.reading.text.encodings import decode_head, marked_encoding
from pangoprep.sentence import Sentence

_ZIP_OR_OLE = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class How:
    """What the caller knows of the file; the parameters of `read`."""

    sheet: str | int | None = None
    header: int | None = None
    encoding: str | None = None
    delimiter: str | None = None

    def __post_init__(self) -> None:
        if self.header is not None and (not isinstance(self.header, int) or self.header < 0):
            said = option("header", self.header)
            raise OptionError(Sentence("{1} cannot be used; give a row's number, or 0.", said))
        if self.encoding is not None:
            text_of("encoding", self.encoding)
        if self.delimiter is not None:
            instance_of("delimiter", self.delimiter, str, "one ASCII character")


@contextmanager
def open_table(table_file: TableFile, how: How) -> Iterator[Table]:
    """Open the table that a file holds.

    Raises
    ------
    ReadError
        If it is empty, or holds no table.
    """
    with table_file.open() as file:
        head = read_head(file)
        if not head:
            raise ReadError(Sentence("{1} is empty.", table_file.name))
        table = _table(rewound(file, head), head, table_file, how)
        if isinstance(how.sheet, UsualSheet) and table.origin.sheet != how.sheet:
            sheet = table.origin.sheet
            what = (
                Sentence(
                    " {1} has no such sheet; {2!r}, its only one, was read.", table_file.name, sheet
                )
                if sheet
                else Sentence(" {1} is no workbook; it was read.", table_file.name)
            )
            of_recipe = Sentence("The recipe is of sheet {1!r}.", str(how.sheet))
            table.origin.notes.append(of_recipe + what)
        yield table


def _table(file: IO[bytes], head: bytes, table_file: TableFile, how: How) -> Table:
    if head.startswith(_ZIP_OR_OLE):
        from pangoprep.reading.excel.workbook import read_workbook

        return read_workbook(
            file, table_file.name, sheet=how.sheet, header=how.header, font=how.encoding
        )
    if (shown := _shown(file, head, table_file, how)) is not None:
        return shown
    if asked_sheet(how.sheet, ()) is not None:
        raise OptionError(
            Sentence("{1} is no workbook; it has no sheet {2!r}.", table_file.name, how.sheet)
        )
    if head.startswith(b"PAR1"):
        from pangoprep.reading.parquet import read_parquet

        return read_parquet(file, table_file.name)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in (b"{", b"[") and not table_file.plain_name.lower().endswith((".csv", ".tsv")):
        from pangoprep.reading.json_lines import read_json_lines

        return read_json_lines(file, table_file.name)
    from pangoprep.reading.text.delimited import read_delimited
    from pangoprep.reading.text.whole_lines import without_outer_quotes

    unquoted = without_outer_quotes(file, head)
    if unquoted is not None:
        head = read_head(unquoted)
        file = rewound(unquoted, head)
    table = read_delimited(
        file,
        head,
        table_file.name,
        encoding=how.encoding,
        delimiter=how.delimiter,
        header=how.header,
    )
    if unquoted is not None:
        table.origin.notes.append("Each line stood in quotes as a whole; they were taken off.")
    return table


def _shown(file: IO[bytes], head: bytes, table_file: TableFile, how: How) -> Table | None:
    """Return the table of a page or of XML; None if the file is neither."""
    text = decode_head(head, marked_encoding(head) or "latin-1").lstrip("\ufeffï»¿ \t\r\n")
    is_mark_up = text.startswith("<")
    # What programs call a workbook and is none may have its title before the table.
    is_called_workbook = table_file.plain_name.lower().endswith((".xls", ".xlsx"))
    is_mark_up = is_mark_up or (is_called_workbook and "<table" in text[:4096].lower())
    if not is_mark_up and b":" not in head[:200]:
        return None
    from pangoprep.reading.page.kinds import (
        begins_with_words,
        is_archive,
        is_page,
        is_xml_spreadsheet,
    )

    if is_mark_up and is_xml_spreadsheet(text):
        from pangoprep.reading.excel.xml_2003 import read_xml_spreadsheet

        return read_xml_spreadsheet(
            file, table_file.name, sheet=how.sheet, header=how.header, font=how.encoding
        )
    is_table = is_page(text) or (is_called_workbook and begins_with_words(text))
    if (is_mark_up and is_table) or is_archive(head):
        from pangoprep.reading.page.reading import read_web

        return read_web(
            file, table_file.name, sheet=how.sheet, header=how.header, encoding=how.encoding
        )
    if text.startswith("<?xml"):
        raise ReadError(
            Sentence(
                "{1} is XML of a kind that holds no table we know. Open it in Excel and "
                "save it as xlsx or 'CSV UTF-8'.",
                table_file.name,
            )
        )
    return None
