"""The report as plain text for terminals, and as Markdown for issues and wikis."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from pangoprep.call_words import either
from pangoprep.findings import SIGNS
from pangoprep.language import Language, language
from pangoprep.report.faces.labels import field_labels
from pangoprep.report.faces.sentences import (
    added_by_you,
    changes,
    count_by_severity,
    headline,
    nothing_found,
)
from pangoprep.report.facts.summary import RuleFacts, Summary

_MAX_RULES = 20
# A terminal's usual width; what to do gets at least so much of it.
_WIDTH, _LEAST_WIDTH = 80, 24


def render_text(facts: Summary, lang: str) -> str:
    """Return the headline and a table of the findings, worst first, for ``print``."""
    words = language(lang)
    lines = wrap(headline(facts, words), _WIDTH)
    lines += wrap(added_by_you(facts, words), _WIDTH)
    if not facts.rules:
        return "\n".join([*lines, nothing_found(facts, words)])
    shown = facts.rules[:_MAX_RULES]
    names = ("field", "rule", "rows", "share")
    rows = [[words(f"column.{name}") for name in names], *(_cells(fact, words) for fact in shown)]
    told = [words("column.action"), *(words.action(fact.rule) for fact in shown)]
    first, *table = _beside(_aligned(rows, right=(2, 3)), told)
    lines += ["", *first]
    for severity, n_findings in count_by_severity(facts).items():
        part = [x for fact, x in zip(shown, table, strict=True) if fact.severity == severity]
        if part:
            lines.append(f"{SIGNS[severity]} {words(f'counts.{severity}', n=n_findings)}")
            lines += [line for texts in part for line in texts]
    if len(facts.rules) > len(shown):
        lines.append(more_kinds(len(facts.rules) - len(shown), words))
    return "\n".join([*lines, "", _delivery(facts, words)])


def render_bundle_text(head: str, parts: Mapping[str, Summary], lang: str) -> str:
    """Return a line for each frame and then the report of each."""
    words = language(lang)
    keys = ("bundle.frame", "column.rows", "state.ready", "state.held", "state.superseded")
    rows = [[words(key) for key in keys]]
    for name, facts in parts.items():
        counts = (facts.n_rows, facts.n_ready, facts.n_held, facts.n_superseded)
        rows.append([name, *map(words.count, counts)])
    table = "\n".join(_aligned(rows, right=(1, 2, 3, 4)))
    each = [render_text(facts, lang) for facts in parts.values()]
    return "\n\n".join(["\n".join(wrap(head, _WIDTH)), table, *each])


def more_kinds(n_kinds: int, words: Language) -> str:
    """Say that there are more kinds of findings, and where."""
    return words("text.more", n=n_kinds, how=either("report.summary()", "--json"))


def render_markdown(facts: Summary, lang: str) -> str:
    """Return everything but the examples' charts as Markdown."""
    words = language(lang)
    labels = field_labels(facts, words)
    parts = [f"## {headline(facts, words)}", f"### {words('findings')}"]
    if facts.rules:
        names = ("severity", "field", "rows", "share", "meaning", "examples")
        rows = [
            [
                f"{SIGNS[fact.severity]} {words('severity.' + fact.severity)}",
                _named(fact.field, labels),
                words.count(fact.n_rows),
                words.percent(fact.share),
                f"{_plain(words.message(fact.rule, fact.detail))} {_code(fact.rule)}",
                " · ".join(_examples(fact, words)),
            ]
            for fact in facts.rules
        ]
        parts.append(_pipes([words(f"column.{name}") for name in names], rows, right=(2, 3)))
    else:
        parts.append(nothing_found(facts, words))
    heads = ("column", "field", "filled", "changed", "emptied", "unreadable", "distinct")
    rows = [
        [
            _plain(column.source),
            _named(column.field, labels),
            *map(
                words.count,
                (
                    column.n_filled,
                    column.n_changed,
                    column.n_emptied,
                    column.n_unreadable,
                    column.n_distinct,
                ),
            ),
        ]
        for column in facts.columns
    ]
    if facts.added_by_you:
        parts.append(_plain(added_by_you(facts, words)))
    n_unused = len(facts.unused)
    parts.append(f"### {words('columns', n=len(facts.columns), unused=n_unused)}")
    parts.append(_pipes([words(f"column.{name}") for name in heads], rows, right=(2, 3, 4, 5, 6)))
    if facts.unused:
        named = ", ".join(map(_plain, facts.unused))
        parts.append(words("columns.unused", entity=facts.entity, names=named))
    rows = [
        [
            _code(field),
            words.count(change.n_rows),
            kind,
            "; ".join(f"{_code(before)} → {_code(after)}" for before, after in change.samples),
        ]
        for field, change, kind in changes(facts, words)
    ]
    if rows:
        keys = ("column.field", "column.rows", "changes.kind", "changes.samples")
        table = _pipes([words(key) for key in keys], rows, right=(1,))
        parts += [f"### {words('changes')}", table]
    parts += [f"### {words('delivery')}", _delivery(facts, words)]
    return "\n\n".join(parts) + "\n"


