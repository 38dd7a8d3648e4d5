"""What a workbench leaves: representations, a script, a session, a recipe."""

from __future__ import annotations

import datetime as dt
import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pangoprep as pp
from tests import forking
from tests.workbench.frames import ACTIONS, MESSY, assert_same, bench_of, frame_of


def test_no_representation_holds_a_personal_value() -> None:
    bench = bench_of(phone=["123987", "0912345678"], gender=["x", "nam"])
    told = repr(bench.fix("phone", {"123987": "0987654321"})) + repr(bench.steps)
    told += repr(bench.fix_rows({0: {"fullName": "Bí Mật"}})) + bench.steps.to_string()
    told += repr(bench) + bench._repr_html_() + repr(bench.report)
    for secret in ("123987", "0987654321", "Bí Mật"):
        assert secret not in told
    assert "bench.fix('gender', {'x': 'male'})" in repr(bench.fix("gender", {"x": "male"}))


def test_the_script_does_the_same_from_the_file(messy: pd.DataFrame, tmp_path: Path) -> None:
    bench = messy.pango.workbench(gender_codes={"N": "female"})
    for action in ("fix", "fix_rows", "accept", "blank", "replace", "set", "constants"):
        ACTIONS[action](bench)
    (tmp_path / "customers_messy.csv").write_bytes(MESSY.read_bytes())
    done = forking.run([sys.executable, "-c", bench.code()], cwd=tmp_path)
    assert done.stderr == ""
    assert done.stdout.strip() == bench.report.headline


def test_the_script_says_the_same_next_month() -> None:
    today = dt.date(2020, 6, 30)
    frame = frame_of(dob=["01/01/2021", "31/12/1990"])
    bench = frame.pango.workbench("customer-identity", today=today)
    bench.set(today=dt.date(2020, 7, 1))
    scope: dict[str, Any] = {"frame": frame}
    exec(bench.code(), scope)
    assert_same(scope["report"], bench.report)
    assert scope["report"].n_held == 1
    usual = frame.pango.workbench("customer-identity").code()
    assert f"today={dt.date.today()!r}" in usual


def test_a_session_keeps_options_of_every_kind(tmp_path: Path) -> None:
    frame = frame_of(dob=["01/01/2021", "31/12/1990"]).rename(columns={"dob": 5})
    bench = frame.pango.workbench("customer-identity", mapping={5: "dob"})
    bench.set(today=dt.date(2020, 6, 30), timezone_gmt=np.int64(8), ignore={"date.future"})
    bench.map(5, "")
    bench.map(5, "dob")
    again = frame.pango.workbench("customer-identity", mapping={5: "dob"})
    again.open(bench.save(tmp_path / "steps.pango"))
    assert_same(again.report, bench.report)
    assert again.report.options == bench.report.options


def test_the_recipe_keeps_words_and_no_customers(messy: pd.DataFrame) -> None:
    bench = messy.pango.workbench()
    bench.fix("gender", {"x": "Nữ"})
    bench.fix("gender", {"Nữ": "female"})
    bench.accept("email.typo", "email")
    bench.fix_rows({3: {"maritalStatus": "single"}})
    bench.set(duplicates="first")
    recipe = bench.recipe("CRM")
    assert recipe.fixes == {"gender": {"x": "female", "Nữ": "female"}}
    assert recipe.options["duplicates"] == "first"
    assert "@" not in recipe.to_toml()
    again = messy.pango.validate(recipe=recipe)
    assert "gender.unknown" in set(again.summary()["rule"])  # N is still nobody's word
    assert "x" not in set(again.reveal().query("rule == 'gender.unknown'")["value"])


def test_a_word_with_a_phone_number_or_an_email_is_no_word_of_the_recipe(tmp_path: Path) -> None:
    groups = ["Gold", "VIP chị Lan 0912 345 678", "vip lan@x.vn", "893456789012", "vàg", "Gold"]
    frame = frame_of(phone=["0912345678"] * 6).assign(customerGroup=groups)
    bench = frame.pango.workbench("customer-identity")
    bench.fix("customerGroup", dict.fromkeys(groups[1:5], "Vàng"))
    assert bench.save_fixes(tmp_path / "a.fixes") == 2
    bench.recipe().save(tmp_path / "a.toml")
    words = {"customerGroup": {"893456789012": "Vàng", "vàg": "Vàng"}}
    assert pp.Recipe.load(tmp_path / "a.toml").fixes == words
    again = frame.pango.validate(recipe=tmp_path / "a.toml", fixes=tmp_path / "a.fixes")
    assert again.ready["customerGroup"].tolist() == ["Gold", *["Vàng"] * 4, "Gold"]
    given = frame.pango.validate(fixes={"customerGroup": dict.fromkeys(groups[1:5], "Vàng")})
    given.recipe().save(tmp_path / "b.toml")
    assert pp.Recipe.load(tmp_path / "b.toml").fixes == words
    assert len(pp.FixesFile(tmp_path / "b.fixes")) == 2


