from __future__ import annotations

import ast
import csv
from pathlib import Path

import pytest

import pangoprep.sandbox
from pangoprep.sandbox.catalog import DOCUMENTED
from pangoprep.sandbox.rules import (
    CUSTOM_FIELD_GROUPS,
    IGNORED_UPDATE_CFS,
)

#: The least each entity takes.
LEAST = {
    "customer-identity": {"customerId": "C1", "phone": "0359", "fullName": "An"},
    "customer-relationship": {
        "customerId": "C1",
        "relationshipId": "R1",
        "relationship": "wife",
        "fullName": "An",
    },
    "customer-membership": {
        "customerId": "C1",
        "membershipId": "M1",
        "membershipIssuedAt": 1584507164000,
    },
    "customer-identity-address": {
        "customerId": "C1",
        "addressType": "Live",
        "city": "Huế",
        "district": "Phú Vang",
        "address": "1 Lê Lợi",
    },
    "customer-identity-email": {"customerId": "C1", "email": "a@b.vn", "emailType": "Personal"},
    "customer-identity-photo": {
        "customerId": "C1",
        "source": "Zalo",
        "imageUrl": "https://b.vn/1.png",
    },
}

#: Values that fit a type, and values that look as if they did.
FITTING = {
    "String": ["a", "Đ", " a "],
    "Text": ["2001-10-31"],
    "": ["a"],
    "integer": [0, -1, 2**31 - 1],
    "Long": [0, -1, 2**63 - 1],
    "Timestamp": [0, -1, 1584507164000, 253_402_300_799_999],
    "Boolean": [True, False],
    "List": [[], ["a", "b"]],
}
UNFITTING = {
    "String": [1, 1.5, True, ["a"], {"a": "b"}],
    "Text": [20011031, ["2001-10-31"]],
    "": [1, False],
    "integer": ["1", 1.0, True, 2**31, -(2**31) - 1, [1]],
    "Long": ["1", 1.0, False, 2**63],
    "Timestamp": ["1584507164000", 1584507164000.0, "2020-03-18", True, 253_402_300_800_000],
    "Boolean": ["true", 0, 1],
    "List": ["a; b", [1], ["a", None], {"a": "b"}],
}

FIELDS = [(entity, rule) for entity in LEAST for rule in DOCUMENTED.rules_of(entity).values()]
each_field = pytest.mark.parametrize(
    ("entity", "rule"), FIELDS, ids=[f"{entity}.{rule.name}" for entity, rule in FIELDS]
)
each_entity = pytest.mark.parametrize("entity", LEAST)


@each_entity
def test_the_least_is_enough(entity):
    assert DOCUMENTED.problem_with(entity, LEAST[entity]) is None


@each_entity
@pytest.mark.parametrize("nothing", [..., None, "", "  \t"])
def test_nothing_of_the_least_can_be_missing(entity, nothing):
    for name in LEAST[entity]:
        entry = {k: v for k, v in (LEAST[entity] | {name: nothing}).items() if v is not ...}
        problem = DOCUMENTED.problem_with(entity, entry)
        assert problem is not None
        assert problem[0] == name


@each_field
def test_fields_take_values_of_their_type(entity, rule):
    fitting = FITTING[rule.type]
    if rule.check.asks_for not in ("text", "a whole number"):
        fitting = [value for value in fitting if rule.check.test(value)] or rule.choices
    for value in fitting:
        assert DOCUMENTED.problem_with(entity, LEAST[entity] | {rule.name: value}) is None


@each_field
def test_fields_refuse_values_of_another_type_and_do_not_repeat_them(entity, rule):
    for value in UNFITTING[rule.type]:
        problem = DOCUMENTED.problem_with(entity, LEAST[entity] | {rule.name: value})
        assert problem is not None, value
        assert problem[0] == rule.name
        assert problem[1].startswith("expected ")
        assert problem == DOCUMENTED.problem_with(
            entity, LEAST[entity] | {rule.name: UNFITTING[rule.type][0]}
        )


@each_field
def test_null_clears_what_need_not_be_there(entity, rule):
    problem = DOCUMENTED.problem_with(entity, LEAST[entity] | {rule.name: None})
    assert (problem is None) == (rule.name not in LEAST[entity])


@pytest.mark.parametrize(
    ("entity", "name", "good", "bad"),
    [
        ("customer-identity", "gender", ["male", "female", "undefined"], ["Male", "nam", ""]),
        ("customer-identity", "maritalStatus", ["Single", "Married", "Divorced"], ["single"]),
        ("customer-identity", "sourceChannel", ["Online", "Offline"], ["online"]),
        ("customer-identity", "recordStatus", ["Active", "Deleted"], ["active"]),
        ("customer-identity", "timezoneGmt", [-12, 0, 14], [-13, 15, 7.0, "7"]),
        ("customer-identity", "status", ["anything"], []),
        ("customer-identity", "dob2", ["2000-02-29"], ["2001-02-29", "31/10/2001", "2001-1-1"]),
        ("customer-identity", "dob2", ["1988-06-15"], ["1988-06-15\n", "１９８８-06-15"]),
        (
            "customer-relationship",
            "relationship",
            ["child", "spouse", "husband", "wife", "father", "mother", "parents", "undefined"],
            ["son", "Wife"],
        ),
        ("customer-identity-address", "addressType", ["Hometown", "Live", "Work"], ["Home"]),
        ("customer-identity-address", "countryAlphaCode2", ["VN"], ["vn", "VNM", "V", "ＶＮ"]),
        ("customer-identity-address", "countryAlphaCode3", ["VNM"], ["vnm", "VN"]),
        ("customer-identity-email", "emailType", ["Business", "Personal"], ["Work"]),
        (
            "customer-identity-photo",
            "imageUrl",
            ["https://b.vn/1.png", "http://b.vn"],
            ["b.vn/1.png", "javascript:alert(1)", "https://", "https://b.vn/a b", "ftp://b.vn"],
        ),
    ],
)
def test_allowed_values(entity, name, good, bad):
    for value in good:
        assert DOCUMENTED.problem_with(entity, LEAST[entity] | {name: value}) is None
    for value in bad:
        problem = DOCUMENTED.problem_with(entity, LEAST[entity] | {name: value})
        assert problem is not None, value
        assert problem[0] == name
        assert not value or str(value) not in problem[1].split(), "a value was repeated"


