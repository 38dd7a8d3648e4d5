"""Formulas that nobody calculated are no values."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

import pangoprep  # noqa: F401 - registers the accessor
from pangoprep.normalizers.formula import as_formula, formulas, is_formula


@pytest.mark.parametrize(
    "text",
    [
        "=DATE(1988,6,15)", "=vlookup(A2,Sheet1!A:B,2,0)", "=_xlfn.CONCAT(A1,B1)", "=A1", "=$A$12",
        "= A2 & B2", "=-B2", "=+Sheet1!A1", "='Bảng 1'!C3", "=[1]Sheet1!$A$1", "=R[-1]C", "=RC[-2]",
        '="C"&A2', '="0"&912345678', "=A1:B2", "=(1+2)", "=(TenKhach)", "=IF(A1=\n1,2,3)",
        '=TEXT(A2,"00000")', "=@A1", "=-(A1+B1)",
    ],
)  # fmt: skip
def test_a_formula_is_told(text: str) -> None:
    assert is_formula(text)


@pytest.mark.parametrize(
    "text",
    [
        '="0912345678"', '="Nguyễn An"', '="12 Lê Lợi"', "=0912345678", "=KH001", "=)) An", "=",
        "==", "An", "A1", "=A1@gmail.com", "=> xem lại", "DATE(1988,6,15)", "=C1_x", "",
    ],
)  # fmt: skip
def test_what_only_begins_like_one_is_none(text: str) -> None:
    assert not is_formula(text)


@pytest.mark.parametrize("text", ["A1*2", "TenKhach", "1+2", "Table1[Tên]", "DATE(1988,6,15)", ""])
def test_a_formula_is_written_so_that_it_is_told(text: str) -> None:
    assert is_formula(as_formula(text))


def test_formulas_are_marked_among_values_in_pieces() -> None:
    values = pa.chunked_array([["=A1", None], ["An", '="An"']], type=pa.large_string())
    assert formulas(values).tolist() == [True, False, False, False]


@pytest.mark.parametrize("field", ["customerId", "fullName", "phone", "dob", "email", "city"])
def test_a_formula_in_any_field_holds_its_row(field: str) -> None:
    frame = pd.DataFrame(
        {"customerId": ["1", "2"], "fullName": ["An", "Chi"], "phone": ["0912345678"] * 2,
         "dob": ["1988-06-15"] * 2, "email": ["an@gmail.com"] * 2, "city": ["Huế"] * 2}
    )  # fmt: skip
    frame.loc[1, field] = "=VLOOKUP(A2,B:C,2,0)"
    report = frame.pango.validate("customer-identity")
    found = report.findings
    assert found.loc[found["severity"] == "error", ["rule", "field"]].to_numpy().tolist() == [
        ["cell.formula_not_calculated", field]
    ]
    assert report.n_held == 1
    assert "Write the value itself; Excel does" in str(found["message"].tolist())
    assert "VLOOKUP" not in str(report.summary()) + repr(report)
    blank = frame.pango.validate("customer-identity", unreadable="blank")
    assert blank.n_held == (field in ("customerId", "fullName"))


def test_the_rule_of_formulas_can_be_ignored_like_any() -> None:
    frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["0912345678"]})
    frame["city"] = "=A1"
    assert frame.pango.validate(ignore=["cell.formula_not_calculated"]).n_held == 0
    assert frame.pango.clean()["city"].isna().all()
