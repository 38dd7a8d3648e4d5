"""Recipes: what was decided once, kept in a file, used again, never guessed around."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.errors import OptionError, RecipeError

ROWS = {
    "Mã KH": ["C1", "C2"],
    "Tên": ["An", "Chi"],
    "Liên lạc": ["0912345678", "912345679"],
    "GT": ["x", "Nữ"],
    "Ghi chú": ["", "gọi"],
}
MAPPING = {"Tên": "fullName", "Liên lạc": "phone", "GT": "gender"}


def frame() -> pd.DataFrame:
    return pd.DataFrame(ROWS)


def test_a_recipe_does_the_same_again(tmp_path: Path) -> None:
    first = frame().pango.validate(
        "customer-identity", mapping=MAPPING, fixes={"gender": {"x": "male"}},
        phone_format="e164", severity={"phone.lost_zero": "warning"}, ignore=["email.typo"],
    )  # fmt: skip
    path = first.recipe("CRM").save(tmp_path / "crm.toml")
    again = frame().pango.validate(recipe=path)
    pd.testing.assert_frame_equal(again.ready, first.ready)
    pd.testing.assert_frame_equal(again.findings, first.findings)
    assert again.ready["gender"].tolist() == ["male", "female"]
    assert again.recipe("CRM") == first.recipe("CRM")
    assert pp.Recipe.load(path) == first.recipe("CRM")


def test_the_file_is_readable(tmp_path: Path) -> None:
    recipe = frame().pango.validate(
        "customer-identity", mapping=MAPPING, fixes={"gender": {"x": "male"}}, phone_format="e164"
    ).recipe("CRM")  # fmt: skip
    assert recipe.to_toml().split("version", 1)[1] == (
        ' = 1\nentity = "customer-identity"\nsource = "CRM"\n\n'
        '[mapping]\n"Mã KH" = "customerId"\n"Tên" = "fullName"\n"Liên lạc" = "phone"\n'
        'GT = "gender"\n"Ghi chú" = ""\n\n'
        '[options]\nphone_format = "e164"\n\n[fixes.gender]\nx = "male"\n'
    )


def test_a_fix_is_counted_and_leaves_the_caller_alone() -> None:
    data = frame()
    report = data.pango.validate(
        "customer-identity", mapping=MAPPING, fixes={"gender": {"X ": "male"}}
    )
    assert data.equals(frame())
    assert report.findings.query("rule == 'cell.fixed'")["row"].tolist() == [0]


@pytest.mark.parametrize(
    "fixes", [{"gender": "male"}, ["gender"], {"gender": {"x": 1}}, {"dob": {"x": "y"}}]
)
def test_fixes_that_cannot_be_meant_are_refused(fixes: object) -> None:
    with pytest.raises(OptionError, match="fixes"):
        frame().pango.validate("customer-identity", mapping=MAPPING, fixes=fixes)


def test_other_headers_are_said(tmp_path: Path) -> None:
    recipe = frame().pango.validate("customer-identity", mapping=MAPPING).recipe()
    other = frame().rename(columns={"Liên lạc": "Số liên lạc mới"})
    with pytest.raises(RecipeError, match=r"'Liên lạc' is not there; new is 'Số liên lạc mới'"):
        other.pango.validate(recipe=recipe)
    # A column left out on purpose may go; a new one is not guessed at.
    more = frame().drop(columns="Ghi chú").assign(Email=["a@gmail.com", "b@gmail.com"])
    report = more.pango.validate(recipe=recipe)
    assert report.mapping.unclaimed == ["Email"]
    assert report.n_ready == 2


def test_the_callers_word_wins_over_the_recipe() -> None:
    recipe = frame().pango.validate(
        "customer-identity", mapping=MAPPING, phone_format="e164"
    ).recipe()  # fmt: skip
    report = frame().pango.validate(
        recipe=recipe, phone_format="national", mapping={"Ghi chú": "nickNames"}
    )
    assert report.ready["phone"].tolist() == ["0912345678", "0912345679"]
    assert "nickNames" in report.ready


def test_send_takes_source_and_entity_from_the_recipe(tmp_path: Path) -> None:
    recipe = frame().pango.validate("customer-identity", mapping=MAPPING).recipe("CRM")
    with pp.Sandbox() as cdp:
        result = frame().pango.send(client=cdp.client(), recipe=recipe, ledger=tmp_path / "runs.db")
        assert result.counts["accepted"] == 2
        assert cdp.requests["status"].tolist()[-1] == 200


GOOD = "version = 1\nentity = 'customer-identity'\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("version = 1\nentity = ", "is no TOML"),
        ("entity = 'customer-identity'", "version = None"),
        ("version = 2\nentity = 'customer-identity'", "version = 2"),
        ("version = 1", "names no entity"),
        ("version = 1\nentity = 'customers'", "No entity is called 'customers'"),
        (GOOD + "api_key = 'k'", "'api_key'.*Credentials"),
        (GOOD + "mapping = 3", "mapping must be a table"),
        (GOOD + "[options]\ndayfirst = true", "'dayfirst'"),
        (
            "version = 1\nentity = 'customer-identity'\n[options]\nduplicates = 'x'",
            "duplicates='x'",
        ),
        (
            "version = 1\nentity = 'customer-identity'\n[fixes]\ngender = 'x'",
            "fixes must look like",
        ),
        (GOOD + "[reading]\nsheets = 'x'", "'sheets'"),
    ],
)
def test_what_is_wrong_with_a_recipe_is_named(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "crm.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecipeError, match=words) as caught:
        pp.Recipe.load(path)
    assert "crm.toml" in str(caught.value)


def test_a_recipe_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"crm\.toml cannot be read"):
        frame().pango.validate(recipe=tmp_path / "crm.toml")
    with pytest.raises(OptionError, match="recipe must be a path"):
        frame().pango.validate(recipe=3)


def test_a_recipe_outlives_the_day() -> None:
    report = frame().pango.validate("customer-identity", mapping=MAPPING, today=dt.date(2026, 1, 1))
    assert "today" not in report.recipe().to_toml()
