r"""Escapes that a text was carried in and that nobody took off on arrival.

A web form writes ``Nguy&#7877;n``, JSON ``Nguy\u1ec5n``, a query string ``Nguy%E1%BB%85n``, a mail
program ``=?UTF-8?B?TGFu?=``, Excel's XML ``_x000D_``. None of them is anything a person would type:
``AT&T``, ``A & B`` and ``100%`` are no escapes and stay.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from html.entities import html5

import numpy as np
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.text_bytes import bytes_of
from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import matches, pick, put, replace
from pangoprep.normalizers.words import INVISIBLE

# Accented letters are the only names known without their semicolon: no word of a text is like that.
_LETTER_NAME = r"[A-Za-z](?:grave|acute|circ|tilde|uml|cedil|ring|caron|breve)"
_REFERENCE = (
    rf"&(?:#(?:[0-9]{{1,7}}|[xX][0-9A-Fa-f]{{1,6}});|#[0-9]{{3,7}}|{_LETTER_NAME};?"
    r"|[A-Za-z][A-Za-z0-9]{1,31};|(?:amp|lt|gt|quot|nbsp)\b)"
)
# \u1ec5 of JSON and JavaScript; quotes, slashes and line ends as programs write them.
_BACKSLASH = r"""\\+(?:u[0-9A-Fa-f]{4}|["'/])|\\r\\n|\\[nrt](?:[\p{Lu}0-9 ]|\z)"""
# Bytes of UTF-8 beyond ASCII; with them, or between letters, %20 is a space.
_PERCENT = r"%[C-Fc-f][0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f])+|\p{L}%20(?:\p{L}|[0-9])"
_QUOTED_PRINTABLE = r"=[C-Fc-f][0-9A-Fa-f](?:=[89ABab][0-9A-Fa-f])+"
_MAIL_WORD = r"=\?[A-Za-z0-9_-]+\?[BbQq]\?[^? ]*\?="
# Control characters, the underscore itself, and letters beyond ASCII.
_EXCEL = (
    r"_x(?:00[0189A-Fa-f][0-9A-Fa-f]|005[Ff]|0[1-9A-Fa-f][0-9A-Fa-f]{2}|[1-9A-Fa-f][0-9A-Fa-f]{3})_"
)
_CDATA = r"<!\[CDATA\["
# Tags of web pages that hold text: <br> alone, others where one is closed. "<3" is a heart.
_TAG = r"(?i:</?(?:b|i|u|p|em|strong|span|div|font|a|li|ul|td|tr|h[1-6]|br)(?:\s[^<>]{0,500})?/?>)"
_TAGGED = r"(?i:<br\s*/?>|</(?:b|i|u|p|em|strong|span|div|font|a|li|ul|td|tr|h[1-6])\s*>)"


@dataclass(frozen=True)
class _Escapes:
    """Some ways of escaping: what each begins with, what it looks like, how it is undone.

    ``first`` are the first bytes of ``signs``: to look for them is a hundred times faster.
    """

    first: bytes
    signs: str
    pattern: str
    undo: tuple[Callable[[str], str], ...]


def unescape(values: pa.Array | pa.ChunkedArray) -> tuple[pa.Array | pa.ChunkedArray, Mask]:
    r"""Undo the escapes of texts, however many times they were written; mark where that was done.

    Examples
    --------
    >>> cells = pa.array(["Tr&agrave; My", "L\\u00ea", "AT&T", "100%"], pa.large_string())
    >>> unescape(cells)[0].to_pylist()
    ['Trà My', 'Lê', 'AT&T', '100%']
    """
    return _unescape(values, _ALL)


def unescape_addresses(
    values: pa.Array | pa.ChunkedArray,
) -> tuple[pa.Array | pa.ChunkedArray, Mask]:
    """Do what `unescape` does, but for percent signs: they are part of web and email addresses."""
    return _unescape(values, _IN_ADDRESSES)


def _unescape(
    values: pa.Array | pa.ChunkedArray, escapes: _Escapes
) -> tuple[pa.Array | pa.ChunkedArray, Mask]:
    if isinstance(values, pa.ChunkedArray):
        parts = [_unescape(piece, escapes) for piece in values.chunks]
        found = np.concatenate([np.zeros(0, dtype=bool), *(mask for _, mask in parts)])
        if not found.any():
            return values, found
        return pa.chunked_array([piece for piece, _ in parts], values.type), found
    if not _holds_any(values, escapes.first):
        return values, np.zeros(len(values), dtype=bool)
    found = matches(values, escapes.signs)
    if found.any():
        visible = replace(pick(values, found), INVISIBLE, "")
        found[found] = matches(visible, escapes.pattern)
    if not found.any():
        return values, found
    written = pick(values, found).to_pylist()
    undone = [_until_settled(text, escapes.undo) for text in written]
    found[found] = [old != new for old, new in zip(written, undone, strict=True)]
    changed = [new for old, new in zip(written, undone, strict=True) if old != new]
    return put(values, found, pa.array(changed, type=TEXT)), found


def _holds_any(values: pa.Array, signs: bytes) -> bool:
    written, _ = bytes_of(values)
    return any((written == sign).any() for sign in signs)


def _until_settled(text: str, ways: tuple[Callable[[str], str], ...]) -> str:
    visible = re.sub(_PYTHON_INVISIBLE, "", text)
    before, after = "", visible
    while before != after:  # every way makes a text shorter or leaves it, so this ends
        before = after
        for undo in ways:
            after = undo(after)
    return text if after == visible else after


_PYTHON_INVISIBLE = re.sub(
    r"\\x\{([0-9a-f]+)\}", lambda m: re.escape(chr(int(m[1], 16))), INVISIBLE
)


def _references(text: str) -> str:
    """Undo what HTML and XML write: ``&amp;``, ``&#7877;``, ``&agrave;``."""
    return (
        re.sub(_REFERENCE, lambda found: _reference(found.group()), text) if "&" in text else text
    )


def _reference(reference: str) -> str:
    name = reference[1:].rstrip(";") + ";"
    if name[0] == "#":
        return html.unescape(f"&{name}") if reference[-1] == ";" or _is_letter(name) else reference
    if name in html5:
        return html5[name]
    # A text in capitals took the names of its letters along.
    small = html5.get(name.lower(), "")
    return (
        small.upper() if name.isupper() and (small.isalpha() or name in ("NBSP;",)) else reference
    )


def _is_letter(number: str) -> bool:
    return html.unescape(f"&{number}").isalpha()


def _backslashes(text: str) -> str:
    r"""Undo what JSON, JavaScript and SQL write: ``\u1ec5``, ``\'``, ``\/``, line ends."""
    if "\\" not in text or text.lstrip().startswith(("[", "{")):  # a list is read as JSON
        return text
    units = re.sub(
        r"(?:\\+u[0-9A-Fa-f]{4})+",
        lambda found: _utf16(re.findall(r"u([0-9A-Fa-f]{4})", found.group())),
        text,
    )
    lines = re.sub(r"\\r\\n|\\[nrt]", _line_end, units)
    return re.sub(r"\\+([\"'/])", r"\1", lines)


def _line_end(found: re.Match[str]) -> str:
    following = found.string[found.end() : found.end() + 1]
    ends = len(found.group()) > 2 or not following or following in " 0123456789"
    return "\n" if ends or following.isupper() else found.group()


def _utf16(units: list[str]) -> str:
    return bytes.fromhex("".join(units)).decode("utf-16-be", "replace")


def _percents(text: str) -> str:
    """Undo what query strings write, if that is all the text is: ``Nguy%E1%BB%85n+An``."""
    if "%" not in text or not re.search(_PERCENT.replace(r"\p{L}", r"[^\W\d_]"), text):
        return text
    spaced = text if re.search(r"\s|%20", text) else text.replace("+", " ")
    return _bytes_undone(spaced, "%")


def _printables(text: str) -> str:
    """Undo what vCards and mails write: ``Nguy=E1=BB=85n``, ``=?UTF-8?B?TGFu?=``."""
    if "=" not in text:
        return text
    if re.search(_MAIL_WORD, text):
        return re.sub(rf"{_MAIL_WORD}(?:\s+{_MAIL_WORD})*", _mail_words, text)
    return _bytes_undone(text, "=") if re.search(_QUOTED_PRINTABLE, text) else text


def _mail_words(found: re.Match[str]) -> str:
    """Read words of a mail's header; what separates them is none of the text."""
    words = " ".join(found.group().split())
    try:
        return str(make_header(decode_header(words)))
    except (HeaderParseError, LookupError, ValueError):
        return found.group()


def _bytes_undone(text: str, sign: str) -> str:
    """Read runs of bytes written in hexadecimal as UTF-8; the text stays if they are not."""
    try:
        return re.sub(
            rf"(?:{sign}[0-9A-Fa-f]{{2}})+",
            lambda found: bytes.fromhex(found.group().replace(sign, "")).decode("utf-8"),
            text,
        )
    except UnicodeDecodeError:
        return text


def _wrapped(text: str) -> str:
    """Undo what Excel's XML writes, ``_x000D_``, and take a text out of ``<![CDATA[…]]>``."""
    plain = re.sub(_EXCEL, lambda found: _utf16([found.group()[2:6]]), text)
    return re.sub(r"(?s)<!\[CDATA\[(.*?)\]\]>", r"\1", plain)


def _untagged(text: str) -> str:
    """Take the tags of a web page off: what they separate is apart, what they mark is not."""
    if "<" not in text or not re.search(_TAGGED, text):
        return text
    return re.sub(_TAG, lambda tag: "" if re.match(_WITHIN_LINES, tag.group()) else " ", text)


_WITHIN_LINES = r"(?i)</?(?:b|i|u|em|strong|span|font|a)[\s/>]"
_ALL = _Escapes(
    b"&\\_<%=",
    r"[&\\%=<]|_x",
    "|".join(
        (_REFERENCE, _BACKSLASH, _EXCEL, _CDATA, _TAGGED, _PERCENT, _QUOTED_PRINTABLE, _MAIL_WORD)
    ),
    (_references, _backslashes, _wrapped, _untagged, _percents, _printables),
)
_IN_ADDRESSES = _Escapes(
    b"&\\_[",
    r"[&\\]|_x|\[CDATA",
    "|".join((_REFERENCE, _BACKSLASH, _EXCEL, _CDATA)),
    (_references, _backslashes, _wrapped),
)
