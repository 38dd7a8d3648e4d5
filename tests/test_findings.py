"""Findings: every rule is worded, can be met, and is the one the sources mean."""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow as arrow
import pytest

import pangoprep as pp
from pangoprep.entities import ENTITIES
from pangoprep.findings import SEVERITIES, Block, in_order, rows_with, rules
from pangoprep.options import Options
from pangoprep.pipeline import prepare
from pangoprep.reading.pieces import SOURCE
from pangoprep.tables import read_table

SOURCES = Path(pp.__file__).parent


class Checked(pp.CustomerIdentity):
    @pa.check("fullName")
    @classmethod
    def never(cls, names: Any) -> Any:
        return names.str.len() > 100


class Priced(pp.CustomerIdentity):
    price: str | None = pp.field.decimal("Price")


class Tip(
    pp.Entity, object_type="tip", key=("tipId",), references={"cardId": "customer-membership"}
):
    tipId: str = pp.field.identifier("Tip", required=True)
    cardId: str = pp.field.identifier("Card", required=True)


# One frame for each rule: a field of a customer and its cells, or of another entity.
CELLS: dict[str, tuple[str, Any]] = {
    "required.missing": ("customerId", [None, "2"]),
    "required.any_of": ("phone", ["0912345678", None]),
    "cell.excel_error": ("city", ["#REF!", "Huế"]),
    "cell.escaped": ("fullName", ["Tr&agrave; My", "An"]),
    "cell.only_signs": ("fullName", "???"),
    "cell.formula_not_calculated": ("fullName", ["=VLOOKUP(A2,B:C,2,0)", "An"]),
    "phone.lost_zero": ("phone", "912345678"),
    "phone.excel_rounded": ("phone", "9.123E+08"),
    "phone.legacy_prefix": ("phone", "01689123456"),
    "phone.legacy_area": ("phone", "07103812345"),
    "phone.unreadable": ("phone", "12"),
    "phone.multiple": ("phone", "0912345678 / 0987654321"),
    "phone.extra_text": ("phone", "0912345678 (mẹ)"),
    "phone.extension": ("phone", "02838123456 ext 12"),
    "phone.placeholder": ("phone", "0000000000"),
    "phone.service_number": ("phone", "07998049"),
    "phone.by_grouping": ("phone", "08 3812 3456"),
    "phone.maybe_landline": ("phone", "037 3812345"),
    "phone.lone_landline": ("phone", ["02838123456", *(f"0912{n:06}" for n in range(25))]),
    "phone.shared_filler": ("phone", ["0999999999"] * 3),
    "phone.masked": ("phone", "84*****679"),
    "email.masked": ("email", "n****n@gmail.com"),
    "date.maybe_seconds": ("dob", ["582310800", "582310800000"]),
    "date.weekday": ("dob", "Thứ hai, 15/06/1988"),
    "date.no_year": ("dob", "--06-15"),
    "date.epoch_seconds": ("dob", "582310800"),
    "date.excel_serial": ("dob", "32309"),
    "date.two_digit_year": ("dob", "15/06/88"),
    "date.impossible": ("dob", "31/02/1988"),
    "date.placeholder": ("dob", "01/01/1900"),
    "date.year_only": ("dob", "1988"),
    "date.future": ("dob", "15/06/2099"),
    "date.too_early": ("dob", "15/06/1850"),
    "date.unreadable": ("dob", "hôm qua"),
    "date.ambiguous": ("dob", "05/06/1988"),
    "date.conflict": ("dob", ["15/06/1988", "06/15/1988", "05/06/1988"]),
    "gender.unknown": ("gender", "??x"),
    "gender.zero": ("gender", ["0", "1"]),
    "choice.unknown": ("maritalStatus", "góa"),
    "email.repaired": ("email", "an @congty.vn"),
    "email.multiple": ("email", "an@congty.vn; binh@congty.vn"),
    "email.typo": ("email", "an@gmial.com"),
    "email.unreadable": ("email", "an(at)congty"),
    "email.non_ascii": ("email", "ân@congty.vn"),
    "email.placeholder": ("email", "test@test.com"),
    "text.mojibake": ("fullName", "Nguyá»…n An"),
    "text.broken_letters": ("fullName", ["Lê Van Chiê´n", "An"]),
    "text.masked": ("fullName", "N*****n"),
    "text.lost_letters": ("fullName", "Nguy\ufffdn An"),
    "text.other_script": ("fullName", "Ng\u0443yễn An"),
    "text.float": ("ward", "12.0"),
    "province.unknown": ("city", "abc"),
    "province.ended": ("city", "Hà Tây"),
    "province.merged": ("city", "Bình Dương"),
    "id.float": ("customerId", "123.0"),
    "id.formula": ("customerId", "@SUM(A1)"),
    "id.separators": ("identityNo", "001 088 012 345"),
    "id.lost_zeros": ("identityNo", "1088012345"),
    "id.excel_rounded": ("customerId", "1.20341E+11"),
    "yob.unreadable": ("yob", "88"),
    "yob.future": ("yob", "2087"),
    "yob.too_early": ("yob", "1700"),
    "timezone.fractional": ("timezoneGmt", "5.5"),
    "timezone.out_of_range": ("timezoneGmt", "20"),
    "timezone.unreadable": ("timezoneGmt", "x"),
    "list.unreadable": ("nickNames", "[1, {"),
    "integer.dot_thousands": ("customFieldLongs.customFieldLong01", "5.000"),
    "integer.with_unit": ("customFieldLongs.customFieldLong01", "5.000 điểm"),
    "integer.scientific": ("customFieldLongs.customFieldLong01", "1e3"),
    "column.custom_field": ("customFieldTexts.customField1", "x"),
    "decimal.with_unit": ("price", "5đ"),
    "decimal.ambiguous": ("price", "1.250"),
    "decimal.conflict": ("price", ["1.250", "1,250"]),
    "decimal.mixed_money": ("price", ["5đ", "$5"]),
    "decimal.short_form": ("price", "1tr250"),
    "decimal.too_long": ("price", "1" * 21),
    "decimal.unreadable": ("price", "12,5,5"),
    "integer.unreadable": ("customFieldLongs.customFieldLong01", "12.5"),
}
ROWS: dict[str, dict[str, Any]] = {
    "order.reversed": {"createdAt": "2020-02-01", "updatedAt": "2020-01-01"},
    "yob.disagrees": {"dob": "15/06/1988", "yob": "1987"},
    "dob2.disagrees": {"dob": "15/06/1988", "dob2": "14/06/1988"},
    "duplicate.superseded": {"customerId": "same"},
    "spelling.varies": {"customerGroup": ["Vàng", "Vàng", "VANG"]},
    "duplicate.near": {"customerId": ["KH001", "kh-1", "KH002"]},
    "phone.in_name": {"fullName": "An 0912345678", "phone": None, "email": "an@congty.vn"},
}
PLACES: dict[str, tuple[str | None, ...]] = {
    "address.elsewhere": ("Hà Nội", None, None, "12 Lê Lợi, P. Bến Nghé, Quận 1, TP.HCM"),
    "district.unknown": ("Hà Nội", "Hoàn Kim", None),
    "district.elsewhere": ("Hà Nội", "Quận 1", None),
    "district.swapped": ("Hồ Chí Minh", "P.25", "Q. Bình Thạnh"),
    "ward.unknown": ("Hà Nội", "Hoàn Kiếm", "Phường 99"),
    "ward.elsewhere": ("TP.HCM", "Quận 1", "Thảo Điền"),
    "ward.merged": ("TP.HCM", "Quận 1", "Bến Nghé"),
    "ward.divided": ("TP.HCM", "Quận 1", "Đa Kao"),
}
RENEWED: dict[str, tuple[str | None, ...]] = {
    "address.renewed": ("Hà Nội", None, None, "12 Lê Lợi, P. Hàng Bạc, Hoàn Kiếm, Hà Nội"),
    "province.renewed": ("Bình Dương", None, None),
    "district.ended": ("TP.HCM", "Quận 1", "Phường Sài Gòn"),
    "ward.renewed": ("TP.HCM", "Quận 1", "Bến Nghé"),
}
ROWS |= {
    rule: dict(zip(("city", "district", "ward", "address"), place, strict=False))
    for rule, place in (PLACES | RENEWED).items()
}
ORDER = {
    "orderId": "1", "orderStatus": "New", "customerId": "1", "customerName": "An",
    "customerEmail": "an@b.vn",
    "items": [{"productSku": "A", "productName": "B", "price": 5, "quantity": 2}],
}  # fmt: skip
OTHERS: dict[str, tuple[str, dict[str, Any]]] = {
    "required.expected": ("order", ORDER | {"customerEmail": None}),
    "items.total": ("order", ORDER | {"totalProductCost": "11"}),
    "items.unreadable": ("order", ORDER | {"items": "[1]"}),
    "items.field_twice": ("order", ORDER | {"items": [{**ORDER["items"][0], "SL": 3}]}),
    "items.key_twice": (
        "meta-survey",
        {"surveyId": "1", "questions": [{"questionId": "Q", "langDef": name} for name in "ab"]},
    ),
    "items.unknown_field": ("order", ORDER | {"items": [{**ORDER["items"][0], "x": 1}]}),
    "relationship.unknown": (
        "customer-relationship",
        {"customerId": "1", "relationshipId": "1", "relationship": "bạn", "fullName": "An"},
    ),
    "required.incomplete": (
        "customer-membership",
        {"customerId": "1", "membershipId": "1", "membershipIssuedAt": "2022"},
    ),
    "boolean.unreadable": (
        "customer-identity-email",
        {"customerId": "1", "email": "a@b.vn", "emailType": "Personal", "primary": "maybe"},
    ),
    "url.unreadable": (
        "customer-identity-photo",
        {"customerId": "1", "source": "Zalo", "imageUrl": "a.vn/1"},
    ),
    "country.unknown": (
        "customer-identity-address",
        {"customerId": "1", "addressType": "Live", "city": "x", "district": "x", "address": "x",
         "countryAlphaCode2": "XX"},
    ),
    "country.from_name": (
        "customer-identity-address",
        {"customerId": "1", "addressType": "Live", "city": "x", "district": "x", "address": "x",
         "countryAlphaCode3": "Viet Nam"},
    ),
}  # fmt: skip


