"""Rules between the fields of a record, and what their findings say."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pangoprep.entities import CUSTOMERS as ENTITIES
from pangoprep.entities.rules import AnyOf, InOrder, SameBirth, as_check
from pangoprep.pipeline import prepare

IDENTITY = {"customerId": "C1", "fullName": "An", "phone": "0912345678"}
RELATIONSHIP = {
    "customerId": "C1", "relationshipId": "R1", "relationship": "child", "fullName": "An",
}  # fmt: skip
MEMBERSHIP = {"customerId": "C1", "membershipId": "M1", "membershipIssuedAt": "2020-03-01"}
ADDRESS = {
    "customerId": "C1", "addressType": "Live", "city": "Huế", "district": "Phú Xuân",
    "address": "1 Lê Lợi",
}  # fmt: skip
ROWS = {
    "customer-identity": IDENTITY,
    "customer-relationship": RELATIONSHIP,
    "customer-membership": MEMBERSHIP,
    "customer-identity-address": ADDRESS,
    "customer-identity-email": {"customerId": "C1", "email": "a@b.vn", "emailType": "Personal"},
    "customer-identity-photo": {"customerId": "C1", "source": "Zalo", "imageUrl": "https://a.vn/1"},
}


def findings(entity: str, change: dict[str, Any], /, **options: Any) -> list[tuple[str, str]]:
    """The rules that a good row breaks after a change, each with its field."""
    from pangoprep.options import Options

    report = prepare(pd.DataFrame([ROWS[entity] | change]), entity, Options(**options))
    table = report.findings
    errors = table[table["severity"] == "error"]
    assert report.ok is errors.empty
    return list(zip(errors["rule"], errors["field"], strict=True))


@pytest.mark.parametrize("entity", ENTITIES)
def test_the_rows_these_tests_change_are_good(entity: str) -> None:
    assert findings(entity, {}) == []


# Requirements

REQUIRED = [
    pytest.param(name, field, id=f"{name}.{field}")
    for name, entity in ENTITIES.items()
    for field, facts in entity.fields().items()
    if facts.required
]


@pytest.mark.parametrize("empty", [None, "", "  ", "N/A"])
@pytest.mark.parametrize(("entity", "field"), REQUIRED)
def test_a_required_field_that_is_empty_holds_its_row(
    entity: str, field: str, empty: str | None
) -> None:
    assert findings(entity, {field: empty}) == [("required.missing", field)]


@pytest.mark.parametrize(
    ("entity", "change", "field"),
    [
        ("customer-identity", {"phone": None}, "phone"),
        ("customer-identity", {"phone": None, "email": ""}, "phone"),
        ("customer-identity", {"fullName": None}, "fullName"),
        ("customer-identity", {"fullName": None, "firstName": "Nguyễn"}, "fullName"),
        ("customer-identity", {"fullName": None, "lastName": "An", "firstName": " "}, "fullName"),
        ("customer-relationship", {"fullName": None, "lastName": "An"}, "fullName"),
        ("customer-membership", {"customerId": None}, "customerId"),
        ("customer-membership", {"customerId": "-", "customerEmail": None}, "customerId"),
    ],
)
def test_one_of_several_must_be_there(entity: str, change: dict[str, Any], field: str) -> None:
    # The columns are there, or the whole frame would be refused; it is this row that lacks them.
    other = pd.DataFrame([ROWS[entity], ROWS[entity] | change])
    report = prepare(other, entity)
    assert report.findings[report.findings["row"] == 1][["rule", "field"]].to_numpy().tolist() == [
        ["required.any_of", field]
    ]


@pytest.mark.parametrize(
    ("entity", "change"),
    [
        ("customer-identity", {"phone": None, "email": "an@congty.vn"}),
        ("customer-identity", {"fullName": None, "firstName": "Nguyễn", "lastName": "An"}),
        ("customer-relationship", {"fullName": None, "firstName": "An", "lastName": "Nguyễn"}),
        ("customer-membership", {"customerId": None, "customerEmail": "an@congty.vn"}),
        ("customer-membership", {"customerId": None, "customerPhone": "0912345678"}),
    ],
)
def test_each_alternative_will_do(entity: str, change: dict[str, Any]) -> None:
    assert findings(entity, change) == []


def test_a_cell_that_cannot_be_read_is_not_also_called_missing() -> None:
    assert findings("customer-identity", {"phone": "12"}) == [("phone.unreadable", "phone")]
    assert findings("customer-identity", {"customerId": "1.2E+20"}) == [
        ("id.excel_rounded", "customerId")
    ]
    assert findings("customer-identity", {"phone": "", "email": "an(at)x"}) == [
        ("email.unreadable", "email")
    ]


def test_a_cell_that_is_blanked_is_missing() -> None:
    assert findings("customer-identity", {"phone": "12"}, unreadable="blank") == [
        ("required.any_of", "phone")
    ]


def test_an_id_and_what_every_record_needs_are_never_blanked() -> None:
    assert findings("customer-identity", {"customerId": "1.2E+20"}, unreadable="blank") == [
        ("id.excel_rounded", "customerId")
    ]
    assert findings("customer-identity", {"identityNo": "1.2E+20"}, unreadable="blank") == [
        ("id.excel_rounded", "identityNo")
    ]
    for kind, expected in (("nhà riêng?", [("choice.unknown", "addressType")]), ("HOME", [])):
        given = {"addressType": kind, "startTime": "1/1/2020"}
        assert findings("customer-identity-address", given, unreadable="blank") == expected


# Timestamps in order

PAIRS = [
    ("customer-identity", "createdAt", "updatedAt"),
    ("customer-relationship", "createdAt", "updatedAt"),
    ("customer-membership", "membershipIssuedAt", "membershipUpdatedAt"),
    ("customer-identity-address", "startTime", "endTime"),
]


def test_these_are_all_the_pairs() -> None:
    declared = [
        (name, rule.first, rule.second)
        for name, entity in ENTITIES.items()
        for rule in entity.rules
        if isinstance(rule, InOrder)
    ]
    assert declared == PAIRS


@pytest.mark.parametrize(("entity", "first", "second"), PAIRS)
def test_an_end_before_its_start_holds_the_row(entity: str, first: str, second: str) -> None:
    late, early = "2020-03-02 08:00", "2020-03-02 07:59"
    assert findings(entity, {first: late, second: early}) == [("order.reversed", second)]
    assert findings(entity, {first: early, second: late}) == []
    assert findings(entity, {first: early, second: early}) == []
    assert findings(entity, {first: early, second: None}) == []


@pytest.mark.parametrize(("entity", "first", "second"), PAIRS[:2] + PAIRS[3:])
def test_an_end_without_a_start_is_nothing_to_compare(entity: str, first: str, second: str) -> None:
    assert findings(entity, {first: None, second: "2020-03-02"}) == []


def test_instants_are_compared_not_texts() -> None:
    pair = {"createdAt": "2020-03-02T08:00:00+09:00", "updatedAt": "2020-03-02T07:00:00+07:00"}
    assert findings("customer-identity", pair) == []
    pair = {"createdAt": "2020-03-02T07:00:00+07:00", "updatedAt": "2020-03-02T08:00:00+09:00"}
    assert findings("customer-identity", pair) == [("order.reversed", "updatedAt")]


def test_an_unreadable_time_is_not_also_out_of_order() -> None:
    pair = {"createdAt": "2020-03-02", "updatedAt": "31/02/2019"}
    assert findings("customer-identity", pair) == [("date.impossible", "updatedAt")]


# One birth, told three times

ZONES = [-12, -7, 0, 7, 14]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("born", ["1988-01-01", "1988-12-31", "1988-02-29", "1950-01-01"])
def test_year_and_text_agree_with_the_day_in_every_zone(zone: int, born: str) -> None:
    told = {"dob": born, "yob": born[:4], "dob2": born}
    assert findings("customer-identity", told, timezone_gmt=zone) == []
    assert findings("customer-identity", told | {"timezoneGmt": zone}, timezone_gmt=3) == []


@pytest.mark.parametrize("zone", ZONES)
def test_another_year_or_day_holds_the_row(zone: int) -> None:
    told = {"dob": "1988-01-01", "timezoneGmt": zone}
    assert findings("customer-identity", told | {"yob": 1987}) == [("yob.disagrees", "yob")]
    assert findings("customer-identity", told | {"dob2": "31/12/1987"}) == [
        ("dob2.disagrees", "dob2")
    ]
    assert findings("customer-identity", told | {"yob": 1989, "dob2": "2/1/1988"}) == [
        ("dob2.disagrees", "dob2"),
        ("yob.disagrees", "yob"),
    ]


def test_the_seeds_own_birth_is_midnight_at_gmt_7() -> None:
    told: dict[str, Any] = {"dob": 582310800000, "yob": 1988, "dob2": "1988-06-15"}
    assert findings("customer-identity", told) == []
    assert findings("customer-identity", told | {"dob2": "1988-06-14"}) == [
        ("dob2.disagrees", "dob2")
    ]
    # The same instant is another day at Greenwich.
    at_greenwich = told | {"dob2": "1988-06-14", "timezoneGmt": 0}
    assert findings("customer-identity", at_greenwich) == []


def test_the_column_of_zones_decides_row_by_row() -> None:
    frame = pd.DataFrame([IDENTITY | {"dob": 582310800000, "dob2": "1988-06-14"}] * 3)
    frame = frame.assign(customerId=["1", "2", "3"], timezoneGmt=[0, 7, None])
    assert prepare(frame, "customer-identity").ready_rows.tolist() == [0]


def test_one_telling_alone_has_nothing_to_disagree_with() -> None:
    for told in ({"dob": "1988-06-15"}, {"yob": 1990}, {"dob2": "1991-06-15", "yob": 1990}):
        assert findings("customer-identity", told) == []


def test_a_relative_has_no_other_telling_of_the_birth() -> None:
    rules = [rule for entity in ENTITIES.values() for rule in entity.rules]
    assert sum(isinstance(rule, SameBirth) for rule in rules) == 2


# The rules by themselves


def test_a_rule_passes_where_its_columns_are_not_there() -> None:
    frame = pd.DataFrame({"x": [1, 2]}, index=[5, 5])
    for rule in (InOrder("createdAt", "updatedAt"), SameBirth("yob"), SameBirth("dob2")):
        passed = rule.passes(frame)
        assert passed.tolist() == [True, True]
        assert passed.index.tolist() == [5, 5]
    assert AnyOf((("a",), ("b", "c"))).passes(frame).tolist() == [False, False]


def test_alternatives_are_read_out() -> None:
    rule = AnyOf((("fullName",), ("firstName", "lastName")))
    assert rule.detail == "fullName, or firstName and lastName"
    assert rule.field == "fullName"


def test_a_rule_is_a_pandera_check_that_looks_at_rows_with_nulls() -> None:
    frame = pd.DataFrame(
        {"createdAt": [2, 1, None], "updatedAt": [1, 2, 1], "note": [None, None, None]},
        dtype="Int64",
    )
    result = as_check(InOrder("createdAt", "updatedAt"))(frame)
    assert result.check_output.tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("entity", "change", "message"),
    [
        (
            "customer-identity",
            {"createdAt": "2020-03-02", "updatedAt": "2020-03-01"},
            "An end lies before its start (createdAt ≤ updatedAt). Correct one of the two times.",
        ),
        (
            "customer-identity",
            {"dob": "1988-06-15", "yob": "1987"},
            "The year of birth is not the year of the birth date (yob and dob). "
            "Correct one of the two.",
        ),
        (
            "customer-identity",
            {"phone": None},
            "None of the fields that can stand for each other is filled (phone, or email). "
            "Fill one of them.",
        ),
        (
            "customer-identity",
            {"maritalStatus": "góa"},
            "Not one of the allowed values (Single, Married, Divorced). "
            "Use one of the allowed values.",
        ),
    ],
)
def test_messages_say_what_where_and_what_to_do(
    entity: str, change: dict[str, Any], message: str
) -> None:
    found = prepare(pd.DataFrame([ROWS[entity] | change]), entity).findings
    assert found["message"].to_list() == [message]
