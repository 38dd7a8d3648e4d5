"""Frames of customers, their workbenches, and what can be done there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

import pangoprep as pp
from pangoprep.workbench import Workbench

MESSY = Path(__file__).parents[2] / "data" / "customers_messy.csv"

#: Actions of every kind, on the sample file.
ACTIONS = {
    "fix": lambda bench: bench.fix("gender", {"x": "male"}),
    "fix_rows": lambda bench: bench.fix_rows({3: {"fullName": "Lê Chi"}, 5: {"email": None}}),
    "accept": lambda bench: bench.accept("email.typo", "email"),
    "blank": lambda bench: bench.blank("maritalStatus", ["Góa", "widow"]),
    "replace": lambda bench: bench.replace("email", "@@", "@", rule="email.unreadable"),
    "map": lambda bench: bench.map("Tỉnh/Thành phố", ""),
    "set": lambda bench: bench.set(duplicates="first", timezone_gmt=0),
    "constants": lambda bench: bench.constants(systemName="CRM"),
}


def frame_of(**columns: list[Any]) -> pd.DataFrame:
    n_rows = len(next(iter(columns.values())))
    usual = {
        "customerId": [f"C{number}" for number in range(n_rows)],
        "fullName": ["An"] * n_rows,
        "phone": [f"09123456{number:02}" for number in range(n_rows)],
    }
    return pd.DataFrame({**usual, **columns})


def bench_of(**columns: list[Any]) -> Workbench:
    return frame_of(**columns).pango.workbench("customer-identity")


def assert_same(one: pp.Report, other: pp.Report) -> None:
    for name in ("findings", "rows", "ready", "held", "superseded"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), obj=name)
    assert repr(one) == repr(other)
