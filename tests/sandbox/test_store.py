from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import numpy as np
import pandas as pd
import pytest

from pangoprep.errors import SandboxError, UnknownEntityError
from pangoprep.sandbox import Sandbox
from pangoprep.sandbox.catalog import DOCUMENTED
from pangoprep.sandbox.rules import KEYS
from pangoprep.sandbox.store import key_of

ADDRESS = {"city": "Huế", "district": "Phú Vang", "address": "1 Lê Lợi"}
TEXT = pd.StringDtype("pyarrow", na_value=np.nan)


def only(frame: pd.DataFrame) -> dict[str, object]:
    assert len(frame) == 1
    return {name: value for name, value in frame.iloc[0].items() if not np.any(pd.isna(value))}


def test_the_same_key_is_the_same_record(cdp, sender, people):
    sender.send(people(1, city="Huế", email="a@b.vn"))
    sender.send(people(1, city="Hà Nội", yob=1988))
    assert only(cdp.records("customer-identity")) == {
        "customerId": "C1",
        "phone": "0359685612",
        "fullName": "Đỗ An",
        "city": "Hà Nội",
        "email": "a@b.vn",  # what was not sent stays
        "yob": 1988,
    }


def test_null_clears_a_field_and_is_nothing_on_a_new_record(cdp, sender, people):
    sender.send(people(1, city="Huế", ward=None))
    assert "ward" not in cdp.records("customer-identity")
    sender.send(people(1, city=None))
    assert "city" not in cdp.records("customer-identity")


def test_the_word_null_clears_nothing(cdp, sender, people):
    sender.send(people(1, city="null", nickNames=["null"]))
    assert only(cdp.records("customer-identity"))["city"] == "null"


def test_lists_are_replaced_and_custom_fields_merged(cdp, sender, people):
    texts = {"customField01": "a", "customField02": "b", "customField03": "c"}
    sender.send(people(1, nickNames=["a", "b"], customFieldTexts=texts))
    sender.send(
        people(1, nickNames=["c"], customFieldTexts={"customField02": "B", "customField03": None})
    )
    record = only(cdp.records("customer-identity"))
    assert list(record["nickNames"]) == ["c"]
    assert record["customFieldTexts.customField01"] == "a"
    assert record["customFieldTexts.customField02"] == "B"
    assert "customFieldTexts.customField03" not in record


def test_a_key_twice_in_a_request_is_an_update_of_the_first(cdp, sender, people):
    sender.send([*people(1, city="Huế", ward="1"), *people(1, city="Hà Nội")])
    record = only(cdp.records("customer-identity"))
    assert (record["city"], record["ward"]) == ("Hà Nội", "1")


def test_ignored_custom_fields_are_set_on_new_records_and_kept_on_old_ones(cdp, sender, people):
    def custom(text, number):
        return {
            "customFieldTexts": {"customField01": text, "customField02": text},
            "customFieldLongs": {"customFieldLong03": number},
        }

    ignored = ["customField01", "customFieldLong03", "customFieldList09"]
    sender.send(people(1, **custom("old", 1)))
    sender.send([*people(1, **custom("new", 2)), *people(2, **custom("new", 2))])
    sender.send(
        [*people(1, **custom("newer", 3)), *people(3, **custom("newer", 3))],
        ignoredUpdateCfs=ignored,
    )
    records = cdp.records("customer-identity").set_index("customerId")
    kept, updated = "customFieldTexts.customField01", "customFieldTexts.customField02"
    assert records[kept].to_dict() == {"C1": "new", "C2": "new", "C3": "newer"}
    assert records[updated].to_dict() == {"C1": "newer", "C2": "new", "C3": "newer"}
    assert list(records["customFieldLongs.customFieldLong03"]) == [2, 2, 3]


def test_ignored_custom_fields_cannot_be_cleared_either(cdp, sender, people):
    sender.send(people(1, customFieldTexts={"customField01": "old"}))
    cleared = people(1, customFieldTexts={"customField01": None})
    sender.send(cleared, ignoredUpdateCfs=["customField01"])
    assert only(cdp.records("customer-identity"))["customFieldTexts.customField01"] == "old"


@pytest.mark.parametrize(
    ("object_type", "least"),
    [
        (
            "customer-relationship",
            {"customerId": "C1", "relationship": "wife", "relationshipId": "R", "fullName": "An"},
        ),
        ("customer-identity-address", {"customerId": "C1", "addressType": "Live", **ADDRESS}),
        (
            "customer-identity-email",
            {"customerId": "C1", "email": "a@b.vn", "emailType": "Personal"},
        ),
        (
            "customer-identity-photo",
            {"customerId": "C1", "source": "Zalo", "imageUrl": "https://b.vn/1"},
        ),
    ],
)
def test_a_key_of_two_fields_needs_both(cdp, sender, object_type, least):
    first, second = KEYS[object_type]
    other = "Work" if second == "addressType" else "https://b.vn/2"
    entries = [least, least | {first: "C2"}, least | {second: other}, least]
    assert sender.send(entries, object_type=object_type).status_code == 200
    records = cdp.records(object_type)
    assert list(zip(records[first], records[second], strict=True)) == [
        ("C1", least[second]),
        ("C2", least[second]),
        ("C1", other),
    ]


