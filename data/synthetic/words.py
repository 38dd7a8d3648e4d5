"""Ids, names, genders, marital status, places and groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .dice import Dice
from .shapes import Cells, Shape, blank, choose, cut, join, one_of
from .vocabulary import CITY_SPELLINGS, GROUPS, KINDS_OF_DISTRICTS, NULL_WORDS, PLACES


def _as_is(field: str, before: str = "", after: str = "") -> Callable[[Cells, Dice], pa.Array]:
    return lambda cells, _dice: join(before, cells[field], after)


def _spelled(field: str, spellings: dict[str, Sequence[str]]) -> Callable[[Cells, Dice], pa.Array]:
    """Write each value in one of its other spellings; values without any stay."""

    def write(cells: Cells, dice: Dice) -> pa.Array:
        rows = dice.below(len(cells[field]), 10**6)
        return pa.array(
            [
                spellings[value][row % len(spellings[value])] if value in spellings else value
                for value, row in zip(cells[field].to_pylist(), rows.tolist(), strict=True)
            ],
            pa.string(),
        )

    return write


def garbled(text: str) -> str:
    """Read UTF-8 as Windows-1252, as Excel does with a CSV that has no byte-order mark."""
    return text.encode("utf-8").decode("cp1252")


def survives_garbling(text: str) -> bool:
    """Tell whether the wrong reading can be undone: five bytes have no letter, one is a space."""
    try:
        return not any(letter.isspace() for letter in garbled(text.replace(" ", "")))
    except UnicodeDecodeError:
        return False


def _each(function: Callable[[str], str]) -> Callable[[Cells, Dice], pa.Array]:
    """Change the few names of a rare shape one by one."""
    return lambda cells, _dice: pa.array(
        [function(name) for name in cells["fullName"].to_pylist()], pa.string()
    )


ID_SHAPES = [
    Shape("plain", 0, "`C120901341`, `120901341` or `000120901`", _as_is("customerId")),
    Shape("float", 0.03, "`120901341.0`: a number column read by pandas",
          _as_is("customerId", "", ".0")),
    Shape("outer spaces", 0.01, "a space before or after", _as_is("customerId", " ", " ")),
    Shape("scientific, rounded", 0.002, "`1.20341E+11`: digits are gone",
          lambda cells, _dice: join("1.", cut(cells["customerId"], 4, 9), "E+11"),
          "held"),
    Shape("blank", 0.002, "the id is required", blank("customerId"), "held"),
]  # fmt: skip

NAME_SHAPES = [
    Shape("plain", 0, "as it should be", _as_is("fullName")),
    Shape("upper case", 0.06, "`NGUYỄN VĂN AN`: kept",
          lambda cells, _dice: pc.utf8_upper(cells["fullName"])),
    Shape("decomposed", 0.03, "marks as letters of their own (NFD, as macOS writes)",
          lambda cells, _dice: pc.utf8_normalize(cells["fullName"], "NFD")),
    Shape("double spaces", 0.03, "and spaces around",
          lambda cells, _dice: join(" ", pc.replace_substring(cells["fullName"], " ", "  "), " ")),
    Shape("zero-width space", 0.005, "copied from a web page",
          lambda cells, _dice: pc.replace_substring(
              cells["fullName"], " ", "\u200b ", max_replacements=1)),
    Shape("mojibake", 0.005, "`Nguyá»…n`: UTF-8 read as Windows-1252", _each(garbled)),
    Shape("null word", 0.003, "a name is required",
          one_of("fullName", [word for word in NULL_WORDS if word != "Không"]), "held"),
    Shape("blank", 0.003, "a name is required", blank("fullName"), "held"),
]  # fmt: skip

_GENDERS = {
    "male": ["nam", "NAM", "Male", "male", "M", "Anh", "Ông", "1", "Mr.", "con trai"],
    "female": ["nữ", "NỮ", "Nu", "nu", "Female", "F", "Chị", "Bà", "2", "Ms", "gái"],
}

GENDER_SHAPES = [
    Shape("plain", 0, "`Nam`, `Nữ`",
          _spelled("gender", {"male": ["Nam"], "female": ["Nữ"]})),
    Shape("other spelling", 0.3, "`nu`, `NAM`, `Male`, `F`, `Chị`, `2` ...",
          _spelled("gender", _GENDERS)),
    Shape("decomposed", 0.02, "marks as letters of their own (NFD)",
          lambda cells, dice: pc.utf8_normalize(
              _spelled("gender", {"male": ["Nam"], "female": ["Nữ"]})(cells, dice), "NFD")),
    Shape("float", 0.01, "`1.0`, `2.0`: a code column read by pandas",
          _spelled("gender", {"male": ["1.0"], "female": ["2.0"]})),
    Shape("undefined", 0.02, "`Khác`, `không xác định`, `0`, `9`",
          one_of("gender", ["Khác", "không xác định", "undefined", "0", "9"])),
    Shape("unknown", 0.01, "`N`, `x`: nobody can tell", one_of("gender", ["N", "x"])),
    Shape("null word", 0.01, "`N/A`, `không có` ...",
          one_of("gender", [word for word in NULL_WORDS if word != "Không"]), "null"),
    Shape("blank", 0.08, "empty", blank("gender"), "null"),
]  # fmt: skip

_MARITAL = {
    "Single": ["ĐỘC THÂN", "doc than", "Single", "single", "Chưa kết hôn"],
    "Married": ["đã kết hôn", "DA KET HON", "Married", "Có gia đình"],
    "Divorced": ["ly hôn", "Đã ly hôn", "Divorced", "Ly dị"],
}

MARITAL_SHAPES = [
    Shape("plain", 0, "`Độc thân`, `Đã kết hôn`, `Ly hôn`",
          _spelled("maritalStatus", {"Single": ["Độc thân"], "Married": ["Đã kết hôn"],
                                     "Divorced": ["Ly hôn"]})),
    Shape("other spelling", 0.15, "`DA KET HON`, `single` ...",
          _spelled("maritalStatus", _MARITAL)),
    Shape("unknown", 0.004, "`Góa`: none of the three that PangoCDP knows",
          one_of("maritalStatus", ["Góa", "widow"]), "held"),
    Shape("null word", 0.02, "`N/A` ...", one_of("maritalStatus", ["N/A", "NULL", "-"]), "null"),
    Shape("blank", 0.3, "empty", blank("maritalStatus"), "null"),
]  # fmt: skip

ADDRESS_SHAPES = [
    Shape("plain", 0, "`278 Hòa Bình`", _as_is("address")),
    Shape("with commas", 0.1, "quoted in the CSV",
          lambda cells, _dice: join("Số ", cells["address"], ", tổ 5, khu phố 2")),
    Shape("decomposed", 0.01, "marks as letters of their own (NFD)",
          lambda cells, _dice: pc.utf8_normalize(cells["address"], "NFD")),
    Shape("null word", 0.01, "`N/A` ...", one_of("address", ["N/A", "NULL", "-"]), "null"),
    Shape("blank", 0.12, "empty", blank("address"), "null"),
]  # fmt: skip

CITY_SHAPES = [
    Shape("plain", 0, "`Hồ Chí Minh`", _as_is("city")),
    Shape("other spelling", 0.2, "`TP.HCM`, `HN` ...", _spelled("city", CITY_SPELLINGS)),
    Shape("outer spaces", 0.01, "a space before or after", _as_is("city", " ", " ")),
    Shape("blank", 0.05, "empty", blank("city"), "null"),
]  # fmt: skip

_KIND_OF = {name: kind for kind, names in KINDS_OF_DISTRICTS.items() for name in names.split("|")}


def _with_its_kind(cells: Cells, _dice: Dice) -> pa.Array:
    names = cells["district"].to_pylist()
    return pa.array([f"{_KIND_OF.get(name, 'Q.')} {name}" for name in names], pa.string())


DISTRICT_SHAPES = [
    Shape("plain", 0, "`Tân Phú`", _as_is("district")),
    Shape("with its kind", 0.1, "`Q. Tân Phú`, `TP. Vinh` ...", _with_its_kind),
    Shape("blank", 0.08, "empty", blank("district"), "null"),
]  # fmt: skip

GROUP_SHAPES = [
    Shape("plain", 0, "`Vàng`, `VIP`, `vip` ...",
          lambda cells, dice: choose(
              dice, list(GROUPS), len(cells["rows"]), list(GROUPS.values()))),
    Shape("null word", 0.01, "`N/A` ...", one_of("rows", ["N/A", "NULL", "-"]), "null"),
    Shape("blank", 0.15, "empty", blank("rows"), "null"),
]  # fmt: skip


def places(n: int, dice: Dice) -> tuple[pa.Array, pa.Array]:
    """Draw a city and one of its districts for every row."""
    rows = dice.weighted(n, [weight for weight, _ in PLACES.values()])
    districts = [names.split("|") for _, names in PLACES.values()]
    starts = np.cumsum([0, *map(len, districts)])[:-1]
    sizes = np.array([len(names) for names in districts])
    flat = pa.array([name for names in districts for name in names])
    chosen = starts[rows] + dice.below(n, 10**6) % sizes[rows]
    return pa.array(list(PLACES)).take(pa.array(rows)), flat.take(pa.array(chosen))
