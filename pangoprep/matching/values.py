"""Values the caller adds: constants, columns joined or split, defaults, ids that are computed.

They are written in a recipe under ``[values]`` or given as ``values=``, by field. What each says is
checked against the frame and the entity before a row is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from pangoprep import call_words as calls
from pangoprep.entities.custom_fields import custom_field
from pangoprep.errors import ColumnNamesError, OptionError
from pangoprep.id_key import IdKey, find_id_key
from pangoprep.letters import fold
from pangoprep.matching.value_templates import Template, parse_template
from pangoprep.matching.written_values import check_written
from pangoprep.sentence import Sentence, sentence_of

if TYPE_CHECKING:
    from pangoprep.entities import Entity

# Of these the values are texts, so that an id can be one.
_TEXTS = ("String", "Text")
_TIMEZONE = "timezoneGmt"


@dataclass(frozen=True)
class Constant:
    """The same text in every row, or only ``where_empty``."""

    text: str
    where_empty: bool = False

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Joined:
    """Columns joined by a template; ``labels`` are the frame's columns, slot by slot."""

    template: Template
    labels: tuple[Any, ...]

    def __str__(self) -> str:
        return self.template.text


@dataclass(frozen=True)
class CellPiece:
    """A piece of a column's cells; ``part`` counts from 1, of ``n_parts``."""

    label: Any
    by: str
    part: int
    n_parts: int

    def __str__(self) -> str:
        return f"{{{self.label}}} / {self.by!r} [{self.part}]"


@dataclass(frozen=True)
class FirstOf:
    """The first of some fields that is filled; only where the row has no value of its own."""

    fields: tuple[str, ...]

    def __str__(self) -> str:
        return f"from {', '.join(self.fields)}"


@dataclass(frozen=True)
class HashOf:
    """A keyed hash of some fields; only where the row has no value of its own."""

    fields: tuple[str, ...]
    key: IdKey

    def __str__(self) -> str:
        return f"hash of {', '.join(self.fields)} (key {self.key.name})"


Value = Constant | Joined | CellPiece | FirstOf | HashOf
#: What takes the place of a column; the others fill in what cleaning leaves empty.
MADE = (Joined, CellPiece)


@dataclass(frozen=True)
class Values:
    """What the caller adds, by field.

    Parameters
    ----------
    by_field
        What is added.
    written
        The same as the caller wrote it, plain enough for TOML and JSON.
    """

    by_field: Mapping[str, Value] = field(default_factory=dict)
    written: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.by_field)

    @property
    def instead(self) -> list[str]:
        """The fields that no column may stand for, since the caller says all of their values."""
        return [name for name, value in self.by_field.items() if _is_whole(value)]

    @property
    def columns(self) -> dict[Any, list[str]]:
        """The frame's columns that are used, and the fields they go into."""
        used: dict[Any, list[str]] = {}
        for name, value in self.by_field.items():
            labels = value.labels if isinstance(value, Joined) else ()
            for label in (value.label,) if isinstance(value, CellPiece) else labels:
                used.setdefault(label, []).append(name)
        return used

    @property
    def made(self) -> dict[str, Joined | CellPiece]:
        """The values that take the place of a column."""
        return {name: v for name, v in self.by_field.items() if isinstance(v, MADE)}

    @property
    def constants(self) -> dict[str, Constant]:
        """The texts that are the same in every row."""
        return {name: v for name, v in self.by_field.items() if isinstance(v, Constant)}

    @property
    def computed(self) -> dict[str, FirstOf | HashOf]:
        """The values that are made of canonical values."""
        return {name: v for name, v in self.by_field.items() if isinstance(v, FirstOf | HashOf)}


def read_values(
    given: object,
    entity: type[Entity],
    columns: Collection[Any],
    mapping: Mapping[Any, str] | None = None,
) -> Values:
    """Understand what the caller adds to a frame's rows.

    Parameters
    ----------
    given
        What to add, by field.
    entity
        The entity.
    columns
        The frame's columns.
    mapping
        Which fields the caller gave columns.

    Raises
    ------
    OptionError
        If it cannot be understood; the message names the field.
    ColumnNamesError
        If it names a field or column that is not there.
    """
    written = check_written({} if given is None else given)
    fields = entity.fields()
    labels = {normalize("NFC", str(label)).strip(): label for label in columns}
    by_field: dict[str, Value] = {}
    for name, how in written.items():
        if name not in fields and not (entity.custom_fields and custom_field(name)):
            _refuse_absent(Sentence("values: {1!r} has no field", entity.object_type), name, fields)
        by_field[name] = _value(name, how, labels, written)
    mapped = set(mapping.values()) if isinstance(mapping, Mapping) else set()
    for name, value in by_field.items():
        if name in mapped and _is_whole(value):
            raise OptionError(
                Sentence(
                    "values and mapping both say what {1} is. Leave one of them out, or fill "
                    "only its empty cells: {2}.",
                    name,
                    calls.values(name, {"default": "…"}),
                )
            )
        if isinstance(value, FirstOf | HashOf):
            _check_computed(name, value, by_field, entity)
    return Values(by_field, written)


