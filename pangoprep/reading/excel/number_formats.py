"""Whole numbers as a number format shows them, where the format adds something that is meant.

The id 1 shown as ``00001`` is ``00001`` to everybody who sees it; so is the phone number 912345678
shown as ``0912 345 678``. A format that only groups (``#,##0``), rounds, or adds a unit changes
nothing about what the number is, and is left aside.

Source: ECMA-376 part 1, 18.8.31.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property

_MAX = 10**15  # Excel keeps no more digits
_LONGEST = 255  # characters of a format, in Excel
_TOKEN = re.compile(
    r"""
    "(?P<quoted>[^"]*)"
    | \\(?P<escaped>.)
    | _(?P<space>.)               # as wide as that letter
    | \*(?P<fill>.)               # as often as there is room
    | \[(?P<bracket>[^\]]*)\]
    | (?P<place>[0\#?])
    | (?P<end>;)
    | (?P<plain>[-+():!^&'~{}<>=\ 1-9])
    | (?P<other>.)                # dates, grouping, decimals, exponents, currencies, text
    """,
    re.VERBOSE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)")
_COMPARE: dict[str, Callable[[int, float], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b, "=": lambda a, b: a == b, "<>": lambda a, b: a != b,
}  # fmt: skip
_CURRENCY = re.compile(r"[$€£¥₫]|\b(?:đ|đồng|vnđ|vnd|usd|eur)\b", re.IGNORECASE)
_PREFIX = re.compile(r"[^\W_]|\+")  # before the number: KH, +84
_SUFFIX = re.compile(r"\s*[-/_.#]\s*\w|.*[0-9]")  # after it: -HN; but " điểm" is a unit
_GROUPING = re.compile(r"#{1,3}(?:[ .']#{3})*[ .']##0")


@dataclass
class _Section:
    """One of a format's parts; a semicolon ends it."""

    parts: list[tuple[bool, str]] = field(default_factory=list)  # is a digit's place; its text
    condition: tuple[str, float] | None = None
    is_other: bool = False  # a date, a fraction, an amount

    def literals(self, start: int, stop: int) -> str:
        return "".join(text for is_place, text in self.parts[start:stop] if not is_place)

    @cached_property
    def n_zeros(self) -> int:
        """To how many digits it pads, if it does nothing else; 0 if it does."""
        return len(self.parts) * all(part == (True, "0") for part in self.parts)

    @cached_property
    def is_meant(self) -> bool:
        """Whether it pads the number, or adds letters that belong to it."""
        places = [n for n, (is_place, _) in enumerate(self.parts) if is_place]
        if self.is_other or not places or _CURRENCY.search(self.literals(0, len(self.parts))):
            return False
        first, last = places[0], places[-1] + 1
        if _GROUPING.fullmatch("".join(text for _, text in self.parts[first:last])):
            return False
        return (
            sum(self.parts[place][1] == "0" for place in places) > 1
            or bool(self.literals(first, last))
            or _PREFIX.search(self.literals(0, first)) is not None
            or _SUFFIX.match(self.literals(last, len(self.parts))) is not None
        )

    def written(self, number: int) -> str:
        """Return a whole number as it is shown."""
        if self.n_zeros:
            return str(number).zfill(self.n_zeros)
        digits = str(number) if number else ""
        n_left = sum(is_place for is_place, _ in self.parts)
        shown = []
        for is_place, text in self.parts:
            if not is_place:
                shown.append(text)
                continue
            # The first place takes all digits for which there is none; the last takes the last.
            cut = max(len(digits) - n_left + 1, 0)
            shown.append(digits[:cut] or {"0": "0", "?": " ", "#": ""}[text])
            digits, n_left = digits[cut:], n_left - 1
        return "".join(shown).strip()


@cache
def shown_as(code: str) -> Callable[[int], str] | None:
    """Return what writes a whole number as a format shows it; None if that adds nothing meant.

    Parameters
    ----------
    code
        The format's code, such as ``00000``.

    Examples
    --------
    >>> shown_as("00000")(1), shown_as('"KH"0000')(12), shown_as("(000) 000 0000")(912345678)
    ('00001', 'KH0012', '(091) 234 5678')
    >>> [shown_as(code) for code in ("General", "#,##0", "0.00", "dd/mm/yyyy", '0" kg"', "0")]
    [None, None, None, None, None, None]
    """
    if len(code) > _LONGEST:
        return None
    sections = _sections(code)
    if sections[0].is_other or not any(section.is_meant for section in sections[:3]):
        return None

    def show(number: int) -> str:
        section = _chosen(sections, number)
        is_shown = 0 <= number < _MAX and section is not None and section.is_meant
        return section.written(number) if is_shown and section else str(number)

    return show


def _sections(code: str) -> list[_Section]:
    sections = [_Section()]
    for found in _TOKEN.finditer(code):
        section, kind = sections[-1], found.lastgroup
        text = found[kind] if kind else ""
        if kind == "end":
            sections.append(_Section())
        elif kind == "bracket":
            if limit := _CONDITION.fullmatch(text):
                section.condition = (limit[1], float(limit[2]))
            # A currency is [$₫-42A], a language [$-42A]; hours that pass 24 are [h].
            section.is_other |= bool(text.startswith("$") and text[1:].partition("-")[0])
            section.is_other |= text.lower() in ("h", "hh", "m", "mm", "s", "ss")
        elif kind == "other":
            section.is_other = True
        elif kind == "space":
            section.parts.append((False, " "))
        elif kind != "fill":
            section.parts.append((kind == "place", text))
    return sections


def _chosen(sections: list[_Section], number: int) -> _Section | None:
    """Return the section a number is shown by: by its condition, or by its sign."""
    if any(section.condition for section in sections):
        for section in sections[:3]:
            if section.condition is None or _COMPARE[section.condition[0]](
                number, section.condition[1]
            ):
                return section
        return None
    if number == 0 and len(sections) > 2:
        return sections[2]
    return sections[1] if number < 0 and len(sections) > 1 else sections[0]
