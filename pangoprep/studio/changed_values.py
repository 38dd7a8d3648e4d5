"""What an option, or where fields are taken from, changed of the values that are sent."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.report import Report
from pangoprep.studio.problems import field_label
from pangoprep.studio.words import StudioWords


def changed_values(before: Report, after: Report, words: StudioWords) -> list[str]:
    """Say how many cells of each field are sent with another value than before, most first."""
    facts = {**before.examined.facts, **after.examined.facts}
    told: list[tuple[int, str]] = []
    for name in facts:
        old, new = (_values(report, name) for report in (before, after))
        if old is None or new is None:
            known, key = (old, "changed.gone") if new is None else (new, "changed.new")
            n = 0 if known is None else len(known) - known.null_count
        else:
            n, key = _n_changed(old, new), "changed.values"
        if n:
            told.append((n, words(key, field=field_label(facts[name], name, words), n=n)))
    return [text for _, text in sorted(told, key=lambda one: -one[0])]


def _values(report: Report, name: str) -> pa.Array | None:
    frame = report.examined.canonical_rows(names=[name])
    return pa.array(frame[name]) if name in frame else None


def _n_changed(old: pa.Array, new: pa.Array) -> int:
    if old.equals(new):
        return 0
    is_other = pc.or_kleene(pc.xor(old.is_null(), new.is_null()), pc.not_equal(old, new))
    return int(pc.sum(is_other).as_py())
