"""What shows a table without being one: told by how the file begins, before anything is loaded."""

from __future__ import annotations

import re

_TAG = re.compile(r"<(?:html|table|!doctype html)\b", re.IGNORECASE)
_FIRST = re.compile(
    r"<(?:!doctype html|!--|\?xml|/?(?:html|head|body|meta|title|link|style|script|base|table|"
    r"thead|tbody|caption|colgroup|tr|td|th|div|span|p|br|hr|h[1-6]|b|i|u|strong|em|center|font|form|"
    r"section|main|header|img|input|a|pre|ul|ol)\b)",
    re.IGNORECASE,
)
_TABLE = re.compile(
    r"<table\b[^<>]*>(?:\s|</?(?:thead|tbody|colgroup|col)\b[^<>]*>)*<tr\b", re.IGNORECASE
)
_ARCHIVE = re.compile(rb"(?im)^(?:MIME-Version:|Content-Type:\s*multipart/related)")
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,40}:[^\n]*\r?\n")
_WORKBOOK = re.compile(r"<(?:\w+:)?Workbook\b")
_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_LOOKED_AT = 1 << 12


def is_page(head: str) -> bool:
    """Whether a file that begins so is a web page with a table: its name may say something else.

    Examples
    --------
    >>> is_page("<div>Kỳ 06/2026</div><table><tr>"), is_page("<Mã>,Tên"), is_page("Mã,<table>")
    (True, False, False)
    """
    start = head.lstrip("\ufeff \t\r\n")
    return _FIRST.match(start) is not None and _TAG.search(start) is not None


def begins_with_words(head: str) -> bool:
    """Whether a file that begins so has some words and then a table of a web page.

    Examples
    --------
    >>> begins_with_words("Danh sách<br><table border=1><tr>"), begins_with_words("Mã,Tên")
    (True, False)
    """
    return _TABLE.search(head[:_LOOKED_AT]) is not None


def is_archive(head: bytes) -> bool:
    """Whether a file that begins so is a web archive (MHTML)."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:_LOOKED_AT]
    return _HEADER.match(start) is not None and _ARCHIVE.search(start) is not None


def is_xml_spreadsheet(head: str) -> bool:
    """Whether a file that begins so is an XML spreadsheet of Excel 2003."""
    start = head[:_LOOKED_AT]
    return _SPREADSHEET in start and _WORKBOOK.search(start) is not None
