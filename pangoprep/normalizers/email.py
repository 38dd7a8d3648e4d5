"""Email addresses."""

from __future__ import annotations

import re
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.text_bytes import n_bytes_of
from pangoprep.columns.types import Mask
from pangoprep.memory import POOL
from pangoprep.normalizers.alphabets import mixed_scripts
from pangoprep.normalizers.base import (
    Context,
    Normalized,
    among,
    as_mask,
    change_where,
    filled,
    join,
    keep,
    matches,
    pick,
    put,
    replace,
)
from pangoprep.normalizers.words import replace_where, tidy_and_compatible, without_null_words
from pangoprep.tables import read_mapping, read_table

# RFC 5321 and 5322: dot-atoms, labels of up to 63 letters, a top-level domain of two letters or
# more. Two hyphens as third and fourth letter of a label have a meaning of their own (RFC 5891).
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_TOP = r"[a-z](?:[a-z0-9-]{0,61}[a-z])"
_ADDRESS = rf"\A{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_TOP}\z"
_ENCODED = r"[@.][a-z0-9][a-z0-9-]--"
# RFC 6761, 6762 and 7686: no mail goes there.
_RESERVED = r"[@.](?:arpa|invalid|local|localhost|onion|test)\z"
_LONGEST, _LONGEST_LOCAL = 254, 64
# Two signs and more for hidden letters; one * may stand in an address.
_MASKED = r"[*•●]{2}[^@]*@|@[^@]*[*•●]{2}"
_LABEL_BEFORE = r"\A(?:e-?mail|mail)(?: address)? ?: ?"
_TRAILING = r"[\s,;:.>'\"!?)\]}*…]"
_OPENING = r"\A=?['\"(\[]"
# The signs of all that `_unwrap` does.
_WRAPPED = rf"[\s<]|\A(?:e?-?mail|mailto:)|{_TRAILING}\z|{_OPENING}"
_BESIDE_WORDS = r"(?:\A|[ ;,(:])(?P<word>[^ ;,():@]+@[^ ;,():@]+)"
_BETWEEN = re.compile(r"[;,/|\s]+")
# All that email-validator takes is of this form, once dots are plain.
_LIKE_AN_ADDRESS = r"\A[^@ ]+@[^@ ]+\.[^@ .]+\z"


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Take the address out of the cell, in lower case, and check its form.

    A mistyped domain is suggested, never corrected. Rules: ``email.*``.
    """
    texts = _lower(without_null_words(tidy_and_compatible(values), "not_boolean"))
    possible = as_mask(pc.match_substring(texts, "@"))
    result = Normalized(pa.nulls(len(texts), TEXT))
    if possible.any():
        result.take_over(_read(pick(texts, possible)), possible)
    result.flag("email.unreadable", filled(texts) & ~possible)
    return result


def _read(texts: pa.Array) -> Normalized:
    """Read lower-case texts that have an @."""
    bare = trimmed = texts
    wrapped = matches(texts, _WRAPPED)
    if wrapped.any():
        found = _unwrap(pick(texts, wrapped))
        bare, trimmed = (put(texts, wrapped, some) for some in found)
    address, others = _first_of(trimmed)
    repaired = as_mask(pc.not_equal(trimmed, bare))
    good = _well_formed(address)
    address, good = _ask_library(address, good)
    masked = among(texts, filled(texts), _MASKED)
    good &= ~masked
    marked = good & ~as_mask(pc.string_is_ascii(address))
    whole = as_mask(pc.match_substring(address, "@"))
    parts = _parts(pick(address, whole))
    placeholder = _is_placeholder(address, whole, parts)
    right_domain = _right_domain(address, whole, parts)
    result = Normalized(keep(address, good & ~placeholder))
    sent = good & ~placeholder
    result.flag("email.repaired", repaired & sent & ~filled(others))
    result.flag("email.multiple", filled(others) & sent, others)
    result.flag("email.typo", filled(right_domain) & sent, right_domain)
    result.flag("email.non_ascii", marked & sent, mixed_scripts(address)[1])
    result.flag("email.placeholder", placeholder)
    unreadable = filled(texts) & ~good & ~placeholder & ~masked
    result.flag("email.masked", masked)
    meant = pc.coalesce(right_domain, _suggestion(trimmed, unreadable))
    result.flag("email.unreadable", unreadable, meant)
    return result


def _unwrap(texts: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Take addresses out of brackets and labels; the same without stray signs around them."""
    # The comma of "Nguyễn, An <an@x.vn>" belongs to the name; between two addresses it separates.
    one = replace_where(texts, r"\A[^@]*<[^@]*@[^@]*\z", r"\A.*<\s*([^<>]*?)\s*>?\z", r"\1")
    bare = replace_where(one, "<", r"[^<>;,]*<\s*([^<>]*?)\s*>", r"\1")
    bare = replace_where(bare, r"\Amailto:", r"\Amailto:\s*|\?.*\z", "")
    bare = replace_where(bare, r"\Ae?-?mail", _LABEL_BEFORE, "")
    closed = replace_where(bare, r" ?[@.] | [@.]", r" ?([@.]) ?", r"\1")
    stray = rf"{_TRAILING}+\z|{_OPENING}[\s'\"(\[]*"
    return bare, replace_where(closed, rf"{_TRAILING}\z|{_OPENING}", stray, "")


