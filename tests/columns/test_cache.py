"""What was made of a column is recalled while its data lives, and never for other data."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pandas as pd
import pytest

from pangoprep.columns import cache as recall_module
from pangoprep.columns.cache import cached

TEXT = pd.StringDtype("pyarrow", na_value=np.nan)


def column(*cells: str) -> pd.Series:
    return pd.Series(cells, dtype=TEXT)


def customer(phone: str) -> pd.DataFrame:
    cells = {"customerId": ["1"], "fullName": ["An"], "phone": [phone]}
    return pd.DataFrame(cells, dtype=TEXT)


class Thing:
    """Something that can be referred to weakly."""


class Maker:
    def __init__(self) -> None:
        self.n_calls = 0

    def __call__(self) -> object:
        self.n_calls += 1
        return object()


def test_the_same_data_for_the_same_reasons_is_made_once():
    series, make = column("a", "b"), Maker()
    assert cached(series, "work", "why", make) is cached(series.copy(), "work", "why", make)
    assert make.n_calls == 1


def test_other_reasons_make_it_anew():
    series, make = column("a"), Maker()
    assert cached(series, "work", "one", make) is not cached(series, "work", "two", make)


def test_a_changed_cell_makes_it_anew():
    series, make = column("a", "b"), Maker()
    before = cached(series, "work", "why", make)
    series.loc[0] = "c"
    assert cached(series, "work", "why", make) is not before


def test_a_frame_edited_between_two_calls_is_read_again():
    frame = pd.DataFrame(
        {"customerId": ["1"], "fullName": ["An"], "phone": ["912345678"]}, dtype=TEXT
    )
    assert frame.pango.clean("customer-identity")["phone"].to_list() == ["0912345678"]
    frame.loc[0, "phone"] = "987654321"
    assert frame.pango.clean("customer-identity")["phone"].to_list() == ["0987654321"]
    frame["phone"] = "+84 911 111 112"
    assert frame.pango.clean("customer-identity")["phone"].to_list() == ["0911111112"]


def test_options_are_reasons():
    frame = pd.DataFrame(
        {"customerId": ["1"], "fullName": ["An"], "phone": ["912345678"]}, dtype=TEXT
    )
    national = frame.pango.clean("customer-identity")
    international = frame.pango.clean("customer-identity", phone_format="e164")
    assert [national.loc[0, "phone"], international.loc[0, "phone"]] == [
        "0912345678",
        "+84912345678",
    ]


def test_it_is_forgotten_with_the_data():
    series = column("a", "b")
    place = id(series.array.__arrow_array__())
    made = weakref.ref(cached(series, "work", "why", Thing))
    assert (place, "work") in recall_module._KNOWN
    del series
    gc.collect()
    assert made() is None


@pytest.mark.parametrize("cells", [[1, 2], [1.5, 2.5], ["a", 1]])
def test_other_types_are_made_each_time(cells):
    series, make = pd.Series(cells), Maker()
    cached(series, "work", "why", make)
    cached(series, "work", "why", make)
    assert make.n_calls == 2


def test_what_is_recalled_stays_as_it_was_made():
    frame = pd.DataFrame(
        {"customerId": ["1", "2"], "fullName": ["An", "Bình"], "phone": ["912345678", "0912345679"]}
    ).assign(dob=["15/06/1988", "1990"], createdAt="15/06/2020", nickNames="An; Bi")
    first = frame.pango.clean("customer-identity")
    expected = frame.pango.clean("customer-identity")
    first.loc[0, ["dob", "phone"]] = [5, "x"]
    first["yob"] += 1
    first["nickNames"].iloc[0].append("x")
    first["timezoneGmt"].array[0] = 0
    first["createdAt"].to_numpy("int64", copy=False)[:] = 1
    ready = frame.pango.validate("customer-identity").ready
    ready.iloc[0, ready.columns.get_loc("timezoneGmt")] = 0
    ready["nickNames"].iloc[0].append("x")
    ready["phone"].array[0] = "x"
    pd.testing.assert_frame_equal(frame.pango.clean("customer-identity"), expected)


def test_nothing_of_a_frame_is_kept_once_it_is_gone():
    frame = pd.DataFrame(
        {
            "customerId": ["1", "2"], "fullName": ["An", "Bình"], "city": ["Hà Nội"] * 2,
            "district": ["Q. Ba Đình", "Ba Dinh"], "phone": ["0912345678", "912345679"],
        },
        dtype=TEXT,
    )  # fmt: skip
    gc.collect()
    before = set(recall_module._KNOWN)
    report = frame.pango.validate("customer-identity")
    assert "address" in {job for _, job in set(recall_module._KNOWN) - before}
    del report, frame
    gc.collect()
    assert set(recall_module._KNOWN) <= before
