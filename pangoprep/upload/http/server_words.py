"""PangoCDP's own words, fit to be shown: no secret, no personal value, not long.

A server repeats what it was sent as it likes: without marks, in capitals, in parts, escaped for
HTML, JSON or an address, joined by ``_``. So escapes are undone first, then texts are compared by
folded words (no marks, no case), and only what is left after masking is cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pangoprep.upload.http.escapes import plain
from pangoprep.upload.http.known_values import known_values
from pangoprep.upload.http.tokens import Secret

MASK = "•••"

_MAX_LETTERS = 200

# A shorter secret is masked only where it stands alone: "u" is not to spoil "full".
_LONG_SECRET = 8

_NOT_IN_ADDRESS = r"\s@:<>'\"()\[\],;="
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_GAP = r"[\s.,/-]{1,3}"
# What is personal by its form, whoever's it is: addresses, long numbers, dates.
_BY_FORM = (
    re.compile(rf"(?<![^{_NOT_IN_ADDRESS}])[^{_NOT_IN_ADDRESS}]+@[^{_NOT_IN_ADDRESS}]+"),
    re.compile(r"\+?[0-9][0-9 ./()\u00a0\u2010-\u2015-]{4,}[0-9]"),
    re.compile(rf"(?i)\b[0-9]{{1,2}}(?:st|nd|rd|th)?{_GAP}{_MONTH}{_GAP}[0-9]{{2,4}}\b"),
    re.compile(rf"(?i)\b{_MONTH}{_GAP}[0-9]{{1,2}}(?:st|nd|rd|th)?{_GAP}[0-9]{{2,4}}\b"),
    re.compile(r"(?i)\b[0-9]{1,2} th[áa]ng [0-9]{1,2},? (?:n[ăa]m )?[0-9]{2,4}\b"),
)


def shortened(words: str) -> str:
    """Return what fits in one line: printable, and not long. To be done last."""
    printable = "".join(letter if letter.isprintable() else " " for letter in words)
    return " ".join(printable.split())[:_MAX_LETTERS]


def without_secrets(words: str, secrets: Iterable[Secret]) -> str:
    """Mask secrets: long ones wherever they stand, short ones where they are a word.

    Examples
    --------
    >>> without_secrets("fullName u, key KEY-OF-AN", [Secret("key-of-an"), Secret("u")])
    'fullName •••, key •••'
    """
    words = plain(words)
    for text in sorted({plain(s.reveal()) for s in secrets if s}, key=len, reverse=True):
        pattern = re.escape(text)
        if len(text) < _LONG_SECRET:
            pattern = rf"(?<![^\W_]){pattern}(?![^\W_])"
        words = re.sub(pattern, MASK, words, flags=re.IGNORECASE)
    return words


def without_values(words: str, entries: Iterable[bytes], open_fields: Iterable[str]) -> str:
    """Mask what words repeat of the rows: values of all but the open fields.

    A value is masked as a whole and word by word, with or without marks; so are email addresses,
    long numbers and dates, also those that are in none of the rows. Names of fields stay.

    Parameters
    ----------
    words
        Whatever PangoCDP says.
    entries
        The rows of the request, as JSON objects.
    open_fields
        Fields whose values may be shown.

    Examples
    --------
    >>> entries = ['{"phone":"12","fullName":"An Bông"}'.encode()]
    >>> without_values("phone 12 of AN_BONG: lastName 'Bong', an error", entries, [])
    "phone ••• of •••: lastName '•••', an error"
    """
    words = plain(words)
    known = known_values(entries, frozenset(open_fields))
    spans = [found.span() for pattern in _BY_FORM for found in pattern.finditer(words)]
    spans += known.spans(words)
    parts, end = [], 0
    for start, stop in _merged(spans):
        parts += [words[end:start], MASK]
        end = stop
    return "".join([*parts, words[end:]])


def _merged(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join spans that overlap or touch."""
    last: tuple[int, int] | None = None
    for start, stop in sorted(spans):
        if last is not None and start <= last[1]:
            last = (last[0], max(last[1], stop))
            continue
        if last is not None:
            yield last
        last = (start, stop)
    if last is not None:
        yield last