@cache
def _usual() -> str:
    """The pattern of plain addresses at well-known mail services."""
    domains = read_table("email_domains").column("domain").to_pylist()
    services = "|".join(domain.replace(".", r"\.") for domain in domains)
    return rf"\A[a-z0-9]+(?:[._-][a-z0-9]+)*@(?:{services})\z"


@cache
def _usual_placeholders() -> pa.Array:
    domains = read_table("email_domains").column("domain").to_pylist()
    locals_ = _placeholders("local").to_pylist()
    made = [f"{local}@{domain}" for local in locals_ for domain in domains]
    return pa.array([*made, *_placeholders("address").to_pylist()], type=TEXT)


def is_canonical(values: pa.Array, context: Context) -> Mask:
    """Mark plain addresses at well-known mail services that are no placeholders."""
    short = n_bytes_of(values) <= _LONGEST_LOCAL
    filler = as_mask(pc.is_in(values, value_set=_usual_placeholders()))
    return matches(values, _usual()) & short & ~filler


def _lower(texts: pa.Array) -> pa.Array:
    """Bring addresses to lower case, without making ASCII of a letter that is none."""
    odd = filled(texts) & ~as_mask(pc.string_is_ascii(texts))
    return pc.utf8_lower(change_where(texts, odd, _plain_signs), memory_pool=POOL)


def _plain_signs(texts: pa.Array) -> pa.Array:
    return replace(pc.replace_substring(texts, "İ", "i\u0307"), "[。．｡]", ".")


