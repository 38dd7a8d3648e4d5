"""The frames the benchmarks run on: the sample data's generator, scaled up."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

_DATA = Path(__file__).resolve().parent.parent / "data"
SEED = 2026


def customers(n_rows: int) -> pd.DataFrame:
    """Return messy customers with 12 columns, as text."""
    if str(_DATA) not in sys.path:
        sys.path.insert(0, str(_DATA))
    from generate import customers as generate

    frame: pd.DataFrame = generate(n_rows, SEED)
    return frame


def customers_file(n_rows: int, folder: Path) -> Path:
    """Write messy customers as CSV and return the path."""
    path = folder / "customers.csv"
    customers(n_rows).to_csv(path, index=False, encoding="utf-8")
    return path
