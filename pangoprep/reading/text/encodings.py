"""In which encoding the text of a file is written."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from pangoprep.call_words import option
from pangoprep.errors import OptionError, ReadError
from pangoprep.normalizers.legacy_fonts import FONTS, legacy_font, vietnamese_share
from pangoprep.sentence import Sentence

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before the mark of UTF-16, with which it begins
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# One byte a letter; tried where the text is not Unicode. Windows-1258 writes a tone as a letter of
# its own, so Western text is never mistaken for it.
_SINGLE_BYTE = ("cp1258", "cp1252", "latin-1")
_ENOUGH = 0.6
_BAD, _LETTERS = re.compile("[\udc80-\udcff]"), re.compile("[^\x00-\x7f\udc80-\udcff]")
# UTF-16 has a zero for each letter of ASCII; of a table that is a third at the very least.
_ENOUGH_ZEROS = 0.2
_MAX_DAMAGED = 3  # more than every third line is not damaged, but in another encoding
_NAMES = {"utf-8": "UTF-8", "cp1258": "Windows-1258", "cp1252": "Windows-1252"}


def find_encoding(head: bytes, name: str) -> str:
    """Tell the encoding of a file from its first bytes.

    Parameters
    ----------
    head
        The first bytes; they may end within a letter.
    name
        The file's name, for the message.

    Raises
    ------
    ReadError
        If the text is in no encoding we know, or typed for the fonts TCVN3 or VNI.

    Examples
    --------
    >>> find_encoding("Họ tên".encode("utf-8-sig"), "a.csv"), find_encoding(b"id,name", "a.csv")
    ('utf-8', 'utf-8')
    >>> find_encoding("Tên,SĐT".encode("utf-16"), "a.csv")
    'utf-16-le'
    """
    if marked := marked_encoding(head):
        return marked
    # Text without a mark: every second byte of Western letters in UTF-16 is zero.
    if len(head) > 1 and b"\0" in head[:1000]:
        even, odd = head[:1000:2].count(0), head[1:1000:2].count(0)
        enough = _ENOUGH_ZEROS * len(head[:1000:2])
        if min(even, odd) * 10 < max(even, odd) and max(even, odd) > enough:
            return "utf-16-be" if even > odd else "utf-16-le"
        lines = head.splitlines()
        if sum(b"\0" in line for line in lines) * _MAX_DAMAGED > len(lines):
            raise ReadError(
                Sentence(
                    "{1} is not text: it has zero bytes in it. Export the table as CSV or xlsx.",
                    name,
                )
            )
    if _reads(head, "utf-8"):
        return "utf-8"
    damage = _damage(head)
    if damage.n_letters > damage.n_bad:
        return "utf-8"
    shares = {
        encoding: vietnamese_share([decode_head(head, encoding)])[0]
        for encoding in _SINGLE_BYTE
        if _reads(head, encoding)
    }
    best = max(shares, key=lambda encoding: shares[encoding])
    if shares[best] >= _ENOUGH:
        return best
    refuse_legacy_font([decode_head(head, best)], name)
    if damage.n_lines * _MAX_DAMAGED <= head.count(b"\n"):
        return "utf-8"  # all but some lines are ASCII, which is the same in all of them
    raise ReadError(
        Sentence(
            "{1} is neither UTF-8 nor UTF-16 nor Vietnamese in Windows-1258. Save it "
            "as 'CSV UTF-8', or name its encoding, such as {2}.",
            name,
            option("encoding", "cp1252"),
        )
    )


def marked_encoding(head: bytes) -> str | None:
    """Return the encoding that a byte-order mark tells; None if there is none."""
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


def mark_of(head: bytes, encoding: str) -> bytes:
    """Return the byte-order mark that a file begins with; empty if it has none."""
    marks = [mark for mark, marked in _MARKS if marked == encoding]
    return next((mark for mark in marks if head.startswith(mark)), b"")


def decode_head(head: bytes, encoding: str) -> str:
    """Decode the first bytes of a file, which may end within a letter; letters are composed."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    text = decoder.decode(head, final=False)
    return unicodedata.normalize("NFC", text).removeprefix("\ufeff")


def shown_encoding(encoding: str) -> str:
    """Return the name people know an encoding by."""
    return _NAMES.get(encoding, encoding.upper())


def byte_encoding(head: bytes, encoding: str | None, name: str) -> tuple[str, str | None]:
    """Return the encoding of the bytes, and the font the text was typed for if that was named.

    Raises
    ------
    OptionError
        If the caller named an encoding that does not exist.
    """
    if encoding is None:
        return find_encoding(head, name), None
    if encoding in FONTS:
        return ("utf-8" if _reads(head, "utf-8") else "latin-1"), encoding
    try:
        known = codecs.lookup(encoding).name
    except LookupError:
        known = None
    if known is None:
        raise OptionError(
            Sentence(
                "{1} cannot be used; give a name such as 'utf-8', 'cp1258', 'utf-16', "
                "'tcvn3' or 'vni'.",
                option("encoding", encoding),
            )
        )
    if known == "utf-16":
        return ("utf-16-be" if head.startswith(codecs.BOM_UTF16_BE) else "utf-16-le"), None
    return known.replace("utf-8-sig", "utf-8"), None


def refuse_legacy_font(texts: Sequence[str], name: str) -> None:
    """Stop where text was typed for the fonts TCVN3 or VNI.

    Raises
    ------
    ReadError
        If so; the message names the font.
    """
    font = legacy_font(texts)
    if font is None:
        return
    shown = {"tcvn3": "TCVN3 (ABC, the .VnTime fonts)", "vni": "VNI (the VNI-Times fonts)"}[font]
    letters = "NguyÔn" if font == "tcvn3" else "Nguyeãn"
    raise ReadError(
        Sentence(
            "{1} is typed for the font {2}: Nguyễn is written {3} in it. Convert it "
            "to Unicode where it comes from, or read it with {4}.",
            name,
            shown,
            letters,
            option("encoding", font),
        )
    )


class _Damage(NamedTuple):
    """Bytes that are no UTF-8, on how many lines, and how many letters beyond ASCII are right."""

    n_bad: int
    n_lines: int
    n_letters: int


def _damage(head: bytes) -> _Damage:
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(head, final=False)
    bad = _BAD.findall(text)
    n_lines = sum(1 for line in text.splitlines() if _BAD.search(line))
    return _Damage(len(bad), n_lines, len(_LETTERS.findall(text)))


def _reads(head: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return True
