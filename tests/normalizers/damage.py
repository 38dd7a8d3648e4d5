"""Cells for fuzzing: those of the case tables, damaged as files and people damage them."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from functools import cache

from tests.normalizers.cells import read_cases

TABLES = ("phone", "date", "email", "gender", "other", "neighbors")
# Signs that mean something to one normalizer or other, and scripts that should mean nothing.
SIGNS = (
    "0123456789" * 3
    + "abcdefmnouzABZ" * 2
    + " .,;:/|-+_'\"()[]{}<>@#&=?*%$!~^`\\"
    + "\u00a0\u200b\u200d\ufeff\t\n\r\u3000\u2013\u2212\u00ad\u0301\u0323\u031b\u202e\x00\x85\x9d"
    + "đĐưƠễộÃÂá»ºâ€™ßİıéñ٣०０Ａ한字яΩ👍\ufffd\U0001f1fb"
)
Damage = Callable[[str, random.Random], str]


def _insert(cell: str, dice: random.Random) -> str:
    place = dice.randint(0, len(cell))
    return cell[:place] + dice.choice(SIGNS) + cell[place:]


def _delete(cell: str, dice: random.Random) -> str:
    place = dice.randrange(len(cell) + 1)
    return cell[:place] + cell[place + 1 :]


def _replace(cell: str, dice: random.Random) -> str:
    place = dice.randrange(len(cell) + 1)
    return cell[:place] + dice.choice(SIGNS) + cell[place + 1 :]


def _other_digit(cell: str, dice: random.Random) -> str:
    places = [place for place, letter in enumerate(cell) if letter.isdigit()]
    if not places:
        return cell
    place = dice.choice(places)
    return cell[:place] + dice.choice("0123456789") + cell[place + 1 :]


def _swap(cell: str, dice: random.Random) -> str:
    if len(cell) < 2:
        return cell
    place = dice.randrange(len(cell) - 1)
    return cell[:place] + cell[place + 1] + cell[place] + cell[place + 2 :]


def _garble(cell: str, dice: random.Random) -> str:
    return cell.encode().decode(dice.choice(("latin-1", "cp1252")), "replace")


def _join(cell: str, dice: random.Random) -> str:
    return cell + dice.choice((" ", ";", "/", ", ", "\n", " - ", "")) + dice.choice(every_cell())


DAMAGES: tuple[Damage, ...] = (
    _insert,
    _insert,
    _delete,
    _replace,
    _replace,
    _other_digit,
    _other_digit,
    _swap,
    _garble,
    _join,
    lambda cell, _: unicodedata.normalize("NFD", cell),
    lambda cell, _: unicodedata.normalize("NFKC", cell),
    lambda cell, _: cell.upper(),
    lambda cell, _: cell.lower(),
    lambda cell, _: cell + ".0",
    lambda cell, _: f" {cell} ",
    lambda cell, _: f"'{cell}",
    lambda cell, dice: cell[: dice.randint(0, len(cell))],
    lambda cell, dice: cell * dice.randint(1, 3),
    lambda _, dice: "".join(dice.choices(SIGNS, k=dice.randint(0, 12))),
    lambda _, dice: str(dice.randint(-(10**13), 10**13)),
    lambda _, dice: str(dice.randint(0, 99_999)),
)


@cache
def every_cell() -> list[str]:
    """The cells of all case tables."""
    return [case.raw for table in TABLES for case in read_cases(table)]


@cache
def cells_of(name: str) -> list[str]:
    """The cells of a field's own cases, or all where it has none."""
    own = [case.raw for table in TABLES for case in read_cases(table) if case.field == name]
    return own or every_cell()


def damaged(name: str, n_cells: int, dice: random.Random) -> list[str]:
    """Return cells for a field: mostly its own cases, damaged up to four times."""
    cells = []
    for _ in range(n_cells):
        cell = dice.choice(cells_of(name) if dice.random() < 0.8 else every_cell())
        for _ in range(dice.choice((0, 1, 1, 1, 2, 2, 3, 4))):
            cell = dice.choice(DAMAGES)(cell, dice)
        # A file holds no half of a surrogate pair.
        cells.append(cell.encode("utf-8", "replace").decode()[:400])
    return cells
