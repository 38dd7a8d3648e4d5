"""Cells per second of every normalizer, on the usual column, all-distinct and all-bad ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

import pangoprep as pp
from benchmarks.measure import compete, table
from benchmarks.sample import customers
from pangoprep.cleaning import Cleaned, clean_columns
from pangoprep.entities.fields import FieldFacts
from pangoprep.pipeline import plan_columns

# A column for each kind of value the sample file has none of.
_MADE: dict[str, Callable[[np.ndarray], list[str]]] = {
    "earnPoint": lambda n: [f"{value:,}" for value in n % 90_000],
    "imageUrl": lambda n: [f"https://example.com/{value}.png" for value in n],
    "nickNames": lambda n: [f"An {value % 50}; Bi" for value in n],
    "countryAlphaCode2": lambda n: ["vn" if value % 3 else "Việt Nam" for value in n],
    "primary": lambda n: ["có" if value % 3 else "không" for value in n],
    "relationship": lambda n: ["vợ" if value % 3 else "con gái" for value in n],
    "yob": lambda n: [str(1950 + value % 60) for value in n],
    "timezoneGmt": lambda n: ["GMT+7" if value % 3 else "7" for value in n],
    "dob2": lambda n: [f"{1 + value % 28:02}/05/{1950 + value % 60}" for value in n],
}
_BAD = {"phone": "09123{}", "dob": "ngày {}", "email": "an{}.gmail.com", "customerId": "1.2{}E+11"}


def run(n_rows: int, n_rounds: int) -> str:
    """Time each normalizer alone."""
    fields: dict[str, FieldFacts] = {}
    for model in pp.ENTITIES.values():
        fields |= model.fields()
    frame = customers(n_rows)
    sources = plan_columns(frame, "customer-identity").sources
    columns = {name: frame[source] for name, source in sources.items()}
    numbers = np.arange(n_rows)
    columns |= {name: pd.Series(make(numbers)) for name, make in _MADE.items()}
    rows = []
    for name, series in columns.items():
        variants = {"usual": series, "distinct": _distinct(series)}
        if name in _BAD:
            variants["bad"] = pd.Series([_BAD[name].format(number) for number in numbers])
        runs = {kind: partial(_clean, column, fields[name]) for kind, column in variants.items()}
        found = compete(runs, n_rounds)
        usual = found["usual"].median
        rows.append(
            (
                f"{fields[name].normalizer} (`{name}`)",
                f"{n_rows / usual / 1e6:.1f}",
                f"{found['distinct'].median / usual:.1f}",
                f"{found['bad'].median / usual:.1f}" if "bad" in found else "",
            )
        )
    header = (f"normalizer, {n_rows:,} cells", "million cells/s", "distinct / usual", "bad / usual")
    return table(header, rows)


def _clean(column: pd.Series, facts: FieldFacts) -> Cleaned:
    name = facts.name
    return clean_columns(pd.DataFrame({name: column}), {name: name}, {name: facts}, pp.Options())


def _distinct(series: pd.Series) -> pd.Series:
    """Make every cell another one, without changing what it means, by blanks around it."""
    blanks = pd.Series([" " * (place % 97) + "\t" * (place // 97 % 101) for place in range(9797)])
    repeated = blanks.iloc[np.arange(len(series)) % len(blanks)].reset_index(drop=True)
    return series.reset_index(drop=True).fillna("") + repeated
