"""Held rows as they came: the wrong cell among its neighbors, and the rows to download."""

from __future__ import annotations

import csv
import io
import re
from base64 import b64decode
from pathlib import Path

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.report.faces.context import MAX_ROWS
from pangoprep.report.facts.rows_in_context import rows_in_context


def people(**columns: list[str | None]) -> pd.DataFrame:
    usual: dict[str, list[str | None]] = {
        "Mã KH": ["KH00000001", "KH00000002", "KH00000003"],
        "Họ tên": ["Nguyễn An", "Trần Bình", "Lê Chi"],
        "SĐT": ["0912345678", "09x2345678", "0912345679"],
        "Ngày sinh": ["01/02/1990", "31/02/1991", "03/04/1992"],
        "Giới tính": ["nam", "nữ", "nữ"],
        "Ghi chú": ["gọi 0987654321", "chị Hoa", "=1+1"],
    }
    return pd.DataFrame(usual | columns)


def downloaded(page: str) -> list[list[str]]:
    (content,) = re.findall(r'href="data:text/csv;charset=utf-8;base64,([^"]*)"', page)
    return list(csv.reader(io.StringIO(b64decode(content).decode("utf-8-sig"))))


def page_of(report: pp.Report | pp.Bundle, folder: Path, **how: bool) -> str:
    return report.to_html(folder / "page.html", **how).read_text(encoding="utf-8")


def test_the_wrong_cells_stand_among_their_neighbors() -> None:
    report = people().pango.validate("customer-identity")
    held = rows_in_context(report.examined, 10)
    assert [name for name, _ in held.columns] == [
        "Mã KH",
        "Họ tên",
        "SĐT",
        "Ngày sinh",
        "Giới tính",
    ]
    (row,) = held.rows
    assert [cell.severity for cell in row.cells] == ["", "", "error", "error", ""]
    assert [cell.text for cell in row.cells] == ["K•••••••02", "T••• ••••", "0•••••••78",
                                                 "••/••/••••", "nữ"]  # fmt: skip
    assert row.cells[3].shape == "31/02/yyyy"
    html = report._repr_html_()
    (line,) = re.findall(r'<tr><td class="pp-n">1</td>.*', html)
    assert re.findall(r'<td class="pp-bad pp-error">.*?<code[^>]*>(.*?)</code>', line) == [
        "0•••••••78", "••/••/••••",
    ]  # fmt: skip


def test_columns_that_become_no_field_are_nowhere(tmp_path: Path) -> None:
    report = people().pango.validate("customer-identity")
    for html in (report._repr_html_(), page_of(report, tmp_path)):
        assert "chị Hoa" not in html
        assert "31/02/1991" not in html
    assert "Hoa" not in str(downloaded(page_of(report, tmp_path)))


def test_every_kind_of_error_has_a_row(tmp_path: Path) -> None:
    n_bad = 200
    frame = pd.DataFrame(
        {
            "customerId": [str(row) for row in range(n_bad + 1)],
            "fullName": "An",
            "phone": ["12"] * n_bad + ["0912345678"],
            "dob": ["01/02/1990"] * n_bad + ["31/02/1990"],
        }
    )
    held = rows_in_context(frame.pango.validate("customer-identity").examined, 50)
    assert (len(held.rows), held.n_rows) == (50, n_bad + 1)
    assert held.rows[-1].row == n_bad


def test_many_columns_are_shown_with_the_wrong_ones_among_them() -> None:
    first = pp.CustomerIdentity.fields()
    others = [name for name, facts in first.items() if facts.type == "String"][:20]
    frame = pd.DataFrame({name: ["x"] for name in others}).assign(
        customerId="1", fullName="An", phone="12", dob="31/02/1990"
    )
    held = rows_in_context(frame.pango.validate("customer-identity").examined, 5)
    shown = {field for _, field in held.columns}
    assert len(shown) == 8 < held.n_columns
    assert shown >= {"customerId", "phone", "dob"}


@pytest.mark.parametrize("reveal", [False, True])
def test_the_failing_rows_are_downloaded(tmp_path: Path, reveal: bool) -> None:
    frame = people(**{"Ghi chú": ["", '=HYPERLINK("x")', ""], "Row": ["a", "b", "c"]})
    report = frame.pango.validate("customer-identity")
    page = page_of(report, tmp_path, reveal=reveal)
    heads, line = downloaded(page)
    reason = "dob: there is no such day or time; phone: not a valid phone number"
    told = dict(zip(heads, line, strict=True))
    assert set(told.pop("Reason").split("; ")) == set(reason.split("; "))
    if reveal:
        assert told == {
            "Row_": "1", "Mã KH": "KH00000002", "Họ tên": "Trần Bình", "SĐT": "09x2345678",
            "Ngày sinh": "31/02/1991", "Giới tính": "nữ", "Ghi chú": "'=HYPERLINK(\"x\")",
            "Row": "b",
        }  # fmt: skip
        assert "<code>Trần Bình</code>" in re.sub(r' data-shape="[^"]*"', "", page)
    else:
        assert told == {"Row": "1", "Giới tính": "nữ"}
        assert "Trần" not in page
        assert "09x2345678" not in page


def test_a_page_holds_some_rows_of_many(tmp_path: Path) -> None:
    n_bad = MAX_ROWS + 5
    frame = pd.DataFrame({"customerId": range(n_bad), "fullName": "An", "phone": "12"})
    page = page_of(frame.pango.validate("customer-identity"), tmp_path)
    assert len(downloaded(page)) == 1 + MAX_ROWS
    assert f"The first of {n_bad:,} rows." in page


def test_where_no_row_is_held_there_is_nothing_to_show(tmp_path: Path) -> None:
    report = people().drop(index=1).pango.validate("customer-identity")
    for html in (report._repr_html_(), page_of(report, tmp_path)):
        assert "data:text/csv" not in html
        assert '<table class="pp-context">' not in html


def test_a_bundle_has_them_frame_by_frame(tmp_path: Path) -> None:
    photos = pd.DataFrame({"customerId": ["1"], "source": "web", "imageUrl": "no address"})
    bundle = pp.validate_all({"customer-identity": people(), "customer-identity-photo": photos})
    page = page_of(bundle, tmp_path)
    assert re.findall(r'download="(.*?)"', page) == [
        "held customer-identity.csv", "held customer-identity-photo.csv",
    ]  # fmt: skip
    assert page.count('<table class="pp-context">') == 2
    with pytest.raises(pp.UsageError, match="reveal must be True or False"):
        bundle.to_html(tmp_path / "x.html", reveal="yes")  # type: ignore[arg-type]