@pytest.mark.parametrize(
    ("entity", "without", "instead"),
    [
        ("customer-identity", "phone", {"email": "a@b.vn"}),
        ("customer-identity", "fullName", {"firstName": "Nguyen", "lastName": "Dee"}),
        ("customer-relationship", "fullName", {"firstName": "Dee", "lastName": "Nguyen"}),
        ("customer-membership", "customerId", {"customerEmail": "a@b.vn"}),
        ("customer-membership", "customerId", {"customerPhone": "0359"}),
    ],
)
def test_what_may_stand_in_for_what(entity, without, instead):
    entry = {k: v for k, v in LEAST[entity].items() if k != without}
    assert DOCUMENTED.problem_with(entity, entry | instead) is None
    for name in instead:  # half of it, or blank, will not do
        assert DOCUMENTED.problem_with(entity, entry | instead | {name: None}) is not None
        assert DOCUMENTED.problem_with(entity, entry | instead | {name: " "}) is not None


def test_the_email_entity_does_not_take_a_phone_instead():
    entry = {"customerId": "C1", "emailType": "Personal", "customerPhone": "0359"}
    assert DOCUMENTED.problem_with("customer-identity-email", entry) is not None


@each_entity
def test_unknown_fields_are_refused(entity):
    problem = DOCUMENTED.problem_with(entity, LEAST[entity] | {"favouriteColor": "blue"})
    assert problem == ("favouriteColor", f"{entity} has no such field")


@pytest.mark.parametrize("name", ["0359685612", "an@b.vn", "Nguyễn An", "Custom Fields", "", "An"])
def test_names_that_may_be_values_are_not_repeated(name):
    problem = DOCUMENTED.problem_with("customer-identity", LEAST["customer-identity"] | {name: "x"})
    assert problem == ("(a name not shown)", "customer-identity has no such field")


CUSTOM = {
    "customFieldTexts": {"customField01": "a"},
    "customFieldLongs": {"customFieldLong02": 5},
    "customFieldTimestamps": {"customFieldTimestamp01": 1584507164000},
    "customFieldListTexts": {"customFieldList01": ["a", "b"]},
}


@each_entity
def test_custom_fields_are_taken_where_the_seed_has_the_section(entity):
    assert DOCUMENTED.takes_custom_fields(entity) == (entity in IGNORED_UPDATE_CFS)
    for group, value in CUSTOM.items():
        problem = DOCUMENTED.problem_with(entity, LEAST[entity] | {group: value})
        assert (problem is None) == DOCUMENTED.takes_custom_fields(entity)


def test_rules_go_on_after_custom_fields():
    assert DOCUMENTED.problem_with("customer-identity", {**CUSTOM, "customerId": "C1"}) is not None
    entry = {**CUSTOM, **LEAST["customer-identity"], "yob": "1988"}
    assert DOCUMENTED.problem_with("customer-identity", entry) == ("yob", "expected a whole number")


@pytest.mark.parametrize("group", CUSTOM_FIELD_GROUPS)
def test_custom_fields_have_the_type_of_their_group(group):
    least, (inner, value) = LEAST["customer-identity"], next(iter(CUSTOM[group].items()))
    for good in ({inner: value}, {inner: None}, {}, None):
        assert DOCUMENTED.problem_with("customer-identity", least | {group: good}) is None
    for bad in (1.5, [], "a", {inner: {}}, {inner: 1.5}, {inner: True}):
        problem = DOCUMENTED.problem_with("customer-identity", least | {group: bad})
        assert problem is not None, bad
        assert problem[0].startswith(group)
    for other in ("customField", "customFieldX1", "fullName", f"{inner}\n"):
        problem = DOCUMENTED.problem_with("customer-identity", least | {group: {other: value}})
        assert problem is not None, other
        assert problem[1] == "no such custom field"


def test_two_readings_of_the_seed_agree():
    table = Path(__file__).parents[1] / "cases" / "entities.csv"
    with table.open(encoding="utf-8", newline="") as file:
        other = {(row["entity"], row["field"]): row for row in csv.DictReader(file)}
    ours = {(entity, rule.name): rule for entity, rule in FIELDS}
    assert list(ours) == list(other)  # the order too: it is the seed's
    for place, rule in ours.items():
        assert rule.type == other[place]["type"], place
        if other[place]["required"] == "Yes":
            assert rule.required, place


def test_the_rules_share_nothing_with_the_client():
    allowed = {"pangoprep.errors", "pangoprep.private_files", "pangoprep.argument_checks"}
    allowed |= {"pangoprep.extras", "pangoprep.sentence", "pangoprep.system_errors"}
    allowed |= {"pangoprep.close_names", "pangoprep.error_words", "pangoprep.sandbox"}
    allowed |= {"pangoprep.upload"}
    for path in Path(pangoprep.sandbox.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            if names == ["pangoprep"]:
                names = [f"pangoprep.{alias.name}" for alias in node.names]
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                own = str(name).startswith("pangoprep")
                assert not own or any(str(name).startswith(part) for part in allowed), path.name
