"""Rows with one key: which is sent, and that each of the others knows why it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pangoprep as pp
from pangoprep.columns.cell_text import TEXT_DTYPE
from pangoprep.entities import CUSTOMERS as ENTITIES
from pangoprep.options import Options
from pangoprep.pipeline import prepare
from pangoprep.steps.duplicates import find_duplicates
from pangoprep.steps.keys import Keys, join_keys, keys_of

POLICIES = ("last", "first", "hold")


def keys(**columns: list[Any]) -> pd.DataFrame:
    return pd.DataFrame(
        {name: pd.array(cells, dtype=TEXT_DTYPE) for name, cells in columns.items()}
    )


def hashed(frame: pd.DataFrame) -> Keys:
    return keys_of([frame[name] for name in frame], len(frame))


def found(
    frame: pd.DataFrame, policy: str, held: list[int] | None = None
) -> tuple[str, list[int], list[int]]:
    """The rule, its rows, and the row that is sent instead of each."""
    mask = np.zeros(len(frame), dtype=bool)
    mask[held or []] = True
    shared = find_duplicates(hashed(frame), mask, policy)
    block = shared.block(list(frame.columns))
    winners = [] if block.others is None else block.others.rows.tolist()
    return block.rule, block.rows.tolist(), winners


# The stage by itself


@pytest.mark.parametrize(
    ("policy", "rule", "rows", "winners"),
    [
        ("last", "duplicate.superseded", [0, 2], [4, 4]),
        ("first", "duplicate.superseded", [2, 4], [0, 0]),
        ("hold", "duplicate.key", [0, 2, 4], []),
    ],
)
def test_of_three_rows_one_is_sent_or_none(
    policy: str, rule: str, rows: list[int], winners: list[int]
) -> None:
    frame = keys(id=["a", "b", "a", "c", "a"])
    assert found(frame, policy) == (rule, rows, winners)


def test_a_row_that_is_held_replaces_none_and_is_replaced_by_none() -> None:
    frame = keys(id=["a", "a", "a"])
    assert found(frame, "last", held=[2])[1:] == ([0], [1])
    assert found(frame, "first", held=[0])[1:] == ([2], [1])
    assert found(frame, "last", held=[0, 2])[1:] == ([], [])
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
def test_without_rows_there_is_nothing_to_find(policy: str) -> None:
    assert found(keys(id=[]), policy)[1:] == ([], [])


def test_keys_that_share_one_of_their_hashes_are_different() -> None:
    first = np.array([7, 7, 7, 7], dtype=np.uint64)
    second = np.array([1, 2, 1, 3], dtype=np.uint64)
    alike = Keys(first, second, np.ones(4, dtype=bool))
    shared = find_duplicates(alike, np.zeros(4, dtype=bool), "last")
    assert shared.rows.tolist() == [0]
    assert shared.winners is not None
    assert shared.winners.tolist() == [2]
    assert alike.find(alike.take(np.array([3, 2]))).tolist() == [1, -1, 1, 0]
    assert alike.find(join_keys([])).tolist() == [-1] * 4


@pytest.mark.parametrize("policy", POLICIES)
def test_a_part_of_the_data_has_its_findings_counted_from_its_start(policy: str) -> None:
    frame = keys(id=["a", "b", "a", "b", "a", "c"])
    shared = find_duplicates(hashed(frame), np.zeros(6, dtype=bool), policy)
    whole = shared.block(["id"])
    for cut in range(7):
        parts = [whole.between(slice(0, cut)), whole.between(slice(cut, 6))]
        rows = [*parts[0].rows, *(parts[1].rows + cut)]
        assert rows == whole.rows.tolist()
        if whole.others is not None:
            told = [row for part in parts if part.others for row in part.others.rows]
            assert told == whole.others.rows.tolist()


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
    shared = find_duplicates(hashed(frame), held, policy)
    flagged = shared.rows.tolist()
    complete = [place for place, row in enumerate(rows) if None not in row[:2]]
    if policy == "hold":
        counts = [rows[place][:2] for place in complete]
        assert flagged == [place for place in complete if counts.count(rows[place][:2]) > 1]
        return
    sendable = [place for place in complete if not rows[place][2]]
    order = sendable if policy == "last" else sendable[::-1]
    winners = {rows[place][:2]: place for place in order}
    losers = [place for place in sendable if winners[rows[place][:2]] != place]
    assert flagged == losers
    assert shared.winners is not None
    assert shared.winners.tolist() == [winners[rows[place][:2]] for place in losers]


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


def test_the_winner_is_named_by_its_row_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("customerId,fullName,phone\n\nC1,An,0912345678\n\nC1,Chi,0912345678\n")
    report = pp.read(path).pango.validate("customer-identity")
    told = report.findings.loc[report.findings["rule"] == "duplicate.superseded"]
    assert told["index"].to_list() == [3]
    assert told["suggestion"].to_list() == ["row 5 is sent"]
    assert report.rows["reason"].iloc[0].endswith("(row 5 is sent)")
    assert report.facts.duplicates is not None
    [shown] = report.facts.duplicates.shown
    assert (shown.row, shown.winner, shown.number, shown.winner_number) == (0, 1, "3", "5")
    page = report.to_html(tmp_path / "a.html").read_text("utf-8")
    assert '<td class="pp-n">3</td>' in page
    assert "row 5 is sent" in page


def test_without_a_file_the_winner_is_named_by_its_position() -> None:
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


# Keys that are nearly one


def near(frame: pd.DataFrame, **options: Any) -> list[tuple[int, int]]:
    """The rows that are told, and the row that each points to."""
    report = prepare(frame, "customer-identity", Options(**options))
    blocks = [block for block in report.examined.blocks if block.rule == "duplicate.near"]
    assert len(blocks) <= 1
    return [
        (row, other)
        for block in blocks
        if block.others is not None
        for row, other in zip(block.rows.tolist(), block.others.rows.tolist(), strict=True)
    ]


def people(ids: list[str | None], **columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"customerId": ids, "fullName": "An", "email": "an@congty.vn", **columns})


def test_rows_of_nearly_one_key_are_told_and_sent() -> None:
    frame = people(["KH001", "KH002", "kh001", "KH-001", "KH 001", "KH010", None])
    assert near(frame) == [(0, 2), (2, 0), (3, 0), (4, 0)]
    report = prepare(frame, "customer-identity")
    assert (report.n_ready, report.n_held, report.n_superseded) == (6, 1, 0)
    told = report.findings.query("rule == 'duplicate.near'")
    assert told["suggestion"].to_list() == ["like row 2", "like row 0", "like row 0", "like row 0"]
    assert set(told["severity"]) == {"warning"}
    report = prepare(frame, "customer-identity", Options(lang="vi"))
    assert "giống dòng 2" in report.findings["suggestion"].to_list()


def test_a_row_that_gives_way_says_nothing_of_nearly_its_key() -> None:
    frame = people(["KH1", "kh-1", "KH1", "KH9", "KH9"])
    assert near(frame) == [(1, 2), (2, 1)]
    assert near(frame, duplicates="first") == [(0, 1), (1, 0)]
    assert near(frame, duplicates="hold") == [(0, 1), (1, 0), (2, 1)]


def test_nearly_one_key_can_hold_rows_or_be_nobodys_business() -> None:
    frame = people(["KH1", "kh-1", "KH1", "KH9", "KH9"])
    options = Options(severity={"duplicate.near": "error"})
    report = prepare(frame, "customer-identity", options)
    assert (report.n_ready, report.n_held, report.n_superseded) == (1, 3, 1)
    report = prepare(frame, "customer-identity", Options(ignore=["duplicate.near"]))
    assert not report.findings["rule"].str.contains("near").any()


def test_equal_keys_are_not_nearly_one() -> None:
    assert near(people(["KH1", "KH1", "KH1"])) == []
    assert near(people(["KH1", "KH1", "KH1"]), duplicates="hold") == []


def test_keys_of_two_fields_are_nearly_one_if_both_are() -> None:
    frame = pd.DataFrame(
        {
            "customerId": ["KH1", "kh-1", "KH1", "KH2"],
            "email": ["a@b.vn", "a@b.vn", "c@b.vn", "a@b.vn"],
            "emailType": "Personal",
        }
    )
    report = prepare(frame, "customer-identity-email")
    told = report.findings.query("rule == 'duplicate.near'")
    assert told["row"].to_list() == [0, 1]


@given(st.lists(st.sampled_from(["A1", "a1", "A-1", "A2", "a 2", "B1", "1-1", "11", ""])))
def test_near_rows_are_those_whose_folded_keys_meet_and_whose_keys_do_not(cells: list[str]) -> None:
    fold = {"A1": 1, "a1": 1, "A-1": 1, "A2": 2, "a 2": 2, "B1": 3, "1-1": 4, "11": 5}
    expected = []
    for row, cell in enumerate(cells):
        others = [
            at for at, other in enumerate(cells)
            if cell and other and other != cell and fold[other] == fold[cell]
        ]  # fmt: skip
        expected += [row] if others else []
    frame = people([cell or None for cell in cells])
    assert [row for row, _ in near(frame, duplicates="hold")] == expected
