"""The object types that a sandbox takes: those of the product, and those its user declared."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from pangoprep.errors import OptionError
from pangoprep.sandbox.rules import (
    CUSTOM_FIELD_GROUPS,
    IGNORED_UPDATE_CFS,
    KEYS,
    OBJECTS,
    TYPES,
    Check,
    Test,
    check_of,
    is_text,
)

# How the sandbox calls a type, where pangoprep calls it otherwise.
_TYPES = {"Integer": "integer"}


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One field: its seed type, its check, its choices, and when it may be missing."""

    name: str
    type: str
    check: Check
    choices: tuple[str, ...]
    required: bool
    instead: tuple[tuple[str, ...], ...]  # any of these sets of fields will do instead


class Catalog:
    """The object types of one sandbox.

    Parameters
    ----------
    entities
        Object types of the user's own: classes of `pangoprep.Entity`, of which only what they say
        of themselves is used. One called like a type of the product takes its place.

    Raises
    ------
    OptionError
        If one is no such class.
    """

    def __init__(self, entities: Iterable[Any] = ()) -> None:
        self.keys = dict(KEYS)
        self.ignored_update_cfs = set(IGNORED_UPDATE_CFS)
        self.objects = dict(OBJECTS)
        self._types = dict(TYPES)
        self._own: dict[str, list[dict[str, str]]] = {}
        for entity in entities:
            self._declare(entity)
        # Looked up for every record.
        self.rules_of = cache(self._rules_of)
        self.takes_custom_fields = cache(self._takes_custom_fields)
        self._compiled = cache(self._compile)

    def _declare(self, entity: Any) -> None:
        name = getattr(entity, "object_type", None)
        if not isinstance(name, str) or not name or not callable(getattr(entity, "fields", None)):
            raise OptionError("entities must be classes of pp.Entity with an object_type.")
        self._add_table(name, entity)
        self.keys[name] = tuple(entity.key)
        if entity.ignored_update_cfs:
            self.ignored_update_cfs.add(name)

    def _add_table(self, table: str, model: Any) -> None:
        rows = []
        for name, facts in model.fields().items():
            kind = _TYPES.get(facts.type, facts.type)
            if facts.item is not None:
                kind = f"List of {table} {name}"
                self._add_table(f"{table} {name}", facts.item)
                self.objects[kind] = f"{table} {name}"
                self._types[kind] = Check(
                    lambda value: type(value) in (list, dict), "a list of objects"
                )
            if "." not in name:
                required = "Yes" * facts.required
                rows.append(_row(table, name, kind, required, "|".join(facts.choices)))
        if model.custom_fields or any("." in name for name in model.fields()):
            rows.append(_row(table, "Custom Fields", "", "", ""))
        self._own[table] = rows

    def _rows_of(self, table: str) -> list[dict[str, str]]:
        own = self._own.get(table)
        return own if own is not None else _documented().get(table, [])

    def _rules_of(self, object_type: str) -> Mapping[str, FieldRule]:
        """Every field of an entity by name, in the seed's order; custom-field groups are apart."""
        rules = {}
        for row in self._rows_of(object_type):
            if row["field"] == "Custom Fields":
                continue
            allowed, required = row["allowed"], row["required"]
            unless = required.removeprefix("unless ").split("|") if "unless" in required else ()
            rules[row["field"]] = FieldRule(
                name=row["field"],
                type=row["type"],
                check=check_of(allowed) if allowed else self._types[row["type"]],
                choices=tuple(allowed.split("|")) if "|" in allowed else (),
                required=bool(required),
                instead=tuple(tuple(names.split("+")) for names in unless),
            )
        return rules

    def _takes_custom_fields(self, object_type: str) -> bool:
        """Whether the seed's table of the entity has the section "Custom Fields"."""
        return any(row["field"] == "Custom Fields" for row in self._rows_of(object_type))

    def problem_with(self, object_type: str, entry: Any) -> tuple[str, str] | None:
        """Say what PangoCDP would not take about a record: the field, and why; never a value.

        Parameters
        ----------
        object_type
            One of `keys`.
        entry
            A record as it came out of JSON.

        Returns
        -------
        tuple or None
            Field name ("" for the record as a whole) and reason of the first problem; None if good.

        Examples
        --------
        >>> Catalog().problem_with("customer-identity-photo", {"customerId": "C1", "source": "Zalo"})
        ('imageUrl', 'missing')
        """  # noqa: E501
        if type(entry) is not dict:
            return "", "not an object"
        plain_texts, tests, required = self._compiled(object_type)
        for name, value in entry.items():
            if type(value) is str and name in plain_texts:  # nearly all of them: be quick
                continue
            test = tests.get(name)
            if test is None:
                if problem := self._problem_beyond_rules(object_type, name, value):
                    return problem
            elif value is not None and not test(value):
                return name, f"expected {self.rules_of(object_type)[name].check.asks_for}"
            elif type(value) in (list, dict) and (
                problem := self._problem_inside(object_type, name, value)
            ):
                return problem
        for rule in required:
            value = entry.get(rule.name)
            if (type(value) is str and value and not value.isspace()) or _has(entry, rule.name):
                continue
            if not rule.instead:
                return rule.name, "missing"
            if not any(all(_has(entry, name) for name in names) for names in rule.instead):
                others = " or ".join(" and ".join(names) for names in rule.instead)
                return rule.name, f"missing, and so is {others}"
        return None

    def _problem_inside(self, object_type: str, name: str, value: Any) -> tuple[str, str] | None:
        """Judge the objects that a field holds, one after the other."""
        table = self.objects.get(self.rules_of(object_type)[name].type)
        if table is None:
            return None
        objects = value.values() if type(value) is dict else value
        for place, one in enumerate(objects):
            if problem := self.problem_with(table, one):
                field = f".{problem[0]}" if problem[0] else ""
                return f"{name}[{place}]{field}", problem[1]
        return None

    def _compile(self, object_type: str) -> tuple[frozenset[str], dict[str, Test], list[FieldRule]]:
        """Look up once: fields that take any text, every field's test, required fields."""
        rules = self.rules_of(object_type)
        tests = {name: rule.check.test for name, rule in rules.items()}
        plain_texts = frozenset(name for name, test in tests.items() if test is is_text)
        return plain_texts, tests, [rule for rule in rules.values() if rule.required]

    def _problem_beyond_rules(
        self, object_type: str, name: str, value: Any
    ) -> tuple[str, str] | None:
        """Judge what is not a field of its own: a custom-field group, or nothing we know."""
        if name not in CUSTOM_FIELD_GROUPS or not self.takes_custom_fields(object_type):
            return _shown(name), f"{object_type} has no such field"
        if value is None:
            return None
        if type(value) is not dict:
            return name, "expected an object of custom fields"
        pattern, seed_type = CUSTOM_FIELD_GROUPS[name]
        for inner, inner_value in value.items():
            if not pattern.match(inner):
                return f"{name}.{_shown(inner)}", "no such custom field"
            if inner_value is not None and not TYPES[seed_type].test(inner_value):
                return f"{name}.{inner}", f"expected {TYPES[seed_type].asks_for}"
        return None


@cache
def _documented() -> dict[str, list[dict[str, str]]]:
    """Read the transcription: the rows of each table."""
    file = resources.files("pangoprep.sandbox").joinpath("fields.csv")
    tables: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
        tables.setdefault(row["entity"], []).append(row)
    return tables


def _row(entity: str, field: str, kind: str, required: str, allowed: str) -> dict[str, str]:
    return {
        "entity": entity, "field": field, "type": kind, "required": required, "allowed": allowed,
    }  # fmt: skip


def _has(entry: dict[str, Any], name: str) -> bool:
    value = entry.get(name)
    return value not in (None, "", [], {}) and not (type(value) is str and value.isspace())


def _shown(name: str) -> str:
    """Repeat a stranger's field name only if it looks like one: it may be a value in its place."""
    return name if re.match(r"[a-z][A-Za-z0-9_]{0,39}\Z", name) else "(a name not shown)"


#: The product's own object types, and no others.
DOCUMENTED = Catalog()
