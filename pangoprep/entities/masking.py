"""Hiding personal values where people look, so that their shape still tells what is wrong."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.entities.fields import FieldFacts
from pangoprep.normalizers.base import as_mask, filled, join, keep, pick, put, replace
from pangoprep.normalizers.words import is_null_word

#: Stands for each hidden character.
HIDDEN = "•"
_SHORT = 8  # of a shorter value only the first character shows
# Spaces and signs stay, also the odd ones that make a value unreadable; all else is hidden. To name
# the letters of every script instead would take a thousand times as long to prepare.
_TO_HIDE = "[^\\x00-/:-@\\[-`{-\\x7f\u00a0\u2000-\u206f]"
_CONTACT = re.compile(r"@[\w-]+\.\w|(?<!\d)(?:\+?84|0)(?:[ .-]?\d){8,9}(?!\d)")
_DOMAIN = r"@[a-z0-9-]+(?:\.[a-z0-9-]+)+"


def mask(values: pa.Array, facts: FieldFacts | None) -> pa.Array:
    """Mask the values of a personal field; others come back as they are.

    So do words that say in any column that there is no value, such as ``n/a``: they are nobody's.
    Letters and digits become dots; spaces and signs stay. The first character shows, and of a
    longer phone number or id the last two (of a phone number only digits); of a date of birth
    nothing; of an email address the domain.

    Examples
    --------
    >>> import pyarrow as pa, pangoprep as pp
    >>> fields = pp.CustomerIdentity.fields()
    >>> mask(pa.array(["0912345678", "an"]), fields["phone"]).to_pylist()
    ['0•••••••78', 'a•']
    >>> mask(pa.array(["an.nguyen@gmail.com"]), fields["email"]).to_pylist()
    ['a•.••••••@gmail.com']
    >>> mask(pa.array(["N/A", "Không có", "Na"]), fields["phone"]).to_pylist()
    ['N/A', 'Không có', 'N•']
    """
    texts = values.cast(TEXT)
    if facts is None or not facts.personal:
        return texts
    is_nobodys = is_null_word(pc.utf8_trim_whitespace(texts), "any")
    masked = _masked(texts, facts)
    return put(masked, is_nobodys, pick(texts, is_nobodys)) if is_nobodys.any() else masked


def _masked(texts: pa.Array, facts: FieldFacts) -> pa.Array:
    if facts.normalizer in ("date", "date_text", "year"):
        return hide(texts)
    if facts.normalizer == "email":
        # What follows the last @ of a cell that is no address can be anything.
        parts = pc.extract_regex(texts, rf"(?is)\A(?P<local>.*?)(?P<domain>{_DOMAIN})?\z")
        shown = join(_first_shows(parts.field("local")), parts.field("domain"))
        return keep(shown, filled(texts))  # the parts of a null are empty texts
    if facts.normalizer not in ("phone", "id"):
        return _first_shows(texts)
    longer = as_mask(pc.greater(pc.utf8_length(texts), _SHORT))
    end = pc.utf8_slice_codeunits(texts, -2)
    if facts.normalizer == "phone":  # a name or note may stand behind the number
        end = pc.if_else(pc.match_substring_regex(end, r"\A[0-9.]{2}\z"), end, hide(end))
    middle = join(
        pc.utf8_slice_codeunits(texts, 0, 1),
        hide(pc.utf8_slice_codeunits(texts, 1, -2)),
        end,
    )
    return pc.if_else(pa.array(longer), middle, _first_shows(texts))


def hide(texts: pa.Array) -> pa.Array:
    """Turn every letter and digit into a dot, and whatever else could tell something.

    Examples
    --------
    >>> import pyarrow as pa
    >>> hide(pa.array(["15/06/1988"])).to_pylist()
    ['••/••/••••']
    """
    return replace(texts, _TO_HIDE, HIDDEN)


def _first_shows(texts: pa.Array) -> pa.Array:
    first = pc.utf8_slice_codeunits(texts, 0, 1)
    rest = pc.utf8_slice_codeunits(texts, 1)
    hidden = hide(rest)
    # A value with nothing else to hide would show as a whole.
    return join(pc.if_else(pc.equal(rest, hidden), hide(first), first), hidden)


def holds_contact(text: str | None) -> bool:
    """Whether a text holds a phone number of Vietnam or an address of mail, whatever its field.

    Examples
    --------
    >>> holds_contact("Vàng, chị Lan 0912 345 678"), holds_contact("8934567890123")
    (True, False)
    """
    return text is not None and _CONTACT.search(text) is not None
