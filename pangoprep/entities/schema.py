"""The Pandera schema behind an entity: it cleans a frame, then lets Pandera check it."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
import pandas as pd
import pandera.pandas as pandera
import pyarrow as pa
from pandera.api.pandas.container import DataFrameSchema
from pandera.config import get_config_context
from pandera.errors import SchemaErrors, SchemaWarning

from pangoprep.entities.custom_fields import custom_field
from pangoprep.entities.masking import hide
from pangoprep.error_words import warn
from pangoprep.errors import HeldSchemaError, HeldSchemasError
from pangoprep.findings import Block
from pangoprep.options import Options
from pangoprep.sentence import Sentence

_CUSTOM = {"nullable": True, "required": False}
_OWN_CHECK = "check.failed"


class CheckedFrame(Protocol):
    """What the stages say of a frame, as far as Pandera is told; `Report` is one."""

    @property
    def entity(self) -> str:
        """The object type."""

    @property
    def options(self) -> Options:
        """How cells were read."""

    @property
    def n_rows(self) -> int:
        """How many rows came in."""

    @property
    def headline(self) -> str:
        """The counts, in a sentence."""

    @property
    def ready_rows(self) -> np.ndarray[Any, Any]:
        """The positions of the rows without an error."""

    @property
    def cleaned(self) -> pd.DataFrame:
        """All rows, canonical."""

    @property
    def findings(self) -> pd.DataFrame:
        """One row per finding, values masked."""

    @property
    def blocks(self) -> Sequence[Block]:
        """The findings, one block per rule and field."""


@dataclass(frozen=True)
class Stages:
    """What cleans and checks a frame.

    Parameters
    ----------
    plan
        Says which column of a frame is which field of an entity; its ``sources`` maps field to
        column.
    examine
        Runs the stages on a frame by its plan.
    """

    plan: Callable[[pd.DataFrame, Any], Any]
    examine: Callable[[pd.DataFrame, Any], CheckedFrame]


class EntitySchema(DataFrameSchema):
    """What ``Entity.to_schema()`` returns.

    ``validate`` cleans every column, then applies what `df.pango` applies, then what Pandera does
    beyond it: indexes, parsers, strictness about columns. The frame that comes back is canonical.
    """

    entity: Any = None
    #: The stages know entities; entities do not know the stages, which `pangoprep.pipeline` gives.
    stages: ClassVar[Stages]

    @classmethod
    def get_backend(cls, check_obj: Any = None, check_type: Any = None) -> Any:
        """Use the backend that Pandera registers for its own schema class."""
        return DataFrameSchema.get_backend(check_obj, check_type)

    def validate(
        self,
        check_obj: pd.DataFrame,
        head: int | None = None,
        tail: int | None = None,
        sample: int | None = None,
        random_state: int | None = None,
        lazy: bool = False,
        inplace: bool = False,  # noqa: ARG002 - part of the signature of Pandera
    ) -> pd.DataFrame:
        """Clean and check a frame; the arguments are Pandera's.

        Raises
        ------
        HeldSchemaError, HeldSchemasError
            If a column is missing or a row is not ready: Pandera's ``SchemaError``, and with
            ``lazy=True`` its ``SchemaErrors``. ``failure_cases`` lists the rows; personal values
            are masked.
        UsageError
            If the frame's column names cannot be used, or a check of your own stops.

        Notes
        -----
        ``inplace`` has no effect: the caller's frame is never changed.
        """
        subset = {"head": head, "tail": tail, "sample": sample, "random_state": random_state}
        drops = bool(self.drop_invalid_rows)
        enabled = get_config_context().validation_enabled and (lazy or not drops)
        if not enabled or not isinstance(check_obj, pd.DataFrame):
            return super().validate(check_obj, **subset, lazy=lazy)
        held = HeldSchemasError if lazy else HeldSchemaError
        plan = self.stages.plan(check_obj, self.entity)
        if absent := self._absent(check_obj):
            raise held(self, check_obj, self._absent_cases(absent), self._absent_headline(absent))
        report = self.stages.examine(check_obj, plan)
        cases = _failures(report, _checked_rows(report.n_rows, **subset), self.name)
        if len(cases) and not drops:
            raise held(self, check_obj, cases, report.headline)
        used = set(plan.sources.values())
        others = check_obj[[name for name in check_obj.columns if name not in used]]
        try:
            return self._check_rest(report, others, subset)
        except SchemaErrors as errors:
            cases = errors.failure_cases
        # Raised out here, so that Pandera's message, values and all, is not shown as the cause.
        labels = check_obj.index if self.index is None else None
        raise held(self, check_obj, _masked(cases, labels), "The frame does not fit the model.")

    def _check_rest(
        self, report: CheckedFrame, others: pd.DataFrame, subset: dict[str, int | None]
    ) -> pd.DataFrame:
        """Let Pandera do what it alone can, on rows that are ready."""
        frame = pd.concat([report.cleaned, others], axis="columns")
        labels = frame.index
        if self.index is None:  # a label can stand for several rows, a position cannot
            frame.index = pd.RangeIndex(len(frame))
        if self.drop_invalid_rows:
            frame = frame.iloc[report.ready_rows]
        # Custom fields are no columns of the model, whose "filter" would take them out.
        known = self.columns
        custom = [name for name in report.cleaned if custom_field(name) and name not in known]
        columns = {name: pandera.Column(**_CUSTOM) for name in custom}
        schema = self.add_columns(columns) if columns else self
        if lowered := _lowered(report.options):
            schema = _without(schema, lowered)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SchemaWarning)  # these quote values; see _warn
            checked: pd.DataFrame = DataFrameSchema.validate(schema, frame, **subset, lazy=True)
        _warn(report)
        if self.index is None:
            checked.index = labels.take(checked.index)
        return checked

    def _absent(self, frame: pd.DataFrame) -> list[str]:
        """The columns that the frame must have and has not."""
        if self.add_missing_columns:
            return []
        wanted = {name: column for name, column in self.columns.items() if column.required}
        return [name for name in wanted if not wanted[name].regex and name not in frame]

    def _absent_headline(self, names: list[str]) -> str:
        listed = ", ".join(names)
        return f"{self.name} needs {listed}, which the frame does not have. No row was checked."

    def _absent_cases(self, names: list[str]) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "schema_context": "DataFrameSchema",
                "column": self.name,
                "check": "column_in_dataframe",
                "check_number": None,
                "failure_case": names,
                "index": None,
            }
        )


def _lowered(options: Options) -> set[str]:
    """The rules that the model's own options make no errors."""
    told = options.severity or {}
    return {*options.ignore, *(rule for rule, severity in told.items() if severity != "error")}


