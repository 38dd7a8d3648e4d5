"""Rows with one key: which is sent, and that each of the others knows why it is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pangoprep.entities import ENTITIES
from pangoprep.options import Options
from pangoprep.pipeline import prepare
from pangoprep.steps.clean import TEXT_DTYPE
from pangoprep.steps.duplicates import find_duplicates

POLICIES = ("last", "first", "hold")


def keys(**columns: list[Any]) -> pd.DataFrame:
    return pd.DataFrame(
        {name: pd.array(cells, dtype=TEXT_DTYPE) for name, cells in columns.items()}
    )


def numbered(frame: pd.DataFrame) -> dict[str, Any]:
    return {name: pd.factorize(frame[name])[0] for name in frame}


def found(
    frame: pd.DataFrame, policy: str, held: list[int] | None = None
) -> tuple[str, list[int], list[int], list[str]]:
    """The rule, its rows, the superseded rows, and the suggestions."""
    mask = np.zeros(len(frame), dtype=bool)
    mask[held or []] = True
    [block], superseded = find_duplicates(numbered(frame), list(frame.columns), mask, policy)
    suggestions = [] if block.suggestions is None else block.suggestions.to_pylist()
    return block.rule, block.rows.tolist(), np.flatnonzero(superseded).tolist(), suggestions


# The stage by itself


@pytest.mark.parametrize(
    ("policy", "rule", "rows", "superseded", "suggestions"),
    [
        ("last", "duplicate.superseded", [0, 2], [0, 2], ["row 4 is sent"] * 2),
        ("first", "duplicate.superseded", [2, 4], [2, 4], ["row 0 is sent"] * 2),
        ("hold", "duplicate.key", [0, 2, 4], [], []),
    ],
)
def test_of_three_rows_one_is_sent_or_none(
    policy: str, rule: str, rows: list[int], superseded: list[int], suggestions: list[str]
) -> None:
    frame = keys(id=["a", "b", "a", "c", "a"])
    assert found(frame, policy) == (rule, rows, superseded, suggestions)


def test_a_row_that_is_held_replaces_none_and_is_replaced_by_none() -> None:
    frame = keys(id=["a", "a", "a"])
    assert found(frame, "last", held=[2])[1:] == ([0], [0], ["row 1 is sent"])
    assert found(frame, "first", held=[0])[1:] == ([2], [2], ["row 1 is sent"])
    assert found(frame, "last", held=[0, 2])[1:] == ([], [], [])
    assert found(frame, "hold", held=[2])[1] == [0, 1, 2]


def test_a_key_with_a_part_missing_is_no_key() -> None:
    frame = keys(id=["a", "a", None, None], kind=["x", None, "x", None])
    for policy in POLICIES:
        assert found(frame, policy)[1] == []


def test_the_parts_of_a_key_count_together() -> None:
    frame = keys(id=["a", "a", "b", "a"], kind=["x", "y", "x", "x"])
    assert found(frame, "last")[1] == [0]
    assert found(frame, "hold")[1] == [0, 3]
    # Joined as text these two would be one.
    assert found(keys(id=["a + b", "a"], kind=["c", "b + c"]), "hold")[1] == []


@pytest.mark.parametrize("policy", POLICIES)
def test_without_rows_or_key_columns_there_is_nothing_to_find(policy: str) -> None:
    nobody = np.zeros(0, dtype=bool)
    assert find_duplicates(numbered(keys(id=[])), ["id"], nobody, policy)[1].tolist() == []
    one = np.zeros(2, dtype=bool)
    assert find_duplicates(numbered(keys(id=["a", "a"])), ["id", "x"], one, policy)[0] == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "", None]), st.sampled_from(["x", "y", None]), st.booleans()
        ),
        max_size=12,
    ),
    st.sampled_from(POLICIES),
)
def test_it_is_what_a_dictionary_would_do(rows: list[tuple[Any, Any, bool]], policy: str) -> None:
    frame = keys(id=[row[0] for row in rows], kind=[row[1] for row in rows])
    held = np.array([row[2] for row in rows], dtype=bool)
    blocks, superseded = find_duplicates(numbered(frame), ["id", "kind"], held, policy)
    flagged = [row for block in blocks for row in block.rows.tolist()]
    complete = [place for place, row in enumerate(rows) if None not in row[:2]]
    if policy == "hold":
        counts = [rows[place][:2] for place in complete]
        assert flagged == [place for place in complete if counts.count(rows[place][:2]) > 1]
        assert not superseded.any()
        return
    sendable = [place for place in complete if not rows[place][2]]
    order = sendable if policy == "last" else sendable[::-1]
    winners = {rows[place][:2]: place for place in order}
    losers = [place for place in sendable if winners[rows[place][:2]] != place]
    assert flagged == losers == np.flatnonzero(superseded).tolist()
    told = [text for block in blocks for text in block.suggestions.to_pylist()]
    assert told == [f"row {winners[rows[place][:2]]} is sent" for place in losers]


# In a report


def customers(**change: list[Any]) -> pd.DataFrame:
    columns: dict[str, list[Any]] = {
        "customerId": ["C1", " C1", "C1 ", "C2"],
        "fullName": ["An", "Bình", "Chi", "Dũng"],
        "phone": ["0912345678"] * 4,
    }
    return pd.DataFrame(columns | change, index=["a", "b", "b", "c"])


@pytest.mark.parametrize(
    ("policy", "states"),
    [
        ("last", ["superseded", "superseded", "ready", "ready"]),
        ("first", ["ready", "superseded", "superseded", "ready"]),
        ("hold", ["held", "held", "held", "ready"]),
    ],
)
def test_every_row_has_its_state_and_reason(policy: str, states: list[str]) -> None:
    report = prepare(customers(), "customer-identity", Options(duplicates=policy))
    assert report.rows["state"].to_list() == states
    assert [bool(reason) for reason in report.rows["reason"]] == [s != "ready" for s in states]
    assert report.superseded.equals(customers()[[s == "superseded" for s in states]])
    assert report.n_superseded == states.count("superseded")
    assert report.ok is (policy != "hold")


def test_keys_are_compared_after_cleaning() -> None:
    frame = customers(customerId=["1", "1.0", "01", "1 "])
    report = prepare(frame, "customer-identity")
    assert report.rows["state"].to_list() == ["superseded", "superseded", "ready", "ready"]


def test_the_winner_is_named_by_its_position() -> None:
    report = prepare(customers(), "customer-identity")
    suggestions = report.findings.loc[report.findings["rule"] == "duplicate.superseded"]
    assert suggestions[["row", "suggestion"]].to_numpy().tolist() == [
        [0, "row 2 is sent"], [1, "row 2 is sent"],
    ]  # fmt: skip
    assert "row 2 is sent" in report.rows["reason"].to_list()[0]


def test_a_held_row_does_not_win() -> None:
    frame = customers(phone=["0912345678", "0912345678", "12", "0912345678"])
    report = prepare(frame, "customer-identity")
    assert report.rows["state"].to_list() == ["superseded", "ready", "held", "ready"]
    blank = prepare(frame, "customer-identity", Options(unreadable="blank"))
    assert blank.rows["state"].to_list() == ["superseded", "ready", "held", "ready"]


@pytest.mark.parametrize("entity", ENTITIES)
def test_one_row_twice_is_one_record(entity: str) -> None:
    rows = {
        "customerId": "C1", "fullName": "An", "phone": "0912345678", "relationshipId": "R1",
        "relationship": "child", "membershipId": "M1", "membershipIssuedAt": "2020-01-01",
        "addressType": "Live", "city": "Huế", "district": "x", "address": "1 Lê Lợi",
        "email": "An@congty.vn", "emailType": "Personal", "source": "Zalo",
        "imageUrl": "https://a.vn/1",
    }  # fmt: skip
    fields = ENTITIES[entity].fields()
    row = {name: text for name, text in rows.items() if name in fields}
    report = prepare(pd.DataFrame([row, row]), entity)
    assert report.rows["state"].to_list() == ["superseded", "ready"]
    # Another value in any part of the key makes another record.
    for name in ENTITIES[entity].key:
        text = row[name]
        other = row | {name: "Work" if name == "addressType" else f"{text[:-1]}n"}
        if name == "email":
            other[name] = "binh@congty.vn"
        assert prepare(pd.DataFrame([row, other]), entity).n_ready == 2
