"""What sheets are called in a workbook that has one for each of several names."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection

_MAX_LETTERS = 31  # of Excel, which takes upper and lower case for the same
_OF_EXCEL = "history"


def sheet_titles(names: Collection[str], taken: Collection[str] = ()) -> dict[str, str]:
    """Give each name a title that Excel takes and no other sheet has.

    A title depends on which names there are, and not on their order.

    Parameters
    ----------
    names
        What the sheets are about.
    taken
        Titles of other sheets of the workbook.

    Examples
    --------
    >>> titles = sheet_titles(["order", "customer-identity-address (Tháng 1)",
    ...                        "customer-identity-address (Tháng 2)"])
    >>> list(titles.values())
    ['order', 'customer-identi…dress (Tháng 1)', 'customer-identi…dress (Tháng 2)']
    """
    titles: dict[str, str] = {}
    for shorten in (_begin, _begin_and_end, _marked):
        left = {name: shorten(name) for name in names if name not in titles}
        seen = Counter(
            title.casefold() for title in [*titles.values(), *left.values(), *taken, _OF_EXCEL]
        )
        titles |= {name: title for name, title in left.items() if seen[title.casefold()] == 1}
    return {name: titles[name] for name in names}


def _begin(name: str) -> str:
    return _allowed(name)[:_MAX_LETTERS].strip() or "Sheet"


def _begin_and_end(name: str) -> str:
    text, half = _allowed(name), _MAX_LETTERS // 2
    return text if len(text) <= _MAX_LETTERS else f"{text[:half]}…{text[-half:]}"


def _marked(name: str) -> str:
    mark = "~" + hashlib.sha256(name.encode()).hexdigest()[:8]
    return _begin(name)[: _MAX_LETTERS - len(mark)] + mark


def _allowed(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", name).strip()
