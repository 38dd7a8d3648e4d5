"""Which files may be written: none that is read, none twice, none with somebody's work in it."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from pangoprep.argument_checks import writing
from pangoprep.errors import OptionError, UsageError
from pangoprep.sentence import Sentence

_PROPERTIES = "docProps/core.xml"
_TIMES = re.compile(rb"<dcterms:(created|modified)[^>]*>([^<]*)<")


def check_targets(
    targets: Iterable[Path | None], sources: Iterable[Any] = (), own_folder: Path | None = None
) -> None:
    """Refuse to write over a file that is read, two things into one file, or where none can be.

    Parameters
    ----------
    targets
        What is written; None is nothing.
    sources
        What is read; what is no path is passed over.
    own_folder
        The target whose folder is made for it.

    Raises
    ------
    UsageError
        Naming the file, before anything is done.
    """
    read = [Path(one) for one in sources if isinstance(one, str | os.PathLike)]
    seen: list[Path] = []
    for target in targets:
        if target is None:
            continue
        if any(_is_same(target, one) for one in read):
            raise UsageError(
                Sentence("{1!r} is what is read; give what is written another name.", target.name)
            )
        if any(_is_same(target, one) for one in seen):
            raise UsageError(
                Sentence("Two things would be written into {1!r}; give each a name.", target.name)
            )
        seen.append(target)
        if target != own_folder:
            _check_folder(target)


def _check_folder(target: Path) -> None:
    """Refuse a folder in which no file can be made, before a long file is read for nothing."""
    place = target.resolve()  # of a link where it leads
    if place.exists() and not place.is_file():  # a pipe, /dev/stdout
        return
    with writing(target), TemporaryFile(dir=place.parent):
        pass


def check_recipe(target: Path, given: Any) -> None:
    """Refuse to write over a recipe, which holds decisions, unless it is the one that was given.

    Raises
    ------
    UsageError
        If there is another file.
    """
    is_given = isinstance(given, str | os.PathLike) and _is_same(target, Path(given))
    if target.exists() and not is_given:
        raise UsageError(
            Sentence(
                "{1!r} is there already. It may hold answers: give it as --recipe, too, and they "
                "stay, or write to another file.",
                target.name,
            )
        )


def check_workbook(path: Path) -> None:
    """Refuse another ending, and to write over what somebody has saved since a program made it.

    A program writes when a workbook was made and when it was changed, alike; Excel, LibreOffice and
    openpyxl change the second when somebody saves it.

    Raises
    ------
    OptionError
        If the name does not end in ``.xlsx``.
    UsageError
        If there is such a workbook.
    """
    if path.suffix.lower() != ".xlsx":
        raise OptionError(Sentence("{1!r} cannot be written; end it in {2}.", path.name, ".xlsx"))
    try:
        with zipfile.ZipFile(path) as book:
            times = dict(_TIMES.findall(book.read(_PROPERTIES)))
    except (OSError, KeyError, zipfile.BadZipFile):
        return
    if times.get(b"created") != times.get(b"modified"):
        raise UsageError(
            Sentence(
                "{1!r} is there already, and somebody has saved it since it was made: it may hold "
                "fixes. Merge them first, or write to another file.",
                path.name,
            )
        )


def _is_same(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return os.path.normcase(one.resolve()) == os.path.normcase(other.resolve())
