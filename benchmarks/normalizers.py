"""Usual columns, columns of all-distinct cells and of all-bad ones: each alone, and all at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

import pangoprep as pp
from benchmarks.measure import Timing, compete, ratio, table
from benchmarks.sample import customers
from pangoprep.entities.fields import FieldFacts
from pangoprep.planning import plan_columns
from pangoprep.report import Report
from pangoprep.steps.clean import Cleaned, clean_columns

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
    """Time each normalizer alone, and `validate` on frames of such columns."""
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
    whole = _whole_frames({name: columns[name] for name in sources}, n_rounds)
    return f"{table(header, rows)}\n\n{whole}"


def _whole_frames(columns: dict[str, pd.Series], n_rounds: int) -> str:
    """Time frames all of whose columns are usual, distinct or bad."""
    numbers = np.arange(len(next(iter(columns.values()))))
    distinct = {name: _distinct(name, series) for name, series in columns.items()}
    # A million unknown words are the worst of columns of few words.
    bad = distinct | {
        name: pd.Series([_BAD[name][0].format(number) for number in numbers])
        for name in columns
        if name in _BAD
    }
    frames = {"usual": columns, "all distinct": distinct, "all bad": bad}
    runs = {kind: partial(_validate, pd.DataFrame(frame)) for kind, frame in frames.items()}
    found = compete(runs, n_rounds)
    rows = [(kind, f"{timing.median:.2f}", f"{ratio(timing, found['usual']):.1f}")
            for kind, timing in found.items()]  # fmt: skip
    return table((f"validate, all {len(columns)} columns", "seconds", "x usual"), rows)


def _validate(frame: pd.DataFrame) -> Report:
    # The same cells as a frame nothing was made of before.
    return frame.iloc[: len(frame)].pango.validate("customer-identity")


def _cost(timing: Timing, usual: Timing) -> str:
    return f"{timing.median:.2f} ({ratio(timing, usual):.1f} x)"


def _clean(column: pd.Series, facts: FieldFacts) -> Cleaned:
    name = facts.name
    column = column.iloc[: len(column)]  # the same cells as a column nothing was made of before
    return clean_columns(
        pd.DataFrame({name: column}), {name: name}, {name: facts}, pp.Options(), {}
    )


def _distinct(name: str, series: pd.Series) -> pd.Series:
    """Make every cell another one."""
    numbers = np.arange(len(series))
    if name in _DISTINCT:
        return pd.Series(_DISTINCT[name](numbers))
    return pd.Series([f"{cell} {number}" for cell, number in zip(series, numbers, strict=True)])
