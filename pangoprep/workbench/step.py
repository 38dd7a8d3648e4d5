"""One step of a workbench: what it did, and the line of Python that does it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pangoprep.error_words import environment_language
from pangoprep.language import language
from pangoprep.report.fixing.changes import Changes

#: Stands for a personal value where a line is shown.
HIDDEN = "•••"


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one step changed.

    Parameters
    ----------
    number
        Counted from 1, over all steps ever taken.
    what
        What was done, without values: ``fix email``.
    n_rows
        How many rows it touched.
    n_freed
        How many fewer rows are held than before; negative if there are more. A freed row is ready,
        gives way to another row with its key, or was left out.
    n_ready, n_held
        How many rows are ready and held after it.
    notes
        What else changed by it, such as the order in which a column's dates are read.
    readings
        How the new values read, by the values; None for an emptied cell. Personal.
    code
        The line of Python that does it, values and all. Personal.
    shown
        The same line with personal values hidden.
    method, names
        The method that was called, and the fields, columns or options it was about.
    changes
        The table of what was changed, of a workbook that was taken over.

    Examples
    --------
    >>> import pandas as pd, pangoprep
    >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
    >>> bench = frame.pango.workbench("customer-identity")
    >>> bench.fix("phone", {"123": "0912 345 678"})
    <Step 1: fix phone; 1 row touched, 1 freed; bench.fix('phone', {'•••': '•••'})>
    """

    number: int
    what: str
    n_rows: int
    n_freed: int
    n_ready: int
    n_held: int
    notes: tuple[str, ...] = ()
    readings: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    code: str = field(default="", repr=False)
    shown: str = ""
    method: str = field(default="", repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
    changes: Changes | None = field(default=None, repr=False)

    def __repr__(self) -> str:
        words = language(environment_language())
        told = words(
            "repr.step",
            number=str(self.number),
            what=self.what,
            rows=self.n_rows,
            freed=self.n_freed,
        )
        notes = "".join(f"; {words.told(note)}" for note in self.notes)
        return f"<{told}{notes}; {self.shown}>"


def line(method: str, *arguments: Any, **keywords: Any) -> str:
    """Write a call of a workbench.

    Examples
    --------
    >>> line("set", day_first=False)
    'bench.set(day_first=False)'
    """
    told = [repr(one) for one in arguments]
    told += [f"{name}={value!r}" for name, value in keywords.items()]
    return f"bench.{method}({', '.join(told)})"
