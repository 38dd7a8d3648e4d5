"""Rows that were left out in a workbench: the same number in the report, its outputs and a send."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd

import pangoprep as pp
from pangoprep.upload import send


def test_every_output_counts_rows_left_out_apart(tmp_path: Path) -> None:
    phones = ["0912345671", "0912345672", "12", "34"]
    frame = pd.DataFrame(
        {"customerId": ["C1", "C2", "C3", "C4"], "fullName": ["An"] * 4, "phone": phones}
    )
    bench = frame.pango.workbench("customer-identity")
    bench.leave_out([1, 2], reason="test rows")
    report = bench.report
    assert (report.n_ready, report.n_held, report.n_left_out, report.n_rows) == (1, 1, 2, 4)
    assert report.headline.endswith("1 is held; 2 are left out.")
    assert repr(report).endswith("1 of 4 rows ready, 1 held, 2 left out>")
    assert report.held["customerId"].tolist() == ["C4"]
    assert report.left_out["customerId"].tolist() == ["C2", "C3"]
    states = ["ready", "left out", "left out", "held"]
    assert report.rows["state"].tolist() == states
    assert "test rows" in report.rows["reason"].iloc[1]
    book = openpyxl.load_workbook(report.to_excel(tmp_path / "held.xlsx"), read_only=True)
    told = [value for row in book.worksheets[0].iter_rows(values_only=True) for value in row]
    assert "C4" in told
    assert not {"C2", "C3"} & set(told)
    with pp.Sandbox(limits=None) as cdp:
        result = send(report, source="CRM", client=cdp.client(), ledger=tmp_path / "l.sqlite")
        assert cdp.records("customer-identity")["customerId"].tolist() == ["C1"]
    assert (result.counts["accepted"], result.counts["held"]) == (1, 1)
    assert result.rows["state"].tolist() == ["accepted", *states[1:]]
