"""Dates in layouts of fixed width, read from their bytes: what most exports hold.

A regular expression reads about two million dates a second, this about twenty. It reads nothing
that `date_forms` does not, and leaves to it whatever is unusual.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.text_bytes import Bytes, bytes_of, n_bytes_of
from pangoprep.columns.types import Mask, Numbers
from pangoprep.normalizers.base import pick
from pangoprep.normalizers.date.forms import DateParts

# Y, a, b, m, d, H, M, S stand for digits of the parts in `date_forms`, anything else for itself.
_LAYOUTS = (
    "YYYY-mm-dd",
    "YYYY/mm/dd",
    "aa/bb/YYYY",
    "aa-bb-YYYY",
    "aa.bb.YYYY",
    "YYYY-mm-dd HH:MM:SS",
    "YYYY-mm-ddTHH:MM:SS",
    "YYYY-mm-ddTHH:MM:SSZ",
    "aa/bb/YYYY HH:MM:SS",
    "aa-bb-YYYY HH:MM:SS",
    "aa/bb/YYYY HH:MM",
)
_DIGITS = "YabmdHMS"


def read_fixed(values: pa.Array) -> list[DateParts]:
    """Read the texts that have one of the layouts; the others are in no result."""
    values = values.cast(TEXT)
    lengths = n_bytes_of(values)
    found = []
    for length in sorted({len(layout) for layout in _LAYOUTS}):
        where = lengths == length
        if not where.any():
            continue
        some = values if where.all() else pick(values, where)
        # Letter by letter: all first ones lie side by side, then all second ones.
        letters = np.ascontiguousarray(bytes_of(some)[0].reshape(len(some), length).T)
        left = np.ones(len(some), dtype=bool)
        for layout in _LAYOUTS:
            if len(layout) == length and left.any():
                fits = left & _fits(letters, layout)
                if fits.any():
                    found.append(_parts(letters, layout, where, fits))
                    left &= ~fits
    return found


def _fits(letters: Bytes, layout: str) -> Mask:
    fits: Mask = np.ones(letters.shape[1], dtype=bool)
    # The signs differ most between layouts: look at them first.
    for place, sign in enumerate(layout):
        if sign not in _DIGITS:
            fits &= letters[place] == ord(sign)
    if not fits.any():
        return fits
    for place, sign in enumerate(layout):
        if sign in _DIGITS:
            fits &= letters[place] - np.uint8(ord("0")) <= 9  # a byte below "0" wraps around
    return fits


def _parts(letters: Bytes, layout: str, where: Mask, fits: Mask) -> DateParts:
    chosen = letters if fits.all() else letters[:, fits]
    n_rows = chosen.shape[1]
    places = np.flatnonzero(where)[fits]
    marked = np.zeros(len(where), dtype=bool)
    marked[places] = True
    undecided = "a" in layout
    # One number seen as a column of it takes no memory.
    zeros = np.broadcast_to(np.int32(0), n_rows)
    time_ms: Numbers = zeros
    time_real: Mask = np.broadcast_to(np.True_, n_rows)
    if "H" in layout:
        hour, minute = _number(chosen, layout, "H"), _number(chosen, layout, "M")
        second = _number(chosen, layout, "S")
        time_ms = ((hour.astype(np.int32) * 60 + minute) * 60 + second) * 1000
        time_real = (hour <= 23) & (minute <= 59) & (second <= 59)
    return DateParts(
        where=marked,
        undecided=undecided,
        year=_number(chosen, layout, "Y"),
        first=_number(chosen, layout, "a" if undecided else "m"),
        second=_number(chosen, layout, "b" if undecided else "d"),
        short_year=np.broadcast_to(np.False_, n_rows),
        time_ms=time_ms,
        time_real=time_real,
        offset_ms=zeros,
        has_offset=np.broadcast_to(np.bool_(layout.endswith("Z")), n_rows),
        year_first=layout.startswith("YYYY"),
    )


def _number(letters: Bytes, layout: str, sign: str) -> Numbers:
    number = np.zeros(letters.shape[1], dtype=np.int16)  # of four digits at most
    for place in range(len(layout)):
        if layout[place] == sign:
            number *= 10
            number += letters[place] - np.uint8(ord("0"))
    return number