def _first_of(texts: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Split cells with several addresses: the first, and the others joined by ``; ``."""
    several = matches(texts, r"@[^@]*[;,/|\s][^@]*@")
    others = pa.nulls(len(texts), TEXT)
    if not several.any():
        return texts, others
    first, rest = [], []
    for cell in pick(texts, several).to_pylist():
        parts = [part.strip("'\"()[]") for part in _BETWEEN.split(cell) if "@" in part]
        found = list(dict.fromkeys(parts))
        first.append(found[0])
        rest.append("; ".join(found[1:]) or None)
    return (
        put(texts, several, pa.array(first, type=TEXT)),
        put(others, several, pa.array(rest, type=TEXT)),
    )


def _well_formed(address: pa.Array) -> Mask:
    short = n_bytes_of(address) <= _LONGEST
    local = as_mask(pc.less_equal(pc.find_substring(address, "@"), _LONGEST_LOCAL))
    good = among(address, short & local, _ADDRESS)
    return good & ~among(address, good, _RESERVED)


def _ask_library(address: pa.Array, good: Mask) -> tuple[pa.Array, Mask]:
    """Ask email-validator, once per address, where a pattern cannot tell.

    That is so for letters outside ASCII, and for labels in Punycode, which stay as they are.
    """
    ascii_only = as_mask(pc.string_is_ascii(address))
    encoded = among(address, good, _ENCODED)
    doubtful = among(address, filled(address) & ~good & ~ascii_only, _LIKE_AN_ADDRESS) | encoded
    if not doubtful.any():
        return address, good
    from email_validator import EmailNotValidError, validate_email

    checked: list[str | None] = []
    for text in pick(address, doubtful).to_pylist():
        try:
            normalized = validate_email(text, check_deliverability=False).normalized
        except EmailNotValidError:
            checked.append(None)
        else:
            long = len(text.rpartition("@")[0].encode()) > _LONGEST_LOCAL
            checked.append(None if long else text if text.isascii() else normalized)
    fixed = pa.array(checked, type=TEXT)
    fixed = keep(fixed, ~matches(fixed, r"\.(?:[a-z]|[0-9][^.]*)\z"))
    good = good.copy()
    good[doubtful] = filled(fixed)
    kept = doubtful.copy()
    kept[doubtful] = filled(fixed)
    return put(address, kept, fixed.drop_null()), good


@cache
def _placeholders(kind: str) -> pa.Array:
    rows = read_table("email_placeholders").to_pylist()
    return pa.array([row["text"] for row in rows if row["kind"] == kind], type=TEXT)


def _is_placeholder(address: pa.Array, whole: Mask, parts: tuple[pa.Array, pa.Array]) -> Mask:
    found = as_mask(pc.is_in(address, value_set=_placeholders("address")))
    for part, kind in zip(parts, ("local", "domain"), strict=True):
        found[whole] |= as_mask(pc.is_in(part, value_set=_placeholders(kind)))
    return found


def _parts(address: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Split texts that have an @ at the first one."""
    parts = pc.split_pattern(address, "@", max_splits=1, memory_pool=POOL)
    return tuple(pc.list_element(parts, place, memory_pool=POOL) for place in range(2))


@cache
def _typos() -> tuple[pa.Array, pa.Array]:
    meant = read_mapping("email_typos", "typo", "domain")
    return pa.array(list(meant), type=TEXT), pa.array(list(meant.values()), type=TEXT)


def _right_domain(address: pa.Array, whole: Mask, parts: tuple[pa.Array, pa.Array]) -> pa.Array:
    """Return the address with the domain that was probably meant; null where nothing is amiss."""
    known, meant = _typos()
    local, domain = parts
    right = join(local, "@", meant.take(pc.index_in(domain, value_set=known)))
    return put(pa.nulls(len(address), TEXT), whole, right)


def _suggestion(texts: pa.Array, unreadable: Mask) -> pa.Array:
    """Suggest the address beside other words, or the one that a space or a comma breaks."""
    suggested = pa.nulls(len(texts), TEXT)
    several = among(texts, unreadable, r"[ ;,():]|@.*@")
    if not several.any():
        return suggested
    texts = pick(texts, several)
    one_gap = keep(texts, matches(texts, r"\A[^ ,]+[ ,][^ ,]+\z"))
    closed = pc.replace_substring(pc.replace_substring(one_gap, " ", ""), ",", ".")
    closed = keep(closed, matches(texts, r"[ ,].*@|@.*,") & _well_formed(closed))
    left = ~filled(closed)
    if left.any():
        some = pick(texts, left)
        word = pc.extract_regex(some, _BESIDE_WORDS).field("word")
        other = as_mask(pc.not_equal(word, some))
        closed = put(closed, left, keep(word, _well_formed(word) & other))
    return put(suggested, several, closed)
