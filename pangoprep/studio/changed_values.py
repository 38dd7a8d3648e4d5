"""What an option changed of the values that are sent."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.report import Report
from pangoprep.studio.problems import field_label
from pangoprep.studio.words import StudioWords


def changed_values(before: Report, after: Report, words: StudioWords) -> list[str]:
    """Say how many cells of each field have another value than before, most first."""
    facts = after.examined.facts
    counts = {name: _n_changed(before, after, name) for name in facts}
    return [
        words("changed.values", field=field_label(facts[name], name, words), n=n)
        for name, n in sorted(counts.items(), key=lambda one: -one[1])
        if n
    ]


def _n_changed(before: Report, after: Report, name: str) -> int:
    frames = [report.examined.canonical_rows(names=[name]) for report in (before, after)]
    if any(name not in frame for frame in frames):
        return 0
    old, new = (pa.array(frame[name]) for frame in frames)
    if old.equals(new):
        return 0
    is_other = pc.or_kleene(pc.xor(old.is_null(), new.is_null()), pc.not_equal(old, new))
    return int(pc.sum(is_other).as_py())
