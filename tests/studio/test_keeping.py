"""What is kept for next month: the recipe, and the fixes beside it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd
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
        "frame.pango.studio(recipe='customer-identity.toml', fixes='customer-identity.fixes')"
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


def test_the_next_studio_says_what_recipe_fixes_and_steps_did(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"customerId": ["1", "2"], "fullName": ["An", "Chi"], "phone": ["123", "0912345678"],
         "gender": ["x", "nam"]}
    )  # fmt: skip
    bench = frame.pango.workbench()
    assert Page(Session(bench)).ask("open")["came"] == {"text": "", "notes": [], "shows": []}
    bench.fix("phone", {"123": "0912345679"})
    bench.fix("gender", {"x": "nữ"})
    bench.save_fixes(tmp_path / "kv.fixes")
    again = frame.pango.workbench(recipe=bench.recipe(), fixes=tmp_path / "kv.fixes")
    page = Page(Session(again))
    came = page.ask("open")["came"]
    assert came["text"] == (
        "1 cell was mended by your fixes file. "
        "1 cell has the value that the recipe, or the call, says."
    )
    assert came["shows"] == [
        {"problem": "phone|cell.fixed_before", "label": "Show phone (1)"},
        {"problem": "gender|cell.fixed", "label": "Show gender (1)"},
    ]
    for one in came["shows"]:
        assert page.ask("values", problem=one["problem"])["total"] == 1
    again.fix("fullName", {"An": "Anh"})
    assert page.ask("open")["came"] is None  # it is no news any more
    steps = again.save(tmp_path / "steps.pango")
    with pytest.warns(UserWarning, match="with another phone_format"):
        opened = frame.pango.workbench(
            recipe=bench.recipe(), fixes=tmp_path / "kv.fixes", phone_format="e164", lang="vi"
        ).open(steps)
    came = Page(Session(opened)).ask("open")["came"]
    assert came["text"].endswith("1 bước đã làm trước đây đã được thực hiện lại.")
    assert came["notes"] == [
        "steps.pango đã được lưu với phone_format khác; "
        "các bước trong tệp được thực hiện theo lựa chọn hiện nay."
    ]
