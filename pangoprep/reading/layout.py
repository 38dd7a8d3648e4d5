"""Where in a sheet the table is: its header row, and whether it is the only table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from pangoprep.call_words import option
from pangoprep.errors import ReadError
from pangoprep.matching.known_headers import n_known
from pangoprep.sentence import Sentence

#: The most columns a table may have: as many as a sheet of Excel.
MAX_COLUMNS = 16_384
#: The most rows of a sheet of Excel.
MAX_ROWS = 1_048_576
#: The most cells of a sheet that are laid out in memory.
MAX_CELLS = 40_000_000
_ROWS_TO_LOOK_AT = 40
_LONGEST_HEADER = 120
_VALUE = re.compile(r"(?=.*\d)[\d\s.,:/+()TZE-]+%?|[^@\n]*@.*\..*|true|false", re.IGNORECASE)
_INVISIBLE = "\ufeff\u200b\u200c\u200d"

Rows = Mapping[int, Sequence[str]]


def find_header(rows: Rows, name: str) -> int:
    """Return the number of the row with the headers; titles may stand above it.

    Parameters
    ----------
    rows
        The first rows by their number, from 1, as text; empty cells are ``""``.
    name
        What to call the file or sheet.

    Raises
    ------
    ReadError
        If no row looks like headers.

    Examples
    --------
    >>> find_header({1: ["DANH SÁCH", "", ""], 3: ["Mã KH", "SĐT", "x"], 4: ["1", "09", ""]}, "a")
    3
    """
    first = dict(list(rows.items())[:_ROWS_TO_LOOK_AT])
    width = max((_n_filled(row) for row in first.values()), default=0)
    known = {number: n_known(row) for number, row in first.items()}
    best = max(known, key=lambda number: known[number], default=0)
    below = best + 1  # a row of groups, such as "Customer", stands above the headers
    if best and known.get(below) == known[best] and _fills_more(first[below], first[best]):
        best = below
    if best and known[best] >= min(2, width):
        return best
    for number, row in first.items():
        is_repeated = sum(row == other for other in first.values()) > 1
        names = grouped_names(row, first.get(number - 1, ()))
        if _n_filled(row) * 2 > width and looks_like_headers(names) and not is_repeated:
            _refuse_record(first, number, name)
            return number
    # A name that stands there twice is a header all the same, if we know it.
    if best and not any(_VALUE.fullmatch(cell.strip()) for cell in first[best]):
        _refuse_record(first, best, name)
        return best
    raise ReadError(
        Sentence(
            "{1} has no row of headers among its first {2} rows. {3}",
            name,
            _ROWS_TO_LOOK_AT,
            _say_where(),
        )
    )


def _fills_more(row: Sequence[str], other: Sequence[str]) -> bool:
    return _n_filled(row) > _n_filled(other)


def _refuse_record(rows: Rows, number: int, name: str) -> None:
    """Refuse a row of unknown words as headers if it, or one above it, is a record like others."""
    for above, row in rows.items():
        below = [other for n, other in rows.items() if n > above and other != row]
        if above <= number and any(
            _is_value_among(cell.strip(), [o[place].strip() for o in below if place < len(o)])
            for place, cell in enumerate(row)
        ):
            raise ReadError(
                Sentence(
                    "{1} has no row of headers: row {2} is a record like those below it. {3}",
                    name,
                    above,
                    _say_where(),
                )
            )


def _is_value_among(text: str, below: Sequence[str]) -> bool:
    """Whether a text is one of its column's values: it stands there again, or has their form."""
    filled = [other for other in below if other]
    if not text or not filled:
        return False
    form = _form(text)
    n_alike = sum(_form(other) == form for other in filled)
    n_numbers = sum(map(_begins_as_number, filled)) if _begins_as_number(text) else 0
    return (
        text in filled or ("0" in form and n_alike * 2 > len(filled)) or n_numbers * 2 > len(filled)
    )


def _begins_as_number(text: str) -> bool:
    """Whether a text is a number of many digits, with words behind it or a slip: ``098x``."""
    return re.match(r"[+(]?[0-9]", text) is not None and sum(map(str.isdecimal, text)) > 2


def _form(text: str) -> str:
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"[0-9]+", "0", text))


