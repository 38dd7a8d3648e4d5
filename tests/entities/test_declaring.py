"""Entities of the caller's own: every declared column is sent or refused, never dropped."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pytest

import pangoprep as pp
from pangoprep.errors import EntityError
from pangoprep.large.parts import examine_parts
from pangoprep.pipeline import prepare
from pangoprep.planning import plan_columns
from pangoprep.report import Report


class Ours(pp.CustomerIdentity):
    """Five columns more than PangoCDP's table, declared by their types."""

    tier: str
    score: float
    visits: int | None
    active: bool | None
    lastVisit: datetime | None
    rank: str | None = pp.field.text("Rank", alias="customFieldTexts.customField07")


def ours(**change: Any) -> pd.DataFrame:
    row = {
        "customerId": "1", "fullName": "An", "phone": "0912345678", "Tier": " gold ",
        "score": "1.250,5", "visits": "3.0", "active": "có", "lastVisit": "15/06/2024",
        "customFieldTexts.customField07": "A",
    }  # fmt: skip
    return pd.DataFrame([row, row | {"customerId": "2"} | change])


SENT = {
    "tier": "gold", "score": 1250.5, "visits": 3, "active": True, "lastVisit": 1718384400000,
    "customFieldTexts": {"customField07": "A"},
}  # fmt: skip


def entries(plan: Any) -> list[dict[str, Any]]:
    return json.loads(plan.payloads[0])["entries"]


def test_a_column_a_subclass_adds_is_cleaned_and_sent() -> None:
    report = prepare(ours(), Ours)
    assert {*report.ready.columns} >= {"tier", "score", "visits", "active", "lastVisit"}
    sent = entries(ours().pango.send(Ours, source="CRM", dry_run=True))
    assert [{name: entry.get(name) for name in SENT} for entry in sent] == [SENT, SENT]
    assert entries(ours().pango.send(Ours, source="CRM", dry_run=True)) == sent
    pd.testing.assert_frame_equal(Ours.validate(ours().rename(columns={"Tier": "tier"})),
                                  report.cleaned)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "cell", "rule"),
    [
        ("Tier", None, "required.missing"),
        ("score", "1tr250", "decimal.short_form"),
        ("visits", "1.5", "integer.unreadable"),
        ("active", "perhaps", "boolean.unreadable"),
        ("lastVisit", "31/02/2024", "date.impossible"),
    ],
)
def test_it_is_checked(name: str, cell: Any, rule: str) -> None:
    report = prepare(ours(**{name: cell}), Ours)
    assert report.rows["state"].to_list() == ["ready", "held"]
    assert rule in report.findings["rule"].to_list()


def test_it_is_personal_unless_its_maker_says_otherwise() -> None:
    assert Ours.fields()["tier"].personal
    assert not Ours.fields()["customFieldTexts.customField07"].personal


def test_it_goes_the_same_way_in_parts() -> None:
    frame = ours(score="x")
    parts = [frame.iloc[:1], frame.iloc[1:]]
    cut = Report(examine_parts(lambda: iter(parts), lambda part: plan_columns(part, Ours)))
    pd.testing.assert_frame_equal(cut.ready, prepare(frame, Ours).ready)
    assert cut.model is Ours


def test_the_class_itself_is_sent_though_another_is_registered_under_its_name() -> None:
    plan = ours().pango.send(Ours, source="CRM", dry_run=True, clear=["visits"])
    assert "tier" in entries(plan)[0]
    assert {"tier", "score"} & plan.open_fields == set()
    bundle = pp.validate_all({"customer-identity": ours()})
    assert "tier" not in bundle["customer-identity"].ready


def test_an_entity_of_ones_own_has_ready_rows_and_a_key() -> None:
    class Visit(pp.Entity, object_type="store-visit", key=("visitId",)):
        visitId: str
        spent: float | None = pa.Field(ge=0, nullable=True)

    frame = pd.DataFrame({"visit id": ["V1", "V1", "V2"], "spent": ["5", "6", "-1"]})
    report = prepare(frame, Visit)
    assert report.rows["state"].to_list() == ["superseded", "ready", "held"]
    plan = frame.pango.send(Visit, source="POS", dry_run=True)
    assert entries(plan) == [{"visitId": "V1", "spent": 6}]


