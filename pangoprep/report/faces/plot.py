"""Findings by rule and completeness by column, drawn with matplotlib."""

from __future__ import annotations

from typing import Any

from pangoprep.extras import missing
from pangoprep.findings import SIGNS
from pangoprep.language import Language
from pangoprep.report.faces.sentences import headline
from pangoprep.report.facts.summary import Summary

# The colours of the HTML report; signs and hatching repeat what they say.
_COLORS = {"error": "#d6453d", "warning": "#c98a1b", "info": "#3f87d9"}
_CELLS = {
    "same": ("#2f9e58", ""),
    "changed": ("#3f87d9", "//"),
    "emptied": ("#c98a1b", ".."),
    "unreadable": ("#d6453d", "xx"),
}
_EMPTY = "#d9dde2"
_MAX_BARS = 25
# A longest bar of more than so many shortest ones is drawn to a logarithmic scale.
_UNEVEN = 20


def draw(facts: Summary, words: Language) -> Any:
    """Return a matplotlib figure; nothing is shown, and no backend is chosen.

    Raises
    ------
    UsageError
        If matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise missing("Plots need", "matplotlib", "plot") from None
    n_lines = max(min(len(facts.rules), _MAX_BARS), min(len(facts.columns), _MAX_BARS), 4)
    figure = Figure(figsize=(13, 1.6 + 0.36 * n_lines), layout="constrained")
    figure.suptitle(headline(facts, words), x=0.01, ha="left", fontweight="bold")
    left, right = figure.subplots(1, 2)
    _draw_rules(left, facts, words)
    _draw_columns(right, facts, words)
    return figure


def _draw_rules(axes: Any, facts: Summary, words: Language) -> None:
    shown = facts.rules[:_MAX_BARS][::-1]
    labels = [f"{SIGNS[fact.severity]} {fact.field or facts.entity}\n{fact.rule}" for fact in shown]
    axes.margins(x=0.12)
    bars = axes.barh(
        range(len(shown)),
        [fact.n_rows for fact in shown],
        color=[_COLORS[fact.severity] for fact in shown],
    )
    axes.bar_label(bars, [words.count(fact.n_rows) for fact in shown], padding=3, fontsize=8)
    axes.set_yticks(range(len(shown)), labels, fontsize=8, linespacing=1.15)
    n_each = [fact.n_rows for fact in shown]
    if n_each and max(n_each) > _UNEVEN * min(n_each):  # else the small ones could not be seen
        axes.set_xscale("log")
        axes.set_xlim(0.7, 4 * max(n_each))
    axes.set_title(_title(words("findings"), len(shown), len(facts.rules), words), loc="left")
    is_log = axes.get_xscale() == "log"
    axes.set_xlabel(words("plot.log" if is_log else "column.rows"))
    axes.spines[["top", "right"]].set_visible(False)


def _draw_columns(axes: Any, facts: Summary, words: Language) -> None:
    shown = facts.columns[:_MAX_BARS][::-1]
    places = range(len(shown))
    total = facts.n_rows or 1
    axes.barh(places, [100] * len(shown), color=_EMPTY, label=words("cells.empty"))
    starts = [0.0] * len(shown)
    for name, (color, hatch) in _CELLS.items():
        widths = [100 * getattr(column, f"n_{name}") / total for column in shown]
        axes.barh(
            places, widths, left=starts, color=color, hatch=hatch, edgecolor="white",
            linewidth=0, label=words(f"cells.{name}"),
        )  # fmt: skip
        starts = [start + width for start, width in zip(starts, widths, strict=True)]
    axes.set_yticks(places, [column.field for column in shown], fontsize=8)
    title = _title(words("columns.cells"), len(shown), len(facts.columns), words)
    axes.set_title(title, loc="left")
    axes.set_xlabel("%")
    axes.set_xlim(0, 100)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=5, fontsize=8, frameon=False)
    axes.spines[["top", "right"]].set_visible(False)


def _title(text: str, n_shown: int, n_all: int, words: Language) -> str:
    """Say what is drawn, and that it is not all."""
    if n_shown == n_all:
        return text
    return f"{text} ({words('list.showing', shown=n_shown, n=n_all)})"
