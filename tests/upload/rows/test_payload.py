from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pangoprep.upload.rows.batches import Batch, Envelope
from pangoprep.upload.rows.fingerprints import RowMarks
from pangoprep.upload.rows.payload import Encoder

FIELDS = ["customerId", "email", "nickNames", "dob", "primary"]

texts = st.none() | st.text(st.characters(codec="utf-8"), max_size=12)
records = st.lists(
    st.fixed_dictionaries(
        {
            "customerId": st.text(st.characters(codec="utf-8"), min_size=1, max_size=5),
            "email": texts,
            "nickNames": st.none() | st.lists(st.text(st.characters(codec="utf-8")), max_size=3),
            "dob": st.none() | st.integers(-(2**62), 2**62),
            "primary": st.none() | st.booleans(),
            "customFieldTexts.customField01": texts,
            "customFieldTexts.customField02": texts,
            "customFieldLongs.customFieldLong01": st.none() | st.integers(-9, 9),
        }
    ),
    min_size=1,
    max_size=7,
)


def frame_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    kinds = {"dob": "Int64", "primary": "boolean", "customFieldLongs.customFieldLong01": "Int64"}
    return pd.DataFrame(
        {
            name: pd.array(values, dtype=kinds[name])
            if name in kinds
            else pd.Series(values, dtype="object" if name == "nickNames" else "str")
            for name, values in columns.items()
        }
    )


def plain_way(row: dict[str, Any]) -> dict[str, Any]:
    """Make an entry the slow and obvious way."""
    entry: dict[str, Any] = {}
    for name, value in row.items():
        if value is None:
            continue
        group, _, inner = name.rpartition(".")
        (entry.setdefault(group, {}) if group else entry)[inner] = value
    return entry


@given(records)
def test_entries_are_the_rows_without_nulls(rows: list[dict[str, Any]]) -> None:
    chunks = list(Encoder(frame_of(rows), FIELDS, ["customerId"]).chunks(3))
    entries = [json.loads(entry) for chunk in chunks for entry in chunk.entries]
    assert entries == [plain_way(row) for row in rows]
    keys = [json.loads(key) for chunk in chunks for key in chunk.keys]
    assert keys == [{"customerId": row["customerId"]} for row in rows]
    assert [chunk.start for chunk in chunks] == list(range(0, len(rows), 3))


@given(records)
def test_the_order_of_columns_changes_no_byte(rows: list[dict[str, Any]]) -> None:
    frame = frame_of(rows)
    turned = frame[frame.columns[::-1]]
    one, other = (next(Encoder(f, FIELDS, ["customerId"]).chunks(9)) for f in (frame, turned))
    assert one == other


@given(records)
def test_cleared_fields_are_null_instead_of_left_out(rows: list[dict[str, Any]]) -> None:
    encoder = Encoder(frame_of(rows), FIELDS, ["customerId"], clear=["email", "dob"])
    entries = [json.loads(entry) for entry in next(encoder.chunks(9)).entries]
    assert entries == [plain_way(row) | {"email": row["email"], "dob": row["dob"]} for row in rows]


def test_columns_that_are_no_fields_stay_here() -> None:
    frame = pd.DataFrame({"customerId": ["C1"], "note": ["x"], "other.customField01": ["y"]})
    assert next(Encoder(frame, FIELDS, ["customerId"]).chunks(1)).entries == [
        b'{"customerId":"C1"}'
    ]


def test_a_frame_without_fields_gives_empty_entries() -> None:
    encoder = Encoder(pd.DataFrame({"a": [1, 2, 3]}), FIELDS, [])
    assert [chunk.entries for chunk in encoder.chunks(2)] == [[b"{}", b"{}"], [b"{}"]]


def test_categories_and_text_to_escape() -> None:
    frame = pd.DataFrame({"customerId": pd.Categorical(['a"b', "c\\d\n"]), "email": ["é", None]})
    entries = next(Encoder(frame, FIELDS, ["customerId"]).chunks(5)).entries
    assert [json.loads(entry) for entry in entries] == [
        {"customerId": 'a"b', "email": "é"},
        {"customerId": "c\\d\n"},
    ]


@given(st.integers(2, 50))
def test_halves_are_the_whole(n_rows: int) -> None:
    rows = [bytes([n]) for n in range(n_rows)]
    one, other = Batch(range(n_rows), rows, rows).halves()
    assert [*one.positions, *other.positions] == list(range(n_rows))
    assert [*one.entries, *other.entries] == rows == [*one.marks, *other.marks]
    assert 0 <= len(one) - len(other) <= 1


def test_bodies_are_what_the_api_asks_for() -> None:
    envelope = Envelope("customer-identity", 'C"RM', "j", "k", ("customField01",), init_data=True)
    assert json.loads(envelope.body([b'{"a":1}', b"{}"])) == {
        "objectType": "customer-identity",
        "source": 'C"RM',
        "entries": [{"a": 1}, {}],
        "jeConfigId": "j",
        "jeEventKey": "k",
        "ignoredUpdateCfs": ["customField01"],
    }


@pytest.mark.parametrize("keys", [(None, None), ("j", None), ("j", "k")])
def test_no_request_can_fire_more_events_than_allowed(keys: tuple[str | None, ...]) -> None:
    envelope = Envelope("customer-identity", "CRM", *keys)
    assert envelope.max_rows == 50
    assert envelope.max_rows * sum(key is not None for key in keys) <= 200


def test_marks_tell_keys_and_contents_apart() -> None:
    marks = RowMarks(b"k" * 32, Envelope("customer-identity", "CRM"))
    [one, two, three] = marks.mark([b"a", b"a", b"b"], [b"x", b"y", b"x"])
    assert one[:16] == two[:16] != three[:16]
    assert one[16:] == three[16:] != two[16:]
    others = [
        RowMarks(b"l" * 32, Envelope("customer-identity", "CRM")),
        RowMarks(b"k" * 32, Envelope("customer-identity", "POS")),
        RowMarks(b"k" * 32, Envelope("customer-identity", "CRM", None, None, ("customField01",))),
    ]
    for other in others:
        assert other.mark([b"a"], [b"x"])[0][16:] != one[16:]
    # Who is asked to fire events does not change what a row says.
    same = RowMarks(b"k" * 32, Envelope("customer-identity", "CRM", "j"))
    assert same.mark([b"a"], [b"x"]) == [one]
