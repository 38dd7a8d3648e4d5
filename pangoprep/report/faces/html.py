"""The report as HTML: facts in, markup out. Templates escape everything they are given."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from pangoprep.call_words import option
from pangoprep.findings import SEVERITIES, Block
from pangoprep.language import language
from pangoprep.markup.templates import environment_for
from pangoprep.reading.pieces import SOURCE
from pangoprep.report.faces.context import NO_CONTEXT, context, page_context
from pangoprep.report.faces.labels import field_labels
from pangoprep.report.faces.sentences import added_by_you, changes, count_by_severity, headline
from pangoprep.report.faces.tables import finding_shapes, findings_table
from pangoprep.report.facts.row_numbers import as_texts, row_numbers
from pangoprep.report.facts.summary import RuleFacts, Summary
from pangoprep.report.report_recipe import recipe_of
from pangoprep.steps.examined import Examined
from pangoprep.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

#: A notebook stays small whatever the frame.
MAX_BYTES = 80_000
#: So many findings are listed on a page.
N_LISTED = 2_000
# A report of a bundle's frame needs about so much.
_LEAST_BYTES = 2_500
# Above so many kinds of findings, those that hold no row are folded away by field.
_MAX_KINDS = 12
_WAITING = ("reference.customer_held", "reference.record_held")
# How many lines of each kind are shown; fewer where that is too much.
_MAX_LINES = (60, 40, 25, 15, 8, 4, 2, 1)
_N_BEHIND = 5  # rows that a count opens, or fewer
# So many held rows are shown as they came.
_N_IN_A_CELL, _N_ON_A_PAGE = 5, 50


class Reported(Protocol):
    """What a report is made of; `Report` is one."""

    @property
    def facts(self) -> Summary:
        """Everything it says."""

    @property
    def examined(self) -> Examined:
        """What it was found in."""


def render_cell(
    facts: Summary,
    lang: str,
    *,
    examined: Examined | None = None,
    max_bytes: int = MAX_BYTES,
    part_of_bundle: str = "",
) -> str:
    """Return the report for a notebook cell, so many bytes at most.

    As a part of a bundle it is brief: the findings, and how to see the rest. Where it is told what
    was examined, some held rows are shown as they came, and counts open the first rows behind them;
    both are masked.
    """
    sizes: list[tuple[int, int, int]] = [(most, 0, 0) for most in _MAX_LINES]
    behind, held = {}, NO_CONTEXT
    if examined is not None:
        behind, held = _rows_behind(examined, lang), context(examined, lang, _N_IN_A_CELL)
        # Rows behind a count are left out before the held rows, and those before a line.
        sizes[:0] = [(_MAX_LINES[0], n, 1) for n in range(_N_BEHIND, 0, -1)]
        sizes.insert(_N_BEHIND, (_MAX_LINES[0], 1, 0))
    html = ""
    for most, n_behind, in_context in sizes:
        template = environment_for(lang).get_template("report.html")
        html = template.render(
            **_facts(facts, lang, most),
            **(held if in_context else NO_CONTEXT),
            page=False,
            level=3,
            styled=not part_of_bundle,
            brief=bool(part_of_bundle),
            name=part_of_bundle,
            frame="",
            behind=behind,
            n_behind=n_behind,
        )
        if len(html.encode()) <= max_bytes:
            break
    return html


def render_bundle(bundle: Mapping[str, Reported], lang: str) -> str:
    """Return several reports for a notebook cell, `MAX_BYTES` at most together."""
    # The frame around them takes some, and each line of the table.
    share = (MAX_BYTES - 7_000) // len(bundle) - 1_500
    if share < _LEAST_BYTES:  # no room for each; the table stays, and the worst come first
        share = 0
    parts = {
        name: render_cell(report.facts, lang, max_bytes=share, part_of_bundle=name) if share else ""
        for name, report in bundle.items()
    }
    template = environment_for(lang).get_template("bundle.html")
    html: str = template.render(**_bundle_facts(bundle, parts, lang), page=False, level=3)
    return html


def render_bundle_page(bundle: Mapping[str, Reported], lang: str, *, reveal: bool = False) -> str:
    """Return several reports as a page of their own, with a list of all findings."""
    parts, listed = {}, []
    rules = [fact for report in bundle.values() for fact in report.facts.rules]
    for name, report in bundle.items():
        most = _all_lines(report.facts)
        template = environment_for(lang).get_template("report.html")
        n_rows = max(_N_ON_A_PAGE // len(bundle), _N_IN_A_CELL)
        parts[name] = template.render(
            **_facts(report.facts, lang, most),
            **page_context(report.examined, lang, n_rows, reveal=reveal),
            page=True,
            level=2,
            styled=False,
            brief=False,
            frame=name,
            behind={},
        )
        some = _some(report.examined.blocks, N_LISTED // len(bundle))
        table = _with_shapes(report.examined, some, lang, reveal=reveal)
        listed += table.assign(frame=name).to_dict("records")
    html: str = (
        environment_for(lang)
        .get_template("page.html")
        .render(
            **_bundle_facts(bundle, parts, lang),
            **_list_facts(rules, listed),
            **_origin([report.examined for report in bundle.values()]),
            bundle=True,
            page=True,
            level=1,
            reveal=reveal,
        )
    )
    return html


def _bundle_facts(
    bundle: Mapping[str, Reported], parts: Mapping[str, str], lang: str
) -> dict[str, Any]:
    from markupsafe import Markup

    words = language(lang)
    facts = [report.facts for report in bundle.values()]
    names = ("rows", "ready", "held", "superseded", "not_records", "joined", "left_out")
    counts = [(*(getattr(f, f"n_{name}") for name in names), f.n_lost_letters) for f in facts]
    lines = [
        {
            "name": name,
            "facts": report.facts,
            "headline": headline(report.facts, words),
            "n_waiting": sum(f.n_rows for f in report.facts.rules if f.rule in _WAITING),
            "html": Markup(parts[name]),  # noqa: S704 - our own templates made it
        }
        for name, report in bundle.items()
    ]
    told = words("bundle.frames", n=len(bundle))
    return {"lines": lines, "headline": words.headline(told, *map(sum, zip(*counts, strict=True)))}


def _list_facts(rules: Sequence[RuleFacts], listed: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "findings": listed,
        "n_findings": sum(fact.n_rows for fact in rules),
        "fields": sorted({fact.field for fact in rules if fact.field}),
        "rule_ids": sorted({fact.rule for fact in rules}),
        "names": list(dict.fromkeys(f["frame"] for f in listed if "frame" in f)),
    }


def _origin(parts: Sequence[Examined]) -> dict[str, str]:
    """When, from what, with which choices and by which version a page was made."""
    files = dict.fromkeys(part.attrs.get(SOURCE, {}).get("file") for part in parts)
    chosen = recipe_of(parts[0]).options
    return {
        "made": dt.datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %z"),
        "version": VERSION,
        "source": ", ".join(name for name in files if name),
        "chosen": ", ".join(option(name, value) for name, value in chosen.items()),
    }


def _all_lines(facts: Summary) -> int:
    return len(facts.rules) + len(facts.columns) + len(facts.unused) + 1


def render_page(facts: Summary, examined: Examined, lang: str, *, reveal: bool = False) -> str:
    """Return the report as a page of its own, with held rows and a list of findings."""
    listed = _with_shapes(examined, _some(examined.blocks, N_LISTED), lang, reveal=reveal)
    html: str = (
        environment_for(lang)
        .get_template("page.html")
        .render(
            **_facts(facts, lang, _all_lines(facts)),
            **_list_facts(facts.rules, listed.to_dict("records")),
            **_origin([examined]),
            **page_context(examined, lang, _N_ON_A_PAGE, reveal=reveal),
            frame="",
            bundle=False,
            page=True,
            level=1,
            styled=True,
            brief=False,
            behind={},
        )
    )
    return html


def _list_of(
    examined: Examined, blocks: Sequence[Block], lang: str, *, reveal: bool = False
) -> pd.DataFrame:
    """Return findings as a table, with the numbers that people know their rows by."""
    table = findings_table(examined, blocks, reveal=reveal, lang=lang)
    rows = table["row"].to_numpy()
    numbers = row_numbers(examined.labels(rows), rows)
    return table.assign(number=as_texts(numbers).to_pylist())


def _with_shapes(
    examined: Examined, blocks: Sequence[Block], lang: str, *, reveal: bool
) -> pd.DataFrame:
    shapes = finding_shapes(examined, blocks)
    return _list_of(examined, blocks, lang, reveal=reveal).assign(shape=shapes)


def _rows_behind(examined: Examined, lang: str) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    """Return the first rows of each kind of finding: by rule, field and message."""
    first = [block.take(slice(_N_BEHIND)) for block in examined.blocks]
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for one in _list_of(examined, first, lang).to_dict("records"):
        found.setdefault((one["rule"], one["field"], one["message"]), []).append(one)
    return found


def _some(blocks: Sequence[Block], most: int) -> list[Block]:
    """Take findings of every kind, so many at most; rare kinds stay whole."""
    left, some = most, []
    by_size = sorted(blocks, key=lambda block: len(block.rows))
    for number, block in enumerate(by_size):
        share = left // (len(by_size) - number)
        some.append(block.take(slice(share)))
        left -= len(some[-1].rows)
    return some


def _facts(facts: Summary, lang: str, most: int) -> dict[str, Any]:
    words = language(lang)
    out = facts.delivery
    size = words.size(out.n_bytes)
    n_of = count_by_severity(facts)
    of_severity = {s: [fact for fact in facts.rules if fact.severity == s] for s in SEVERITIES}
    return {
        "facts": facts,
        "headline": headline(facts, words),
        "counts": ", ".join(words(f"counts.{name}", n=n) for name, n in n_of.items() if n),
        "n_repaired": n_of["info"],
        "added_by_you": added_by_you(facts, words),
        "labels": field_labels(facts, words),
        "errors": of_severity["error"],
        "warnings": of_severity["warning"],
        "repaired": of_severity["info"],
        "folded": {name: _by_field(of_severity[name]) for name in ("warning", "info")},
        "is_folded": len(facts.rules) > _MAX_KINDS,
        "changes": list(changes(facts, words)),
        "worded": [column for column in facts.columns if column.words],
        "size": size if out.is_exact else words("delivery.about", n=size),
        "payload": json.dumps(out.payload, ensure_ascii=False, indent=1)[:4_000],
        "n_entries_shown": len(out.payload.get("entries", [])),
        "most": most,
    }


def _by_field(rules: Sequence[RuleFacts]) -> list[tuple[str, list[RuleFacts]]]:
    """Put what was found in a field together; the field of most findings comes first."""
    of_field: dict[str, list[RuleFacts]] = {}
    for fact in rules:
        of_field.setdefault(fact.field, []).append(fact)
    return sorted(of_field.items(), key=lambda one: -sum(fact.n_rows for fact in one[1]))
