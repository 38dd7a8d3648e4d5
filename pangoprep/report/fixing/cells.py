"""How a cell of the caller's frame stands in a workbook, and what it says when it comes back."""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

# Excel keeps 15 digits of a number and this many letters of a text.
_MAX_DIGITS = 10**15
_MAX_LETTERS = 32_767
_FIRST_DATE = dt.datetime(1900, 3, 1)  # before it, Excel counts a day that never was
# What XML cannot hold, and how xlsx writes it instead.
_UNWRITABLE = re.compile(r"_x[0-9A-Fa-f]{4}_|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")

Cell = str | float | int | bool | dt.datetime | None


def as_cell(value: Any, *, as_text: bool) -> Cell:
    """Turn a value of a frame into what a workbook can hold.

    Phones, ids and whatever Excel would round become text.

    Examples
    --------
    >>> as_cell(912345678.0, as_text=True), as_cell(12, as_text=False)
    ('912345678', 12)
    """
    if isinstance(value, (list, tuple, set, dict, np.ndarray)):
        return str(value)[:_MAX_LETTERS]
    if value is None or pd.isna(value):
        return None
    if isinstance(value, str):
        return value[:_MAX_LETTERS]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, dt.datetime) and not as_text:
        return _moment(value)
    if isinstance(value, (int, float, np.integer, np.floating)):
        return _number(value, as_text=as_text)
    return str(value)[:_MAX_LETTERS]


def _moment(value: dt.datetime) -> Cell:
    moment = value.to_pydatetime(warn=False) if isinstance(value, pd.Timestamp) else value
    if moment.tzinfo is not None or moment < _FIRST_DATE or moment.microsecond % 1000:
        return moment.isoformat(" ")
    return moment


def _number(value: float | np.integer[Any] | np.floating[Any], *, as_text: bool) -> Cell:
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if not math.isfinite(number):
            return str(number)
        if not number.is_integer():
            return repr(number) if as_text else number
    whole = int(value)
    return str(whole) if as_text or abs(whole) >= _MAX_DIGITS else whole


def says_the_same(before: Cell, after: Cell) -> bool:
    """Tell whether a cell that comes back says what it said before.

    Spreadsheets write ``12`` as ``12.0``, other line ends, and no control characters. They, and
    whoever reads and writes the workbook with pandas, turn texts into numbers and back: that is
    nobody's correction, and would cost zeros in front.

    Examples
    --------
    >>> says_the_same("007", 7), says_the_same(True, "TRUE"), says_the_same("007", "7")
    (True, True, False)
    """
    one, other = _comparable(before), _comparable(after)
    if isinstance(one, str) == isinstance(other, str):
        return one == other
    text, value = (one, other) if isinstance(one, str) else (other, one)
    if isinstance(value, bool):
        return str(value).casefold() == str(text).strip().casefold()
    if isinstance(value, (int, float)) and _NUMBER.fullmatch(str(text).strip()):
        return Decimal(str(text).strip()) == Decimal(repr(value))
    return False


def _comparable(cell: Cell | dt.date) -> object:
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        return _UNWRITABLE.sub("", cell.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(cell, dt.datetime):
        return cell.replace(microsecond=0)
    if isinstance(cell, dt.date):
        return dt.datetime(cell.year, cell.month, cell.day)
    return cell


def from_cell(cell: Any, series: pd.Series) -> Any:
    """Turn what somebody wrote into a cell into a value for a column of the frame.

    A text column takes texts; another one takes the value as it is.
    """
    if cell is None or cell == "":
        return None
    is_text = isinstance(series.dtype, pd.StringDtype) or series.dtype == object
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if not is_text or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ") if cell.time() != dt.time() else cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return format(Decimal(repr(cell)), "f") if isinstance(cell, float) else str(cell)
