"""The folder a report over many machines lies in: there as a whole, or not at all.

It is written under another name and renamed last. Where renaming takes many steps, as in an object
store, the manifest comes last: a folder without one is no report.
"""

from __future__ import annotations

import io
import json
import os
import posixpath
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from pickle import dumps, loads
from typing import Any
from uuid import uuid4

import pyarrow as pa

from pangoprep.argument_checks import writing
from pangoprep.errors import OptionError, ReadError
from pangoprep.large.staging import Slot, packed_table, read_table
from pangoprep.private_files import make_private_folder
from pangoprep.sentence import Sentence

MANIFEST, FORMAT = "manifest.json", "pangoprep.folder/1"


@dataclass(frozen=True)
class Folder:
    """A folder at an address that fsspec knows; safe to send to other machines.

    Parameters
    ----------
    address
        Such as ``"reports/2026-11"``, ``"s3://bucket/reports"`` or ``"memory://reports"``.
    """

    address: str

    def __getstate__(self) -> dict[str, Any]:
        return {"address": self.address}

    @cached_property
    def _place(self) -> tuple[Any, str]:
        from fsspec.core import url_to_fs

        system, path = url_to_fs(self.address)
        return system, path.rstrip("/")

    @property
    def is_local(self) -> bool:
        """Whether it lies on disks that all machines have under the same path."""
        protocol = self._place[0].protocol
        return "file" in ((protocol,) if isinstance(protocol, str) else protocol)

    def path(self, name: str = "") -> str:
        """Return the path of a file of it, as its file system has it."""
        return posixpath.join(self._place[1], name) if name else self._place[1]

    def within(self, name: str) -> Folder:
        """Return a folder in it."""
        return Folder(f"{self.address.rstrip('/')}/{name}")

    def make(self, *names: str) -> None:
        """Make it, and these folders in it, for their owner alone where that can be said."""
        for name in ("", *names):
            if self.is_local:
                with writing(Path(self.path(name))):
                    make_private_folder(Path(self.path(name)))
            else:
                self._place[0].makedirs(self.path(name), exist_ok=True)

    def has(self, name: str) -> bool:
        """Whether there is such a file; ``""`` is the folder itself."""
        return bool(self._place[0].exists(self.path(name)))

    def names(self) -> list[str]:
        """List what is in it."""
        found = self._place[0].ls(self.path(), detail=False)
        return sorted(posixpath.basename(name.rstrip("/")) for name in found)

    def write(self, name: str, content: bytes) -> None:
        """Write a file; there is never a half of it, and writing it twice changes nothing."""
        path = self.path(name)
        if not self.is_local:
            self._place[0].pipe_file(path, content)
            return
        unfinished = Path(f"{path}.{uuid4().hex[:8]}.unfinished")
        try:
            with writing(Path(path)):
                unfinished.write_bytes(content)
                unfinished.replace(path)
        finally:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)

    def read(self, name: str, start: int | None = None, stop: int | None = None) -> bytes:
        """Return the bytes of a file, or some of them."""
        content: bytes = self._place[0].cat_file(self.path(name), start, stop)
        return content

    def open(self, name: str) -> Any:
        """Open a file for reading."""
        return self._place[0].open(self.path(name), "rb")

    def remove(self) -> None:
        """Remove it with all that is in it."""
        system, path = self._place
        with suppress(FileNotFoundError):
            system.rm(path, recursive=True)


class PartFile:
    """What one task keeps for later ones: tables and objects, under each other in one file.

    Parameters
    ----------
    folder, name
        Where. It is written by `close`.
    """

    def __init__(self, folder: Folder, name: str) -> None:
        self._folder, self._name = folder, name
        self._content = io.BytesIO()

    def put(self, table: pa.Table) -> Slot:
        """Keep a table."""
        start = self._content.seek(0, 2)
        self._content.write(packed_table(table))
        return Slot(start, self._content.tell(), self._name)

    def put_object(self, one: object) -> Slot:
        """Keep an object; what comes back is what was kept, or nothing does."""
        content = dumps(one)
        start = self._content.seek(0, 2)
        self._content.write(content)
        return Slot(start, self._content.tell(), self._name, digest(content))

    def close(self) -> None:
        """Write the file."""
        self._folder.write(self._name, self._content.getvalue())


