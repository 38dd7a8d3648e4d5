"""Rows after all stages, as tables: ready, held, superseded, and the findings that say why."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.argument_checks import flag_of, path_of
from pangoprep.boundary import verb
from pangoprep.columns.cell_text import TEXT_DTYPE
from pangoprep.columns.types import Rows
from pangoprep.deprecation import deprecated
from pangoprep.entities.base import Entity
from pangoprep.errors import HeldError
from pangoprep.findings import LOST_LETTERS, Block
from pangoprep.language import Language, language
from pangoprep.matching.mapping import ColumnMap
from pangoprep.matching.recipes import Recipe
from pangoprep.options import Options
from pangoprep.report.faces.tables import findings_table, labels_of, numbering, row_reasons
from pangoprep.report.facts.summary import summary_table
from pangoprep.report.report_recipe import recipe_of
from pangoprep.report.thresholds import held_of, in_one, share_of, thresholds, what_fails
from pangoprep.row_readings import row_reading
from pangoprep.sentence import Sentence
from pangoprep.steps.examined import Examined
from pangoprep.writing.formats import check_name, labels, write_parts

_HELD, _SUPERSEDED, _READY = "held", "superseded", "ready"
_NO_RECORD, _LEFT_OUT = "no record", "left out"
_REASON = "reason"
JOINED_STATE = "joined"


class CheckedRows:
    """Rows after all stages: how many are what, their tables, and what stops a job.

    It is all that a sender takes, and a worker that writes the tables of its part. A `Report` shows
    them to people.
    """

    def __init__(self, examined: Examined) -> None:
        self.examined = examined

    @property
    @deprecated("report.evidence is report.examined since 0.2.")
    def evidence(self) -> Examined:
        """What was called so in 0.1."""
        return self.examined

    @property
    def options(self) -> Options:
        """How cells were read."""
        return self.examined.options

    @property
    def lang(self) -> str:
        """The language it speaks, unless a call names another."""
        return self.options.lang

    def words(self, lang: str | None = None) -> Language:
        """Return the words of a language; default: the one the options name."""
        return language(self.options.lang if lang is None else lang)

    @property
    def blocks(self) -> Sequence[Block]:
        """The findings as columns, one block per rule and field, worst first."""
        return self.examined.blocks

    @property
    def entity(self) -> str:
        """The object type, such as ``customer-identity``."""
        return self.examined.entity.object_type

    @property
    def model(self) -> type[Entity]:
        """The entity's class: the one that was given, or the one of the object type."""
        return self.examined.entity

    @property
    def ok(self) -> bool:
        """Whether no row is held."""
        return not self.examined.is_held.any()

    @property
    def n_rows(self) -> int:
        """How many rows came in."""
        return self.examined.n_rows

    @property
    def n_ready(self) -> int:
        """How many rows would be sent."""
        n_gone = self.n_superseded + self.n_not_records + self.n_left_out + self.n_joined
        return self.n_rows - self.n_held - n_gone

    @property
    def n_held(self) -> int:
        """How many rows have an error and would not be sent."""
        return int(self.examined.is_held.sum())

    @property
    def n_superseded(self) -> int:
        """How many rows give way to another row with their key."""
        return int(self.examined.is_superseded.sum())

    @property
    def n_not_records(self) -> int:
        """How many rows are no records: totals, signatures, the headers again."""
        return int(self.examined.is_no_record.sum())

    @property
    def n_left_out(self) -> int:
        """How many rows somebody left out in the workbench: they are neither sent nor held."""
        return int(self.examined.is_left_out.sum())

    @property
    def n_judged(self) -> int:
        """How many rows there are without the lines that are no records."""
        return self.n_rows - self.n_not_records

    @property
    def n_read_again(self) -> int:
        """How many parts of a file, or partitions, were read twice, since others decide how."""
        return self.examined.n_read_again

    @property
    def n_joined(self) -> int:
        """How many rows are items that are sent in the record of another row; see `rows`."""
        return self.examined.n_joined

    @property
    def n_lost_letters(self) -> int:
        """How many cells have letters that an export has lost (``text.lost_letters``)."""
        return sum(len(block.rows) for block in self.blocks if block.rule == LOST_LETTERS)

    @property
    def n_joined_by_record(self) -> Rows | None:
        """How many rows are sent in each ready row's record; None where rows are no items."""
        examined = self.examined
        if examined.first is None or examined.is_joined is None:
            return None
        first = examined.first[examined.is_joined]
        n_joined: Rows = np.bincount(first, minlength=self.n_rows)[self.ready_rows]
        return n_joined

    @cached_property
    def ready_rows(self) -> Rows:
        """The positions of the ready rows in the caller's frame, ascending."""
        return self.examined.ready_rows

    @cached_property
    def ready(self) -> pd.DataFrame:
        """The rows that would be sent: canonical values, the caller's index."""
        return self.ready_between(slice(0, self.n_rows))

    def ready_between(self, span: slice) -> pd.DataFrame:
        """Return `ready` for the rows that came in from one position to before another."""
        rows = self.examined.ready_between(span)
        return self._with_index(self.examined.records(rows), rows)

    def ready_parts(self) -> Iterator[pd.DataFrame]:
        """Give `ready` part by part, as the uploader takes it; a frame is one part."""
        if len(self.examined.spans) == 1:
            yield self.ready
            return
        yield from map(self.ready_between, self.examined.spans)

    def rows_parts(self) -> Iterator[pd.DataFrame]:
        """Give `rows` part by part; a frame is one part."""
        if len(self.examined.spans) == 1:
            yield self.rows
            return
        yield from map(self.rows_between, self.examined.spans)

    @cached_property
    def cleaned(self) -> pd.DataFrame:
        """Every row with canonical values and the caller's index; unreadable cells are null."""
        values = self.examined.canonical_rows()
        values = values.drop(columns=self.examined.item_list or [])
        return values.set_axis(self.examined.index, axis="index")

    @property
    def held(self) -> pd.DataFrame:
        """The rows with errors: the caller's own columns, values and index, and the reason."""
        return self.held_rows()

    def held_rows(self, *, reason: bool = True) -> pd.DataFrame:
        """Return `held`, with the column ``reason`` or without.

        Where the caller has a column of that name, it is called ``held_reason``.

        Examples
        --------
        >>> import pandas as pd, pangoprep
        >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
        >>> report = frame.pango.validate("customer-identity")
        >>> report.held["reason"].to_list()
        ['phone: not a valid phone number']
        >>> report.held_rows(reason=False).equals(frame)
        True
        """
        rows = np.flatnonzero(self.examined.is_held)
        came = self.examined.came(rows)
        if not reason:
            return came
        number = numbering(self.examined)
        reasons = row_reasons(self.blocks, self.n_rows, rows, self.words(), number=number)
        name = "held_reason" if _REASON in came.columns else _REASON
        return came.assign(**{name: pd.array(reasons, dtype=TEXT_DTYPE)})

    @property
    def superseded(self) -> pd.DataFrame:
        """The rows that give way to another row with their key, as they came."""
        return self.examined.came(np.flatnonzero(self.examined.is_superseded))

    @property
    def not_records(self) -> pd.DataFrame:
        """The rows that are no records, as they came; they are never sent."""
        return self.examined.came(np.flatnonzero(self.examined.is_no_record))

    @property
    def left_out(self) -> pd.DataFrame:
        """The rows that somebody left out in the workbench, as they came; they are never sent."""
        return self.examined.came(np.flatnonzero(self.examined.is_left_out))

    @property
    def unused_columns(self) -> list[Any]:
        """The caller's columns that are no field of the entity; they are not sent."""
        used = self.examined.used_columns
        return [column for column in self.examined.columns if column not in used]

    @property
    def mapping(self) -> ColumnMap:
        """How the columns were matched: what was taken, what is asked, what is left out."""
        return self.examined.column_map

    def recipe(self, source: str = "") -> Recipe:
        """Return what makes the next file of this shape into the same: mapping, options, fixes.

        Parameters
        ----------
        source
            The name of the system the data comes from, as ``send`` takes it.

        Examples
        --------
        >>> import pandas as pd, pangoprep
        >>> frame = pd.DataFrame({"Mã KH": ["1"], "Họ tên": ["An"], "SĐT": ["912345678"]})
        >>> frame.pango.validate(phone_format="e164").recipe("CRM").options
        {'phone_format': 'e164'}
        """
        return recipe_of(self.examined, source)

    @property
    def reading(self) -> dict[str, Any]:
        """How the rows were read, as plain values; a run keeps it, so that `resume` can too."""
        return row_reading(self.examined)

    @cached_property
    def findings(self) -> pd.DataFrame:
        """One row per finding; personal values are masked, see `reveal`.

        Columns: row (position from 0), index (the caller's label), key, field, rule, severity,
        value, message, suggestion.
        """
        return findings_table(self.examined, self.blocks, reveal=False, lang=self.options.lang)

    def reveal(self) -> pd.DataFrame:
        """Return `findings` with the values as they are. Mind where you save them.

        Examples
        --------
        >>> import pandas as pd, pangoprep
        >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
        >>> frame.pango.validate("customer-identity").reveal()["value"].to_list()
        ['123']
        """
        return findings_table(self.examined, self.blocks, reveal=True, lang=self.options.lang)

    def write_findings(self, path: str | os.PathLike[str], *, reveal: bool = False) -> Path:
        """Write `findings` to a file and return its path; for more of them than memory takes.

        Parameters
        ----------
        path
            ``.parquet``, ``.csv`` or ``.jsonl``; or ``.xlsx``, up to the rows that a sheet has.
        reveal
            Whether the values are written as they are; see `reveal`.

        Examples
        --------
        >>> import pandas as pd, pangoprep, tempfile
        >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
        >>> report = frame.pango.validate("customer-identity")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     pd.read_parquet(report.write_findings(folder + "/found.parquet"))["rule"].to_list()
        ['phone.unreadable']
        """
        target, reveal = path_of("path", path), flag_of("reveal", reveal)
        check_name(target)
        n_findings = sum(len(block.rows) for block in self.blocks)
        tables = (self._findings_in(span, reveal=reveal) for span in self.examined.spans)
        write_parts(tables, n_findings, target, escape_formulas=True)
        return target

    def _findings_in(self, span: slice, *, reveal: bool) -> pd.DataFrame:
        """Return the findings of some rows, in types that every format can write."""
        blocks = [block.within(span) for block in self.blocks]
        table = findings_table(self.examined, blocks, reveal=reveal, lang=self.options.lang)
        severity = table["severity"].astype("str")
        return table.assign(index=labels(table["index"]), severity=severity)

    def summary(self) -> pd.DataFrame:
        """Count findings by rule and field: rule, severity, field, rows, share of rows.

        Lines that are no records are not counted among the rows, here and in `raise_if`; the share
        of ``row.not_a_record`` is of all lines.

        Examples
        --------
        >>> import pandas as pd, pangoprep
        >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
        >>> frame.pango.validate("customer-identity").summary().values.tolist()
        [['phone.unreadable', 'error', 'phone', 1, 1.0]]
        """
        return summary_table(self.examined)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """One row per input row: row, index, key (masked), state, reason.

        The state is ready, held or superseded. Where rows are items, those that are sent in the
        record of another row are *joined*; a further column, ``record``, has the row of each
        row's record.
        """
        return self.rows_between(slice(0, self.n_rows))

    def rows_between(self, span: slice) -> pd.DataFrame:
        """Return `rows` for the rows that came in from one position to before another."""
        rows = np.arange(span.start, span.stop)
        blocks = [block.between(span) for block in self.blocks]
        number = numbering(self.examined)
        reasons = row_reasons(blocks, len(rows), words=self.words(), number=number)
        state = np.full(len(rows), _READY, dtype=object)
        state[self.examined.is_held[span]] = _HELD
        state[self.examined.is_superseded[span]] = _SUPERSEDED
        state[self.examined.is_no_record[span]] = _NO_RECORD
        state[self.examined.is_left_out[span]] = _LEFT_OUT
        if self.examined.is_joined is not None:
            state[self.examined.is_joined[span] & (state == _READY)] = JOINED_STATE
        table = pd.DataFrame(
            {
                "row": rows,
                "index": labels_of(self.examined.labels(rows)),
                "key": TEXT_DTYPE.__from_arrow__(self.examined.keys(reveal=False, rows=rows)),
                "state": pd.array(state, dtype=TEXT_DTYPE),
                "reason": pd.array(reasons, dtype=TEXT_DTYPE),
            }
        )
        first = self.examined.first
        return table if first is None else table.assign(record=first[span])

    def causes(self, rows: Rows) -> list[str]:
        """Say why rows are not ready, the same for all rows that have the same cause.

        Unlike the reasons in `rows` they name no other row, so that they can be counted.

        Parameters
        ----------
        rows
            Positions.
        """
        told = row_reasons(self.blocks, self.n_rows, rows, self.words(), number=None)
        causes: list[str] = told.tolist()
        return causes

    def held_causes(self) -> dict[str, int]:
        """Return why rows are held, and how many for each cause."""
        return dict(Counter(self.causes(np.flatnonzero(self.examined.is_held))))

    @verb
    def raise_if_held(self, max_held: float | str = 0.0) -> None:
        """Stop a script where rows are held.

        Parameters
        ----------
        max_held
            The share of rows that may be held without stopping: ``0.05`` or ``"5%"``.

        Raises
        ------
        HeldError
            If more rows are held; the message counts them by rule, without values.
        OptionError
            If ``max_held`` is not a share.

        Examples
        --------
        >>> import pandas as pd, pangoprep
        >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
        >>> frame.pango.validate("customer-identity").raise_if_held(max_held=1)
        """
        share = share_of("max_held", max_held)
        if self.n_held <= share * self.n_judged:
            return
        errors = [block for block in self.blocks if block.severity == "error"]
        worst = sorted(errors, key=lambda block: -len(block.rows))[:3]
        causes = ", ".join(f"{block.field} {block.rule} ({len(block.rows):,})" for block in worst)
        allowed = Sentence(", more than the {1:.2%} allowed", share) if share else ""
        raise HeldError(
            Sentence(
                "{1} for {2!r}{3}: {4}. See report.held and report.findings; nothing was sent.",
                held_of(self.n_held, self.n_judged),
                self.entity,
                allowed,
                causes,
            )
        )

    @verb
    def raise_if(
        self, *, max_held: float | str | None = None, fail_on: Collection[str] = ()
    ) -> None:
        """Stop a job where more is wrong than it may be.

        Parameters
        ----------
        max_held
            The share of rows that may be held: ``0.05`` or ``"5%"``. Default: it does not count.
        fail_on
            Rules that may not occur, such as ``["phone.unreadable"]``, or severities:
            ``["warning"]``.

        Raises
        ------
        HeldError
            If one of them is exceeded; the message counts, without values.
        OptionError
            If nothing, no share, or no rule is given.

        Examples
        --------
        >>> import pandas as pd, pangoprep
        >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
        >>> report = frame.pango.validate("customer-identity")
        >>> report.raise_if(max_held="100%", fail_on=["email.typo"])
        >>> report.raise_if(fail_on=["phone.unreadable"])
        Traceback (most recent call last):
        pangoprep.errors.HeldError: customer-identity: phone.unreadable was found in 1 row.
        """
        share, names = thresholds(max_held, fail_on)
        if told := what_fails(self.blocks, self.n_judged, self.n_held, share, names):
            raise HeldError(Sentence("{1}: {2}", self.entity, in_one(told)))

    def _with_index(self, frame: pd.DataFrame, rows: np.ndarray[Any, Any]) -> pd.DataFrame:
        return frame.set_axis(self.examined.labels(rows), axis="index")
