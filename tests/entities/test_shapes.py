"""Shapes tell what is wrong with a value and not what it is."""

from __future__ import annotations

import pyarrow as pa
import pytest

import pangoprep as pp
from pangoprep.entities.shapes import shape

FIELDS = pp.CustomerIdentity.fields()

CASES = {
    "dob": {
        "31/02/1990": "31/02/yyyy",
        "45/13/1990": "45/13/yyyy",
        "15.6.88": "15.6.yy",
        "88-06-15": "##-##-##",  # the first may be the year
        "1988-06-15T10:00:00": "yyyy-06-15A##:##:##",
        "15 Jun 1988": "## Aa yyyy",
        "ngày 5 tháng 6 năm 1990": "a # a # a yyyy",
        "19880615": "########",
        "32309": "#####",
        "1988": "yyyy",
        "31/02/1984 Lan": "31/02/yyyy Aa",
        "3.2309E+4": "3.####E+4",
    },
    "phone": {
        "+84 912 345 678": "+84 9## ### ###",
        "0084912345678": "00849########",
        "(+84) 912345678": "(+84) 9########",
        "0912345678": "09########",
        "912345678.0": "9########.0",
        "8.49123E+10": "8.#####E+10",
        "+1 415 555 1212": "+1 ### ### ####",
        "SĐT: 0912 345 678 (chị Lan)": "AA: 09## ### ### (a Aa)",
        "0912345678 / 0987654321": "09######## / ##########",
        "123": "###",
        "5": "#",
    },
    "email": {
        "an.nguyen@gmail,com": "*@gmail,com",
        "nguyễn@gmail.com": "*?*@gmail.com",
        "a..b@gmail.com": "*..*@gmail.com",
        "an nguyen@yahoo.com.vn": "* *@yahoo.com.vn",
        "an@gmail": "*@gmail",
        "an@nguyenvanan": "a@a",
        "an@nguyen an": "a@a a",
        "an@0912.345.678": "a@####.###.###",
        "không có": "a a",
    },
    "fullName": {
        "Nguyễn Văn AN": "Aa Aa AA",
        "Nguyễn": "Aa",
        "Đặng ĐỨC": "Aa AA",
        "王": "?",
        "": "",
    },
    "customerId": {"KH00123": "AA#####", "7.34E+11": "7.##E+11"},
}


@pytest.mark.parametrize("field", CASES)
def test_a_shape_keeps_what_tells_the_mistake(field: str) -> None:
    cases = CASES[field]
    found = shape(pa.array(list(cases)), FIELDS[field]).to_pylist()
    assert dict(zip(cases, found, strict=True)) == cases


@pytest.mark.parametrize("field", CASES)
@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_a_null_has_no_shape(field: str, kind: pa.DataType) -> None:
    assert shape(pa.array([None, None], kind), FIELDS[field]).to_pylist() == [None, None]
    assert shape(pa.array([], kind), FIELDS[field]).to_pylist() == []


def test_a_field_nobody_knows_shows_signs_only() -> None:
    texts = pa.array(["0912345678", "an@gmail.com", None])
    assert shape(texts, None).to_pylist() == ["##########", "a@a.a", None]


def test_a_decomposed_letter_is_one_letter() -> None:
    composed, apart = shape(pa.array(["Nguyễn", "Nguyễn"]), None).to_pylist()
    assert composed == apart == "Aa"


@pytest.mark.parametrize("field", CASES)
def test_a_slice_has_the_shapes_of_its_own_values(field: str) -> None:
    texts = pa.array([*CASES[field], None])
    whole = shape(texts, FIELDS[field]).to_pylist()
    assert shape(texts.slice(1), FIELDS[field]).to_pylist() == whole[1:]