@dataclass(frozen=True)
class FolderStage:
    """Gives what tasks kept in a folder.

    Parameters
    ----------
    folder
        Where.
    run
        What its manifest calls the report, once there is one; empty while it is made.
    """

    folder: Folder
    run: str = ""

    def get(self, slot: Slot, columns: Sequence[str] | None = None) -> pa.Table:
        """Return a table, or some of its columns."""
        return read_table(self._bytes(slot), columns)

    def get_object(self, slot: Slot) -> Any:
        """Return an object.

        Raises
        ------
        ReadError
            If the file was changed since.
        """
        content = self._bytes(slot)
        if digest(content) != slot.digest:
            raise ReadError(
                Sentence(
                    "Files in {1!r} were changed since the report was made. Make it again.",
                    self.folder.address,
                )
            )
        return loads(content)  # noqa: S301 - it is what a task of this report wrote

    def _bytes(self, slot: Slot) -> bytes:
        try:
            return self.folder.read(slot.file, slot.start, slot.stop)
        finally:  # another report may have taken its place while it was read
            if self.run:
                refuse_replaced(self.folder, self.run)


def digest(content: bytes) -> bytes:
    """Tell contents apart."""
    return blake2b(content, digest_size=16).digest()


def new_folder(address: str | os.PathLike[str] | None) -> tuple[Folder, Folder]:
    """Return the folder at an address, and the one it is written to first.

    Raises
    ------
    OptionError
        If the address cannot be used, or something else than a report is there.
    """
    if not isinstance(address, str | os.PathLike) or not os.fspath(address):
        raise OptionError(
            Sentence(
                "A report over many machines needs a folder that all of them reach, such "
                "as folder='reports/2026-11' or folder='s3://bucket/reports'; not {1!r}.",
                address,
            )
        )
    text = os.fspath(address)
    if not isinstance(text, str):
        raise OptionError("folder must be a text or a path, not bytes.")
    if "://" not in text:  # workers stand elsewhere
        text = str(Path(text).expanduser().absolute())
    folder = Folder(text.rstrip("/"))
    try:
        folder.has("")
    except (ValueError, ImportError) as error:
        raise OptionError(Sentence("folder={1!r} cannot be used: {2}.", text, error)) from None
    if folder.is_local and Path(folder.path()).is_mount():
        raise OptionError(
            Sentence(
                "folder={1!r} is where a disk is mounted, and a report takes the place of its "
                "folder as a whole. Name a folder in it.",
                text,
            )
        )
    if folder.has("") and not folder.has(MANIFEST) and folder.names():
        raise OptionError(
            Sentence(
                "folder={1!r} holds something else than a report. Name another, or empty it.", text
            )
        )
    return folder, Folder(f"{folder.address}.{uuid4().hex[:8]}.unfinished")


def publish(unfinished: Folder, folder: Folder, manifest: dict[str, Any]) -> None:
    """Give a finished folder its name; an earlier report there goes.

    Parameters
    ----------
    unfinished, folder
        Where it is, and where it goes.
    manifest
        What is in it, as JSON takes it.
    """
    if folder.is_local:
        _swap(unfinished, folder, manifest)
        return
    folder.remove()
    system = folder._place[0]
    try:
        for name in unfinished.names():
            system.mv(unfinished.path(name), folder.path(name), recursive=True)
        unfinished.remove()
        write_manifest(folder, manifest)
    except BaseException:
        folder.remove()  # half of a report would be taken for something else the next time
        raise


def write_manifest(folder: Folder, manifest: dict[str, Any]) -> None:
    """Write what is in a folder, the last of its files."""
    told = {"format": FORMAT, **manifest}
    folder.write(MANIFEST, json.dumps(told, ensure_ascii=False, indent=1).encode())


def _swap(unfinished: Folder, folder: Folder, manifest: dict[str, Any]) -> None:
    """Rename a folder of a disk."""
    new, target = Path(unfinished.path()), Path(folder.path())
    for left in new.rglob("*.unfinished"):  # of tasks that were killed
        left.unlink()
    write_manifest(unfinished, manifest)
    before = new.with_name(f"{new.name}.before")
    with writing(target), suppress(FileNotFoundError):
        target.rename(before)
    try:
        with writing(target):
            new.rename(target)
    except BaseException:
        with suppress(FileNotFoundError):
            before.rename(target)
        raise
    shutil.rmtree(before, ignore_errors=True)


def read_manifest(folder: Folder) -> dict[str, Any]:
    """Return what a folder says is in it.

    Raises
    ------
    ReadError
        If it has no manifest: it is not complete, or no report.
    """
    try:
        told = json.loads(folder.read(MANIFEST))
    except (OSError, ValueError):
        told = {}
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise ReadError(Sentence("{1!r} holds no complete report. Make it again.", folder.address))
    return told


def refuse_replaced(folder: Folder, run: str) -> None:
    """Refuse the files of a folder if they are another report's by now.

    Parameters
    ----------
    folder, run
        The folder, and what its manifest called the report that is meant.

    Raises
    ------
    ReadError
        If they are, or if there is no report.
    """
    if read_manifest(folder).get("run") != run:
        raise ReadError(
            Sentence(
                "Another report was written to {1!r} since. Give each report a folder of its own.",
                os.fspath(folder.address),
            )
        )
