"""What the uploader needs of rows made ready: how many there are, and their parts, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast, runtime_checkable

import pandas as pd

from pangoprep.argument_checks import instance_of
from pangoprep.columns.types import Rows
from pangoprep.entities import Entity, entity_for
from pangoprep.options import Options


@runtime_checkable
class Prepared(Protocol):
    """Rows made ready for an entity, in parts; `pangoprep.report.Report` is one, so is `Parts`.

    The uploader takes one part after another and never holds all rows. It may go through the parts
    more than once: a plan before a send does, and so does a result that is asked for its rows.
    """

    @property
    def entity(self) -> str:
        """Object type."""

    @property
    def n_ready(self) -> int:
        """How many rows are to be sent, in all parts."""

    @property
    def n_held(self) -> int:
        """How many rows are not, since they have an error."""

    @property
    def n_superseded(self) -> int:
        """How many rows are not, since another one with their key is."""

    def ready_parts(self) -> Iterable[pd.DataFrame]:
        """Give the rows to send, canonical, part by part, in the order of all rows."""

    def rows_parts(self) -> Iterable[pd.DataFrame]:
        """Give one line per row that came in, part by part: row, index, key, state, reason.

        Lines of the state ``ready`` stand for the rows of `ready_parts`, in the same order; the two
        may be cut in different places.
        """


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Rows made ready elsewhere, such as the partitions of a cluster; what `send` takes.

    Parameters
    ----------
    entity
        Object type.
    n_ready, n_held, n_superseded
        Counts over all parts.
    ready
        Called for the rows to send: canonical frames, one part after another.
    rows
        Called for one line per row that came in; see `Prepared`.
    reading
        How the rows were read, as ``Report.reading`` has it, for `resume`; None: not known.
    options
        How cells were read; results and plans speak its language.
    model
        The class that the rows were made ready by; None: the one of their object type.

    Examples
    --------
    >>> import pandas as pd
    >>> from pangoprep.upload import send
    >>> parts = [pd.DataFrame({"customerId": [name], "phone": ["0912345678"]}) for name in "AB"]
    >>> lines = pd.DataFrame({"row": [0, 1], "index": [0, 1], "key": ["A", "B"]})
    >>> prepared = Parts(
    ...     entity="customer-identity", n_ready=2, n_held=0, n_superseded=0,
    ...     ready=lambda: iter(parts), rows=lambda: [lines.assign(state="ready", reason="")],
    ... )
    >>> send(prepared, source="CRM", dry_run=True).n_to_send
    2
    """

    entity: str
    n_ready: int
    n_held: int
    n_superseded: int
    ready: Callable[[], Iterable[pd.DataFrame]]
    rows: Callable[[], Iterable[pd.DataFrame]]
    reading: Mapping[str, Any] | None = None
    options: Options | None = None
    model: type[Entity] | None = None

    def ready_parts(self) -> Iterable[pd.DataFrame]:
        """Give the rows to send."""
        return self.ready()

    def rows_parts(self) -> Iterable[pd.DataFrame]:
        """Give one line per row that came in."""
        return self.rows()


def model_of(report: Prepared) -> type[Entity]:
    """Return the class that the rows were made ready by; else the one of their object type."""
    model = getattr(report, "model", None)
    return entity_for(report.entity) if model is None else model


def n_joined_of(report: Prepared) -> Rows | None:
    """Return how many rows of the file are sent in each ready row's record; None: in none any."""
    n_joined: Rows | None = getattr(report, "n_joined_by_record", None)
    return n_joined


def prepared_of(report: object) -> Prepared:
    """Return a report as the uploader takes it; raise `OptionError` for anything else."""
    return instance_of("report", cast(Prepared, report), Prepared, "a report: df.pango.validate()")


def language_of(report: Prepared) -> str:
    """Return the language a report was asked for in; results and plans speak it as well."""
    options = getattr(report, "options", None)
    return options.lang if isinstance(options, Options) else "en"
