"""What was done to the rows before a studio shows them: by a recipe, a fixes file, kept steps."""

from __future__ import annotations

from pangoprep.findings import FIXED, FIXED_BEFORE
from pangoprep.studio.messages import Answer
from pangoprep.studio.problems import field_label
from pangoprep.studio.words import StudioWords
from pangoprep.workbench import Workbench


def done_before(bench: Workbench, words: StudioWords) -> Answer:
    """Say what was done already.

    Parameters
    ----------
    bench
        The rows.
    words
        The language.

    Returns
    -------
    dict
        ``text``; ``notes``, what is worth a warning; ``shows``, the problems that list the cells
        which were mended: ``problem`` and ``label``.
    """
    examined = bench.report.examined
    texts, shows = [], []
    for rule in (FIXED_BEFORE, FIXED):
        n_cells = 0
        for field in dict.fromkeys(one.field for one in examined.blocks if one.rule == rule):
            n = sum(
                len(one.rows) for one in examined.blocks if (one.rule, one.field) == (rule, field)
            )
            label = field_label(examined.facts.get(field), field, words)
            shown = words("opened.show", field=label, n=n)
            shows.append({"problem": f"{field}|{rule}", "label": shown})
            n_cells += n
        if n_cells:
            texts.append(words(f"opened.{rule}", n=n_cells))
    if n_steps := len(bench.taken_steps):
        texts.append(words("opened.steps", n=n_steps))
    otherwise = bench.opened_otherwise
    notes = [words.report.told(otherwise)] if otherwise else []
    return {"text": " ".join(texts), "notes": notes, "shows": shows}
