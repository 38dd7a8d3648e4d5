"""Lines that were quoted as a whole: a table that was pasted, or saved, as a single column.

``"C1,""Nguyễn, An"",0912345678"`` is the row ``C1,"Nguyễn, An",0912345678``.
"""

from __future__ import annotations

import csv
import io
from typing import IO

_BOM = b"\xef\xbb\xbf"
_DELIMITERS = ",;\t|"
_LONGEST = 1 << 20  # bytes of a line; a longer one stays as it is
_FEWEST = 2
_MAX_LOOKED_AT = 1_000


def without_outer_quotes(file: IO[bytes], head: bytes) -> IO[bytes] | None:
    r"""Return a stream without the quotes around whole lines; None if there are none.

    Parameters
    ----------
    file
        The content from its start.
    head
        Its first bytes.

    Examples
    --------
    >>> content = b'"Ma KH,Ten"\n"C1,An"\n"C2,Chi"\n'
    >>> without_outer_quotes(io.BytesIO(content), content).read()
    b'Ma KH,Ten\nC1,An\nC2,Chi\n'
    """
    if b'"' not in head or b"\0" in head:
        return None
    lines = head.removeprefix(_BOM).splitlines()
    lines = [line for line in lines[:-1] or lines if line.strip()][:_MAX_LOOKED_AT]
    if len(lines) < _FEWEST or _inner(lines[0]) is None:
        return None
    for delimiter in _DELIMITERS:
        width = _width(_inner(lines[0]), delimiter)
        if width > 1 and sum(_width(_inner(line), delimiter) == width for line in lines) >= max(
            _FEWEST, len(lines) * 0.9
        ):
            return io.BufferedReader(_Unquoted(file), buffer_size=_LONGEST)
    return None


def _inner(line: bytes) -> bytes | None:
    """Return what stands in the quotes around a line; None if they are not one pair."""
    if len(line) < 2 or line[:1] != b'"' or line[-1:] != b'"':
        return None
    inner = line[1:-1]
    if b'"' in inner.replace(b'""', b""):  # the first quote ends before the line does
        return None
    return inner.replace(b'""', b'"')


def _width(line: bytes | None, delimiter: str) -> int:
    if line is None:
        return 0
    text = line.decode("utf-8", "replace")
    try:
        return max((len(row) for row in csv.reader([text], delimiter=delimiter)), default=0)
    except csv.Error:  # a cell longer than the module takes
        return 0


class _Unquoted(io.RawIOBase):
    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file
        self._left = b""
        self._is_first = True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        if not self._left:
            self._left = self._line()
        n_bytes = min(len(view), len(self._left))
        view[:n_bytes] = self._left[:n_bytes]
        self._left = self._left[n_bytes:]
        return n_bytes

    def _line(self) -> bytes:
        line = self._file.readline(_LONGEST)
        mark = _BOM if self._is_first and line.startswith(_BOM) else b""
        self._is_first = False
        content = line[len(mark) :]
        bare = content.rstrip(b"\r\n")
        inner = _inner(bare)
        return line if inner is None else mark + inner + content[len(bare) :]
