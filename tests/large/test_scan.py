"""``pp.scan(path).pango``: a file of any size has the verbs of a frame."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.errors import OptionError, ReadError
from pangoprep.sandbox import Sandbox

MESSY = Path(__file__).parents[2] / "data" / "customers_messy.csv"


@pytest.fixture(scope="module")
def whole() -> pp.Report:
    return pp.read(MESSY).pango.validate(timezone_gmt=9)


def test_validating_gives_the_report_of_one_frame(whole: pp.Report) -> None:
    report = pp.scan(MESSY, rows=300).pango.validate(timezone_gmt=9)
    assert report.facts == whole.facts
    pd.testing.assert_frame_equal(report.rows, whole.rows)
    assert "timezone_gmt" in report.recipe("CRM").options


def test_cleaning_writes_what_is_ready_and_what_is_held(whole: pp.Report, tmp_path: Path) -> None:
    out, held = tmp_path / "out.parquet", tmp_path / "held.csv"
    report = pp.scan(MESSY, rows=300).pango.clean(out=out, held=held, timezone_gmt=9)
    assert report.n_ready == whole.n_ready
    ready = whole.ready.reset_index(drop=True)
    pd.testing.assert_frame_equal(pd.read_parquet(out), ready, check_dtype=False)
    assert len(pd.read_csv(held, dtype=str)) == whole.n_held
    with pytest.raises(OptionError, match="end it in"):
        pp.scan(MESSY).pango.clean(out=tmp_path / "out.doc")


def test_sending_is_one_run_and_a_dry_run_a_plan(whole: pp.Report, tmp_path: Path) -> None:
    scan = pp.scan(MESSY, rows=300)
    plan = scan.pango.send(dry_run=True, timezone_gmt=9)
    assert isinstance(plan, pp.Plan)
    assert plan.n_to_send == whole.n_ready
    with Sandbox() as cdp:
        result = scan.pango.send(
            source="CRM", client=cdp.client(), ledger=tmp_path / "a.db", timezone_gmt=9
        )
        assert isinstance(result, pp.Result)
        assert result.counts["accepted"] == whole.n_ready == len(cdp.records(whole.entity))
    assert result.rows["row"].to_list() == list(range(whole.n_rows))


def test_columns_are_matched_as_those_of_a_frame() -> None:
    assert pp.scan(MESSY).pango.map().fields == pp.read(MESSY).pango.map().fields


def test_mapping_fixes_and_recipe_hold_as_for_a_frame(tmp_path: Path) -> None:
    path, recipe = tmp_path / "a.csv", tmp_path / "a.toml"
    path.write_text("Số,Họ tên,SĐT,GT\n1,An,0912345678,x\n2,Chi,0912345679,y\n", "utf-8")
    mapping, fixes = {"Số": "customerId", "GT": "gender"}, {"gender": {"x": "male"}}
    frame = pp.read(path).pango.validate("customer-identity", mapping=mapping, fixes=fixes)
    scan = pp.scan(path, rows=1)
    report = scan.pango.validate("customer-identity", mapping=mapping, fixes=fixes)
    assert report.facts == frame.facts
    frame.recipe("CRM").save(recipe)
    assert scan.pango.validate(recipe=recipe).facts == frame.facts
    both = {"recipe": recipe, "fixes": {"gender": {"y": "female"}}}
    assert scan.pango.validate(**both).facts == pp.read(path).pango.validate(**both).facts


def test_a_scan_is_gone_through_as_often_as_one_likes() -> None:
    scan = pp.scan(MESSY, rows=900)
    assert [len(frame) for frame in scan] == [len(frame) for frame in scan] == [900, 900, 200]
    assert repr(scan) == "<Scan of customers_messy.csv: frames of at most 900 rows>"


def test_what_cannot_be_scanned_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ReadError):
        pp.scan(tmp_path / "missing.csv")
    with pytest.raises(OptionError, match="rows=0"):
        pp.scan(MESSY, rows=0)
