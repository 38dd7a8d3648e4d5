"""The headers we know: every spelling of every field, ready to be looked up.

``tables/headers.csv`` holds spellings that mean a field whatever the cells are;
``tables/bare_headers.csv`` holds words that mean one only where the cells show it, such as *Tên*;
``tables/asked_headers.csv`` those that may mean one and no cell can show, such as *Ngày đăng ký*.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pangoprep.letters import Letter, fold, has_own_marks, letters_of, words_of
from pangoprep.tables import read_table

if TYPE_CHECKING:
    from pangoprep.entities import Entity
    from pangoprep.entities.fields import FieldFacts

_SHORT = 3  # letters; so short a word without marks is many words: DT, Anh, TP
_REMEMBERED = 1 << 14


class Spelling(NamedTuple):
    """One way to write a field's header.

    Parameters
    ----------
    field
        The field.
    header
        How it is written.
    words
        Its words, folded.
    letters
        Its letters with their marks.
    """

    field: str
    header: str
    words: tuple[str, ...]
    letters: tuple[Letter, ...]


Spellings = dict[str, list[Spelling]]


@cache
def spellings_of(entity: type[Entity]) -> Spellings:
    """Return every spelling of the fields of an entity by its folded form; names come first."""
    fields = entity.fields()
    own = [
        (name, header)
        for name, facts in fields.items()
        for header in (*facts.headers, *_labels(facts))
    ]
    known = _by_fold([*((name, name) for name in fields), *own])
    return _with_table(known, "headers", entity)


def _labels(facts: FieldFacts) -> tuple[str, ...]:
    """Return the labels that head columns, too: those with a Vietnamese one, made for people."""
    if facts.label_vi:
        return facts.label, facts.label_vi
    return () if facts.label.isascii() else (facts.label,)


@cache
def bare_spellings_of(entity: type[Entity]) -> Spellings:
    """Return the headers that mean a field of an entity only where the cells show it."""
    return _with_table({}, "bare_headers", entity)


@cache
def asked_spellings_of(entity: type[Entity]) -> Spellings:
    """Return the headers that may mean a field of an entity: nobody but the caller knows."""
    return _with_table({}, "asked_headers", entity)


def look_up(text: str, known: Spellings) -> Spelling | None:
    """Return the spelling a header is, whatever its case and signs.

    Marks are the spelling's own, or there are none.
    """
    found, is_own = nearest(text, known)
    return found if is_own else None


def nearest(text: str, known: Spellings) -> tuple[Spelling | None, bool]:
    """Return the spelling of the same letters, and whether the header's marks are its own."""
    letters = letters_of(text)
    alike = known.get("".join(letter for letter, _ in letters), [])
    for spelling in alike:
        if has_own_marks(letters, spelling.letters, spelling.words):
            return spelling, True
    return (alike[0], False) if alike else (None, False)


@lru_cache(maxsize=_REMEMBERED)
def is_bare(header: str) -> bool:
    """Whether a header is a word without marks that may be another: a short one, a given name.

    Examples
    --------
    >>> [is_bare(header) for header in ("DT", "Phuong", "ĐT", "Phường", "Số DT")]
    [True, True, False, False, False]
    """
    letters = letters_of(header)
    if any(marks for _, marks in letters) or len(words_of(header)) != 1:
        return False
    word = "".join(letter for letter, _ in letters)
    return len(word) <= _SHORT or word in _given_names()


def n_known(cells: Sequence[str]) -> int:
    """Count the different cells of a row that are headers of any entity.

    Words that may be something else as well count only beside one that may not.
    """
    known = {fold(cell): cell for cell in cells if cell and is_known_header(cell)}
    return len(known) if any(not is_bare(cell) for cell in known.values()) else 0


@lru_cache(maxsize=_REMEMBERED)
def is_known_header(text: str) -> bool:
    """Whether a text is a header of any entity."""
    return look_up(text, _all_spellings()) is not None


@cache
def common_forms() -> Sequence[str]:
    """Return known headers as they are usually written: as listed, and in other cases."""
    listed = [header for _, header in (*_customer_headers(), *_other_headers())]
    forms = (str, str.upper, str.lower, str.title)
    return sorted({form(text) for text in listed for form in forms})


@cache
def words_of_headers() -> frozenset[str]:
    """Return the words that headers are made of, folded."""
    return frozenset(
        word for alike in _customer_spellings().values() for one in alike for word in one.words
    )


@cache
def _all_spellings() -> Spellings:
    return _joined(_customer_spellings(), _by_fold(_other_headers()))


@cache
def _customer_spellings() -> Spellings:
    return _by_fold(_customer_headers())


def _customer_headers() -> list[tuple[str, str]]:
    from pangoprep.entities import CUSTOMERS

    known = [(name, name) for entity in CUSTOMERS.values() for name in entity.fields()]
    rows = read_table("headers").to_pylist()
    return [*known, *((row["field"], row["header"]) for row in rows)]


def _other_headers() -> list[tuple[str, str]]:
    from pangoprep.entities import CUSTOMERS, ENTITIES

    # Of entities that are not about customers, words of one part are words of any table.
    return [
        (name, text)
        for object_type, entity in ENTITIES.items()
        if object_type not in CUSTOMERS
        for name, facts in entity.fields().items()
        for text in (name, *facts.headers)
        if not text.islower() and len(words_of(text)) > 1
    ]


@cache
def _given_names() -> frozenset[str]:
    rows = read_table("person_names").to_pylist()
    return frozenset(fold(row["name"]) for row in rows if row["kind"] == "given")


def _with_table(known: Spellings, table: str, entity: type[Entity]) -> Spellings:
    names = entity.fields()
    rows = [
        (row["field"], row["header"])
        for row in read_table(table).to_pylist()
        if row["field"] in names and row["entity"] in ("", entity.object_type)
    ]
    return _joined(known, _by_fold(rows))


def _joined(known: Spellings, others: Spellings) -> Spellings:
    found = {folded: list(alike) for folded, alike in known.items()}
    for folded, alike in others.items():
        found.setdefault(folded, []).extend(alike)
    return found


def _by_fold(pairs: Sequence[tuple[str, str]]) -> Spellings:
    found: Spellings = {}
    for field, header in pairs:
        words = tuple(map(fold, words_of(header)))
        spelling = Spelling(field, header, words, tuple(letters_of(header)))
        found.setdefault("".join(words), []).append(spelling)
    return found
