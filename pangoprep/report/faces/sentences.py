"""Sentences and counts that several forms of a report share."""

from __future__ import annotations

from collections.abc import Iterator

from pangoprep.findings import SEVERITIES
from pangoprep.language import Language
from pangoprep.report.facts.columns import Change
from pangoprep.report.facts.summary import Summary


def count_by_severity(facts: Summary) -> dict[str, int]:
    """How many findings there are of each severity."""
    n_of = dict.fromkeys(SEVERITIES, 0)
    for fact in facts.rules:
        n_of[fact.severity] += fact.n_rows
    return n_of


def nothing_found(facts: Summary, words: Language) -> str:
    """Say that there are no findings, and that this says nothing where there are no rows."""
    return words("findings.none" if facts.n_rows else "findings.no_rows")


def headline(facts: Summary, words: Language) -> str:
    """The outcome in one sentence."""
    return words.headline(
        facts.entity, facts.n_rows, facts.n_ready, facts.n_held, facts.n_superseded,
        facts.n_not_records, facts.n_joined, facts.n_left_out, facts.n_lost_letters,
    )  # fmt: skip


def added_by_you(facts: Summary, words: Language) -> str:
    """What the caller added, in one sentence; empty for nothing."""
    told = [
        words("added.value", n=one.n_rows, field=one.field, how=one.how)
        for one in facts.added_by_you
    ]
    return words("added", values="; ".join(told)) if told else ""


def changes(facts: Summary, words: Language) -> Iterator[tuple[str, Change, str]]:
    """Every kind of change, with its field and what to call it."""
    for column in facts.columns:
        for change in column.changes:
            if change.rule:
                kind = words.meaning(change.rule)
            else:
                is_date = column.type == "Timestamp"
                kind = words("changes.date" if is_date else "changes.standard")
            yield column.field, change, kind
