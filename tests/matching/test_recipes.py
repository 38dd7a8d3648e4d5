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
    assert report.mapping.uncertain == {"Email": ["email"]}
    assert "email" not in report.ready
    assert report.n_ready == 2


def _next_month() -> pd.DataFrame:
    cells = {"Email": ["a@congty.vn", "b@congty.vn"], "Hạng mới": ["A", ""], "Rỗng": ["", ""]}
    return frame().assign(**cells)


def _told(report: pp.Report) -> dict[str, tuple[str, list[int]]]:
    found = report.findings[report.findings["rule"].str.startswith("column.")]
    return {
        field: (str(rows["rule"].iloc[0]), rows["row"].tolist())
        for field, rows in found.groupby("field")
    }


def test_a_new_column_is_told_with_the_field_it_could_be(tmp_path: Path) -> None:
    recipe = frame().pango.validate("customer-identity", mapping=MAPPING).recipe()
    assert _told(frame().pango.validate(recipe=recipe)) == {}
    report = _next_month().pango.validate(recipe=recipe)
    expected = {"Email": ("column.new_field", [0, 1]), "Hạng mới": ("column.new", [0])}
    assert _told(report) == expected
    told = report.findings.query("rule == 'column.new_field'")["message"].iloc[0]
    assert "(email)" in told
    assert "email" not in report.ready
    # In parts, and by the file, as in one frame.
    path = tmp_path / "next.csv"
    _next_month().to_csv(path, index=False)
    scanned = pp.scan(path, rows=1).pango.validate(recipe=recipe)
    assert _told(scanned) == expected
    # The workbench goes on telling, and does not take the column when it reads again.
    bench = report.workbench()
    bench.set(phone_format="e164")
    assert _told(bench.report) == expected
    assert "email" not in bench.report.ready


def test_an_answer_ends_the_question() -> None:
    recipe = frame().pango.validate("customer-identity", mapping=MAPPING).recipe()
    taken = _next_month().pango.validate(recipe=recipe, mapping={"Email": "email"})
    assert taken.ready["email"].tolist() == ["a@congty.vn", "b@congty.vn"]
    assert set(_told(taken)) == {"Hạng mới"}
    left = _next_month().pango.validate(recipe=recipe, mapping={"Email": "", "Hạng mới": ""})
    assert _told(left) == {}
    # A recipe made of the report has decided about what is no field, and still asks about Email.
    again = _next_month().pango.validate(recipe=recipe).recipe()
    assert set(_told(_next_month().pango.validate(recipe=again))) == {"Email"}
    used = _next_month().pango.validate(recipe=recipe, values={"email": "{Email}"})
    assert set(_told(used)) == {"Hạng mới"}


def test_without_a_mapping_no_column_is_new() -> None:
    bare = pp.Recipe(entity="customer-identity")
    data = _next_month().rename(columns={"Liên lạc": "SĐT", "Tên": "Họ tên"})
    report = data.pango.validate(recipe=bare)
    assert _told(report) == {}
    assert "email" in report.ready


def test_a_misnamed_custom_field_is_told_though_it_is_new() -> None:
    recipe = frame().pango.validate("customer-identity", mapping=MAPPING).recipe()
    data = frame().assign(**{"customFieldTexts.customField1": "x"})
    told = _told(data.pango.validate(recipe=recipe))
    assert told == {"customFieldTexts.customField1": ("column.custom_field", [0, 1])}


def test_a_column_that_was_asked_about_is_asked_about_next_month() -> None:
    data = frame().rename(columns={"Ghi chú": "SĐT phụ"}).assign(**{"SĐT phụ": "0912345670"})
    mapping = {"Tên": "fullName", "Liên lạc": "email", "GT": "gender"}
    first = data.pango.validate("customer-identity", mapping=mapping, unreadable="blank")
    assert first.mapping.uncertain == {"SĐT phụ": ["phone"]}
    again = data.pango.validate(recipe=first.recipe())
    assert _told(again) == {"SĐT phụ": ("column.new_field", [0, 1])}
    assert again.ready.equals(first.ready)


def test_an_unanswered_recipe_reads_nothing() -> None:
    open_ = pp.Recipe(
        entity="customer-identity",
        mapping={"Mã KH": "customerId", "Tên": "fullName", "Liên lạc": "phone", "Email": "?"},
    )
    assert '"?" is a question' in open_.to_toml()
    data = _next_month()
    with pytest.raises(RecipeError, match=r"'Email' \(email\).*mapping=\{'Email': 'email'\}"):
        data.pango.validate(recipe=open_)
    for answer in ("email", ""):
        report = data.pango.validate(recipe=open_, mapping={"Email": answer})
        assert ("email" in report.ready) == bool(answer)
        assert "Email" not in _told(report)
    # Another column is the field: what is left of the question is nothing.
    other = data.assign(Thư=["a@congty.vn", "b@congty.vn"])
    assert other.pango.validate(recipe=open_, mapping={"Thư": "email"}).n_ready == 2
    # A column that is asked about and gone is no loss.
    assert data.drop(columns="Email").pango.validate(recipe=open_).n_ready == 2


def test_the_callers_word_wins_over_the_recipe() -> None:
    recipe = frame().pango.validate(
        "customer-identity", mapping=MAPPING, phone_format="e164"
    ).recipe()  # fmt: skip
    report = frame().pango.validate(
        recipe=recipe, phone_format="national", mapping={"Ghi chú": "nickNames"}
    )
    assert report.ready["phone"].tolist() == ["0912345678", "0912345679"]
    assert "nickNames" in report.ready


def test_a_recipe_without_a_source_has_the_line_for_it(tmp_path: Path) -> None:
    for mapping in ({}, {"SĐT": "phone"}):
        path = pp.Recipe(entity="customer-identity", mapping=mapping).save(tmp_path / "crm.toml")
        text = path.read_text(encoding="utf-8")
        assert pp.Recipe.load(path).source == ""
        path.write_text(text.replace('# source = "CRM"', 'source = "POS"'), encoding="utf-8")
        known = pp.Recipe.load(path)
        assert (known.source, dict(known.mapping)) == ("POS", mapping)
        assert "# source" not in known.to_toml()


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
