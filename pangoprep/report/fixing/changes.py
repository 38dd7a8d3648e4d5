"""What people changed in a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT, TEXT_DTYPE, as_text
from pangoprep.columns.column import whole
from pangoprep.entities.masking import hide
from pangoprep.error_words import environment_language
from pangoprep.language import language

CHANGED, EMPTIED, LEFT_OUT = "changed", "emptied", "left out"
_COLUMNS = ("row", "index", "column", "what", "before", "after")


class Changes:
    """What people changed in a workbook, cell by cell; values of personal columns are masked.

    Parameters
    ----------
    rows
        One for each change: the row's position in the frame, its label, the column, what was done
        (``changed``, ``emptied``, ``left out``), and the cell before and after, as text.
    not_personal
        The columns that hold nothing personal.

    Examples
    --------
    >>> changes = Changes([(3, 3, "SĐT", "changed", "09x", "0912345678")])
    >>> changes
    <Changes: 1 cell in 1 row, 0 rows left out>
    >>> changes.reveal()["after"].to_list(), changes.table["after"].to_list()
    (['0912345678'], ['••••••••••'])
    """

    def __init__(
        self, rows: Sequence[tuple[Any, ...]], not_personal: frozenset[Any] = frozenset()
    ) -> None:
        self._rows = sorted(rows, key=lambda row: row[0])
        self._not_personal = not_personal

    @property
    def n_cells(self) -> int:
        """How many cells were changed, the emptied ones among them."""
        return sum(row[3] != LEFT_OUT for row in self._rows)

    @property
    def n_emptied(self) -> int:
        """How many cells were emptied."""
        return sum(row[3] == EMPTIED for row in self._rows)

    @property
    def n_rows(self) -> int:
        """How many rows have a changed cell."""
        return len({row[0] for row in self._rows if row[3] != LEFT_OUT})

    @property
    def n_left_out(self) -> int:
        """How many rows were marked to be left out."""
        return sum(row[3] == LEFT_OUT for row in self._rows)

    @property
    def table(self) -> pd.DataFrame:
        """One row per change: row (position from 0), index, column, what, before, after."""
        table = self.reveal()
        personal = ~table["column"].isin(self._not_personal).to_numpy()
        for name in ("before", "after"):
            texts = table[name].to_numpy(dtype=object, na_value=None).copy()
            hidden = hide(pa.array(texts[personal], TEXT)).to_pylist()
            texts[personal] = hidden
            table[name] = pd.array(texts, dtype=TEXT_DTYPE)
        return table

    def reveal(self) -> pd.DataFrame:
        """Return the table with the values as they are. Mind where you save it."""
        table = pd.DataFrame(self._rows, columns=list(_COLUMNS))
        texts = dict.fromkeys(("what", "before", "after"), TEXT_DTYPE)
        return table.astype({"row": "int64", **texts})

    def by_row(self) -> dict[int, dict[Any, str | None]]:
        """Return the new cells: by the row's position, by column, None where it was emptied."""
        found: dict[int, dict[Any, str | None]] = {}
        for row, _, column, what, _, after in self._rows:
            if what != LEFT_OUT:
                found.setdefault(row, {})[column] = after
        return found

    def rows_left_out(self) -> list[int]:
        """Return the positions of the rows that were marked to be left out."""
        return [row[0] for row in self._rows if row[3] == LEFT_OUT]

    def __len__(self) -> int:
        """How many changes there are."""
        return len(self._rows)

    @property
    def headline(self) -> str:
        """How many cells of how many rows were changed, in one sentence."""
        words = language(environment_language())
        return words(
            "merged.changes",
            cells=words("merged.cells", n=self.n_cells),
            rows=words("merged.rows", n=self.n_rows),
            left_out=words("merged.rows", n=self.n_left_out),
        )

    def __repr__(self) -> str:
        return f"<{self.headline}>"

    def _repr_html_(self) -> str:
        return str(self.table.to_html(index=False, max_rows=50))


def text_of(value: Any) -> str | None:
    """Return a value as the text of its cell."""
    texts: list[str | None] = whole(as_text(pd.Series([value], dtype=object))).to_pylist()
    return texts[0]


def rows_of(
    frame: pd.DataFrame, column: Any, before: pd.Series, changes: Mapping[int, Any]
) -> list[tuple[Any, ...]]:
    """Return the rows of `Changes` for the changed cells of a column."""
    return [
        (
            row, frame.index[row], column, EMPTIED if new is None else CHANGED,
            text_of(before.iloc[row]), text_of(new),
        )
        for row, new in changes.items()
    ]  # fmt: skip