def looks_like_headers(row: Sequence[str]) -> bool:
    """Whether a row could be headers: different words, no numbers, dates or addresses."""
    cells = [cell.strip() for cell in row if cell.strip()]
    return (
        len({cell.casefold() for cell in cells}) == len(cells) > 0
        and all(len(cell) <= _LONGEST_HEADER for cell in cells)
        and not any(_VALUE.fullmatch(cell) for cell in cells)
    )


def starts_table(row: Sequence[str]) -> bool:
    """Whether a row below an empty one begins another table: headers, half of them known."""
    n_filled = _n_filled(row)
    return n_filled > 1 and looks_like_headers(row) and n_known(row) * 2 >= n_filled


def header_names(row: Sequence[str], above: Sequence[str] = ()) -> list[str]:
    """Return the names of columns: tidied, and told apart by a group above, or by their letters.

    Examples
    --------
    >>> header_names(["Mã KH", "Tên ", "Tên", ""], ["", "Khách", "Người thân", ""])
    ['Mã KH', 'Khách Tên', 'Người thân Tên', 'column D']
    >>> header_names(["SĐT", "Ghi chú", "SĐT"])
    ['SĐT (column A)', 'Ghi chú', 'SĐT (column C)']
    """
    names = grouped_names(row, above)
    n_named = Counter(names)
    return [
        f"{name} ({unnamed(place)})" if name and n_named[name] > 1 else name or unnamed(place)
        for place, name in enumerate(names)
    ]


def grouped_names(row: Sequence[str], above: Sequence[str] = ()) -> list[str]:
    """Return a row's names, with the group above before those that stand there several times.

    A group over several columns stands in the first of them.

    Examples
    --------
    >>> grouped_names(["Mã", "Tên", "Mã", "Tên"], ["Khách", "", "Người thân", ""])
    ['Khách Mã', 'Khách Tên', 'Người thân Mã', 'Người thân Tên']
    """
    names = [tidy(cell) for cell in row]
    groups = [*map(tidy, above), *[""] * len(names)][: len(names)]
    for place in range(1, len(names)):
        if not groups[place] and names[place] and names[place - 1]:
            groups[place] = groups[place - 1]
    return [
        f"{group} {name}" if name and group and names.count(name) > 1 else name
        for name, group in zip(names, groups, strict=True)
    ]


def tidy(header: str) -> str:
    """Put a header on one line, without what cannot be seen."""
    return " ".join(header.translate(dict.fromkeys(map(ord, _INVISIBLE))).split())


def unnamed(place: int) -> str:
    """Name a column without a header by its letter in a spreadsheet.

    Examples
    --------
    >>> unnamed(0), unnamed(27)
    ('column A', 'column AB')
    """
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return f"column {letters}"


def check_width(n_columns: int, name: str) -> None:
    """Refuse a table that is too wide to be one.

    Raises
    ------
    ReadError
        If it has more columns than a sheet of Excel.
    """
    if n_columns > MAX_COLUMNS:
        raise ReadError(
            Sentence(
                "{1} has a row of {2:,} cells; {3:,} is the most. It is no table of "
                "records, or its line ends are lost.",
                name,
                n_columns,
                MAX_COLUMNS,
            )
        )


def check_area(n_rows: int, n_columns: int, name: str) -> None:
    """Refuse cells that reach too far to be laid out in memory.

    Raises
    ------
    ReadError
        If they do, or there are more rows or columns than a sheet of Excel has.
    """
    if n_rows > MAX_ROWS:
        raise ReadError(
            Sentence(
                "{1} has more than {2:,} rows, the most that a sheet of Excel can have. "
                "Export a CSV.",
                name,
                MAX_ROWS,
            )
        )
    check_width(n_columns, name)
    if n_rows * n_columns > MAX_CELLS:
        raise ReadError(
            Sentence(
                "{1} reaches to row {2:,} and column {3:,}, which no table does. Delete "
                "what stands far out, or copy the table to a new workbook.",
                name,
                n_rows,
                n_columns,
            )
        )


def _n_filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _say_where() -> str:
    return Sentence(
        "Say where it is, such as {1}, or {2} if there is "
        "none: columns are then named by their letter.",
        option("header", 3),
        option("header", 0),
    )
