"""Frames and reports that the tests of the report share."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import pangoprep as pp

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def messy() -> pd.DataFrame:
    return pd.read_csv(ROOT / "data" / "customers_messy.csv", dtype=str)


@pytest.fixture(scope="session")
def report(messy: pd.DataFrame) -> pp.Report:
    return messy.pango.validate()
