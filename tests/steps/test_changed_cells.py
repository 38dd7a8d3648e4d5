"""A column with other cells in some rows is what cleaning it as a whole says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pangoprep.columns.cache import recalled
from pangoprep.columns.column import whole
from pangoprep.findings import Block, in_order
from pangoprep.options import Options
from pangoprep.planning import plan_columns
from pangoprep.steps import changed_cells
from pangoprep.steps.clean import clean_columns
from pangoprep.steps.clean_field import JOB, CleanField, clean_anew, reading_reasons
from tests.workbench.random_steps import ENTITIES, TODAY, messy

OPTIONS = Options(today=TODAY)


def told(blocks: Sequence[Block]) -> list[Any]:
    return [
        (one.rule, one.severity, one.detail, one.rows.tolist(),
         one.suggestions and one.suggestions.to_pylist())
        for one in in_order(blocks)
    ]  # fmt: skip


def facts_of(field: CleanField) -> dict[str, Any]:
    rows = np.arange(len(field.array))
    words = field.words and field.words.words
    return {
        "cells": field.raw.at(rows).to_pylist(),
        "values": whole(field.array).to_pylist(),
        "findings": told(field.blocks),
        "order": field.evidence and field.evidence.decide(OPTIONS),
        "years": [one.tolist() for one in field.years],
        "words": words and {cell: one for cell, one in words.items() if one[1]},
    }


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("entity", ["customers", "addresses", "orders"])
def test_changed_cells_are_put_in_as_if_all_were_read(entity: str, seed: int) -> None:
    name, cells = ENTITIES[entity]
    before, other = messy(cells, 60, seed), messy(cells, 60, seed + 100)
    plan = plan_columns(before, name, OPTIONS, may_lack=True)
    clean_columns(before, plan.sources, plan.facts, OPTIONS, {})
    rows = np.random.default_rng(seed).choice(60, 9, replace=False)
    after = before.copy()
    after.iloc[rows] = other.iloc[rows]
    after["customerId"] = before["customerId"].copy()  # nothing changed
    changed_cells.carry_over(before, after, plan.sources, plan.facts, OPTIONS)
    n_carried = 0
    for field, column in plan.sources.items():
        why = reading_reasons(plan.facts[field], OPTIONS, OPTIONS.timezone_gmt)
        carried = recalled(after[column], JOB, why)
        if carried is not None:
            hours = np.full(60, OPTIONS.timezone_gmt)
            anew = clean_anew(after[column], plan.facts[field], hours, OPTIONS, None)
            assert facts_of(carried) == facts_of(anew), field
            n_carried += 1
    assert n_carried > len(plan.sources) / 2


def test_a_column_that_reads_otherwise_now_is_not_carried_over() -> None:
    cells = ["05/06/1988"] * 30 + ["25/12/1990"]
    before = pd.DataFrame({"customerId": "1", "fullName": "An", "dob": cells}, dtype="str")
    plan = plan_columns(before, "customer-identity", OPTIONS, may_lack=True)
    clean_columns(before, plan.sources, plan.facts, OPTIONS, {})
    after = before.copy()
    after.loc[30, "dob"] = "12/25/1990"
    changed_cells.carry_over(before, after, plan.sources, plan.facts, OPTIONS)
    why = reading_reasons(plan.facts["dob"], OPTIONS, OPTIONS.timezone_gmt)
    assert recalled(after["dob"], JOB, why) is None


def test_dates_beside_a_column_of_time_zones_are_not_carried_over() -> None:
    before = pd.DataFrame(
        {
            "customerId": ["1", "2"],
            "fullName": "An",
            "phone": ["1", "2"],
            "createdAt": ["05/06/2021 10:00", "x"],
            "timezoneGmt": ["7", "8"],
        },
        dtype="str",
    )
    plan = plan_columns(before, "customer-identity", OPTIONS)
    clean_columns(before, plan.sources, plan.facts, OPTIONS, {})
    after = before.assign(phone=before["phone"].str.replace("1", "3"), createdAt=["x", "x"])
    changed_cells.carry_over(before, after, plan.sources, plan.facts, OPTIONS)

    def is_known(field: str) -> bool:
        why = reading_reasons(plan.facts[field], OPTIONS, OPTIONS.timezone_gmt)
        return recalled(after[field], JOB, why) is not None

    assert is_known("phone")
    assert not is_known("createdAt")
