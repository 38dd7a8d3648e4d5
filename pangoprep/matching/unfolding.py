"""Long rows from wide ones: columns such as *Địa chỉ 2* and *Email 1* become rows of their own."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pangoprep import call_words as how
from pangoprep.close_names import did_you_mean
from pangoprep.entities import Entity, entity_for
from pangoprep.errors import ColumnNamesError, OptionError
from pangoprep.letters import fold
from pangoprep.matching.mapping import clash_message, map_columns
from pangoprep.sentence import Sentence

_NUMBER = re.compile("(?<![0-9])[0-9]{1,2}(?![0-9])")
_LONGEST = 100  # letters of a header that has a number

Groups = dict[int, dict[str, Hashable]]


def unfold(
    frame: pd.DataFrame,
    object_type: str | type[Entity],
    each: Mapping[str, Sequence[Any]] | None = None,
    shared: Collection[Hashable] = (),
) -> pd.DataFrame:
    """Make one row of each group of numbered columns; see ``df.pango.unfold``."""
    entity = entity_for(object_type)
    if isinstance(shared, str):
        raise OptionError(Sentence("shared must list columns, such as shared=[{1!r}].", shared))
    if absent := [name for name in shared if name not in frame.columns]:
        hint = did_you_mean(str(absent[0]), [*map(str, frame.columns)])
        told = how.either(
            Sentence("The frame has no column {1!r}, which shared names.", absent[0]),
            Sentence("The file has no column {1!r}, which --shared names.", absent[0]),
        )
        raise ColumnNamesError(Sentence("{1}{2}", told, hint))
    groups = _groups(frame.columns, shared)
    common = [name for name in frame.columns if name not in _members(groups)]
    parts: list[pd.DataFrame] = []
    numbered: set[str] = set()
    for members in groups.values():
        # A column without a number goes with the first group; what all rows need, with each.
        part, fields = _matched(frame, entity, members, common, shared, is_first=not parts)
        own = [name for name, column in fields.items() if column in members.values()]
        if own:
            parts.append(part[_some_filled(part[own])])
            numbered |= {*own}
    if not parts:
        names = ", ".join(repr(str(name)) for name in frame.columns[:20])
        there = Sentence(" {1}", how.columns_there(names))  # with its space, as hints have
        raise ColumnNamesError(
            Sentence(
                "No columns are numbered fields of {1!r}, such as 'Address 1' and "
                "'Address 2'.{2} Rename them so, number behind the name.",
                entity.object_type,
                there,
            )
        )
    parts = _with_each(parts, entity, each or {})
    if not numbered & {*entity.key}:
        parts = _told_apart(parts, entity, each or {})
    order = np.argsort(np.concatenate([part.index for part in parts]), kind="stable")
    whole = pd.concat(parts, ignore_index=True).iloc[order]
    places = np.concatenate([part.index for part in parts])[order]
    whole.index = frame.index.take(places)
    known = [name for name in entity.fields() if name in whole]
    whole = whole[[*known, *(name for name in whole if name not in known)]]
    whole.attrs = frame.attrs
    return whole


def numbered_for(columns: Collection[Hashable], entity: type[Entity]) -> list[Hashable]:
    """Return the columns that several rows of an entity could be made of, by their headers."""
    several = groups_for(columns, entity)
    return list(dict.fromkeys(column for fields in several for column in fields.values()))


def groups_for(columns: Collection[Hashable], entity: type[Entity]) -> list[dict[str, Hashable]]:
    """Return the groups of columns that could be a row of an entity each: by field, its column.

    Each must have what such a row needs: an email, or a part of an address; one alone is none.
    """
    needed = {name for name, known in entity.fields().items() if known.required}
    nothing = pd.DataFrame(columns=[*columns])
    found: list[dict[str, Hashable]] = []
    for members in _groups(columns, ()).values():
        _, fields = _matched(nothing, entity, members, [], (), is_first=False, may_clash=True)
        if needed & {*fields}:
            found.append(fields)
    return found if len(found) > 1 else []


def _groups(columns: Collection[Hashable], shared: Collection[Hashable]) -> Groups:
    """Return by number the columns of each group, by their names without it."""
    groups: Groups = {}
    headers = [c for c in columns if isinstance(c, str) and len(c) <= _LONGEST and c not in shared]
    for column in headers:
        place, name = _numbered(column)
        members = groups.setdefault(place, {}) if fold(name) else {}
        while name in members:  # "Email 1" and "Email_1": whoever matches them sees two
            name += " "
        members[name] = column
    names = {fold(name): name for members in groups.values() for name in members}
    numbered = _members(groups)
    for column in headers:
        name = names.get(fold(column), "")
        if name and column not in numbered:
            # The first of several has no number: "Email", "Email 2".
            place = 1 if name not in groups.get(1, {}) else 0
            groups.setdefault(place, {}).setdefault(name, column)
    return dict(sorted(groups.items()))


def _numbered(header: str) -> tuple[int, str]:
    """Return the number that stands for itself in a header, and the header without it.

    Such as in "Address1", "Địa chỉ (2)", "Email 2 (phụ)"; 0 and no name where there is none.
    """
    for found in _NUMBER.finditer(header):
        before, behind = header[: found.start()], header[found.end() :]
        if before.endswith("(") and behind.startswith(")"):
            before, behind = before[:-1], behind[1:]
        name = before.rstrip(" _.#-")
        if not behind.startswith((".", ",", "/", "-", ")")) and not name.endswith(
            (*"0123456789", ",", "/", "(")
        ):
            return int(found[0]), f"{name} {behind}".strip()
    return 0, ""


def _members(groups: Groups) -> set[Hashable]:
    return {column for members in groups.values() for column in members.values()}


def _matched(
    frame: pd.DataFrame, entity: type[Entity], members: Mapping[str, Hashable],
    common: Sequence[Hashable], shared: Collection[Hashable], *, is_first: bool,
    may_clash: bool = False,
) -> tuple[pd.DataFrame, dict[str, Hashable]]:  # fmt: skip
    """Return the cells of one group under their fields, by position, and each field's column."""
    columns: dict[Any, Hashable] = {name: name for name in common if name not in members}
    columns |= members
    part = frame[list(columns.values())].set_axis(list(columns), axis=1)
    part.index = pd.RangeIndex(len(part))
    found = map_columns(part, entity)
    if found.rivals and not may_clash:
        rivals = {name: [columns[one] for one in some] for name, some in found.rivals.items()}
        raise ColumnNamesError(clash_message(rivals, entity.object_type))
    always = {*entity.key, *Entity.fields()}
    fields = {
        name: columns[column]
        for column, name in found.fields.items()
        if column in members or name in always or columns[column] in shared or is_first
    }
    taken = {name: column for column, name in found.fields.items() if name in fields}
    return part[list(taken.values())].set_axis(list(taken), axis=1), fields


