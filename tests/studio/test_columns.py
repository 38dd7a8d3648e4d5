"""The tab of columns: what is asked, side by side, and how it is answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.studio.columns import N_COLUMNS
from pangoprep.studio.session import Session
from tests.studio.pages import Page, messy


def shop(**more: Any) -> pd.DataFrame:
    """An export of a shop: a City that holds districts, and four columns of addresses."""
    columns = {
        "Mã KH": [f"C{n}" for n in range(6)],
        "Họ tên": ["Lê An", "Trần Chi", "Vũ Tú", "Ngô Bình", "Đỗ Hà", "Lý Na"],
        "Phone": [f"091234567{n}" for n in range(6)],
        "City": ["Quận 1", "Cầu Giấy", "Hải Châu", "Quận 3", "Ninh Kiều", "Đống Đa"],
        "Province": ["Hồ Chí Minh", "Hà Nội", "Đà Nẵng", "Hồ Chí Minh", "Cần Thơ", "Hà Nội"],
        "Address1": "12 Lê Lợi",
        "Address2": "Tầng 2",
        "Địa chỉ giao hàng": "3 Hai Bà Trưng",
        "Địa chỉ": "9 Lý Thường Kiệt",
        "Ghi chú": "gọi lại",
    }
    return pd.DataFrame(columns | more)


def page_of(frame: pd.DataFrame, **options: Any) -> Page:
    return Page(Session(frame.pango.workbench("customer-identity", **options)))


def cards(page: Page) -> dict[str, dict[str, tuple[str, list[str]]]]:
    """By title, of each column what it is and what it could become."""
    return {
        card["title"]: {
            one["name"]: (one["field"], [choice["field"] for choice in one["choices"]])
            for one in card["columns"]
        }
        for card in page.ask("columns")["cards"]
    }


def place_of(page: Page, name: str) -> int:
    listed = page.ask("columns")["columns"]
    return next(one["place"] for one in listed if one["name"] == name)


def test_city_and_province_stand_side_by_side_with_their_samples() -> None:
    page = page_of(shop())
    assert cards(page)["Which field is City?"] == {
        "City": ("", ["district", "city"]), "Province": ("city", ["district", "city"]),
    }  # fmt: skip
    card = page.ask("columns")["cards"][0]
    assert "'Province' does" in card["text"]
    page.ask("reveal", on=True)
    card = page.ask("columns")["cards"][0]
    assert [one["samples"][0] for one in card["columns"]] == ["Quận 1", "Hồ Chí Minh"]
    page.ask("act", action="map", column=card["columns"][0]["place"], field="district")
    assert "Which field is City?" not in cards(page)
    ready = page.session.desk.bench.report.ready
    assert ready[["district", "city"]].iloc[0].to_list() == ["Quận 1", "Hồ Chí Minh"]


def test_four_columns_of_addresses_are_one_card_and_another_one_can_be_taken() -> None:
    page = page_of(shop())
    title = "4 columns sound like address"
    assert {name: field for name, (field, _) in cards(page)[title].items()} == {
        "Địa chỉ": "address", "Address1": "", "Address2": "", "Địa chỉ giao hàng": "",
    }  # fmt: skip
    (told,) = [one["text"] for one in page.ask("columns")["cards"] if one["title"] == title]
    assert "df.pango.unfold('customer-identity-address')" in told
    page.ask("act", action="map", column=place_of(page, "Address1"), field="address")
    assert page.session.desk.bench.report.ready["address"].iloc[0] == "12 Lê Lợi"


def test_two_columns_with_the_same_right_open_held_until_one_is_chosen() -> None:
    mails = {"Email": [f"a{n}@congty.vn" for n in range(6)], "E-mail": "b@congty.vn"}
    with pytest.raises(pp.PangoprepError, match="2 columns could be email"):
        shop(**mails).pango.validate("customer-identity")
    page = page_of(shop(**mails))
    opened = page.ask("open")
    assert (opened["tab"], opened["state"]["n_ready"]) == ("columns", 0)
    assert opened["problems"][0]["rule"] == "column.several"
    asked = cards(page)["2 columns could be email"]
    assert asked == {"Email": ("", ["email"]), "E-mail": ("", ["email"])}
    page.ask("act", action="map", column=place_of(page, "Email"), field="email")
    assert (page.ask("open")["tab"], page.session.desk.bench.report.n_ready) == ("fix", 6)
    assert page.session.desk.bench.report.ready["email"].iloc[1] == "a1@congty.vn"
    # The other questions are still asked, and columns keep why they were taken.
    assert cards(page)["Which field is City?"]["City"] == ("", ["district", "city"])
    why = {one["name"]: one["reasons"] for one in page.ask("columns")["columns"]}
    assert why["Email"] == "100.0 %, you said so"
    assert why["Mã KH"] == "100.0 %, a known spelling (Mã KH)"
    page.ask("undo")
    assert page.session.desk.bench.report.n_held == 6


def test_what_a_choice_of_columns_changed_is_told_by_fields() -> None:
    page = page_of(shop())
    told = page.ask(
        "act",
        action="map",
        column=place_of(page, "Ghi chú"),
        field="customFieldTexts.customField01",
    )
    assert told["text"].endswith("6 cells of customFieldTexts.customField01 are sent now.")
    told = page.ask("act", action="map", column=place_of(page, "Address1"), field="address")
    assert told["notes"] == ["“Địa chỉ” is not sent any more: address is taken from “Address1” now"]
    assert "6 cells of address have another value now." in told["text"]
    told = page.ask("act", action="map", column=place_of(page, "Phone"), field="")
    assert "6 cells of phone are not sent any more." in told["text"]


def test_a_column_that_is_no_field_becomes_a_custom_field() -> None:
    page = page_of(shop())
    offered = [one["field"] for one in page.ask("columns")["custom"]]
    assert offered == [
        "customFieldTexts.customField01", "customFieldLongs.customFieldLong01",
        "customFieldTimestamps.customFieldTimestamp01", "customFieldListTexts.customFieldList01",
    ]  # fmt: skip
    page.ask("act", action="map", column=place_of(page, "Ghi chú"), field=offered[0])
    ready = page.session.desk.bench.report.ready
    assert set(ready["customFieldTexts.customField01"]) == {"gọi lại"}
    offered = [one["field"] for one in page.ask("columns")["custom"]]
    assert offered[:2] == ["customFieldTexts.customField01", "customFieldTexts.customField02"]
    emails = pd.DataFrame({"customerId": ["1"], "email": ["a@b.vn"], "emailType": ["Personal"]})
    other = Page(Session(emails.pango.workbench("customer-identity-email")))
    assert other.ask("columns")["custom"] == []  # the entity has none


def test_a_column_that_could_be_a_field_can_be_a_custom_field_instead() -> None:
    page = page_of(shop(**{"Hạng thẻ": ["Vàng", "Bạc", "Vàng", "Bạc", "Vàng", "Bạc"]}))
    custom = "customFieldTexts.customField01"
    choices = cards(page)["Which field is Hạng thẻ?"]["Hạng thẻ"][1]
    assert choices == ["customerGroup", custom]
    page.ask("act", action="map", column=place_of(page, "Hạng thẻ"), field=custom)
    assert "Which field is Hạng thẻ?" not in cards(page)
    assert page.session.desk.bench.report.ready[custom].iloc[0] == "Vàng"


def test_a_constant_is_told_as_it_is_said_and_a_made_id_by_its_fields() -> None:
    page = page_of(shop().drop(columns="Mã KH"))
    page.ask("act", action="make", field="customerId")
    page.ask("act", action="constants", field="email", new="chung@congty.vn")
    told = {one["field"]: one["value"] for one in page.ask("columns")["constants"]}
    assert told == {"customerId": "made from phone", "email": "•••"}
    page.ask("reveal", on=True)
    told = {one["field"]: one["value"] for one in page.ask("columns")["constants"]}
    assert told["email"] == "chung@congty.vn"


def test_what_is_left_open_is_counted_and_a_column_that_is_not_sent_says_why() -> None:
    page = page_of(shop().drop(columns=["Address1", "Address2", "Địa chỉ giao hàng"]))
    why = {one["name"]: one["reasons"] for one in page.ask("columns")["columns"]}
    assert why["Ghi chú"] == "no field"
    assert page.ask("open")["state"]["n_questions"] == 1  # which field City is
    place = place_of(page, "City")
    left_out = page.ask("act", action="map", column=place, field="")["state"]
    assert left_out["n_questions"] == 0
    assert page.ask("undo")["state"]["n_questions"] == 1
    lacking = page_of(shop(**{"E-mail": "b@x.vn", "Email": "c@x.vn"}).drop(columns="Mã KH"))
    assert lacking.ask("open")["state"]["n_questions"] == 3  # the id, which email, City


def test_two_columns_of_provinces_are_compared_by_what_they_hold() -> None:
    city = ["Hà Nội", "Đà Nẵng", "Huế", "Cần Thơ", "Hải Phòng", "Hồ Chí Minh"]
    page = page_of(shop(City=city))
    card = next(one for one in page.ask("columns")["cards"] if "sound like city" in one["title"])
    shown = {one["name"]: one["samples"] for one in card["columns"]}
    assert shown["City"] == city[:3]  # a province is nobody's
    assert shown["Province"] == ["Hồ Chí Minh", "Hà Nội", "Đà Nẵng"]
    why = {one["name"]: one["reasons"] for one in page.ask("columns")["columns"]}
    assert why["Province"] == "city, which comes from City"


def test_a_constant_is_added_no_more() -> None:
    page = page_of(shop())
    page.ask("act", action="constants", field="gender", new="female")
    assert set(page.session.desk.bench.report.ready["gender"]) == {"female"}
    done = page.ask("act", action="constants", field="gender")
    assert page.ask("columns")["constants"] == []
    assert "gender" not in page.session.desk.bench.report.ready
    assert done["state"]["undo"] == "values for every row: gender"
    page.ask("undo")
    assert set(page.session.desk.bench.report.ready["gender"]) == {"female"}


def test_a_wide_file_has_pages_of_columns() -> None:
    wide = {f"cột lạ {n}": "x" for n in range(90)}
    page = page_of(shop(**wide))
    first, second = page.ask("columns"), page.ask("columns", offset=N_COLUMNS)
    assert (first["total"], len(first["columns"]), len(second["columns"])) == (100, 50, 50)
    assert second["columns"][0]["place"] == N_COLUMNS
    assert len(first["free"]) > 90


def test_a_problem_of_a_field_without_a_column_leads_to_the_columns() -> None:
    frame = shop(Email="a@congty.vn", **{"E-mail": "chung@congty.vn"}).drop(columns="Phone")
    page = page_of(frame.drop(columns="Họ tên"))
    told = {one["id"]: one for one in page.ask("open")["problems"]}
    for problem in ("email|column.several", "fullName|required.any_of"):
        one = told[problem]
        assert (one["tab"], one["fields"], one["emptied"]) == ("columns", [], False), problem
    place = next(c["place"] for c in page.ask("columns")["columns"] if c["name"] == "Email")
    page.ask("act", action="map", column=place, field="email")
    problems = {one["id"] for one in page.ask("open")["problems"]}
    assert "email|column.several" not in problems


def test_a_frame_without_a_column_that_every_record_needs_opens_with_the_checklist() -> None:
    frame = messy().drop(columns=["Mã KH", "Họ và tên"]).assign(ghi_chu=messy()["Họ và tên"])
    page = Page(Session(frame.pango.workbench("customer-identity")))
    opened = page.ask("open")
    assert (opened["tab"], opened["state"]["n_ready"], opened["state"]["n_held"]) == (
        "columns", 0, 2_000,
    )  # fmt: skip
    columns = page.ask("columns")
    needed = {one["label"]: (one["ok"], one["make"], one["lacks"]) for one in columns["needed"]}
    assert needed == {
        "customerId": (False, ["phone", "email"], ["customerId"]),
        "phone or email": (True, [], []),
        "fullName or firstName + lastName": (False, [], ["fullName", "firstName"]),
    }
    page.ask("act", action="make", field="customerId")
    assert page.session.desk.bench.report.n_ready == 0  # the name is missing still
    place = next(one["place"] for one in columns["columns"] if one["name"] == "ghi_chu")
    page.ask("act", action="map", column=place, field="fullName")
    assert page.ask("open")["tab"] == "fix"
    assert page.session.desk.bench.report.n_ready > 1_700
    page.ask("undo")
    page.ask("undo")
    assert page.ask("open")["tab"] == "columns"


def test_columns_that_are_a_record_each_become_a_file_of_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wide = {"Địa chỉ 1": ["1 Lê Lợi", "3 Lê Lợi"], "Địa chỉ 2": ["2 Lê Lợi", None]}
    known = shop()[["Mã KH", "Họ tên", "Phone"]].head(2)
    page = page_of(known.assign(**wide), mapping={"Địa chỉ 1": "address"})
    (card,) = [one for one in page.ask("columns")["cards"] if one.get("unfold")]
    told = card["unfold"]
    assert (told["entity"], told["field"]) == ("customer-identity-address", "addressType")
    assert told["groups"] == ["Địa chỉ 1", "Địa chỉ 2"]
    asked = {"entity": told["entity"], "field": told["field"]}
    assert page.refused("unfold", **asked, values=["Live"])
    assert page.refused("unfold", **asked, values=5)
    assert list(tmp_path.iterdir()) == []
    page.ask("act", action="fix_rows", row=1, field="address", new="4 Lê Lợi")
    saved = page.ask("unfold", **asked, values=["Live", "Work"])
    assert "3 rows of customer-identity-address" in saved["text"]
    assert saved["code"] == (
        "pp.read('customer-identity-address.csv').pango.studio('customer-identity-address')"
    )
    rows = pp.read("customer-identity-address.csv")[["customerId", "addressType", "address"]]
    assert rows.to_numpy().tolist() == [
        ["C0", "Live", "1 Lê Lợi"], ["C0", "Work", "2 Lê Lợi"], ["C1", "Live", "4 Lê Lợi"],
    ]  # fmt: skip


@pytest.mark.parametrize("how", ["made of the phone", "a column with another name"])
def test_records_of_each_column_have_the_id_wherever_it_comes_from(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wide = {"Email 1": ["a@b.vn", "x"], "Email 2": ["c@d.vn", None]}
    frame = shop()[["Mã KH", "Họ tên", "Phone"]].head(2).assign(**wide)
    frame = frame.rename(columns={"Mã KH": "Số thứ hai"})
    page = page_of(frame, fixes={"email": {"x": "e@f.vn"}}, mapping={"Email 1": "email"})
    if how == "made of the phone":
        page.ask("act", action="make", field="customerId")
    else:
        place = place_of(page, "Số thứ hai")
        page.ask("act", action="map", column=place, field="customerId")
    (card,) = [one["unfold"] for one in page.ask("columns")["cards"] if one.get("unfold")]
    kinds = ["Personal", "Business"]
    page.ask("unfold", entity=card["entity"], field=card["field"], values=kinds)
    rows = pp.read("customer-identity-email.csv")[["customerId", "email"]]
    first, second = ["0912345670", "0912345671"] if how == "made of the phone" else ["C0", "C1"]
    assert rows.to_numpy().tolist() == [[first, "a@b.vn"], [first, "c@d.vn"], [second, "e@f.vn"]]


def test_columns_that_could_be_the_same_field_are_one_question() -> None:
    wide = {"Địa chỉ 1": ["1 Lê Lợi", "3 Lê Lợi"], "Địa chỉ 2": ["2 Lê Lợi", None]}
    page = page_of(shop()[["Mã KH", "Họ tên", "Phone"]].head(2).assign(**wide))
    assert page.ask("open")["state"]["n_questions"] == 1
    (card,) = page.ask("columns")["cards"]
    assert card["title"] == "2 columns sound like address"
    assert [one["name"] for one in card["columns"]] == [*wide]
    assert card["text"].startswith("None of them is sent until you choose one. To send them all")
    place = card["columns"][1]["place"]
    done = page.ask("act", action="map", column=place, field="address")
    assert done["state"]["n_questions"] == 0
    (card,) = page.ask("columns")["cards"]
    assert card["text"].startswith("One of them is sent; take another one where that fits better.")


def test_columns_that_are_joined_for_a_field_are_named() -> None:
    page = page_of(shop())
    page.ask("act", action="constants", field="address", new="{Address1}, {Address2} riêng tư")
    (told,) = page.ask("columns")["constants"]
    assert told["value"] == "joined from Address1, Address2"  # what stands between could be theirs
    assert page.session.desk.bench.report.ready["address"].iloc[0] == "12 Lê Lợi, Tầng 2 riêng tư"