# Rules that one row cannot break.
AT_ONCE = {
    "cell.fixed", "cell.fixed_before", "check.failed", "duplicate.key", "reference.customer_held",
    "reference.unknown_customer", "reference.record_held", "reference.unknown_record",
    "items.contradiction", "items.held_together", "items.joined", "items.none",
    "items.without_record", "value.parts_surplus", "value.parts_missing",
    "column.new", "column.new_field", "column.several",
}  # fmt: skip
# What a reader notes of a row; from files: tests/reading/
NOTED = {rule for rule in rules() if rule.startswith("row.")}


def report_for(rule: str, folder: Path) -> pp.Report:
    """A report in which the rule fires."""
    if rule in OTHERS:
        entity, row = OTHERS[rule]
        return prepare(pd.DataFrame([row]), entity)
    columns: dict[str, Any] = {
        "customerId": ["1", "2", "3"], "fullName": ["An", "Bình", "Chi"], "phone": "0912345678",
    }  # fmt: skip
    if rule in ("items.none", "items.without_record"):
        lines = pd.DataFrame({"orderId": ["other"], "productSku": ["A"], "productName": ["A"]})
        return pp.validate(pd.DataFrame([ORDER]).drop(columns="items"), "order", items=lines)
    if rule in AT_ONCE and rule.startswith("items."):
        rows = [{**ORDER, "items.productSku": name, "items.productName": name} for name in "AB"]
        changed = {} if rule == "items.joined" else {"orderStatus": ["New", "Old"]}
        return prepare(pd.DataFrame(rows).drop(columns="items").assign(**changed), "order")
    if rule.startswith("value.parts"):
        cells = ["a - b - c"] * 3 if rule == "value.parts_surplus" else ["a"] * 3
        values = {"ward": {"split": "x", "by": " - ", "part": 2}}
        return prepare(pd.DataFrame(columns | {"x": cells}), "customer-identity", values=values)
    if rule == "check.failed":
        return prepare(pd.DataFrame(columns), Checked)
    if rule.startswith("column.new"):
        frame = pd.DataFrame(columns)
        recipe = prepare(frame, "customer-identity").recipe()
        return pp.validate(frame.assign(email="an@congty.vn", other="x"), recipe=recipe)
    if rule == "column.several":
        twice = pd.DataFrame(columns).assign(Email="an@congty.vn", email_=None)
        return twice.rename(columns={"email_": "E-mail"}).pango.workbench().report
    if rule == "duplicate.key":
        frame = pd.DataFrame(columns | {"customerId": "same"})
        return prepare(frame, "customer-identity", Options(duplicates="hold"))
    if rule == "cell.fixed":
        frame = pd.DataFrame(columns | {"gender": "x"})
        return prepare(frame, "customer-identity", fixes={"gender": {"x": "male"}})
    if rule == "cell.fixed_before":
        fixes = pp.FixesFile(folder / "a.fixes")
        fixes.add("customer-identity", {"phone": {"0912345678": "0912345679"}})
        return prepare(pd.DataFrame(columns), "customer-identity", fixes=fixes)
    if rule.startswith("reference."):
        photo = {"customerId": ["1"], "source": "Zalo", "imageUrl": "http://a.vn/1"}
        people = pd.DataFrame(columns | {"phone": [None, "0912345678", "0912345678"]})
        people = people.iloc[: 1 if rule.endswith("held") else 0]
        if "record" in rule:
            tips = pd.DataFrame({"tipId": ["1"], "cardId": ["1"]})
            cards = people.assign(membershipId="1", membershipIssuedAt=None)
            return pp.validate_all({Tip: tips, "customer-membership": cards})["tip"]
        frames = {"customer-identity": people, "customer-identity-photo": pd.DataFrame(photo)}
        return pp.validate_all(frames)["customer-identity-photo"]
    if rule in NOTED:
        frame = pd.DataFrame(columns, index=pd.RangeIndex(2, 5, name="file row"))
        frame.attrs[SOURCE] = {"row_notes": [["a.csv", rule, "3", ""]]}
        return prepare(frame, "customer-identity")
    if rule in ROWS:
        options = Options(
            addresses="2025" if rule in RENEWED or rule == "address.renewed" else "suggest"
        )
        return prepare(pd.DataFrame(columns | ROWS[rule]), "customer-identity", options)
    field, cells = CELLS[rule]
    if isinstance(cells, list):
        columns["customerId"] = [str(row) for row in range(len(cells))]
        columns["fullName"] = "An"
    entity = Priced if field == "price" else "customer-identity"
    return prepare(pd.DataFrame(columns | {field: cells}), entity)


