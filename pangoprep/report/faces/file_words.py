"""How a file was read, in words: its format, its lines, its rows and columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pangoprep.language import Language

_FACTS = ("sheet", "encoding", "delimiter", "header_row", "items_file", "items_sheet")


def file_in_words(
    origin: Mapping[str, Any], n_rows: int, n_columns: int, words: Language
) -> list[str]:
    """Say what a table was read from, and what its lines are.

    Parameters
    ----------
    origin
        What the reader says of it, as ``frame.attrs`` has it.
    n_rows, n_columns
        Of the table.
    words
        The language.

    Examples
    --------
    >>> from pangoprep.language import language
    >>> told = {"file": "a.csv", "format": "delimited text", "lines": {"lines": 2, "rows": 1}}
    >>> file_in_words({**told, "delimiter": ";"}, 1, 3, language("en"))
    ["a.csv: delimited text, 1 row, 3 columns; delimiter ';'", '2 lines: 1 row']
    """
    facts = [f"{words(f'read.{name}')} {origin[name]!r}" for name in _FACTS if name in origin]
    file, kind = words.told(origin["file"]), words.named("read", origin["format"])
    told = words("read.table", file=file, format=kind, rows=n_rows, columns=n_columns)
    lines = [f"{told}; {', '.join(facts)}" if facts else told]
    if counts := origin.get("lines"):
        kinds = [words(f"lines.{kind}", n=n) for kind, n in counts.items() if kind != "lines"]
        lines.append(words("lines.all", n=counts["lines"], kinds=", ".join(kinds)))
    return lines
