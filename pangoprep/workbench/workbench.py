"""The workbench as its user sees it: what is wrong, what is done about it, and a way back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa

from pangoprep.boundary import verb
from pangoprep.clusters.clusters import Cluster, find_clusters
from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Rows
from pangoprep.errors import UsageError
from pangoprep.findings import places_among
from pangoprep.fixes.file import FixesFile, Put
from pangoprep.matching.column_map import ColumnMap
from pangoprep.matching.recipes import Recipe
from pangoprep.memory import give_back
from pangoprep.part_plan import PartPlan
from pangoprep.pipeline import examine
from pangoprep.report import Report
from pangoprep.sentence import Sentence
from pangoprep.steps.examined import Examined, ExaminedFrame
from pangoprep.workbench import problems as told
from pangoprep.workbench.acting import Acting
from pangoprep.workbench.action import Action
from pangoprep.workbench.checking import (
    check_new_values,
    columns_not_sent,
    fixes_not_sent,
    is_masked,
    reading_changes,
)
from pangoprep.workbench.history import History
from pangoprep.workbench.lasting import save_fixes
from pangoprep.workbench.rereading import Reading
from pangoprep.workbench.saving import fingerprint, open_session, save_session
from pangoprep.workbench.script import script, word_fixes
from pangoprep.workbench.state import BenchState, mask_of
from pangoprep.workbench.step import Step
from pangoprep.workbench.taking_back import action_of


class Workbench(Acting):
    """Rows that are fixed step by step. Made by ``df.pango.workbench()``.

    Every action is a method and one step; it returns what it changed, and can be undone. The
    caller's frame stays as it is. Rows are named by their positions, as
    ``report.findings["row"]`` does. Personal values are masked unless a method is told
    ``reveal=True``.

    Examples
    --------
    >>> import pandas as pd, pangoprep
    >>> frame = pd.DataFrame({"customerId": ["1", "2"], "fullName": ["An", "Chi"]})
    >>> bench = frame.assign(phone=["0912345678", "123"]).pango.workbench("customer-identity")
    >>> bench.problems()[["field", "rule", "frees"]].to_numpy().tolist()
    [['phone', 'phone.unreadable', 1]]
    >>> bench.fix("phone", {"123": "0912 345 679"}).n_freed
    1
    >>> bench.report
    <Report customer-identity: 2 of 2 rows ready, 0 held>
    >>> bench.undo().what, bench.report.n_held
    ('fix phone', 1)
    """

    def __init__(self, frame: pd.DataFrame, plan: PartPlan, report: Report | None = None) -> None:
        self._history = History(BenchState(frame, plan))
        self._first = report or examine(frame, plan)
        self._start = Reading(self._history.first, self._first)
        self._reading = self._start
        self._counts: told.Counts = {}
        self._put_fixes: dict[Path, Put] = {}
        #: What the call that saved the steps said otherwise than this one, in a sentence.
        self.opened_otherwise = ""

    @classmethod
    def of(cls, report: Report) -> Workbench:
        """Return a workbench on the rows of a report.

        Raises
        ------
        UsageError
            If the rows are not in memory.
        """
        examined = report.examined
        if not isinstance(examined, ExaminedFrame):
            raise UsageError(
                "A workbench needs its rows in memory; this report is of a file in parts. Read "
                "the file with pp.read, or fix the held rows: report.to_excel('fix.xlsx')."
            )
        return cls(examined.frame, examined.plan, report)

    # What there is

    @property
    def report(self) -> Report:
        """The report of the rows as they are now."""
        return self._reading.report

    @property
    def first_map(self) -> ColumnMap:
        """What the columns were taken for before the first step, and why."""
        return self._first.examined.column_map

    @property
    def frame(self) -> pd.DataFrame:
        """The rows as they are now: the caller's columns, with the fixes."""
        return self._state.frame

    @property
    def _state(self) -> BenchState:
        return self._history.state

    @property
    def lang(self) -> str:
        """The language of the report and of errors."""
        return self._state.plan.options.lang

    @property
    def _examined(self) -> Examined:
        return self.report.examined

    @verb
    def problems(self) -> pd.DataFrame:
        """List what was found, most rows freed first.

        Returns
        -------
        DataFrame
            field, rule, severity, rows, values (how many different ones), frees (how many rows
            become ready if this is solved and nothing else).
        """
        return told.problems(self.report, self._counts)

    @verb
    def values(
        self,
        field: str,
        rule: str | None = None,
        *,
        limit: int | None = None,
        offset: int = 0,
        reveal: bool = False,
    ) -> pd.DataFrame:
        """List the different values of a field, or those with one problem, most rows first.

        Parameters
        ----------
        field
            PangoCDP's field.
        rule
            The problem; without it these are the values of all rows.
        limit, offset
            A page: so many values, after the first so many. In a million rows a page takes a
            fraction of the time. Its labels say which values these are.
        reveal
            Show personal values.

        Returns
        -------
        DataFrame
            value, rows, reading (how it is read), suggestion.
        """
        page = told.page_of(limit, offset)
        if rule is None:
            column = self._state.frame[self._state.column_of(field)]
            return told.every_value(self.report, column, field, reveal=reveal, page=page)
        return told.values(self.report, field, rule, reveal=reveal, page=page)

    @verb
    def rows(self, field: str, value: str | None = None, rule: str | None = None) -> pd.DataFrame:
        """Return the rows that have a value in a field, or a problem there, as they are now.

        With all their columns and values, not masked, as `Report.held` has them.
        """
        if rule is not None:
            found = told.problem(self._examined, field, rule).rows
            if value is not None:
                found = found[places_among(found, self._state.rows_with(field, {value: ""})[0])[0]]
        elif value is not None:
            found = self._state.rows_with(field, {value: ""})[0]
        else:
            raise UsageError("bench.rows needs a value, a rule, or both.")
        if value is not None and not len(found):
            _refuse_masked(field, [value])
        return self._examined.came(found)

    @verb
    def cluster(self, field: str) -> list[Cluster]:
        """Group near-equal spellings of a field, each with a proposed name.

        To take one over: ``bench.fix(field, cluster.fixes)``.
        """
        state = self._state
        cells, n_rows, _ = told.distinct_cells(state.texts(field).drop_null())
        return find_clusters(
            cells.to_pylist(), n_rows.tolist(), state.plan.facts[field], state.plan.options
        )

    @verb
    def read_fixed(self, path: str | os.PathLike[str]) -> Step:
        """Take over what people changed in a workbook of ``bench.report.to_excel(path)``.

        Rows that are marked in its column "Leave out" are left out. The step's ``changes`` is the
        table of what was changed. A new value that cannot be read is taken, too: its row stays
        held.

        Raises
        ------
        UsageError
            If the workbook was made of other rows, or nothing was changed in it.
        """
        frames = [self._state.frame, self._history.first.frame]
        action, changes = action_of(path, self._state, frames)
        return replace(self._take(action), changes=changes)

    # The way back

    @property
    def steps(self) -> pd.DataFrame:
        """The steps taken: number, what, rows (touched), freed, code (personal values hidden)."""
        taken = [(s.number, s.what, s.n_rows, s.n_freed, s.shown) for s in self._history.steps]
        return pd.DataFrame(taken, columns=["number", "what", "rows", "freed", "code"])

    @property
    def taken_steps(self) -> list[Step]:
        """The steps taken, in order."""
        return self._history.steps

    @property
    def last_step(self) -> Step | None:
        """The step taken last; None if there is none."""
        return self._history.steps[-1] if self._history.steps else None

    @property
    def undone_step(self) -> Step | None:
        """The step that `redo` would take again; None if there is none."""
        return self._history.undone[-1][0] if self._history.undone else None

    @verb
    def undo(self, n: int = 1, *, step: int | None = None) -> Step:
        """Take back the last steps, or one step alone.

        Parameters
        ----------
        n
            How many.
        step
            The number of one step to take back while later ones stay.

        Raises
        ------
        UsageError
            If there are no such steps, or later ones cannot be taken without it.
        """
        taken = self._history.undo(n) if step is None else self._history.without(step)
        self._examine()
        return taken

    @verb
    def redo(self) -> Step:
        """Take the step again that was undone last."""
        taken, touched = self._history.redo()
        self._examine(touched)
        return taken

    # What is kept

    @verb
    def code(self) -> str:
        """Return a script that does the same from the file; it holds the values of the fixes."""
        return script(self._first, self._history.actions)

    @verb
    def recipe(self, source: str = "") -> Recipe:
        """Return the recipe for next month's file: mapping, options, values, and fixes of words.

        Fixes of personal fields and of single cells are not in it: see `save_fixes`.
        """
        return word_fixes(self.report.recipe(source), self._history.actions, self._examined.facts)

    @verb
    def save_fixes(self, path: FixesFile | str | os.PathLike[str]) -> int:
        """Put fixes of personal fields and single cells into a fixes file; return how many.

        What this workbench put into it before, and was undone since, is taken out.

        Next month, with the recipe: ``validate(recipe="kv.toml", fixes="kv.fixes")``.
        """
        states = self._history.first, self._state
        return save_fixes(path, *states, self._history.actions, self._put_fixes)

    @verb
    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the steps to a file that its owner alone can read; it holds values."""
        n_rows, actions = len(self._history.first.frame), self._history.actions
        return save_session(path, n_rows, self._frame_hash, actions, self._history.first.plan)

    @verb
    def open(self, path: str | os.PathLike[str]) -> Workbench:
        """Take the steps that were saved, on the same rows.

        Raises
        ------
        UsageError
            If steps were taken already, the file is no saved session or one of other rows, or a
            step cannot be taken with these options. No step is taken then.

        Warns
        -----
        UserWarning
            If the call that made this workbench says other options than that of the saved one.
        """
        if self._history.steps:
            raise UsageError("Open a session before the first step: df.pango.workbench().open(...)")
        n_rows = len(self._history.first.frame)
        saved = open_session(path, n_rows, self._frame_hash, self._history.first.plan)
        try:
            for action in saved.actions:
                self._take(action)
        except BaseException:
            self._history = History(self._history.first)
            self._examine()
            raise
        self.opened_otherwise = saved.otherwise
        return self

    @cached_property
    def _frame_hash(self) -> str:
        return fingerprint(self._history.first.frame)

    def __repr__(self) -> str:
        return f"<{self._name}: {self.report!r}>"

    @property
    def _name(self) -> str:
        return self.report.words()("repr.workbench", n=len(self._history.steps))

    def _repr_html_(self) -> str:
        from pangoprep.markup.card import CardTable, render_card

        table = self.problems()
        lines = [tuple(line) for line in table.itertuples(index=False)]
        return render_card(
            self.report.headline,
            eyebrow=self._name,
            tables=[CardTable(lines, list(table.columns))],
            lang=self.report.options.lang,
        )

    # How a step is taken

    def _would(self, action: Action) -> Report:
        return self._reading.of(action.apply(self._state)[0]).report

    def _take(self, action: Action) -> Step:
        step = self._step_of(action)
        give_back()
        return step

    def _step_of(self, action: Action) -> Step:
        before = self.report
        state, touched, rows = action.apply(self._history.state, self._history.next_number)
        if not len(rows):
            for field, pairs in (action.fixes or {}).items():
                _refuse_masked(field, pairs)
            raise UsageError(
                Sentence(
                    "No cell holds such a value, so nothing changed: {1}. Cells are "
                    "compared as a whole; bench.values lists what they hold.",
                    action.what,
                )
            )
        mask_of(rows, len(state.frame))
        reading = self._reading.of(state, touched)
        after = reading.report
        read = check_new_values(after.examined, touched, action)
        step = Step(
            number=self._history.next_number,
            what=action.what,
            n_rows=len(rows),
            n_freed=before.n_held - after.n_held,
            n_ready=after.n_ready,
            n_held=after.n_held,
            notes=(
                *reading_changes(before.examined, after.examined, touched),
                *fixes_not_sent(state.plan, touched),
                *columns_not_sent(self._state.plan, state.plan, action.mapping or {}),
            ),
            readings=read,
            code=action.code,
            shown=action.shown(state.plan.facts),
            method=action.method,
            names=action.names,
        )
        self._history.take(step, action, state, touched)
        self._reading = reading
        return step

    def _examine(self, touched: Mapping[str, Rows] | None = None) -> None:
        state = self._history.state
        is_first = state is self._history.first
        self._reading = self._start if is_first else self._reading.of(state, touched)
        _ = self._reading.report  # made now, so that what it took can be given back
        give_back()


def _refuse_masked(field: str, values: Iterable[str]) -> None:
    if is_masked(pa.array(list(values), TEXT)).any():
        raise UsageError(
            Sentence(
                "No cell of {1!r} holds this value, which is masked. Take it from "
                "bench.values({1!r}, reveal=True).",
                field,
            )
        )
