"""A workbook's package: what it unpacks to, where its sheets are, what its styles show."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from html import unescape
from typing import IO

from pangoprep.errors import ReadError
from pangoprep.reading.excel.number_formats import shown_as
from pangoprep.sentence import Sentence

_MAX_UNPACKED = 1 << 32
_MAX_BESIDE = 1 << 29
_MAX_PACKED = 1_040  # what deflate can do at best
_BLOCK = 1 << 20
_OVERLAP = 1 << 15  # Excel's longest formula, and what stands around it
_HEAD = 1 << 16

_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(r"""([\w:]+)=["']([^"']*)["']""")
_DIMENSION = re.compile(rb"<((?:\w+:)?)dimension\b([^>]*?)(?:/>|>\s*</\1dimension\s*>)")
_AREA = re.compile(rb"""\sref=["'][A-Z]{1,3}[1-9][0-9]*(?::[A-Z]{1,3}[1-9][0-9]*)?["']""")
_CUSTOM = re.compile(r"<(?:\w+:)?numFmt\b([^>]*)>")
_CELL_STYLES = re.compile(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(r"<(?:\w+:)?xf\b([^>]*)>")
_FULL = re.compile(r"<(?:\w+:)?calcPr\b[^>]*\bfullCalcOnLoad=[\"'](?:1|true)[\"']")


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
        raise ReadError(
            Sentence("{1} is {2}, not an xlsx. Open it and save it as xlsx.", name, kind)
        )


def without_wrong_dimensions(file: IO[bytes]) -> IO[bytes]:
    """Return the workbook, without what its sheets say wrongly of their extent, such as ``1:3``.

    What is read stops at that; the cells say where they are themselves.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            sheets = [m for m in archive.namelist() if "worksheets/" in m.lower()]
            wrong = {member for member in sheets if _is_wrong(_head(archive, member))}
            if not wrong:
                return file
            mended = io.BytesIO()
            with zipfile.ZipFile(mended, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as after:
                for info in archive.infolist():
                    _copy(archive, after, info.filename, mend=info.filename in wrong)
            return mended
    except zipfile.BadZipFile:
        return file


def _head(archive: zipfile.ZipFile, member: str) -> bytes:
    with archive.open(member) as file:
        return file.read(_HEAD)


def _is_wrong(head: bytes) -> bool:
    found = _DIMENSION.search(head)
    return found is not None and _AREA.search(found[2]) is None


def _copy(before: zipfile.ZipFile, after: zipfile.ZipFile, member: str, *, mend: bool) -> None:
    with before.open(member) as source, after.open(member, "w", force_zip64=True) as target:
        if mend:
            target.write(_DIMENSION.sub(b"", source.read(_HEAD), count=1))
        shutil.copyfileobj(source, target, _BLOCK)


def blocks(archive: zipfile.ZipFile, member: str) -> Iterator[tuple[bytes, int]]:
    """Give a member in blocks that overlap, so that no cell is cut; and how much is not new."""
    with archive.open(member) as file:
        rest = b""
        while block := file.read(_BLOCK):
            yield rest + block, len(rest)
            rest = block[-_OVERLAP:]


def meant_styles(archive: zipfile.ZipFile) -> dict[int, Callable[[int], str]]:
    """Return what writes whole numbers, by the number of each cell style that adds to them."""
    styles = _text_of(archive, "xl/styles.xml")
    found = _CELL_STYLES.search(styles)
    codes = {}
    for custom in _CUSTOM.findall(styles):
        attributes = dict(_ATTRIBUTE.findall(custom))
        codes[attributes.get("numFmtId")] = unescape(attributes.get("formatCode", ""))
    formats = [dict(_ATTRIBUTE.findall(xf)).get("numFmtId") for xf in
               _STYLE.findall(found[0] if found else "")]  # fmt: skip
    shows = ((n, shown_as(codes[code])) for n, code in enumerate(formats) if code in codes)
    return {n: show for n, show in shows if show is not None}


def is_calculated_on_load(archive: zipfile.ZipFile) -> bool:
    """Whether the workbook says that its formulas are to be calculated when it is opened."""
    return _FULL.search(_text_of(archive, "xl/workbook.xml")) is not None


def has_filtered_table(archive: zipfile.ZipFile) -> bool:
    """Whether a table in the workbook hides rows by a filter."""
    tables = [member for member in archive.namelist() if "tables/" in member.lower()]
    return any(b"filterColumn" in archive.read(member) for member in tables)


def _text_of(archive: zipfile.ZipFile, member: str) -> str:
    try:
        return archive.read(member).decode("utf-8", "replace")
    except KeyError:
        return ""


def member_of(archive: zipfile.ZipFile, title: str) -> str:
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
            Sentence(
                "{1} unpacks to {2:,.1f} GiB: it looks like a zip bomb. Nothing of it was read.",
                name,
                declared / 2**30,
            )
        )
