"""The six models say what the seed's tables say: every field, both ways."""

from __future__ import annotations

import csv
import inspect
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandera.api.checks import Check

import pangoprep as pp
from pangoprep.entities import CUSTOMERS as ENTITIES
from pangoprep.entities import ENTITIES as ALL_ENTITIES
from pangoprep.entities import MODELS, entity_for, fields
from pangoprep.entities.custom_fields import custom_field
from pangoprep.entities.rules import AnyOf
from pangoprep.errors import PangoprepError, UnknownEntityError
from pangoprep.normalizers import NORMALIZERS
from pangoprep.options import Options
from pangoprep.pipeline import prepare

CASES = Path(__file__).parents[1] / "cases" / "entities.csv"
SEED = list(csv.DictReader(CASES.read_text(encoding="utf-8").splitlines()))
FIELDS = [
    pytest.param(name, field, id=f"{name}.{field}")
    for name, entity in ENTITIES.items()
    for field in entity.fields()
]
# The seed writes "integer" small and leaves the type of internalCompanyId out.
TYPES = {"integer": "Integer", "": "String"}
# Required by the words beside a field that the seed does not mark "Yes".
BY_DESCRIPTION = {
    "customer-relationship": {"lastName"},
    "customer-membership": {"customerId", "customerEmail", "customerPhone"},
    "customer-identity-address": {"city", "district", "address"},
}
# Examples that are shown with digits hidden.
ILLUSTRATIONS = {"03596856xxx", "0359677xxx"}
NOT_OF_THE_CELL = ["required.missing", "required.any_of"]


def rows_of(entity: str) -> list[dict[str, str]]:
    return [row for row in SEED if row["entity"] == entity]


def may_be_required(entity: Any) -> tuple[set[str], set[str]]:
    always = {name for name, facts in entity.fields().items() if facts.required}
    instead = {
        name
        for rule in entity.rules
        if isinstance(rule, AnyOf)
        for fields in rule.alternatives
        for name in fields
    }
    return always, instead


def test_the_seed_has_six_tables_and_116_fields() -> None:
    assert list(dict.fromkeys(row["entity"] for row in SEED)) == list(ENTITIES)
    assert len(SEED) == 116


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_field_of_the_seed_is_in_the_model_with_its_type_and_no_other(entity: str) -> None:
    told = {row["field"]: TYPES.get(row["type"], row["type"]) for row in rows_of(entity)}
    assert len(told) == len(rows_of(entity))
    assert {name: facts.type for name, facts in ENTITIES[entity].fields().items()} == told


@pytest.mark.parametrize("entity", ENTITIES)
def test_requirements_are_those_the_seed_marks_and_describes(entity: str) -> None:
    marked = {row["field"] for row in rows_of(entity) if row["required"] == "Yes"}
    always, instead = may_be_required(ENTITIES[entity])
    assert always | instead == marked | BY_DESCRIPTION.get(entity, set())
    assert always & instead == set()


def test_fields_that_can_stand_for_each_other() -> None:
    alternatives = {
        name: [rule.alternatives for rule in entity.rules if isinstance(rule, AnyOf)]
        for name, entity in ENTITIES.items()
    }
    name = (("fullName",), ("firstName", "lastName"))
    assert alternatives == {
        "customer-identity": [(("phone",), ("email",)), name],
        "customer-relationship": [name],
        "customer-membership": [(("customerId",), ("customerEmail",), ("customerPhone",))],
        "customer-identity-address": [],
        "customer-identity-email": [],
        "customer-identity-photo": [],
    }


@pytest.mark.parametrize(
    ("entity", "key", "ignored_update_cfs", "custom_fields"),
    [
        ("customer-identity", ("customerId",), True, True),
        ("customer-relationship", ("customerId", "relationshipId"), True, True),
        ("customer-membership", ("membershipId",), True, True),
        ("customer-identity-address", ("customerId", "addressType"), False, False),
        ("customer-identity-email", ("customerId", "email"), False, False),
        ("customer-identity-photo", ("customerId", "imageUrl"), False, False),
    ],
)
def test_keys_and_what_pangocdp_takes(
    entity: str, key: tuple[str, ...], ignored_update_cfs: bool, custom_fields: bool
) -> None:
    model = ENTITIES[entity]
    assert model.object_type == entity
    assert model.key == key
    assert set(key) <= model.fields().keys()
    assert model.ignored_update_cfs is ignored_update_cfs
    assert model.custom_fields is custom_fields


@pytest.mark.parametrize(
    ("field", "choices"),
    [
        ("customer-identity.gender", ("male", "female", "undefined")),
        ("customer-relationship.gender", ("male", "female", "undefined")),
        ("customer-identity.maritalStatus", ("Single", "Married", "Divorced")),
        ("customer-identity.sourceChannel", ("Online", "Offline")),
        ("customer-identity-address.addressType", ("Hometown", "Live", "Work")),
        ("customer-identity-email.emailType", ("Business", "Personal")),
        (
            "customer-relationship.relationship",
            ("child", "spouse", "husband", "wife", "father", "mother", "parents", "undefined"),
        ),
        *[(f"{entity}.recordStatus", ("Active", "Deleted")) for entity in ENTITIES],
    ],
)
def test_allowed_values(field: str, choices: tuple[str, ...]) -> None:
    entity, name = field.split(".")
    assert ENTITIES[entity].fields()[name].choices == choices


