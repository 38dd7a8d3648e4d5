"""Blocks of rows: wherever a stream is cut, the rows are those of the whole."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pangoprep.reading import read
from pangoprep.reading.text.dialect import Dialect
from pangoprep.reading.text.mending import Mark
from pangoprep.reading.text.row_blocks import RowBlock, RowTooLongError, row_blocks
from pangoprep.reading.text.rows import RowReader
from pangoprep.reading.text.scanning import last_row_end, scan
from pangoprep.reading.text.shape import Shape
from tests import forking

COMMA = Dialect(",")
TWO = Shape(2, [])


def parsed(text: bytes) -> tuple[list[tuple[str | None, ...]], list[Mark]]:
    columns, marks = RowReader(COMMA, TWO).read(RowBlock(text, [], 0, is_damaged=False))
    return list(zip(*(column.to_pylist() for column in columns), strict=True)), marks


def end_of(text: bytes) -> int:
    return last_row_end(text, scan(text, COMMA))


@given(text=st.text('a,,""\n\n\r', max_size=40))
def test_what_is_found_up_to_a_row_is_what_is_found_in_these_rows(text: str) -> None:
    block = text.encode()
    found = scan(block, COMMA)
    for end in () if found is None else found.row_ends.tolist():
        rows, told = scan(block[:end], COMMA), found.until(end)
        if rows is None:
            assert (told.row_ends.tolist(), told.suspects(2).tolist()) == (
                told.line_ends.tolist(), [],
            )  # fmt: skip
            continue
        for name in ("line_ends", "is_whole", "after_quote", "marks"):
            assert getattr(told, name).tolist() == getattr(rows, name).tolist()
        assert told.suspects(2).tolist() == rows.suspects(2).tolist()


@given(text=st.text('a,,""\n\n\r', max_size=40), place=st.integers(0, 40))
def test_a_cut_changes_no_row(text: str, place: int) -> None:
    content = text.encode()
    end = end_of(content[:place])
    assert 0 <= end <= place
    before, after = (parsed(part) if part else ([], []) for part in (content[:end], content[end:]))
    whole = parsed(content) if content else ([], [])
    assert before[0] + after[0] == whole[0]
    moved = [mark._replace(rows=mark.rows + len(before[0])) for mark in after[1]]
    assert said(before[1] + moved) == said(whole[1])


def said(marks: list[Mark]) -> set[tuple[str, int]]:
    return {(mark.rule, row) for mark in marks for row in mark.rows.tolist()}


@pytest.mark.parametrize(
    ("text", "end"),
    [
        (b"a,b\n1,2\n3,", 8),
        (b"a,b\r\n1,2\r\n3", 10),
        (b"a\rb\r", 2),  # a line feed may follow
        (b'a,"b\nc",d\n"e\nf', 10),
        (b'1,5" x\n2,3', 7),  # inches
        (b'"a ""b""\nc"\n', 12),
        (b"no end", 0),
        (b"", 0),
    ],
)
def test_rows_end_where_they_end(text: bytes, end: int) -> None:
    assert end_of(text) == end


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "cp1258"])
@pytest.mark.parametrize("block_size", [17, 50, 1000])
def test_blocks_put_together_are_the_content(encoding: str, block_size: int) -> None:
    text = 'Mâ,Tên\r\n1,"đ\r\nê"\r\n2,ư\r\n' * 9
    content = io.BytesIO(text.encode(encoding))
    blocks = list(row_blocks(content, encoding, COMMA, TWO, block_size))
    assert b"".join(block.text for block in blocks).decode() == text
    assert all(block.text.endswith(b"\n") and not block.marks for block in blocks)
    assert sum(block.n_lines for block in blocks) == text.count("\n")


def test_a_line_longer_than_a_block_is_refused() -> None:
    with pytest.raises(RowTooLongError):
        list(row_blocks(io.BytesIO(b'a,"' + b"b" * 100), "utf-8", COMMA, TWO, 20))


def test_a_quote_open_for_longer_than_a_block_is_none() -> None:
    content = b'a,b\n1,"b\n' + b"1,2\n" * 100
    blocks = list(row_blocks(io.BytesIO(content), "utf-8", COMMA, TWO, 40))
    assert sum(len(parsed(block.text)[0]) for block in blocks) == 102
    assert [mark.rule for block in blocks for mark in block.marks] == ["row.stray_quote"]


def test_a_block_of_nothing_but_broken_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    broken = "1,2,3\n" * 1_500_000  # more than a block
    path.write_text("Mã KH,Tên\n" + "C1,An\n" * 50_000 + broken + "C2,Bình\n", encoding="utf-8")
    frame = read(path)
    assert frame.index[-1] == 1 + 50_000 + 1_500_000 + 1
    assert frame.notna().all(axis="columns").sum() == 50_001
    assert frame.attrs["pangoprep.source"]["notes"][0].startswith("1,500,000 rows (50002, ")


# Reads a little of a file and ends, as scripts do; with the reader left, closed or broken.
_LEAVE = """
import sys
from pangoprep.reading import read, scan
from pangoprep.errors import ReadError
how, path = sys.argv[1:]
if how == "left":
    frames = scan(path, rows=10)
    next(frames)
elif how == "in a cycle":
    frames = [scan(path, rows=10)]
    frames.append(frames)
    next(frames[0])
else:
    try:
        read(path)
    except ReadError as error:
        print(error)
"""


@pytest.mark.parametrize("how", ["left", "in a cycle", "broken"])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_script_may_end_in_the_middle_of_a_file(tmp_path: Path, how: str, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    text = b"Ma KH,Ten\n" + b"C1,An\n" * 3_000_000
    if kind == "csv":
        path.write_bytes(text + (b'"' + b"x\n" * 500_000) * (how == "broken"))
    else:
        read_rows = pa.table({"Ma KH": [f"C{n}" for n in range(300_000)]})
        pa.parquet.write_table(read_rows, path, row_group_size=10_000)
        if how == "broken":
            content = bytearray(path.read_bytes())
            content[200_000:900_000] = bytes(700_000)
            path.write_bytes(content)
    command = [sys.executable, "-c", _LEAVE, how, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    for _ in range(2):
        done = forking.run(command)
        assert (done.returncode, done.stderr) == (0, "")
