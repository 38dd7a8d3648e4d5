"""START HERE: how a frame becomes a report.

``prepare`` runs the stages in order: find the entity, match the columns, clean every column,
check what the entity demands, decide between rows of one key. Everything that leaves this machine
went through it; a dry run is the same call.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Values
from pangoprep.entities import Entity
from pangoprep.entities.schema import EntitySchema, Stages
from pangoprep.findings import (
    LEFT_OUT,
    NOT_A_RECORD,
    Block,
    in_order,
    rows_with,
    rules,
    without_rows,
)
from pangoprep.fixes.applying import mend
from pangoprep.fixes.file import GivenFixes
from pangoprep.matching.fixes import apply_fixes
from pangoprep.matching.not_sent import NotSent
from pangoprep.normalizers.base import Evidence, with_others
from pangoprep.options import Options
from pangoprep.part_plan import PartPlan
from pangoprep.planning import plan_columns, plan_fields
from pangoprep.reading.noted import noted_rows
from pangoprep.report import Report
from pangoprep.steps.addresses import addresses_beside, clean_addresses
from pangoprep.steps.check import check_frame
from pangoprep.steps.clean import MadeOf, SomeRows, clean_columns, fill_years
from pangoprep.steps.cleaned_part import CleanedPart
from pangoprep.steps.complete import complete, make_columns
from pangoprep.steps.examined import ExaminedFrame
from pangoprep.steps.item_rows import Strangers, of_records
from pangoprep.steps.items import clean_items, find_keyed_twice
from pangoprep.steps.joined_rows import join_rows, told_not_records
from pangoprep.steps.keys import Keys, keys_of
from pangoprep.steps.offers import offer_phones
from pangoprep.steps.references import Records, check_references
from pangoprep.steps.resolve import resolve
from pangoprep.steps.spellings import find_spellings, usual_spellings
from pangoprep.table_pair import rows_in


def prepare(
    frame: pd.DataFrame,
    object_type: str | type[Entity] | None = None,
    options: Options | None = None,
    *,
    mapping: Mapping[Any, str] | None = None,
    fixes: GivenFixes | None = None,
    values: Mapping[str, Any] | None = None,
) -> Report:
    """Clean a frame, check it, and split its rows into ready and held.

    Parameters
    ----------
    frame
        Any frame with one row per record; it is not changed.
    object_type
        The entity, or None to tell it from the columns.
    options
        How cells are read; default: the entity's.
    mapping
        The field of some columns, such as ``{"SĐT": "phone"}``; the others are matched.
    fixes
        What some cells mean, by field, such as ``{"gender": {"x": "male"}}``; or a fixes file.
    values
        What is added to rows, by field, such as ``{"systemName": "CRM"}``.

    Raises
    ------
    UnknownEntityError, AmbiguousEntityError
        If the entity is not known, or the columns fit several.
    ColumnNamesError, MissingColumnError
        If the columns cannot be used.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "SĐT": ["912345678"]})
    >>> prepare(frame, "customer-identity").ready["phone"].to_list()
    ['0912345678']
    """
    plan = plan_columns(frame, object_type, options, mapping=mapping, fixes=fixes, values=values)
    return examine(frame, plan)


def clean(
    frame: pd.DataFrame,
    plan: PartPlan,
    records: Records | None = None,
    elsewhere: Mapping[str, Evidence] | None = None,
    strangers: Strangers | None = None,
    known: SomeRows | None = None,
    made: Mapping[str, MadeOf] | None = None,
) -> CleanedPart:
    """Make a frame, or a part of the data, canonical, and check each of its rows.

    Parameters
    ----------
    frame, plan
        The rows, and what they become.
    records
        Those of other entities that rows may name; rows that name one that is held are held with
        it.
    elsewhere
        What the other parts prove of how columns are read, by field.
    strangers
        Where rows are items: those of other parts that belong to records of these.
    known
        Where the rows are some of a frame that was cleaned; what is recalled of a column proves
        nothing new.
    made
        Canonical columns that there are already, by field.
    """
    with_made, labels, told = make_columns(frame, plan.values)
    every = {**plan.sources, **labels}
    sources = {name: every[name] for name in plan.facts if name in every}
    fixed, applied = apply_fixes(with_made, sources, plan.fixes)
    fixed, applied = mend(fixed, with_made, plan.sources, plan.entity, plan.fixes_file, applied)
    beside = addresses_beside(plan.facts, plan.options) if known is None else None
    if beside is not None and beside.fields & plan.values.by_field.keys():
        beside = None  # they are complete only later
    cleaned = clean_columns(
        fixed,
        sources,
        plan.facts,
        plan.options,
        elsewhere,
        key=plan.entity.key,
        known=known,
        together=beside,
    )
    for name, column in sources.items():
        if plan.facts[name].item is not None:
            clean_items(cleaned, fixed[column], plan.facts[name], plan.options, elsewhere or {})
    offer_phones(cleaned, plan.facts, plan.options)
    # First of all: what is no error leaves an empty cell, which the checks then see as one.
    cleaned.blocks = plan.under_policy([*noted_rows(frame), *told, *applied, *cleaned.blocks])
    # What is left out is no item of its record; other rows are set apart when all is known.
    apart = list(_left_out(plan, len(frame))) if plan.item_list else []
    read = fixed[list(frame.columns)]
    joined = None
    if plan.item_list:
        is_item = rows_in(frame.index, plan.item_tables) if plan.item_tables else None
        joined = join_rows(read, plan, cleaned, is_item, apart, strangers, elsewhere or {})
    fill_years(cleaned, plan.facts)
    given = complete(cleaned, plan.values, plan.facts, plan.options)
    placed = clean_addresses(cleaned, plan.facts, plan.options)
    canonical = cleaned.frame(made)
    checked = [
        *check_frame(canonical, cleaned, plan.entity),
        *find_keyed_twice(cleaned, plan.facts),
    ]
    if joined is not None:
        given |= joined.given
        checked = of_records(checked, joined.first, joined.is_item, plan.entity.key)
    left = (_not_sent(frame[one.column], one) for one in plan.not_sent)
    lacking = _lacking(plan, len(frame))
    blocks = [*cleaned.blocks, *plan.under_policy([*placed, *lacking, *checked, *left])]
    if joined is None:
        held = rows_with(blocks, "error", len(frame))
        apart = [*told_not_records(read, plan, cleaned.raw, blocks, held), *apart]
    if records is not None:
        referred = check_references(canonical, plan.entity, records)
        blocks += plan.under_policy(referred)
    keys, key = None, plan.entity.key
    if key and all(name in cleaned.arrays for name in key):
        keys = keys_of([cleaned.arrays[name] for name in key], len(frame), folded=True)
    for one in apart:
        blocks, keys = _told_apart(one, blocks, keys, len(frame))
    return CleanedPart(
        frame=frame,
        canonical=canonical,
        raw=cleaned.raw,
        evidence=cleaned.evidence,
        decisions=decide(cleaned.evidence, plan, elsewhere),
        blocks=in_order(blocks),
        keys=keys,
        words=cleaned.words,
        given=given,
        first=None if joined is None else joined.first,
        alone=None if joined is None else joined.alone,
        texts={name: array for name, array in cleaned.arrays.items() if array.type == TEXT},
    )


def spelled_otherwise(
    plan: PartPlan,
    usual: Mapping[str, Mapping[str, str]],
    values_of: Callable[[str], Values],
    blocks: Sequence[Block],
    n_rows: int,
) -> list[Block]:
    """Find the words of a part that the whole data usually writes otherwise.

    Parameters
    ----------
    plan
        What the rows become.
    usual
        The usual spelling of words, by field: see `usual_spellings`, of the words of all parts.
    values_of
        Gives what cells of a field say, canonical.
    blocks, n_rows
        The part's findings and how many rows it has; nothing more is said of what is no record, and
        of what was left out.
    """
    found = [find_spellings(name, values_of(name), words) for name, words in usual.items()]
    apart = np.zeros(n_rows, dtype=bool)
    for block in blocks:
        if block.rule in (NOT_A_RECORD, LEFT_OUT):
            apart[block.rows] = True
    told = plan.under_policy([block for block in found if block is not None])
    return [without_rows(block, apart) for block in told]


def _not_sent(cells: pd.Series, told: NotSent) -> Block:
    """Tell of the filled cells of a column that is not sent."""
    rule = rules()[told.rule]
    rows = np.flatnonzero(cells.notna() & (cells.astype("object") != ""))
    return Block(rule.rule, str(told.column), rule.severity, rows, detail=told.detail)


def _lacking(plan: PartPlan, n_rows: int) -> Iterator[Block]:
    """Tell of fields that nobody has said the column of, though one must be said."""
    for told, names in (("required.missing", plan.lacking), ("column.several", plan.undecided)):
        rule = rules()[told]
        for name in names:
            yield Block(rule.rule, name, rule.severity, np.arange(n_rows), detail=name)


def _told_apart(
    apart: Block, blocks: Sequence[Block], keys: Keys | None, n_rows: int
) -> tuple[list[Block], Keys | None]:
    """Say nothing else of some rows; they have no key."""
    where = np.zeros(n_rows, dtype=bool)
    where[apart.rows] = True
    others = [without_rows(block, where) for block in blocks]
    return [*others, apart], None if keys is None else keys.without(where)


def _left_out(plan: PartPlan, n_rows: int) -> Iterator[Block]:
    """Tell of the rows that somebody took out, by their reasons."""
    by_reason: dict[str, list[int]] = {}
    for row, reason in plan.left_out.items():
        by_reason.setdefault(reason, []).append(row)
    for reason, rows in by_reason.items():
        marked = np.unique(np.asarray(rows, dtype=np.int64))
        severity = rules()[LEFT_OUT].severity
        yield Block(LEFT_OUT, "", severity, marked[marked < n_rows], detail=reason)


def decide(
    evidence: Mapping[str, Evidence],
    plan: PartPlan,
    elsewhere: Mapping[str, Evidence] | None = None,
) -> dict[str, Hashable]:
    """Say how columns are read, from what some of their cells prove and the others."""
    return {
        name: with_others(own, (elsewhere or {}).get(name)).decide(plan.options)
        for name, own in evidence.items()
    }


def examine(frame: pd.DataFrame, plan: PartPlan, records: Records | None = None) -> Report:
    """Run all stages on a frame whose columns are matched.

    With ``records``, rows that name one of them are checked against them.
    """
    return conclude(clean(frame, plan, records), plan, records)


def conclude(part: CleanedPart, plan: PartPlan, records: Records | None = None) -> Report:
    """Decide what the rows of the only part say of each other, and report."""
    frame = part.frame
    usual = usual_spellings(part.words)
    n_rows = len(frame)
    blocks, keys = list(part.blocks), part.keys
    for apart in () if plan.item_list else _left_out(plan, n_rows):
        blocks, keys = _told_apart(apart, blocks, keys, n_rows)
    blocks += spelled_otherwise(plan, usual, part.values_of, blocks, n_rows)
    resolved = resolve(plan, keys, rows_with(blocks, "error", n_rows))
    examined = ExaminedFrame(
        **known_of(plan),
        evidence=part.evidence,
        blocks=in_order([*blocks, *resolved.blocks]),
        is_held=resolved.is_held,
        is_superseded=resolved.is_superseded,
        n_shared_keys=resolved.n_shared_keys,
        columns=list(frame.columns),
        index=frame.index,
        attrs=frame.attrs,
        indexes=records.indexes if records else {},
        frame=frame,
        canonical=part.canonical,
        raw=part.raw,
        given=part.given,
        first=part.first,
        is_joined=resolved.is_joined,
        plan=plan,
        part=part if records is None else None,
    )
    return Report(examined)


# Pandera's own validation of an entity takes the same way.
EntitySchema.stages = Stages(plan_fields, examine)


def known_of(plan: PartPlan) -> dict[str, Any]:
    """What a plan tells the report, by the names it has there."""
    names = (
        "entity", "sources", "facts", "options", "column_map", "fixes", "fixes_file", "values",
        "item_tables", "item_keys", "item_key_columns",
    )  # fmt: skip
    return {name: getattr(plan, name) for name in names}
