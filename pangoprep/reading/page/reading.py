"""Reading a web page, or a web archive (MHTML), that holds a table."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from email import message_from_bytes
from html import unescape
from typing import IO

from pangoprep.call_words import option
from pangoprep.errors import ReadError
from pangoprep.normalizers.legacy_fonts import FONTS
from pangoprep.reading.page.html import read_page
from pangoprep.reading.page.kinds import is_archive
from pangoprep.reading.page.layout import page_sheets, stacked
from pangoprep.reading.pieces import Origin, Table
from pangoprep.reading.sheet import Sheet, asked_sheet, several_sheets, sheet_table
from pangoprep.reading.text.encodings import byte_encoding, mark_of, shown_encoding
from pangoprep.sentence import Sentence

_MAX_BYTES = 1 << 28
_LOOKED_AT = 1 << 12  # bytes; browsers look for an encoding in 1,024
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_SHEET_NAME = re.compile(
    r"<x:Name>([^<]{1,100})</x:Name>(?:(?!<x:Name>).){0,2000}?HRef=\"([^\"]{1,300})\"", re.DOTALL
)


def read_web(
    file: IO[bytes],
    name: str,
    *,
    sheet: str | int | None,
    header: int | None,
    encoding: str | None,
) -> Table:
    """Read the table of a web page, or of a web archive.

    Parameters
    ----------
    file
        The page.
    name
        What to call it.
    sheet
        Which table, by position from 0 among those that hold something, or a sheet's name in an
        archive that Excel wrote; None: all of a page are put under each other.
    header, encoding
        As for `read`.

    Raises
    ------
    ReadError
        If it holds no table, or several to choose from.
    """
    content = file.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise ReadError(
            Sentence(
                "{1} is a web page of more than {2} MiB. Export a CSV.", name, _MAX_BYTES >> 20
            )
        )
    kind = "web archive" if is_archive(content[:_LOOKED_AT]) else "web page"
    pages = _archived(content, name) if kind == "web archive" else [("", content, None)]
    font = encoding if encoding in FONTS else None
    sheets: list[Sheet] = []
    known = ""
    for title, page, declared in pages:
        text, known = _decoded(page, encoding, declared, name)
        tables = page_sheets(read_page(text, name), name)
        for table in tables:
            table.title = title
        sheets += tables
    if not sheets:
        raise ReadError(
            Sentence(
                "{1} is a {2} without a table that holds something. If it shows one, the "
                "page loads it from elsewhere: open it, and copy the table to a workbook.",
                name,
                kind,
            )
        )
    chosen = _chosen(sheets, sheet, name)
    origin = Origin(name, kind, sheet=chosen.title, encoding=font or shown_encoding(known))
    origin.notes.append(
        Sentence(
            "{1} is a {2}, whatever its name says: its table was read as a person sees it.",
            name,
            kind,
        )
    )
    shown = Sentence("Sheet {1!r} of {2}", chosen.title, name) if chosen.title else name
    return sheet_table(chosen, origin, shown, header=header, font=font)


def _chosen(sheets: list[Sheet], wanted: str | int | None, name: str) -> Sheet:
    titles = list(dict.fromkeys(sheet.title for sheet in sheets))
    wanted = asked_sheet(wanted, titles)
    if isinstance(wanted, str) and wanted and wanted in titles:
        return _one([sheet for sheet in sheets if sheet.title == wanted], name)
    if isinstance(wanted, int) and not isinstance(wanted, bool) and 0 <= wanted < len(sheets):
        return sheets[wanted]
    if wanted is not None:
        named = Sentence(" ({1})", ", ".join(map(repr, titles))) if any(titles) else ""
        raise ReadError(
            Sentence(
                "{1} has no table {2!r}. It has {3}{4}; name one by its position, from {5}.",
                name,
                wanted,
                len(sheets),
                named,
                option("sheet", 0),
            )
        )
    if len(titles) > 1:
        raise several_sheets(name, titles)
    return _one(sheets, name)


def _one(sheets: list[Sheet], name: str) -> Sheet:
    if len(sheets) == 1:
        return sheets[0]
    whole = stacked(sheets, name)
    whole.title = sheets[0].title
    last = option("sheet", len(sheets) - 1)
    whole.advice = Sentence("Name one by its position, from {1} to {2}.", option("sheet", 0), last)
    return whole


def _decoded(
    content: bytes, encoding: str | None, declared: str | None, name: str
) -> tuple[str, str]:
    """Return a page's text and encoding: what was asked for, what it is, what it says it is."""
    said = declared
    if found := _CHARSET.search(content[:_LOOKED_AT]):
        said = said or found[1].decode("ascii")
    if encoding is None and not mark_of(content, "utf-8") and not _is_utf_8(content):
        encoding = said if said and _is_known(said) else None
        if encoding and codecs.lookup(encoding).name.startswith(("utf-16", "utf-32")):
            encoding = None  # it was read as ASCII: it cannot be
        elif encoding and codecs.lookup(encoding).name in ("utf-8", "ascii"):
            encoding = None  # it is not
    known, _ = byte_encoding(content[: 1 << 18], encoding, name)
    try:
        return content[len(mark_of(content, known)) :].decode(known), known
    except UnicodeDecodeError as error:
        raise ReadError(
            Sentence(
                "{1} is not {2} throughout: {3}. Name its encoding, such as {4}.",
                name,
                shown_encoding(known),
                error.reason,
                option("encoding", "cp1258"),
            )
        ) from None


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in content[:_LOOKED_AT]


def _is_known(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding)._is_text_encoding
    except LookupError:
        return False


def _archived(content: bytes, name: str) -> Iterator[tuple[str, bytes, str | None]]:
    """Give the pages of a web archive: the sheet each is, its content and declared encoding."""
    message = message_from_bytes(content.lstrip(b"\xef\xbb\xbf \t\r\n"))
    parts = [part for part in message.walk() if part.get_content_type() == "text/html"]
    pages = [(part, bytes(part.get_payload(decode=True) or b"")) for part in parts]
    titles: dict[str, str] = {}
    for part, page in pages:
        charset = part.get_content_charset() or "utf-8"
        text = page.decode(charset if _is_known(charset) else "latin-1", "replace")
        for title, place in _SHEET_NAME.findall(text):
            titles[_file_of(unescape(place))] = unescape(title)
    if not pages:
        raise ReadError(
            Sentence("{1} is a web archive without a page in it. Save it as xlsx.", name)
        )
    for part, page in pages:
        place = _file_of(str(part.get("Content-Location", "")))
        yield titles.get(place, ""), page, part.get_content_charset()


def _file_of(place: str) -> str:
    return place.replace("\\", "/").rpartition("/")[2].lower()