def test_no_other_field_has_allowed_values() -> None:
    with_choices = {
        name
        for entity in ENTITIES.values()
        for name, facts in entity.fields().items()
        if facts.choices
    }
    assert with_choices == {
        "gender", "maritalStatus", "sourceChannel", "addressType", "emailType", "relationship",
        "recordStatus",
    }  # fmt: skip


@pytest.mark.parametrize(("entity", "field"), FIELDS)
def test_a_field_has_a_name_a_label_and_a_normalizer(entity: str, field: str) -> None:
    facts = ENTITIES[entity].fields()[field]
    assert facts.name == field
    assert facts.label.strip() == facts.label != ""
    assert facts.normalizer in NORMALIZERS


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_what_a_model_declares_is_what_its_schema_says(model: Any) -> None:
    # Calls ask the declaration alone: a schema takes Pandera long to make.
    schema = model.to_schema()
    told = {name: fields.facts_of(column) for name, column in schema.columns.items()}
    declared = model._facts_as_declared()
    assert all(declared.values())
    assert [*declared.items()] == [*told.items()]


@pytest.mark.parametrize("entity", ALL_ENTITIES.values(), ids=ALL_ENTITIES)
def test_an_entity_of_ours_has_no_check_of_panderas_beyond_its_rules(entity: Any) -> None:
    schema = entity.to_schema()
    assert {check.name for check in schema.checks} == {rule.rule for rule in entity.rules}
    assert not schema.unique
    assert not any(column.unique for column in schema.columns.values())
    checks = [check for column in schema.columns.values() for check in column.checks]
    assert all(Check.is_builtin_check(check.name) for check in checks)
    assert "unique_values_eq" not in {check.name for check in checks}


def test_the_seeds_examples() -> None:
    fields = {name: entity.fields() for name, entity in ENTITIES.items()}
    told = {
        "customer-identity": {
            "timezoneGmt": "7", "systemName": "CRM", "customerId": "C120901341",
            "customerGroup": "VIP", "identityNo": "38143xxxx", "passportNo": "BC12xxxxA",
            "phone": "03596856xxx", "fullName": "Nguyen Minh Dee", "firstName": "Nguyen",
            "lastName": "Dee", "middleName": "Minh", "gender": "male", "dob": "582310800000",
            "yob": "1988", "maritalStatus": "Single", "country": "Viet Nam",
            "city": "Ho Chi Minh", "district": "Tan Phu", "ward": "Hiep Tan",
            "address": "278 Hoa Binh", "building": "Richstar Resident",
            "buildingBlock": "Block x", "apartmentCode": "xx.xx", "language": "Vietnamese",
            "sourceChannel": "Online", "sourceName": "Facebook Ads",
            "sourceNameLevel2": "FormID12323434", "photos": "PicLink1; PicLink2",
            "recordStatus": "Active",
        },
        "customer-relationship": {
            "customerId": "C1230000001", "customerPhone": "0359677xxx", "relationship": "child",
            "fullName": "Nguyen Minh Dee", "firstName": "Dee", "lastName": "Nguyen Minh",
            "dob": "1584507164000", "gender": "male", "status": "Active",
            "createdAt": "1584507164000", "updatedAt": "1584507164000", "recordStatus": "Active",
        },
        "customer-membership": {
            "customerId": "C110000001", "customerPhone": "0359677xxx",
            "customerName": "Dee Nguyen", "membershipId": "0359677xxx", "membershipType": "VIP",
            "status": "Active", "membershipIssuedAt": "1584507164000",
            "membershipUpdatedAt": "1584507164000", "earnPoint": "5000", "loyaltyPoint": "3500",
            "redeemPoint": "1200", "recordStatus": "Active",
        },
        "customer-identity-address": {
            "customerId": "00000000001", "addressType": "Hometown", "countryAlphaCode2": "VN",
            "countryAlphaCode3": "VNM", "building": "Richstar 1", "buildingBlock": "RS3",
            "apartmentCode": "xx.xx", "recordStatus": "Active",
        },
        "customer-identity-email": {
            "customerId": "00000000001", "emailType": "Business", "primary": "true",
            "recordStatus": "Active",
        },
        "customer-identity-photo": {
            "customerId": "00000000001", "source": "Facebook",
            "imageUrl": "https://domain.com/photo/pic1.png", "recordStatus": "Active",
        },
    }  # fmt: skip
    shown = {
        entity: {name: fields[entity][name].example for name in examples}
        for entity, examples in told.items()
    }
    assert shown == told


