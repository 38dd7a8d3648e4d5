"""A cell of a workbook as text: what Excel holds, not how it is dressed up."""

from __future__ import annotations

import datetime as dt
from typing import Any

_DIGITS = 15  # Excel keeps no more; further ones are made up


def as_text(cell: Any) -> str:
    """Write a cell's value.

    Whole numbers have no decimal point and dates are ISO 8601. A number of more than 15 digits has
    lost some in Excel; it is written with an exponent, so that nobody takes it for an id.

    Examples
    --------
    >>> as_text(912345678.0), as_text(12.5), as_text(True), as_text(1.234567890123456e18)
    ('912345678', '12.5', 'TRUE', '1.23456789012346E+18')
    >>> as_text(dt.datetime(1988, 6, 15)), as_text(dt.datetime(1988, 6, 15, 13, 45))
    ('1988-06-15', '1988-06-15 13:45:00')
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (int, float)):
        return _number(float(cell))
    if isinstance(cell, dt.datetime):
        if not (cell.hour or cell.minute or cell.second or cell.microsecond):
            return cell.date().isoformat()
        return cell.isoformat(" ", "milliseconds" if cell.microsecond else "seconds")
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    if isinstance(cell, dt.timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}"
    return str(cell)


def _number(number: float) -> str:
    if abs(number) >= 10**_DIGITS:
        digits, _, power = f"{number:.{_DIGITS - 1}E}".partition("E")
        return f"{digits.rstrip('0').rstrip('.')}E{power}"
    return str(int(number)) if number.is_integer() else repr(number)
