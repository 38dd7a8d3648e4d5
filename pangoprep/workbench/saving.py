"""A workbench's steps in a file: saved for its owner alone, opened on the same rows only."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.argument_checks import path_of, writing
from pangoprep.call_words import either, option_name
from pangoprep.columns.cell_text import as_text
from pangoprep.error_words import warn
from pangoprep.errors import UsageError
from pangoprep.part_plan import PartPlan
from pangoprep.private_files import replace_private
from pangoprep.sentence import Sentence
from pangoprep.system_errors import reason_of
from pangoprep.workbench.action import Action

FORMAT = "pangoprep.workbench/1"
# What JSON would make texts of: rows, and headers that are numbers.
_AS_PAIRS = ("cells", "left_out", "mapping")
_WITH_DATES = ("keywords", "options")
_DATE = "date"


@dataclass(frozen=True)
class SavedSession:
    """The steps of a file, and a sentence on what the call said otherwise when it was saved."""

    actions: list[Action]
    otherwise: str


def save_session(
    path: str | os.PathLike[str],
    n_rows: int,
    frame_hash: str,
    actions: Sequence[Action],
    plan: PartPlan,
) -> Path:
    """Write steps to a file, mode 0600; return its path.

    Parameters
    ----------
    path
        The file; whoever reads it meanwhile reads the old one or the new.
    n_rows, frame_hash
        The rows that the steps were taken on: how many, and their `fingerprint`.
    actions
        The steps.
    plan
        How the rows were read before the first step.
    """
    target = path_of("path", path)
    content = {
        "format": FORMAT,
        "rows": n_rows,
        "frame": frame_hash,
        "call": _said(plan),
        "steps": [_plain(action) for action in actions],
    }
    text = json.dumps(content, ensure_ascii=False, indent=1, default=_plain_value)
    with writing(target):
        replace_private(target, text.encode())
    return target


def open_session(
    path: str | os.PathLike[str], n_rows: int, frame_hash: str, plan: PartPlan
) -> SavedSession:
    """Return the steps of a file that was saved with these rows.

    Raises
    ------
    UsageError
        If it is no saved session, or one of other rows.

    Warns
    -----
    UserWarning
        If the call said something else when the steps were saved.
    """
    source = path_of("path", path)
    try:
        content = json.loads(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            Sentence("{1} cannot be read: {2}.", source.name, reason_of(error))
        ) from None
    except ValueError:
        content = None
    try:
        saved, n_saved = content["frame"], int(content["rows"])
        actions = [_action(step) for step in content["steps"]]
        is_session = content["format"] == FORMAT
        said = dict(content.get("call") or {})
    except (AttributeError, KeyError, TypeError, ValueError):
        is_session = False
    if not is_session:
        raise UsageError(Sentence("{1} is no session that bench.save wrote.", source.name))
    if saved != frame_hash:
        rows = Sentence("with other rows ({1:,}; these are {2:,})", n_saved, n_rows)
        cells = Sentence("with other cells in these {1:,} rows", n_rows)
        raise UsageError(
            Sentence(
                "{1} was saved {2}. Open it with the rows that it was made of. For these rows keep "
                "steps in another file ({3}); a recipe and its fixes file, saved from there, "
                "mend what was mended before ({4}).",
                source.name,
                cells if n_saved == n_rows else rows,
                either("bench.save(path)", "--steps FILE"),
                either("recipe=, fixes=", "--recipe, --fixes"),
            )
        )
    now = json.loads(json.dumps(_said(plan), default=_plain_value))
    others = [name for name in said if name in now and said[name] != now[name]]
    if not others:
        return SavedSession(actions, "")
    otherwise = Sentence(
        "{1} was saved with another {2}; its steps are taken with what is said now.",
        source.name,
        ", ".join(either(name, option_name(name)) for name in others),
    )
    warn(otherwise, stacklevel=4)
    return SavedSession(actions, otherwise)


def _said(plan: PartPlan) -> dict[str, Any]:
    """Return what decides how the rows are read, by the names of a call's arguments."""
    options = plan.options
    names = [one.name for one in dataclasses.fields(options) if one.compare]
    told = {name: getattr(options, name) for name in names if not options.is_unsaid(name)}
    columns = {name: str(column) for name, column in plan.sources.items()}
    return {**told, "mapping": columns, "values": plan.values.written}


def fingerprint(frame: pd.DataFrame) -> str:
    """Tell these rows from others: a hash of their headers and cells."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(json.dumps([str(name) for name in frame.columns]).encode())
    for place in range(frame.shape[1]):
        texts = as_text(frame.iloc[:, place])
        series = pd.Series(pd.array(texts.to_pandas(), dtype="object")).fillna("\0")
        hashes = pd.util.hash_pandas_object(series, index=False).to_numpy(np.uint64)
        digest.update(hashes.tobytes())
    return digest.hexdigest()


def _plain(action: Action) -> dict[str, Any]:
    """Turn a step into what JSON has."""
    told = {name: value for name, value in vars(action).items() if value is not None}
    for name in _AS_PAIRS:
        if name in told:
            told[name] = list(told[name].items())
    told["arguments"] = [
        {"pairs": list(one.items())} if isinstance(one, dict) else one for one in action.arguments
    ]
    return told


def _plain_value(value: Any) -> Any:
    """Turn a value of an option into what JSON has."""
    if isinstance(value, dt.date):
        return {_DATE: value.isoformat()}
    return value.item() if isinstance(value, np.generic) else sorted(value)  # a set of rules


def _dated(told: Mapping[str, Any]) -> dict[str, Any]:
    """Make dates of what dates were saved as."""
    return {
        name: dt.date.fromisoformat(value[_DATE])
        if isinstance(value, dict) and set(value) == {_DATE}
        else value
        for name, value in told.items()
    }


def _action(told: dict[str, Any]) -> Action:
    names = {entry.name for entry in dataclasses.fields(Action)}
    known = {name: value for name, value in told.items() if name in names}
    for name in _AS_PAIRS:
        if name in known:
            pairs = known[name]
            known[name] = dict(pairs.items() if isinstance(pairs, dict) else map(tuple, pairs))
    known["arguments"] = tuple(
        dict(map(tuple, one["pairs"])) if isinstance(one, dict) and "pairs" in one else one
        for one in known["arguments"]
    )
    for name in _WITH_DATES:
        if name in known:
            known[name] = _dated(known[name])
    return Action(**known)
