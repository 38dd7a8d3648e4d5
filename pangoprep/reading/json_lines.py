"""Reading JSON lines, or a JSON list, as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

import numpy as np
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.errors import ReadError
from pangoprep.reading.layout import check_width
from pangoprep.reading.pieces import Origin, Piece, Table
from pangoprep.sentence import Sentence

_ROWS_AT_ONCE = 10_000
_LONGEST_LINE = 1 << 24
_LONGEST_LIST = 1 << 28


def read_json_lines(file: IO[bytes], name: str) -> Table:
    """Read one object per line; its numbers stay as they are written.

    Objects within an object become columns named ``outer.inner``, lists stay JSON. All lines are
    read once before, to know every column.

    Raises
    ------
    ReadError
        If a line is no JSON object.
    """
    records = _records(file, name)
    if file.seekable():
        names: dict[str, None] = {}
        for _, record in records:
            names.update(dict.fromkeys(record))
        file.seek(0)
        records = _records(file, name)
    else:  # from an archive: what cannot be read twice is kept
        kept = list(records)
        names = dict.fromkeys(key for _, record in kept for key in record)
        records = iter(kept)
    if not names:
        raise ReadError(Sentence("{1} holds no records.", name))
    check_width(len(names), name)
    return Table(list(names), Origin(name, "JSON lines"), _pieces(records, list(names)))


def _pieces(records: Iterator[tuple[int, dict[str, Any]]], names: list[str]) -> Iterator[Piece]:
    numbers: list[int] = []
    cells: list[list[str | None]] = [[] for _ in names]
    for number, record in records:
        numbers.append(number)
        for column, key in zip(cells, names, strict=True):
            column.append(record.get(key))
        if len(numbers) == _ROWS_AT_ONCE:
            yield _piece(cells, numbers)
            numbers, cells = [], [[] for _ in names]
    yield _piece(cells, numbers)


def _piece(cells: list[list[str | None]], numbers: list[int]) -> Piece:
    return Piece([pa.array(column, type=TEXT) for column in cells], np.array(numbers, dtype="i8"))


def _records(file: IO[bytes], name: str) -> Iterator[tuple[int, dict[str, str | None]]]:
    number = 0
    while line := file.readline(_LONGEST_LINE + 1):
        number += 1
        if len(line) > _LONGEST_LINE:
            raise ReadError(
                Sentence(
                    "Line {1:,} of {2} is longer than {3:,} bytes.", number, name, _LONGEST_LINE
                )
            )
        if number == 1 and line.lstrip(b"\xef\xbb\xbf \t").startswith(b"["):
            yield from _list(line + file.read(_LONGEST_LIST), file, name)
            return
        if line.strip():
            yield number, _record(_parse(line, f"Line {number:,} of {name}"), number, name)


def _list(content: bytes, file: IO[bytes], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    if file.read(1):
        raise ReadError(
            Sentence(
                "{1} is one JSON list of more than {2:.0f} MiB. Write one object per "
                "line (JSON lines).",
                name,
                _LONGEST_LIST / 2**20,
            )
        )
    records = _parse(content, name)
    for number, record in enumerate(records if isinstance(records, list) else [records], 1):
        yield number, _record(record, number, name)


def _parse(content: bytes, what: str) -> Any:
    try:
        # Numbers as they stand: 1.50 and 0912 digits are not Python's to round.
        return json.loads(content.decode("utf-8-sig"), parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        pass
    raise ReadError(
        Sentence("{1} is no JSON in UTF-8. Write one object per line, or one list of them.", what)
    )


def _record(value: Any, number: int, name: str) -> dict[str, str | None]:
    if not isinstance(value, dict):
        raise ReadError(Sentence("Record {1:,} of {2} is no JSON object.", number, name))
    flat: dict[str, str | None] = {}
    for key, cell in value.items():
        if isinstance(cell, dict):
            flat.update({f"{key}.{inner}": _text(some) for inner, some in cell.items()})
        else:
            flat[key] = _text(cell)
    return flat


def _text(cell: Any) -> str | None:
    if cell is None or cell == "":
        return None
    return cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
