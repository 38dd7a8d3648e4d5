"""How a Vietnamese syllable is built, without its marks: what is built so is a word."""

from __future__ import annotations

import re

_INITIAL = r"(?:b|ch?|d|gi|gh?|h|kh?|l|m|ngh?|nh|n|ph?|qu|r|s|th|tr|t|v|x)?"
_RIME = (
    r"(?:a(?:ch?|i|m|ng?|nh|o|p|t|u|y)?|e(?:ch?|m|ng?|nh|o|p|t|u)?|i(?:ch|m|n|nh|p|t|u)?|ia"
    r"|ie(?:c|m|ng?|p|t|u)|o(?:c|i|m|ng?|p|t)?|oa(?:ch?|i|m|ng?|nh|o|p|t|y)?|oe[not]?|ooc|oong"
    r"|u(?:c|i|m|ng?|p|t|u|a|e|o|y)?|ua(?:n|ng|t|y|u)|ue(?:ch|nh)|uo(?:c|i|m|ng?|p|t|u)"
    r"|uy(?:a|ch|en|et|nh|t|u|n)|y(?:e[mntu]|eng|a)?)"
)
_SYLLABLE = re.compile(rf"{_INITIAL}{_RIME}")


def is_bare_syllable(word: str) -> bool:
    """Say whether a word of small letters without marks is built as Vietnamese syllables are.

    Examples
    --------
    >>> is_bare_syllable("nguyen"), is_bare_syllable("gold"), is_bare_syllable("noij")
    (True, False, False)
    """
    return _SYLLABLE.fullmatch(word) is not None
