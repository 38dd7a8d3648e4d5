"""The shapes of values: what they look like without saying what they are.

A shape says what is wrong with a value where a mask of dots cannot: ``31/02/yyyy``,
``8.#####E+10``, ``*@gmail,com``. Values of one mistake mostly share one shape, so shapes also
group them. `pangoprep.entities.masking` is what shows where single values must look different.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.entities.fields import FieldFacts
from pangoprep.normalizers.base import change_where, choose, filled, join, matches, replace
from pangoprep.normalizers.words import take_apart

_DATES = ("date", "date_text", "year")

_SCIENTIFIC = r"\A\s*[+-]?[0-9](?:[.,][0-9]*)?[eE][+-]?[0-9]{1,3}\s*\z"
_MANTISSA = r"\A(?P<head>\s*[+-]?[0-9][.,]?)(?P<tail>[0-9]*)(?P<power>[eE][+-]?[0-9]{1,3}\s*)\z"

# Days and months show where they cannot be a year; of a year only how many digits it has.
_DAY = r"(?:0?[0-9]|[12][0-9]|3[01])"
_SEP = "[-/. ]"
_REST = r"(?P<rest>(?s:[^0-9].*)?)\z"
_WITH_A_YEAR = (
    rf"\A(?P<lead>\s*[0-9]{{1,2}}{_SEP}[0-9]{{1,2}}{_SEP})(?P<year>[0-9]{{4}})(?P<day>){_REST}",
    rf"\A(?P<lead>\s*{_DAY}{_SEP}{_DAY}{_SEP})(?P<year>[0-9]{{2}})(?P<day>){_REST}",
    rf"\A(?P<lead>\s*)(?P<year>[0-9]{{4}})(?P<day>{_SEP}[0-9]{{1,2}}{_SEP}[0-9]{{1,2}}){_REST}",
)
_YEAR = "\u2063"  # stands for one, a sign that nobody sees or writes
_YEAR_ALONE = r"(^|[^0-9])(?:1[89]|20)[0-9]{2}([^0-9]|$)"

# What the country and kind of line are: a country's code, and one digit more.
_PHONE = r"\A(?P<lead>[^0-9+]*)(?P<head>(?:\+|00)?(?:84[-. ()]*)?\+?0?[0-9])(?P<tail>(?s:.*))\z"
_PLAIN_LOCAL = r"[A-Za-z0-9_+\-]+(?:\.[A-Za-z0-9_+\-]+)*"
# What stands behind the last @ can be anything; it shows where it looks like an address's end.
_DOMAIN = (
    r"(?is)\A(?P<local>.*)(?P<domain>@\s*[a-z][a-z0-9-]*(?:\s*[.,;]+\s*[a-z][a-z-]*)+[.,;\s]*)\z"
)
_PROVIDER = (
    r"(?is)\A(?P<local>.*)(?P<domain>@\s*(?:gmail|yahoo|hotmail|outlook|icloud)(?:com|vn)?)\z"
)


def shape(values: pa.Array, facts: FieldFacts | None) -> pa.Array:
    """Return the shapes of texts; null stays null. Give it distinct values, it looks at each.

    A digit becomes ``#``, a run of small letters ``a``, a capital ``A``, several ``AA``, what is
    neither ``?``; spaces and signs stay. What is not secret and tells the mistake stays: day and
    month of a date, country and first digit of a phone number, domain of an email address, power
    of a number in scientific form.

    Parameters
    ----------
    values
        Texts of one field.
    facts
        What is known of the field; None: nothing.

    Examples
    --------
    >>> import pyarrow as pa, pangoprep as pp
    >>> fields = pp.CustomerIdentity.fields()
    >>> shape(pa.array(["31/02/1990", "15.6.88", "15 Jun 1988"]), fields["dob"]).to_pylist()
    ['31/02/yyyy', '15.6.yy', '## Aa yyyy']
    >>> shape(pa.array(["+84 912 345 678", "8.49123E+10"]), fields["phone"]).to_pylist()
    ['+84 9## ### ###', '8.#####E+10']
    >>> shape(pa.array(["an.nguyen@gmail,com"]), fields["email"]).to_pylist()
    ['*@gmail,com']
    >>> shape(pa.array(["KH00123", "Nguyễn Văn AN"]), None).to_pylist()
    ['AA#####', 'Aa Aa AA']
    """
    texts = values.cast(TEXT)
    kind = facts.normalizer if facts is not None else ""
    if kind in _DATES:
        shapes = _date(texts)
    elif kind == "phone":
        shapes = _phone(texts)
    elif kind == "email":
        shapes = _email(texts)
    else:
        shapes = _signs(texts)
    is_scientific = matches(texts, _SCIENTIFIC)
    if not is_scientific.any():
        return shapes
    return choose(is_scientific, _scientific(texts), shapes)


def _signs(texts: pa.Array) -> pa.Array:
    """Write letters and digits as signs; letters with marks are one letter."""
    found = replace(take_apart(texts), "[\u0300-\u036f]", "")
    found = replace(found, "[0-9]", "#")
    # A capital with a stroke does not decompose; what follows it in the tables is small or rare.
    found = replace(found, "[a-z\u00df-\u010f\u0111-\u024f]+", "a")
    found = replace(found, "[A-Z\u0110]{2,}", "AA")
    found = replace(found, "[A-Z\u0110]", "A")
    return replace(found, "[^\\x00-\\x7f\u00a0\u2000-\u206f]+", "?")


def _scientific(texts: pa.Array) -> pa.Array:
    parts = pc.extract_regex(texts, _MANTISSA)
    return join(parts.field("head"), _signs(parts.field("tail")), parts.field("power"))


def _date(texts: pa.Array) -> pa.Array:
    shapes = replace(_signs(replace(texts, _YEAR_ALONE, rf"\1{_YEAR}\2")), _YEAR, "yyyy")
    for pattern in _WITH_A_YEAR:
        parts = pc.extract_regex(texts, pattern)
        year = replace(parts.field("year"), "[0-9]", "y")
        told = join(parts.field("lead"), year, parts.field("day"), _signs(parts.field("rest")))
        shapes = choose(filled(parts), told, shapes)
    return shapes


def _phone(texts: pa.Array) -> pa.Array:
    parts = pc.extract_regex(texts, _PHONE)
    tail = parts.field("tail")
    told = join(_signs(parts.field("lead")), parts.field("head"), _signs(tail))
    # A cell with hardly more than its head would show as a whole.
    told = choose(matches(tail, "(?:[0-9].*){3}"), told, _signs(texts))
    is_float = matches(texts, r"[0-9]\.0\s*\z")
    return change_where(told, is_float, lambda some: replace(some, r"\.#(\s*)\z", r".0\1"))


def _email(texts: pa.Array) -> pa.Array:
    shapes = _signs(texts)
    for pattern in (_PROVIDER, _DOMAIN):
        parts = pc.extract_regex(texts, pattern)
        local = replace(parts.field("local"), _PLAIN_LOCAL, "*")
        local = replace(local, "[^\\x00-\\x7f\u00a0\u2000-\u206f]+", "?")
        shapes = choose(filled(parts), join(local, parts.field("domain")), shapes)
    return shapes
