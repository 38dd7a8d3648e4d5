"""Checking a file part by part: counts that add up, and keys compared across all parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.commands.request import Request
from pangoprep.errors import OptionError
from pangoprep.files.pieces import SOURCE
from pangoprep.report import Report

Rows = np.ndarray[Any, np.dtype[np.int64]]
# Two hashes of 64 bits: among ten million keys no two are mixed up.
_HASH_KEYS = ("pangoprep-keys-1", "pangoprep-keys-2")


@dataclass
class Totals:
    """What was found in all parts together."""

    entity: str = ""
    n_rows: int = 0
    n_held: int = 0
    n_superseded: int = 0
    findings: dict[tuple[str, str, str], int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def n_ready(self) -> int:
        """Rows that would be sent."""
        return self.n_rows - self.n_held - self.n_superseded

    def add(self, report: Report) -> None:
        """Count one part's rows and findings."""
        self.entity = report.entity
        self.n_rows += report.n_rows
        self.n_held += report.n_held
        self.n_superseded += report.n_superseded
        read_from = report.evidence.frame.attrs.get(SOURCE, {})
        self.notes += [text for text in read_from.get("notes", []) if text not in self.notes]
        for block in report.blocks:
            place = (block.rule, block.severity, block.field)
            self.findings[place] = self.findings.get(place, 0) + len(block.rows)

    def summary(self) -> pd.DataFrame:
        """Count findings by rule and field, as ``report.summary()`` does."""
        order = {"error": 0, "warning": 1, "info": 2}
        rows = sorted(self.findings.items(), key=lambda item: (order[item[0][1]], -item[1]))
        return pd.DataFrame(
            [(*place, n, n / max(self.n_rows, 1)) for place, n in rows],
            columns=["rule", "severity", "field", "rows", "share"],
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "entity": self.entity,
            "n_rows": self.n_rows,
            "n_ready": self.n_ready,
            "n_held": self.n_held,
            "n_superseded": self.n_superseded,
            "notes": self.notes,
            "findings": self.summary().to_dict("records"),
        }


class Keys:
    """The keys of ready rows of all parts, as hashes; tells which row of several is sent."""

    def __init__(self) -> None:
        self._hashes: list[np.ndarray[Any, np.dtype[np.uint64]]] = []
        self._rows: list[Rows] = []

    def add(self, report: Report, start: int) -> None:
        """Take the keys of a part's ready rows; ``start`` is the part's first row."""
        ready = report.ready
        names = report.evidence.entity.key
        texts = [ready[name].astype("str").fillna("") for name in names if name in ready]
        joined = texts[0]
        for text in texts[1:]:
            joined = joined + "\x1f" + text
        values = joined.to_numpy(dtype=object)
        hashes = [pd.util.hash_array(values, hash_key=key, categorize=False) for key in _HASH_KEYS]
        self._hashes.append(np.rec.fromarrays(hashes))
        self._rows.append(report.ready_rows + start)

    def superseded(self, which: str) -> Rows:
        """Return the rows that give way to another row with their key, ascending.

        Parameters
        ----------
        which
            The row that is sent: ``"last"`` or ``"first"``.
        """
        if not self._hashes:
            return np.empty(0, dtype=np.int64)
        hashes, rows = np.concatenate(self._hashes), np.concatenate(self._rows)
        self._hashes, self._rows = [], []  # ten million keys are a quarter of a gigabyte
        order = np.lexsort((rows, hashes["f1"], hashes["f0"]))
        same = hashes[order][1:] == hashes[order][:-1]
        gives_way = np.zeros(len(rows), dtype=bool)
        if which == "last":
            gives_way[:-1] = same
        else:
            gives_way[1:] = same
        return np.sort(rows[order][gives_way])


def check_parts(
    request: Request, on_part: Callable[[Report], None] | None = None
) -> tuple[Totals, Rows, Report | None]:
    """Check a whole file.

    Parameters
    ----------
    request
        The file.
    on_part
        Called with the report of every part.

    Returns
    -------
    tuple
        The totals; the rows that give way to another row, if there are several parts; and the
        report, if there is one part only.

    Raises
    ------
    OptionError
        If rows with one key are all to be held and the file is too large to know them.
    """
    totals, keys, only = Totals(), Keys(), None
    within: list[Rows] = []
    for n_before, frame in enumerate(request.frames()):
        report = request.report(frame)
        if n_before and report.options.duplicates == "hold":
            raise OptionError(
                f"duplicates='hold' needs all rows at once, and the file has more than "
                f"{request.rows_at_once:,}. Raise --rows-at-once, or choose last or first."
            )
        keys.add(report, totals.n_rows)
        within.append(np.flatnonzero(report.evidence.is_superseded) + totals.n_rows)
        totals.add(report)
        if on_part is not None:
            on_part(report)
        only = None if n_before else report
    if only is not None:
        return totals, np.empty(0, dtype=np.int64), only
    across = keys.superseded(report.options.duplicates)
    if len(across):
        place = ("duplicate.superseded", "warning", report.evidence.entity.key[0])
        totals.findings[place] = totals.findings.get(place, 0) + len(across)
        totals.n_superseded += len(across)
    # Without the row that won within its part, one that had lost would win.
    return totals, np.sort(np.concatenate([across, *within])), None


def parts_to_send(request: Request, across: Rows) -> Iterator[Report]:
    """Give the reports of a file's parts again, without rows that give way to another row."""
    start = 0
    for frame in request.frames():
        stop = start + len(frame)
        left_out = across[(across >= start) & (across < stop)] - start
        kept = frame if not len(left_out) else frame.drop(frame.index[left_out])
        start = stop
        yield request.report(kept)
