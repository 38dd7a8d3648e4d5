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
        rows = bytes_of(some)[0].reshape(len(some), length)
        left = np.ones(len(rows), dtype=bool)
        for layout in _LAYOUTS:
            if len(layout) == length and left.any():
                fits = left & _fits(rows, layout)
                if fits.any():
                    found.append(_parts(rows, layout, where, fits))
                    left &= ~fits
    return found


def _fits(rows: Bytes, layout: str) -> Mask:
    fits: Mask = np.ones(len(rows), dtype=bool)
    # The signs differ most between layouts: look at them first.
    for place, sign in enumerate(layout):
        if sign not in _DIGITS:
            fits &= rows[:, place] == ord(sign)
    if not fits.any():
        return fits
    for place, sign in enumerate(layout):
        if sign in _DIGITS:
            fits &= rows[:, place] - np.uint8(ord("0")) <= 9  # a byte below "0" wraps around
    return fits


def _parts(rows: Bytes, layout: str, where: Mask, fits: Mask) -> DateParts:
    chosen = rows if fits.all() else rows[fits]
    places = np.flatnonzero(where)[fits]
    marked = np.zeros(len(where), dtype=bool)
    marked[places] = True
    undecided = "a" in layout
    # One number seen as a column of it takes no memory.
    zeros = np.broadcast_to(np.int32(0), len(chosen))
    time_ms: Numbers = zeros
    time_real: Mask = np.broadcast_to(np.True_, len(chosen))
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
        short_year=np.broadcast_to(np.False_, len(chosen)),
        time_ms=time_ms,
        time_real=time_real,
        offset_ms=zeros,
        has_offset=np.broadcast_to(np.bool_(layout.endswith("Z")), len(chosen)),
        year_first=layout.startswith("YYYY"),
    )


def _number(rows: Bytes, layout: str, sign: str) -> Numbers:
    number = np.zeros(len(rows), dtype=np.int16)  # of four digits at most
    for place in range(len(layout)):
        if layout[place] == sign:
            number = number * 10 + (rows[:, place] - np.uint8(ord("0")))
    return number
