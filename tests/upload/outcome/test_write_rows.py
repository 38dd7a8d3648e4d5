"""The table of all rows, written in pieces."""

from __future__ import annotations

import pandas as pd
import pytest

from pangoprep.upload import send
from pangoprep.upload.outcome import result as result_module


@pytest.mark.parametrize("rows_at_once", [1, 7, 100, 200_000])
@pytest.mark.parametrize("labels", ["numbers", "texts", "pairs"])
def test_the_file_has_what_the_table_has(
    world, prepared, people, tmp_path, monkeypatch, rows_at_once: int, labels: str
) -> None:
    monkeypatch.setattr(result_module, "_ROWS_AT_ONCE", rows_at_once)
    frame = people(60)
    if labels == "texts":
        frame.index = pd.Index([f"r{n}" for n in range(60)])
    if labels == "pairs":
        frame.index = pd.MultiIndex.from_product([["a", "b"], range(30)])
    report = prepared(frame, held=[0, 13, 59], superseded=[14, 15])
    keywords = {"client": world.client(), "source": "CRM", "ledger": world.ledger}
    result = send(report, **keywords)
    path = result.write_rows(tmp_path / "rows.parquet")
    written = pd.read_parquet(path)
    expected = result.rows
    if labels != "numbers":
        expected = expected.assign(index=expected["index"].astype(str))
    pd.testing.assert_frame_equal(written, expected, check_dtype=False)
    assert written["state"].value_counts().to_dict() == {"accepted": 55, "held": 3, "superseded": 2}
    assert path.stat().st_mode & 0o077 == 0


def test_no_rows_are_a_file_too(world, report, tmp_path) -> None:
    keywords = {"client": world.client(), "source": "CRM", "ledger": world.ledger}
    path = send(report(0), **keywords).write_rows(tmp_path / "rows.parquet")
    assert list(pd.read_parquet(path)) == ["row", "index", "key", "state", "reason"]
