"""How much may be wrong before a job stops."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from pangoprep.argument_checks import names_of
from pangoprep.call_words import option
from pangoprep.close_names import did_you_mean
from pangoprep.errors import OptionError
from pangoprep.findings import SEVERITIES, Block, rules
from pangoprep.sentence import Sentence, joined

_SHARE = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*(%)?\s*")


def share_of(name: str, given: object) -> float:
    """Return a share of rows, given as a number from 0 to 1 or as percent.

    Raises
    ------
    OptionError
        If it is neither.

    Examples
    --------
    >>> share_of("max_held", "5%"), share_of("max_held", 0.01)
    (0.05, 0.01)
    """
    share: object = given
    if isinstance(given, str) and (found := _SHARE.fullmatch(given)):
        share = float(found[1].replace(",", ".")) / (100 if found[2] else 1)
    is_number = isinstance(share, int | float) and not isinstance(share, bool)
    if not is_number or not 0 <= share <= 1:  # type: ignore[operator]
        raise OptionError(
            Sentence(
                "{1:.60} cannot be used; give a share from 0 to 1, or such as '5%'.",
                option(name, given),
            )
        )
    return float(share)  # type: ignore[arg-type]


def check_fail_on(given: object) -> list[str]:
    """Return rules and severities, or refuse what is none.

    Raises
    ------
    OptionError
        Naming the rule that may be meant.
    """
    known = [*rules(), *SEVERITIES]
    names = names_of("fail_on", given)
    if unknown := [name for name in names if name not in known]:
        hint = did_you_mean(unknown[0], known)
        raise OptionError(
            Sentence(
                "{1} is no rule or severity.{2} See docs/rules.md.",
                option("fail_on", unknown[0]),
                hint,
            )
        )
    return names


def thresholds(max_held: object, fail_on: object) -> tuple[float | None, list[str]]:
    """Return at what a job stops: a share of held rows or None, and what may not occur.

    Raises
    ------
    OptionError
        If nothing, no share, or no rule is given.
    """
    share = None if max_held is None else share_of("max_held", max_held)
    names = check_fail_on(fail_on)
    if share is None and not names:
        raise OptionError('Say at what to stop: max_held="5%", or fail_on=["phone.unreadable"].')
    return share, names


def held_of(n_held: int, n_rows: int) -> Sentence:
    """Say how many rows of how many are held.

    Examples
    --------
    >>> held_of(1, 1), held_of(1, 1200), held_of(2, 1200)
    ('1 of 1 row is held', '1 of 1,200 rows is held', '2 of 1,200 rows are held')
    """
    if n_held != 1:
        return Sentence("{1:,} of {2:,} rows are held", n_held, n_rows)
    if n_rows != 1:
        return Sentence("1 of {1:,} rows is held", n_rows)
    return Sentence("1 of 1 row is held")


def what_fails(
    blocks: Sequence[Block],
    n_rows: int,
    n_held: int,
    max_held: float | None,
    fail_on: Iterable[str],
) -> list[Sentence]:
    """Say what goes beyond the thresholds; nothing where all keeps within them.

    Parameters
    ----------
    blocks, n_rows, n_held
        The findings of all rows, how many rows are ready or not, and how many are held.
    max_held
        The share of rows that may be held; None: as many as like.
    fail_on
        Rules and severities that may not occur.
    """
    told: list[Sentence] = []
    if max_held is not None and n_held > max_held * n_rows:
        allowed = Sentence(", more than the {1:.2%} allowed", max_held) if max_held else ""
        told.append(held_of(n_held, n_rows) + allowed)
    for name in fail_on:
        found = [block.rows for block in blocks if name in (block.rule, block.severity)]
        n_found = len(np.unique(np.concatenate(found))) if found else 0
        if n_found == 1:
            told.append(Sentence("{1} was found in 1 row", name))
        elif n_found:
            told.append(Sentence("{1} was found in {2:,} rows", name, n_found))
    return told


def in_one(told: Sequence[Sentence]) -> Sentence:
    """Say several things in one sentence."""
    return joined("; ", told) + "."
