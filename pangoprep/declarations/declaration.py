"""A declaration of an entity, in a TOML file or as Python code."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pangoprep.argument_checks import path_of, writing
from pangoprep.declarations.building import Problem, build
from pangoprep.declarations.content import content_of, same_model
from pangoprep.declarations.python_code import python_of
from pangoprep.entities import Entity, entity_for
from pangoprep.errors import EntityError

_HEADER = """\
# The object type {object_type}, as pangoprep cleans, checks and sends it. Edit it freely.
"""


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
    >>> print(Declaration("customer-identity-photo").to_toml()[95:300])
    version = 1
    object_type = "customer-identity-photo"
    description = "One row per photo (``customer-identity-photo``); key ``customerId`` + ``imageUrl``."
    key = [
        "customerId",
        "
    """  # noqa: E501

    def __init__(self, entity: str | type[Entity]) -> None:
        found = entity_for(entity)
        self._set(found, content_of(found), {})
        if not same_model(build(self._content, entity_for), found):
            raise EntityError(
                f"Something of {found.__name__} can only be said in Python. Keep it there: "
                "--entity file.py:Class."
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
        text = _read(place)
        try:
            content = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise EntityError(f"{place.name} is no TOML: {error}.") from None
        made = cls.__new__(cls)
        made._set(_built(content, place.name, text, _beside(place)), content, {})
        return made

    def to_toml(self) -> str:
        """Return the text of a TOML file."""
        import tomli_w

        tables = ("fields", "items", "references", "options")
        head = {name: value for name, value in self._content.items() if name not in tables}
        parts = [_HEADER.format(object_type=self.entity.object_type) + tomli_w.dumps(head)]
        for name in ("references", "options"):
            if name in self._content:
                parts.append(tomli_w.dumps({name: self._content[name]}))
        for name, told in self._content.get("fields", {}).items():
            note = self.notes.get(name, "")
            parts.append(_commented(note) + tomli_w.dumps({"fields": {name: told}}))
        for name, table in self._content.get("items", {}).items():
            own = {key: value for key, value in table.items() if key != "fields"}
            parts.append(tomli_w.dumps({"items": {name: own}}) if own else f"[items.{name}]\n")
            for inner, told in table.get("fields", {}).items():
                note = self.notes.get(f"{name}.{inner}", "")
                content = {"items": {name: {"fields": {inner: told}}}}
                parts.append(_commented(note) + tomli_w.dumps(content))
        return "\n".join(parts)

    def to_python(self) -> str:
        """Return Python code that declares the same entity."""
        return python_of(self._content, self.entity, self.notes)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a TOML file, or Python code where the name ends in ``.py``; return its path."""
        target = path_of("path", path)
        text = self.to_python() if target.suffix.lower() == ".py" else self.to_toml()
        with writing(target):
            target.write_text(text, encoding="utf-8")
        return target

    def __repr__(self) -> str:
        n_fields = len(self._content.get("fields", {}))
        asked = f", {len(self.notes)} to look at" if self.notes else ""
        return f"<Declaration {self.entity.object_type}: {n_fields} fields{asked}>"


def _read(place: Path) -> str:
    try:
        return place.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = f"cannot be read: {error.strerror or type(error).__name__}"
    except UnicodeDecodeError:
        reason = "is not UTF-8"
    raise EntityError(f"The declaration {place.name} {reason}.")


def _beside(place: Path) -> Callable[[str], type[Entity]]:
    from pangoprep.declarations.opening import entity

    return lambda name: entity(name, folder=place.parent)


def _built(
    content: Mapping[str, Any], called: str, text: str, base: Callable[[str], type[Entity]]
) -> type[Entity]:
    try:
        return build(content, base)
    except Problem as problem:
        place, message = problem.place, problem.message
    line = _line_of(text, place)
    at = f", line {line}" if line else ""
    where = f" {'.'.join(place)}:" if place else ""
    raise EntityError(f"{called}{at}:{where} {message.rstrip('.')}.")


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
