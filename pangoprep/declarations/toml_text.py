"""TOML as people write it: one line for each name, tables in tables in braces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any


def toml_lines(table: Mapping[str, Any]) -> str:
    """Write names and what they hold, a line each.

    Examples
    --------
    >>> print(toml_lines({"key": ["id"], "label": {"en": "Id", "vi": "Mã"}}), end="")
    key = ["id"]
    label = { en = "Id", vi = "Mã" }
    """
    return "".join(f"{_name(key)} = {_value(value)}\n" for key, value in table.items())


def toml_table(place: tuple[str, ...], table: Mapping[str, Any]) -> str:
    """Write a table under its header."""
    return f"[{'.'.join(map(_name, place))}]\n{toml_lines(table)}"


def _name(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _value(name)


def _value(value: Any) -> str:
    import tomli_w

    if isinstance(value, Mapping):
        inside = ", ".join(f"{_name(key)} = {_value(one)}" for key, one in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    return tomli_w.dumps({"x": value}).removeprefix("x = ").rstrip("\n")
