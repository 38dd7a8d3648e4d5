"""One phone number in many records, where a record has several rows: it counts once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.column import whole
from pangoprep.columns.types import Values
from pangoprep.findings import Block, rules
from pangoprep.normalizers.base import Evidence, as_mask, with_others
from pangoprep.normalizers.phone.column import PhoneColumn, PhoneEvidence, count_records
from pangoprep.part_plan import PartPlan
from pangoprep.steps.clean import Cleaned
from pangoprep.steps.item_rows import own_fields
from pangoprep.steps.keys import Keys

#: The rule of a number that is easy to type and stands in many records.
SHARED = "phone.shared_filler"


def find_shared_phones(
    cleaned: Cleaned,
    alone: Mapping[str, Values],
    keys: Keys,
    plan: PartPlan,
    elsewhere: Mapping[str, Evidence],
) -> list[Block]:
    """Find again which numbers stand in many records; what was found by rows is taken back.

    Parameters
    ----------
    cleaned
        The rows; what their phones prove is counted by records then.
    alone
        What the rows say by themselves.
    keys
        Their keys; all rows without one count as one record.
    plan
        What they become.
    elsewhere
        What the other parts prove, by field.
    """
    found = []
    for name in own_fields(alone):
        evidence = cleaned.evidence.get(name)
        if not isinstance(evidence, PhoneEvidence):
            continue
        counted, places = count_records(evidence, whole(alone[name]), keys.first, plan.options)
        cleaned.evidence[name] = counted
        cleaned.blocks = [
            block for block in cleaned.blocks if (block.rule, block.field) != (SHARED, name)
        ]
        column = with_others(counted, elsewhere.get(name)).decide(plan.options)
        if isinstance(column, PhoneColumn) and column.shared:
            value_set = pa.array(sorted(column.shared), places.type)
            rows = np.flatnonzero(as_mask(pc.is_in(places, value_set=value_set)))
            found.append(Block(SHARED, name, rules()[SHARED].severity, rows))
    return found
