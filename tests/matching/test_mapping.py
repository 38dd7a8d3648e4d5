"""Matching with what columns hold: certain, asked, or left alone."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.errors import AmbiguousEntityError, ColumnNamesError, MissingColumnError, OptionError

N = 30
PHONES = [f"09123456{n:02}" for n in range(N)]
EMAILS = [f"an{n}@gmail.com" for n in range(N)]
NAMES = [f"Nguyễn Văn {'ABCDEFGHIJ'[n % 10]}n" for n in range(N)]
BASE = {"Mã KH": [f"C{n}" for n in range(N)], "Họ tên": NAMES}


def test_what_a_column_holds_suggests_a_field_but_never_decides() -> None:
    frame = pd.DataFrame(BASE | {"column C": PHONES, "Liên lạc": EMAILS, "Ghi chú": ["x"] * N})
    found = frame.pango.map("customer-identity")
    assert found.fields == {"Mã KH": "customerId", "Họ tên": "fullName"}
    assert found.uncertain == {"column C": ["phone"], "Liên lạc": ["email"]}
    assert found.unclaimed == ["Ghi chú"]
    assert "holds phone numbers" in found.questions[0]
    with pytest.raises(MissingColumnError, match=r"mapping=\{'column C': 'phone'\}"):
        frame.pango.validate()
    report = frame.pango.validate(mapping={"column C": "phone"})
    assert report.n_ready == N
    assert report.mapping.fields["column C"] == "phone"


def test_a_header_that_its_column_contradicts_is_asked_about() -> None:
    frame = pd.DataFrame(BASE | {"SĐT": EMAILS, "Điện thoại 2": PHONES, "email": EMAILS})
    found = frame.pango.map("customer-identity")
    assert "SĐT" not in found.fields
    assert found.uncertain["SĐT"] == ["phone"]
    assert "but it holds email addresses" in " ".join(found.questions)


def test_phone_numbers_under_another_header_are_phone_numbers() -> None:
    frame = pd.DataFrame({"Mã KH": BASE["Mã KH"], "Họ tên": PHONES, "SĐT": NAMES})
    found = frame.pango.map("customer-identity")
    assert found.fields == {"Mã KH": "customerId", "Họ tên": "phone"}
    assert found.uncertain == {"SĐT": ["fullName"]}
    assert "holds phone numbers, though its header says fullName" in found.table()["why"][1]


def test_dirt_contradicts_nothing() -> None:
    frame = pd.DataFrame(BASE | {"SĐT": ["không có", "912345678", "", None, "x"] * 6,
                                 "Ngày sinh": ["32309", "1988", "?", None, "15/6/88"] * 6,
                                 "Giới tính": ["1", "2", "0", "x", None] * 6})  # fmt: skip
    assert len(frame.pango.map("customer-identity").fields) == 5


def test_two_candidates_for_one_field_are_shown() -> None:
    frame = pd.DataFrame(BASE | {"SĐT": PHONES, "Mobile": PHONES})
    found = frame.pango.map("customer-identity")
    assert found.rivals == {"phone": ["SĐT", "Mobile"]}
    assert set(found.uncertain) == {"SĐT", "Mobile"}
    assert found.questions == [
        "2 columns could be phone ('SĐT', 'Mobile'): choose one, such as mapping={'SĐT': 'phone'}"
    ]
    with pytest.raises(ColumnNamesError, match="2 columns could be phone"):
        frame.pango.validate("customer-identity")
    assert frame.pango.validate("customer-identity", mapping={"Mobile": "phone"}).ok
    assert frame.pango.validate("customer-identity", mapping={"SĐT": ""}).ok


def test_a_column_nobody_claims_can_be_a_custom_field_with_its_type_checked() -> None:
    frame = pd.DataFrame(
        BASE | {"SĐT": PHONES, "Hạng thẻ": ["VIP"] * N, "Số con": ["2"] * (N - 1) + ["hai"]}
    )
    mapping = {
        "Hạng thẻ": "customFieldTexts.customField01",
        "Số con": "customFieldLongs.customFieldLong01",
    }
    report = frame.pango.validate("customer-identity", mapping=mapping)
    assert report.n_held == 1
    assert report.ready["customFieldTexts.customField01"].unique().tolist() == ["VIP"]
    assert report.ready["customFieldLongs.customFieldLong01"].unique().tolist() == [2]


def test_clean_and_send_take_a_mapping_too() -> None:
    frame = pd.DataFrame(BASE | {"Liên lạc": PHONES})
    mapping = {"Liên lạc": "phone"}
    assert frame.pango.clean(mapping=mapping)["phone"].tolist() == PHONES
    with pp.Sandbox() as cdp:
        result = frame.pango.send(client=cdp.client(), source="CRM", mapping=mapping, resend=True)
        assert result.counts["accepted"] == N
        assert sorted(cdp.records("customer-identity")["phone"]) == PHONES


def test_the_map_shows_itself() -> None:
    frame = pd.DataFrame(BASE | {"SĐT phụ": PHONES, "<b>": ["x"] * N})
    found = frame.pango.map("customer-identity")
    table = found.table()
    assert table.columns.tolist() == ["column", "field", "confidence", "taken", "why"]
    assert table["taken"].tolist() == [True, True, False, False]
    html = found._repr_html_()
    assert "SĐT phụ" in html
    assert "<b>&lt;" not in html
    assert "&lt;b&gt;" in html


def test_values_never_show_in_a_map() -> None:
    frame = pd.DataFrame(BASE | {"Liên lạc": PHONES, "Email": EMAILS})
    found = frame.pango.map("customer-identity")
    shown = repr(found) + found._repr_html_() + " ".join(found.questions)
    assert not [value for value in (*PHONES, *EMAILS, *NAMES) if value in shown]


def test_the_sheet_tells_the_entity_where_the_columns_do_not() -> None:
    frame = pd.DataFrame({"Mã KH": ["1"], "Email": ["a@gmail.com"], "x": ["1"]})
    frame.attrs["pangoprep.source"] = {"sheet": "customer-identity-email"}
    assert frame.pango.map().entity == "customer-identity"  # the columns win
    frame = frame.rename(columns={"Mã KH": "a", "Email": "b"})
    assert frame.pango.map().entity == "customer-identity-email"
    frame.attrs.clear()
    with pytest.raises(AmbiguousEntityError):
        frame.pango.map()


@pytest.mark.parametrize(
    ("mapping", "error"),
    [
        ({"Số": "phone"}, ColumnNamesError),
        ({"SĐT": "telephone"}, ColumnNamesError),
        ([("SĐT", "phone")], OptionError),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(mapping: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="mapping"):
        pd.DataFrame(BASE | {"SĐT": PHONES}).pango.validate(mapping=mapping)


def test_columns_of_any_name_can_be_mapped() -> None:
    frame = pd.DataFrame({0: ["C1"], 1: ["An"], 2: ["0912345678"]})
    mapping = {0: "customerId", 1: "fullName", 2: "phone"}
    assert frame.pango.validate("customer-identity", mapping=mapping).ok


# The hand-labelled table: one frame per name, each header with its cells

CASES = Path(__file__).parents[1] / "cases" / "header_columns.csv"
LABELLED: dict[str, list[dict[str, str]]] = {}
for row in csv.DictReader(CASES.read_text(encoding="utf-8").splitlines()):
    LABELLED.setdefault(row["frame"], []).append(row)


@pytest.mark.parametrize("name", LABELLED)
def test_headers_and_cells_together_tell_the_field(name: str) -> None:
    rows = LABELLED[name]
    frame = pd.DataFrame(
        {row["header"]: pd.Series(row["cells"].split("|") * 6)[:60] for row in rows}
    )
    found = frame.pango.map(rows[0]["entity"])
    taken = {row["header"]: row["expected"] for row in rows if row["expected"]}
    asked = {row["header"]: row["asked"].split() for row in rows if row["asked"]}
    assert found.fields == taken
    assert found.uncertain == asked


@pytest.mark.parametrize("text", ["0" * 32_000 + "@", "9 " * 16_000 + "x@", "1." * 16_000])
def test_long_cells_are_looked_at_by_their_beginning(text: str) -> None:
    frame = pd.DataFrame(BASE | {"SĐT": [f"{n}{text}" for n in range(N)], "x": [text] * N})
    # A pattern gone wild would take hours.
    assert frame.pango.map("customer-identity").fields["SĐT"] == "phone"


class StoreVisit(pp.Entity, object_type="store-visit", key=("visitId",)):
    visitId: str = pp.field.identifier("Mã lượt", required=True)
    at: int = pp.field.timestamp("Ngày ghé", required=True)
    spent: float = pp.field.decimal("Spent here")


def test_a_vietnamese_label_of_a_field_of_ones_own_heads_its_column() -> None:
    heads = ["ma luot", "Ngày ghé", "Spent here"]
    frame = pd.DataFrame([["V1", "13/02/2024", "1.250.000đ"]], columns=heads)
    found = frame.pango.map(StoreVisit)
    assert found.fields == {"ma luot": "visitId", "Ngày ghé": "at"}
    assert len(found.questions) == 1  # what an English label says is for developers
    assert frame.pango.validate(StoreVisit).ok


def test_a_column_that_is_not_taken_has_a_custom_field_by_what_it_holds() -> None:
    frame = pd.DataFrame(
        {
            "Mã KH": ["1", "2", "3", "4", "5"],
            "Điểm": ["120", "0", "-5", "30", "45"],
            "Mã cũ": ["0120", "1", "2", "3", "4"],
            "Doanh số": ["1.5", "2", "3", "4", "5"],
            "Mua gần nhất": [f"{day}/10/2025" for day in (13, 14, 15, 16, 17)],
            "Ghi chú": ["a", "b", "c", "d", None],
            "customFieldTexts.customField01": ["x"] * 5,
        }
    )
    assert frame.pango.map("customer-identity").custom_fields == {
        "Điểm": "customFieldLongs.customFieldLong01",
        "Mã cũ": "customFieldTexts.customField02",
        "Doanh số": "customFieldTexts.customField03",
        "Mua gần nhất": "customFieldTimestamps.customFieldTimestamp01",
        "Ghi chú": "customFieldTexts.customField04",
    }
    assert frame.pango.map("customer-identity-email").custom_fields == {}
