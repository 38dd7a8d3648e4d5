"""The actions of a workbench, as its user calls them: each is checked, and taken as one step."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.boundary import verb
from pangoprep.columns.column import Column
from pangoprep.errors import UsageError
from pangoprep.findings import BESIDE, CANDIDATES
from pangoprep.report import Report
from pangoprep.sentence import Sentence, joined
from pangoprep.steps.address_fields import is_read_by_row
from pangoprep.workbench import problems as told
from pangoprep.workbench.action import Action
from pangoprep.workbench.replacing import Replacing, replacing
from pangoprep.workbench.state import BenchState
from pangoprep.workbench.step import Step

Rows = Iterable[int]


class Acting(ABC):
    """What can be done to the rows of a workbench."""

    @property
    @abstractmethod
    def report(self) -> Report:
        """The report of the rows as they are now."""

    @property
    @abstractmethod
    def _state(self) -> BenchState: ...

    @abstractmethod
    def _take(self, action: Action) -> Step: ...

    @abstractmethod
    def _would(self, action: Action) -> Report: ...

    @verb
    def fix(self, field: str, values: Mapping[str, str]) -> Step:
        """Put new values for values of a field, wherever they are.

        Parameters
        ----------
        field
            PangoCDP's field.
        values
            What cells hold -> what they are to hold, as text. Cells are compared as a whole.

        Raises
        ------
        UsageError
            If no column stands for the field, no cell holds such a value, or a new value cannot
            be read itself; nothing is changed then.
        """
        pairs = _texts(values, _old_value)
        return self._take(
            Action(
                method="fix", what=f"fix {field}", arguments=(field, pairs), fixes={field: pairs}
            )
        )

    @verb
    def fix_rows(self, cells: Mapping[int, Mapping[str, str | None]]) -> Step:
        """Put new values into single cells: ``{row: {field: value}}``; None empties a cell."""
        plain = {_row(row): _texts(changes, str) for row, changes in _mapping(cells).items()}
        fields = sorted({field for changes in plain.values() for field in changes})
        return self._take(
            Action(
                method="fix_rows",
                what=Sentence("fix cells of {1}", ", ".join(fields)),
                arguments=(plain,),
                cells=plain,
            )
        )

    @verb
    def accept(self, rule: str, field: str, values: Collection[str] | None = None) -> Step:
        """Take over what is suggested for a problem: all of it, or that of some values.

        Where candidates are suggested, choose one with `fix`.
        """
        if rule in CANDIDATES:
            raise UsageError(
                Sentence(
                    "{1!r} has candidates, not one suggestion: choose with bench.fix({2!r}, "
                    "{{value: candidate}}).",
                    rule,
                    field,
                )
            )
        if rule in BESIDE:
            raise UsageError(
                Sentence(
                    "What {1!r} suggests is for a field of its own: in place of the cell it would "
                    "lose the first.",
                    rule,
                )
            )
        examined = self.report.examined
        by_rows = field in examined.facts and is_read_by_row(examined.facts[field])
        chosen = None if values is None else [_old_value(one) for one in _listed(values)]
        offered = told.suggestions(examined, field, rule, chosen)
        if not len(offered.rows):
            raise UsageError(
                Sentence(
                    "Nothing is suggested for {1!r} in {2!r}: see bench.values({2!r}, {1!r}).",
                    rule,
                    field,
                )
            )
        new = offered.suggestions.to_pylist()
        # Of one value the first row decides.
        pairs = dict(zip(offered.values.to_pylist()[::-1], new[::-1], strict=True))
        by_row = zip(offered.rows.tolist(), new, strict=True)
        rows = {row: {field: value} for row, value in by_row} if by_rows else None
        return self._take(
            Action(
                method="accept",
                what=Sentence("accept suggestions for {1}", field),
                arguments=(rule, field),
                keywords={} if chosen is None else {"values": chosen},
                fixes=None if by_rows else {field: pairs},
                cells=rows,
            )
        )

    @verb
    def blank(self, field: str, values: Collection[str]) -> Step:
        """Empty the cells of a field that hold one of some values."""
        chosen = [_old_value(value) for value in _listed(values)]
        return self._take(
            Action(
                method="blank",
                what=f"empty {field}",
                arguments=(field, chosen),
                fixes={field: dict.fromkeys(chosen)},
            )
        )

    @verb
    def leave_out(
        self,
        rows: Rows | None = None,
        *,
        rule: str | None = None,
        field: str | None = None,
        reason: str = "",
    ) -> Step:
        """Leave rows out: they are not sent, and are counted apart from those that are held.

        Parameters
        ----------
        rows
            Their positions.
        rule, field
            Instead: all rows with this finding, in this field if it is given.
        reason
            Why; it stands beside the row.
        """
        if (rows is None) == (rule is None):
            raise UsageError("bench.leave_out needs rows=[...] or rule='...', and not both.")
        if not isinstance(reason, str):
            raise UsageError("The reason for leaving rows out is text.")
        given = [] if rows is None else [_row(row) for row in _listed(rows)]
        chosen = self._rows_of(rule, field) if rows is None else given
        if not chosen:
            raise UsageError("There are no such rows to leave out: see bench.problems().")
        keywords = {"reason": reason} if reason else {}
        named = {"rule": rule, **({"field": field} if field else {})}
        return self._take(
            Action(
                method="leave_out",
                what="leave rows out",
                arguments=(chosen,) if rule is None else (),
                keywords={**({} if rule is None else named), **keywords},
                left_out=dict.fromkeys(chosen, reason),
            )
        )

    @verb
    def take_back(self, rows: Rows) -> Step:
        """Take rows back that were left out: they are checked, and sent if they are ready.

        Parameters
        ----------
        rows
            Their positions.
        """
        chosen = [_row(row) for row in _listed(rows)]
        if not chosen:
            raise UsageError("There are no such rows to take back: see bench.report.left_out.")
        is_left_out = self.report.examined.is_left_out
        for row in chosen:
            if 0 <= row < len(is_left_out) and not is_left_out[row]:
                raise UsageError(Sentence("Row {1} was not left out.", row))
        return self._take(
            Action(
                method="take_back",
                what="take rows back",
                arguments=(chosen,),
                left_out=dict.fromkeys(chosen),
            )
        )

    def _rows_of(self, rule: str | None, field: str | None) -> list[int]:
        found = [
            block.rows
            for block in self.report.examined.blocks
            if block.rule == rule and field in (None, block.field)
        ]
        return np.unique(np.concatenate(found)).tolist() if found else []

    @verb
    def replace(self, field: str, pattern: str, new: str, *, rule: str | None = None) -> Step:
        """Put text for text within the values of a field.

        Parameters
        ----------
        field
            PangoCDP's field.
        pattern, new
            The text to look for, as it is written, and what stands there instead. To see first
            what would change: ``bench.would_replace``.
        rule
            Only in values with this problem.
        """
        found = self._replacing(field, pattern, new, rule)
        pairs = dict(zip(found.before.to_pylist(), found.after.to_pylist(), strict=True))
        keywords = {} if rule is None else {"rule": rule}
        return self._take(
            Action(
                method="replace",
                what=Sentence("replace within {1}", field),
                arguments=(field, pattern, new),
                keywords=keywords,
                fixes={field: pairs},
            )
        )

    @verb
    def would_replace(
        self, field: str, pattern: str, new: str, *, rule: str | None = None, reveal: bool = False
    ) -> pd.DataFrame:
        """List what `replace` would change, and change nothing.

        Parameters
        ----------
        field, pattern, new, rule
            As for `replace`.
        reveal
            Show personal values.

        Returns
        -------
        DataFrame
            before, after, rows; most rows first. Empty if no value has the text.
        """
        found = self._replacing(field, pattern, new, rule, may_lack=True)
        return found.table(self.report.examined.facts.get(field), reveal=reveal)

    def _replacing(
        self, field: str, pattern: str, new: str, rule: str | None, *, may_lack: bool = False
    ) -> Replacing:
        if not isinstance(pattern, str) or not pattern or not isinstance(new, str):
            raise UsageError(
                "bench.replace needs a text to look for and a text that stands there instead; '' "
                "takes it out."
            )
        cells = self._state.cells(field)
        if rule is not None:
            examined = self.report.examined
            some = examined.cells(field, told.problem(examined, field, rule).rows)
            cells = Column(some, None)
        found = replacing(cells, pattern, new)
        if not len(found.before) and not may_lack:
            raise UsageError(Sentence("No value of {1!r} has this text.", field))
        return found

    @verb
    def map(self, column: Any, field: str) -> Step:
        """Say which field a column is; ``""`` leaves the column out."""
        return self._take(
            Action(
                method="map",
                what=Sentence("{1} becomes {2}", column, field)
                if field
                else Sentence("{1} is not sent", column),
                arguments=(column, field),
                mapping={column: field},
            )
        )

    @verb
    def set(self, **options: Any) -> Step:
        """Change options: how cells are read, and what happens to rows. See `pangoprep.Options`."""
        if not options:
            raise UsageError("bench.set needs an option, such as day_first=False.")
        what = f"set {', '.join(options)}"
        return self._take(Action(method="set", what=what, keywords=options, options=options))

    @verb
    def would_set(self, **options: Any) -> Report:
        """Return the report as it would be after `set`, and change nothing."""
        return self._would(Action(method="set", what="", options=options))

    @verb
    def constants(self, **values: Any) -> Step:
        """Add values to every row, by field, such as ``systemName="CRM"``; as ``values=`` does.

        ``systemName=None`` adds no more what was added; the column that it stood instead of is read
        again, if a step put it there.
        """
        if not values:
            raise UsageError("bench.constants needs a field, such as systemName='CRM'.")
        added = [name for name, how in values.items() if how is not None]
        gone = [name for name in values if name not in added]
        told = [Sentence("add {1}", ", ".join(added))] * bool(added)
        told += [Sentence("add no more {1}", ", ".join(gone))] * bool(gone)
        what = joined("; ", told)
        return self._take(Action(method="constants", what=what, keywords=values, values=values))


def _mapping(given: Any) -> Mapping[Any, Any]:
    if not isinstance(given, Mapping) or not given:
        raise UsageError("Give a mapping, such as {'old': 'new'}, or {row: {'phone': 'new'}}.")
    return given


def _listed(given: Any) -> Iterable[Any]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise UsageError("Give a list, also of one.")
    return given


def _texts(values: Any, name_of: Callable[[Any], str]) -> dict[Any, Any]:
    if any(new is not None and not isinstance(new, str) for new in _mapping(values).values()):
        raise UsageError("New values are text, such as '0912345678', or None, which empties cells.")
    return {name_of(key): new for key, new in values.items()}


def _old_value(value: Any) -> str:
    if value is None or value is pd.NA or value != value:
        raise UsageError(
            "An empty cell has no value to look for. Fill single cells with bench.fix_rows({row: "
            "{field: value}}), all rows with bench.constants(field=value)."
        )
    return str(value)


def _row(row: Any) -> int:
    if isinstance(row, bool) or not isinstance(row, (int, np.integer)):
        raise UsageError("Rows are whole numbers, as in report.findings['row'].")
    return int(row)
