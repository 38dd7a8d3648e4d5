"""The facts of a report, apart from how they look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Rows
from pangoprep.entities.masking import mask
from pangoprep.entities.shapes import shape
from pangoprep.findings import LOST_LETTERS, NOT_A_RECORD, Block, rules
from pangoprep.matching.values import Constant
from pangoprep.options import Options
from pangoprep.report.facts.columns import ColumnFacts, column_facts
from pangoprep.report.facts.delivery import DeliveryFacts, delivery_facts
from pangoprep.report.facts.row_numbers import as_texts, row_numbers
from pangoprep.steps.duplicates import ONE_KEY
from pangoprep.steps.examined import Examined
from pangoprep.steps.tally import Tally

N_EXAMPLES = 3
N_DUPLICATES = 5
# The rows of so many findings are counted by what they look like; of more, the first are looked at.
_COUNTED = 10_000
_LOOKED_AT = 1_000


@dataclass(frozen=True)
class RuleFacts:
    """What one rule found in one field.

    ``examples`` are different values, most frequent first, some of them; of a personal field their
    shapes. ``example_rows`` is how many rows have each; None where not all rows were looked at.
    """

    rule: str
    severity: str
    field: str
    n_rows: int
    share: float
    detail: str
    examples: tuple[str, ...]
    example_rows: tuple[int | None, ...]

    @property
    def meaning(self) -> str:
        """What it means, in English."""
        return rules()[self.rule].meaning + (f" ({self.detail})" if self.detail else "")

    @property
    def action(self) -> str:
        """What to do about it, in English."""
        return rules()[self.rule].action


@dataclass(frozen=True)
class Duplicate:
    """One row that shares its key, and the row that is sent instead, or None if none is.

    ``row`` and ``winner`` are positions; the numbers are what people call those rows.
    """

    row: int
    key: str
    winner: int | None
    number: str
    winner_number: str | None


@dataclass(frozen=True)
class Duplicates:
    """Rows that share a key with another row. ``shown`` are some of them, keys masked."""

    policy: str
    key: tuple[str, ...]
    n_rows: int
    n_keys: int
    shown: tuple[Duplicate, ...]


@dataclass(frozen=True)
class AddedFacts:
    """What the caller added: ``how`` it was written, masked where it is personal."""

    field: str
    how: str
    n_rows: int


@dataclass(frozen=True)
class Summary:
    """Everything a report says, ready for a template, a table or a document."""

    entity: str
    n_rows: int
    n_ready: int
    n_held: int
    n_superseded: int
    n_not_records: int
    n_left_out: int
    n_joined: int
    rules: tuple[RuleFacts, ...]
    columns: tuple[ColumnFacts, ...]
    added: dict[str, int]
    added_by_you: tuple[AddedFacts, ...]
    unused: tuple[str, ...]
    duplicates: Duplicates | None
    delivery: DeliveryFacts
    options: dict[str, Any]

    @property
    def n_judged(self) -> int:
        """How many rows there are without the lines that are no records."""
        return self.n_rows - self.n_not_records

    @property
    def n_lost_letters(self) -> int:
        """How many cells have letters that an export has lost."""
        return sum(fact.n_rows for fact in self.rules if fact.rule == LOST_LETTERS)


def summarize(examined: Examined, cells: Tally) -> Summary:
    """Work out all facts, once, from what was found and what cleaning did to cells."""
    n_held = int(examined.is_held.sum())
    n_superseded = int(examined.is_superseded.sum())
    used = examined.used_columns
    shown_elsewhere = (*examined.given, examined.item_list)
    return Summary(
        entity=examined.entity.object_type,
        n_rows=examined.n_rows,
        n_ready=len(examined.ready_rows),
        n_held=n_held,
        n_superseded=n_superseded,
        n_not_records=int(examined.is_no_record.sum()),
        n_left_out=int(examined.is_left_out.sum()),
        n_joined=examined.n_joined,
        rules=tuple(rule_facts(examined)),
        columns=tuple(column_facts(examined, cells.columns)),
        added={n: k for n, k in cells.added.items() if n not in shown_elsewhere},
        added_by_you=tuple(_added(examined)),
        unused=tuple(str(name) for name in examined.columns if name not in used),
        duplicates=_duplicates(examined),
        delivery=delivery_facts(examined),
        options=_told(examined.options),
    )


def _added(examined: Examined) -> Iterator[AddedFacts]:
    for name, n_rows in examined.given.items():
        value = examined.values.by_field[name]
        how = str(value)
        if isinstance(value, Constant):
            how = mask(pa.array([how], TEXT), examined.facts[name])[0].as_py()
        yield AddedFacts(name, how, n_rows)


def _told(options: Options) -> dict[str, Any]:
    """The caller's choices, as JSON takes them."""
    return {**asdict(options), "today": options.today.isoformat()}


