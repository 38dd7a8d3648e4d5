"""Which records PangoCDP takes: the product's tables, read a second time.

``fields.csv`` is a transcription of the product's own tables, and of what integrations send where
no table is public, made for the sandbox alone; objects inside records have tables of their own. The
checks below use nothing of the rest of pangoprep: the sandbox must be able to disagree with the
client. One row per field: entity, field, type and whether it is required as the seed has them
("Custom Fields" is the seed's section marker), and the values allowed.

``required`` is ``yes``, or ``unless A|B`` (one of them will do instead), or ``unless A+B`` (both
together will do instead).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

#: The fields that make two records the same one, and so the object types there are.
KEYS: dict[str, tuple[str, ...]] = {
    "customer-identity": ("customerId",),
    "customer-relationship": ("customerId", "relationshipId"),
    "customer-membership": ("membershipId",),
    "customer-identity-address": ("customerId", "addressType"),
    "customer-identity-email": ("customerId", "email"),
    "customer-identity-photo": ("customerId", "imageUrl"),
    "order": ("orderId",),
    "lead-information": ("leadId",),
    "custom-model": ("momCode", "refId"),
    "customer-product-activity": ("actionId",),
    "email-interaction": ("id",),
    "meta-survey": ("surveyId",),
    "meta-form-marketing": ("formId",),
    "product": ("productId",),
    "user-event": (),  # nothing in it is an id: a record is its whole content
}

#: Entities with the seed's tag SUPPORT_IGNORED_UPDATE_CFS.
IGNORED_UPDATE_CFS = {
    "customer-identity", "customer-relationship", "customer-membership", "lead-information",
    "custom-model", "customer-product-activity",
}  # fmt: skip

#: Types of fields that hold objects -> the table of those.
OBJECTS = {"List of order item": "order item", "Map of survey question": "survey question"}

# The years 1 to 9999, in milliseconds.
_EARLIEST, _LATEST = -62_135_596_800_000, 253_402_300_799_999

_Test = Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return type(value) is str


def _is_list(value: Any) -> bool:
    return type(value) is list and all(type(item) is str for item in value)


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def _are_objects(value: Any) -> bool:
    return type(value) in (list, dict)


def _whole_number(low: int, high: int) -> _Test:
    return lambda value: type(value) is int and low <= value <= high


@dataclass(frozen=True, slots=True)
class Check:
    """A test of one value, and what it asks for in words."""

    test: _Test
    asks_for: str


TYPES: dict[str, Check] = {
    "String": Check(_is_text, "text"),
    "Text": Check(_is_text, "text"),
    "": Check(_is_text, "text"),  # the seed gives internalCompanyId no type
    "integer": Check(_whole_number(-(2**31), 2**31 - 1), "a whole number"),
    "Long": Check(_whole_number(-(2**63), 2**63 - 1), "a whole number"),
    "Timestamp": Check(_whole_number(_EARLIEST, _LATEST), "milliseconds as a whole number"),
    "Boolean": Check(lambda value: type(value) is bool, "true or false"),
    "List": Check(_is_list, "a list of texts"),
    "Double": Check(_is_number, "a number"),
    "Float": Check(_is_number, "a number"),
    "List of order item": Check(lambda value: type(value) is list, "a list of objects"),
    "Map of survey question": Check(_are_objects, "a map of objects"),
}

#: Group -> what its inner names look like, and the seed type of its values.
CUSTOM_FIELD_GROUPS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "customFieldTexts": (re.compile(r"customField[0-9]{2,3}\Z"), "String"),
    "customFieldLongs": (re.compile(r"customFieldLong[0-9]{2,3}\Z"), "Long"),
    "customFieldTimestamps": (re.compile(r"customFieldTimestamp[0-9]{2,3}\Z"), "Timestamp"),
    "customFieldListTexts": (re.compile(r"customFieldList[0-9]{2,3}\Z"), "List"),
}


def custom_field_group(name: str) -> str | None:
    """Find the group a custom field belongs to by its inner name.

    >>> custom_field_group("customFieldLong03")
    'customFieldLongs'
    """
    for group, (pattern, _) in CUSTOM_FIELD_GROUPS.items():
        if pattern.match(name):
            return group
    return None


def _is_date(value: Any) -> bool:
    if type(value) is not str or not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _matches(pattern: str) -> _Test:
    compiled = re.compile(pattern)
    return lambda value: type(value) is str and compiled.match(value) is not None


def _allowed(allowed: str) -> Check:
    """Read the ``allowed`` column."""
    if allowed == "yyyy-MM-dd":
        return Check(_is_date, "a date written yyyy-MM-dd")
    if allowed == "URL":
        return Check(_matches(r"https?://[^\s/]+\S*\Z"), "an http or https address")
    if allowed.endswith(" letters"):
        return Check(_matches(rf"[A-Z]{{{allowed[0]}}}\Z"), f"{allowed[0]} capital letters")
    if ".." in allowed:
        low, high = allowed.split("..")
        return Check(_whole_number(int(low), int(high)), f"a whole number from {low} to {high}")
    choices = frozenset(allowed.split("|"))
    return Check(
        lambda value: type(value) is str and value in choices,
        "one of " + ", ".join(allowed.split("|")),
    )


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One field: its seed type, its check, its choices, and when it may be missing."""

    name: str
    type: str
    check: Check
    choices: tuple[str, ...]
    required: bool
    instead: tuple[tuple[str, ...], ...]  # any of these sets of fields will do instead


