"""The report as HTML: facts in, markup out. Templates escape everything they are given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from pangoprep.findings import SEVERITIES, Block
from pangoprep.report.columns import Change
from pangoprep.report.evidence import Evidence
from pangoprep.report.language import Language, language
from pangoprep.report.summary import Summary
from pangoprep.report.tables import findings_table

SIGNS = {"error": "✖", "warning": "▲", "info": "●"}
#: A notebook stays small whatever the frame.
MOST_BYTES = 60_000
#: So many findings are listed on a page.
N_LISTED = 2_000
_CUT = 48
# How many lines of each kind are shown; fewer where that is too much.
_MOST_LINES = (60, 40, 25, 15, 8, 4, 2, 1)


@cache
def _environment(code: str) -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    words = language(code)
    environment = Environment(
        loader=PackageLoader("pangoprep.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = words.count
    environment.filters["percent"] = words.percent
    environment.filters["cut"] = _cut
    environment.filters["listed"] = _listed
    environment.globals.update(t=words, signs=SIGNS, severities=SEVERITIES)
    return environment


def _cut(text: object, length: int = _CUT) -> str:
    """Shorten a text that would not fit, and show that it goes on."""
    whole = str(text)
    return whole if len(whole) <= length else whole[: length - 1] + "…"


def _listed(names: Sequence[str], most: int) -> str:
    shown = ", ".join(_cut(name) for name in names[:most])
    return f"{shown}, …" if len(names) > most else shown


def render_cell(facts: Summary, lang: str) -> str:
    """Return the report for a notebook cell, `MOST_BYTES` at most."""
    html = ""
    for most in _MOST_LINES:
        template = _environment(lang).get_template("report.html")
        html = template.render(**_facts(facts, lang, most), page=False, level=3)
        if len(html.encode()) <= MOST_BYTES:
            break
    return html


def render_page(facts: Summary, evidence: Evidence, lang: str) -> str:
    """Return the report as a page of its own, with a list of findings."""
    listed = findings_table(evidence, _some(evidence.blocks), reveal=False, lang=lang)
    rules = facts.rules
    html: str = (
        _environment(lang)
        .get_template("page.html")
        .render(
            **_facts(facts, lang, len(rules) + len(facts.columns) + len(facts.unused)),
            page=True,
            level=1,
            findings=listed.to_dict("records"),
            n_findings=sum(len(block.rows) for block in evidence.blocks),
            fields=sorted({fact.field for fact in rules if fact.field}),
            rule_ids=sorted({fact.rule for fact in rules}),
        )
    )
    return html


def _some(blocks: Sequence[Block]) -> list[Block]:
    """Take findings of every kind, `N_LISTED` or fewer; rare kinds stay whole."""
    left, some = N_LISTED, []
    by_size = sorted(blocks, key=lambda block: len(block.rows))
    for number, block in enumerate(by_size):
        share = left // (len(by_size) - number)
        taken = block.rows[:share]
        suggestions = None if block.suggestions is None else block.suggestions[:share]
        some.append(replace(block, rows=taken, suggestions=suggestions))
        left -= len(taken)
    return some


def _facts(facts: Summary, lang: str, most: int) -> dict[str, Any]:
    words = language(lang)
    out = facts.delivery
    size = words.size(out.n_bytes)
    n_of = dict.fromkeys(SEVERITIES, 0)
    for fact in facts.rules:
        n_of[fact.severity] += fact.n_rows
    return {
        "facts": facts,
        "headline": headline(facts, words),
        "by_severity": {f"{severity}s": n for severity, n in n_of.items()},
        "grave": [fact for fact in facts.rules if fact.severity != "info"],
        "repaired": [fact for fact in facts.rules if fact.severity == "info"],
        "longest": max((fact.n_rows for fact in facts.rules), default=1),
        "changes": list(changes(facts, words)),
        "worded": [column for column in facts.columns if column.words],
        "size": size if out.is_exact else words("delivery.about", n=size),
        "payload": json.dumps(out.payload, ensure_ascii=False, indent=1)[:4_000],
        "n_entries_shown": len(out.payload.get("entries", [])),
        "most": most,
    }


def headline(facts: Summary, words: Language) -> str:
    """The outcome in one sentence."""
    return words.headline(
        facts.entity, facts.n_rows, facts.n_ready, facts.n_held, facts.n_superseded
    )


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
