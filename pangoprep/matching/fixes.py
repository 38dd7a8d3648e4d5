"""Fixes: what the caller says a cell's text means, applied before anything is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.close_names import did_you_mean
from pangoprep.columns.cell_text import TEXT, as_text
from pangoprep.entities.fields import FieldFacts
from pangoprep.entities.masking import holds_contact
from pangoprep.errors import OptionError
from pangoprep.findings import FIXED, Block, rules
from pangoprep.sentence import Sentence

Fixes = Mapping[str, Mapping[str, str]]


def check_fixes(fixes: Any, fields: Collection[str]) -> dict[str, dict[str, str]]:
    """Return the fixes as plain text, or refuse them.

    Raises
    ------
    OptionError
        If they are no texts by field, or name a field the entity does not have.
    """
    wanted = 'fixes must look like {"gender": {"x": "male"}}: by field, cell to value.'
    if not isinstance(fixes, Mapping) or not all(isinstance(f, Mapping) for f in fixes.values()):
        raise OptionError(wanted)
    plain = {
        str(name): {_key(cell): value for cell, value in pairs.items()}
        for name, pairs in fixes.items()
    }
    if any(not isinstance(value, str) for pairs in plain.values() for value in pairs.values()):
        raise OptionError(wanted + " Values are text.")
    if unknown := [name for name in plain if name not in fields]:
        hint = did_you_mean(unknown[0], fields)
        raise OptionError(
            Sentence(
                "fixes names {1!r}, which is no field with a column here.{2}", unknown[0], hint
            )
        )
    return plain


def apply_fixes(
    frame: pd.DataFrame, sources: Mapping[str, Any], fixes: Fixes
) -> tuple[pd.DataFrame, list[Block]]:
    """Replace whole cells; return a new frame, and a finding for every cell replaced.

    Examples
    --------
    >>> frame = pd.DataFrame({"GT": ["x", "Nam", " X "]})
    >>> fixed, blocks = apply_fixes(frame, {"gender": "GT"}, {"gender": {"x": "male"}})
    >>> fixed["GT"].to_list(), blocks[0].rows.tolist()
    (['male', 'Nam', 'male'], [0, 2])
    """
    fixed, blocks = frame, []
    for name, pairs in fixes.items():
        column = sources[name]
        texts = as_text(frame[column])
        array = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
        encoded = array.cast(TEXT).dictionary_encode()
        distinct = [pairs.get(_key(text)) for text in encoded.dictionary.to_pylist()]
        new = pa.array(distinct, type=TEXT).take(encoded.indices)
        rows = np.flatnonzero(pc.is_valid(new).to_numpy(zero_copy_only=False))
        if len(rows):
            whole = pc.coalesce(new, array)
            dtype = pd.StringDtype("pyarrow", na_value=np.nan)
            fixed = fixed.copy(deep=False)
            fixed[column] = dtype.__from_arrow__(whole)
            blocks.append(Block(FIXED, name, rules()[FIXED].severity, rows))
    return fixed, blocks


def _key(cell: object) -> str:
    return str(cell).strip().casefold()


def personal_among(fixes: Fixes, known: Mapping[str, FieldFacts]) -> dict[str, dict[str, str]]:
    """Return the fixes of personal fields, of unknown ones, and of words with a phone or an email.

    Parameters
    ----------
    fixes
        By field, cell to value.
    known
        What is known of the fields.
    """
    found: dict[str, dict[str, str]] = {}
    for name, pairs in fixes.items():
        is_personal = name not in known or known[name].personal
        for cell, value in pairs.items():
            if is_personal or holds_contact(cell) or holds_contact(value):
                found.setdefault(name, {})[cell] = value
    return found


def without_pairs(fixes: Fixes, some: Fixes) -> dict[str, dict[str, str]]:
    """Return fixes without some of them, and without fields that have none left."""
    left = {
        name: {cell: value for cell, value in pairs.items() if cell not in some.get(name, ())}
        for name, pairs in fixes.items()
    }
    return {name: pairs for name, pairs in left.items() if pairs}
