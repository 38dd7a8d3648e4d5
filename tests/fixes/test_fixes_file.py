"""What was fixed once is fixed again, until the source changes; and nobody else can read it."""

from __future__ import annotations

import json
import os
import pickle
import sys
import traceback
from pathlib import Path

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.cli import app
from pangoprep.errors import OptionError
from pangoprep.pipeline import examine
from pangoprep.planning import plan_columns
from tests import forking

SECRETS = ["an@gmial,com", "an@gmail.com", "09x2345671", "0912345671", "C1x", "C100"]


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Mã KH": ["C1", "C2", None, "C4", "C5"],
            "Họ tên": ["An", "Bình", "Chi", "Dũng", "Em"],
            "SĐT": ["09x2345671", "0912345672", "0912345673", "09x2345671", None],
            "Email": ["an@gmial,com", "b@congty.vn", "c@congty.vn", " AN@gmial,com", None],
            "Giới tính": ["x", "nam", "nữ", "x", "nam"],
        }
    )


@pytest.fixture
def fixes(tmp_path: Path) -> Path:
    """A fixes file with a value, and three cells, one of them empty and one a key."""
    path = tmp_path / "kv.fixes"
    file = pp.FixesFile(path)
    assert file.add("customer-identity", {"email": {"an@gmial,com": "an@congty.vn"}}) == 1
    rows = {0: {"phone": "0912345671"}, 2: {"customerId": "C100"}, 4: {"phone": "0912345675"}}
    assert file.add_rows(frame().pango.validate(), rows) == 3
    return path


def mended(report: pp.Report) -> set[tuple[int, str]]:
    found = report.findings.query("rule == 'cell.fixed_before'")
    assert set(found["severity"]) <= {"info"}
    return set(zip(found["row"], found["field"], strict=True))


def test_next_month_the_same_cells_are_mended_and_counted(fixes: Path) -> None:
    report = frame().pango.validate(fixes=fixes)
    assert mended(report) == {
        (0, "phone"), (0, "email"), (2, "customerId"), (3, "email"), (4, "phone"),
    }  # fmt: skip
    cleaned = report.cleaned
    assert cleaned["phone"].fillna("").tolist() == [
        "0912345671", "0912345672", "0912345673", "", "0912345675",  # row 3 is another customer
    ]  # fmt: skip
    assert cleaned["email"].tolist()[0] == cleaned["email"].tolist()[3] == "an@congty.vn"
    assert cleaned["customerId"].tolist()[2] == "C100"
    moved = frame()[::-1].reset_index(drop=True)  # rows in another order, a new one among them
    assert len(mended(moved.pango.validate(fixes=fixes))) == 5


def test_it_ends_when_the_source_changes(fixes: Path) -> None:
    later = frame()
    later.loc[0, "SĐT"] = "0912345699"
    later.loc[4, "SĐT"] = "09y"
    later.loc[2, "Họ tên"] = "Chi Mai"  # known by all its cells, since it has no key
    report = later.pango.validate(fixes=fixes)
    assert mended(report) == {(0, "email"), (3, "email")}
    assert report.cleaned["phone"].tolist()[0] == "0912345699"


def test_a_cells_own_fix_wins_over_what_is_said_of_all_rows(fixes: Path) -> None:
    said = {"phone": {"09x2345671": "0912345699"}, "email": {"an@gmial,com": "other@congty.vn"}}
    report = frame().pango.validate(fixes=said)
    assert report.cleaned["phone"].tolist()[0] == "0912345699"
    file = pp.FixesFile(fixes)
    plan = plan_columns(frame(), None, fixes=said, fixes_file=file)
    both = examine(frame(), plan)
    assert both.cleaned["phone"].fillna("").tolist()[::3] == ["0912345671", "0912345699"]
    assert both.cleaned["email"].tolist()[0] == "other@congty.vn"
    fixed = both.findings.query("rule == 'cell.fixed'")
    assert set(zip(fixed["row"], fixed["field"], strict=True)) == {
        (3, "phone"), (0, "email"), (3, "email"),
    }  # fmt: skip
    assert mended(both) == {(0, "phone"), (2, "customerId"), (4, "phone")}


def test_what_the_caller_says_now_wins_over_values_of_before(fixes: Path) -> None:
    recipe = frame().pango.validate(
        fixes={"email": {"an@gmial,com": "other@congty.vn"}, "gender": {"x": "male"}}
    ).recipe()  # fmt: skip
    report = frame().pango.validate(recipe=recipe, fixes=fixes)
    assert mended(report) == {(0, "phone"), (2, "customerId"), (4, "phone")}
    assert report.cleaned["email"].tolist()[0] == "other@congty.vn"


def test_a_cell_can_be_emptied(tmp_path: Path) -> None:
    file = pp.FixesFile(tmp_path / "a.fixes")
    file.add("customer-identity", {"email": {"b@congty.vn": None}})
    assert frame().pango.validate(fixes=file).cleaned["email"].isna().tolist()[1]