@cache
def rules_of(object_type: str) -> Mapping[str, FieldRule]:
    """Every field of an entity by name, in the seed's order; the custom-field groups are apart."""
    rules = {}
    for row in _rows():
        if row["entity"] != object_type or row["field"] == "Custom Fields":
            continue
        allowed, required = row["allowed"], row["required"]
        alternatives = required.removeprefix("unless ").split("|") if "unless" in required else ()
        rules[row["field"]] = FieldRule(
            name=row["field"],
            type=row["type"],
            check=_allowed(allowed) if allowed else TYPES[row["type"]],
            choices=tuple(allowed.split("|")) if "|" in allowed else (),
            required=bool(required),
            instead=tuple(tuple(names.split("+")) for names in alternatives),
        )
    return rules


@cache
def takes_custom_fields(object_type: str) -> bool:
    """Whether the seed's table of the entity has the section "Custom Fields"."""
    return any(row["entity"] == object_type and row["field"] == "Custom Fields" for row in _rows())


@cache
def _rows() -> list[dict[str, str]]:
    table = resources.files("pangoprep.sandbox").joinpath("fields.csv")
    return list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))


def add_table(object_type: str, rows: list[dict[str, str]]) -> None:
    """Add the table of an object type that a user declared, or of the objects inside it."""
    _rows()[:] = [row for row in _rows() if row["entity"] != object_type] + rows
    for remembered in (rules_of, takes_custom_fields, _compiled):
        remembered.cache_clear()


def problem_with(object_type: str, entry: Any) -> tuple[str, str] | None:
    """Say what PangoCDP would not take about a record: the field, and why; never a value.

    Parameters
    ----------
    object_type
        One of `KEYS`.
    entry
        A record as it came out of JSON.

    Returns
    -------
    tuple or None
        Field name ("" for the record as a whole) and reason of the first problem; None if good.

    Examples
    --------
    >>> problem_with("customer-identity-photo", {"customerId": "C1", "source": "Zalo"})
    ('imageUrl', 'missing')
    """
    if type(entry) is not dict:
        return "", "not an object"
    plain_texts, tests, required = _compiled(object_type)
    for name, value in entry.items():
        if type(value) is str and name in plain_texts:  # nearly all of them: be quick
            continue
        test = tests.get(name)
        if test is None:
            if problem := _problem_beyond_rules(object_type, name, value):
                return problem
        elif value is not None and not test(value):
            return name, f"expected {rules_of(object_type)[name].check.asks_for}"
        elif type(value) in (list, dict) and (problem := _problem_inside(object_type, name, value)):
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


def _problem_inside(object_type: str, name: str, value: Any) -> tuple[str, str] | None:
    """Judge the objects that a field holds, one after the other."""
    table = OBJECTS.get(rules_of(object_type)[name].type)
    if table is None:
        return None
    objects = value.values() if type(value) is dict else value
    for place, one in enumerate(objects):
        if problem := problem_with(table, one):
            field = f".{problem[0]}" if problem[0] else ""
            return f"{name}[{place}]{field}", problem[1]
    return None


@cache
def _compiled(object_type: str) -> tuple[frozenset[str], dict[str, _Test], list[FieldRule]]:
    """Look up once per entity: fields that take any text, every field's test, required fields."""
    rules = rules_of(object_type)
    tests = {name: rule.check.test for name, rule in rules.items()}
    plain_texts = frozenset(name for name, test in tests.items() if test is _is_text)
    return plain_texts, tests, [rule for rule in rules.values() if rule.required]


def _has(entry: dict[str, Any], name: str) -> bool:
    value = entry.get(name)
    return value not in (None, "", [], {}) and not (type(value) is str and value.isspace())


def _problem_beyond_rules(object_type: str, name: str, value: Any) -> tuple[str, str] | None:
    """Judge what is not a field of its own: a custom-field group, or nothing we know."""
    if name not in CUSTOM_FIELD_GROUPS or not takes_custom_fields(object_type):
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


def _shown(name: str) -> str:
    """Repeat a stranger's field name only if it looks like one: it may be a value in its place."""
    return name if re.match(r"[a-z][A-Za-z0-9_]{0,39}\Z", name) else "(a name not shown)"
