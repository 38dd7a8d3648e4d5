"""Email addresses made from names, and how people mistype them.

An address is a name, a year and a number; if one of them exists, that is chance.
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from .dice import Dice
from .shapes import Cells, Column, Shape, blank, choose, cut, digits, join, one_of
from .vocabulary import EMAIL_DOMAINS, MISTYPED_DOMAINS, NULL_WORDS


def _address(before: str = "", after: str = "") -> Callable[[Cells, Dice], pa.Array]:
    return lambda cells, _dice: join(before, cells["email"], after)


def _joined_by(text: str, before: str = "") -> Callable[[Cells, Dice], pa.Array]:
    """Write the two halves with something else than a plain @ between them."""
    return lambda cells, _dice: join(before, cells["user"], text, cells["domain"])


def _upper(cells: Cells, dice: Dice) -> pa.Array:
    n = len(cells["email"])
    capital = join(pc.utf8_upper(cut(cells["email"], 0, 1)), cut(cells["email"], 1))
    return pc.if_else(pa.array(dice.below(n, 3) == 0), pc.utf8_upper(cells["email"]), capital)


def _mail_client(cells: Cells, _dice: Dice) -> pa.Array:
    return join(cells["name"], " <", cells["email"], ">")


def _two(cells: Cells, dice: Dice) -> pa.Array:
    n = len(cells["email"])
    second = join("lienhe", digits(dice.between(n, 100, 999), 3), "@congty-mau.vn")
    return join(cells["email"], choose(dice, ["; ", ", ", ";"], n), second)


SHAPES = [
    Shape("plain", 0, "as it should be", _address()),
    Shape("upper case", 0.06, "a capital, or all of it", _upper),
    Shape("outer spaces", 0.03, "a space before or after", _address(" ", " ")),
    Shape("inner space", 0.005, "a space before the @", _joined_by(" @")),
    Shape("mailto", 0.004, "copied from a link", _address("mailto:")),
    Shape("mail client", 0.003, "`Nguyen An <...>`", _mail_client),
    Shape("punctuation", 0.005, "a comma or full stop behind", _address("", ",")),
    Shape("mistyped domain", 0.012, "`gmial.com`: kept, with a suggestion", _address()),
    Shape("two addresses", 0.005, "the first one counts", _two),
    Shape("no @", 0.008, "`angmail.com`", _joined_by(""), "held"),
    Shape("no top-level domain", 0.004, "`an@gmail`",
          lambda cells, _dice: join(cells["user"], "@gmail"), "held"),
    Shape("two @", 0.003, "`an@@gmail.com`", _joined_by("@@"), "held"),
    Shape("two dots", 0.002, "`an..b@gmail.com`", _joined_by("@", "a.."), "held"),
    Shape("placeholder", 0.008, "typed to get past a form",
          one_of("email", ["khongco@khongco.com", "noemail@noemail.com"]), "null"),
    Shape("null word", 0.03, "`N/A`, `không có` ...", one_of("email", NULL_WORDS), "null"),
    Shape("blank", 0.15, "empty", blank("email"), "null"),
]  # fmt: skip


def emails(column: Column, plain_names: pa.Array, years: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Make an address of each name and write it.

    Parameters
    ----------
    plain_names
        Full names without marks, in lower case: ``"nguyen van an"``.
    years
        Years of birth.

    Returns
    -------
    tuple
        The addresses a careful reader finds, and the cells as written.
    """
    n = len(plain_names)
    dice = column.dice("addresses")
    dotted = pc.replace_substring(plain_names, " ", ".")
    packed = pc.replace_substring(plain_names, " ", "")
    local = pc.if_else(pa.array(dice.below(n, 5) < 2), dotted, packed)
    number = digits(dice.below(n, 1000), 3)
    user = join(local, pc.if_else(pa.array(dice.below(n, 2) == 0), years.cast(pa.string()), ""),
                number)  # fmt: skip
    domain = choose(dice, list(EMAIL_DOMAINS), n, list(EMAIL_DOMAINS.values()))
    mistyped = choose(dice, MISTYPED_DOMAINS, n)
    domain = pc.if_else(pa.array(column.are("mistyped domain")), mistyped, domain)
    email = join(user, "@", domain)

    written = column.write({"email": email, "user": user, "domain": domain, "name": plain_names})
    unusable = column.have_fate("null") | column.have_fate("held")
    return pc.if_else(pa.array(unusable), None, email), written
