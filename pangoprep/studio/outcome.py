"""What became of the rows of a send: in numbers for the page, and row by row in a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd

from pangoprep.columns.cell_text import TEXT_DTYPE
from pangoprep.report.facts.row_numbers import as_texts, row_numbers
from pangoprep.steps.examined import Examined
from pangoprep.studio.keeping import free_path
from pangoprep.studio.messages import Answer
from pangoprep.studio.words import StudioWords
from pangoprep.upload import Client, Result
from pangoprep.writing.formats import write_parts

N_REASONS = 10
#: Rows in these states can be fixed and sent again.
BACK = ("rejected", "failed")


def parts(counts: Mapping[str, int], words: StudioWords) -> list[Answer]:
    """Return the parts of the bar: how many rows are in each state, but those to be sent."""
    return [
        {"name": state, "label": words.report(f"state.{state}"), "n": n}
        for state, n in counts.items()
        if n and state != "unsent"
    ]


def outcome(result: Result, n_left_out: int, words: StudioWords) -> Answer:
    """Return what the page shows of a send that has ended; the counts add up to all rows.

    Parameters
    ----------
    result
        The send.
    n_left_out
        How many rows were left out when it began.
    words
        The language.
    """
    say, reasons = words.report, result.reason_counts()
    counts = [
        {
            "name": state,
            "label": say(f"state.{state}"),
            "n": n,
            "meaning": say(f"meaning.{state}"),
        }
        for state, n in result.counts.items()
        if n
    ]
    if n_left_out:
        told = {"label": words("state.left_out"), "meaning": words("meaning.left_out")}
        counts.append({"name": "left_out", "n": n_left_out, **told})
    return {
        "n_done": result.n_rows + n_left_out,
        "n_rows": result.n_rows + n_left_out,
        "parts": [one for one in counts if one["name"] != "unsent"],
        "counts": counts,
        "lines": [say.told(result.reason)] if result.reason else [],
        "reasons": [
            f"{say.count(n)} {say(f'state.{state}')}: {say.told(reason)}"
            for state, reason, n in reasons[:N_REASONS]
        ],
        "n_more_reasons": max(len(reasons) - N_REASONS, 0),
        "n_back": sum(result.counts.get(state, 0) for state in BACK),
        "has_rows": True,
    }


def save_rows(result: Result, examined: Examined, n_rows: int) -> Path:
    """Write the state of every row beside the kernel; its column ``row`` is the page's number."""
    path = free_path(f"{result.entity}-rows", ".csv")
    tables = (_numbered(one, examined) for one in result.rows_parts())
    write_parts(tables, n_rows, path, escape_formulas=True)
    return path.absolute()


def _numbered(table: pd.DataFrame, examined: Examined) -> pd.DataFrame:
    rows = table["row"].to_numpy()
    numbers = as_texts(row_numbers(examined.labels(rows), rows))
    return table.drop(columns="index").assign(row=pd.array(numbers, TEXT_DTYPE))


def stored_at(client: Client) -> str:
    """Return the page on which a PangoCDP of this machine shows what it stored."""
    there = urlsplit(client.ingest_url)
    return f"{there.scheme}://{there.netloc}/" if client.is_local else ""
