"""Object types beyond the six: models and sandbox say the same, and what was transcribed."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.entities import CUSTOMERS, ENTITIES
from pangoprep.large.parts import examine_parts
from pangoprep.pipeline import prepare
from pangoprep.planning import plan_columns
from pangoprep.report import Report
from pangoprep.sandbox.catalog import DOCUMENTED
from pangoprep.sandbox.rules import IGNORED_UPDATE_CFS, KEYS, OBJECTS

CASES = Path(__file__).parents[1] / "cases" / "object_types.csv"
ROWS = list(csv.DictReader(CASES.read_text(encoding="utf-8").splitlines()))
TYPES = {"List of order item": "Items", "Map of survey question": "Items", "number": "Double"}
SANDBOX_TYPES = {"Integer": "integer", "number": "Double"}
MODEL_TYPES = {"integer": "Integer"} | dict.fromkeys(OBJECTS, "Items")
OTHERS = [name for name in ENTITIES if name not in CUSTOMERS]
MODELS = {name: ENTITIES[name] for name in OTHERS} | {
    "order item": pp.OrderItem, "survey question": pp.SurveyQuestion,
}  # fmt: skip
TRANSCRIBED = list(dict.fromkeys(row["entity"] for row in ROWS))
# What the table marks needed and we do not demand, or only of some: see the words beside it.
EASED = {
    "order": {"customerEmail"},  # integrations send it null
}
# What is needed unless another field is there.
EITHER = {
    "lead-information": [(("fullName",), ("firstName", "lastName"))],
    "customer-product-activity": [(("customerPhone",), ("customerEmail",))],
}


def rows_of(name: str) -> list[dict[str, str]]:
    return [row for row in ROWS if row["entity"] == name and row["field"] != "Custom Fields"]


def test_every_table_has_a_model() -> None:
    assert set(TRANSCRIBED) <= set(MODELS)
    assert "shopping-cart" not in ENTITIES


@pytest.mark.parametrize("name", OTHERS)
def test_model_and_sandbox_say_the_same(name: str) -> None:
    model, rules = ENTITIES[name], DOCUMENTED.rules_of(name)
    assert {field: facts.type for field, facts in model.fields().items()} == {
        field: MODEL_TYPES.get(rule.type, rule.type) for field, rule in rules.items()
    }
    needed = {field for field, facts in model.fields().items() if facts.required}
    for rule in model.rules:
        needed |= set(chain(*rule.alternatives)) if isinstance(rule, pp.AnyOf) else set()
    assert {field for field, rule in rules.items() if rule.required} == needed
    assert model.key == KEYS[name]
    assert model.ignored_update_cfs is (name in IGNORED_UPDATE_CFS)
    assert model.custom_fields is DOCUMENTED.takes_custom_fields(name)


@pytest.mark.parametrize("name", TRANSCRIBED)
def test_a_model_has_every_field_with_its_type_and_no_other(name: str) -> None:
    told = {row["field"]: TYPES.get(row["type"], row["type"]) for row in rows_of(name)}
    assert {field: facts.type for field, facts in MODELS[name].fields().items()} == told


@pytest.mark.parametrize("name", TRANSCRIBED)
def test_the_sandbox_has_every_field_with_its_type_and_no_other(name: str) -> None:
    told = {row["field"]: SANDBOX_TYPES.get(row["type"], row["type"]) for row in rows_of(name)}
    assert {field: rule.type for field, rule in DOCUMENTED.rules_of(name).items()} == told


@pytest.mark.parametrize("name", TRANSCRIBED)
def test_what_is_needed_is_needed_and_nothing_else(name: str) -> None:
    marked = {row["field"] for row in rows_of(name) if row["required"]} - EASED.get(name, set())
    needed = {field for field, facts in MODELS[name].fields().items() if facts.required}
    assert needed == marked
    either = {f for rule in EITHER.get(name, []) for fields in rule for f in fields}
    in_sandbox = {field for field, rule in DOCUMENTED.rules_of(name).items() if rule.required}
    assert in_sandbox == marked | either
    rules = [rule.alternatives for rule in MODELS[name].rules if isinstance(rule, pp.AnyOf)]
    assert rules == EITHER.get(name, [])


@pytest.mark.parametrize("name", TRANSCRIBED)
def test_where_a_field_is_known_from_stands_beside_it(name: str) -> None:
    told = {row["field"]: row["source"] == "seen" for row in rows_of(name)}
    known = {field: facts.source == "seen" for field, facts in MODELS[name].fields().items()}
    common = {"timezoneGmt", "systemName", "internalCompanyId"}
    assert {f: seen for f, seen in known.items() if f not in common} == {
        field: seen for field, seen in told.items() if field not in common
    }


@pytest.mark.parametrize("name", OTHERS)
def test_a_model_has_its_names_in_both_languages(name: str) -> None:
    model = ENTITIES[name]
    assert model.object_type == name
    assert getattr(pp, model.__name__) is model
    assert all(facts.label and facts.label_vi for facts in own_fields(model))


def own_fields(model: Any) -> list[Any]:
    return [one for name, one in model.fields().items() if name not in pp.Entity.fields()]


ITEM = {"productSku": "SKU1", "productName": "Áo", "price": "35.000đ", "quantity": "2"}
LEAST: dict[str, dict[str, Any]] = {
    "order": {"orderId": "DH1", "orderStatus": "Đã giao", "customerId": "C1",
              "customerName": "An", "items": [ITEM]},
    "lead-information": {"leadId": "L1", "phone": "912345678", "fullName": "An"},
    "custom-model": {"momCode": "M-T5QMS-O-UIWWY-M", "refId": "1"},
    "customer-product-activity": {
        "actionId": "1", "action": "Search", "actionAt": "15/06/2024", "customerId": "C1",
        "customerName": "An", "customerEmail": "an@b.vn", "productSku": "A", "productName": "Áo",
        "productCategoryId": "1"},
    "email-interaction": {"id": "1", "email": "an@b.vn", "serviceProvider": "Brevo",
                          "eventAt": "15/06/2024", "event": "opened", "actionAt": "15/06/2024"},
    "meta-survey": {"surveyId": "1", "questions": '{"Q1": {"langDef": "vi", "lang1": "Hỏi"}}'},
    "meta-form-marketing": {"formId": "1", "provider": "x", "name": "y"},
    "product": {"productId": "1", "price": "1.250.000"},
    "user-event": {"source": "M-1", "eventAt": "15/06/2024", "value": "1,5"},
}  # fmt: skip
# A cell that every column of a type takes, where the field has no example.
CELLS = {"String": "1", "Timestamp": "15/06/2024", "Boolean": "true", "List": "a"}


def least(name: str) -> dict[str, Any]:
    """What a record needs: as it is written above, or as the model says it."""
    model = ENTITIES[name]
    needed = [field for field, facts in model.fields().items() if facts.required]
    for rule in model.rules:
        needed += rule.alternatives[0] if isinstance(rule, pp.AnyOf) else ()
    facts = model.fields()
    return LEAST.get(name) or {
        field: facts[field].example or CELLS.get(facts[field].type, "1") for field in needed
    }


def entries(plan: Any) -> list[dict[str, Any]]:
    return json.loads(plan.payloads[0])["entries"]


@pytest.mark.parametrize("name", OTHERS)
def test_the_least_is_sent_and_taken(name: str) -> None:
    frame = pd.DataFrame([least(name)])
    plan = frame.pango.plan(name, source="POS")
    (entry,) = entries(plan)
    assert DOCUMENTED.problem_with(name, entry) is None
    needed = [field for field, facts in ENTITIES[name].fields().items() if facts.required]
    for field in needed:
        without = {key: value for key, value in entry.items() if key != field}
        assert DOCUMENTED.problem_with(name, without) == (field, "missing")
        report = prepare(frame.assign(**{field: None}), name)
        assert report.findings["rule"].to_list()[:1] == ["required.missing"]


@pytest.mark.parametrize("name", OTHERS)
def test_every_form_of_the_report_is_there_in_both_languages(name: str, tmp_path: Path) -> None:
    frame = pd.DataFrame([least(name), {**least(name), "timezoneGmt": "x"}])
    for lang in ("en", "vi"):
        report = prepare(frame, name, pp.Options(lang=lang))
        assert name in str(report)
        assert name in report.to_html(tmp_path / "a.html").read_text("utf-8")
        assert report.to_json()
        assert report._repr_html_()
        report.to_excel(tmp_path / "a.xlsx")
    pd.testing.assert_frame_equal(ENTITIES[name].validate(frame.iloc[:1]),
                                  prepare(frame.iloc[:1], name).cleaned)  # fmt: skip


def order(items: Any, **more: Any) -> pd.DataFrame:
    return pd.DataFrame([{**LEAST["order"], "items": items, **more}])


FORMS = [
    [ITEM],
    json.dumps([ITEM]),
    json.dumps(ITEM),
    str([ITEM]),
    '[{"Mã SKU": "SKU1", "Tên hàng": "Áo", "Đơn giá": 35000, "Số lượng": 2.0}]',
]


@pytest.mark.parametrize("items", FORMS)
def test_items_come_in_many_forms(items: Any) -> None:
    (entry,) = entries(order(items).pango.plan("order", source="POS"))
    assert entry["items"] == [
        {"productSku": "SKU1", "productName": "Áo", "price": 35000, "quantity": 2}
    ]


def test_a_finding_says_which_item() -> None:
    items = [ITEM, {**ITEM, "price": "1tr250"}, {"productSku": "B"}]
    report = prepare(order(items), "order")
    found = report.findings.query("severity == 'error'")
    assert found[["field", "rule"]].to_numpy().tolist() == [
        ["items.price", "decimal.short_form"], ["items.productName", "required.missing"],
    ]  # fmt: skip
    assert ["items 2" in found["message"].iloc[0], "items 3" in found["message"].iloc[1]] == [
        True, True,
    ]  # fmt: skip
    assert report.n_held == 1


@pytest.mark.parametrize("items", ["[1, 2]", "x", '[{"productSku": ', '["a"]', [[1]], "{1: 2"])
def test_what_is_no_list_of_objects_is_refused(items: Any) -> None:
    report = prepare(order(items), "order")
    assert report.findings["rule"].to_list() == ["items.unreadable"]


def test_a_name_that_is_no_field_of_an_item_is_told() -> None:
    report = prepare(order([{**ITEM, "nonsense": 1, "09123": 1}]), "order")
    told = report.findings.query("rule == 'items.unknown_field'")["message"].to_list()
    assert len(told) == 2
    assert "nonsense" in "".join(told)
    assert "09123" not in "".join(told)  # it may be a value
    assert report.ok


def test_a_name_without_a_value_loses_none() -> None:
    items = [{**ITEM, "nonsense": None, "note2": "", "customFieldTexts": None}]
    report = prepare(order(items), "order")
    assert report.ok
    assert not (report.findings["rule"] == "items.unknown_field").any()


# What an object says of its price, beside 35000; whether that is the same.
TWICE: list[tuple[str, bool]] = [
    ('"Đơn giá": 36000', False),
    ('"price": "1"', False),
    ('"Price": 35000', True),
    ('"Đơn giá": null', True),
    ('"price": ""', True),
]


@pytest.mark.parametrize(("more", "is_same"), TWICE)
def test_an_object_that_says_a_field_twice_is_held_unless_it_says_the_same(
    more: str, is_same: bool
) -> None:
    least = '"productSku": "S", "productName": "Áo", "price": 35000, "quantity": 1'
    for pairs in (f"{least}, {more}", f"{more}, {least}"):
        report = prepare(order(f"[{{{least}}}, {{{pairs}}}]"), "order")
        found = report.findings.query("rule == 'items.field_twice'")
        assert report.ok is is_same
        assert len(found) == (not is_same)
        if is_same:
            assert [one["price"] for one in report.ready["items"][0]] == [35000, 35000]
        else:
            assert found["field"].to_list() == ["items.price"]
            assert "items 2" in found["message"].iloc[0]


@pytest.mark.parametrize("word", ["Infinity", "-Infinity", "1e400"])
def test_a_number_without_an_end_is_not_empty(word: str) -> None:
    items = f'[{{"productSku": "S", "productName": "Áo", "price": {word}, "quantity": 1}}]'
    report = prepare(order(items), "order")
    found = report.findings.query("field == 'items.price'")["rule"]
    assert found.to_list() == ["decimal.unreadable"]
    assert prepare(order(items.replace(word, "NaN")), "order").ok


@pytest.mark.parametrize(
    "questions",
    [
        [{"questionId": "Q1", "langDef": "vi"}, {"questionId": " Q1 ", "langDef": "en"}],
        '{"Q1": {"langDef": "vi"}, "Q1": {"langDef": "en"}}',
    ],
)
def test_two_objects_of_a_map_with_one_key_are_held(questions: Any) -> None:
    survey = pd.DataFrame({"surveyId": ["S1", "S2"], "questions": [questions, None]})
    survey.loc[1, "questions"] = '{"Q1": {"langDef": "vi"}, "Q2": {"langDef": "vi"}}'
    report = prepare(survey, "meta-survey")
    found = report.findings.query("rule == 'items.key_twice'")
    assert found[["row", "field"]].to_numpy().tolist() == [[0, "questions.questionId"]]
    assert "questions 2" in found["message"].iloc[0]
    assert report.rows["state"].to_list() == ["held", "ready"]


def test_custom_fields_of_an_item_go_in_their_groups() -> None:
    item = {**ITEM, "customFieldTexts": {"customField01": " đỏ "},
            "customFieldLongs.customFieldLong02": "5"}  # fmt: skip
    (entry,) = entries(order([item]).pango.plan("order", source="POS"))
    assert entry["items"][0]["customFieldTexts"] == {"customField01": "đỏ"}
    assert entry["items"][0]["customFieldLongs"] == {"customFieldLong02": 5}
    assert DOCUMENTED.problem_with("order", entry) is None


def test_items_keep_every_digit() -> None:
    items = [{**ITEM, "price": 12.345, "discount": "0.30000000000000004"}]
    plan = order(items).pango.plan("order", source="POS")
    assert b'"price":12.345' in plan.payloads[0]
    assert b'"discount":0.30000000000000004' in plan.payloads[0]
    first = prepare(order(items), "order").ready["items"].iloc[0][0]
    assert first["price"] == Decimal("12.345")


@pytest.mark.parametrize(
    ("total", "warned"), [("70.000đ", False), ("70000.5", True), (None, False), ("1", True)]
)
def test_a_total_is_compared_with_its_items(total: Any, warned: bool) -> None:
    report = prepare(order([ITEM], totalProductCost=total), "order")
    assert report.ok
    assert ("items.total" in report.findings["rule"].to_list()) is warned
    assert pp.Order.validate(order([ITEM], totalProductCost=total)) is not None


def test_an_order_without_email_is_sent_with_a_warning() -> None:
    report = prepare(order([ITEM], customerEmail=None), "order")
    assert report.ok
    assert "required.expected" in report.findings["rule"].to_list()


def test_parts_are_read_as_one_frame() -> None:
    cells = ["1.250", "1.250.000", "12,5", "1tr"]
    frame = pd.concat([order([{**ITEM, "price": cell}], orderId=cell) for cell in cells])
    frame = frame.reset_index(drop=True)
    parts = [frame.iloc[:1], frame.iloc[1:2], frame.iloc[2:]]
    cut = Report(examine_parts(lambda: iter(parts), lambda part: plan_columns(part, "order")))
    one = prepare(frame, "order")
    pd.testing.assert_frame_equal(cut.ready, one.ready)
    pd.testing.assert_frame_equal(cut.findings, one.findings)
    assert cut.to_json() == one.to_json()


def test_rows_without_a_key_are_the_same_only_if_all_of_them_is() -> None:
    frame = pd.DataFrame([LEAST["user-event"], {**LEAST["user-event"], "value": "2"}] * 2)
    with pp.Sandbox() as cdp:
        result = frame.pango.send("user-event", source="App", client=cdp.client())
        assert result.counts["accepted"] + result.counts["unchanged"] == 4
        assert len(cdp.records("user-event")) == 2


def test_orders_and_a_type_of_ones_own_are_stored() -> None:
    class Visit(pp.Entity, object_type="store-visit", key=("visitId",)):
        visitId: str = pp.field.identifier(required=True)
        spent: float | None = pp.field.decimal(headers=["Chi tiêu"])

    visits = pd.DataFrame({"visitId": ["V1"], "Chi tiêu": ["1.250.000đ"]})
    with pp.Sandbox(entities=[Visit]) as cdp:
        sent = order([ITEM]).pango.send("order", source="POS", client=cdp.client())
        assert sent.counts["accepted"] == 1
        assert cdp.records("order")["items"].iloc[0][0]["productName"] == "Áo"
        again = order(FORMS[1]).pango.send("order", source="POS", client=cdp.client())
        assert again.counts["unchanged"] == 1
        assert visits.pango.send(Visit, source="POS", client=cdp.client()).counts["accepted"] == 1
        assert cdp.records("store-visit")["spent"].to_list() == [1_250_000]


@pytest.mark.parametrize("entities", ["order", [str], [pp.Entity], [7]])
def test_a_sandbox_takes_classes_with_an_object_type(entities: Any) -> None:
    with pytest.raises(pp.UsageError, match="entities"):
        pp.Sandbox(entities=entities)


def test_an_order_is_told_from_its_columns_and_customers_still_are() -> None:
    names = ["Mã đơn hàng", "Trạng thái đơn hàng", "Mã KH", "Tên khách hàng", "items"]
    assert pd.DataFrame(columns=names).pango.map().entity == "order"
    customers = pd.DataFrame(columns=["Mã KH", "Họ tên", "SĐT", "Mã đơn hàng", "Sản phẩm"])
    assert customers.pango.map().entity == "customer-identity"
