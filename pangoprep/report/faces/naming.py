"""What the people who fix rows call fields and rows: by the headings and row numbers they see."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.findings import Block
from pangoprep.report.faces.language import Language
from pangoprep.report.faces.tables import NAMES_ROWS
from pangoprep.report.fixing.identity import source_rows
from pangoprep.steps.examined import Examined

_ROW = re.compile(r"\A(?:(?P<frame>.+) )?row (?P<row>[0-9]+) is (?P<what>held|sent)\Z", re.DOTALL)


def field_names(examined: Examined, words: Language) -> dict[str, str]:
    """Name fields as their columns are headed, or by their labels."""
    labels: dict[str, str] = {}
    if words.code != "en":
        labels = {name: words.label(known.label) for name, known in examined.facts.items()}
    return labels | {name: str(column) for name, column in examined.sources.items()}


def long_names(examined: Examined, words: Language, fields: Iterable[str]) -> list[str]:
    """Name fields as people do, and as PangoCDP does."""
    names = field_names(examined, words)
    both = {field: f"{name} ({field})" for field, name in names.items() if name != field}
    return [both.get(field, field) for field in fields]


def with_source_rows(examined: Examined, parts: Mapping[str, Examined]) -> list[Block]:
    """Return the findings with other rows named by their numbers in the source.

    Parameters
    ----------
    examined
        Where the findings come from.
    parts
        All frames by name, since a finding can point to a row of another.
    """
    return [
        replace(block, suggestions=_renumbered(block.suggestions, examined, parts))
        if block.suggestions is not None and block.rule.startswith(NAMES_ROWS)
        else block
        for block in examined.blocks
    ]


def _renumbered(texts: pa.Array, own: Examined, parts: Mapping[str, Examined]) -> pa.Array:
    encoded = texts.cast(TEXT).dictionary_encode()
    told = [_told(text, own, parts) for text in encoded.dictionary.to_pylist()]
    return pa.array(told, TEXT).take(encoded.indices)


def _told(text: str, own: Examined, parts: Mapping[str, Examined]) -> str:
    found = _ROW.match(text)
    of = parts.get(found["frame"]) if found and found["frame"] else own
    if found is None or of is None:
        return text
    (number,) = source_rows(of.frame, np.array([int(found["row"])]))
    frame = f"{found['frame']} " if found["frame"] else ""
    return f"{frame}row {number} is {found['what']}"