def test_keys_never_run_together():
    one = {"customerId": 'a","b', "email": "c"}
    two = {"customerId": "a", "email": 'b","c'}
    assert key_of("customer-identity-email", one) != key_of("customer-identity-email", two)
    for entry in (one, two):
        key = json.loads(key_of("customer-identity-email", entry))
        assert key == [entry["customerId"], entry["email"]]


def test_records_come_in_the_order_they_first_arrived(cdp, sender, people):
    sender.send(people(3, 1))
    sender.send(people(2, 3))
    assert list(cdp.records("customer-identity")["customerId"]) == ["C3", "C1", "C2"]


def test_records_have_the_types_of_their_fields(cdp, sender, people):
    entry = people(
        1,
        timezoneGmt=7,
        dob=582310800000,
        nickNames=["Dee"],
        customFieldTexts={"customField01": "2020-03-18"},
        customFieldLongs={"customFieldLong01": 2**63 - 1},
        customFieldTimestamps={"customFieldTimestamp01": 1584507164000},
        customFieldListTexts={"customFieldList01": ["2020-03-18"]},
    )
    sender.send([*people(0), *entry])
    records = cdp.records("customer-identity")
    assert dict(records.dtypes) == {
        "timezoneGmt": pd.Int64Dtype(),
        "customerId": TEXT,
        "phone": TEXT,
        "fullName": TEXT,
        "nickNames": np.dtype(object),
        "dob": pd.Int64Dtype(),
        "customFieldTexts.customField01": TEXT,
        "customFieldLongs.customFieldLong01": pd.Int64Dtype(),
        "customFieldTimestamps.customFieldTimestamp01": pd.Int64Dtype(),
        "customFieldListTexts.customFieldList01": np.dtype(object),
    }
    assert records["customFieldTexts.customField01"][1] == "2020-03-18"
    assert records["customFieldLongs.customFieldLong01"][1] == 2**63 - 1
    assert list(records["nickNames"]) == [None, ["Dee"]]
    assert records["dob"].isna().tolist() == [True, False]


def test_booleans_are_booleans(cdp, sender):
    entry = {"customerId": "C1", "email": "a@b.vn", "emailType": "Personal", "primary": True}
    sender.send([entry], object_type="customer-identity-email")
    assert cdp.records("customer-identity-email")["primary"].dtype == pd.BooleanDtype()


@pytest.mark.parametrize("object_type", KEYS)
def test_an_empty_store_still_has_its_columns(cdp, object_type):
    records = cdp.records(object_type)
    assert set(records.columns) == set(KEYS[object_type])
    records = cdp.records(object_type, all_fields=True)
    assert list(records.columns) == list(DOCUMENTED.rules_of(object_type))
    assert len(records) == 0
    assert cdp.events(object_type).empty


def test_all_fields_can_be_asked_for(cdp, sender, people):
    sender.send(people(1))
    records = cdp.records("customer-identity", all_fields=True)
    assert list(records.columns) == list(DOCUMENTED.rules_of("customer-identity"))
    assert records["yob"].dtype == pd.Int64Dtype()
    assert records["email"].isna().all()


def test_an_unknown_entity_is_one_clear_error(cdp):
    with pytest.raises(UnknownEntityError, match="customer-membership"):
        cdp.records("customer-nobody")
    with pytest.raises(UnknownEntityError, match="customer-membership"):
        cdp.events("customer-nobody")


def test_a_request_that_cannot_be_stored_leaves_nothing_behind(start, tmp_path, people):
    path = tmp_path / "practice.sqlite"
    cdp, sender = start(limits=None, path=path)
    sender.send(people(1), jeEventKey="CJE-1")
    with closing(sqlite3.connect(path)) as other:  # someone else breaks the file
        other.execute("DROP TABLE events")
    answer = sender.send(people(2, 3), jeEventKey="CJE-1")
    assert answer.status_code == 500
    assert answer.json()["success"] is False
    assert list(cdp.records("customer-identity")["customerId"]) == ["C1"]
    assert cdp.n_events == 1
    assert "1 record," in repr(cdp)
    assert sender.send(people(4)).status_code == 200  # and the next one is not hindered


def test_a_kept_file_goes_on_where_it_was(start, tmp_path, people):
    path = tmp_path / "practice.sqlite"
    first, sender = start(path=path)
    sender.send(people(1, 2, 3), jeEventKey="CJE-1")
    account = first.credentials
    first.stop()
    second, sender = start(path=path)
    assert second.credentials == account
    assert (len(second.records("customer-identity")), second.n_events) == (3, 3)
    sender.send(people(3, 4), jeEventKey="CJE-1")
    assert (len(second.records("customer-identity")), second.n_events) == (4, 5)
    assert "4 records" in repr(second)
    second.stop()
    assert len(second.records("customer-identity")) == 4  # it is still there to be read
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_of_somebody_else_is_refused_and_not_touched(tmp_path):
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE t (a)")
    before = path.read_bytes()
    with pytest.raises(SandboxError, match="not touched"):
        Sandbox(path=path).start()
    assert path.read_bytes() == before
    path.write_text("no database at all" * 100)
    with pytest.raises(SandboxError, match="cannot use"):
        Sandbox(path=path).start()
    with pytest.raises(SandboxError, match="cannot use"):
        Sandbox(path=tmp_path / "no folder" / "a.sqlite").start()


def test_reading_while_writing_sees_whole_requests(cdp, sender, people):
    for start in range(0, 500, 50):
        sender.send(people(*range(start, start + 50)))
        assert len(cdp.records("customer-identity")) == start + 50
