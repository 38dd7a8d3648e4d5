"""Email addresses."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.normalizers.base import (
    Context,
    Mask,
    Normalized,
    as_mask,
    choose,
    filled,
    join,
    keep,
    matches,
    put,
    replace,
)
from pangoprep.normalizers.column import TEXT
from pangoprep.normalizers.words import compatible, replace_where, tidy, without_null_words
from pangoprep.tables import read_mapping, read_table

# RFC 5321 and 5322: dot-atoms, labels of up to 63 letters, a top-level domain that is no number.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_TOP = r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
_ADDRESS = rf"\A{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_TOP}\z"
_LONGEST, _LONGEST_LOCAL = 254, 64


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Take the address out of the cell, in lower case, and check its form.

    A mistyped domain is suggested, never corrected. Rules: ``email.*``.
    """
    texts = pc.utf8_lower(without_null_words(compatible(tidy(values)), "not_boolean"))
    # The comma of "Nguyễn, An <an@x.vn>" belongs to the name; between two addresses it separates.
    one = replace_where(texts, r"\A[^@]*<[^@]*@[^@]*\z", r"\A.*<\s*([^<>]*?)\s*>?\z", r"\1")
    bare = replace_where(one, "<", r"[^<>;,]*<\s*([^<>]*?)\s*>", r"\1")
    bare = replace(bare, r"\Amailto:\s*", "")
    closed = replace_where(bare, r" ?[@.] | [@.]", r" ?([@.]) ?", r"\1")
    trimmed = replace_where(closed, r"[\s,;:.>'\"]\z|\A['\"]", r"[\s,;:.>'\"]+\z|\A['\"]+", "")
    address, others = _first_of(trimmed)
    repaired = as_mask(pc.not_equal(trimmed, bare))
    good = _well_formed(address)
    marked = filled(address) & ~good & ~as_mask(pc.string_is_ascii(address))
    address, good, marked = _check_marked(address, good, marked)
    placeholder = _is_placeholder(address) & filled(texts)
    right_domain = _right_domain(address)
    result = Normalized(keep(address, good & ~placeholder))
    sent = good & ~placeholder
    result.flag("email.repaired", repaired & sent & ~filled(others))
    result.flag("email.multiple", filled(others) & sent, others)
    result.flag("email.typo", filled(right_domain) & sent, right_domain)
    result.flag("email.non_ascii", marked & sent)
    result.flag("email.placeholder", placeholder)
    unreadable = filled(texts) & ~good & ~placeholder
    result.flag("email.unreadable", unreadable, _closed_up(trimmed, unreadable))
    return result


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
    short = as_mask(pc.less_equal(pc.binary_length(values), _LONGEST_LOCAL))
    filler = as_mask(pc.is_in(values, value_set=_usual_placeholders()))
    return matches(values, _usual()) & short & ~filler


def _first_of(texts: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Split cells with several addresses: the first, and the others joined by ``; ``."""
    several = matches(texts, r"@[^@]*[;,/|\s][^@]*@")
    others = pa.nulls(len(texts), TEXT)
    if not several.any():
        return texts, others
    parts = replace(texts.filter(pa.array(several)), r"[;,/|\s]+", ";")
    first = pc.extract_regex(parts, r"(?P<first>[^;]*@[^;]*)(?:;(?P<rest>.*))?")
    rest = replace(first.field("rest"), ";", "; ")
    return put(texts, several, first.field("first")), put(others, several, rest)


def _well_formed(address: pa.Array) -> Mask:
    short = as_mask(pc.less_equal(pc.binary_length(address), _LONGEST))
    local = as_mask(pc.less_equal(pc.find_substring(address, "@"), _LONGEST_LOCAL))
    return matches(address, _ADDRESS) & short & local


def _check_marked(address: pa.Array, good: Mask, marked: Mask) -> tuple[pa.Array, Mask, Mask]:
    """Ask email-validator about addresses with letters outside ASCII, once per address."""
    if not marked.any():
        return address, good, marked
    from email_validator import EmailNotValidError, validate_email

    checked: list[str | None] = []
    for text in address.filter(pa.array(marked)).to_pylist():
        try:
            checked.append(validate_email(text, check_deliverability=False).normalized)
        except EmailNotValidError:
            checked.append(None)
    fixed = pa.array(checked, type=TEXT)
    marked = marked.copy()
    places = marked.copy()
    marked[places] = filled(fixed)
    return put(address, places, fixed), good | marked, marked


@cache
def _placeholders(kind: str) -> pa.Array:
    rows = read_table("email_placeholders").to_pylist()
    return pa.array([row["text"] for row in rows if row["kind"] == kind], type=TEXT)


def _is_placeholder(address: pa.Array) -> Mask:
    local = replace(address, "@.*", "")
    domain = replace(address, "^[^@]*@", "")
    found: Mask = np.zeros(len(address), dtype=bool)
    for kind, part in (("address", address), ("local", local), ("domain", domain)):
        found |= as_mask(pc.is_in(part, value_set=_placeholders(kind)))
    return found & matches(address, "@")


@cache
def _typos() -> tuple[pa.Array, pa.Array]:
    meant = read_mapping("email_typos", "typo", "domain")
    return pa.array(list(meant), type=TEXT), pa.array(list(meant.values()), type=TEXT)


def _right_domain(address: pa.Array) -> pa.Array:
    """Return the address with the domain that was probably meant; null where nothing is amiss."""
    known, meant = _typos()
    domain = meant.take(pc.index_in(replace(address, "^[^@]*@", ""), value_set=known))
    return join(replace(address, "@.*", "@"), domain)


def _closed_up(texts: pa.Array, unreadable: Mask) -> pa.Array:
    """Suggest the text without its spaces, and with dots for commas, where that is an address."""
    spaced = keep(texts, unreadable & matches(texts, "[ ,]"))
    closed = pc.replace_substring(pc.replace_substring(spaced, " ", ""), ",", ".")
    return choose(_well_formed(closed), closed, pa.scalar(None, TEXT))