@pytest.mark.parametrize("rule", rules())
def test_every_rule_can_be_met(rule: str, tmp_path: Path) -> None:
    report = report_for(rule, tmp_path)
    found = report.findings[report.findings["rule"] == rule]
    assert len(found) >= 1
    assert set(found["severity"]) == {rules()[rule].severity}
    assert report.ok is ("error" not in set(report.findings["severity"]))
    message = found["message"].to_list()[0]
    assert message.startswith(rules()[rule].meaning)
    assert message.endswith(f". {rules()[rule].action}.")


def test_no_example_is_left_of_a_rule_that_is_gone() -> None:
    assert {*CELLS, *ROWS, *OTHERS} | AT_ONCE | NOTED == set(rules())


def test_the_sources_name_no_rule_that_does_not_exist() -> None:
    families = {rule.split(".")[0] for rule in rules()}
    named: dict[str, set[str]] = {}
    rooms = ["normalizers", "entities", "steps"]
    stages = [
        # Words of reports are looked up by names that look like rules.
        *(path for path in SOURCES.glob("*.py") if path.name != "language.py"),
        *(path for r in rooms for path in SOURCES.glob(f"{r}/**/*.py")),
    ]
    for path in stages:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                family, dot, name = node.value.partition(".")
                if dot and family in families and name.isidentifier():
                    named.setdefault(node.value, set()).add(path.name)
    assert {rule: files for rule, files in named.items() if rule not in rules()} == {}
    assert len(named) > 40


