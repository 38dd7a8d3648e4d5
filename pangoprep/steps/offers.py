"""What one field of a row offers to another that is empty."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pangoprep.columns.column import take_some, whole
from pangoprep.entities.fields import FieldFacts
from pangoprep.findings import Block, rows_with, rules
from pangoprep.normalizers import NORMALIZERS
from pangoprep.normalizers.base import Context, filled, matches, pick
from pangoprep.options import Options
from pangoprep.steps.clean import Cleaned

_NAMES = ("fullName", "lastName", "firstName")
# Nine digits with no more than one sign between two of them.
_DIGITS = r"[0-9](?:[ .()-]{0,2}[0-9]){8}"


def offer_phones(cleaned: Cleaned, facts: Mapping[str, FieldFacts], options: Options) -> None:
    """Suggest the number that stands in a person's name for the phone that is empty.

    Rule: ``phone.in_name``. Nothing is moved: which of them is meant is for a person to say.
    """
    if "phone" not in cleaned.arrays:
        return
    found = [block for block in cleaned.blocks if block.field == "phone"]
    free = ~filled(cleaned.arrays["phone"]) & ~rows_with(found, "error", cleaned.n_rows)
    for name in _NAMES:
        texts = cleaned.arrays.get(name)
        if texts is None or not free.any():
            continue
        rows = np.flatnonzero(free)
        cells = take_some(texts, rows)
        written = matches(cells, _DIGITS)
        if not written.any():
            continue
        rows, some = rows[written], pick(cells, written)
        ones = np.ones(len(some), dtype=np.int64)
        context = Context(options, facts["phone"].parameters, ones, ones * 0)
        numbers = NORMALIZERS["phone"](some, context).values
        rows = rows[filled(numbers)]
        free[rows] = False
        if len(rows):
            severity = rules()["phone.in_name"].severity
            offered = whole(numbers).drop_null()
            cleaned.blocks.append(Block("phone.in_name", "phone", severity, rows, offered))
