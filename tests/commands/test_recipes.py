"""Recipes on the command line: what is asked stays asked, and what is new is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

HEAD = "Mã KH,Họ tên,Email,SĐT phụ,Ghi chú\n"
ROW = "1,An,an@congty.vn,0912345678,x\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "crm.csv"
    path.write_text(HEAD + ROW, encoding="utf-8")
    return path


def test_a_column_that_is_asked_about_is_written_as_a_question(
    run: Run, file: Path, tmp_path: Path
) -> None:
    recipe = tmp_path / "crm.toml"
    assert run("map", file, "--out", recipe).returncode == 0
    text = recipe.read_text(encoding="utf-8")
    assert '"SĐT phụ" = "?"  # phone or customFieldTexts.customField01\n' in text
    assert '"Ghi chú" = ""  # or customFieldTexts.customField02\n' in text
    for command in ("validate", "send"):
        more = ["--sandbox", "--source", "CRM"] if command == "send" else []
        refused = run(command, file, "--recipe", recipe, *more)
        assert refused.returncode == 2
        assert "'SĐT phụ' (phone)" in refused.stderr
        assert '--map "SĐT phụ=phone"' in refused.stderr
    taken = run("validate", file, "--recipe", recipe, "--map", "SĐT phụ=phone", "--json")
    assert taken.returncode == 0
    recipe.write_text(text.replace('"?"', '""'), encoding="utf-8")
    left = run("validate", file, "--recipe", recipe)
    assert left.returncode == 0
    assert "No findings" in left.stdout


def test_a_recipe_that_is_there_is_written_over_only_if_it_was_taken(
    run: Run, file: Path, tmp_path: Path
) -> None:
    recipe = tmp_path / "crm.toml"
    assert run("map", file, "--out", recipe).returncode == 0
    asked = recipe.read_text(encoding="utf-8")
    answered = asked.replace('"?"', '""').replace("version = 1", 'version = 1\nsource = "CRM"')
    recipe.write_text(answered, encoding="utf-8")
    refused = run("map", file, "--out", recipe)
    assert refused.returncode == 2
    assert "'crm.toml' is there already" in refused.stderr
    assert recipe.read_text(encoding="utf-8") == answered
    assert run("map", file, "--recipe", recipe, "--out", recipe).returncode == 0
    text = recipe.read_text(encoding="utf-8")
    assert 'source = "CRM"' in text
    assert '"SĐT phụ" = ""' in text


def test_columns_with_the_same_right_to_a_field_are_questions(run: Run, tmp_path: Path) -> None:
    file, recipe = tmp_path / "two.csv", tmp_path / "two.toml"
    file.write_text("Mã KH,Họ tên,SĐT,Mobile\n1,An,0912345678,0912345679\n", encoding="utf-8")
    assert run("map", file, "--out", recipe).returncode == 0
    text = recipe.read_text(encoding="utf-8")
    assert 'Mobile = "?"  # phone or customFieldTexts.customField02\n' in text
    assert '"SĐT" = "?"  # phone or customFieldTexts.customField01\n' in text
    assert run("validate", file, "--recipe", recipe).returncode == 2
    # With one of them answered there is no question left of the other.
    assert run("validate", file, "--recipe", recipe, "--map", "Mobile=phone").returncode == 0


def test_a_new_column_is_told(run: Run, run_json: Run, file: Path, tmp_path: Path) -> None:
    recipe, later = tmp_path / "crm.toml", tmp_path / "later.csv"
    named = ["--map", "SĐT phụ=", "--save-recipe", recipe]
    assert run("validate", file, *named).returncode == 0
    later.write_text(
        HEAD.strip() + ",SĐT,Hạng mới\n" + ROW.strip() + ",0912345679,Vàng\n", encoding="utf-8"
    )
    for more in ([], ["--rows-at-once", "1"]):
        code, told = run_json("validate", later, "--recipe", recipe, *more)
        assert code == 0
        found = {(one["rule"], one["field"], one["rows"]) for one in told["findings"]}
        assert found == {("column.new_field", "SĐT", 1), ("column.new", "Hạng mới", 1)}
    said = run("validate", later, "--recipe", recipe).stdout
    assert "No findings" not in said
    assert "Asked: 'SĐT' could be phone" in said
    assert "--map SĐT=phone" in said
    strict = run("validate", later, "--recipe", recipe, "--fail-on", "column.new_field")
    assert strict.returncode == 1
    # map looks at it anew, and takes it.
    assert run("map", later, "--recipe", recipe, "--out", recipe).returncode == 0
    text = recipe.read_text(encoding="utf-8")
    assert '"SĐT" = "phone"' in text
    assert '"SĐT phụ" = ""' in text
