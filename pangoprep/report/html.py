"""The report as HTML: facts in, markup out. Templates escape everything they are given."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pangoprep.report.report import Report

_SIGNS = {"error": "✖", "warning": "▲", "info": "●"}
_N_LISTED = 500


@cache
def _environment() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("pangoprep.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = lambda number: f"{number:,}"
    environment.filters["percent"] = _percent
    return environment


def _percent(share: float) -> str:
    """Round a share for reading, without showing something as nothing."""
    if 0 < share < 0.001:
        return "<0.1 %"
    return f"{share * 100:.1f} %"


def render(report: Report, *, page: bool) -> str:
    """Return the report for a notebook cell, or as a page of its own with a list of findings."""
    findings = report.findings if page else None
    template = _environment().get_template("page.html" if page else "report.html")
    html: str = template.render(
        report=report,
        headline=report.headline,
        rules=report.rule_facts,
        columns=report.column_facts,
        unused=report.unused_columns,
        signs=_SIGNS,
        findings=findings.head(_N_LISTED).to_dict("records") if findings is not None else [],
        n_findings=len(findings) if findings is not None else 0,
        n_listed=_N_LISTED,
    )
    return html