def test_rules_between_fields_are_in_the_table() -> None:
    named = {rule.rule for entity in ENTITIES.values() for rule in entity.rules}
    assert named == {
        "required.any_of", "order.reversed", "yob.disagrees", "dob2.disagrees",
        "required.expected", "items.total",
    }  # fmt: skip
    assert named <= set(rules())


def test_the_table_is_complete_in_both_languages() -> None:
    rows = read_table("rules").to_pylist()
    assert len({row["rule"] for row in rows}) == len(rows)
    for row in rows:
        assert row["severity"] in SEVERITIES
        for column in ("meaning", "action", "meaning_vi", "action_vi"):
            text = row[column]
            assert text == text.strip() != ""
            assert not text.endswith(".")
            assert text[0].isupper()
        assert row["meaning"].isascii()
    wordings = [row["meaning"] for row in rows]
    assert len(set(wordings)) == len(wordings)


def test_a_rule_of_the_table_is_a_rule() -> None:
    rule = rules()["phone.lost_zero"]
    assert dataclasses.astuple(rule)[:2] == ("phone.lost_zero", "info")
    assert rules() is rules()


# Blocks


def block(
    rule: str, severity: str, rows: list[int], field: str = "phone", detail: str = ""
) -> Block:
    return Block(rule, field, severity, np.array(rows, dtype=np.int64), detail=detail)