def _some_filled(cells: pd.DataFrame) -> pd.Series:
    """Mark the rows in which a cell holds more than blanks."""
    blank = cells.astype("str").apply(lambda column: column.str.strip().eq(""))
    return (cells.notna() & ~blank).any(axis=1)


def _with_each(
    parts: list[pd.DataFrame], entity: type[Entity], each: Mapping[str, Sequence[Any]]
) -> list[pd.DataFrame]:
    """Put in what the caller says of each group, in their order."""
    known = entity.fields()
    for name, values in each.items():
        if name not in known:
            raise OptionError(
                Sentence(
                    "{1} names {2!r}, no field of {3!r}.{4}",
                    how.either("each", "--each"),
                    name,
                    entity.object_type,
                    did_you_mean(name, known),
                )
            )
        if isinstance(values, str) or len(values) != len(parts):
            raise OptionError(
                Sentence(
                    "{1} must have a value for each of the {2} groups of columns.",
                    how.either(f"each[{name!r}]", f"--each {name}"),
                    len(parts),
                )
            )
        parts = [part.assign(**{name: value}) for part, value in zip(parts, values, strict=True)]
    absent = [name for name in entity.key if not any(name in part for part in parts)]
    if absent:
        name = absent[0]
        choices = known[name].choices
        some = [*choices, *[""] * len(parts)][: len(parts)] if choices else []
        raise ColumnNamesError(
            Sentence(
                "Rows of {1!r} are told apart by {2}, and no column is {3}.{4}",
                entity.object_type,
                " + ".join(entity.key),
                name,
                Sentence(" Say it of each group: {1}.", how.each_group(name, some)) if some else "",
            )
        )
    return parts


def _told_apart(
    parts: list[pd.DataFrame], entity: type[Entity], each: Mapping[str, Sequence[Any]]
) -> list[pd.DataFrame]:
    """Return the groups without those of which the key is said to be empty.

    Raises
    ------
    OptionError
        If the same is said of two groups: of the two rows of a customer one would give way.
    """
    said = [name for name in entity.key if name in each]
    keys = [*zip(*(each[name] for name in said), strict=True)]
    kept = {place: key for place, key in enumerate(keys) if all(key)}
    for place, key in kept.items():
        if key in keys[:place]:
            raise OptionError(
                Sentence(
                    "{1} says the same of two groups, {2}: only one of these rows of a customer "
                    "would be sent. Leave a group out by saying nothing of it: ''.",
                    how.either(f"each[{said[0]!r}]", f"--each {said[0]}"),
                    ", ".join(map(str, key)),
                )
            )
    return [parts[place] for place in kept] if keys else parts
