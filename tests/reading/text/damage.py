"""Damaged CSV files, made from tables that are known, and what must hold of reading any of them."""

from __future__ import annotations

import csv
import io
import random
import re
from dataclasses import dataclass

import pyarrow as pa

from pangoprep.errors import ReadError
from pangoprep.reading.opening import HEAD_SIZE
from pangoprep.reading.pieces import joined
from pangoprep.reading.text.delimited import read_delimited
from pangoprep.reading.text.rows import HELD

HEADER = ["Mã KH", "Họ tên", "SĐT", "Ngày sinh", "Địa chỉ", "Ghi chú"]
NAMES = ["Nguyễn Văn An", "Trần Thị Bưởi", "Lê Đức", "O'Brien", "Đặng Ngọc Ánh"]
PLACES = ["12 Lê Lợi", "Số 5, Quận 1, TP.HCM", "12 Lê Lợi\nQuận 1", 'Nhà "Xanh", Huế', ""]
REMARKS = ["", "khách quen", "gọi sau 5 giờ, buổi chiều", 'màn 15"', "a\nb, c\nd"]


@dataclass(frozen=True)
class Damaged:
    """A file, the rows it was made from, and which of them were damaged."""

    content: bytes
    rows: list[list[str]]
    touched: set[int]
    encoding: str


def damaged(dice: random.Random) -> Damaged:
    """Make a table, write it as some program would, and damage some of its rows."""
    n_rows = dice.randrange(20, 60)
    header = HEADER[: dice.randrange(3, 7)]
    rows = [
        [f"C{n:04}", dice.choice(NAMES), f"09{n:08}", f"{n % 28 + 1:02}/06/1988",
         dice.choice(PLACES), dice.choice(REMARKS)][: len(header)]
        for n in range(n_rows)
    ]  # fmt: skip
    mark, end = dice.choice(",;\t|"), dice.choice(["\n", "\r\n"])
    quoting = dice.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    lines = [written(row, mark, quoting) for row in (header, *rows)]
    touched: set[int] = set()
    for _ in range(dice.randrange(4)):
        row = dice.randrange(n_rows)
        if row not in touched:
            touched.add(row)
            lines[row + 1] = hurt(lines[row + 1], mark, dice)
    for _ in range(dice.randrange(3)):
        lines.insert(dice.randrange(1, len(lines)), "")
        # Rows are known by their first cell, so that blank lines move nothing.
    text = end.join(lines) + end * dice.randrange(2)
    encoding = dice.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16"])
    content = text.encode(encoding)
    if encoding == "utf-8" and dice.random() < 0.2:
        place = dice.randrange(len(content) // 2, len(content))
        # Not a line end, which would make two rows one.
        if content[place : place + 1] not in b"\r\n":
            content = content[:place] + b"\xff" + content[place + 1 :]
            touched |= set(range(n_rows))
    return Damaged(content, rows, touched, encoding)


def written(row: list[str], mark: str, quoting: int) -> str:
    """Write a row as Python's csv does."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark, quoting=quoting, lineterminator="\n").writerow(row)
    return out.getvalue()[:-1]


def hurt(line: str, mark: str, dice: random.Random) -> str:
    """Damage a row."""
    kind = dice.randrange(6)
    place = dice.randrange(len(line))
    if kind == 0:  # a quote typed into a cell
        return line[:place] + '"' + line[place:]
    if kind == 1:  # a quote where a cell begins
        starts = [0, *(found.end() for found in re.finditer(re.escape(mark), line))]
        place = dice.choice(starts)
        return line[:place] + '"' + line[place:]
    if kind == 2:  # a quote lost
        return line.replace('"', "", 1)
    if kind == 3:  # a delimiter that nobody quoted
        return line[:place] + mark + line[place:]
    if kind == 4:  # cells lost
        return line.rpartition(mark)[0]
    return line.replace(mark, mark + " ")


def broken_promises(file: Damaged) -> list[str]:
    """Read a file; return what does not hold of it."""
    try:
        table = read_delimited(
            io.BytesIO(file.content), file.content[:HEAD_SIZE], "a.csv",
            encoding=None, delimiter=None, header=None,
        )  # fmt: skip
        whole = joined(list(table.pieces), len(table.names))
    except ReadError as error:
        return [] if file.touched else [f"refused: {error}"]
    assert table.origin.lines is not None
    lines, notes = table.origin.lines.as_attrs(), table.origin.row_notes
    held = {int(row) for rule in HELD for row in notes.rows(rule)}
    text = file.content.decode(file.encoding, "replace")
    n_lines = len(re.findall(r"\r\n|\n|\r", text)) + (not text.endswith(("\n", "\r")))
    wrong = []
    if lines["lines"] != n_lines or sum(lines.values()) != 2 * n_lines:
        wrong.append(f"{n_lines} lines, and {lines}")
    if lines["rows"] != len(whole.rows) or len(set(whole.rows.tolist())) != len(whole.rows):
        wrong.append(f"{len(whole.rows)} rows, and {lines}")
    read = list(zip(*(pa.array(c).to_pylist() if isinstance(c, list) else c.to_pylist()
                      for c in whole.columns), strict=True))  # fmt: skip
    by_key = {row[0]: [cell or "" for cell in row] for row in read}
    for number, row in zip(whole.rows.tolist(), read, strict=True):
        if number in held and any(row):
            wrong.append(f"held row {number} has cells")
        if number not in held and any(re.search(r"\nC\d{4}\b", cell or "") for cell in row):
            wrong.append(f"row {number} swallowed a row")
    lost = [
        row for place, row in enumerate(file.rows)
        if place not in file.touched and by_key.get(row[0]) != row
    ]  # fmt: skip
    # What was not damaged itself is read as it was written, unless it is held with its neighbors.
    if len(lost) > len(held):
        wrong.append(f"{len(lost)} rows lost or changed, {len(held)} held: {lost[:2]}")
    return wrong