def test_a_message_has_the_detail_in_the_middle() -> None:
    plain = block("phone.unreadable", "error", [0])
    assert plain.message == "Not a valid phone number. Correct it in the source."
    detailed = block("choice.unknown", "error", [0], detail="A, B")
    assert detailed.message == (
        "Not one of the allowed values (A, B). Use one of the allowed values."
    )


def test_rows_are_marked_by_severity() -> None:
    blocks = [
        block("phone.unreadable", "error", [1, 3]),
        block("phone.multiple", "warning", [0]),
        block("email.unreadable", "error", [3]),
    ]
    assert rows_with(blocks, "error", 5).tolist() == [False, True, False, True, False]
    assert rows_with(blocks, "info", 2).tolist() == [False, False]
    assert rows_with([], "error", 0).tolist() == []


def test_the_worst_comes_first_then_the_most() -> None:
    blocks = [
        block("phone.lost_zero", "info", [1, 2, 3]),
        block("phone.multiple", "warning", [1]),
        block("email.typo", "warning", []),
        block("email.unreadable", "error", [1]),
        block("phone.unreadable", "error", [1, 2]),
        block("date.unreadable", "error", [1], field="dob"),
    ]
    assert [one.rule for one in in_order(blocks)] == [
        "phone.unreadable", "date.unreadable", "email.unreadable", "phone.multiple",
        "phone.lost_zero",
    ]  # fmt: skip


def test_a_rule_flagged_at_two_stages_is_one_block_with_its_rows_in_order() -> None:
    first = dataclasses.replace(
        block("email.typo", "warning", [1, 5]), suggestions=arrow.array(["a", "b"])
    )
    (one,) = in_order([first, block("email.typo", "warning", [0, 3])])
    assert one.rows.tolist() == [0, 1, 3, 5]
    assert one.suggestions.to_pylist() == [None, "a", None, "b"]


def test_what_differs_in_severity_stays_apart() -> None:
    parts = [block("check.failed", "info", [1]), block("check.failed", "error", [2])]
    assert len(in_order(parts)) == 2
