"""A declaration of an entity, in a TOML file or as Python code."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from pangoprep.argument_checks import path_of
from pangoprep.declarations.building import ProblemError, build
from pangoprep.declarations.content import content_of, same_model
from pangoprep.declarations.modules import class_of_file
from pangoprep.declarations.pickling import carry
from pangoprep.declarations.python_code import python_of
from pangoprep.declarations.toml_text import toml_lines, toml_table
from pangoprep.entities import Entity, entity_for
from pangoprep.error_words import environment_language
from pangoprep.errors import EntityError
from pangoprep.language import language
from pangoprep.private_files import write_open_text
from pangoprep.sentence import Sentence
from pangoprep.system_errors import reason_of

_HEADER = """\
# The object type {object_type}, as pangoprep cleans, checks and sends it. Edit it freely.
"""


# The files that are being read, each extended by the one before it.
_READING: ContextVar[tuple[Path, ...]] = ContextVar("_READING", default=())
# Entity -> the file that declares it, and the class in it.
_ORIGINS: WeakKeyDictionary[type, tuple[Path, str]] = WeakKeyDictionary()


class Declaration:
    """An entity declared in plain tables, for people who write no Python.

    Parameters
    ----------
    entity
        The object type's name, or its class.

    Attributes
    ----------
    entity
        The class; everything that takes the name of an entity takes it.
    notes
        What there is to say of fields, by field; comments in the file.

    Raises
    ------
    EntityError
        If something of it can only be said in Python, such as a check of your own.

    Examples
    --------
    >>> text = Declaration("customer-identity-email").to_toml()
    >>> print(text[text.index("[fields.email]"):].splitlines()[1])
    kind = "email"
    """

    def __init__(self, entity: str | type[Entity]) -> None:
        found = entity_for(entity)
        self._set(found, content_of(found), {})
        if not same_model(build(self._content, entity_for), found):
            raise EntityError(
                Sentence(
                    "Something of {1} can only be said in Python. Keep it there: --entity "
                    "file.py:Class.",
                    found.__name__,
                )
            )

    def _set(
        self, entity: type[Entity], content: Mapping[str, Any], notes: Mapping[str, str]
    ) -> None:
        self.entity, self._content, self.notes = entity, dict(content), dict(notes)

    @classmethod
    def of_content(
        cls, content: Mapping[str, Any], notes: Mapping[str, str] | None = None
    ) -> Declaration:
        """Make a declaration of what its file would hold."""
        made = cls.__new__(cls)
        made._set(_built(content, "The declaration", "", entity_for), content, notes or {})
        return made

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Declaration:
        """Read a declaration from a TOML file.

        Raises
        ------
        EntityError
            If it cannot be used; the message names the file, the line and the field.
        """
        place = path_of("path", path)
        above = _READING.get()
        if (whole := place.resolve()) in above:
            raise EntityError(Sentence("{1}: it extends itself, or what extends it.", place.name))
        text = _read(place)
        try:
            content = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise EntityError(Sentence("{1} is no TOML: {2}.", place.name, error)) from None
        made = cls.__new__(cls)
        mark = _READING.set((*above, whole))
        try:
            made._set(_built(content, place.name, text, _beside(place)), content, {})
        finally:
            _READING.reset(mark)
        return made

    def to_toml(self) -> str:
        """Return the text of a TOML file."""
        tables = ("fields", "items", "references", "options")
        head = {name: value for name, value in self._content.items() if name not in tables}
        header = _HEADER.format(object_type=self.entity.object_type)
        parts = [header + _commented(self.notes.get("", "")) + toml_lines(head)]
        parts += [
            toml_table((name,), self._content[name])
            for name in ("references", "options")
            if name in self._content
        ]
        for name, told in self._content.get("fields", {}).items():
            note = self.notes.get(name, "")
            parts.append(_commented(note) + toml_table(("fields", name), told))
        for name, table in self._content.get("items", {}).items():
            own = {key: value for key, value in table.items() if key != "fields"}
            parts.append(toml_table(("items", name), own))
            for inner, told in table.get("fields", {}).items():
                note = self.notes.get(f"{name}.{inner}", "")
                place = ("items", name, "fields", inner)
                parts.append(_commented(note) + toml_table(place, told))
        return "\n".join(parts)

    def to_python(self) -> str:
        """Return Python code that declares the same entity."""
        return python_of(self._content, self.entity, self.notes)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a TOML file, or Python code where the name ends in ``.py``; return its path."""
        target = path_of("path", path)
        text = self.to_python() if target.suffix.lower() == ".py" else self.to_toml()
        write_open_text(target, text)
        return target

    def __repr__(self) -> str:
        n_fields = len(self._content.get("fields", {}))
        words = language(environment_language())
        asked = words("repr.to_look_at", n=len(self.notes)) if self.notes else ""
        fields = words("repr.fields", n=n_fields)
        return f"<Declaration {self.entity.object_type}: {fields}{asked}>"


