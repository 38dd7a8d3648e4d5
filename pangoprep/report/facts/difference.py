"""What got better or worse since last time, by rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pangoprep.errors import UsageError
from pangoprep.findings import NOT_A_RECORD, SEVERITIES
from pangoprep.sentence import Sentence

COLUMNS = (
    "rule", "field", "severity", "rows_before", "rows", "share_before", "share", "verdict"
)  # fmt: skip

#: Stands for all held rows of a report, in the place of a rule.
HELD = "held"

Counts = dict[tuple[str, str], tuple[str, int]]


def difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> pd.DataFrame:
    """Compare two documents of `pangoprep.report.faces.document`.

    Shares of rows decide, since the frames may differ in length. Returns a line for the held rows
    and one per rule and field, the largest change first.

    Raises
    ------
    UsageError
        If the reports are about different entities.
    """
    if before["entity"] != now["entity"]:
        raise UsageError(
            Sentence(
                "A report on {1!r} cannot be compared with one on {2!r}.",
                now["entity"],
                before["entity"],
            )
        )
    then, today = _counts(before), _counts(now)
    lines = []
    for place in dict.fromkeys([*today, *then]):
        severity = (today.get(place) or then[place])[0]
        n_before, n_now = then.get(place, ("", 0))[1], today.get(place, ("", 0))[1]
        shares = _share(n_before, before, place[0]), _share(n_now, now, place[0])
        lines.append((*place, severity, n_before, n_now, *shares, _verdict(*shares)))
    table = pd.DataFrame(lines, columns=list(COLUMNS))
    order = pd.DataFrame(
        {
            "held": table["rule"] != HELD,
            "severity": table["severity"].map(SEVERITIES.index),
            "change": -(table["share"] - table["share_before"]).abs(),
            "rule": table["rule"],
            "field": table["field"],
        }
    )
    return table.iloc[order.sort_values(list(order)).index].reset_index(drop=True)


def _counts(document: Mapping[str, Any]) -> Counts:
    counts: Counts = {(HELD, ""): ("error", document["n_held"])}
    for fact in document["rules"]:
        place = (fact["rule"], fact["field"])
        # One rule of the caller's own model can stand for several checks.
        counts[place] = (fact["severity"], counts.get(place, ("", 0))[1] + fact["n_rows"])
    return counts


def _share(n_rows: int, document: Mapping[str, Any], rule: str) -> float:
    n_all = document["n_rows"] - (0 if rule == NOT_A_RECORD else document["n_not_records"])
    return n_rows / n_all if n_all else 0.0


def _verdict(before: float, now: float) -> str:
    if before == now:
        return "same"
    if not before:
        return "new"
    if not now:
        return "gone"
    return "worse" if now > before else "better"
