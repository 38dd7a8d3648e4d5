"""What results, plans, runs and column maps show of themselves in a notebook: a card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pangoprep.markup.templates import environment_for


@dataclass(frozen=True)
class CardTable:
    """A table of a card; whole numbers are written for reading.

    Parameters
    ----------
    rows
        Its cells, line by line.
    heads
        What stands above the columns; nothing if empty.
    """

    rows: Sequence[Sequence[object]]
    heads: Sequence[str] = ()


def render_card(
    title: str,
    *,
    eyebrow: str = "pangoprep",
    notes: Sequence[str] = (),
    tables: Sequence[CardTable] = (),
    asked: Sequence[str] = (),
    body: tuple[str, str] | None = None,
    lang: str = "en",
) -> str:
    """Return a card as HTML; everything it is given is escaped.

    Parameters
    ----------
    title, eyebrow, notes
        What it says, the small line above, and paragraphs below.
    tables
        What it lists; those without rows are left out.
    asked
        Questions to the reader.
    body
        Something long that is folded away: its summary and its text.
    lang
        The language of its own words.

    Examples
    --------
    >>> "<td>&lt;b&gt;</td>" in render_card("A", tables=[CardTable([["<b>", 1]])])
    True
    """
    html: str = (
        environment_for(lang)
        .get_template("card.html")
        .render(
            title=title,
            eyebrow=eyebrow,
            notes=[note for note in notes if note],
            tables=[table for table in tables if len(table.rows)],
            asked=asked,
            body=body,
        )
    )
    return html
