"""The kinds of field and the rules that a declaration may name, and what each of them takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from pangoprep.entities import fields as f
from pangoprep.entities.rules import AnyOf, Expected, InOrder, RowRule, SameBirth, TotalOfItems
from pangoprep.errors import EntityError
from pangoprep.sentence import Sentence
from pangoprep.tables import read_table

#: Kind -> what makes such a field.
MAKERS: Mapping[str, Callable[..., Any]] = {
    maker.__name__: maker
    for maker in (
        f.text, f.name, f.province, f.identifier, f.phone, f.email, f.choice, f.gender,
        f.relationship, f.timestamp, f.birth_date, f.date_text, f.year, f.integer, f.decimal,
        f.percent, f.timezone, f.boolean, f.list, f.items, f.url, f.country_code,
    )
}  # fmt: skip

# What all kinds take: argument -> what it is.
_SHARED: Mapping[str, str] = {
    "label": "label", "required": "flag", "personal": "flag", "headers": "texts",
    "example": "text", "holds": "text", "source": "text", "unique": "flag",
    "raise_warning": "flag",
}  # fmt: skip
#: Checks of canonical values, as ``pandera.Field`` names them -> what Pandera's check is called,
#: and which of its statistics is the argument; None: all of them.
CHECKS: Mapping[str, tuple[str, str | None]] = {
    "eq": ("equal_to", "value"),
    "ne": ("not_equal_to", "value"),
    "gt": ("greater_than", "min_value"),
    "ge": ("greater_than_or_equal_to", "min_value"),
    "lt": ("less_than", "max_value"),
    "le": ("less_than_or_equal_to", "max_value"),
    "in_range": ("in_range", None),
    "isin": ("isin", "allowed_values"),
    "notin": ("notin", "forbidden_values"),
    "str_contains": ("str_contains", "pattern"),
    "str_endswith": ("str_endswith", "string"),
    "str_length": ("str_length", None),
    "str_matches": ("str_matches", "pattern"),
    "str_startswith": ("str_startswith", "string"),
}
_OF_CHECKS = {
    "in_range": "table", "str_length": "length", "isin": "values", "notin": "values",
    "str_contains": "text", "str_endswith": "text", "str_matches": "text", "str_startswith": "text",
}  # fmt: skip
_OWN: Mapping[str, Mapping[str, str]] = {
    "choice": {"choices": "texts", "words": "words"},
    "relationship": {"choices": "texts"},
    "timestamp": {"earliest": "number", "future": "flag", "year_to": "text"},
    "birth_date": {"future": "flag", "year_to": "text"},
    "integer": {"bits": "number"},
    "identifier": {"parameters": "table"},
    "items": {"item": "text", "keyed_by": "text"},
    "country_code": {"letters": "number"},
}
_NEEDED = {"choice": ("choices",), "relationship": ("choices",), "items": ("item",)}

#: Rule -> its class, and what its argument is.
RULES: Mapping[str, tuple[type, str]] = {
    "any_of": (AnyOf, 'alternatives, such as ["phone", "email"]'),
    "in_order": (InOrder, 'two fields, such as ["createdAt", "updatedAt"]'),
    "same_birth": (SameBirth, 'a field, such as "yob"'),
    "expected": (Expected, 'a field, such as "customerEmail"'),
    "total_of_items": (TotalOfItems, 'two fields, such as ["totalProductCost", "items"]'),
}


def arguments_of(kind: str) -> dict[str, str]:
    """Return what a kind takes: argument -> what it is.

    Examples
    --------
    >>> sorted(set(arguments_of("country_code")) - set(arguments_of("text")))
    ['letters']
    """
    if kind == "timezone":
        return {}
    return {
        **_SHARED,
        **_OWN.get(kind, {}),
        **{name: _OF_CHECKS.get(name, "any") for name in CHECKS},
    }


def needed_by(kind: str) -> tuple[str, ...]:
    """Return the arguments that a kind cannot do without."""
    return _NEEDED.get(kind, ())


@cache
def tables_of_words() -> tuple[str, ...]:
    """The tables of words that a choice may take."""
    return tuple(dict.fromkeys(read_table("choices")["choice"].to_pylist()))


def kind_of(facts: f.FieldFacts) -> str:
    """Say which kind of field facts are of."""
    normalizer = facts.normalizer
    if normalizer == "text":
        return "name" if facts.holds == "name" and facts.personal else "text"
    if normalizer == "date":
        return (
            "birth_date" if facts.personal and facts.parameters["earliest"] == 1900 else "timestamp"
        )
    if normalizer == "decimal":
        return "percent" if facts.parameters.get("percent") else "decimal"
    return {"id": "identifier", "country": "country_code"}.get(normalizer, normalizer)


def arguments_for(facts: f.FieldFacts, column: Any, item: str = "") -> dict[str, Any]:
    """Return what a field's maker is called with, as far as it differs from what it takes itself.

    Parameters
    ----------
    facts
        The field's, as its column has them.
    column
        Its Pandera column.
    item
        What the class of its items is called.

    Raises
    ------
    EntityError
        If a check of it can only be said in Python.
    """
    kind = kind_of(facts)
    if kind == "timezone":
        return {"kind": kind}
    given = {"choices": [*facts.choices], "item": item}
    arguments: dict[str, Any] = {name: given[name] for name in needed_by(kind)}
    arguments |= _parameters(kind, facts)
    made = MAKERS[kind](**{**arguments, "item": facts.item} if kind == "items" else arguments)
    usual: f.FieldFacts = made.metadata["pangoprep"]
    if (facts.label, facts.label_vi) != (usual.label, usual.label_vi):
        both = {"en": facts.label, "vi": facts.label_vi}
        arguments["label"] = both if facts.label_vi else facts.label
    for name in ("required", "personal", "headers", "example", "holds", "source"):
        if (value := getattr(facts, name)) != getattr(usual, name):
            arguments[name] = list(value) if name == "headers" else value
    arguments |= _checks(column, made)
    return {"kind": kind, **arguments}


def _parameters(kind: str, facts: f.FieldFacts) -> dict[str, Any]:
    told = facts.parameters
    if kind == "choice":
        if "choice" in told:
            return {"words": told["choice"]} if told["choice"] else {}
        own = {
            word: to for word, to in told["words"].items() if word != to or to not in facts.choices
        }
        return {"words": own} if own else {}
    if kind in ("timestamp", "birth_date"):
        usual = {"earliest": 1900 if kind == "birth_date" else 1970, "future": False,
                 "year_to": "yob" if kind == "birth_date" else None}  # fmt: skip
        differs = {name: told[name] for name in usual if told[name] != usual[name]}
        # An empty text stands for none: TOML has no null.
        return {name: "" if value is None else value for name, value in differs.items()}
    if kind == "country_code":
        return {"letters": told["letters"]} if told["letters"] != 2 else {}
    if kind == "items":
        return {"keyed_by": facts.keyed_by} if facts.keyed_by else {}
    if kind == "integer":
        return {"bits": 32} if facts.type == "Integer" else {}
    return {"parameters": dict(told)} if kind == "identifier" and told else {}


def _checks(column: Any, made: Any) -> dict[str, Any]:
    """Return the checks of a column that its maker does not add itself."""
    usual = {check.name: check.statistics for check in made.checks}
    by_name = {called: (name, statistic) for name, (called, statistic) in CHECKS.items()}
    found: dict[str, Any] = {}
    for check in column.checks:
        if usual.get(check.name) == check.statistics and not check.raise_warning:
            continue
        if check.name not in by_name:
            raise EntityError(
                Sentence(
                    "The check {1!r} of {2} is code; a declaration cannot hold it. Keep this "
                    "entity in Python: --entity file.py:Class.",
                    check.name,
                    column.name,
                )
            )
        name, statistic = by_name[check.name]
        whole = {key: value for key, value in check.statistics.items() if value is not None}
        found[name] = whole if statistic is None else check.statistics[statistic]
        if check.raise_warning:
            found["raise_warning"] = True
    if column.unique:
        found["unique"] = True
    return found


def rule_as_content(rule: RowRule) -> dict[str, Any]:
    """Return a rule as a declaration has it.

    Raises
    ------
    EntityError
        If it is a class of the caller's own.

    Examples
    --------
    >>> rule_as_content(AnyOf((("phone",), ("firstName", "lastName"))))
    {'any_of': ['phone', ['firstName', 'lastName']]}
    """
    if isinstance(rule, AnyOf):
        return {"any_of": [one[0] if len(one) == 1 else [*one] for one in rule.alternatives]}
    if isinstance(rule, InOrder):
        return {"in_order": [rule.first, rule.second]}
    if isinstance(rule, SameBirth):
        return {"same_birth": rule.other}
    if isinstance(rule, Expected):
        return {"expected": rule.name}
    if isinstance(rule, TotalOfItems):
        return {"total_of_items": [rule.total, rule.items]}
    raise EntityError(
        Sentence(
            "The rule {1} is code; a declaration cannot hold it. Keep this entity in "
            "Python: --entity file.py:Class.",
            type(rule).__name__,
        )
    )
