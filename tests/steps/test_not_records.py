"""Lines that are no records: told from records with the same words, however the table is cut."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import pangoprep as pp

COLUMNS = ["STT", "Mã KH", "Họ tên", "SĐT", "Điểm"]
RECORD = ["1", "C1", "Nguyễn An", "0912345678", "1.250"]


def frame(*rows: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame([[*row, *[None] * (5 - len(row))] for row in rows], columns=COLUMNS)


@pytest.mark.parametrize(
    "row",
    [
        ["Tổng cộng", None, None, None, "1.250"],
        ["TỔNG CỘNG:"],
        [None, None, "Tổng cộng: 120 khách hàng"],
        ["Tổng", None, "2 khách hàng", None, "1.250.000 đ"],
        ["Cộng", None, None, "1 250", "98,5%"],
        [None, "Cộng trang", None, None, "12"],
        ["Grand total", None, None, None, "99"],
        ["Subtotal"],
        [None, "Tổng số khách hàng: 12"],
        ["Bằng chữ: một triệu hai trăm nghìn đồng"],
        ["Người lập biểu", None, "Kế toán trưởng", None, "Giám đốc"],
        [None, None, None, "(Ký, ghi rõ họ tên)"],
        ["(Ký, họ tên)", None, "(Ký, họ tên, đóng dấu)"],
        [None, None, None, "Hà Nội, ngày 15 tháng 06 năm 2026"],
        [None, None, None, "Ngày ..... tháng ..... năm ....."],
        ["Prepared by: An", None, None, "Approved by"],
        ["Trang 1/3"],
        [None, None, "Page 2 of 10"],
        ["--- Hết ---"],
        ["(2 rows affected)"],
        ["120 rows selected."],
        ["Ngày in: 15/06/2026 08:00"],
        ["-----", "----------", "------", "-----", "-----"],
        ["STT", "Mã KH", "Họ tên", "SĐT", "Điểm"],
        ["stt", "MÃ KH", "Họ  tên", "sđt", None],
        ["No.", "customerId", "fullName", "phone", "point"],
        [None, "Customer ID", "Full name", "Phone number", "Loyalty points"],
        ["No.", "Code", "Name", "Phone", "Points"],
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        ["1", "2", "3", "4", "5=4x2"],
        ["A", "B", "1", "2", "3"],
        ["[1]", None, "[2]", "[3]"],
        ["(Ký họ tên)", None, "(Ký họ tên, đóng dấu)"],
        ["(Đã ký)", None, "Cửa hàng trưởng"],
        ["*** Hết ***"],
        ["Người in: admin"],
        ["Applied filters: Tỉnh is Hà Nội"],
        ["Nhóm khách hàng: VIP"],
    ],
)
def test_a_line_that_is_no_record(row: list[str | None]) -> None:
    report = frame(RECORD, row).pango.validate("customer-identity")
    found = report.findings
    assert found.loc[found["row"] == 1, "rule"].tolist() == ["row.not_a_record"]
    assert (report.n_rows, report.n_ready, report.n_held, report.n_not_records) == (2, 1, 0, 1)
    assert report.not_records.index.tolist() == [1]
    assert report.rows["state"].tolist() == ["ready", "no record"]
    assert "1 of 1 row is ready" in str(report)
    assert "1 line is no record" in str(report)
    assert report.ok


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (["2", "C2", "Tổng Công ty Điện lực", "0912345679"], "ready"),
        (["2", "C2", "Tổng Cộng", "0912345679"], "ready"),
        (["2", "C2", "Trang", "0912345679"], "ready"),
        (["2", "TONG", "Nguyễn Tổng", "0912345679"], "ready"),
        ([None, None, "Tổng", "0912345679"], "held"),
        ([None, None, "Nguyễn Văn An"], "held"),
        ([None, None, "Giám đốc Nguyễn Văn An"], "held"),
        (["Tổng cộng", None, "Nguyễn Văn An"], "held"),
        (["Tổng cộng", None, None, "0912345679"], "held"),
        (["Tổng cộng", None, None, "84912345679"], "held"),
        (["Chi nhánh Hà Nội"], "held"),
        (["1", "2", "An"], "held"),
        (["2", "3", "4"], "held"),
        (["1", "3", "5"], "held"),
        (["Name", "Code", "An", "Bình"], "held"),
        ([None, None, None, None, "1.250"], "held"),
        (["2", "C2", "Họ tên"], "held"),
        (["STT"], "held"),
        ([None, "Email", "Nguyễn An", "0912345679"], "ready"),
    ],
)
def test_records_with_such_words_stay(row: list[str | None], state: str) -> None:
    report = frame(RECORD, row).pango.validate("customer-identity")
    assert report.rows["state"].tolist() == ["ready", state]
    assert report.n_not_records == 0


def test_they_neither_win_nor_share_a_key() -> None:
    again = ["STT", "Mã KH", "Họ tên", "SĐT"]
    rows = frame(RECORD, again, again, ["2", "C2", "Bình", "0912345679"])
    for duplicates in ("last", "hold"):
        report = rows.pango.validate("customer-identity", duplicates=duplicates)
        assert (report.n_ready, report.n_held, report.n_superseded) == (2, 0, 0)
        assert set(report.findings["rule"]) <= {"row.not_a_record", "unused"}


def test_options_judge_them_like_any_row_or_hold_them() -> None:
    rows = frame(RECORD, ["Tổng cộng"], ["STT", "Mã KH", "Họ tên", "SĐT"])
    ignored = rows.pango.validate("customer-identity", ignore=["row.not_a_record"])
    assert (ignored.n_held, ignored.n_not_records) == (2, 0)
    assert "required.missing" in set(ignored.findings["rule"])
    recipe = ignored.recipe()
    assert rows.pango.validate(recipe=recipe).n_not_records == 0
    held = rows.pango.validate("customer-identity", severity={"row.not_a_record": "error"})
    assert (held.n_held, held.n_not_records) == (2, 0)


def test_numbers_that_pandas_read_are_amounts() -> None:
    rows = pd.DataFrame(
        {"customerId": ["C1", None], "fullName": ["An", "Tổng cộng"], "phone": ["0912345678", None],
         "spent": [1250.5, 1250.5]}
    )  # fmt: skip
    assert rows.pango.validate("customer-identity").n_not_records == 1


def test_the_report_in_vietnamese_and_as_a_document(tmp_path: Path) -> None:
    report = frame(RECORD, ["Tổng cộng"], ["Trang 1/2"]).pango.validate(
        "customer-identity", lang="vi"
    )
    assert "2 dòng không phải bản ghi" in " ".join(str(report).split())
    report.to_html(tmp_path / "a.html")
    assert "2 dòng không phải bản ghi" in (tmp_path / "a.html").read_text("utf-8")


def test_parts_set_the_same_lines_apart(tmp_path: Path) -> None:
    lines = ["Mã KH,Họ tên,SĐT"]
    for n in range(60):
        lines.append(f"C{n},Nguyễn An,09123456{n:02}")
        lines += ["Mã KH,Họ tên,SĐT"] * (n % 7 == 0) + ["Cộng trang,,"] * (n % 11 == 0)
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines), "utf-8")
    whole = pp.read(path).pango.validate("customer-identity")
    parts = pp.scan(path, rows=10).pango.validate("customer-identity")
    for report in (whole, parts):
        assert (report.n_ready, report.n_held, report.n_not_records) == (60, 0, 15)
    assert parts.rows["state"].tolist() == whole.rows["state"].tolist()
    assert parts.not_records.equals(whole.not_records)
    assert parts.summary().equals(whole.summary())


def test_a_workbook_keeps_repeated_headers_and_says_so(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["", "Khách", "Khách"],
        ["Mã KH", "Họ tên", "SĐT"],
        ["C1", "An", "0912345678"],
        ["Mã KH", "Họ tên", "SĐT"],
        ["C2", "Bình", "0912345679"],
        ["Tổng cộng", None, 2],
    ):
        book.active.append(row)  # fmt: skip
    book.save(tmp_path / "a.xlsx")
    report = pp.read(tmp_path / "a.xlsx").pango.validate("customer-identity")
    assert report.not_records.index.tolist() == [4, 6]
    assert report.n_ready == 2


def test_a_send_counts_records_only(tmp_path: Path) -> None:
    rows = frame(RECORD, ["Tổng cộng"], ["2", "C2", "Bình", "12"])
    with pp.Sandbox() as sandbox:
        result = rows.pango.send(
            "customer-identity", source="CRM", client=sandbox.client(), ledger=tmp_path / "l.db"
        )
        counts = dict(result.counts)
        assert (counts["accepted"], counts["held"], sum(counts.values())) == (1, 1, 2)
        assert result.rows["state"].tolist() == ["accepted", "no record", "held"]
        assert len(sandbox.records("customer-identity")) == 1
