"""Opening files: what is packed comes out up to a bound, and what was changed meanwhile is told."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from pangoprep.errors import ReadError
from pangoprep.sentence import Sentence
from pangoprep.system_errors import reason_of

HEAD_SIZE = 1 << 18
# Deflate packs at most 1,032 bytes into one; real tables stay below 100.
_MAX_PACKED, _SMALL = 200, 1 << 28


@dataclass(frozen=True)
class TableFile:
    """One file, or one member of a zip, that holds one table.

    Parameters
    ----------
    path
        The file on disk.
    member
        The name inside a zip; empty if the file is none.
    name
        What to call it: relative to the folder that was asked for.
    content
        The bytes of a file that was open already; None if it is to be opened.
    """

    path: Path
    name: str
    member: str = ""
    content: bytes | None = field(default=None, repr=False)

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Open the content, unpacked.

        Raises
        ------
        ReadError
            If it cannot be opened or read, is a bomb, or was changed while it was read.
        """
        try:
            if self.content is not None:
                yield from self._unpacked(io.BytesIO(self.content), len(self.content))
                return
            with self.path.open("rb") as file:
                before = _state(file)
                yield from self._unpacked(file, before[0])
                # A writer may also have put a new file in its place.
                if before != _state(file) or not os.path.samestat(
                    os.fstat(file.fileno()), self.path.stat()
                ):
                    raise ReadError(
                        Sentence(
                            "{1} was changed while it was read. Wait until it is complete, then "
                            "read it again.",
                            self.name,
                        )
                    )
        except OSError as error:
            raise cannot_read(self.name, reason_of(error)) from None
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise cannot_read(self.name, Sentence("the archive is damaged: {1}", error)) from None

    def _unpacked(self, file: IO[bytes], n_bytes: int) -> Iterator[IO[bytes]]:
        if self.member:
            with zipfile.ZipFile(file) as archive:
                info = archive.getinfo(self.member)
                if info.flag_bits & 1:
                    raise ReadError(Sentence("{1} needs a password. Unpack it first.", self.name))
                with archive.open(info) as inner:
                    yield _bounded(inner, info.compress_size, self.name)
        elif file.read(2) == b"\x1f\x8b":
            file.seek(0)
            with gzip.GzipFile(fileobj=file) as inner:
                yield _bounded(inner, n_bytes, self.name)
        else:
            file.seek(0)
            yield file

    @property
    def plain_name(self) -> str:
        """The name of the content, without what packs it."""
        name = self.member or self.path.name
        return name[:-3] if name.lower().endswith(".gz") else name


def _state(file: IO[bytes]) -> tuple[int, int]:
    now = os.fstat(file.fileno())
    return now.st_size, now.st_mtime_ns


def cannot_read(name: str, reason: str) -> ReadError:
    """Return the error that says why a file cannot be read."""
    return ReadError(Sentence("{1} cannot be read: {2}.", name, reason))


def _bounded(inner: Any, n_packed: int, name: str) -> IO[bytes]:
    return io.BufferedReader(_Bounded(inner, n_packed, name), buffer_size=1 << 20)


class _Bounded(io.RawIOBase):
    """What comes out of an archive, up to what a table could be packed into."""

    def __init__(self, inner: Any, n_packed: int, name: str) -> None:
        super().__init__()
        self._inner, self._name = inner, name
        self._left = max(n_packed * _MAX_PACKED, _SMALL)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._inner.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise ReadError(
                Sentence(
                    "{1} unpacks to more than {2} times its size: it looks like a zip bomb. "
                    "If you know what it is, unpack it first.",
                    self._name,
                    _MAX_PACKED,
                )
            )
        buffer[: len(data)] = data
        return len(data)


def read_head(file: IO[bytes]) -> bytes:
    """Read the first bytes of a stream, from which its kind is told."""
    head = b""
    while len(head) < HEAD_SIZE and (more := file.read(HEAD_SIZE - len(head))):
        head += more
    return head


def rewound(file: IO[bytes], head: bytes) -> IO[bytes]:
    """Return a stream whose first bytes have been read, from its start again."""
    if file.seekable():
        file.seek(0)
        return file
    return io.BufferedReader(_Rewound(file, head), buffer_size=HEAD_SIZE)


class _Rewound(io.RawIOBase):
    def __init__(self, file: IO[bytes], head: bytes) -> None:
        super().__init__()
        self._file, self._head = file, head

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._head[: len(buffer)] or self._file.read(len(buffer))
        self._head = self._head[len(data) :] if self._head else b""
        buffer[: len(data)] = data
        return len(data)
