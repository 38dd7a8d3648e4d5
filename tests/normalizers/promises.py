"""What every normalizer promises of every cell, as one function that lists what is broken."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import encode
from pangoprep.entities import ENTITIES
from pangoprep.normalizers import NORMALIZERS
from pangoprep.normalizers.base import Normalized, filled, replace
from pangoprep.normalizers.words import (
    compatible,
    is_null_word,
    tidy,
    without_signs,
    without_text_marks,
)
from pangoprep.steps.as_pandas import to_pandas
from tests.normalizers.cells import context_for, entity_of

# One field for each normalizer, and one more where a parameter matters.
FIELDS = (
    "address",
    "city",
    "countryAlphaCode2",
    "countryAlphaCode3",
    "createdAt",
    "customerId",
    "dob",
    "dob2",
    "earnPoint",
    "email",
    "gender",
    "imageUrl",
    "maritalStatus",
    "nickNames",
    "phone",
    "primary",
    "relationship",
    "startTime",
    "timezoneGmt",
    "totalCost",
    "yob",
)
DATES = ("createdAt", "dob", "dob2", "startTime")
# Milliseconds near 1970 have as few digits as seconds; a column tells them by one that has more.
_WORTH_A_LOOK = (
    "email.typo",
    "email.non_ascii",
    "id.formula",
    "id.lost_zeros",
    "province.unknown",
    "province.ended",
    "text.broken_letters",
    "text.lost_letters",
    "text.masked",
    "text.other_script",
    "phone.service_number",
    "province.merged",
)
_PROOF_OF_MILLISECONDS = "1592203530000"


def broken(name: str, cells: Sequence[str | None], **options: Any) -> list[str]:
    """List the promises that a field's normalizer breaks for these cells."""
    values = pa.array(cells, TEXT)
    result = normalize(name, values, **options)
    if len(result.values) != len(values):
        return [f"{name}: {len(values)} cells became {len(result.values)}"]
    found = [
        *_silent_nulls(name, values, result),
        *_not_canonical(name, values, result),
        *_not_idempotent(name, result.values, **options),
    ]
    if name not in DATES:  # cells of a column of dates speak for each other
        found += _depend_on_order(name, values, result, **options)
    return found


def normalize(name: str, values: pa.Array, **options: Any) -> Normalized:
    """Normalize distinct values of a field."""
    facts = ENTITIES[entity_of(name)].fields()[name]
    return NORMALIZERS[facts.normalizer](values, context_for(name, len(values), **options))


def read(name: str, cells: Sequence[str | None], **options: Any) -> list[Any]:
    """Return what cells of a field become, as Python values."""
    result = normalize(name, pa.array(cells, TEXT), **options)
    return list(result.values.to_pylist())


def _silent_nulls(name: str, values: pa.Array, result: Normalized) -> list[str]:
    told = np.zeros(len(values), dtype=bool)
    for flag in result.flags:
        assert (np.diff(flag.places) > 0).all(), flag.rule
        assert flag.suggestions is None or len(flag.suggestions) == len(flag.places), flag.rule
        told[flag.places] = True
    null = ~filled(result.values)
    if (~filled(values) & ~null).any():
        return [f"{name}: null became a value"]
    empty = ~filled(values)
    # Quotes are Excel's marks for text, a full stop ends a sentence.
    plain = compatible(without_text_marks(tidy(values)))
    for texts in (tidy(values), plain, replace(plain, r"\A['\" ]+|[.,;:]+\z", "")):
        empty |= is_null_word(texts, "not_boolean")
    # Cleaning a column tells of cells of signs; one of dashes says that there is none.
    empty |= ~filled(without_signs(plain))
    if name == "nickNames":
        empty |= np.array([_list_of_nothing(cell) for cell in values.to_pylist()], dtype=bool)
    return [
        f"{name}: {cell!r} became null and nothing was said"
        for cell in values.filter(pa.array(null & ~told & ~empty)).to_pylist()
    ]


def _list_of_nothing(cell: str | None) -> bool:
    """Whether a cell has separators and null words and no more."""
    if cell is None:
        return True
    try:
        items = json.loads(cell.replace("“", '"').replace("”", '"'))
    except (ValueError, RecursionError):
        items = re.split(r"[;|\r\n\x85\u2028\u2029]", cell.strip("[] "))
    if not isinstance(items, list):
        items = [cell]
    texts = [str(item or "").encode("utf-8", "replace").decode().strip("'\" ") for item in items]
    return bool(is_null_word(tidy(pa.array(texts, TEXT)), "any").all())


@cache
def _checks(name: str) -> list[Any]:
    return list(ENTITIES[entity_of(name)].to_schema().columns[name].checks)


def _not_canonical(name: str, values: pa.Array, result: Normalized) -> list[str]:
    found = []
    canonical = pd.Series(to_pandas(result.values), name=name)
    for check in _checks(name):
        output = check(canonical).check_output
        failed = ~output.to_numpy(dtype=bool, na_value=True)
        pairs = zip(as_cells(values).to_pylist(), as_cells(result.values).to_pylist(), strict=True)
        became = list(pairs)
        found += [
            f"{name}: {became[row][0]!r} became {became[row][1]!r}" for row in output.index[failed]
        ]
    return found


def _not_idempotent(name: str, canonical: pa.Array, **options: Any) -> list[str]:
    distinct = encode(as_cells(canonical)).distinct
    if name in DATES:
        # Stated exception: 0 is filler, though 1970-01-01 at GMT is written so.
        kept = [cell for cell in distinct.to_pylist() if cell != "0"]
        distinct = pa.array([*kept, *([_PROOF_OF_MILLISECONDS] * (name != "dob2"))], TEXT)
    again = normalize(name, distinct, **options)
    found = [
        f"{name}: the canonical {before!r} became {after!r}"
        for before, after in zip(
            distinct.to_pylist(), as_cells(again.values).to_pylist(), strict=True
        )
        if before != after
    ]
    for flag in again.flags:
        # What is worth a look stays so; nothing is repaired, doubted or refused a second time.
        if flag.rule not in _WORTH_A_LOOK:
            cells = distinct.take(pa.array(flag.places)).to_pylist()
            found += [f"{name}: {flag.rule} for the canonical {cell!r}" for cell in cells]
    return found


def as_cells(values: pa.Array) -> pa.Array:
    """Write canonical values as the cells of a file."""
    if pa.types.is_list(values.type):
        lists = values.to_pylist()
        cells = [None if one is None else json.dumps(one, ensure_ascii=False) for one in lists]
        return pa.array(cells, TEXT)
    if pa.types.is_decimal(values.type):  # without the zeros that the column's scale adds
        numbers = [None if one is None else format(one, "f") for one in values.to_pylist()]
        shown = [one.rstrip("0").rstrip(".") if one and "." in one else one for one in numbers]
        return pa.array(shown, TEXT)
    return values.cast(TEXT)


def _depend_on_order(name: str, values: pa.Array, result: Normalized, **options: Any) -> list[str]:
    backward = pa.array(np.arange(len(values))[::-1].copy())
    again = normalize(name, values.take(backward), **options)
    same = as_cells(again.values).take(backward) == as_cells(result.values)
    return [] if same else [f"{name}: cells depend on their order"]
