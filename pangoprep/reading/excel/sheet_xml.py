"""A look at a sheet's XML before calamine lays it out in memory.

A sheet of two cells, the second in the last row and column, takes 400 GB when it is laid out; a
zip can hold a thousand times its size. And calamine gives errors (``#REF!``) as empty cells, which
would lose them.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import IO

from pangoprep.errors import ReadError
from pangoprep.reading.layout import check_area

_MAX_UNPACKED = 1 << 32
_MAX_BESIDE = 1 << 29
_MAX_PACKED = 1_040  # what deflate can do at best
_BLOCK = 1 << 20
_OVERLAP = 1 << 12

_PREFIX = rb"(?:\w+:)?"
_ROW = re.compile(rb"<" + _PREFIX + rb"row\b[^>]*?\br=[\"']([0-9]{1,7})[\"']")
_ROW_START = re.compile(rb"<" + _PREFIX + rb"row\b")
_CELL = re.compile(rb"<" + _PREFIX + rb"c\b(?![^>]*\br=)")
_REF = re.compile(rb"<" + _PREFIX + rb"c\b[^>]*?\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_ERROR = re.compile(
    rb"<" + _PREFIX + rb"c\b[^>]*?\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"'][^>]*?\bt=[\"']e[\"'][^>]*>"
    rb"(?:(?!</" + _PREFIX + rb"c>).){0,2000}?<" + _PREFIX + rb"v>([^<]*)</",
    re.DOTALL,
)
_IS_ERROR = re.compile(rb"\bt=[\"']e[\"']")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(r"""([\w:]+)=["']([^"']*)["']""")


@dataclass
class SheetFacts:
    """What the XML says of a sheet.

    Parameters
    ----------
    errors
        By row number from 1: the position of each cell that holds an error, and the error.
    has_macros
        Whether the workbook carries macros.
    """

    errors: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    has_macros: bool = False


def check_workbook(file: IO[bytes], name: str) -> None:
    """Refuse, before anything of it is laid out, a workbook that unpacks to too much.

    So are kinds whose sheets cannot be looked into beforehand. An xls is no zip; it has at most
    65,536 rows of 256 cells.

    Raises
    ------
    ReadError
        If it is one of those.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            _refuse_bomb(archive, name)
            members = set(archive.namelist())
    except zipfile.BadZipFile:
        return
    kind = ""
    if "[Content_Types].xml" not in members and "mimetype" not in members:
        kind = "a zip archive"
    if "xl/workbook.bin" in members:
        kind = "a binary Excel workbook (xlsb)"
    elif "mimetype" in members or "content.xml" in members:
        kind = "an OpenDocument file (ods)"
    if kind:
        raise ReadError(f"{name} is {kind}, not an xlsx. Open it and save it as xlsx.")


def inspect_sheet(file: IO[bytes], title: str, name: str) -> SheetFacts:
    """Refuse a sheet that would not fit into memory, and find its errors.

    Raises
    ------
    ReadError
        If it is larger than a person's table can be.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            members = set(archive.namelist())
            facts = SheetFacts(has_macros=any("vbaproject" in m.lower() for m in members))
            member = _member_of(archive, title)
            if member in members:
                _look(archive, member, facts, name)
            else:  # named in a way we do not know: bound whatever it may be
                for other in members:
                    if other.lower().endswith(".xml") and "sheet" in other.lower():
                        _look(archive, other, SheetFacts(), name)
            return facts
    except zipfile.BadZipFile:
        return SheetFacts()


def _refuse_bomb(archive: zipfile.ZipFile, name: str) -> None:
    infos = archive.infolist()
    declared = sum(info.file_size for info in infos)
    if declared > _MAX_UNPACKED or any(
        info.file_size > max(info.compress_size, 1) * _MAX_PACKED
        # All but sheets is kept whole while a sheet is read.
        or (info.file_size > _MAX_BESIDE and "worksheets/" not in info.filename.lower())
        for info in infos
    ):
        raise ReadError(
            f"{name} unpacks to {declared / 2**30:,.1f} GiB: it looks like a zip bomb. Nothing of "
            "it was read."
        )


def _look(archive: zipfile.ZipFile, member: str, facts: SheetFacts, name: str) -> None:
    widest = longest = 0
    for block in _blocks(archive, member):
        for letters, number in _REF.findall(block):
            widest, longest = max(widest, _place(letters) + 1), max(longest, int(number))
        for number in _ROW.findall(block):
            longest = max(longest, int(number))
        if _CELL.search(block):  # cells that do not say where they are follow each other
            rows = _ROW_START.split(block)
            widest = max(widest, *(len(_CELL.findall(row)) for row in rows))
        check_area(longest, widest, name)
        if _IS_ERROR.search(block):
            for letters, number, error in _ERROR.findall(block):
                found = facts.errors.setdefault(int(number), [])
                cell = (_place(letters), unescape(error.decode("utf-8", "replace")))
                if cell not in found:
                    found.append(cell)


def _blocks(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """Give a member in blocks that overlap, so that no cell is cut in two."""
    with archive.open(member) as file:
        rest = b""
        while block := file.read(_BLOCK):
            yield rest + block
            rest = block[-_OVERLAP:]


def _member_of(archive: zipfile.ZipFile, title: str) -> str:
    """Return the name of a sheet's file within a workbook; empty if it is not found."""
    try:
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except KeyError:
        return ""
    ids = {}
    for found in _SHEET.findall(book):
        attributes = dict(_ATTRIBUTE.findall(found))
        relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
        ids[unescape(attributes.get("name", ""))] = relation
    for found in _RELATION.findall(relations):
        attributes = dict(_ATTRIBUTE.findall(found))
        if attributes.get("Id") == ids.get(title):
            target = attributes.get("Target", "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1