def _examples(fact: RuleFacts, words: Language) -> Iterator[str]:
    for text, n_rows in zip(fact.examples, fact.example_rows, strict=True):
        yield _code(text) + (f" ({words('example.rows', n=n_rows)})" if n_rows else "")


def _cells(fact: RuleFacts, words: Language) -> list[str]:
    return [fact.field, fact.rule, words.count(fact.n_rows), words.percent(fact.share)]


def _delivery(facts: Summary, words: Language) -> str:
    out = facts.delivery
    if not out.n_rows:
        return f"{words('delivery')}: {words('delivery.nothing')}"
    size = words.size(out.n_bytes)
    told = [
        ("requests", words.count(out.n_requests)),
        ("bytes", size if out.is_exact else words("delivery.about", n=size)),
        ("time", words.duration(out.finish_seconds)),
    ]
    listed = " · ".join(f"{words('delivery.' + name)}: {value}" for name, value in told)
    return f"{words('delivery')}. {listed}"


def _aligned(rows: Sequence[Sequence[str]], right: Sequence[int]) -> list[str]:
    """Pad cells so that columns stand below each other."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = []
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - _width(cell))
            cells.append(space + cell if place in right else cell + space)
        lines.append("  ".join(cells).rstrip())
    return lines


def _beside(lines: Sequence[str], texts: Sequence[str]) -> list[list[str]]:
    """Put a text beside each line, on as many lines as it needs."""
    start = max(map(_width, lines)) + 2
    indent = " " * start
    return [
        wrap(
            text, max(_WIDTH, start + _LEAST_WIDTH), subsequent_indent=indent,
            initial_indent=line + " " * (start - _width(line)), drop_whitespace=True,
        )
        for line, text in zip(lines, texts, strict=True)
    ]  # fmt: skip


def _width(text: str) -> int:
    """How many columns of a terminal a text takes; combining marks take none."""
    return sum(not unicodedata.combining(letter) for letter in text)


def _pipes(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]) -> str:
    rule = ["---:" if place in right else "---" for place in range(len(heads))]
    return "\n".join("| " + " | ".join(row) + " |" for row in [heads, rule, *rows])


def _plain(text: str) -> str:
    """Keep a text from being taken for markup."""
    return re.sub(r"([\\`*_{}\[\]<>#|~!&])", r"\\\1", " ".join(text.split()))


def _named(field: str, labels: Mapping[str, str]) -> str:
    return f"{_code(field)} {_plain(labels[field])}" if field in labels else _code(field)


def _code(text: str) -> str:
    """Show a value as code, whatever is in it."""
    if not text:
        return ""
    flat = " ".join(text.split()).replace("|", "\\|")
    longest = max(map(len, re.findall("`+", flat)), default=0)
    fence = "`" * (longest + 1)
    space = " " if longest else ""
    return f"{fence}{space}{flat}{space}{fence}"
