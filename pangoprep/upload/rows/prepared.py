"""What the uploader needs of a report."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import numpy as np
import pandas as pd

from pangoprep.options import Options


@runtime_checkable
class Prepared(Protocol):
    """Rows made ready for an entity; `pangoprep.report.Report` is one."""

    @property
    def entity(self) -> str:
        """Object type."""

    @property
    def n_rows(self) -> int:
        """How many rows came in."""

    @property
    def ready(self) -> pd.DataFrame:
        """Canonical values of the rows to send."""

    @property
    def ready_rows(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Position of each ready row among those that came in."""

    @property
    def rows(self) -> pd.DataFrame:
        """One line per row that came in: row, index, key, state, reason."""


def language_of(report: Prepared) -> str:
    """Return the language a report was asked for in; results and plans speak it as well."""
    options = getattr(report, "options", None)
    return options.lang if isinstance(options, Options) else "en"
