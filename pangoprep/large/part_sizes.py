"""Which files are taken in parts, and how many rows a part has."""

from __future__ import annotations

import os

from pangoprep.reading.found_files import find_files

#: A file with more bytes of text is taken in parts of so many rows, so that it need not fit into
#: memory. Checking takes about five times the text.
MAX_BYTES, ROWS_AT_ONCE = 1 << 28, 1 << 18
#: So many rows are a part of a file with less text: of fewer parts less is kept, and each costs.
ROWS_OF_SMALLER = ROWS_AT_ONCE * 4 // 3
# What is read as the text that it is; of others the size tells nothing.
_PLAIN = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson")


def usual_rows(path: str | os.PathLike[str]) -> int:
    """Return how many rows of a file are taken at once where nobody says it."""
    n_bytes = n_plain_bytes(path)
    return ROWS_OF_SMALLER if n_bytes is not None and n_bytes <= MAX_BYTES else ROWS_AT_ONCE


def n_plain_bytes(path: str | os.PathLike[str]) -> int | None:
    """Return the size of plain text; None where some of it is something else."""
    files = [file.path for file in find_files(path)]
    if not all(file.name.lower().endswith(_PLAIN) for file in files):
        return None
    return sum(file.stat().st_size for file in files)
