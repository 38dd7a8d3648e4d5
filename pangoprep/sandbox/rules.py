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

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pangoprep.sandbox.written_numbers import WrittenNumber

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

Test = Callable[[Any], bool]


def is_text(value: Any) -> bool:
    """Whether a value is text."""
    return type(value) is str


def _is_list(value: Any) -> bool:
    return type(value) is list and all(type(item) is str for item in value)


def _is_number(value: Any) -> bool:
    return type(value) in (int, float, WrittenNumber)


def _are_objects(value: Any) -> bool:
    return type(value) in (list, dict)


def _whole_number(low: int, high: int) -> Test:
    return lambda value: type(value) is int and low <= value <= high


@dataclass(frozen=True, slots=True)
class Check:
    """A test of one value, and what it asks for in words; ``loose`` where it may be no text."""

    test: Test
    asks_for: str
    loose: bool = False


TYPES: dict[str, Check] = {
    "String": Check(is_text, "text"),
    "Text": Check(is_text, "text"),
    "": Check(is_text, "text"),  # the seed gives internalCompanyId no type
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


def _matches(pattern: str) -> Test:
    compiled = re.compile(pattern)
    return lambda value: type(value) is str and compiled.match(value) is not None


def check_of(allowed: str) -> Check:
    """Read the ``allowed`` column."""
    if allowed == "yyyy-MM-dd":
        return Check(_is_date, "a date written yyyy-MM-dd")
    if allowed == "text or whole number":  # integrations send the numbers of their database
        return Check(lambda value: type(value) in (str, int), allowed, loose=True)
    if allowed == "text or list":
        return Check(lambda value: is_text(value) or _is_list(value), allowed, loose=True)
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
