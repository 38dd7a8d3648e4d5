"""Every normalizer alone, on a usual column, one of all-distinct cells and one of all-bad ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

import pangoprep as pp
from benchmarks.measure import Timing, compete, ratio, table
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
# The other columns get a number behind every cell: for those of few words that is an unknown word.
_DISTINCT: dict[str, Callable[[np.ndarray], list[str]]] = {
    "phone": lambda n: [f"0912{value:06}" for value in n],
    "email": lambda n: [f"an{value}@congty.vn" for value in n],
    "customerId": lambda n: [f"KH-{value}" for value in n],
    "dob": lambda n: [f"{_day(value)} {_clock(value)}" for value in n],
    "dob2": lambda n: [f"{_day(value)} {_clock(value)}" for value in n],
    "createdAt": lambda n: [f"{_day(value)} {_clock(value)}" for value in n],
    "earnPoint": lambda n: [f"{value:,}" for value in n],
    "imageUrl": lambda n: [f"https://example.com/{value}.jpg" for value in n],
    "nickNames": lambda n: [f"An {value}; Bi" for value in n],
}
# Several ways to be bad; the slowest counts.
_BAD = {
    "phone": ("09123{}", "khách {}", "KH-000{}-99", "99999999999999{}"),
    "email": ("an{}.gmail.com", "an{}@gmail", "an..{}@gmail.com", "ăn{}@gmail"),
    "customerId": ("1.2{}E+11", "12345678901234567{}.0"),
    "dob": ("ngày {}", "31/02/{}", "99/99/{}", "năm 2001 {}"),
    "createdAt": ("ngày {}", "31/02/{}", "99/99/{}", "năm 2001 {}"),
    "earnPoint": ("{} điểm", "1,2,{}"),
    "yob": ("năm {}", "{}"),
    "imageUrl": ("hình {}", "http://{}"),
}


def _day(value: int) -> str:
    return f"{1 + value % 28:02}/{1 + value % 12:02}/{1950 + value % 60}"


def _clock(value: int) -> str:
    return f"{value // 3600 % 24:02}:{value // 60 % 60:02}:{value % 60:02}"


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
        variants = {"usual": series, "distinct": _distinct(name, series)}
        for cell in _BAD.get(name, ()):
            variants[cell] = pd.Series([cell.format(number) for number in numbers])
        runs = {kind: partial(_clean, column, fields[name]) for kind, column in variants.items()}
        usual, distinct, *bad = compete(runs, n_rounds).values()
        worst = max(bad, key=lambda timing: timing.median, default=None)
        rows.append(
            (f"{fields[name].normalizer} (`{name}`)", f"{usual.median:.2f}", _cost(distinct, usual),
             _cost(worst, usual) if worst else "")
        )  # fmt: skip
    header = (f"normalizer, seconds for {n_rows:,} cells", "usual", "all distinct (x usual)",
              "all bad (x usual)")  # fmt: skip
    return table(header, rows)


def _cost(timing: Timing, usual: Timing) -> str:
    return f"{timing.median:.2f} ({ratio(timing, usual):.1f} x)"


def _clean(column: pd.Series, facts: FieldFacts) -> Cleaned:
    name = facts.name
    column = column.iloc[: len(column)]  # the same cells as a column nothing was made of before
    return clean_columns(pd.DataFrame({name: column}), {name: name}, {name: facts}, pp.Options())


def _distinct(name: str, series: pd.Series) -> pd.Series:
    """Make every cell another one."""
    numbers = np.arange(len(series))
    if name in _DISTINCT:
        return pd.Series(_DISTINCT[name](numbers))
    return pd.Series([f"{cell} {number}" for cell, number in zip(series, numbers, strict=True)])
