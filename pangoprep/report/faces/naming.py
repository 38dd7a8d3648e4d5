"""What the people who fix rows call fields and rows: by the headings and row numbers they see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from pangoprep.columns.types import Rows
from pangoprep.language import Language
from pangoprep.report.faces.tables import Numbering
from pangoprep.report.fixing.identity import source_rows
from pangoprep.steps.examined import Examined


def field_names(examined: Examined, words: Language) -> dict[str, str]:
    """Name fields as their columns are headed, or by their labels."""
    labels: dict[str, str] = {}
    if words.code != "en":
        labels = {
            name: words.label(known.label, known.label_vi) for name, known in examined.facts.items()
        }
    return labels | {name: str(column) for name, column in examined.sources.items()}


def long_names(examined: Examined, words: Language, fields: Iterable[str]) -> list[str]:
    """Name fields as people do, and as PangoCDP does."""
    names = field_names(examined, words)
    both = {field: f"{name} ({field})" for field, name in names.items() if name != field}
    return [both.get(field, field) for field in fields]


def source_numbering(examined: Examined, parts: Mapping[str, Examined]) -> Numbering:
    """Number rows as a spreadsheet does that shows the source.

    Parameters
    ----------
    examined
        The frame of the findings.
    parts
        All frames by name, since a finding can point to a row of another.
    """

    def number(name: str, rows: Rows) -> np.ndarray[Any, Any]:
        of = parts[name] if name else examined
        return np.array(source_rows(of, rows), dtype=object)

    return number
