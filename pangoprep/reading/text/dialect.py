"""How rows are written as delimited text, and reading one by hand.

Nearly all rows are read by Arrow. What is here reads the few that Arrow would cut wrongly: rows
with a quote that is none, with escapes of other programs, with too many or too few cells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

_LINE_END = re.compile(rb"\r\n|\n|\r|\Z")
_SPACE = ord(" ")


class Record(NamedTuple):
    """A row: its cells, and the place behind its line end."""

    cells: list[bytes]
    end: int


@dataclass(frozen=True)
class Dialect:
    """What stands between cells and around them; one ASCII character each."""

    delimiter: str
    quote: str = '"'

    @cached_property
    def mark(self) -> bytes:
        """The delimiter as a byte."""
        return self.delimiter.encode()

    @cached_property
    def quote_mark(self) -> bytes:
        """The quote as a byte."""
        return self.quote.encode()

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[bytes]]:
        d, q = re.escape(self.mark), re.escape(self.quote_mark)
        end = rb"(?=" + d + rb"|\r|\n|\Z)"
        inner = rb"[^" + q + rb"]*+(?:" + q * 2 + rb"[^" + q + rb"]*+)*+"
        escaped = rb"(?:[^\\" + q + rb"]++|\\[\s\S]|" + q * 2 + rb")*+"
        return {
            "strict": re.compile(q + rb"(" + inner + rb")" + q + end),
            "escaped": re.compile(q + rb"(" + escaped + rb")" + q + end),
            "plain": re.compile(rb"[^" + d + rb"\r\n]*+"),
            # Both begin with letters, not classes: so a block is searched ten times as fast.
            "opening": re.compile(rb" " + q + rb"(?=[^" + q + d + rb"\r\n])"),
            "closing": re.compile(q + rb" ++(?=[" + d + rb"\r\n])"),
        }

    def without_spaces(self, block: bytes) -> bytes:
        """Take out spaces between a delimiter and a quote; the quote is then one to everybody.

        Examples
        --------
        >>> Dialect(",").without_spaces(b'1, "An, Nguyen" ,2,15" ,"a, ""b"" ,c"')
        b'1,"An, Nguyen",2,15","a, ""b"" ,c"'
        """
        around = self.mark + b"\r\n"
        cuts = []
        for found in self._patterns["opening"].finditer(block):
            start = end = found.end() - 1
            while start and block[start - 1] == _SPACE:
                start -= 1
            if not start or block[start - 1] in around:
                cuts.append((start, end))
        for found in self._patterns["closing"].finditer(block):
            before = block[found.start() - 1 : found.start()]
            if before and before not in around + self.quote_mark:
                cuts.append((found.start() + 1, found.end()))
        kept, place = [], 0
        for start, end in sorted(cuts):
            kept.append(block[place:start])
            place = end
        return b"".join([*kept, block[place:]]) if cuts else block

    def record(self, block: bytes, start: int, *, escaped: bool = False) -> Record | None:
        r"""Read a row that is written as the rules say; None if it is not.

        Parameters
        ----------
        block
            Rows as UTF-8.
        start
            Where the row begins.
        escaped
            Whether a backslash before a quote makes it a letter, as in MySQL's exports.

        Examples
        --------
        >>> Dialect(",").record(b'a,"b ""x""\nc"\nd', 0)
        Record(cells=[b'a', b'b "x"\nc'], end=14)
        >>> Dialect(",").record(b'a,"b" c', 0) is None
        True
        >>> Dialect(",").record(rb'a,"say \"b\", c"', 0, escaped=True).cells
        [b'a', b'say "b", c']
        """
        quote, patterns = self.quote_mark, self._patterns
        quoted = patterns["escaped" if escaped else "strict"]
        cells, place = [], start
        while True:
            if block[place : place + 1] == quote:
                found = quoted.match(block, place)
                if found is None:
                    return None
                cell = found[1].replace(quote * 2, quote)
                cells.append(cell.replace(b"\\" + quote, quote) if escaped else cell)
            else:
                found = patterns["plain"].match(block, place)
                assert found is not None  # noqa: S101 - it matches nothing too
                cells.append(found.group())
            place = found.end()
            if block[place : place + 1] != self.mark:
                return Record(cells, self._behind_line_end(block, place))
            place += 1

    def line(self, block: bytes, start: int) -> Record:
        """Read one line as a row; a quote without its other half on the line is a letter.

        Examples
        --------
        >>> Dialect(",").line(b'1,"An,"Hue, VN",x', 0).cells
        [b'1', b'"An', b'Hue, VN', b'x']
        >>> Dialect(",").line(b'1,"Cty "An Phat"",x', 0).cells
        [b'1', b'Cty "An Phat"', b'x']
        """
        found = re.compile(rb"[^\r\n]*").match(block, start)
        assert found is not None  # noqa: S101 - it matches nothing too
        line, quote, patterns = found.group(), self.quote_mark, self._patterns
        cells, place = [], 0
        while True:
            whole = patterns["strict"].match(line, place)
            if whole is not None:
                cells.append(whole[1].replace(quote * 2, quote))
                place = whole.end()
            else:
                plain = patterns["plain"].match(line, place)
                assert plain is not None  # noqa: S101 - it matches nothing too
                cell = plain.group()
                if len(cell) > 1 and cell.startswith(quote) and cell.endswith(quote):
                    cell = cell[1:-1].replace(quote * 2, quote)
                cells.append(cell)
                place = plain.end()
            if place >= len(line):
                return Record(cells, self._behind_line_end(block, found.end()))
            place += 1

    def written(self, cells: list[bytes]) -> bytes:
        """Write a row so that everybody reads it alike."""
        quote = self.quote_mark
        inside = (cell.replace(quote, quote * 2) for cell in cells)
        return self.mark.join(quote + cell + quote if cell else b"" for cell in inside) + b"\n"

    @staticmethod
    def _behind_line_end(block: bytes, place: int) -> int:
        found = _LINE_END.match(block, place)
        return found.end() if found else place