def test_a_session_is_saved_for_its_owner_and_opened_on_the_same_rows(
    messy: pd.DataFrame, tmp_path: Path
) -> None:
    bench = messy.pango.workbench()
    for action in ACTIONS.values():
        action(bench)
    bench.leave_out([10, 20], reason="test")
    path = bench.save(tmp_path / "fixing.pango")
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = pp.read(MESSY).pango.workbench().open(path)
    assert_same(again.report, bench.report)
    assert again.code() == bench.code()
    with pytest.raises(pp.UsageError, match="before the first step"):
        again.open(path)
    with pytest.raises(pp.UsageError, match="with other rows"):
        messy.iloc[1:].pango.workbench().open(path)
    changed = messy.copy()
    changed.iloc[3, 0] = "C-other"
    with pytest.raises(pp.UsageError, match=f"with other cells in these {len(messy):,} rows"):
        changed.pango.workbench().open(path)
    (tmp_path / "other").write_text("{}")
    for name, words in (("other", "no session"), ("absent", "cannot be read")):
        with pytest.raises(pp.UsageError, match=words):
            messy.pango.workbench().open(tmp_path / name)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda told: told.pop("frame"), "no session"),
        (lambda told: told.pop("steps"), "no session"),
        (lambda told: told.update(rows="x"), "no session"),
        (lambda told: told.update(steps="abc"), "no session"),
        (lambda told: told["steps"][1].pop("arguments"), "no session"),
        (lambda told: told["steps"][1].update(left_out=[[1, 2, 3]]), "no session"),
        (lambda told: told["steps"][1].update(left_out=[[99, "x"]]), "rows 0 to 1"),
    ],
)
def test_of_a_damaged_session_no_step_is_taken(damage: Any, words: str, tmp_path: Path) -> None:
    frame = frame_of(phone=["123", "0912345678"])
    bench = frame.pango.workbench("customer-identity")
    bench.fix("phone", {"123": "0912345699"})
    bench.leave_out([1])
    told = json.loads(bench.save(tmp_path / "fixing.pango").read_text())
    damage(told)
    (tmp_path / "fixing.pango").write_text(json.dumps(told))
    again = frame.pango.workbench("customer-identity")
    with pytest.raises(pp.UsageError, match=words):
        again.open(tmp_path / "fixing.pango")
    assert again.steps.empty
    assert again.report.n_held == 1


@pytest.mark.skipif(pd.__version__ < "3", reason="a shallow copy of pandas 2 shares its cells")
def test_what_the_caller_does_to_the_frame_later_changes_no_report() -> None:
    frame = frame_of(phone=["123", "0912345678", "9"])
    bench = frame.pango.workbench("customer-identity")
    report = frame.pango.validate("customer-identity")
    frame.loc[0, "phone"] = "0999888777"
    frame["email"] = "x"
    del frame["fullName"]
    assert report.held["phone"].tolist() == ["123", "9"]
    assert bench.fix("phone", {"123": "0912345699"}).n_freed == 1
    assert bench.frame["phone"].tolist() == ["0912345699", "0912345678", "9"]
    bench.undo()
    assert bench.report.held["fullName"].notna().all()


def test_a_report_opens_one_and_a_report_of_parts_says_why_not(tmp_path: Path) -> None:
    report = frame_of(phone=["123", "0912345678"]).pango.validate("customer-identity")
    assert report.workbench().fix("phone", {"123": "0912345699"}).n_freed == 1
    frame_of(phone=["123", "0912345678"]).to_csv(tmp_path / "a.csv", index=False)
    parts = pp.scan(tmp_path / "a.csv").pango.validate("customer-identity")
    with pytest.raises(pp.UsageError, match="in memory"):
        parts.workbench()


def test_similar_spellings_come_with_fixes() -> None:
    bench = bench_of(customerGroup=["Khách VIP", "khach vip", "Khách VIP", "Thường", "Thường"])
    (cluster, *_) = bench.cluster("customerGroup")
    bench.fix("customerGroup", cluster.fixes)
    assert set(bench.frame["customerGroup"]) == {"Khách VIP", "Thường"}
