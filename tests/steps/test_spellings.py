"""Words that a column of few words writes in several ways are told, and other words are not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pangoprep.columns.column import encode
from pangoprep.options import Options
from pangoprep.pipeline import prepare
from pangoprep.report import Report
from pangoprep.steps.spellings import MAX_CELLS, WordCounts, count_words


def report_of(cells: list[str | None], field: str = "customerGroup", **options: Any) -> Report:
    ids = [f"K{row + 100}" for row in range(len(cells))]
    frame = pd.DataFrame({"customerId": ids, "fullName": "An", "phone": "0912345678", field: cells})
    return prepare(frame, "customer-identity", Options(**options))


def told(cells: list[str | None], field: str = "customerGroup") -> list[tuple[str, str]]:
    found = report_of(cells, field).reveal().query("rule == 'spelling.varies'")
    return list(zip(found["value"], found["suggestion"], strict=True))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        # five spellings of three tiers
        (
            ["Vàng", "VÀNG", "Bạc", "bac", "Kim cương"],
            [("VÀNG", "Vàng"), ("bac", "Bạc")],
        ),
        (["Gold", "gold", "GOLD", "Gold", "Silver"], [("gold", "Gold"), ("GOLD", "Gold")]),
        (["VIP", "V.I.P", "vip", "VIP"], [("V.I.P", "VIP"), ("vip", "VIP")]),
        (["VIP 1", "VIP1", "VIP-01", "VIP 1"], [("VIP1", "VIP 1"), ("VIP-01", "VIP 1")]),
        (["Kim cương", "Kim cuơng"], [("Kim cuơng", "Kim cương")]),
        (["Kim cương", "Kim cưong"], [("Kim cưong", "Kim cương")]),
        (["Kim cương", "kim-cuong"], [("kim-cuong", "Kim cương")]),
        (["thân thiết"] * 3 + ["Thân thiết"], [("Thân thiết", "thân thiết")]),
        (["Hòa", "Hòa", "Hoà"], [("Hoà", "Hòa")]),
        (["vàng"] + ["Vang"] * 3, [("vàng", "Vang")]),  # what most rows have, whatever it is
    ],
)  # fmt: skip
def test_spellings_of_one_word(cells: list[str | None], expected: list[tuple[str, str]]) -> None:
    assert told(cells) == expected


@pytest.mark.parametrize(
    "cells",
    [
        ["Vàng", "Bạc", "Đồng"] * 3,
        ["Bạc", "Bắc", "Bậc"],
        ["Thương", "Thường", "Thưởng"],
        ["Bạc", "Bắc", "Bac"],  # it could be either
        ["VIP", "VIP+", "VIP 1", "VIP 10", "VIP 2"],
        ["A", "A+", "A&B", "AB"],
        ["1-11", "11-1", "111"],
        ["Hạng vàng", "Vàng"],  # other words
        ["Vàng ", " Vàng", "Vàng"],  # spaces are taken off without a word
        [None, None],
    ],
)
def test_other_words_stay_apart(cells: list[str | None]) -> None:
    assert told(cells) == []


def test_any_text_of_few_words_is_looked_at() -> None:
    for field in ("district", "sourceName", "storeId", "customFieldTexts.customField01", "city"):
        assert told(["Chợ Mới 1", "Chợ mới 1", "Chợ Mới 1"], field) == [("Chợ mới 1", "Chợ Mới 1")]


def test_names_addresses_and_ids_of_people_are_no_words() -> None:
    for field in ("lastName", "address", "createdBy", "passportNo"):
        assert told(["Nguyễn An", "NGUYỄN AN", "Nguyễn An"], field) == []


def test_a_column_of_many_words_is_none_of_words() -> None:
    many: list[str | None] = [f"ghi chú {number}" for number in range(60)]
    assert told([*many, "Ghi chú 7"]) == []
    assert told([*many * 5, "Ghi chú 7"]) == [("Ghi chú 7", "ghi chú 7")]


def test_rows_are_sent_and_lines_that_are_no_records_say_nothing() -> None:
    report = report_of(["Vàng", "Vàng", "VANG"])
    assert report.n_ready == 3
    assert report.ready["customerGroup"].to_list() == ["Vàng", "Vàng", "VANG"]
    assert report_of(["Vàng", "Vàng", "VANG"], severity={"spelling.varies": "error"}).n_held == 1
    rest = report_of(["Vàng", "Vàng", "VANG"], ignore=["spelling.varies"])
    assert not len(rest.findings.query("rule == 'spelling.varies'"))


def counted(cells: list[str]) -> WordCounts:
    column = encode(pa.array(cells, pa.large_string()))
    return count_words(column, column.cells)


@given(
    st.lists(st.sampled_from(["Vàng", "vàng", "VANG", "Bạc", "bắc", "Bac", "x"]), max_size=30),
    st.integers(0, 30),
)
def test_words_of_parts_add_up(cells: list[str], cut: int) -> None:
    whole = counted(cells)
    parts = counted(cells[:cut]) + counted(cells[cut:])
    assert parts.words == whole.words
    assert parts.usual == whole.usual
    assert (counted(cells[cut:]) + counted(cells[:cut])).usual == whole.usual


def test_too_many_words_in_all_parts_are_none() -> None:
    cells = [f"w{number}" for number in range(MAX_CELLS + 1)]
    assert counted(cells[:-1]).words is not None
    assert counted(cells).words is None
    assert (counted(cells[:700]) + counted(cells[700:])).words is None
    assert (counted(cells[:700]) + counted(cells[600:-1])).words is not None


def test_looking_takes_each_word_once() -> None:
    rows = np.random.default_rng(7).choice(["Vàng", "VANG", "Bạc"], 5_000, p=[0.6, 0.3, 0.1])
    report = report_of(list(rows))
    found = report.summary().set_index("rule").loc["spelling.varies", "rows"]
    assert found == (rows == "VANG").sum()
