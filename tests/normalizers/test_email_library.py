"""Email addresses, against email-validator."""

from __future__ import annotations

import re
import unicodedata

import pyarrow as pa
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from pangoprep.columns.cell_text import TEXT
from pangoprep.normalizers import NORMALIZERS, email
from tests.normalizers.cells import context_for

ATOM = st.text("abcXYZ019!#$%&'*+/=?^_`{|}~-.", min_size=1, max_size=70)
MARKED = st.text("anơữđ.ñ-éß中я", min_size=1, max_size=12)
LABEL = st.text("abZ09-", min_size=1, max_size=8) | st.sampled_from(
    ["gmail", "xn--cngty-6ta", "xn--abc", "ab--cd", "côngty", "a" * 63, "b" * 64, "a_b", ""]
)
TOP = st.sampled_from(
    ["com", "vn", "VN", "c", "c0m", "vn1", "1a", "123", "рф", "local", "test", "invalid", "museum"]
)
DOMAIN = st.builds(lambda labels, top: ".".join([*labels, top]), st.lists(LABEL, max_size=4), TOP)
LOCAL = (
    ATOM | MARKED | st.sampled_from(["a" * 64, "a" * 65, "an.nguyen", "AN", "a b", "a,b", '"a b"'])
)
ADDRESS = st.builds(lambda local, domain: f"{local}@{domain}", LOCAL, DOMAIN)


def ours(cell: str) -> str | None:
    result = NORMALIZERS["email"](pa.array([cell], TEXT), context_for("email", 1))
    value: str | None = result.values[0].as_py()
    return value


def library(cell: str) -> str | None:
    try:
        return str(validate_email(cell, check_deliverability=False).normalized)
    except EmailNotValidError:
        return None


def in_lower_case(address: str) -> str:
    """Where we differ by intent: people write capitals, servers do not care."""
    return unicodedata.normalize("NFC", address.lower())


def is_stated_exception(cell: str) -> bool:
    """What email-validator takes and we do not."""
    local, _, domain = cell.rpartition("@")
    top = domain.rpartition(".")[2]
    return (
        len(local.lower().encode()) > 64  # RFC 5321; it checks that in its strict mode only
        or len(top) == 1  # no top-level domain has one letter
        or top[:1].isdigit()  # or begins with a digit
    )


def is_repaired(cell: str) -> bool:
    """Signs that we take off first, such as quotes around the address."""
    return bool(re.search(r"^[\s'\"]|[\s.]$", cell)) or ("?" in cell and cell.startswith("mail"))


@settings(max_examples=120, deadline=None)
@given(ADDRESS | st.emails())
def test_an_address_is_good_where_the_library_says_so(cell: str) -> None:
    if is_repaired(cell) or (ours(cell) is None and email_is_placeholder(cell)):
        return
    if is_stated_exception(cell):
        assert ours(cell) is None
        return
    theirs = library(in_lower_case(cell))
    if theirs is not None and cell.isascii():
        theirs = in_lower_case(cell)  # a domain in Punycode is kept: it can be delivered
    assert ours(cell) == theirs


def email_is_placeholder(cell: str) -> bool:
    result = NORMALIZERS["email"](pa.array([cell], TEXT), context_for("email", 1))
    return [flag.rule for flag in result.flags] == ["email.placeholder"]


@settings(max_examples=80, deadline=None)
@given(ADDRESS)
def test_what_is_canonical_at_a_glance_is_read_the_same(cell: str) -> None:
    values = pa.array([cell.lower()], TEXT)
    context = context_for("email", 1)
    if email.is_canonical(values, context)[0]:
        result = email.normalize(values, context)
        assert result.values == values
        assert not [flag for flag in result.flags if flag.rule != "email.typo"]


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("an@gmail.c", "no top-level domain has one letter"),
        ("an@gmail.1a", "no top-level domain begins with a digit"),
        (f"{'a' * 65}@gmail.com", "RFC 5321 allows 64 letters before the @"),
    ],
)
def test_stated_exceptions_are_refused_where_the_library_takes_them(cell: str, why: str) -> None:
    assert library(cell) is not None, why
    assert ours(cell) is None


def test_a_domain_in_punycode_stays_as_it_is() -> None:
    assert library("an@xn--cngty-6ta.vn") == "an@côngty.vn"
    assert ours("an@xn--cngty-6ta.vn") == "an@xn--cngty-6ta.vn"


def test_a_capital_with_no_small_letter_in_ascii_does_not_become_ascii() -> None:
    assert ours("İ@gmail.com") == "i\u0307@gmail.com"
