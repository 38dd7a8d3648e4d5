"""Reference data: words, prefixes, places.

One CSV file per table; ``SOURCES.md`` says what each holds, how its words are meant to be looked
up and where they come from. Every value is text (``033`` stays ``033``, ``NA`` is Namibia) and no
value is null. Words are written as people write them, with their Vietnamese marks, in NFC and
lower case; folding a cell before looking it up is the caller's work.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pyarrow as pa
from pyarrow import csv

from pangoprep.errors import UsageError
from pangoprep.sentence import Sentence

__all__ = ["TABLES", "read_mapping", "read_table"]

TABLES: tuple[str, ...] = tuple(
    sorted(
        entry.name.removesuffix(".csv")
        for entry in files(__name__).iterdir()
        if entry.name.endswith(".csv")
    )
)


@cache
def read_table(name: str) -> pa.Table:
    """Read a reference table; every column is text and none holds a null.

    Parameters
    ----------
    name
        The file's name without ``.csv``; ``TABLES`` lists them.

    Raises
    ------
    UsageError
        There is no table of that name.

    Examples
    --------
    >>> read_table("phone_mobile_2018").slice(0, 1).to_pylist()
    [{'old': '0120', 'new': '070', 'operator': 'MobiFone'}]
    """
    if name not in TABLES:
        msg = Sentence(
            "No reference table is called {1!r}. There are: {2}.", name, ", ".join(TABLES)
        )
        raise UsageError(msg)
    content = files(__name__).joinpath(f"{name}.csv").read_bytes()
    header = content.split(b"\n", 1)[0].decode()
    # Left to itself, the reader would make numbers of codes: 033 would become 33.
    types = {column: pa.string() for column in header.split(",")}
    # With threads, one of Arrow's is at times the last to hold the content, and has to ask the
    # interpreter to let go of it: where that is about to end, the process is aborted instead.
    return csv.read_csv(
        pa.BufferReader(content),
        read_options=csv.ReadOptions(use_threads=False),
        convert_options=csv.ConvertOptions(column_types=types, strings_can_be_null=False),
    )


def read_mapping(name: str, key: str, value: str, **where: str) -> dict[str, str]:
    """Read two columns of a table as a dictionary, from the rows that match ``where``.

    Parameters
    ----------
    name
        The table.
    key, value
        The columns to map from and to. A key occurs once among the chosen rows.
    where
        Column names and the text each must hold.

    Examples
    --------
    >>> read_mapping("choices", "word", "value", choice="gender")["nữ"]
    'female'
    """
    rows = read_table(name).to_pylist()
    chosen = [row for row in rows if all(row[column] == text for column, text in where.items())]
    return {row[key]: row[value] for row in chosen}
