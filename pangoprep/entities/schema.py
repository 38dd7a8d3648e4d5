"""The Pandera schema behind an entity: it cleans a frame, then lets Pandera check it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandera.api.pandas.container import DataFrameSchema

from pangoprep.errors import HeldSchemaError, HeldSchemasError

if TYPE_CHECKING:
    from pangoprep.report import Report


class EntitySchema(DataFrameSchema):
    """What ``Entity.to_schema()`` returns.

    ``validate`` cleans every column, then applies what `df.pango` applies, then what Pandera does
    beyond it (indexes, parsers, columns of your own). The frame that comes back is canonical.
    """

    entity: Any = None

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
            If a row is not ready: Pandera's ``SchemaError``, and with ``lazy=True`` its
            ``SchemaErrors``. ``failure_cases`` lists the rows; personal values are masked.
        pandera.errors.SchemaError, pandera.errors.SchemaErrors
            If a required column is missing or a check of Pandera's own fails.

        Notes
        -----
        ``inplace`` has no effect: the caller's frame is never changed.
        """
        from pangoprep.pipeline import examine, plan_fields

        subset = {"head": head, "tail": tail, "sample": sample, "random_state": random_state}
        missing = [name for name, column in self.columns.items() if column.required]
        if any(name not in check_obj for name in missing):
            return super().validate(check_obj, **subset, lazy=lazy)
        report = examine(check_obj, plan_fields(check_obj, self.entity), self.entity.options)
        others = [name for name in self.columns if name not in report.cleaned and name in check_obj]
        extra = check_obj[others]
        if self.drop_invalid_rows:
            ready = pd.concat([report.ready, extra.iloc[report.ready_rows]], axis="columns")
            return super().validate(ready, **subset, lazy=lazy)
        failures = _failures(report, _checked_rows(report.n_rows, **subset))
        if len(failures):
            raise (HeldSchemasError if lazy else HeldSchemaError)(
                self, check_obj, failures, report.headline
            )
        return super().validate(
            pd.concat([report.cleaned, extra], axis="columns"), **subset, lazy=lazy
        )


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


def _failures(report: Report, rows: np.ndarray[Any, Any]) -> pd.DataFrame:
    """The findings that keep rows from being ready, in the columns of Pandera's failure cases."""
    findings = report.findings
    keeps = (findings["severity"] == "error") | (findings["rule"] == "duplicate.superseded")
    found = findings[keeps & findings["row"].isin(rows)]
    return pd.DataFrame(
        {
            "schema_context": "Column",
            "column": found["field"].to_numpy(),
            "check": found["rule"].to_numpy(),
            "check_number": np.arange(len(found)),
            "failure_case": found["value"].to_numpy(dtype=object),
            "index": found["index"].to_numpy(),
        }
    )
