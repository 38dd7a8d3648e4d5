"""Frames of other libraries: the findings of pandas, and their own kind back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import ibis
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import pangoprep as pp
from pangoprep.arrow_frames import as_pandas

DATA: dict[str, list[Any]] = {
    "Mã KH": ["1", "2", None, "2"],
    "Họ tên": ["An", "Bình", "Chi", "Bình"],
    "SĐT": ["0912345678", "+84 987654321", "12", None],
    "Giới tính": ["nam", "nữ", None, "nam"],
    "Năm sinh": [1988, None, 1990, 1],
}
TABLE = pa.table(DATA)
# Kind -> how it is made of the table, and what cleaning gives back.
FRAMES: dict[str, tuple[Callable[[pa.Table], Any], type]] = {
    "pyarrow": (lambda table: table, pa.Table),
    "batch": (lambda table: table.combine_chunks().to_batches()[0], pa.RecordBatch),
    "stream": (lambda table: pa.RecordBatchReader.from_batches(table.schema, table.to_batches()),
               pa.Table),
    "polars": (pl.DataFrame, pl.DataFrame),
    "duckdb": (duckdb.from_arrow, pa.Table),
    "ibis": (ibis.memtable, ibis.Table),
}  # fmt: skip


def told(report: pp.Report) -> list[list[object]]:
    columns = ["row", "field", "rule", "value", "message", "suggestion"]
    rows = report.findings[columns].to_numpy(object).tolist()
    return [["" if pd.isna(value) else value for value in row] for row in rows]


@pytest.mark.parametrize("kind", FRAMES)
def test_the_findings_are_those_of_pandas(kind: str) -> None:
    make, _ = FRAMES[kind]
    of_pandas = pd.DataFrame(DATA).astype({"Năm sinh": "Int64"}).pango.validate()
    assert of_pandas.n_ready == 2
    report = pp.validate(make(TABLE))
    assert told(report) == told(of_pandas)
    assert report.ready.to_numpy().tolist() == of_pandas.ready.to_numpy().tolist()


@pytest.mark.parametrize("kind", FRAMES)
def test_cleaning_gives_back_what_was_given(kind: str) -> None:
    make, back = FRAMES[kind]
    cleaned = pp.clean(make(TABLE))
    assert isinstance(cleaned, back)
    rows = pa.table(cleaned).to_pydict()
    assert rows["phone"] == ["0912345678", "0987654321", None, None]
    assert rows["yob"] == [1988, None, 1990, None]


def test_pandas_comes_back_with_its_index() -> None:
    frame = pd.DataFrame(DATA, index=[9, 8, 7, 6])
    assert pp.clean(frame).index.tolist() == [9, 8, 7, 6]
    pd.testing.assert_frame_equal(pp.clean(frame), frame.pango.clean())


# Types of Arrow that pandas would bend: whole numbers beside nulls, categories, views, lists
TYPES: dict[str, pa.Array] = {
    "whole numbers": pa.array([912345678, None], pa.int64()),
    "large whole numbers": pa.array([84912345678, None], pa.uint64()),
    "dictionary": pa.array(["0912345678", None]).dictionary_encode(),
    "view": pa.array(["0912345678", None], pa.string_view()),
    "large": pa.array(["0912345678", None], pa.large_string()),
}  # fmt: skip


@pytest.mark.parametrize("kind", TYPES)
def test_a_phone_number_stays_one_in_every_type(kind: str) -> None:
    table = pa.table({"customerId": ["1", "2"], "fullName": ["An", "Bo"], "phone": TYPES[kind]})
    cleaned = pp.clean(table.append_column("email", pa.array([None, "a@b.vn"])))
    assert cleaned["phone"].to_pylist() == ["0912345678", None]


def test_dates_lists_and_ids_keep_what_they_say() -> None:
    table = pa.table(
        {
            "customerId": pa.array([2**53 + 1, None], pa.int64()),
            "fullName": ["An", "Bo"],
            "phone": ["0912345678"] * 2,
            "dob": pa.array([0, None], pa.date32()),
            "nickNames": pa.array([["a", "b"], None], pa.list_(pa.string_view())),
        }
    )
    cleaned = pp.clean(table).to_pydict()
    assert cleaned["customerId"][0] == str(2**53 + 1)
    assert cleaned["dob"] == [-7 * 3_600_000, None]
    assert list(cleaned["nickNames"][0]) == ["a", "b"]


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (pl.DataFrame(DATA, strict=False).lazy(), r"polars.LazyFrame; call frame.collect\(\)"),
        (pl.Series(["0912345678"]), "polars.Series: its Arrow stream is no table"),
        (pd.Series(["0912345678"], name="0912345678"), r"pandas.Series; call frame.to_frame\(\)"),
        (TABLE["SĐT"], "ChunkedArray: its Arrow stream is no table"),
        ("0912345678.csv", r"str; read a file with pp.read\(path\)"),
        ({"phone": ["0912345678"]}, r"dict; make one with pandas.DataFrame\(data\)"),
        (np.array([["0912345678"]]), r"numpy.ndarray; make one with pandas.DataFrame\(data\)"),
        (None, "NoneType; turn it into a pandas.DataFrame"),
    ],
)
def test_what_is_no_frame_is_told_with_what_to_call(thing: Any, words: str) -> None:
    for verb in (pp.validate, pp.clean, pp.plan, pp.send, pp.map):
        with pytest.raises(pp.UsageError, match=words) as caught:
            verb(thing)
        assert "0912345678" not in str(caught.value)


def test_a_plan_of_polars_is_the_plan_of_pandas() -> None:
    of_polars = pp.plan(pl.DataFrame(TABLE), source="CRM")
    of_pandas = pd.DataFrame(DATA).pango.plan(source="CRM")
    assert of_polars.n_to_send == of_pandas.n_to_send == 2
    assert of_polars.n_bytes == of_pandas.n_bytes


def test_polars_is_sent() -> None:
    with pp.Sandbox() as cdp:
        result = pp.send(pl.DataFrame(TABLE), source="CRM", client=cdp.client())
        assert result.counts["accepted"] == 2
        assert cdp.records("customer-identity")["phone"].to_list()[0] == "0912345678"


def test_text_is_not_copied_cell_by_cell() -> None:
    frame = as_pandas(pa.table({"a": ["x"], "n": [1]}))
    assert str(frame["a"].dtype) == "str"
    assert str(frame["n"].dtype) == "int64[pyarrow]"
