"""Text for wherever it is printed: code pages of Windows lack signs and Vietnamese letters."""

from __future__ import annotations

import codecs
import sys
import unicodedata
from typing import IO, Any

# What we draw with, in letters that every code page has.
_SIGNS = str.maketrans(
    {"▲": "!", "●": "*", "✓": "+", "✗": "x", "·": "-", "•": "*", "…": "...", "→": "->", "–": "-",
     "—": "-", "−": "-", "×": "x", "“": '"', "”": '"', "‘": "'", "’": "'", "≤": "<=", "≥": ">=",
     "đ": "d", "Đ": "D", "\N{NO-BREAK SPACE}": " "}
    | {chr(code): "#" for code in range(0x2580, 0x2590)}
)  # fmt: skip
_HANDLER, _WITH_MARKS = "pangoprep.plain", "pangoprep.with_marks"
# The tones, which the Vietnamese code page of Windows has apart from the letters.
_TONES = "\u0300\u0301\u0303\u0309\u0323"


def _plainly(error: UnicodeError) -> tuple[str, int]:
    """Write letters without their marks, and signs as letters; what is left is a ``?``."""
    assert isinstance(error, UnicodeEncodeError)  # noqa: S101 - nothing is decoded with it
    text = error.object[error.start : error.end].translate(_SIGNS)
    letters = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return "".join(c if c.isascii() else "?" for c in letters), error.end


def _with_marks(error: UnicodeError) -> tuple[str, int]:
    """Write one letter with its tone behind it, as cp1258 has them; else as `_plainly` does."""
    assert isinstance(error, UnicodeEncodeError)  # noqa: S101 - nothing is decoded with it
    error.end = error.start + 1
    parts = unicodedata.normalize("NFD", error.object[error.start])
    letter = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
    told = letter + "".join(part for part in parts if part in _TONES)
    is_known = told.encode("cp1258", "ignore").decode("cp1258") == told
    return (told, error.end) if is_known else _plainly(error)


def _handler(encoding: str | None) -> str:
    """Return what writes the letters that an encoding lacks."""
    is_vietnamese = (encoding or "").lower().replace("windows-", "cp") == "cp1258"
    return _WITH_MARKS if is_vietnamese else _HANDLER


codecs.register_error(_HANDLER, _plainly)
codecs.register_error(_WITH_MARKS, _with_marks)


def printable(text: str, stream: IO[str] | None = None) -> str:
    """Return a text as a stream can show it; by default standard output.

    Parameters
    ----------
    text, stream
        The text, and where it will be printed. Only what the stream's encoding lacks is changed.

    Examples
    --------
    >>> import io
    >>> printable("▲ Nguyễn Đức · 5 →", io.TextIOWrapper(io.BytesIO(), "cp437"))
    '! Nguyen Duc · 5 ->'
    """
    encoding = getattr(sys.stdout if stream is None else stream, "encoding", None) or "utf-8"
    try:
        return text.encode(encoding, _handler(encoding)).decode(encoding)
    except (LookupError, UnicodeError):  # no encoding of Python's, or half a letter in the text
        return text


def use_utf8(*streams: Any) -> None:
    """Let streams print every letter: as UTF-8 where no terminal is, else as it can show it.

    What is redirected into a file on Windows would be written in the code page of the machine, and
    end with an error at the first letter that has no place there.
    """
    for stream in streams:
        if (change := getattr(stream, "reconfigure", None)) is None:  # a test's, or a notebook's
            continue
        if stream.isatty():
            change(errors=_handler(stream.encoding))
        else:
            change(encoding="utf-8", errors="replace")
