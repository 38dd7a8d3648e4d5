"""What the caller adds to rows: constants, columns joined and split, defaults, computed ids."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.errors import ColumnNamesError, OptionError
from pangoprep.id_key import IdKey, find_id_key
from pangoprep.matching.value_templates import parse_template
from pangoprep.matching.written_values import from_texts

KEY = "a key in the user's keeping"
FROM_PHONE = {"customerId": {"from": ["phone"]}}


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANGO_ID_KEY", KEY)


def leads(**columns: list[Any]) -> pd.DataFrame:
    own = {"Họ tên": ["Nguyễn An", "Trần Bình"], "SĐT": ["912345678", "+84 987 654 321"]}
    return pd.DataFrame(own | columns)


def cleaned(frame: pd.DataFrame, values: dict[str, Any], **options: Any) -> pd.DataFrame:
    return frame.pango.validate("customer-identity", values=FROM_PHONE | values, **options).cleaned


@pytest.mark.parametrize(
    ("template", "cells", "joined"),
    [
        ("{A}, {B}", ("12", "Lê Lợi"), "12, Lê Lợi"),
        ("{A}, {B}", (None, "Lê Lợi"), "Lê Lợi"),
        ("{A}, {B}", ("12", None), "12"),
        ("{A}, {B}", ("  ", "N/A"), None),
        ("{A}, P.{B}", ("12 Lê Lợi", "5"), "12 Lê Lợi, P.5"),
        ("{A}, P.{B}", (None, "5"), "P.5"),
        ("{A}, P.{B}", ("12 Lê Lợi", None), "12 Lê Lợi"),
        ("{A} ({B})", ("Lê Lợi", None), "Lê Lợi"),
        ("{A} ({B})", (None, "gần chợ"), "(gần chợ)"),
        ("Số {A}, đường {B}", (None, "Lê Lợi"), "đường Lê Lợi"),
        ("{A}{B}", ("a", "b"), "ab"),
        ("{A}{{}}", ("a", None), "a{}"),
        ("{ A }", ("a", None), "a"),
    ],
)
def test_columns_are_joined_and_what_belongs_to_an_empty_part_goes_with_it(
    template: str, cells: tuple[Any, Any], joined: str | None
) -> None:
    frame = leads(A=[cells[0], "x"], B=[cells[1], "y"])
    found = cleaned(frame, {"address": template}, mapping={"A": "", "B": ""})["address"]
    assert (None if pd.isna(found[0]) else found[0]) == joined


def test_of_three_parts_the_separator_before_a_part_is_its_own() -> None:
    frame = leads(A=["a", None], B=[None, "b"], C=["c", "c"])
    got = cleaned(frame, {"address": "{A}, {B} - {C}"}, mapping=dict.fromkeys("ABC", ""))
    assert got["address"].to_list() == ["a - c", "b - c"]


def test_numbers_are_joined_as_they_are_written() -> None:
    frame = leads(A=[12.0, None], B=["Lê Lợi", "Lê Lai"], C=pd.array([5, None], dtype="Int64"))
    got = cleaned(frame, {"address": "{A} {B}, {C}"}, mapping=dict.fromkeys("ABC", ""))
    assert got["address"].to_list() == ["12 Lê Lợi, 5", "Lê Lai"]


def test_one_column_stands_for_two_fields() -> None:
    got = cleaned(leads(), {"nickNames": "{Họ tên}"})
    assert got["fullName"].to_list() == ["Nguyễn An", "Trần Bình"]
    assert got["nickNames"].to_list() == [["Nguyễn An"], ["Trần Bình"]]


def test_a_header_in_another_unicode_form_is_the_same() -> None:
    import unicodedata

    frame = leads().rename(columns=lambda name: unicodedata.normalize("NFD", name))
    assert cleaned(frame, {"nickNames": "{Họ tên}"})["nickNames"].str.len().to_list() == [1, 1]


def test_constants_stand_in_every_row_in_their_canonical_form() -> None:
    values = {"systemName": " CRM ", "gender": "Nữ", "createdAt": "15/06/2021", "tags": "x"}
    del values["tags"]
    got = cleaned(leads(), values)
    assert got["systemName"].to_list() == ["CRM", "CRM"]
    assert got["gender"].to_list() == ["female", "female"]
    assert got["timezoneGmt"].to_list() == [7, 7]
    assert pd.to_datetime(got["createdAt"][0], unit="ms").isoformat() == "2021-06-14T17:00:00"


def test_a_constant_timezone_is_what_dates_are_read_by() -> None:
    frame = leads(**{"Ngày sinh": ["15/06/1988", "16/06/1988"]})
    assert cleaned(frame, {"timezoneGmt": 9})["dob"].equals(
        cleaned(frame, {}, timezone_gmt=9)["dob"]
    )


def test_a_default_fills_what_says_nothing_and_not_what_cannot_be_read() -> None:
    frame = leads()
    frame = pd.concat([frame, frame.assign(SĐT=["911111111", "922222222"])], ignore_index=True)
    frame["Tình trạng hôn nhân"] = ["độc thân", None, "N/A", "???!x"]
    report = frame.pango.validate(
        "customer-identity",
        values=FROM_PHONE | {"maritalStatus": {"default": "Married"}},
        unreadable="blank",
    )
    told = report.cleaned["maritalStatus"]
    assert told.fillna("-").to_list() == ["Single", "Married", "Married", "-"]
    assert report.facts.added_by_you[1].n_rows == 2


SPLIT = {
    "city": {"split": "Khu vực", "by": " - ", "part": 1},
    "district": {"split": "Khu vực", "by": " - ", "part": 2},
}


def test_a_column_is_split_by_a_stated_separator() -> None:
    cells = ["Hồ Chí Minh - Quận 3", "Hà Nội"]
    report = leads(**{"Khu vực": cells}).pango.validate(
        "customer-identity", values=FROM_PHONE | SPLIT
    )
    got = report.cleaned
    assert got["city"].to_list() == ["Hồ Chí Minh", "Hà Nội"]
    assert got["district"].isna().to_list() == [False, True]
    told = report.findings[["row", "field", "rule"]].to_numpy().tolist()
    assert [1, "district", "value.parts_missing"] in told
    assert report.n_held == 0


def test_a_cell_of_more_parts_than_are_taken_is_not_guessed_at() -> None:
    cells = ["Bà Rịa - Vũng Tàu - Xuyên Mộc", "Hà Nội - Ba Đình"]
    frame = leads(**{"Khu vực": cells})
    report = frame.pango.validate("customer-identity", values=FROM_PHONE | SPLIT)
    assert report.n_held == 1
    assert report.cleaned["city"].isna().to_list() == [True, False]
    three = {name: how | {"parts": 3} for name, how in SPLIT.items()}
    got = cleaned(frame, three)
    assert got["city"].to_list() == ["Bà Rịa", "Hà Nội"]


# Ids


def test_an_id_is_made_of_the_canonical_phone_and_before_duplicates_are_told() -> None:
    frame = leads(SĐT=["912345678", "+84 912 345 678"])
    report = frame.pango.validate("customer-identity", values=FROM_PHONE)
    assert report.cleaned["customerId"].to_list() == ["0912345678"] * 2
    assert (report.n_ready, report.n_superseded) == (1, 1)


def test_from_takes_the_first_field_that_is_filled() -> None:
    frame = leads(SĐT=["912345678", None], Email=["a@x.vn", "B@x.vn"])
    got = cleaned(frame, {"customerId": {"from": ["phone", "email"]}})
    assert got["customerId"].to_list() == ["0912345678", "b@x.vn"]


def test_ids_of_the_file_stay_and_only_rows_without_one_get_one() -> None:
    frame = leads(**{"Mã KH": ["C1", None]})
    assert cleaned(frame, {})["customerId"].to_list() == ["C1", "0987654321"]


def hashes(frame: pd.DataFrame, *fields: str, entity: str = "customer-identity") -> list[str]:
    values = {"customerId": {"hash_of": list(fields)}}
    return frame.pango.validate(entity, values=values).cleaned["customerId"].to_list()


def test_a_hash_is_of_the_canonical_values_and_tells_nothing_of_them() -> None:
    frame = leads(SĐT=["912345678", "+84 912 345 678"])
    first, second = hashes(frame, "phone")
    assert first == second
    assert len(first) == 33
    assert "912345678" not in first
    # The same in every process and on every machine: written down once.
    assert first == "hd60175ad6c840f8f90beeda1a3a6e803"


def test_another_key_makes_other_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    before = hashes(leads(), "phone")
    monkeypatch.setenv("PANGO_ID_KEY", KEY + "2")
    assert not set(before) & set(hashes(leads(), "phone"))


def test_all_fields_count_and_so_does_which_of_them_is_empty() -> None:
    frame = pd.DataFrame(
        {
            "Họ tên": ["An"] * 4,
            "SĐT": ["912345678", "912345678", None, None],
            "Email": ["a@x.vn", None, "a@x.vn", None],
        }
    )
    found = hashes(frame, "phone", "email")
    assert len(set(found[:3])) == 3
    assert pd.isna(found[3])
    assert hashes(frame, "phone")[:2] == [hashes(frame, "phone")[0]] * 2


def test_the_same_phone_makes_the_same_id_in_every_entity() -> None:
    cards = pd.DataFrame(
        {
            "membershipId": ["M1", "M2"],
            "customerPhone": ["0912345678", "0987654321"],
            "membershipIssuedAt": ["15/06/2021"] * 2,
        }
    )
    assert hashes(cards, "customerPhone", entity="customer-membership") == hashes(leads(), "phone")


def test_a_row_with_an_unreadable_phone_gets_no_id_and_is_held() -> None:
    report = leads(SĐT=["912345678", "123"]).pango.validate("customer-identity", values=FROM_PHONE)
    assert report.cleaned["customerId"].isna().to_list() == [False, True]
    assert report.n_held == 1


def test_a_key_file_holds_the_same_key_and_wins(tmp_path: Path) -> None:
    path = pp.new_id_key(tmp_path / "id.key")
    assert path.stat().st_mode & 0o077 == 0
    assert find_id_key(path).name == IdKey(path.read_text("utf-8").strip()).name
    assert find_id_key(path).name != find_id_key().name
    with pytest.raises(OptionError, match="never replaced"):
        pp.new_id_key(path)


def test_without_a_key_it_is_said_how_to_make_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PANGO_ID_KEY")
    with pytest.raises(OptionError, match="pangoprep id-key"):
        hashes(leads(), "phone")
    monkeypatch.setenv("PANGO_ID_KEY", "short")
    with pytest.raises(OptionError, match="16 letters"):
        hashes(leads(), "phone")


def test_the_key_is_in_no_repr_report_or_recipe() -> None:
    report = leads().pango.validate(
        "customer-identity", values={"customerId": {"hash_of": "phone"}}
    )
    told = (
        repr(report)
        + str(report)
        + report.recipe().to_toml()
        + repr(vars(report.examined)["values"])
    )
    assert KEY not in told


# What is told


def test_the_report_says_what_was_added() -> None:
    report = leads().pango.validate("customer-identity", values=FROM_PHONE | {"systemName": "CRM"})
    assert "systemName = CRM, 2 rows" in str(report)
    vietnamese = leads().pango.validate(
        "customer-identity", values=FROM_PHONE | {"systemName": "CRM"}, lang="vi"
    )
    assert "Bạn đã thêm: customerId = from phone, 2 dòng; systemName = CRM, 2 dòng" in str(
        vietnamese
    )


def test_constants_of_personal_fields_are_masked() -> None:
    report = leads().pango.validate(
        "customer-identity", values=FROM_PHONE | {"createdBy": "Nguyễn Thị Bông"}
    )
    assert "Bông" not in str(report)


def test_a_file_without_ids_is_offered_one() -> None:
    found = leads().pango.map("customer-identity")
    assert found.absent_ids == {"customerId": ["phone"]}
    assert '{"hash_of": ["phone"]}' in found.questions[0]
    assert leads().pango.map("customer-identity", values=FROM_PHONE).absent_ids == {}
    with pytest.raises(pp.UsageError, match="hash_of"):
        leads().pango.validate("customer-identity")


def test_columns_that_are_used_are_not_asked_about() -> None:
    frame = leads(Đường=["Lê Lợi", "Lê Lai"])
    assert "Đường" in frame.pango.map("customer-identity").uncertain
    found = frame.pango.map("customer-identity", values={"address": "{Đường}"})
    assert "Đường" not in found.uncertain
    assert found.unclaimed == []


# What is refused


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"adress": "x"}, "no field 'adress'. Did you mean 'address'?"),
        ({"address": "{Ho ten 2}"}, "'Ho ten 2'. Did you mean 'Họ tên'?"),
        ({"address": "{Họ tên"}, "write {{"),
        ({"address": "{}"}, "no column stands between"),
        ({"address": " "}, "is empty"),
        ({"gender": "robot"}, "'robot' cannot be gender"),
        ({"gender": {"default": "robot"}}, "'robot' cannot be gender"),
        ({"phone": "123"}, "its value cannot be phone"),
        ({"customerId": {"from": ["fone"]}}, "Did you mean 'phone'?"),
        ({"customerId": {"from": []}}, "a list of fields"),
        ({"customerId": {"from": ["customerId"]}}, "cannot be made of customerId"),
        ({"customerId": {"from": ["phone"], "hash_of": ["phone"]}}, "cannot be used"),
        ({"customerId": {"hash_of": ["phone"], "salt": "x"}}, "it may have key_file"),
        ({"yob": {"from": ["phone"]}}, "is no text"),
        ({"city": {"split": "Họ tên", "by": " "}}, "lacks 'part'"),
        ({"city": {"split": "Họ tên", "by": " ", "part": 0}}, "1 or more"),
        ({"city": {"split": "Họ tên", "by": "", "part": 1}}, "not empty"),
        ({"city": {"split": "x y", "by": " ", "part": 1}}, "'x y'"),
        ({"city": {"split": "Họ tên", "by": " ", "part": 3, "parts": 2}}, "part 3 of 2"),
        ({"timezoneGmt": {"default": 7}}, "timezone_gmt=7"),
        ({"address": {"default": "{Họ tên}"}}, "has no columns in it"),
        ({"address": None}, "cannot be used"),
        ([], "by field"),
    ],
)
def test_what_cannot_be_meant_is_refused(values: Any, message: str) -> None:
    added = FROM_PHONE | values if isinstance(values, dict) else values
    with pytest.raises((ColumnNamesError, OptionError)) as caught:
        leads().pango.validate("customer-identity", values=added)
    assert message in str(caught.value)


def test_a_field_has_a_column_or_a_value_and_not_both() -> None:
    with pytest.raises(OptionError, match="values and mapping both say what fullName is"):
        leads().pango.validate(
            "customer-identity", mapping={"Họ tên": "fullName"}, values={"fullName": "An"}
        )


def test_a_value_takes_the_place_of_a_column_that_matched_by_itself() -> None:
    report = leads().pango.validate("customer-identity", values=FROM_PHONE | {"fullName": "An"})
    assert report.cleaned["fullName"].to_list() == ["An", "An"]
    assert report.unused_columns == ["Họ tên"]


def test_templates_know_their_columns() -> None:
    assert [slot.column for slot in parse_template("{a: b}, {c}").slots] == ["a: b", "c"]


def test_values_on_a_command_line() -> None:
    told = ["systemName=CRM", "address={A}, {B}", 'customerId={"hash_of": ["phone"]}', "a=b=c"]
    assert from_texts(told, "--set") == {
        "systemName": "CRM",
        "address": "{A}, {B}",
        "customerId": {"hash_of": ["phone"]},
        "a": "b=c",
    }
    with pytest.raises(OptionError, match="FIELD=VALUE"):
        from_texts(["systemName"], "--set")


# Everywhere


def test_a_recipe_keeps_values_and_adds_them_again(tmp_path: Path) -> None:
    frame = leads(**{"Khu vực": ["Hồ Chí Minh - Quận 3", "Hà Nội - Ba Đình"]})
    values = FROM_PHONE | SPLIT | {"systemName": "CRM", "nickNames": "{Họ tên}"}
    report = frame.pango.validate("customer-identity", values=values)
    path = report.recipe("CRM").save(tmp_path / "crm.toml")
    again = frame.pango.validate(recipe=path)
    pd.testing.assert_frame_equal(report.ready, again.ready)
    other = frame.pango.validate(recipe=path, values={"systemName": "POS"})
    assert other.ready["systemName"].to_list() == ["POS", "POS"]


def test_frames_of_a_bundle_get_the_values_of_all_and_their_own() -> None:
    cards = pd.DataFrame(
        {
            "membershipId": ["M1", "M2"],
            "customerPhone": ["0912345678", "0999"],
            "membershipIssuedAt": ["15/06/2021"] * 2,
        }
    )
    bundle = pp.validate_all(
        {"customer-identity": leads(), "customer-membership": cards},
        values={
            "systemName": "CRM",
            "customer-identity": {"customerId": {"hash_of": ["phone"]}},
            "customer-membership": {"customerId": {"hash_of": ["customerPhone"]}},
        },
    )
    people, memberships = bundle["customer-identity"], bundle["customer-membership"]
    assert people.ready["systemName"].to_list() == ["CRM", "CRM"]
    assert memberships.ready["customerId"][0] == people.ready["customerId"][0]
    assert "reference.customer_unknown" not in set(memberships.findings["rule"])


@pytest.mark.parametrize("n_rows", [1, 2, 3, 7])
def test_a_file_in_parts_gets_what_one_frame_gets(tmp_path: Path, n_rows: int) -> None:
    frame = pd.DataFrame(
        {
            "Họ tên": ["An", "Bình", "Chi", "Dung", "Em"],
            "SĐT": ["912345678", "0987654321", "+84912345678", "123", "0911111111"],
            "Khu vực": ["Hồ Chí Minh - Quận 3", "Hà Nội", "A - B - C", None, "Huế - Phú Hội"],
            "Ngày": ["05/06/2021", "07/08/2021", "12/25/2021", "01/02/2021", None],
            "Giờ": ["10:00", None, "11:00", "12:00", "13:00"],
        }
    )
    path = tmp_path / "leads.csv"
    frame.to_csv(path, index=False)
    values = SPLIT | {
        "customerId": {"hash_of": ["phone"]},
        "systemName": "CRM",
        "createdAt": "{Ngày} {Giờ}",
        "gender": {"default": "undefined"},
    }
    own = {"values": values, "mapping": {"Ngày": "", "Giờ": ""}}
    whole = pp.read(path).pango.validate("customer-identity", **own)
    parts = pp.scan(path, rows=n_rows).pango.validate("customer-identity", **own)
    pd.testing.assert_frame_equal(whole.ready, parts.ready)
    pd.testing.assert_frame_equal(whole.findings, parts.findings)
    assert str(whole) == str(parts)
    assert whole.facts.added_by_you == parts.facts.added_by_you
    assert [c.source for c in whole.facts.columns] == [c.source for c in parts.facts.columns]
