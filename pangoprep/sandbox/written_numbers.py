"""Numbers of JSON as they are written: read, kept and written again digit for digit."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn, Self
from uuid import uuid4


class WrittenNumber(Decimal):
    """A number with a point or an exponent, and the text it was written as.

    Examples
    --------
    >>> one = WrittenNumber("1.50")
    >>> one == Decimal("1.5"), one.text
    (True, '1.50')
    """

    text: str

    def __new__(cls, text: str) -> Self:
        """Read it."""
        number = super().__new__(cls, text)
        number.text = text
        return number


def _not_json(constant: str) -> NoReturn:
    raise ValueError(constant)


# NaN and Infinity are not JSON.
decode = json.JSONDecoder(parse_constant=_not_json, parse_float=WrittenNumber).decode

# Nobody's text begins so: it is made anew in every process.
_MARK = uuid4().hex
_MARKED = re.compile(rf'"{_MARK}([0-9.eE+-]+)"')


def _marked(value: Any) -> str:
    if isinstance(value, WrittenNumber):
        return _MARK + value.text
    raise TypeError(type(value).__name__)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_marked).encode


def encode(value: Any) -> str:
    """Write a value as JSON.

    Examples
    --------
    >>> encode(decode('{"price": 1.50, "rate": 1e5}'))
    '{"price":1.50,"rate":1e5}'
    """
    text = _encode(value)
    return _MARKED.sub(r"\1", text) if _MARK in text else text
