"""The report as plain text for terminals, and as Markdown for issues and wikis."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from pangoprep.report.html import SIGNS, changes, headline
from pangoprep.report.language import Language, language
from pangoprep.report.summary import RuleFacts, Summary

_MOST_RULES = 20


def render_text(facts: Summary, lang: str) -> str:
    """Return the headline and a table of the findings, for ``print``."""
    words = language(lang)
    lines = [headline(facts, words)]
    if not facts.rules:
        return "\n".join([*lines, words("findings.none")])
    rows = [[words(f"column.{name}") for name in ("severity", "field", "rule", "rows", "share")]]
    rows[0].append(words("column.action"))
    shown = facts.rules[:_MOST_RULES]
    rows += [[*_cells(fact, words), words.action(fact.rule)] for fact in shown]
    lines += ["", *_aligned(rows, right=(3, 4))]
    if len(facts.rules) > len(shown):
        lines.append(words("text.more", n=len(facts.rules) - len(shown)))
    return "\n".join([*lines, "", _delivery(facts, words)])


def render_markdown(facts: Summary, lang: str) -> str:
    """Return everything but the examples' charts as Markdown."""
    words = language(lang)
    parts = [f"## {headline(facts, words)}", f"### {words('findings')}"]
    if facts.rules:
        names = ("severity", "field", "rows", "share", "meaning", "examples")
        rows = [
            [
                f"{SIGNS[fact.severity]} {words('severity.' + fact.severity)}",
                _code(fact.field),
                words.count(fact.n_rows),
                words.percent(fact.share),
                f"{_plain(words.message(fact.rule, fact.detail))} {_code(fact.rule)}",
                " · ".join(map(_code, fact.examples)),
            ]
            for fact in facts.rules
        ]
        parts.append(_pipes([words(f"column.{name}") for name in names], rows, right=(2, 3)))
    else:
        parts.append(words("findings.none"))
    heads = ("column", "field", "filled", "changed", "emptied", "unreadable", "distinct")
    rows = [
        [
            _plain(column.source),
            _code(column.field),
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


def _cells(fact: RuleFacts, words: Language) -> list[str]:
    return [
        f"{SIGNS[fact.severity]} {words('severity.' + fact.severity)}",
        fact.field,
        fact.rule,
        words.count(fact.n_rows),
        words.percent(fact.share),
    ]


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


def _width(text: str) -> int:
    """How many columns of a terminal a text takes; combining marks take none."""
    return sum(not unicodedata.combining(letter) for letter in text)


def _pipes(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]) -> str:
    rule = ["---:" if place in right else "---" for place in range(len(heads))]
    return "\n".join("| " + " | ".join(row) + " |" for row in [heads, rule, *rows])


def _plain(text: str) -> str:
    """Keep a text from being taken for markup."""
    return re.sub(r"([\\`*_{}\[\]<>#|~!&])", r"\\\1", " ".join(text.split()))


def _code(text: str) -> str:
    """Show a value as code, whatever is in it."""
    if not text:
        return ""
    flat = " ".join(text.split()).replace("|", "\\|")
    longest = max(map(len, re.findall("`+", flat)), default=0)
    fence = "`" * (longest + 1)
    space = " " if longest else ""
    return f"{fence}{space}{flat}{space}{fence}"
