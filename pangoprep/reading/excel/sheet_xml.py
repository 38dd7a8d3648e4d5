"""A look at a sheet's XML before calamine lays it out in memory.

A sheet of two cells, the second in the last row and column, takes 400 GB when it is laid out. And
calamine gives neither errors (``#REF!``), nor formulas without a value, nor number formats, nor
hidden rows, which would all be lost.
"""

from __future__ import annotations

import re
import zipfile
from functools import cache
from html import unescape
from typing import IO

import numpy as np

from pangoprep.normalizers.formula import as_formula
from pangoprep.reading.excel.facts import SheetFacts
from pangoprep.reading.excel.package import (
    blocks,
    has_filtered_table,
    is_calculated_on_load,
    meant_styles,
    member_of,
)
from pangoprep.reading.layout import check_area

_PREFIX = rb"(?:\w+:)?"
_AT = rb"(?=[^>]*?\sr=[\"']([A-Z]{1,3})([0-9]{1,7})[\"'])"
_ROW = re.compile(rb"<" + _PREFIX + rb"row\b[^>]*?\br=[\"']([0-9]{1,7})[\"']")
_ROW_START = re.compile(rb"<" + _PREFIX + rb"row\b")
_HIDDEN_ROW = re.compile(
    rb"<"
    + _PREFIX
    + rb"row\b(?=[^>]*?\shidden=[\"'](?:1|true)[\"'])[^>]*?\sr=[\"']([0-9]{1,7})[\"']"
)
_HIDDEN_COLUMN = re.compile(
    rb"<" + _PREFIX + rb"col\b(?=[^>]*?\shidden=[\"'](?:1|true)[\"'])"
    rb"(?=[^>]*?\smin=[\"']([0-9]{1,5})[\"'])(?=[^>]*?\smax=[\"']([0-9]{1,5})[\"'])"
)
_CELL = re.compile(rb"<" + _PREFIX + rb"c\b(?![^>]*\br=)")
_REF = re.compile(rb"<" + _PREFIX + rb"c\b[^>]*?\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_ERROR = re.compile(
    rb"<" + _PREFIX + rb"c\b[^>]*?\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"'][^>]*?\bt=[\"']e[\"'][^>]*>"
    rb"(?:(?!</" + _PREFIX + rb"c>).){0,20000}?<" + _PREFIX + rb"v>([^<]*)</",
    re.DOTALL,
)
# A cell with a formula and no value, or with one that is nothing or 0.
_FORMULA = re.compile(
    rb"<" + _PREFIX + rb"c\b" + _AT + rb"([^>]*)>\s*"
    rb"<" + _PREFIX + rb"f\b[^>]*?(?:/>|>([^<]*)</" + _PREFIX + rb"f>)\s*"
    rb"(?:(<" + _PREFIX + rb"v\b[^>]*?)(?:/>|>(0?)</" + _PREFIX + rb"v>)\s*)?</" + _PREFIX + rb"c>"
)
_IS_TEXT = re.compile(rb"\st=[\"'](?:str|s|inlineStr)[\"']")


def inspect_sheet(file: IO[bytes], title: str, name: str) -> SheetFacts:
    """Refuse a sheet that would not fit into memory, and find what calamine does not give.

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
            member = member_of(archive, title)
            if member in members:
                _Look(archive, facts, name).at(member)
            else:  # named in a way we do not know: bound whatever it may be
                for other in members:
                    if other.lower().endswith(".xml") and "sheet" in other.lower():
                        _Look(archive, SheetFacts(), name).at(other)
            if facts.hidden_rows and not facts.is_filtered:
                facts.is_filtered = has_filtered_table(archive)
            return facts
    except zipfile.BadZipFile:
        return SheetFacts()


class _Look:
    """One look at a sheet."""

    def __init__(self, archive: zipfile.ZipFile, facts: SheetFacts, name: str) -> None:
        self._archive, self._facts, self._name = archive, facts, name
        self._shows = meant_styles(archive)
        self._is_calculated_on_load = is_calculated_on_load(archive)
        self._widest = self._longest = self._n_rows = 0

    def at(self, member: str) -> None:
        styled = _styled(frozenset(self._shows)) if self._shows else None
        for block, n_old in blocks(self._archive, member):
            self._bound(block, n_old)
            if b't="e"' in block or b"t='e'" in block:
                for letters, number, error in _ERROR.findall(block):
                    self._facts.add_text(int(number), _place(letters), _text(error))
            if b"<f" in block or b":f" in block:
                self._find_formulas(block)
            if styled is not None:
                self._find_styled(styled, block)
            if b"hidden=" in block:
                self._facts.hidden_rows.update(map(int, _HIDDEN_ROW.findall(block)))
                for first, last in _HIDDEN_COLUMN.findall(block):
                    self._facts.hidden_columns.update(range(int(first) - 1, int(last)))
            self._facts.is_filtered |= b"filterColumn" in block

    def _bound(self, block: bytes, n_old: int) -> None:
        widest, longest = self._widest, self._longest
        letters, numbers = zip(*found, strict=True) if (found := _REF.findall(block)) else ((), ())
        widest = max([widest, *(_place(some) + 1 for some in set(letters))])
        longest = max([longest, *map(int, set(numbers))])
        if _CELL.search(block):  # cells that do not say where they are follow each other
            longest = max([longest, *map(int, _ROW.findall(block))])
            rows = _ROW_START.split(block)
            widest = max(widest, *(len(_CELL.findall(row)) for row in rows))
        # Nor do rows have to.
        self._n_rows += _n_rows(block) - _n_rows(block[:n_old])
        self._widest, self._longest = widest, max(longest, self._n_rows)
        check_area(self._longest, widest, self._name)

    def _find_formulas(self, block: bytes) -> None:
        for letters, number, attributes, formula, value, zero in _FORMULA.findall(block):
            if value and _IS_TEXT.search(attributes):
                continue  # its result is the empty text
            if zero and not self._is_calculated_on_load:
                continue
            text = as_formula(_text(formula) or "shared formula")
            self._facts.add_text(int(number), _place(letters), text)

    def _find_styled(self, styled: re.Pattern[bytes], block: bytes) -> None:
        found = styled.findall(block)
        if not found:
            return
        styles = np.array([int(style or 0) for style, _, _ in found])
        columns = np.array([_place(letters) for _, letters, _ in found], dtype=np.int64)
        rows = np.array([int(number) for _, _, number in found], dtype=np.int64)
        self._facts.add_shown(self._shows, styles, rows, columns)


def _styled(styles: frozenset[int]) -> re.Pattern[bytes]:
    """Return what finds cells of some styles: style, letters, number."""
    listed = b"|".join(str(style).encode() for style in sorted(styles))
    styled = rb"(?=[^>]*?\ss=[\"'](" + listed + rb")[\"'])"
    if 0 in styles:  # also that of cells that name none
        styled = rb"(?:" + styled + rb"|(?![^>]*?\ss=))"
    return re.compile(rb"<" + _PREFIX + rb"c\b" + styled + _AT)


def _n_rows(block: bytes) -> int:
    return len(_ROW_START.findall(block)) if b":row" in block else block.count(b"<row")


def _text(content: bytes) -> str:
    return unescape(content.decode("utf-8", "replace"))


@cache
def _place(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1