@pytest.mark.parametrize("entity", ENTITIES)
def test_an_example_is_a_value_its_field_takes(entity: str) -> None:
    fields = ENTITIES[entity].fields()
    shown = {name: facts.example for name, facts in fields.items() if facts.example}
    hidden = {name for name, text in shown.items() if text in ILLUSTRATIONS}
    assert hidden <= {"phone", "customerPhone", "membershipId"}
    # A row for each field, since the examples are not one person's.
    frame = pd.DataFrame([{name: text} for name, text in shown.items()], columns=list(fields))
    found = prepare(frame, entity).findings
    found = found[~found["rule"].isin(NOT_OF_THE_CELL) & ~found["field"].isin(hidden)]
    assert found["field"].to_list() == []


PERSONAL = {
    "customerId", "identityNo", "passportNo", "phone", "email", "fullName", "firstName",
    "lastName", "middleName", "nickNames", "dob", "dob2", "yob", "religious", "district", "ward",
    "address", "building", "buildingBlock", "apartmentCode", "zipCode", "photos", "createdBy",
    "updatedBy", "customerEmail", "customerPhone", "customerName", "relationshipId",
    "membershipId", "imageUrl",
}  # fmt: skip


@pytest.mark.parametrize(("entity", "field"), FIELDS)
def test_what_tells_a_person_is_personal(entity: str, field: str) -> None:
    assert ENTITIES[entity].fields()[field].personal is (field in PERSONAL)


@pytest.mark.parametrize("entity", ENTITIES)
def test_the_public_class_is_the_registered_one_and_says_what_it_needs(entity: str) -> None:
    model = ENTITIES[entity]
    assert getattr(pp, model.__name__) is model
    assert entity_for(entity) is model
    assert entity_for(model) is model
    doc = inspect.getdoc(model) or ""
    assert entity in doc
    assert all(name in doc for name in model.key)


@pytest.mark.parametrize(
    "name", ["customer-identities", "Customer-Identity", "", "shopping-cart", None, 7, ("a",), []]
)
def test_an_unknown_entity_is_told_and_the_known_ones_listed(name: Any) -> None:
    with pytest.raises(UnknownEntityError) as caught:
        entity_for(name)
    assert all(known in str(caught.value) for known in ENTITIES)
    assert isinstance(caught.value, PangoprepError)
    assert isinstance(caught.value, ValueError)


def test_a_near_miss_is_suggested() -> None:
    with pytest.raises(UnknownEntityError, match="Did you mean 'customer-identity-email'"):
        entity_for("customer-identity-mail")


# Custom fields


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("customFieldTexts.customField01", "String"),
        ("customFieldTexts.customField999", "String"),
        ("customFieldLongs.customFieldLong02", "Long"),
        ("customFieldTimestamps.customFieldTimestamp01", "Timestamp"),
        ("customFieldListTexts.customFieldList01", "List"),
    ],
)
def test_a_custom_field_has_the_type_of_its_group(name: str, kind: str) -> None:
    facts = custom_field(name)
    assert facts is not None
    assert (facts.name, facts.type, facts.required, facts.personal) == (name, kind, False, True)


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "customField01", "customFieldTexts", "customFieldTexts.", "customFieldTexts.x",
        "customFieldTexts.customField1", "customFieldTexts.customField01\n",
        "customFieldTexts.customField٠١", "customFieldLongs.customField02",
        "customFieldTexts.customField01.a", "CustomFieldTexts.customField01",
    ],
)  # fmt: skip
def test_other_names_are_no_custom_fields(name: str) -> None:
    assert custom_field(name) is None


# Subclasses


def test_a_subclass_keeps_what_it_does_not_change() -> None:
    class Members(pp.CustomerIdentity, options=Options(phone_format="e164")):
        pass

    assert Members.object_type == "customer-identity"
    assert Members.key == ("customerId",)
    assert Members.rules == pp.CustomerIdentity.rules
    assert Members.options.phone_format == "e164"
    assert pp.CustomerIdentity.options.phone_format == "national"
    assert Members.fields() == pp.CustomerIdentity.fields()


def test_an_unknown_class_keyword_is_refused() -> None:
    with pytest.raises(pp.EntityError, match="colour"):

        class Wrong(pp.CustomerIdentity, colour="red"):
            pass


def test_an_entity_that_is_none_of_the_six() -> None:
    class Order(pp.Entity, object_type="order", key=("orderId",)):
        orderId: str = fields.identifier("Order id", required=True)
        paidAt: pd.Int64Dtype | None = fields.timestamp("Time of payment")
        channel: str | None = fields.text("Channel", str_length={"max_value": 3})

    frame = pd.DataFrame({"Order ID": [" 1", "2", "1"], "paidAt": "15/06/2020", "channel": "web"})
    frame.loc[1, "channel"] = "phone"
    report = prepare(frame, Order)
    assert report.entity == "order"
    assert report.rows["state"].to_list() == ["superseded", "held", "ready"]
    assert report.ready["paidAt"].to_list() == [1592154000000]


@pytest.mark.parametrize("name", [pp.Entity, object, int])
def test_a_class_that_stands_for_no_object_type_is_told(name: Any) -> None:
    with pytest.raises(PangoprepError, match=name.__name__):
        entity_for(name)
