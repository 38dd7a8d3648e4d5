"""Where rows end in a block of delimited text, and which of them have quotes that cannot be right.

All of a block at once: rows are told apart by counting quotes, as every reader does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from pangoprep.reading.text.dialect import Dialect

_LINE_FEED, _RETURN = b"\n\r"

Places = np.ndarray[Any, np.dtype[np.int64]]
_Letters = np.ndarray[Any, np.dtype[np.uint8]]
_Mask = np.ndarray[Any, np.dtype[np.bool_]]


def count_lines(block: bytes) -> int:
    r"""Count line ends, of whatever system.

    Examples
    --------
    >>> count_lines(b"a\nb\r\nc\rd")
    3
    """
    n_lines = block.count(b"\n")
    if b"\r" in block:
        n_lines += block.count(b"\r") - block.count(b"\r\n")
    return n_lines


@dataclass(frozen=True)
class QuoteScan:
    """The line ends and quotes of a block that has quotes.

    Parameters
    ----------
    letters
        The block, byte by byte.
    dialect
        How it is written.
    line_ends
        The places behind each line end.
    is_whole
        Whether a row ends there too: no quote is open.
    after_quote
        The places where text follows a closing quote.
    """

    letters: _Letters
    dialect: Dialect
    line_ends: Places
    is_whole: _Mask
    after_quote: Places

    @cached_property
    def row_ends(self) -> Places:
        """The places behind each row."""
        return self.line_ends[self.is_whole]

    @cached_property
    def marks(self) -> Places:
        """The places of delimiters, within quotes too."""
        return np.flatnonzero(self.letters == ord(self.dialect.mark))

    def until(self, end: int) -> QuoteScan:
        """Return what is found up to the end of a line."""
        n_lines = int(np.searchsorted(self.line_ends, end, "right"))
        after_quote = self.after_quote[: np.searchsorted(self.after_quote, end)]
        ends, is_whole = self.line_ends[:n_lines], self.is_whole[:n_lines]
        return QuoteScan(self.letters[:end], self.dialect, ends, is_whole, after_quote)

    def suspects(self, n_columns: int) -> Places:
        """Return the rows, from 0, that have a quote that may be none.

        Rows with text behind a closing quote; rows over several lines that have delimiters enough
        for two rows; what is behind the last row's end.
        """
        ends = self.row_ends
        suspects = set(np.searchsorted(ends, self.after_quote, "right").tolist())
        places = np.flatnonzero(self.is_whole)
        is_long = np.diff(places, prepend=-1) > 1
        if n_columns > 1 and is_long.any():
            n_marks = np.diff(np.searchsorted(self.marks, ends), prepend=0)
            n_of_two = max(2 * (n_columns - 2), n_columns)  # each of them may lack its last cell
            suspects.update(np.flatnonzero(is_long & (n_marks >= n_of_two)).tolist())
        if not len(ends) or ends[-1] < len(self.letters):
            suspects.add(len(ends))
        return np.array(sorted(suspects), dtype=np.int64)


def scan(block: bytes, dialect: Dialect) -> QuoteScan | None:
    """Find line ends and quotes; None if there are no quotes, so that every line is a row.

    As everywhere, a quote is one if it begins a cell; line ends up to the next odd quote belong to
    the cell, and two quotes within stand for one.
    """
    quote = dialect.quote_mark
    if quote not in block:
        return None
    letters = np.frombuffer(block, dtype=np.uint8)
    ends = _line_ends(letters)
    quotes = np.flatnonzero(letters == ord(quote))
    # Quotes side by side are one run. An odd run opens a cell, or closes the one that is open;
    # one within a cell that has no quotes is text, and can only close.
    starts = np.flatnonzero(np.diff(quotes, prepend=-2) > 1)
    n_quotes = np.diff(starts, append=len(quotes))
    is_odd = n_quotes % 2 == 1
    runs = quotes[starts]
    before = np.where(runs > 0, letters[runs - 1], _LINE_FEED)
    around = np.frombuffer(dialect.mark + b"\n\r", dtype=np.uint8)
    begins_cell = np.isin(before, around)
    n_turns = np.cumsum(is_odd & begins_cell)
    n_before_closed = np.maximum.accumulate(np.where(is_odd & ~begins_cell, n_turns, 0))
    is_open = np.append((n_turns - n_before_closed) % 2 == 1, False)
    was_open = np.append(False, is_open[:-2])
    closes = (was_open & ~is_open[:-1]) | (~was_open & begins_cell & ~is_odd)
    behind = runs + n_quotes
    after = behind[closes & (behind < len(letters))]
    after = after[~np.isin(letters[after], around)]
    is_whole = ~is_open[np.searchsorted(runs, ends - 1) - 1]
    return QuoteScan(letters, dialect, ends, is_whole, after)


def last_row_end(block: bytes, found: QuoteScan | None) -> int:
    r"""Return how many bytes of a block belong to complete rows.

    Examples
    --------
    >>> block = b'1,"a\nb"\n2,5" x\n3,"c\n'
    >>> last_row_end(block, scan(block, Dialect(",")))
    15
    """
    if found is not None:
        ends = found.row_ends
        # A return at the very end of the block may have its line feed yet.
        is_sure = len(ends) and not (ends[-1] == len(block) and block.endswith(b"\r"))
        ends = ends if is_sure else ends[:-1]
        return int(ends[-1]) if len(ends) else 0
    if (end := block.rfind(b"\n")) >= 0:
        return end + 1
    return block[:-1].rfind(b"\r") + 1


def row_ends(block: bytes, found: QuoteScan | None) -> Places:
    """Return the place behind each row of whole rows; ``found`` is what `scan` found in them."""
    ends = _line_ends(np.frombuffer(block, dtype=np.uint8)) if found is None else found.row_ends
    return ends if len(ends) and ends[-1] == len(block) else np.append(ends, len(block))


def _line_ends(letters: _Letters) -> Places:
    is_end = letters == _LINE_FEED
    returns = letters == _RETURN
    if returns.any():  # an old Macintosh's line end
        is_end |= returns & ~np.append(is_end[1:], False)
    return np.flatnonzero(is_end) + 1
