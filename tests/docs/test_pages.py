"""Pages that are made from the code are up to date, and pages name what exists."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import pangoprep as pp
from pangoprep.errors import PangoprepError
from pangoprep.matching.recipes import Recipe
from pangoprep.normalizers import NORMALIZERS
from tools import make_commands, make_entities, make_errors, make_report_json, make_rules

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MADE = [make_commands, make_entities, make_errors, make_report_json, make_rules]


@pytest.mark.parametrize("tool", MADE, ids=lambda tool: tool.__name__)
def test_made_pages_are_up_to_date(tool: ModuleType) -> None:
    assert tool.PAGE.read_text(encoding="utf-8") == tool.page(), f"run: python -m {tool.__name__}"


def test_the_entities_page_has_every_field_and_normalizer() -> None:
    page = (DOCS / "entities.md").read_text(encoding="utf-8")
    for name, entity in pp.ENTITIES.items():
        section = page.split(f"\n## {name}\n")[1].split("\n## ")[0]
        assert re.findall(r"^\| `(\w+)`", section, re.MULTILINE)
        assert set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE)) == set(entity.fields())
    assert set(make_entities._CLEANED) == set(NORMALIZERS)


def test_the_errors_page_has_every_error_in_table_and_tree() -> None:
    page = (DOCS / "errors.md").read_text(encoding="utf-8")
    for error in make_errors._below(PangoprepError):
        assert page.count(error.__name__) >= 2


def test_the_wording_of_recipes_on_the_page_can_be_loaded(tmp_path: Path) -> None:
    page = (DOCS / "matching.md").read_text(encoding="utf-8")
    shown = re.findall(r"```text\n(# How a file becomes.*?)```", page, re.DOTALL)
    assert len(shown) == 1
    assert tomllib.loads(shown[0])["version"] == 1
    path = tmp_path / "crm.toml"
    path.write_text(shown[0], encoding="utf-8")
    assert Recipe.load(path).source == "CRM"


def test_every_option_is_told_of() -> None:
    """Those that are not about one kind of cell are on the page about what is held."""
    pages = "".join(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
    missing = [name for name in pp.Options.__dataclass_fields__ if f"{name}=" not in pages]
    assert [name for name in missing if name != "today"] == []