def _is_whole(value: Value) -> bool:
    return isinstance(value, MADE) or (isinstance(value, Constant) and not value.where_empty)


def _value(name: str, how: Any, labels: Mapping[str, Any], all_: Mapping[str, Any]) -> Value:
    if isinstance(how, str):
        template = _template(name, how)
        if not template.slots:
            return _constant(name, template.constant)
        found = [_label(name, slot.column, labels) for slot in template.slots]
        return Joined(template, tuple(found))
    if not isinstance(how, Mapping):
        return _constant(name, _text_of(how))
    if "split" in how:
        return _piece(name, how, labels, all_)
    if "default" in how:
        if name == _TIMEZONE:
            raise OptionError(
                Sentence(
                    "values: timezoneGmt has a default of its own, {1}.",
                    calls.option("timezone_gmt", 7),
                )
            )
        return _constant(name, _text_of(how["default"]), where_empty=True)
    if "from" in how:
        return FirstOf(tuple(how["from"]))
    return HashOf(tuple(how["hash_of"]), find_id_key(how.get("key_file")))


def _constant(name: str, text: str, *, where_empty: bool = False) -> Constant:
    if not text.strip():
        raise OptionError(
            Sentence("values: {1} is empty. To leave a field out, leave it out here.", name)
        )
    return Constant(text, where_empty)


def _text_of(how: Any) -> str:
    """Write a constant as a cell would hold it."""
    if isinstance(how, bool):
        return str(how).lower()
    return json.dumps(how, ensure_ascii=False) if isinstance(how, list) else str(how)


def _template(name: str, text: str) -> Template:
    reason = ""
    try:
        return parse_template(text)
    except ValueError as error:
        reason = sentence_of(error)
    raise OptionError(Sentence("values: {1} cannot be read: {2}.", name, reason))


def _label(name: str, column: str, labels: Mapping[str, Any]) -> Any:
    key = normalize("NFC", column).strip()
    if key not in labels:
        _refuse_absent(
            Sentence("values: {1} needs a column that is not there:", name), column, labels
        )
    return labels[key]


def _refuse_absent(what: str, name: str, known: Collection[str]) -> None:
    folded = {fold(one): one for one in known}
    close = get_close_matches(fold(name), folded, n=1, cutoff=0.6)
    hint = Sentence(" Did you mean {1!r}?", folded[close[0]]) if close else ""
    raise ColumnNamesError(Sentence("{1} {2!r}.{3}", what, name, hint))


def _piece(
    name: str, how: Mapping[str, Any], labels: Mapping[str, Any], all_: Mapping[str, Any]
) -> CellPiece:
    """Read a split; a column has as many parts as somebody takes of it, and two at least."""
    same = [
        other["part"]
        for other in all_.values()
        if isinstance(other, Mapping)
        and (other.get("split"), other.get("by")) == (how["split"], how["by"])
    ]
    n_parts = how.get("parts") or max(2, *same)
    if how["part"] > n_parts:
        raise OptionError(
            Sentence("values: {1} takes part {2} of {3} parts.", name, how["part"], n_parts)
        )
    return CellPiece(_label(name, how["split"], labels), how["by"], how["part"], n_parts)


def _check_computed(
    name: str, value: FirstOf | HashOf, by_field: Mapping[str, Value], entity: type[Entity]
) -> None:
    fields = entity.fields()
    facts = fields.get(name) or custom_field(name)
    if facts is None or facts.type not in _TEXTS:
        raise OptionError(
            Sentence("values: {1} is no text, so it cannot be made of other fields.", name)
        )
    for source in value.fields:
        known = fields.get(source) or (custom_field(source) if entity.custom_fields else None)
        if known is None:
            _refuse_absent(
                Sentence("values: {1} is to be made of a field that is none:", name), source, fields
            )
        elif source == name or isinstance(by_field.get(source), FirstOf | HashOf):
            raise OptionError(
                Sentence("values: {1} cannot be made of {2}, which is made itself.", name, source)
            )
        elif known.type == "List":
            raise OptionError(
                Sentence("values: {1} cannot be made of {2}, which is a list.", name, source)
            )
