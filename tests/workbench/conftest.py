"""The sample file, read once."""

from __future__ import annotations

import pandas as pd
import pytest

import pangoprep as pp
from tests.workbench.frames import MESSY


@pytest.fixture(scope="session")
def messy() -> pd.DataFrame:
    return pp.read(MESSY)
