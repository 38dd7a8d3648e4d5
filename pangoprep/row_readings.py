"""How rows were read, as plain values: kept with a run, so that a resume reads them alike."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pangoprep import call_words as how
from pangoprep.errors import UsageError
from pangoprep.matching.values import HashOf
from pangoprep.options import Options
from pangoprep.sentence import Sentence

if TYPE_CHECKING:
    import pandas as pd

    from pangoprep.steps.examined import Examined

# They change no cell: the words of the report, and the day it was made.
_NOT_COMPARED = ("lang", "today")


def row_reading(examined: Examined) -> dict[str, Any]:
    """Return how a frame was read: model, mapping (field -> column), options, fixes, values.

    Fixes name cells, so whoever keeps a reading keeps a hash of them; and of ``secret_values``:
    constants of personal fields, and the names of the keys that ids are hashed with.
    """
    entity, options = examined.entity, examined.options
    return {
        "model": f"{entity.__module__}.{entity.__qualname__}",
        "mapping": {name: str(column) for name, column in examined.sources.items()},
        "item_keys": dict(examined.item_keys),
        "options": {
            entry.name: _plain(getattr(options, entry.name))
            for entry in dataclasses.fields(Options)
        },
        "fixes": _fixes(examined),
        **_values_apart(examined),
    }


def _fixes(examined: Examined) -> dict[str, Any]:
    fixes: dict[str, Any] = _plain(examined.fixes)
    if examined.fixes_file is not None:
        fixes["fixes file"] = {"digest": examined.fixes_file.digest}
    return fixes


def _values_apart(examined: Examined) -> dict[str, Any]:
    values = examined.values
    secret = {
        name: how
        for name, how in values.written.items()
        if name in values.constants and examined.facts[name].personal
    }
    keys = {n: v.key.name for n, v in values.computed.items() if isinstance(v, HashOf)}
    return {
        "values": {n: how for n, how in values.written.items() if n not in secret},
        "secret_values": {name: {"constant": how} for name, how in secret.items()} | keys,
    }


def values_of(reading: Mapping[str, Any], given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the values of a kept reading, and what the caller says of them, which wins."""
    return {**reading.get("values", {}), **(given or {})}


def options_of(reading: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a kept reading as keywords of `Options`."""
    known = {entry.name for entry in dataclasses.fields(Options)}
    options = {name: value for name, value in reading["options"].items() if name in known}
    return options | {"today": dt.date.fromisoformat(options["today"])}


def mapping_of(
    reading: Mapping[str, Any], frame: pd.DataFrame, given: Mapping[Any, str] | None = None
) -> dict[Any, str]:
    """Return the mapping of a kept reading for a frame: column -> field, "" for all others.

    Parameters
    ----------
    reading, frame
        The reading, and rows of the same shape.
    given
        What the caller says of columns; it wins, and is compared later.

    Raises
    ------
    UsageError
        If the frame lacks a column that was read.
    """
    given = dict(given or {})
    labels = {str(label): label for label in frame.columns}
    kept = {c: name for name, c in reading["mapping"].items() if name not in given.values()}
    if absent := [column for column in kept if column not in labels]:
        raise UsageError(
            Sentence(
                "The run read column {1!r} as {2!r}; these rows have no such column. "
                "Give the {3} as it was sent, or send it as a new run.",
                absent[0],
                kept[absent[0]],
                how.frame_or_file(),
            )
        )
    return {label: kept.get(text, "") for text, label in labels.items()} | given


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Say in what two readings differ, so that rows would not be the same."""
    found: list[str] = []
    if before["model"] != now["model"]:
        found.append(Sentence("the model was {1} and is {2}", before["model"], now["model"]))
    for name in dict.fromkeys([*before["mapping"], *now["mapping"]]):
        was, is_now = before["mapping"].get(name), now["mapping"].get(name)
        if was != is_now:
            found.append(
                Sentence(
                    "{1} came from {2} and comes from {3}", name, _column(was), _column(is_now)
                )
            )
    for name, was in before["options"].items():
        is_now = now["options"].get(name, was)
        if name not in _NOT_COMPARED and was != is_now:
            found.append(Sentence("{1} was {2!r} and is {3!r}", name, was, is_now))
    if before["fixes"] != now["fixes"]:
        found.append(
            Sentence(
                "it had other fixes, which are not kept; give {1} or {2} as it had them",
                how.option_name("fixes"),
                how.option_name("recipe"),
            )
            if before["fixes"]
            else Sentence("it had no fixes")
        )
    for name in ("values", "secret_values"):
        was, is_now = before.get(name) or {}, now.get(name) or {}
        if other := [one for one in {**was, **is_now} if was.get(one) != is_now.get(one)]:
            found.append(
                Sentence(
                    "other values were added to {1}; give "
                    "{2} or {3} as it had them, "
                    "and the same id key",
                    ", ".join(other),
                    how.either("values=", "--set"),
                    how.option_name("recipe"),
                )
            )
    return found


def _column(name: str | None) -> str:
    return Sentence("no column") if name is None else Sentence("column {1!r}", name)


def _plain(value: Any) -> Any:
    """Turn values into what JSON has."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    if isinstance(value, (tuple, list)):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date) else value