def test_nothing_of_it_can_be_read(fixes: Path) -> None:
    key = fixes.with_name("kv.fixes.key")
    text = fixes.read_text("utf-8")
    assert not [secret for secret in SECRETS if secret in text]
    assert not [one for one in ("an@congty.vn", "0912345675") if one in text]
    if os.name == "posix":
        assert [path.stat().st_mode & 0o777 for path in (fixes, key)] == [0o600, 0o600]
    file = pp.FixesFile(fixes)
    assert repr(file) == "<FixesFile kv.fixes: 4 fixes>"
    assert file.counts().values.tolist() == [
        ["customer-identity", "customerId", "cell", 1],
        ["customer-identity", "email", "value", 1],
        ["customer-identity", "phone", "cell", 2],
    ]
    # What is found by a hash alone cannot be found without the key.
    other = fixes.with_name("other.fixes")
    pp.FixesFile(other).add("customer-identity", {"email": {"an@gmial,com": "an@congty.vn"}})
    hashes = [
        {json.loads(line)["found_by"] for line in path.read_text().splitlines()[1:]}
        for path in (fixes, other)
    ]
    assert hashes[0].isdisjoint(hashes[1])


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda path: path.unlink(), "is gone, but its key"),
        (lambda path: path.with_name("kv.fixes.key").unlink(), "key .* cannot be used"),
        (lambda path: path.with_name("kv.fixes.key").write_bytes(b"x" * 32), "another key"),
        (lambda path: path.with_name("kv.fixes.key").write_bytes(b"x"), "wrong length"),
        (lambda path: path.write_text("a,b\n1,2\n"), "is no fixes file"),
        (lambda path: path.write_text(path.read_text()[:-40]), "is damaged in line 5"),
        (lambda path: path.write_text(path.read_text().replace(" 1,", " 9,")), "version 9"),
    ],
)
def test_a_file_that_cannot_be_used_is_said(fixes: Path, damage: object, words: str) -> None:
    damage(fixes)  # type: ignore[operator]
    with pytest.raises(OptionError, match=words) as caught:
        frame().pango.validate(fixes=fixes)
    told = "".join(traceback.format_exception(caught.value))
    assert not [secret for secret in SECRETS if secret in told]


def test_a_value_that_was_changed_in_the_file_is_refused(fixes: Path) -> None:
    head, first, *rest = fixes.read_text("utf-8").splitlines()
    fix = json.loads(first)
    fix["new"] = fix["new"][:-4] + "AAA="
    fixes.write_text("\n".join([head, json.dumps(fix), *rest]) + "\n", "utf-8")
    with pytest.raises(OptionError, match="changed or cut"):
        frame().pango.validate(fixes=fixes)


def test_no_such_file_and_wrong_fixes_are_said(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"no fixes file 'none\.fixes'"):
        frame().pango.validate(fixes=tmp_path / "none.fixes")
    file = pp.FixesFile(tmp_path / "a.fixes")
    report = frame().pango.validate()
    for changes in ({9: {"phone": "1"}}, {0: {"nope": "1"}}, {0: {"phone": 5}}):
        with pytest.raises(OptionError, match=r"changes|text"):
            file.add_rows(report, changes)
    with pytest.raises(OptionError, match="belongs to one row"):
        file.add("customer-identity", {"email": {" ": "x"}})
    assert not (tmp_path / "a.fixes").exists()


def test_fixes_of_two_processes_are_both_kept(fixes: Path) -> None:
    one, other = pp.FixesFile(fixes), pp.FixesFile(fixes)
    one.add("customer-identity", {"email": {"1@x": "a@congty.vn"}})
    other.add("customer-identity", {"email": {"2@x": "b@congty.vn"}})
    assert len(pp.FixesFile(fixes)) == 6


def test_equal_for_a_frame_parts_dask_and_a_bundle(fixes: Path, tmp_path: Path) -> None:
    dd = pytest.importorskip("dask.dataframe")
    whole = frame().pango.validate(fixes=fixes)
    path = tmp_path / "a.csv"
    frame().to_csv(path, index=False)
    parts = pp.scan(path, rows=2).pango.validate(fixes=fixes)
    ddf = dd.from_pandas(frame(), npartitions=3)
    dask = ddf.pango.validate(fixes=fixes, folder=tmp_path / "report")
    bundle = pp.validate_all({"customer-identity": frame()}, fixes=fixes)["customer-identity"]
    columns = ["row", "field", "rule", "severity", "value"]
    for other in (parts.findings, dask.findings.compute(), bundle.findings):
        pd.testing.assert_frame_equal(
            whole.findings[columns].astype(str), other[columns].astype(str).reset_index(drop=True)
        )
    pd.testing.assert_frame_equal(
        pp.clean(frame(), fixes=fixes).reset_index(drop=True), whole.cleaned.reset_index(drop=True)
    )


