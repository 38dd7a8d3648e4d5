"""Finding files and opening them: folders, globs, gzip and zip, what is open already."""

from __future__ import annotations

import glob
import gzip
import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from pangoprep.argument_checks import path_of
from pangoprep.errors import ReadError
from pangoprep.sentence import Sentence
from pangoprep.system_errors import reason_of

HEAD_SIZE = 1 << 18
_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".parquet", ".jsonl", ".ndjson",
             ".json", ".gz", ".zip")  # fmt: skip
# Deflate packs at most 1,032 bytes into one; real tables stay below 100.
_MAX_PACKED, _SMALL = 200, 1 << 28
_MAX_MEMBERS = 10_000
MAX_OPEN_BYTES = 1 << 32
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+)://(?:[^/@?#]*@)?([^/?#]*)", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
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
            raise _cannot_read(self.name, reason_of(error)) from None
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise _cannot_read(self.name, Sentence("the archive is damaged: {1}", error)) from None

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


def find_parts(path: str | os.PathLike[str]) -> list[Part]:
    """List the files of a path, folder or glob, and what is in zips; sorted by name.

    Raises
    ------
    ReadError
        If there is nothing to read.
    """
    given = path_of("path", path)
    text = os.fspath(path)
    _refuse_address(text)
    if not given.exists() and glob.has_magic(text):
        files = [Path(name) for name in glob.iglob(str(given), recursive=True)]  # noqa: PTH207 - absolute too
        files = [file for file in files if file.is_file() and _is_wanted(file)]
    elif given.is_dir():
        files = [file for file in given.iterdir() if file.is_file() and _is_wanted(file)]
    elif given.exists():
        if not stat.S_ISREG(given.stat().st_mode):
            raise ReadError(Sentence("{1!r} is neither a file nor a folder.", text))
        return _members(Part(given, given.name))
    else:
        raise ReadError(
            Sentence("There is no file {1!r}. Check the spelling, or give the full path.", text)
        )
    if not files:
        raise ReadError(
            Sentence(
                "{1!r} has no file to read. Files end in {2}.", text, ", ".join(sorted(_SUFFIXES))
            )
        )
    names = [file.name for file in files]
    where = given if given.is_dir() else Path(os.path.commonpath([file.parent for file in files]))
    shown = {
        file: file.name if len(set(names)) == len(names) else file.relative_to(where).as_posix()
        for file in files
    }
    return [part for file in sorted(files) for part in _members(Part(file, shown[file]))]


def parts_of(given: str | os.PathLike[str] | IO[Any]) -> list[Part]:
    """List the files of a path, or what a file that is open holds from where it stands.

    Raises
    ------
    ReadError
        If there is nothing to read, or it is not read at once.
    """
    if not callable(getattr(given, "read", None)):
        return find_parts(given)  # type: ignore[arg-type]
    name = getattr(given, "name", None)
    name = Path(name).name if isinstance(name, str) and name.strip() else "the open file"
    try:
        content = _rest_of(given, name)
    except (OSError, ValueError, TypeError) as error:  # closed, opened to write, broken off
        raise _cannot_read(name, str(error) or type(error).__name__) from None
    return _members(Part(Path(name), name, content=content))


def _rest_of(given: Any, name: str) -> bytes:
    pieces, n_bytes = [], 0
    while piece := given.read(1 << 20):
        if isinstance(piece, str):  # decoded already; what it was written in is past
            piece = piece.encode("utf-8", "surrogatepass")
        if not isinstance(piece, bytes):
            raise _cannot_read(
                name, Sentence("its read() gives {1}, no bytes", type(piece).__name__)
            )
        pieces.append(piece)
        n_bytes += len(piece)
        if n_bytes > MAX_OPEN_BYTES:
            raise _cannot_read(name, "it is too large for memory; save it and use pp.scan(path)")
    return b"".join(pieces)


def _refuse_address(text: str) -> None:
    """Say what to do with an address; its path and query may hold a secret."""
    found = _ADDRESS.match(text)
    if found is None or Path(text).exists():
        return
    kind, where = found[1].lower(), f"{found[1]}://{found[2]}/…"
    if kind == "file":
        raise ReadError("Give the path of the file, without file://.")
    way = (
        "with urllib.request.urlopen(address) as file: pp.read(file)"
        if kind in ("http", "https", "ftp")
        else "with fsspec.open(address) as file: pp.read(file)"
    )
    hint = " Of a Google sheet, download it as xlsx or CSV." * found[2].endswith("google.com")
    raise ReadError(
        Sentence(
            "{1} is an address, and pangoprep reads files. Download it, or open it "
            "yourself: {2}.{3}",
            where,
            way,
            hint,
        )
    )


def _members(part: Part) -> list[Part]:
    """Return what a zip holds, or the file itself; an xlsx is a zip too, and stays what it is."""
    name, content = part.name, part.content
    try:
        if not _is_zip(part):
            return [part]
        with zipfile.ZipFile(part.path if content is None else io.BytesIO(content)) as archive:
            infos = archive.infolist()
    except OSError as error:
        raise _cannot_read(name, reason_of(error)) from None
    except zipfile.BadZipFile as error:
        raise _cannot_read(name, Sentence("the archive is damaged: {1}", error)) from None
    members = [info.filename for info in infos]
    if "[Content_Types].xml" in members or "mimetype" in members:
        return [part]
    if len(members) > _MAX_MEMBERS:
        raise ReadError(
            Sentence("{1} holds {2:,} files; {3:,} is the most.", name, len(members), _MAX_MEMBERS)
        )
    wanted = sorted(member for member in members if _is_wanted(Path(member)))
    wanted = [member for member in wanted if not member.startswith("__MACOSX/")]
    if not wanted:
        raise ReadError(
            Sentence("{1} holds no file to read. Files end in {2}.", name, ", ".join(_SUFFIXES))
        )
    if packed := [member for member in wanted if member.lower().endswith((".zip", ".gz"))]:
        raise ReadError(Sentence("{1} holds an archive, {2!r}. Unpack it first.", name, packed[0]))
    return [replace(part, name=f"{name}/{member}", member=member) for member in wanted]


def _is_zip(part: Part) -> bool:
    marks = (b"PK\x03\x04", b"PK\x05\x06")
    if part.content is not None:
        return part.content.startswith(marks)
    with part.path.open("rb") as file:
        return file.read(4) in marks


def _is_wanted(file: Path) -> bool:
    # Office writes ~$name.xlsx beside a workbook that is open.
    return file.suffix.lower() in _SUFFIXES and not file.name.startswith((".", "~$"))


def _state(file: IO[bytes]) -> tuple[int, int]:
    now = os.fstat(file.fileno())
    return now.st_size, now.st_mtime_ns


def _cannot_read(name: str, reason: str) -> ReadError:
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