BAD: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"key": ("nope",)}, {}, "key names 'nope'"),
    ({"key": ("a", "a")}, {}, "twice"),
    ({"key": 5}, {}, "key must name fields"),
    ({"keys": ("a",)}, {}, "'keys' is no class keyword; there are object_type, key"),
    ({"object_type": ""}, {}, "object_type=''"),
    ({"object_type": "two words"}, {}, "object_type='two words'"),
    ({"rules": (pp.AnyOf((("a",), ("b",))),)}, {}, "AnyOf names 'b'"),
    ({"rules": (pp.InOrder("a", "later"),)}, {}, "InOrder names 'later'"),
    ({"rules": ("a < b",)}, {}, "which is no rule"),
    ({"references": {"b": "order"}}, {}, "references names 'b'"),
    ({"references": "order"}, {}, "references must map"),
    ({"custom_fields": "yes"}, {}, "custom_fields must be True or False"),
    ({"options": {"day_first": True}}, {}, "pp.Options"),
    ({}, {"b": (dict, pa.Field())}, "b has the type"),
    ({}, {"b": (object, pa.Field())}, "b has the type"),
    ({}, {"b": (str, pa.Field(regex=True))}, "pattern of names"),
    ({}, {"b": (str, pp.field.text(alias="a"))}, "a and b are both the field 'a'"),
]


@pytest.mark.parametrize(("keywords", "more", "message"), BAD)
def test_what_cannot_be_used_is_refused_when_the_class_is_made(
    keywords: dict[str, Any], more: dict[str, Any], message: str
) -> None:
    body: dict[str, Any] = {"__annotations__": {"a": str}, "a": pp.field.text("A")}
    for name, (kind, made) in more.items():
        body[name] = made
        body["__annotations__"][name] = kind
    given = {"object_type": "x", "key": ("a",), **keywords}
    with pytest.raises(EntityError, match=message) as caught:
        type(pp.Entity)("Mine", (pp.Entity,), body, **given)
    assert "Mine" in str(caught.value)


def test_a_field_of_the_class_above_may_be_declared_under_another_name() -> None:
    class Ranked(pp.Entity, object_type="ranked", key=("a",)):
        a: str = pp.field.text()
        rank: str = pp.field.text(alias="customFieldTexts.customField01")

    class Graded(Ranked):
        grade: str = pp.field.identifier(alias="customFieldTexts.customField01")

    assert Graded.fields()["customFieldTexts.customField01"].normalizer == "id"


def test_items_may_hold_items() -> None:
    class Gift(pp.Item):
        sku: str = pp.field.identifier(required=True)
        price: float = pp.field.decimal()

    class Line(pp.Item):
        sku: str = pp.field.identifier(required=True)
        gifts: list = pp.field.items(Gift)

    class Sale(pp.Entity, object_type="sale", key=("a",)):
        a: str = pp.field.identifier(required=True)
        lines: list = pp.field.items(Line)

    gifts = [{"sku": "07", "price": "1.250.000"}, {"sku": "08", "price": "1.500"}]
    bad = '[{"sku": "B", "gifts": []}, {"sku": "C", "gifts": [{"sku": "1"}, {"price": "x"}]}]'
    frame = pd.DataFrame({"a": ["1", "2"], "lines": [[{"sku": "A", "gifts": gifts}], bad]})
    report = frame.pango.validate(Sale)
    assert report.findings[["row", "field", "rule"]].to_numpy().tolist() == [
        [1, "lines.gifts.price", "decimal.unreadable"], [1, "lines.gifts.sku", "required.missing"],
    ]  # fmt: skip
    assert all("gifts 2; lines 2" in told for told in report.findings["message"])
    assert entries(frame.pango.send(Sale, source="POS", dry_run=True)) == [
        {"a": "1", "lines": [{"sku": "A", "gifts": [
            {"sku": "07", "price": 1250000}, {"sku": "08", "price": 1500}]}]}
    ]  # fmt: skip
    rows = pd.DataFrame({"a": ["1", "1"], "lines.sku": ["A", "B"], "lines.gifts": [gifts, None]})
    ready = rows.pango.validate(Sale).ready["lines"].iloc[0]
    assert [len(line["gifts"] or []) for line in ready] == [2, 0]


