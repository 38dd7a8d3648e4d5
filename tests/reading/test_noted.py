"""What a reader noted of rows stays with them, whatever becomes of their frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import pangoprep as pp
from pangoprep.errors import OptionError
from pangoprep.large.request import FileRequest
from pangoprep.options import Options
from pangoprep.reading.noted import noted_rows
from pangoprep.reading.pieces import SOURCE, Origin, Piece, joined, to_frame
from pangoprep.reading.row_notes import LineSpan, RowNotes, rows_of

ENTITY = "customer-identity"
ROWS = "Mã KH,Họ tên,SĐT,Ngày sinh\n" + "".join(
    f"C{n},Khách {n},09123456{n:02},15/06/1988\n" for n in range(2, 60)
)
BROKEN = ROWS.replace("Khách 30", "Khách, 30").replace("Khách 40", "Khách, 40")


@pytest.fixture
def frame() -> pd.DataFrame:
    notes = RowNotes()
    notes.add("row.stray_quote", [4], LineSpan(3, 5))
    notes.add("row.surplus_cells", [3, 5])
    columns = [pa.array([f"{name}{n}" for n in range(2, 8)], pa.large_string()) for name in "ab"]
    columns = [pa.chunked_array([c]).combine_chunks() for c in columns]
    piece = Piece(columns, pd.RangeIndex(2, 8).to_numpy())
    return to_frame(["Mã KH", "x"], piece, Origin("a.csv", "text", row_notes=notes))


def found(frame: pd.DataFrame) -> dict[str, tuple[list[int], Any]]:
    return {
        block.rule: (
            block.rows.tolist(),
            block.lines and [tuple(span.values()) for span in block.lines.to_pylist()],
        )
        for block in noted_rows(frame)
    }


def test_notes_become_findings_at_the_rows_places(frame: pd.DataFrame) -> None:
    assert found(frame) == {
        "row.stray_quote": ([2], [(3, 5)]),
        "row.surplus_cells": ([1, 3], None),
    }
    turned = frame.iloc[::-1]
    assert found(turned)["row.surplus_cells"] == ([2, 4], None)
    assert found(frame.drop(index=3))["row.surplus_cells"] == ([2], None)


def test_a_frame_whose_rows_are_not_known_has_no_notes(frame: pd.DataFrame) -> None:
    assert found(frame.reset_index(drop=True)) == {}
    assert found(pd.DataFrame({"a": [1]})) == {}


def test_a_part_has_the_notes_of_its_rows_only() -> None:
    notes = RowNotes()
    notes.add("row.short", range(2, 100_002))
    told = notes.as_attrs("a.csv", 50, 60)
    assert told == [["a.csv", "row.short", "50-60", ""]]
    assert len(rows_of(notes.as_attrs("a.csv")[0][2])) == 100_000


def test_rows_of_two_files_are_not_mistaken_for_each_other(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text(ROWS, "utf-8")
    (tmp_path / "2.csv").write_text(BROKEN, "utf-8")
    findings = pp.read(tmp_path).pango.validate(ENTITY).findings
    damaged = findings[findings["rule"] == "row.surplus_cells"]
    assert damaged["index"].tolist() == [("2.csv", 30), ("2.csv", 40)]


@pytest.mark.parametrize("rows_at_once", [None, 7])
def test_a_file_in_parts_says_the_same(tmp_path: Path, rows_at_once: int | None) -> None:
    path = tmp_path / "a.csv"
    path.write_text(BROKEN, "utf-8")
    report = FileRequest(path=str(path), entity=ENTITY, rows_at_once=rows_at_once).report()
    assert report.n_held == 2
    [rule] = {block.rule for block in report.blocks if block.severity == "error"}
    assert rule == "row.surplus_cells"  # and not that its fields are empty
    assert report.held.index.tolist() == [30, 40]


def test_a_damaged_row_cannot_be_waved_through() -> None:
    with pytest.raises(OptionError, match="could be read"):
        Options(severity={"row.surplus_cells": "info"})
    with pytest.raises(OptionError, match="could be read"):
        Options(ignore=["row.bad_bytes"])


def test_the_place_of_a_quote_is_told_in_vietnamese_too(frame: pd.DataFrame) -> None:
    for lang, told in (("en", "3 lines from line 5"), ("vi", "3 dòng kể từ dòng 5")):
        report = frame.assign(**{"Họ tên": "An", "SĐT": "0912345678"}).pango.validate(
            ENTITY, lang=lang
        )
        assert report.findings.set_index("rule")["suggestion"]["row.stray_quote"] == told
        assert report.n_held == 2


def test_joined_pieces_stay_columns_of_text() -> None:
    chunked = pa.chunked_array([["a"], ["b", None]], pa.large_string())
    piece = Piece([chunked], pd.RangeIndex(3).to_numpy())
    column = joined([piece, piece], 1).columns[0]
    assert column.to_pylist() == ["a", "b", None] * 2
    assert column.num_chunks == 4


def test_attrs_stay_plain(frame: pd.DataFrame, tmp_path: Path) -> None:
    frame.to_parquet(tmp_path / "a.parquet")
    back = pd.read_parquet(tmp_path / "a.parquet")
    assert back.attrs[SOURCE] == frame.attrs[SOURCE]
    assert found(back) == found(frame)