def is_file(name: object) -> bool:
    """Whether the name of an entity is that of a file which declares one.

    Examples
    --------
    >>> [is_file(name) for name in ("order", "order.toml", "shop/entities.py:Order")]
    [False, True, True]
    """
    return isinstance(name, str) and re.search(r"(?i)\.(toml|py(:\w*)?)$", name) is not None


def entity(
    name: str | os.PathLike[str] | type[Entity], *, folder: str | os.PathLike[str] = ""
) -> type[Entity]:
    """Return an entity by its object type, or by the file that declares it.

    Parameters
    ----------
    name
        Such as ``"order"``, ``"cart.toml"`` (a declaration, see ``docs/declaring.md``) or
        ``"shop/entities.py:Cart"`` (a class in a file, which is run).
    folder
        Where the file is looked for, if not in the working directory.

    Raises
    ------
    EntityError
        If the file cannot be read, or what it declares cannot be used; the message says where.
    UnknownEntityError
        If there is no object type of that name.

    Examples
    --------
    >>> entity("order").key
    ('orderId',)
    """
    given = os.fspath(name) if isinstance(name, os.PathLike) else name
    if not isinstance(given, str) or not is_file(given):
        return entity_for(given)
    file, class_name = given, ""
    if (found := re.fullmatch(r"(?is)(.*\.py):(\w*)", given)) is not None:
        file, class_name = found[1], found[2]
    path = Path(folder, Path(file).expanduser()).resolve()
    if path.suffix.lower() == ".toml":
        made = Declaration.load(path).entity
        carry(made, _read_again, path)
    else:
        made = class_of_file(path, class_name)
        class_name = made.__name__
    _ORIGINS[made] = (path, class_name)
    return made


@cache
def _read_again(path: str) -> type[Entity]:
    """Read a declaration in a process that was given its class."""
    return entity(path)


def file_of(entity: type[Entity], beside: Path | None = None) -> str | None:
    """Return the name by which `entity` finds it again, if a file declares it.

    Parameters
    ----------
    entity
        The class.
    beside
        The folder from which it is looked for; default: the working directory.
    """
    if entity not in _ORIGINS:
        return None
    path, class_name = _ORIGINS[entity]
    try:
        told = os.path.relpath(path, beside or Path.cwd())
    except ValueError:  # another drive of Windows
        told = str(path)
    return Path(told).as_posix() + (f":{class_name}" if class_name else "")


def _read(place: Path) -> str:
    try:
        return place.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = Sentence("cannot be read: {1}", reason_of(error))
    except UnicodeDecodeError:
        reason = Sentence("is not UTF-8")
    raise EntityError(Sentence("The declaration {1} {2}.", place.name, reason))


def _beside(place: Path) -> Callable[[str], type[Entity]]:
    return lambda name: entity(name, folder=place.parent)


def _built(
    content: Mapping[str, Any], called: str, text: str, base: Callable[[str], type[Entity]]
) -> type[Entity]:
    try:
        return build(content, base)
    except ProblemError as problem:
        place, message = problem.place, problem.message
    line = _line_of(text, place)
    at = Sentence(", line {1}", line) if line else ""
    where = Sentence(" {1}:", ".".join(place)) if place else ""
    raise EntityError(Sentence("{1}{2}:{3} {4}.", called, at, where, message.rstrip(".")))


def _line_of(text: str, place: tuple[str, ...]) -> int | None:
    """Find the line of a table or a name in it, as far as it is written in the usual way."""
    table: list[str] = []
    best, best_depth = None, 0
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\[?\s*(.+?)\s*\]\]?\s*(#.*)?$", line):
            table = _names(header[1])
            here = table
        elif entry := re.match(r"\s*((?:\"[^\"]*\"|[\w.-]+)+)\s*=", line):
            here = [*table, *_names(entry[1])]
        else:
            continue
        depth = len(here)
        if [*place[:depth]] == here and depth > best_depth:
            best, best_depth = number, depth
    return best


def _names(dotted: str) -> list[str]:
    return [name.strip('"') for name in re.findall(r"\"[^\"]*\"|[^.\s\"]+", dotted)]


def _commented(note: str) -> str:
    return "".join(f"# {line}\n" for line in note.splitlines())