def test_a_bundle_takes_fixes_by_frame_and_refuses_others() -> None:
    frames = {"customer-identity": frame()}
    told = pp.validate_all(frames, fixes={"customer-identity": {"gender": {"x": "male"}}})
    assert told["customer-identity"].cleaned["gender"].tolist()[0] == "male"
    with pytest.raises(OptionError, match="name frames of this bundle"):
        pp.validate_all(frames, fixes={"gender": {"x": "male"}})


def test_it_travels_to_workers_and_stays_private(fixes: Path) -> None:
    file = pickle.loads(pickle.dumps(pp.FixesFile(fixes)))
    assert mended(frame().pango.validate(fixes=file))
    assert "an@" not in repr(vars(file))


# Recipes


def test_a_recipe_holds_words_and_never_fixes_of_personal_fields(tmp_path: Path) -> None:
    said = {"email": {"an@gmial,com": "an@gmail.com"}, "gender": {"x": "male"}}
    first = frame().pango.validate(fixes=said)
    recipe = first.recipe("CRM")
    assert not [secret for secret in SECRETS if secret in recipe.to_toml() + repr(recipe)]
    path = recipe.save(tmp_path / "kv.toml")
    assert 'x = "male"' in path.read_text("utf-8")
    assert {"kv.fixes", "kv.fixes.key", "kv.toml"} <= {one.name for one in tmp_path.iterdir()}
    again = frame().pango.validate(recipe=path, fixes=tmp_path / "kv.fixes")
    pd.testing.assert_frame_equal(again.cleaned, first.cleaned)
    # What was fixed before goes on being fixed, and is in no recipe.
    assert again.recipe().fixes == {"gender": {"x": "male"}}


OLD = """\
# our own note
version = 1
entity = "customer-identity"

[fixes.email]  # by hand
"an@gmial,com" = "an@gmail.com"

[fixes.gender]
x = "male"
"""


def test_a_recipe_of_before_still_opens_and_says_how_to_move_them(tmp_path: Path) -> None:
    path = tmp_path / "old.toml"
    path.write_text(OLD, "utf-8")
    with pytest.warns(UserWarning, match=r"email: 1.*pangoprep move-fixes old\.toml") as told:
        report = frame().pango.validate(recipe=path)
    assert report.findings.query("field == 'email' and rule == 'cell.fixed'")["row"].tolist() == [
        0, 3,
    ]  # fmt: skip
    assert "gmial" not in str(told[0].message)


def test_moving_fixes_keeps_what_people_wrote(tmp_path: Path) -> None:
    path = tmp_path / "old.toml"
    path.write_text(OLD, "utf-8")
    command = [sys.executable, "-m", "pangoprep"]
    done = forking.run([*command, "move-fixes", path], check=True)
    assert "Moved 1 fix of email into old.fixes" in done.stderr
    text = path.read_text("utf-8")
    assert "gmail" not in text
    assert text.startswith("# our own note")
    assert 'x = "male"' in text
    data = tmp_path / "a.csv"
    frame().to_csv(data, index=False)
    using = ["--recipe", path, "--fixes", tmp_path / "old.fixes"]
    run = forking.run([*command, "validate", data, *using, "--json"])
    assert run.returncode == 1, run.stderr
    found = {(one["rule"], one["field"]): one["rows"] for one in json.loads(run.stdout)["findings"]}
    assert found["cell.fixed_before", "email"] == 2
    again = forking.run([*command, "move-fixes", path], check=True)
    assert "holds no fixes of personal fields" in again.stderr


def test_an_old_recipe_on_the_command_line_is_a_note(tmp_path: Path) -> None:
    assert app is not None
    path, data = tmp_path / "old.toml", tmp_path / "a.csv"
    path.write_text(OLD, "utf-8")
    frame().to_csv(data, index=False)
    run = forking.run([sys.executable, "-m", "pangoprep", "validate", data, "--recipe", path])
    assert "Note: old.toml holds fixes of personal fields" in run.stderr
    assert "recipes.py" not in run.stderr


@pytest.mark.parametrize("command", [["map", "--out"], ["validate", "--save-recipe"]])
def test_a_recipe_made_of_an_old_one_loses_no_fix(tmp_path: Path, command: list[str]) -> None:
    old, new, data = (tmp_path / name for name in ("old.toml", "new.toml", "a.csv"))
    old.write_text(OLD, "utf-8")
    frame().to_csv(data, index=False)
    name, option = command
    run = forking.run([sys.executable, "-m", "pangoprep", name, data, "--recipe", old, option, new])
    assert run.returncode in (0, 1), run.stderr
    assert "new.fixes: give --fixes with the recipe" in run.stderr
    assert "gmail" not in new.read_text("utf-8")
    assert len(pp.FixesFile(tmp_path / "new.fixes")) == 1


def test_a_resumed_run_needs_the_same_fixes(fixes: Path, tmp_path: Path) -> None:
    reading = frame().pango.validate(fixes=fixes).reading
    assert set(reading["fixes"]) == {"fixes file"}
    before = reading["fixes"]
    pp.FixesFile(fixes).add("customer-identity", {"email": {"q@x": "q@congty.vn"}})
    assert frame().pango.validate(fixes=fixes).reading["fixes"] != before
