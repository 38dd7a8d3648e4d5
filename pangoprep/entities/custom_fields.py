"""Custom fields: columns an organization has added to PangoCDP.

A column is named by its group and its inner name, ``customFieldTexts.customField01``. Source: what
public integrations send; PangoCDP's help page only marks the entities that have them.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from pangoprep.entities.fields import FieldFacts

# Group: PangoCDP's type, normalizer, and what its inner names begin with.
_GROUPS = {
    "customFieldTexts": ("String", "text", "customField"),
    "customFieldLongs": ("Long", "integer", "customFieldLong"),
    "customFieldTimestamps": ("Timestamp", "date", "customFieldTimestamp"),
    "customFieldListTexts": ("List", "list", "customFieldList"),
}


def next_custom_fields(taken: Collection[str]) -> dict[str, str]:
    """Return by PangoCDP's type the first custom field that no column stands for.

    Examples
    --------
    >>> next_custom_fields(["customFieldTexts.customField01"])["String"]
    'customFieldTexts.customField02'
    """
    found = {}
    for group, (kind, _, prefix) in _GROUPS.items():
        names = (f"{group}.{prefix}{number:02}" for number in range(1, 1_000))
        found[kind] = next(name for name in names if name not in taken)
    return found


def is_like_custom_field(name: object) -> bool:
    """Whether a column is named like a custom field, as PangoCDP names them or nearly so.

    Examples
    --------
    >>> [is_like_custom_field(name) for name in ("customFieldTexts.customField1", "custom")]
    [True, False]
    """
    return isinstance(name, str) and re.match(r"(?i)\s*custom[ _-]?field", name) is not None


def custom_field(name: str) -> FieldFacts | None:
    """Return the facts of a custom field's column, None if the name is none.

    Examples
    --------
    >>> custom_field("customFieldLongs.customFieldLong02").type
    'Long'
    >>> custom_field("customFieldLongs.customField02") is None
    True
    """
    group, _, inner = name.partition(".")
    if group not in _GROUPS:
        return None
    kind, normalizer, prefix = _GROUPS[group]
    if not re.fullmatch(f"{prefix}[0-9]{{2,3}}", inner):
        return None
    return FieldFacts(
        name=name,
        type=kind,
        label="Custom field",
        normalizer=normalizer,
        parameters={"earliest": 1900, "future": True, "year_to": None, "decimals": True},
        required=False,
        personal=True,  # nobody but the caller knows what it holds
        choices=(),
        example="",
    )
