"""Which files there are: of a path, a folder, a glob, in a zip, or what is open already."""

from __future__ import annotations

import glob
import io
import os
import re
import stat
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from pangoprep.argument_checks import path_of
from pangoprep.errors import ReadError
from pangoprep.reading.opening import TableFile, cannot_read
from pangoprep.sentence import Sentence
from pangoprep.system_errors import reason_of

_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".parquet", ".jsonl", ".ndjson",
             ".json", ".gz", ".zip")  # fmt: skip
_MAX_MEMBERS = 10_000
_MAX_OPEN_BYTES = 1 << 32
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+)://(?:[^/@?#]*@)?([^/?#]*)", re.IGNORECASE)


def find_files(path: str | os.PathLike[str]) -> list[TableFile]:
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
        return _members(TableFile(given, given.name))
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
    return [
        table_file
        for file in sorted(files)
        for table_file in _members(TableFile(file, shown[file]))
    ]


def files_of(given: str | os.PathLike[str] | IO[Any]) -> list[TableFile]:
    """List the files of a path, or what a file that is open holds from where it stands.

    Raises
    ------
    ReadError
        If there is nothing to read, or it is not read at once.
    """
    if not callable(getattr(given, "read", None)):
        return find_files(given)  # type: ignore[arg-type]
    name = getattr(given, "name", None)
    name = Path(name).name if isinstance(name, str) and name.strip() else "the open file"
    try:
        content = _rest_of(given, name)
    except (OSError, ValueError, TypeError) as error:  # closed, opened to write, broken off
        raise cannot_read(name, str(error) or type(error).__name__) from None
    return _members(TableFile(Path(name), name, content=content))


def _rest_of(given: Any, name: str) -> bytes:
    pieces, n_bytes = [], 0
    while piece := given.read(1 << 20):
        if isinstance(piece, str):  # decoded already; what it was written in is past
            piece = piece.encode("utf-8", "surrogatepass")
        if not isinstance(piece, bytes):
            raise cannot_read(
                name, Sentence("its read() gives {1}, no bytes", type(piece).__name__)
            )
        pieces.append(piece)
        n_bytes += len(piece)
        if n_bytes > _MAX_OPEN_BYTES:
            raise cannot_read(name, "it is too large for memory; save it and use pp.scan(path)")
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


def _members(table_file: TableFile) -> list[TableFile]:
    """Return what a zip holds, or the file itself; an xlsx is a zip too, and stays what it is."""
    name, content = table_file.name, table_file.content
    try:
        if not _is_zip(table_file):
            return [table_file]
        with zipfile.ZipFile(
            table_file.path if content is None else io.BytesIO(content)
        ) as archive:
            infos = archive.infolist()
    except OSError as error:
        raise cannot_read(name, reason_of(error)) from None
    except zipfile.BadZipFile as error:
        raise cannot_read(name, Sentence("the archive is damaged: {1}", error)) from None
    members = [info.filename for info in infos]
    if "[Content_Types].xml" in members or "mimetype" in members:
        return [table_file]
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
    return [replace(table_file, name=f"{name}/{member}", member=member) for member in wanted]


def _is_zip(table_file: TableFile) -> bool:
    marks = (b"PK\x03\x04", b"PK\x05\x06")
    if table_file.content is not None:
        return table_file.content.startswith(marks)
    with table_file.path.open("rb") as file:
        return file.read(4) in marks


def _is_wanted(file: Path) -> bool:
    # Office writes ~$name.xlsx beside a workbook that is open.
    return file.suffix.lower() in _SUFFIXES and not file.name.startswith((".", "~$"))
