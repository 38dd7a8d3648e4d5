"""Escapes are undone in every kind of cell, and nothing else is taken for one."""

from __future__ import annotations

import html
import json
from email.header import Header
from quopri import encodestring
from urllib.parse import quote, quote_plus

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pangoprep.columns.cell_text import TEXT
from pangoprep.normalizers import NORMALIZERS
from pangoprep.normalizers.escapes import unescape, unescape_addresses
from tests.normalizers.cells import canonical, judge, rules_of

# Letters in every word, so that each way of escaping leaves a trace.
NAMES = st.lists(st.text("aễĂđựỳ", min_size=1, max_size=4), min_size=1, max_size=4).map(
    lambda words: " ".join(f"ễ{word}" for word in words)
)
WAYS = {
    "decimal": lambda text: "".join(f"&#{ord(c)};" if ord(c) > 127 else c for c in text),
    "hexadecimal": lambda text: "".join(f"&#x{ord(c):X};" if ord(c) > 127 else c for c in text),
    "twice": lambda text: html.escape(WAYS["decimal"](text)),
    "json": lambda text: json.dumps(text)[1:-1],
    "json in json": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "query string": quote_plus,
    "path": quote,
    "vcard": lambda text: encodestring(text.encode()).decode().replace("=\n", ""),
    "mail": lambda text: Header(text, "utf-8", maxlinelen=998).encode(),
    "excel": lambda text: "".join(f"_x{ord(c):04X}_" if ord(c) > 127 else c for c in text),
}


def texts(*cells: str | None) -> pa.Array:
    return pa.array(cells, TEXT)


@pytest.mark.parametrize("way", WAYS)
@given(NAMES)
def test_a_text_comes_back_from_every_way_of_escaping(way: str, name: str) -> None:
    escaped = WAYS[way](name)
    values, found = unescape(texts(escaped, name))
    assert values.to_pylist() == [name, name]
    assert found.tolist() == [escaped != name, False]


STAY = [
    "AT&T", "A & B", "R&D; B&B;", "100%", "20%20 ngày", "50%-70%", "O'Brien", "C:\\users\\new",
    "1+1=2", "KH_x12_", "A&#1", "a=E1", "%E1%BB", "=?", "[CDATA[", "\\", "&", "", "&;", "&#;",
]  # fmt: skip


@pytest.mark.parametrize("text", STAY)
def test_signs_that_are_no_escape_stay(text: str) -> None:
    values, found = unescape(texts(text))
    assert values.to_pylist() == [text]
    assert not found.any()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("12 Lê Lợi\\nQuận 1", "12 Lê Lợi\nQuận 1"),
        ("12 Lê Lợi\\r\\nquận 1", "12 Lê Lợi\nquận 1"),
        ("\\ud83d\\ude00", "😀"),
        ("\\ud83d", "\ufffd"),
        ("&#0;", "\ufffd"),
        ("&#150;", "–"),
        ("&am\u200bp;", "&"),
        ('["L\\u00ea \\"A\\""]', '["L\\u00ea \\"A\\""]'),
    ],
)
def test_escapes_of_other_kinds(text: str, plain: str) -> None:
    assert unescape(texts(text))[0].to_pylist() == [plain]


def test_percent_signs_stay_in_addresses() -> None:
    cells = texts("https://a.vn/L%C3%AA?a=1&amp;b=2", None)
    assert unescape_addresses(cells)[0].to_pylist() == ["https://a.vn/L%C3%AA?a=1&b=2", None]


def test_slices_and_pieces_are_read_as_the_whole() -> None:
    cells = ["&", "Tr&agrave;", None, "", "Nguy&#7877;n", "An"]
    whole, found = unescape(texts(*cells))
    pieces = pa.chunked_array([texts("&#65;", *cells).slice(1, 3), texts(*cells).slice(3)])
    in_pieces, found_there = unescape(pieces)
    assert in_pieces.to_pylist() == whole.to_pylist() == ["&", "Trà", None, "", "Nguyễn", "An"]
    assert found_there.tolist() == found.tolist() == [False, True, False, False, True, False]


@given(st.text("&;#amp7uU\\x%20E1BB=_'\"[nN A/", max_size=30))
def test_what_was_undone_holds_no_escape_any_more(text: str) -> None:
    once = unescape(texts(text))[0]
    assert unescape(once)[0].to_pylist() == once.to_pylist()


@pytest.mark.parametrize("kind", NORMALIZERS)
def test_every_kind_of_cell_is_unescaped(kind: str) -> None:
    assert NORMALIZERS[kind].unescape is not None


def test_a_cell_escaped_in_two_ways_is_told_once() -> None:
    report = judge("fullName", ['="Nguy&#7877;n"'])
    assert canonical(report, "fullName") == ["Nguyễn"]
    assert rules_of(report, "fullName") == ["cell.escaped"]
