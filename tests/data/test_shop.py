"""The sample of a shop: made anew it is the same."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from make_shop import FILE, orders

DATA = Path(__file__).parents[2] / "data"


def texts(frame: pd.DataFrame) -> list[list[str]]:
    return frame.astype(object).where(frame.notna(), "").astype(str).values.tolist()


def test_the_committed_file_is_what_the_script_makes() -> None:
    sheets = pd.read_excel(
        DATA / FILE, sheet_name=None, header=None, dtype=object, engine="calamine"
    )
    assert [*sheets] == ["Đơn hàng", "Chi tiết"]
    for sheet, rows in zip(sheets.values(), orders(), strict=True):
        assert texts(sheet) == texts(pd.DataFrame(rows, dtype=object))
