"""The HTML templates of everything that shows itself in a notebook, and their surroundings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from pangoprep.findings import SEVERITIES, SIGNS
from pangoprep.language import language

_CUT = 48


@cache
def environment_for(code: str) -> Any:
    """Return the templates, which speak a language and escape what they are given."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    words = language(code)
    environment = Environment(
        loader=PackageLoader("pangoprep.markup"),
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


def load_templates(code: str) -> None:
    """Make the templates of a notebook cell ready."""
    environment = environment_for(code)
    for name in environment.list_templates():
        if name not in ("bundle.html", "page.html"):
            environment.get_template(name)


def _cut(text: object, length: int = _CUT) -> str:
    """Shorten a text that would not fit, and show that it goes on."""
    whole = str(text)
    return whole if len(whole) <= length else whole[: length - 1] + "…"


def _listed(names: Sequence[str], most: int) -> str:
    shown = ", ".join(_cut(name) for name in names[:most])
    return f"{shown}, …" if len(names) > most else shown
