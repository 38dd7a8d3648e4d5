"""The join stage, where each row is an item: what records the rows make, and which make none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pangoprep.columns.column import Column
from pangoprep.columns.types import Mask, Rows
from pangoprep.columns.types import Values as Arrays
from pangoprep.findings import NOT_A_RECORD, Block, rows_with, rules
from pangoprep.matching.values import Values
from pangoprep.normalizers.base import Evidence
from pangoprep.part_plan import PartPlan
from pangoprep.steps.clean import Cleaned
from pangoprep.steps.complete import complete
from pangoprep.steps.item_rows import Strangers, check_items, put_together, rows_alone
from pangoprep.steps.keys import keys_of
from pangoprep.steps.not_records import find_not_records
from pangoprep.steps.shared_phones import find_shared_phones


@dataclass(frozen=True, eq=False)
class JoinedRows:
    """Rows that are items, after they were put together.

    Parameters
    ----------
    first
        The first row of each row's record, counted from the first of these.
    is_item
        Marks the rows of a table of items; None where records and items come in one.
    alone
        What the rows say by themselves.
    given
        How many rows got a part of their key from the caller, by field.
    """

    first: Rows
    is_item: Mask | None
    alone: Mapping[str, Arrays]
    given: Mapping[str, int]


def join_rows(
    frame: pd.DataFrame, plan: PartPlan, cleaned: Cleaned, is_item: Mask | None,
    apart: list[Block], strangers: Strangers | None, elsewhere: Mapping[str, Evidence],
) -> JoinedRows:  # fmt: skip
    """Put rows that are items together to records, in place.

    Parameters
    ----------
    frame
        The rows as they came.
    plan
        What they become.
    cleaned
        What cleaning made of them.
    is_item
        Marks the rows of a table of items, where records have a table of their own.
    apart
        The rows that belong to no record; those that are found to be none come before them.
    strangers
        The rows of other parts that belong to records of these.
    elsewhere
        What the other parts prove of how columns are read, by field.
    """
    n_rows, key = len(frame), plan.entity.key
    of_key = {name: value for name, value in plan.values.by_field.items() if name in key}
    given = complete(cleaned, Values(of_key), plan.facts, plan.options)
    own = plan.facts[plan.item_list]
    has_item, found = check_items(cleaned, own, is_item)
    cleaned.blocks += plan.under_policy(found)
    # A total within an order is no item of it: lines that are no records are told before.
    keys = keys_of([cleaned.arrays[name] for name in key], n_rows)
    held = rows_with(cleaned.blocks, "error", n_rows) | ~has_item | ~keys.complete
    apart[:0] = told_not_records(frame, plan, cleaned.raw, cleaned.blocks, held)
    is_apart = np.zeros(n_rows, dtype=bool)
    for block in apart:
        is_apart[block.rows] = True
    alone = rows_alone(cleaned, has_item, is_item)
    shared = find_shared_phones(cleaned, alone, keys, plan, elsewhere)
    cleaned.blocks += plan.under_policy(shared)
    first, blocks = put_together(
        cleaned, alone, own, key, is_apart, strangers, in_tables=is_item is not None
    )
    cleaned.blocks += plan.under_policy(blocks)
    return JoinedRows(first, is_item, alone, given)


def told_not_records(
    frame: pd.DataFrame, plan: PartPlan, raw: Mapping[str, Column], blocks: list[Block], held: Mask
) -> list[Block]:
    """Find the rows that are no records among those that cannot be sent; no block if none are.

    What a reader noted of such rows goes from the blocks into the one that is returned.
    """
    noted = [block.rows for block in blocks if block.rule == NOT_A_RECORD]
    found = find_not_records(frame, plan.sources, raw, plan.entity.key, held, plan.facts)
    rows = np.unique(np.concatenate([found, *noted]))
    blocks[:] = [block for block in blocks if block.rule != NOT_A_RECORD]
    severity = rules()[NOT_A_RECORD].severity
    return plan.under_policy([Block(NOT_A_RECORD, "", severity, rows)]) if len(rows) else []
