"""Phone numbers, and what spreadsheets, forms and the years did to them.

Numbers are random digits behind a real operator's prefix. Do not call them.
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from .dice import Dice
from .shapes import Cells, Column, Shape, blank, choose, cut, digits, join, one_of
from .vocabulary import (
    LANDLINE_AREAS,
    MOBILE_PREFIXES,
    NULL_WORDS,
    OLD_LANDLINE_AREAS,
    OLD_MOBILE_PREFIXES,
)


def _parts(*parts: str | slice) -> Callable[[Cells, Dice], pa.Array]:
    """Write pieces of the national number between fixed texts."""

    def write(cells: Cells, _dice: Dice) -> pa.Array:
        number = cells["phone"]
        return join(*(p if isinstance(p, str) else cut(number, p.start, p.stop) for p in parts))

    return write


def _in_groups(separator: str) -> Callable[[Cells, Dice], pa.Array]:
    return _parts(slice(0, 4), separator, slice(4, 7), separator, slice(7, None))


def _old_mobile(lead: str) -> Callable[[Cells, Dice], pa.Array]:
    def write(cells: Cells, _dice: Dice) -> pa.Array:
        number = cells["phone"]
        old = pa.array([OLD_MOBILE_PREFIXES[prefix] for prefix in cut(number, 0, 3).to_pylist()])
        return join(lead, cut(old.cast(pa.string()), 1 if lead else 0), cut(number, 3))

    return write


def _old_landline(cells: Cells, _dice: Dice) -> pa.Array:
    written = []
    for number in cells["phone"].to_pylist():
        area = number[:4] if number[:4] in OLD_LANDLINE_AREAS else number[:3]
        written.append(OLD_LANDLINE_AREAS[area] + number[len(area) :])
    return pa.array(written, pa.string())


def _landline(cells: Cells, dice: Dice) -> pa.Array:
    number = cells["phone"]
    with_brackets = join("(", cut(number, 0, 3), ") ", cut(number, 3, 7), " ", cut(number, 7))
    return pc.if_else(pa.array(dice.below(len(number), 2) == 0), number, with_brackets)


def _two_numbers(cells: Cells, dice: Dice) -> pa.Array:
    n = len(cells["phone"])
    second = join(choose(dice, ["090", "091", "098"], n), digits(dice.below(n, 10**7), 7))
    return join(cells["phone"], choose(dice, [" / ", ";", ", "], n), second)


def _with_note(cells: Cells, dice: Dice) -> pa.Array:
    notes = [" (mẹ)", " (vợ)", " (Zalo)", " gặp chị Lan", " - số công ty"]
    return join(cells["phone"], choose(dice, notes, len(cells["phone"])))


def _with_extension(cells: Cells, dice: Dice) -> pa.Array:
    return join(cells["phone"], " ext ", digits(dice.between(len(cells["phone"]), 10, 99), 2))


SHAPES = [
    Shape("plain", 0, "as it should be", _parts(slice(0, None))),
    Shape("dots", 0.05, "`0912.345.678`", _in_groups(".")),
    Shape("dashes", 0.03, "`0912-345-678`", _in_groups("-")),
    Shape("spaces", 0.06, "`0912 345 678`", _in_groups(" ")),
    Shape("no-break spaces", 0.005, "copied from a web page", _in_groups("\u00a0")),
    Shape("brackets", 0.01, "`(091) 234 5678`",
          _parts("(", slice(0, 3), ") ", slice(3, 6), " ", slice(6, None))),
    Shape("+84", 0.07, "with the country code", _parts("+84", slice(1, None))),
    Shape("84", 0.04, "country code without plus", _parts("84", slice(1, None))),
    Shape("0084", 0.01, "dialled from abroad", _parts("0084", slice(1, None))),
    Shape("+84 (0)", 0.01, "country code and trunk zero",
          _parts("+84 (0) ", slice(1, 4), " ", slice(4, 7), " ", slice(7, None))),
    Shape("lost zero", 0.12, "read as a number by Excel", _parts(slice(1, None))),
    Shape("lost zero, float", 0.03, "and then by pandas", _parts(slice(1, None), ".0")),
    Shape("text marker", 0.01, "Excel's leading apostrophe", _parts("'", slice(0, None))),
    Shape("scientific, full", 0.01, "`9.12345678E+08`: every digit is there",
          _parts(slice(1, 2), ".", slice(2, None), "E+08")),
    Shape("scientific, rounded", 0.012, "`8.49123E+10`: digits are gone",
          _parts("8.4", slice(1, 5), "E+10"), "held"),
    Shape("old mobile prefix", 0.05, "eleven digits, until 2018", _old_mobile("")),
    Shape("old mobile prefix, +84", 0.01, "the same with the country code", _old_mobile("+84")),
    Shape("landline", 0.025, "with and without brackets", _landline),
    Shape("old area code", 0.01, "until 2017", _old_landline),
    Shape("two numbers", 0.01, "the first one counts", _two_numbers),
    Shape("note", 0.01, "words beside the number", _with_note),
    Shape("extension", 0.003, "`ext 12`", _with_extension),
    Shape("foreign", 0.004, "a number in Singapore", _parts(slice(0, None))),
    Shape("placeholder", 0.006, "typed to get past a form",
          one_of("phone", ["0000000000", "0123456789"]), "null"),
    Shape("too short", 0.01, "digits missing", _parts(slice(0, 8)), "held"),
    Shape("too long", 0.004, "a digit too many", _parts(slice(0, None), "7"), "held"),
    Shape("letter O", 0.003, "typed for the zero", _parts("O", slice(1, None)), "held"),
    Shape("words", 0.002, "no number at all",
          one_of("phone", ["xem ghi chú", "hỏi lại sau", "sai số"]), "held"),
    Shape("null word", 0.01, "`N/A`, `không có` ...", one_of("phone", NULL_WORDS), "null"),
    Shape("blank", 0.06, "empty", blank("phone"), "null"),
]  # fmt: skip


def phones(column: Column) -> tuple[pa.Array, pa.Array]:
    """Draw a number for every row and write it.

    Returns
    -------
    tuple
        The numbers as they should be (national; E.164 where foreign), and as they are written.
    """
    n = len(column.kinds)
    dice = column.dice("numbers")
    tail = digits(dice.below(n, 10**7), 7)
    mobile = join(choose(dice, list(MOBILE_PREFIXES), n, list(MOBILE_PREFIXES.values())), tail)
    migrated = join(choose(dice, list(OLD_MOBILE_PREFIXES), n), tail)
    number = pc.if_else(
        pa.array(column.are("old mobile prefix", "old mobile prefix, +84")), migrated, mobile
    )
    # Behind 07 or 03, a digit more or less can make a short or an old number that existed.
    telling = join(choose(dice, ["090", "091", "096", "097", "098"], n), tail)
    number = pc.if_else(pa.array(column.are("too short", "too long")), telling, number)
    # With a last digit of zero nobody can tell a full number from a rounded one.
    ends = pc.replace_substring_regex(number, "0$", "5")
    number = pc.if_else(pa.array(column.are("scientific, full")), ends, number)
    for name, areas in (
        ("landline", LANDLINE_AREAS),
        ("old area code", dict.fromkeys(OLD_LANDLINE_AREAS, 1)),
    ):
        area = choose(dice, list(areas), n, list(areas.values()))
        # Eleven digits in all, whether the area code has three or four of them.
        landline = cut(join(area, "3", tail), 0, 11)
        number = pc.if_else(pa.array(column.are(name)), landline, number)
    abroad = join("+659", digits(dice.between(n, 1, 8), 1), cut(tail, 1))
    number = pc.if_else(pa.array(column.are("foreign")), abroad, number)

    written = column.write({"phone": number})
    unusable = column.have_fate("null") | column.have_fate("held")
    return pc.if_else(pa.array(unusable), None, number), written