def summary_table(examined: Examined) -> pd.DataFrame:
    """One row per rule and field: rule, severity, field, rows, share of rows."""
    records = [
        (block.rule, block.severity, block.field, len(block.rows), share_of_rows(examined, block))
        for block in examined.blocks
    ]
    return pd.DataFrame(records, columns=["rule", "severity", "field", "rows", "share"])


def share_of_rows(examined: Examined, block: Block) -> float:
    """Return the share of rows that a finding is about, 0 to 1.

    Lines that are no records are left out; what is said of those is of all lines.
    """
    is_judged = block.rule != NOT_A_RECORD
    return len(block.rows) / (examined.n_judged if is_judged else examined.n_rows)


def rule_facts(examined: Examined) -> list[RuleFacts]:
    """What each rule found, worst first."""
    return [_rule_facts(examined, block) for block in examined.blocks]


def _rule_facts(examined: Examined, block: Block) -> RuleFacts:
    examples = _examples(block, examined)
    return RuleFacts(
        rule=block.rule,
        severity=block.severity,
        field=block.field,
        n_rows=len(block.rows),
        share=share_of_rows(examined, block),
        detail=block.detail,
        examples=tuple(examples),
        example_rows=tuple(examples.values()),
    )


def _examples(block: Block, examined: Examined) -> dict[str, int | None]:
    is_counted = len(block.rows) <= _COUNTED
    rows = block.rows if is_counted else block.rows[:_LOOKED_AT]
    counts = examined.cells(block.field, rows).drop_null().value_counts()
    facts = examined.facts.get(block.field)
    texts, n_each = counts.field("values"), counts.field("counts").to_pylist()
    if facts is not None and facts.personal:
        texts = shape(texts, facts)
    n_of: Counter[str] = Counter()
    for text, n_rows in zip(texts.to_pylist(), n_each, strict=True):
        n_of[text] += n_rows
    return {text: n if is_counted else None for text, n in n_of.most_common(N_EXAMPLES)}


def _duplicates(examined: Examined) -> Duplicates | None:
    blocks = [block for block in examined.blocks if block.rule in ONE_KEY]
    if not blocks:
        return None
    block = blocks[0]
    first = block.rows[:N_DUPLICATES]
    masked = examined.keys(reveal=False, rows=first).to_pylist()
    nobody = [None] * len(first)
    winners: list[int] | list[None] = nobody
    winner_numbers: list[str] | list[None] = nobody
    if block.others is not None:
        sent = block.others.rows[:N_DUPLICATES]
        winners, winner_numbers = sent.tolist(), _numbers(examined, sent)
    numbers = _numbers(examined, first)
    shown = zip(first.tolist(), masked, winners, numbers, winner_numbers, strict=True)
    return Duplicates(
        policy=examined.options.duplicates,
        key=examined.entity.key,
        n_rows=len(block.rows),
        n_keys=examined.n_shared_keys,
        shown=tuple(Duplicate(*one) for one in shown),
    )


def _numbers(examined: Examined, rows: Rows) -> list[str]:
    numbers: list[str] = as_texts(row_numbers(examined.labels(rows), rows)).to_pylist()
    return numbers
