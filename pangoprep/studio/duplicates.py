"""The tab of duplicates: rows of one key side by side, what differs, and who wins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pangoprep.columns.types import Rows
from pangoprep.errors import UsageError
from pangoprep.findings import Block
from pangoprep.report.facts.row_numbers import as_texts, row_numbers
from pangoprep.steps.examined import Examined
from pangoprep.studio.desk import Desk
from pangoprep.studio.messages import Answer, Message
from pangoprep.studio.row_table import cell_texts, shown_masked
from pangoprep.studio.words import StudioWords

N_GROUPS = 10
MAX_ROWS = 10
SUPERSEDED = "duplicate.superseded"


class DuplicatesPart:
    """Answers what the tab of duplicates asks.

    Parameters
    ----------
    desk
        The rows.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.answers: dict[str, Callable[[Message], Answer]] = {"duplicates": self._list_duplicates}

    def _list_duplicates(self, message: Message) -> Answer:
        report, words = self._desk.bench.report, self._desk.words
        first = message.number("offset")
        within = message.number("row_offset")
        block = superseded_block(report.examined.blocks)
        answer: Answer = {
            "type": "duplicates",
            "offset": first,
            "policy": report.options.duplicates,
            "total": 0,
            "groups": [],
            "text": words("duplicates.none"),
        }
        if block is None or block.others is None:
            return answer
        winners = np.unique(block.others.rows)
        answer["total"] = len(winners)
        answer["text"] = words("duplicates.text", n=len(winners), rows=len(block.rows))
        shown = winners[first : first + N_GROUPS]
        if message.has("winner"):  # more rows of one group
            shown = winners[winners == message.number("winner")]
        answer["groups"] = [self._group(winner, block, within) for winner in shown.tolist()]
        return answer

    def _group(self, winner: int, block: Block, first: int) -> Answer:
        every = rows_of(winner, block)
        rows = every[first : first + MAX_ROWS]
        examined, revealed = self._desk.bench.report.examined, self._desk.is_revealed
        frame = examined.came(rows)
        fields = {column: name for name, column in examined.sources.items()}
        texts = [cell_texts(frame.iloc[:, place]) for place in range(frame.shape[1])]
        shown = [
            (text if revealed else shown_masked(text, examined, fields.get(column))).to_pylist()
            for text, column in zip(texts, frame.columns, strict=True)
        ]
        numbers = as_texts(row_numbers(examined.labels(rows), rows)).to_pylist()
        return {
            "key": examined.keys(reveal=revealed, rows=np.array([winner]))[0].as_py(),
            "winner": winner,
            "offset": first,
            "limit": MAX_ROWS,
            "total": len(every),
            "columns": [str(column) for column in frame.columns],
            "differs": [len(text.unique()) > 1 for text in texts],
            "rows": [
                {
                    "row": row,
                    "number": numbers[place],
                    "wins": row == winner,
                    "cells": [column[place] or "" for column in shown],
                }
                for place, row in enumerate(rows.tolist())
            ],
        }


def superseded_block(blocks: Any) -> Block | None:
    """Return the findings of rows that give way to another row."""
    return next((block for block in blocks if block.rule == SUPERSEDED), None)


def rows_of(winner: int, block: Block) -> Rows:
    """Return the rows of one key, in their order: the one that is sent and those that give way."""
    assert block.others is not None  # noqa: S101 - asked by the callers
    return np.sort(np.append(block.rows[block.others.rows == winner], winner))


def rivals_of(row: int, blocks: Any) -> Rows:
    """Return the other rows of a row's key.

    Raises
    ------
    UsageError
        If no other row has it.
    """
    block = superseded_block(blocks)
    if block is not None and block.others is not None:
        place = np.flatnonzero(block.rows == row)
        winner = int(block.others.rows[place[0]]) if len(place) else row
        rows = rows_of(winner, block)
        if len(rows) > 1:
            others: Rows = rows[rows != row]
            return others
    raise UsageError("No other row has the key of this one.")


def told_winner(examined: Examined, row: int, words: StudioWords) -> str:
    """Say which row is sent from now on, and which ones of its key are left out instead."""
    rows = np.append(row, rivals_of(row, examined.blocks))
    sent, *others = as_texts(row_numbers(examined.labels(rows), rows)).to_pylist()
    more = " …" if len(others) > MAX_ROWS else ""
    return words("won", row=sent, others=", ".join(others[:MAX_ROWS]) + more)