def _without(schema: EntitySchema, lowered: set[str]) -> EntitySchema:
    """Take out the checks that hold no row, so that Pandera agrees."""
    rows = {rule.rule for rule in schema.entity.rules}
    schema = copy.deepcopy(schema)
    own_too = _OWN_CHECK in lowered
    schema.checks = [
        check
        for check in schema.checks
        if check.name not in lowered and (check.name in rows or not own_too)
    ]
    if own_too:
        schema.unique = None
        for column in schema.columns.values():
            column.checks, column.unique = [], False
    return schema


def _warn(report: CheckedFrame) -> None:
    """Warn where Pandera would, for checks with ``raise_warning``, but without values."""
    for block in report.blocks:
        if block.rule == _OWN_CHECK and block.severity == "warning":
            where = block.field or report.entity
            n_rows = len(block.rows)
            one = Sentence("1 row does not pass the check {1!r} of {2}.", block.detail, where)
            more = Sentence(
                "{1:,} rows do not pass the check {2!r} of {3}.", n_rows, block.detail, where
            )
            warn(one if n_rows == 1 else more, SchemaWarning, stacklevel=5)


def _checked_rows(
    n_rows: int,
    head: int | None,
    tail: int | None,
    sample: int | None,
    random_state: int | None,
) -> np.ndarray[Any, Any]:
    """The positions that Pandera's subset arguments choose; all of them without any."""
    rows = pd.Series(np.arange(n_rows))
    chosen = []
    if head is not None:
        chosen.append(rows.head(head))
    if tail is not None:
        chosen.append(rows.tail(tail))
    if sample is not None:
        chosen.append(rows.sample(sample, random_state=random_state))
    if not chosen:
        chosen.append(rows)
    positions: np.ndarray[Any, Any] = np.unique(pd.concat(chosen).to_numpy())
    return positions


def _failures(report: CheckedFrame, rows: np.ndarray[Any, Any], name: str | None) -> pd.DataFrame:
    """The findings that keep rows from being ready, in the columns of Pandera's failure cases."""
    findings = report.findings
    keeps = (findings["severity"] == "error") | (findings["rule"] == "duplicate.superseded")
    found = findings[keeps & findings["row"].isin(rows)]
    of_row = (found["field"] == "").to_numpy()
    checks = {block.message: block.detail for block in report.blocks if block.rule == _OWN_CHECK}
    told = zip(found["rule"], found["message"], strict=True)
    return pd.DataFrame(
        {
            "schema_context": np.where(of_row, "DataFrameSchema", "Column"),
            "column": np.where(of_row, name, found["field"].to_numpy(dtype=object)),
            "check": [checks.get(message, rule) for rule, message in told],
            "check_number": np.arange(len(found)),
            "failure_case": found["value"].to_numpy(dtype=object),
            "index": found["index"].to_numpy(),
        }
    )


def _masked(cases: pd.DataFrame, labels: pd.Index | None) -> pd.DataFrame:
    """Hide the values in Pandera's failure cases, and turn positions into the caller's labels."""
    cases = cases.reset_index(drop=True)
    # Names of columns and types are no values.
    named = cases["check"].astype(str).str.match("column_|dtype|multiindex")
    texts = pa.array(cases["failure_case"].astype(str), type=pa.large_string())
    hidden = pd.Series(hide(texts).to_pylist(), index=cases.index, dtype=object)
    cases["failure_case"] = cases["failure_case"].astype(object).where(named, hidden)
    if labels is not None:
        places = cases["index"].to_list()
        found = [None if pd.isna(place) else labels[int(place)] for place in places]
        cases["index"] = pd.Series(found, index=cases.index, dtype=object)
    return cases
