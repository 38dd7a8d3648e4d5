"""What frames were read from, when they are put under each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.reading.pieces import ROW_NOTES, Origin
from pangoprep.sentence import Sentence


def join_indexes(parts: Sequence[pd.Index]) -> pd.Index:
    """Put the row numbers of parts under each other; those of several files keep their names."""
    if not isinstance(parts[0], pd.MultiIndex):
        return parts[0].append(list(parts[1:]))
    files = [str(part.levels[0][0]) for part in parts]
    names = list(dict.fromkeys(files))
    codes = np.repeat([names.index(file) for file in files], [len(part) for part in parts])
    numbers = np.concatenate([part.get_level_values(1).to_numpy() for part in parts])
    return pd.MultiIndex.from_arrays(
        [pd.Categorical.from_codes(codes, names), numbers], names=parts[0].names
    )


def join_sources(sources: Sequence[Mapping[str, Any]], name: str) -> dict[str, Any]:
    """Say what several parts were read from: one file, or those of a folder or glob.

    Parameters
    ----------
    sources
        What each part's ``attrs`` say, in their order.
    name
        Of the folder or glob.
    """
    notes: dict[str, dict[str, None]] = {}
    for source in sources:
        notes.setdefault(source["file"], {}).update(dict.fromkeys(source.get("notes", [])))
    row_notes = [note for source in sources for note in source.get(ROW_NOTES, [])]
    of_rows = {ROW_NOTES: row_notes} if row_notes else {}
    if len(notes) == 1:
        (told,) = notes.values()
        return {**sources[0], **({"notes": list(told)} if told else {}), **of_rows}
    lines = [f"{file}: {note}" for file, told in notes.items() for note in told]
    origin = Origin(Sentence("{1} files in {2}", len(notes), name), "files", notes=lines)
    return {**origin.as_attrs(), "files": list(notes), **of_rows}
