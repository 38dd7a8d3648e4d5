"""Lines of a table that are no records: totals, signatures, page lines, the headers again.

They are looked for among the rows that cannot be sent anyway, and where the key is a header. Each
row is judged by itself, so that parts give what the whole gives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cache import cached
from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.column import Column, encode, read_column
from pangoprep.columns.few_rows import rows_of
from pangoprep.columns.types import Mask, Rows
from pangoprep.entities.fields import FieldFacts
from pangoprep.letters import fold
from pangoprep.matching.known_headers import common_forms, is_known_header
from pangoprep.matching.line_phrases import are_phrases, is_amount
from pangoprep.normalizers.base import as_mask, filled, matches, pick

# (1), [1], 1, A; 4=2x3 says of a column how it is worked out.
_COLUMN_NUMBER = (
    r"[(\[]?(?:(?P<number>[0-9]{1,2})(?: ?= ?[0-9()+*xX/. -]{1,20})?|(?P<letter>[A-Za-z]))[)\]]?"
)
_NUMBERED = re.compile(_COLUMN_NUMBER)
_FEWEST_NUMBERED = 3
# C100000000 and 000123: no line begins so, and it is no number of a column either.
_KEY = r"\A[A-Za-z]{0,3}[0-9]{3,}\z"
_LONGEST = 200  # letters of a line that is none
_VALUE = re.compile(r"[0-9@]")
_PLAIN_VALUES = ("phone", "email", "date", "integer", "decimal")
# What a cell is: nothing, a phrase, an amount, a header that is known, its own header, a word that
# is part of many headers, other words, a value.
_EMPTY, _PHRASE, _AMOUNT_CELL, _KNOWN, _OWN, _BARE, _WORDS, _CELL = range(8)
# Headers in another table; no customer is called so.
_BARE_HEADERS = frozenset(
    {"no", "code", "name", "id", "stt", "tt", "ma", "ten", "points", "diem", "notes", "ghichu"}
)


def find_not_records(
    frame: pd.DataFrame, sources: Mapping[str, Any], raw: Mapping[str, Column], key: Sequence[str],
    held: Mask, facts: Mapping[str, FieldFacts],
) -> Rows:  # fmt: skip
    """Return the positions of rows that are no records, ascending.

    Parameters
    ----------
    frame
        The caller's frame.
    sources
        The frame's column of each field.
    raw
        What the caller's cells held, by field.
    key
        The fields of the key.
    held
        The rows that cannot be sent.
    facts
        What is known of each field.
    """
    rows = _candidates(frame, sources, raw, key, held)
    if not len(rows):
        return rows
    counts = np.zeros((len(rows), _CELL + 1), dtype=np.int64)
    left = np.arange(len(rows))
    # Columns of values come first: they tell most records without a look at any words.
    plain = {sources[name] for name in sources if facts[name].normalizer in _PLAIN_VALUES}
    read = {column: raw[name] for name, column in sources.items() if name in raw}
    in_turn = sorted(enumerate(frame.columns), key=lambda column: column[1] not in plain)
    for place, name in in_turn:
        some = rows[left]
        cells = encode(read[name].at(some)) if name in read else _cells(frame, place, some)
        kinds = _kinds(cells, str(name))
        counts[left, kinds] += 1
        left = left[counts[left, _CELL] == 0]  # a row with one value is a record
        if not len(left):
            break
    is_none = np.zeros(len(rows), dtype=bool)
    is_none[left] = _is_none(counts[left])
    is_none[~is_none] = _number_columns(frame, rows[~is_none])
    return rows[is_none]


def _number_columns(frame: pd.DataFrame, rows: Rows) -> Mask:
    """Mark rows that number the columns, as forms do below their headers: (1) (2) (3), A B 1 2."""
    left = {place: {"number": 0, "letter": 0} for place in range(len(rows))}
    for column in range(frame.shape[1]):
        places = np.array([*left], dtype=np.int64)
        if not len(places):
            break
        cells = _cells(frame, column, rows[places])
        for place, text in zip(
            places.tolist(), cells.at(np.arange(len(places))).to_pylist(), strict=True
        ):
            if not (text := (text or "").strip()):
                continue
            found = _NUMBERED.fullmatch(text)
            kind = "number" if found and found["number"] else "letter"
            left[place][kind] += 1
            if found is None or _rank(found) != left[place][kind]:
                del left[place]
    marked = np.zeros(len(rows), dtype=bool)
    marked[[place for place, n in left.items() if sum(n.values()) >= _FEWEST_NUMBERED]] = True
    return marked


def _cells(frame: pd.DataFrame, place: int, rows: Rows) -> Column:
    """Read some cells of a column."""
    return read_column(rows_of(frame.iloc[:, place].to_frame(), rows).iloc[:, 0])


def _rank(found: re.Match[str]) -> int:
    """Return the number of a column, from 1."""
    return int(found["number"]) if found["number"] else ord(found["letter"].upper()) - ord("A") + 1


def _is_none(counts: np.ndarray[Any, np.dtype[np.int64]]) -> Mask:
    """Tell rows that are no records by how many cells of each kind they have."""
    n_headers = counts[:, _KNOWN] + counts[:, _OWN]
    n_headers += np.where(n_headers > 0, counts[:, _BARE], 0)
    n_filled = counts[:, _PHRASE:].sum(axis=1)
    is_line = (
        (counts[:, _PHRASE] > 0) & (counts[:, _BARE:_CELL].sum(axis=1) == 0) & (n_headers == 0)
    )
    is_header = (n_headers > 1) & (n_headers * 2 >= n_filled) & (counts[:, _AMOUNT_CELL] == 0)
    found: Mask = is_line | is_header
    return found


def _candidates(
    frame: pd.DataFrame, sources: Mapping[str, Any], raw: Mapping[str, Column], key: Sequence[str],
    held: Mask,
) -> Rows:  # fmt: skip
    name = next((name for name in key if name in sources), None)
    if name is None:
        return np.flatnonzero(held)
    column = raw[name]
    header = str(sources[name]).strip()

    def find() -> Rows:
        headers = pa.array([*common_forms(), header], type=TEXT)
        return np.flatnonzero(as_mask(pc.is_in(column.cells, value_set=headers)))

    found, _ = column.rows_at(cached(column.cells, "headers", header, find))
    held_rows = np.flatnonzero(held)
    if len(held_rows):
        without_key = held_rows[~column.filled[held_rows]]
        cells = [Column(column.at(held_rows), None)]
        if frame.columns[0] != sources[name]:
            cells.append(_cells(frame, 0, held_rows))
        lines = [held_rows[_lines(some)] for some in cells]
        found = np.concatenate([found, without_key, *lines])
    rows: Rows = np.unique(found)
    return rows


def _lines(column: Column) -> Mask:
    """Mark the rows whose cell is what stands in such lines."""
    marked = filled(column.distinct) & ~matches(column.distinct, _KEY)
    texts = pick(column.distinct, marked)
    # Keys have digits: where one has none, the row is looked at. So it is where it is (1) or A.
    marked[marked] = (
        are_phrases(texts) | ~matches(texts, "[0-9@]") | matches(texts, rf"\A{_COLUMN_NUMBER}\z")
    )
    rows, _ = column.rows_at(np.flatnonzero(marked))
    where = np.zeros(len(column), dtype=bool)
    where[rows] = True
    return where


def _kinds(column: Column, name: str) -> Rows:
    """Return what each row's cell is."""
    texts = column.distinct
    kinds = np.full(len(texts) + 1, _EMPTY)  # the last is what code -1, a null cell, points to
    is_line = are_phrases(texts).tolist()
    own = fold(name)
    for place, text in enumerate(texts.to_pylist()):
        if is_line[place]:
            kinds[place] = _PHRASE
        elif not text or not any(map(str.isalnum, text)):
            continue
        elif is_amount(text):
            kinds[place] = _AMOUNT_CELL
        elif not any(map(str.isalpha, text)) or ("@" in text and "@" not in name):
            kinds[place] = _CELL
        else:
            kinds[place] = _kind_of_words(text, own)
    return kinds[:-1] if column.codes is None else kinds[column.codes]


def _kind_of_words(text: str, own: str) -> int:
    if len(text) <= _LONGEST:
        if fold(text) == own:
            return _OWN
        if is_known_header(text):
            return _KNOWN
        if fold(text) in _BARE_HEADERS:
            return _BARE
    return _CELL if _VALUE.search(text) or len(text) > _LONGEST else _WORDS
