"""Which name a wrong one was meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from pangoprep.letters import fold
from pangoprep.sentence import Sentence

# So many letters of a name's beginning mean that name.
_LONG = 5


def close_name(given: object, known: Iterable[str]) -> str | None:
    """Return the known name that is most like a wrong one; None if none is like it.

    How it is written does not count, nor do marks: ``timezoneGMT`` is ``timezone_gmt``.

    Examples
    --------
    >>> close_name("timezone_gtm", ["timezone_gmt", "day_first"])
    'timezone_gmt'
    >>> close_name("PhoneFormat", ["phone_format", "phone_region"])
    'phone_format'
    >>> close_name("Diem", ["Địa chỉ", "Điểm"])
    'Điểm'
    """
    names = {fold(name): name for name in known}
    folded = fold(str(given)[:100])
    begun = [name for name in names if len(folded) >= _LONG and name.startswith(folded)]
    found = begun or get_close_matches(folded, names, n=1)
    return names[found[0]] if found else None


def did_you_mean(given: object, known: Iterable[str]) -> Sentence:
    """Ask for the name that was meant, with a space before it; empty if none is like it.

    Examples
    --------
    >>> did_you_mean("Fone", ["phone", "email"])
    " Did you mean 'phone'?"
    """
    name = close_name(given, known)
    return Sentence(" Did you mean {1!r}?", name) if name is not None else Sentence("")
