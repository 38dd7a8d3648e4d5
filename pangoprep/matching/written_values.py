"""What is written under ``[values]``, as far as it can be checked without a frame."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pangoprep.errors import OptionError
from pangoprep.matching.value_templates import parse_template
from pangoprep.sentence import Sentence

_EXAMPLES = (
    '"CRM", "{Số nhà}, {Đường}", {"default": "Active"}, {"split": "Khu vực", "by": " - ", '
    '"part": 1}, {"from": ["phone"]} or {"hash_of": ["phone", "email"]}'
)


def check_written(given: object) -> dict[str, Any]:
    """Refuse what cannot be values whatever the entity and the frame; return it as plain values.

    Raises
    ------
    OptionError
        Naming the field and what it wants.

    Examples
    --------
    >>> check_written({"systemName": "CRM", "timezoneGmt": 7})
    {'systemName': 'CRM', 'timezoneGmt': 7}
    """
    if not isinstance(given, Mapping):
        raise OptionError('values must be what to add by field, such as {"systemName": "CRM"}.')
    return {str(name): _plain(str(name), how) for name, how in given.items()}


def from_texts(given: Sequence[str], what: str) -> dict[str, Any]:
    """Read ``FIELD=VALUE`` as often as it was given; a table is written as in TOML or JSON.

    Raises
    ------
    OptionError
        If a text has no ``=``.

    Examples
    --------
    >>> from_texts(["systemName=CRM", 'customerId={from = ["phone"]}'], "--set")
    {'systemName': 'CRM', 'customerId': {'from': ['phone']}}
    """
    values = {}
    for text in given:
        name, mark, how = text.partition("=")
        if not mark or not name.strip():
            raise OptionError(
                Sentence("{1} {2!r} cannot be used; write it as FIELD=VALUE.", what, text)
            )
        values[name.strip()] = _table(how.strip()) or how.strip()
    return values


def _table(text: str) -> dict[str, Any] | None:
    """Read a table as TOML or JSON; None if it is none, as ``{Số nhà}`` is."""
    if not (text.startswith("{") and text.endswith("}")):
        return None
    for read in (_toml, json.loads):
        try:
            found: dict[str, Any] = read(text)
        except ValueError:
            continue
        return found
    return None


def _toml(text: str) -> Any:
    return tomllib.loads(f"x = {text}")["x"]


def _plain(name: str, how: Any) -> Any:
    if isinstance(how, str | bool | int | float):
        return how
    if isinstance(how, list | tuple) and how and all(isinstance(one, str) for one in how):
        return list(how)
    if not isinstance(how, Mapping):
        raise _wrong(name)
    kinds = [kind for kind in _KINDS if kind in how]
    if len(kinds) != 1:
        raise _wrong(name)
    needed, allowed, check = _KINDS[kinds[0]]
    if unknown := [str(key) for key in how if key not in (kinds[0], *needed, *allowed)]:
        also = ", ".join((*needed, *allowed)) or "nothing else"
        raise OptionError(
            Sentence(
                "values: {1} has {2!r}; beside {3} it may have {4}.",
                name,
                unknown[0],
                kinds[0],
                also,
            )
        )
    if absent := [key for key in needed if key not in how]:
        raise OptionError(
            Sentence("values: {1} lacks {2!r}; give {3}.", name, absent[0], _EXAMPLES)
        )
    plain = {str(key): list(v) if isinstance(v, tuple) else v for key, v in how.items()}
    check(name, plain)
    return plain


def _check_split(name: str, how: dict[str, Any]) -> None:
    for key in ("split", "by"):
        if not isinstance(how[key], str) or not how[key]:
            raise OptionError(
                Sentence("values: {1}: {2} must be a text that is not empty.", name, key)
            )
    how["split"] = how["split"].strip().removeprefix("{").removesuffix("}")
    for key in ("part", "parts"):
        number = how.get(key, 1)
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            raise OptionError(
                Sentence("values: {1}: {2} must be a whole number, 1 or more.", name, key)
            )


def _check_default(name: str, how: dict[str, Any]) -> None:
    given = how["default"]
    if isinstance(given, str) and parse_safely(given):
        raise OptionError(
            Sentence(
                "values: the default of {1} is the same text in all rows; it has no columns in it.",
                name,
            )
        )
    if not isinstance(given, str | bool | int | float | list):
        raise _wrong(name)


def parse_safely(text: str) -> bool:
    """Whether a text names a column, so that it is no constant."""
    try:
        return bool(parse_template(text).slots)
    except ValueError:
        return False


def _check_fields(name: str, how: dict[str, Any]) -> None:
    kind = "from" if "from" in how else "hash_of"
    fields = [how[kind]] if isinstance(how[kind], str) else how[kind]
    if not isinstance(fields, list) or not fields or not all(isinstance(f, str) for f in fields):
        raise OptionError(
            Sentence('values: {1}: {2} must be a list of fields, such as ["phone"].', name, kind)
        )
    if len(set(fields)) < len(fields):
        raise OptionError(Sentence("values: {1}: {2} names a field twice.", name, kind))
    how[kind] = fields


def _wrong(name: str) -> OptionError:
    return OptionError(Sentence("values: {1} cannot be used; give {2}.", name, _EXAMPLES))


_Check = Callable[[str, dict[str, Any]], None]
# Kind -> what else it needs, what else it may have, what checks it.
_KINDS: dict[str, tuple[tuple[str, ...], tuple[str, ...], _Check]] = {
    "split": (("by", "part"), ("parts",), _check_split),
    "default": ((), (), _check_default),
    "from": ((), (), _check_fields),
    "hash_of": ((), ("key_file",), _check_fields),
}
