"""What is kept for next month: the recipe, and the fixes beside it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from pangoprep.studio.session import Session
from tests.studio.pages import Page, messy


def test_the_recipe_holds_no_customer(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page.ask("act", action="accept", problem="email|email.typo", groups=[0])
    page.ask("act", action="fix", problem="gender|gender.unknown", groups=[0], new="male")
    assert "customer-identity.toml" in page.ask("recipe")["text"]
    kept = tomllib.loads((tmp_path / "customer-identity.toml").read_text("utf-8"))
    assert kept["fixes"] == {"gender": {"x": "male"}}
    assert "source" not in kept


def test_the_recipe_keeps_where_the_rows_come_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = Page(Session(messy().pango.workbench(), source="CRM"))
    for asked, kept in (({"source": None}, "CRM"), ({"source": "POS"}, "POS")):  # typed under Send
        page.ask("recipe", **asked)
        recipe = tomllib.loads((tmp_path / "customer-identity.toml").read_text("utf-8"))
        assert recipe["source"] == kept


def test_next_month_the_cells_that_were_fixed_are_mended_by_what_was_saved(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    phones = page.ask("rows", problem="phone|phone.unreadable", limit=1)["items"]
    row = phones[0]["row"]
    page.ask("act", action="accept", problem="email|email.typo", all=True)
    page.ask("act", action="fix_rows", row=row, field="phone", new="0912345678")
    saved = page.ask("recipe")
    n_typos = messy().pango.validate().findings["rule"].eq("email.typo").sum()
    assert "customer-identity.fixes: " in saved["text"]
    names = {"recipe": "customer-identity.toml", "fixes": "customer-identity.fixes"}
    assert saved["code"] == (
        "frame.pango.validate(recipe='customer-identity.toml', fixes='customer-identity.fixes')"
    )
    again = messy().pango.validate(**names)
    rules = again.findings["rule"]
    assert not rules.eq("email.typo").any()
    assert rules.eq("cell.fixed_before").sum() == n_typos + 1
    assert again.cleaned["phone"].iloc[row] == "0912345678"
    kept = [path for path in tmp_path.iterdir() if path.suffix != ".lock"]
    held = b"".join(path.read_bytes() for path in kept)
    assert b"0912345678" not in held
    assert all(path.stat().st_mode & 0o077 == 0 for path in kept if ".fixes" in path.name)


def test_a_recipe_that_is_there_is_not_written_over(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "customer-identity.toml").write_text("mine")
    for _ in range(2):  # its own recipe is saved anew
        assert "customer-identity-2.toml" in page.ask("recipe")["text"]
    assert (tmp_path / "customer-identity.toml").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "customer-identity-2.toml", "customer-identity.toml",
    ]  # fmt: skip
