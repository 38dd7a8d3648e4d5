"""`df.pango` and Pandera agree about which rows are good, whatever the frame holds."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandera.api.pandas.container import DataFrameSchema
from pandera.errors import SchemaErrors

from pangoprep.entities import CUSTOMERS as ENTITIES
from pangoprep.entities.rules import AnyOf
from pangoprep.pipeline import prepare

CASES = Path(__file__).parents[1] / "cases"
NORMALIZERS = {
    (name, facts.normalizer)
    for entity in ENTITIES.values()
    for name, facts in entity.fields().items()
}
KINDS = dict(NORMALIZERS)


def raw_values(name: str) -> list[tuple[str, str]]:
    """The raw cells of a case table, each with the field it stands for."""
    rows = csv.DictReader((CASES / f"{name}.csv").read_text(encoding="utf-8").splitlines())
    return [
        (row.get("field", name), row["raw"].encode().decode("unicode_escape", "ignore"))
        if "\\" in row["raw"]
        else (row.get("field", name), row["raw"])
        for row in rows
    ]


def cells_by_normalizer() -> dict[str, list[str]]:
    known = {"phone": "phone", "date": "date", "email": "email", "gender": "gender"} | KINDS
    cells: dict[str, list[str]] = {}
    for table in ("phone", "date", "email", "gender", "other"):
        for field, raw in raw_values(table):
            cells.setdefault(known[field], []).append(raw)
    cells["date_text"] = cells["date"]
    return cells


CELLS = cells_by_normalizer()
FEW = st.integers(0, 3).map(str)  # keys that collide


def cell(name: str, normalizer: str, key: tuple[str, ...]) -> st.SearchStrategy[Any]:
    messy = st.sampled_from(CELLS.get(normalizer, ["x"])) | st.text(max_size=6)
    empty = st.sampled_from([None, "", "N/A"])
    if name in key:
        return FEW | FEW | messy | empty
    return messy | messy | empty


@st.composite
def frames(draw: st.DrawFn, entity: Any) -> pd.DataFrame:
    """Frames with the columns the entity needs and some others, full of damage."""
    fields = entity.fields()
    needed = [name for name, facts in fields.items() if facts.required]
    for rule in entity.rules:
        if isinstance(rule, AnyOf):
            needed += draw(st.sampled_from(rule.alternatives))
    others = draw(st.sets(st.sampled_from(sorted(fields)), max_size=6))
    names = draw(st.permutations(sorted({*needed, *others})))
    n_rows = draw(st.integers(0, 6))
    columns = {
        name: draw(
            st.lists(
                cell(name, fields[name].normalizer, entity.key), min_size=n_rows, max_size=n_rows
            )
        )
        for name in names
    }
    labels = draw(st.lists(st.integers(0, 3), min_size=n_rows, max_size=n_rows))
    return pd.DataFrame(columns, index=labels, dtype=object)


def dropping(entity: Any) -> Any:
    """The same model, told to keep the good rows."""

    class Config:
        drop_invalid_rows = True
        strict = "filter"

    return type(entity)(f"Good{entity.__name__}", (entity,), {"Config": Config})


DROPPING = {name: dropping(entity) for name, entity in ENTITIES.items()}


@pytest.mark.parametrize("name", ENTITIES)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_good_rows_are_the_same(name: str, data: st.DataObject) -> None:
    entity = ENTITIES[name]
    frame = data.draw(frames(entity))
    before = frame.copy(deep=True)
    report = prepare(frame, name)
    pd.testing.assert_frame_equal(frame, before)
    assert report.n_rows == report.n_ready + report.n_held + report.n_superseded

    # Pandera, told to drop bad rows, keeps the ready ones, values and all.
    pd.testing.assert_frame_equal(DROPPING[name].validate(frame, lazy=True), report.ready)

    # Pandera, told to refuse, names the others and no ready row.
    by_position = frame.set_axis(pd.RangeIndex(len(frame)))
    failed: set[int] = set()
    try:
        entity.validate(by_position, lazy=True)
    except SchemaErrors as errors:
        failed = set(errors.failure_cases["index"])
    assert set(range(len(frame))) - failed == set(report.ready_rows.tolist())

    # Pandera alone, without any of our cleaning, finds nothing in what is ready.
    schema = entity.to_schema()
    ready = report.ready.set_axis(np.arange(report.n_ready))
    assert len(DataFrameSchema.validate(schema, ready, lazy=True)) == report.n_ready

    # What is ready is canonical: it is ready again, unchanged. Nothing new is said of it; that an
    # address looks mistyped was said before, and still holds.
    again = prepare(ready, name)
    assert set(again.findings["rule"]) <= set(report.findings["rule"])
    pd.testing.assert_frame_equal(again.ready, ready, check_like=True)
