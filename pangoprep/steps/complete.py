"""The complete stage: what the caller adds to rows. See `pangoprep.matching.values`.

Columns are joined and split before cells are read; constants, defaults and computed ids fill in
what cleaning left empty, so that they are made of canonical values.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT, TEXT_DTYPE, as_text
from pangoprep.columns.column import in_every_row, whole
from pangoprep.columns.types import Values as Arrays
from pangoprep.entities.fields import FieldFacts
from pangoprep.errors import OptionError
from pangoprep.findings import Block, rules
from pangoprep.matching.value_templates import Template
from pangoprep.matching.values import CellPiece, FirstOf, HashOf, Values
from pangoprep.normalizers.base import filled, join, keep, pick, put
from pangoprep.normalizers.words import is_null_word, tidy
from pangoprep.options import Options
from pangoprep.sentence import Sentence
from pangoprep.steps.clean import TIMEZONE, Cleaned
from pangoprep.steps.clean_field import clean_cell

_MISSING, _SURPLUS = "value.parts_missing", "value.parts_surplus"
_ID_BYTES = 16
_PERSON = b"pangoprep id"


class MadeColumn:
    """The label of a column that the caller made of others; no header can be the same."""

    def __init__(self, name: str) -> None:
        self.name = name


def make_columns(
    frame: pd.DataFrame, values: Values
) -> tuple[pd.DataFrame, dict[str, Any], list[Block]]:
    """Join and split columns; return a frame with them, their labels by field, and findings.

    Examples
    --------
    >>> from pangoprep.entities import CustomerIdentity
    >>> from pangoprep.matching.values import read_values
    >>> frame = pd.DataFrame({"Số": ["12", None, "5"], "Đường": ["Lê Lợi", "Hai Bà Trưng", None]})
    >>> values = read_values({"address": "{Số}, {Đường}"}, CustomerIdentity, frame.columns)
    >>> made, labels, _ = make_columns(frame, values)
    >>> made[labels["address"]].to_list()
    ['12, Lê Lợi', 'Hai Bà Trưng', '5']
    """
    if not values.made:
        return frame, {}, []
    texts = {label: _texts(frame[label]) for label in values.columns}
    made, labels, blocks = frame.copy(deep=False), {}, []
    for name, value in values.made.items():
        if isinstance(value, CellPiece):
            cells, found = _split(name, value, texts[value.label])
            blocks += found
        else:
            cells = _join(value.template, [texts[label] for label in value.labels])
        labels[name] = MadeColumn(name)
        made[labels[name]] = TEXT_DTYPE.__from_arrow__(cells)
    return made, labels, blocks


def complete(
    cleaned: Cleaned, values: Values, facts: Mapping[str, FieldFacts], options: Options
) -> dict[str, int]:
    """Fill in what the caller adds; return how many rows got it, by field.

    A cell that could not be read stays empty: what stands there is not known to be nothing.
    """
    given = {name: int(filled(cleaned.arrays[name]).sum()) for name in values.made}
    for name, value in values.constants.items():
        text = clean_cell(value.text, facts[name], options).values
        given[name] = _fill(cleaned, name, in_every_row(text, cleaned.n_rows))
    for name, computed in values.computed.items():
        given[name] = _fill(cleaned, name, _computed(cleaned, computed))
    if TIMEZONE not in cleaned.arrays and any(
        facts[name].type == "Timestamp" for name in values.by_field
    ):
        hours = pa.array([options.timezone_gmt], pa.int64())
        cleaned.arrays[TIMEZONE] = in_every_row(hours, cleaned.n_rows)
    if given:  # in the order of the entity, as ever
        cleaned.arrays = {n: cleaned.arrays[n] for n in facts if n in cleaned.arrays}
    return {name: given[name] for name in values.by_field}


def check_constants(values: Values, facts: Mapping[str, FieldFacts], options: Options) -> Options:
    """Refuse constants that their fields cannot hold; return the options they come with.

    Raises
    ------
    OptionError
        Naming the field, and what is wrong with its value.
    """
    for name, value in values.constants.items():
        read = clean_cell(value.text, facts[name], options)
        wrong = [flag.rule for flag in read.flags if _is_wrong(flag.rule)]
        if wrong or not filled(read.values).all():
            why = rules()[wrong[0]].meaning if wrong else "it says that there is nothing"
            among = (
                Sentence(" ({1})", ", ".join(facts[name].choices)) if facts[name].choices else ""
            )
            shown = "its value" if facts[name].personal else repr(value.text)
            raise OptionError(
                Sentence("values: {1} cannot be {2}: {3}{4}.", shown, name, why, among)
            )
        if name == TIMEZONE:  # dates are read by it
            options = dataclasses.replace(options, timezone_gmt=read.values[0].as_py())
    return options


def _is_wrong(rule: str) -> bool:
    """Whether a cell may be so and a constant may not: it cannot be read, or is no known word."""
    return rules()[rule].severity == "error" or rule.endswith(".unknown")


def _fill(cleaned: Cleaned, name: str, new: Arrays) -> int:
    if name not in cleaned.arrays:
        cleaned.arrays[name] = new
        return int(filled(new).sum())
    old = whole(cleaned.arrays[name])
    errors = (b for b in cleaned.blocks if b.field == name and rules()[b.rule].severity == "error")
    unreadable = np.zeros(cleaned.n_rows, dtype=bool)
    for block in errors:
        unreadable[block.rows] = True
    empty = ~filled(old) & ~unreadable & filled(new)
    cleaned.arrays[name] = put(old, empty, whole(pick(new, empty)))
    return int(empty.sum())


def _repeated(value: pa.Array, n_rows: int) -> pa.Array:
    return value.take(pa.array(np.zeros(n_rows, dtype=np.int64)))


def _computed(cleaned: Cleaned, value: FirstOf | HashOf) -> pa.Array:
    nothing = pa.nulls(cleaned.n_rows, TEXT)
    texts = [whole(cleaned.arrays.get(name, nothing)).cast(TEXT) for name in value.fields]
    if isinstance(value, FirstOf):
        return pc.coalesce(*texts)
    return _hashed(texts, value)


def _hashed(texts: Sequence[pa.Array], value: HashOf) -> pa.Array:
    """Hash each row's texts, the length of each before it; a row with none of them has no hash.

    The letter in front keeps Excel from taking the digits for a number.
    """
    framed = []
    for text in texts:
        length = pc.binary_length(text).cast(TEXT)
        framed.append(pc.fill_null(join(length, ":", text), "-"))
    some = np.logical_or.reduce([filled(text) for text in texts])
    rows = keep(join(*framed), some)
    encoded = rows.dictionary_encode()
    start = value.key.hasher(_PERSON, _ID_BYTES)
    ids = []
    for row in encoded.dictionary.cast(pa.large_binary()).to_pylist():
        digest = start.copy()
        digest.update(row)
        ids.append(f"h{digest.hexdigest()}")
    return pa.array(ids, TEXT).take(encoded.indices)


# Columns joined and split.


def _texts(series: pd.Series) -> pa.Array:
    """Return what the cells of a column show, trimmed; null where they hold nothing."""
    if series.dtype == object:
        cells = [int(c) if isinstance(c, float) and c.is_integer() else c for c in series]
        series = pd.Series(cells, dtype=object)
    texts = whole(as_text(series)).cast(TEXT)
    if pd.api.types.is_float_dtype(series.dtype):
        texts = pc.replace_substring_regex(texts, r"\.0\z", "")
    if series.dtype.kind == "M":
        texts = pc.replace_substring_regex(texts, r" 00:00:00\.000\z", "")
    return _without_nothing(tidy(texts))


def _without_nothing(texts: pa.Array) -> pa.Array:
    return keep(texts, ~(is_null_word(texts, "any") | ~filled(texts)))


def _join(template: Template, texts: Sequence[pa.Array]) -> pa.Array:
    """Put a template's values together; what belongs to an empty one goes with it."""
    n_rows = len(texts[0])
    anything = np.zeros(n_rows, dtype=bool)
    result = _repeated(pa.array([""], TEXT), n_rows)
    for slot, text in zip(template.slots, texts, strict=True):
        there = filled(text)
        separator = pc.if_else(pa.array(anything), slot.separator, "").cast(TEXT)
        added = join(separator, slot.before, text, slot.after)
        result = join(result, pc.fill_null(added, ""))
        anything |= there
    return keep(result, anything)


def _split(name: str, value: CellPiece, texts: pa.Array) -> tuple[pa.Array, list[Block]]:
    """Take a piece of each cell; of a cell with more pieces than are taken, none is."""
    pieces = pc.split_pattern(texts, value.by)
    counts = pc.fill_null(pc.list_value_length(pieces), 0).to_numpy().astype(np.int64)
    surplus = np.flatnonzero(counts > value.n_parts)
    missing = np.flatnonzero((counts > 0) & (counts < value.part))
    has_part = (counts >= value.part) & (counts <= value.n_parts)
    some = pick(pieces, has_part)
    cells = _without_nothing(tidy(pc.list_element(some, value.part - 1)))
    found = put(pa.nulls(len(texts), TEXT), has_part, cells)
    blocks = [
        Block(rule, name, rules()[rule].severity, rows)
        for rule, rows in ((_SURPLUS, surplus), (_MISSING, missing))
        if len(rows)
    ]
    return found, blocks