@pytest.mark.parametrize("kind", [pp.Entity, pp.Item])
def test_a_class_without_an_object_type_is_no_entity(kind: Any) -> None:
    class Line(kind):  # type: ignore[misc]
        sku: str = pp.field.text()

    frame = pd.DataFrame({"sku": ["A1"]})
    for one in (kind, Line):
        with pytest.raises(EntityError, match=f"{one.__name__} is no entity: it says no object_t"):
            frame.pango.validate(one)


def test_a_list_of_dicts_in_a_list_of_texts_is_refused() -> None:
    frame = ours().drop(columns="Tier").assign(nickNames=[[{"a": 1}], ["x", "y"]])
    report = prepare(frame, "customer-identity")
    found = report.findings.query("field == 'nickNames'")
    assert found[["row", "rule"]].to_numpy().tolist() == [[0, "list.unreadable"]]
    assert report.cleaned["nickNames"].to_list() == [None, ["x", "y"]]


@pytest.mark.parametrize(
    "name",
    ["customFieldTexts.customField1", "customFieldDoubles.customFieldDouble01", "CustomField01",
     "customfieldtexts.customfield01"],
)  # fmt: skip
@pytest.mark.parametrize("entity", ["customer-identity", "customer-identity-photo"])
def test_a_column_like_a_custom_field_is_told(name: str, entity: str) -> None:
    frame = ours().assign(source="Zalo", imageUrl="http://a.vn/1", **{name: ["x", None]})
    report = prepare(frame, entity)
    assert report.ok
    told = report.findings.query("rule == 'column.custom_field'")
    assert name in told["field"].to_list()
    assert told[told["field"] == name]["row"].to_list() == [0]
    left_out = prepare(frame, entity, mapping={name: ""})
    assert name not in left_out.findings["field"].to_list()


def test_labels_and_headers_of_ones_own() -> None:
    class Sale(pp.Entity, object_type="sale", key=("saleId",)):
        saleId: str = pp.field.identifier({"en": "Sale", "vi": "Mã bán"}, required=True,
                                          headers=["Số hóa đơn"])  # fmt: skip
        state: str | None = pp.field.choice(["New", "Done"], words={"xong": "Done"})

    frame = pd.DataFrame({"SỐ HÓA ĐƠN": ["1", "2", "3"], "state": ["XONG", "new", "x"]})
    report = prepare(frame, Sale)
    assert report.cleaned["state"].to_list()[:2] == ["Done", "New"]
    assert report.findings["rule"].to_list() == ["choice.unknown"]
    assert Sale.fields()["state"].label == "State"


@pytest.mark.parametrize("entity", [pp.Entity, *pp.ENTITIES.values()])
def test_our_own_declarations_can_be_used(entity: type[pp.Entity]) -> None:
    entity.check_declaration()  # importing pangoprep does not, so that it is quick


class Sale(pp.Entity, object_type="sale", key=("saleId",)):
    saleId: str = pp.field.identifier(required=True)
    price: float | None = pp.field.decimal()


def test_a_recipe_keeps_the_class_and_its_file_takes_it_again(tmp_path: Path) -> None:
    frame = pd.DataFrame({"Số": ["1"], "price": ["5"]})
    recipe = frame.pango.validate(Sale, mapping={"Số": "saleId"}).recipe("POS")
    assert frame.pango.validate(recipe=recipe).model is Sale
    path = recipe.save(tmp_path / "sales.toml")
    assert frame.pango.validate(Sale, recipe=path).ready["saleId"].to_list() == ["1"]
    assert frame.pango.plan(Sale, recipe=path).n_to_send == 1
    with pytest.raises(pp.UsageError, match="'sale'"):
        frame.pango.validate(recipe=path)
    with pytest.raises(pp.UsageError, match="it is for 'sale', not 'customer-identity'"):
        frame.pango.validate(Ours, recipe=path)


def test_choices_are_texts() -> None:
    with pytest.raises(pp.EntityError, match=r"texts, such as .* not 1\. .*pp\.field\.integer"):
        pp.field.choice([1, 2])  # type: ignore[list-item]
