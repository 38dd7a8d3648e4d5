"""The tab of options: how cells are read, with what the columns prove of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pangoprep.normalizers.date.evidence import DateEvidence
from pangoprep.studio.desk import Desk
from pangoprep.studio.listing import listing_of
from pangoprep.studio.messages import Answer, Message
from pangoprep.studio.problems import field_label
from pangoprep.studio.row_table import cell_texts
from pangoprep.workbench.problems import distinct_cells, problem_block, readings

_GENDERS = ("gender.zero", "gender.unknown")
#: So many codes are shown; the page says how many more there are.
MAX_WORDS = 50


class OptionsPart:
    """Answers what the tab of options asks.

    Parameters
    ----------
    desk
        The rows.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.answers: dict[str, Callable[[Message], Answer]] = {"options": self._list_options}

    def _list_options(self, message: Message) -> Answer:
        options = self._desk.bench.report.options
        words = self._desk.words
        hours = [(n, f"GMT{n:+d}") for n in range(-12, 15)]
        orders = [
            (True, words("options.day_first.true")),
            (False, words("options.day_first.false")),
        ]
        marks = [(None, words("options.by_column")), (",", "1.250,5"), (".", "1,250.5")]
        formats = [("national", "0912345678"), ("e164", "+84912345678")]
        addresses = [(name, words(f"options.addresses.{name}")) for name in ("suggest", "2025")]
        unreadable = [(name, words(f"options.unreadable.{name}")) for name in ("hold", "blank")]
        winners = [(name, words(f"duplicates.{name}")) for name in ("last", "first", "hold")]
        return {
            "type": "options",
            "options": [
                self._choice("timezone_gmt", options.timezone_gmt, hours),
                self._choice("day_first", options.day_first, orders, self._date_evidence()),
                self._choice("decimal_mark", options.decimal_mark, marks),
                self._choice("phone_format", options.phone_format, formats),
                self._choice("addresses", options.addresses, addresses),
                self._choice("unreadable", options.unreadable, unreadable),
                self._choice("duplicates", options.duplicates, winners),
                *self._gender_codes(),
            ],
        }

    def _choice(
        self,
        name: str,
        value: Any,
        choices: list[tuple[Any, str]],
        evidence: list[str] | None = None,
    ) -> Answer:
        listed = [{"value": choice, "label": label} for choice, label in choices]
        return {**self._named(name, evidence), "value": value, "choices": listed}

    def _named(self, name: str, evidence: list[str] | None = None) -> Answer:
        words = self._desk.words
        return {
            "name": name,
            "label": words(f"options.{name}"),
            "text": words(f"options.{name}.text"),
            "evidence": evidence or [],
        }

    def _date_evidence(self) -> list[str]:
        """Say of each column of dates what its cells prove."""
        examined, words = self._desk.bench.report.examined, self._desk.words
        return [
            f"{field_label(examined.facts[name], name, words)}: {words.report.order(evidence)}"
            for name, evidence in examined.evidence.items()
            if isinstance(evidence, DateEvidence)
        ]

    def _gender_codes(self) -> list[Answer]:
        """List the words of the file that nobody knows, then its codes, with how they are read."""
        examined = self._desk.bench.report.examined
        if "gender" not in examined.sources:
            return []
        told = dict(examined.options.gender_codes or {})
        cells = cell_texts(self._desk.bench.frame[examined.sources["gender"]])
        values, counts, first = distinct_cells(cells)
        read = readings(examined, "gender", first).to_pylist()
        every = {
            text: (int(n), reading or "")
            for text, n, reading in zip(values.to_pylist(), counts, read, strict=True)
            if text
        }
        unknown = [
            text
            for rule in _GENDERS
            if (block := problem_block(examined, "gender", rule)) is not None
            for text in listing_of(examined, block).values.to_pylist()
        ]
        codes = [text for text in every if text in told or _is_code(text)]
        listed = [
            {"text": text, "rows": n, "value": told.get(text, ""), "reading": reading}
            for text in dict.fromkeys([*told, *unknown, *codes])
            if text in every
            for n, reading in [every[text]]
        ]
        targets = list(examined.facts["gender"].choices) or ["male", "female", "other"]
        more = {"value": told, "targets": targets}
        words = {"words": listed[:MAX_WORDS], "n_words": len(listed)}
        return [{**self._named("gender_codes"), **more, **words}]


def _is_code(text: str) -> bool:
    """Whether a cell is a code of its file, such as 1 or M, that could mean something else."""
    return text.strip().isdigit() or len(text.strip()) == 1
