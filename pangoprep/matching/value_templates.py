"""Templates such as ``"{Số nhà}, {Đường}"``: columns joined by what stands between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pangoprep.sentence import Sentence

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|([^{}]+)|[{}]")
# What parts two values: the first run of blanks and such signs. What follows belongs to the next
# value, as in ", P.", and what precedes it to the one before, as in "), ".
_SEPARATOR = re.compile(r"[\s,;|/\\·•:+&_\-–—]+")


@dataclass(frozen=True)
class ColumnSlot:
    """One column in a template, with what goes with it.

    Parameters
    ----------
    column
        The column's name.
    separator
        Stands before it where another value precedes.
    before, after
        Stand around its value, and go where it is empty.
    """

    column: str
    separator: str
    before: str
    after: str


@dataclass(frozen=True)
class Template:
    """A text with columns in it; one without any is a constant.

    Parameters
    ----------
    text
        As it was written.
    slots
        Its columns, in order.
    constant
        The text itself, where there is no column.
    """

    text: str
    slots: tuple[ColumnSlot, ...]
    constant: str = ""


def parse_template(text: str) -> Template:
    """Take a template apart; ``{{`` and ``}}`` stand for braces.

    Raises
    ------
    ValueError
        If a brace has no partner, or nothing stands between two.

    Examples
    --------
    >>> [slot.column for slot in parse_template("{Số nhà}, {Đường}").slots]
    ['Số nhà', 'Đường']
    >>> parse_template("CRM").constant
    'CRM'
    """
    columns: list[str] = []
    between = [""]
    for token in _TOKEN.finditer(text):
        whole, column, literal = token[0], token[1], token[2]
        if column is not None:
            if not column.strip():
                raise ValueError("no column stands between { and }")
            columns.append(column.strip())
            between.append("")
        elif literal is not None:
            between[-1] += literal
        elif len(whole) == 2:
            between[-1] += whole[0]
        else:
            raise ValueError(
                Sentence("a {1} has no partner; write {2} for the sign itself", whole, whole * 2)
            )
    if not columns:
        return Template(text, (), between[0])
    return Template(text, tuple(_slots(columns, between)))


def _slots(columns: Sequence[str], between: Sequence[str]) -> list[ColumnSlot]:
    separators, befores, afters = [""], [between[0]], []
    for literal in between[1:-1]:
        found = _SEPARATOR.search(literal)
        start, end = found.span() if found else (0, len(literal))
        afters.append(literal[:start])
        separators.append(literal[start:end])
        befores.append(literal[end:])
    afters.append(between[-1])
    parts = zip(columns, separators, befores, afters, strict=True)
    return [ColumnSlot(*part) for part in parts]
