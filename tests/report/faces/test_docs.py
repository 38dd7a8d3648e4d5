"""The pages about the report say what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import pangoprep as pp
from pangoprep.findings import rules
from pangoprep.report.faces.document import BUNDLE_FORMAT, FORMAT
from tools.make_rules import PAGE, page

DOCS = Path(__file__).parents[3] / "docs"


def test_the_page_of_rules_is_made_from_the_table() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == page(), "run: python -m tools.make_rules"
    assert all(f"| `{rule}` |" in written for rule in rules())


def test_the_methods_that_are_named_exist() -> None:
    text = (DOCS / "report.md").read_text(encoding="utf-8")
    named = set(re.findall(r"report\.([a-z_]+)\b(?!\.?(?:html|json|schema|md))", text))
    absent = [name for name in named - {"html", "json", "md"} if not hasattr(pp.Report, name)]
    assert absent == []
    assert FORMAT in text
    assert BUNDLE_FORMAT in text


@pytest.mark.parametrize("kind", [pp.Report, pp.Bundle])
def test_every_public_method_says_what_it_does(kind: type) -> None:
    names = [name for name in dir(kind) if not name.startswith("_")]
    own = [name for name in names if getattr(kind, name).__doc__ is None]
    assert own == []
