"""What people are told, in English and Vietnamese, and how numbers are written in each.

Source: ``tables/report_words.csv`` for words by key, ``tables/rules.csv`` for the rules,
``tables/field_labels.csv`` for what fields are called.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.argument_checks import choice_of
from pangoprep.columns.cell_text import TEXT
from pangoprep.error_words import in_vietnamese
from pangoprep.options import LANGUAGES
from pangoprep.sentence import Sentence
from pangoprep.tables import read_table


class ReadDates(Protocol):
    """How many cells of a column can be read in which order of day and month."""

    @property
    def n_day_first(self) -> int:
        """How many cells can only be day/month."""

    @property
    def n_month_first(self) -> int:
        """How many can only be month/day."""

    @property
    def n_either(self) -> int:
        """How many could be either."""


# How a finding of two rows tells of the other one.
_POINTERS = {
    "duplicate.superseded": "row.sent",
    "duplicate.near": "row.near",
    "items.contradiction": "row.differs",
    "items.held_together": "row.held",
    "items.joined": "row.record",
}
_NAMES = ("Excel", "PangoCDP", "UTF")
_BYTES = ("bytes", "kB", "MB", "GB")


class _Number:
    """A whole number in a wording; ``{n:row|rows}`` is the word that goes with it."""

    def __init__(self, number: int, text: str) -> None:
        self._number, self._text = number, text

    def __format__(self, forms: str) -> str:
        one, _, several = forms.partition("|")
        return self._text if not forms else one if self._number == 1 else several


class Language:
    """Says things in one language.

    Parameters
    ----------
    code
        ``"en"`` or ``"vi"``.

    Raises
    ------
    OptionError
        For another language.

    Examples
    --------
    >>> language("vi").count(1874), language("en").percent(0.0005)
    ('1.874', '<0.1 %')
    >>> language("vi").meaning("phone.unreadable")
    'Không phải số điện thoại hợp lệ'
    """

    def __init__(self, code: str) -> None:
        self.code = code
        self._words: dict[str, str] = {
            row["key"]: row[code] for row in read_table("report_words").to_pylist()
        }
        end = "" if code == "en" else f"_{code}"
        self._rules: dict[str, tuple[str, str]] = {
            row["rule"]: (row[f"meaning{end}"], row[f"action{end}"])
            for row in read_table("rules").to_pylist()
        }
        self._labels: dict[str, str] = {
            row["en"]: row[code] for row in read_table("field_labels").to_pylist()
        }

    def __call__(self, key: str, /, **values: object) -> str:
        """Say something; whole numbers among the values are written for reading.

        Examples
        --------
        >>> [language("en")("counts.error", n=n) for n in (1, 1200)]
        ['1 error', '1,200 errors']
        """
        written = {
            name: _Number(value, self.count(value)) if isinstance(value, int) else self.told(value)
            for name, value in values.items()
        }
        return self._words[key].format(**written)

    def named(self, kind: str, name: str) -> str:
        """Say a name of some kind, such as a heading; one that has no words stays.

        Examples
        --------
        >>> language("vi").named("heading", "column"), language("vi").named("heading", "SĐT")
        ('cột', 'SĐT')
        """
        return self._words.get(f"{kind}.{name}", name)

    def told(self, value: Any) -> Any:
        """Say a sentence; what else it is stays."""
        is_sentence = self.code == "vi" and isinstance(value, Sentence)
        return in_vietnamese(value) if is_sentence else value

    def label(self, label: str, label_vi: str = "") -> str:
        """Say what a field is called, by its labels; one in English only may be in the table."""
        own = label_vi if self.code == "vi" else ""
        return own or self._labels.get(label, label)

    def count(self, number: int) -> str:
        """Write a whole number with its thousands apart."""
        text = f"{number:,}"
        return text if self.code == "en" else text.replace(",", ".")

    def states(self, counts: Mapping[str, int]) -> str:
        """Say how many rows are in which state, without those of which there is none.

        Examples
        --------
        >>> language("en").states({"held": 3, "superseded": 0, "accepted": 1200})
        '3 held, 1,200 accepted'
        """
        told = ((self.count(n), self(f"state.{state}")) for state, n in counts.items() if n)
        return ", ".join(f"{number} {state}" for number, state in told)

    def decimal(self, number: float) -> str:
        """Write a number with one decimal."""
        text = f"{number:.1f}"
        return text if self.code == "en" else text.replace(".", ",")

    def percent(self, share: float) -> str:
        """Round a share for reading, without showing something as nothing, nor nearly all as all.

        Examples
        --------
        >>> language("en").percent(0.9999)
        '>99.9 %'
        """
        if 0 < share < 0.001:
            return f"<{self.decimal(0.1)} %"
        if 0.999 < share < 1:
            return f">{self.decimal(99.9)} %"
        return f"{self.decimal(share * 100)} %"

    def size(self, n_bytes: int) -> str:
        """Write a number of bytes in the unit that suits it."""
        power = min(max(len(str(n_bytes)) - 1, 0) // 3, len(_BYTES) - 1)
        if not power:
            return f"{n_bytes} {_BYTES[0]}"
        return f"{self.decimal(n_bytes / 1000**power)} {_BYTES[power]}"

    def duration(self, seconds: float) -> str:
        """Write a time in its largest unit, rounded up.

        Examples
        --------
        >>> [language("en").duration(seconds) for seconds in (0.2, 90, 7300)]
        ['1 s', '2 min', '2.1 h']
        """
        if seconds <= 60:
            return f"{max(1, -int(-seconds // 1))} {self('unit.s')}"
        if seconds <= 3600:
            return f"{-int(-seconds // 60)} {self('unit.min')}"
        return f"{self.decimal(-(-seconds // 360) / 10)} {self('unit.h')}"

    def meaning(self, rule: str, detail: str = "") -> str:
        """Say what a rule means; the detail is names of fields, values, or somebody's own words."""
        return self._rules[rule][0] + (f" ({self.told(detail)})" if detail else "")

    def in_a_sentence(self, rule: str, detail: str = "") -> str:
        """Say what a rule means, as it reads after a colon; names keep their capital."""
        meaning = self.meaning(rule, detail)
        if meaning.startswith(_NAMES):
            return meaning
        return meaning[0].lower() + meaning[1:]

    def action(self, rule: str) -> str:
        """Say what to do about a finding."""
        return self._rules[rule][1]

    def message(self, rule: str, detail: str = "") -> str:
        """Say both."""
        return f"{self.meaning(rule, detail)}. {self.action(rule)}."

    def pointer(self, rule: str, frame: str, rows: pa.Array) -> pa.Array:
        """Say which rows some findings point to, from the rows' numbers as texts."""
        key = _POINTERS.get(rule, "customer.held")
        before, after = self._words[key].format(row="\0", entity=frame).split("\0")
        parts = (pa.scalar(before, TEXT), rows, pa.scalar(after, TEXT), pa.scalar("", TEXT))
        return pc.binary_join_element_wise(*parts)

    def lines(self, spans: pa.Array) -> pa.Array:
        """Say which lines of a file these are, from the number of lines and that of the first."""
        told = [
            span and self("file.lines", lines=span["n_lines"], first=str(span["first"]))
            for span in spans.to_pylist()
        ]
        return pa.array(told, TEXT)

    def order(self, evidence: ReadDates) -> str:
        """Say how the order of day and month was decided."""
        key = {
            (True, True): "dates.conflict",
            (True, False): "dates.day_first",
            (False, True): "dates.month_first",
            (False, False): "dates.option",
        }[evidence.n_day_first > 0, evidence.n_month_first > 0]
        return self(
            key,
            day=evidence.n_day_first,
            month=evidence.n_month_first,
            either=evidence.n_either,
        )

    def headline(
        self, entity: str, n_rows: int, n_ready: int, n_held: int, n_gone: int, n_apart: int = 0,
        n_joined: int = 0, n_left_out: int = 0, n_lost: int = 0,
    ) -> str:  # fmt: skip
        """Say the outcome in one sentence; rows that are no records are counted apart.

        ``n_lost`` are the cells in which an export has lost letters.
        """
        n_rows -= n_apart
        so = 1 if n_rows == 1 else n_ready  # that is or are ready
        parts = [self("headline", ready=n_ready, rows=n_rows, so=so, entity=entity)]
        if n_held:
            parts.append(self("headline.held", held=n_held))
        if n_gone:
            parts.append(self("headline.superseded", superseded=n_gone))
        if n_left_out:
            parts.append(self("headline.left_out", left_out=n_left_out))
        if n_joined:
            parts.append(self("headline.joined", joined=n_joined))
        if n_apart:
            parts.append(self("headline.no_records", apart=n_apart))
        if n_lost:
            parts.append(self("headline.lost_letters", n=n_lost))
        return "; ".join(parts) + "."


def language(code: str) -> Language:
    """Return the language of this code, made once."""
    return _language(choice_of("lang", code, LANGUAGES))


@cache
def _language(code: str) -> Language:
    return Language(code)
