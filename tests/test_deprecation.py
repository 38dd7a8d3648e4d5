"""What goes away warns for one version and names its successor, and then ends with an error."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep import deprecation
from pangoprep.deprecation import Renamed

ROOT = Path(__file__).parents[1]
FRAME = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["912345678"]})


def warned(told: list[warnings.WarningMessage]) -> list[tuple[str, str]]:
    return [(str(one.message), Path(one.filename).name) for one in told]


def test_an_attribute_that_goes_away_names_its_successor() -> None:
    report = FRAME.pango.validate()
    with pytest.warns(DeprecationWarning, match="since") as told:
        assert report.evidence is report.examined
    assert warned([*told]) == [
        ("report.evidence is report.examined since 0.2.", Path(__file__).name)
    ]


@pytest.fixture
def renamed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(deprecation.OPTIONS, "tz", Renamed("timezone_gmt", "0.9"))
    monkeypatch.setitem(deprecation.OPTIONS, "lone", Renamed("duplicates", "0.8", ended=True))
    monkeypatch.setitem(deprecation.EXPORTS, "load", Renamed("read", "0.9"))
    monkeypatch.setitem(deprecation.EXPORTS, "fetch", Renamed("scan", "0.8", ended=True))


@pytest.mark.usefixtures("renamed")
def test_an_old_option_works_and_warns_where_it_is_written() -> None:
    told = ("The option tz is timezone_gmt since 0.9.", Path(__file__).name)
    with pytest.warns(DeprecationWarning, match="since") as first:
        assert FRAME.pango.validate(tz=0).options.timezone_gmt == 0
    with pytest.warns(DeprecationWarning, match="since") as second:
        report = pp.validate(FRAME, tz=0)  # type: ignore[call-arg]
    assert warned([*first]) == warned([*second]) == [told]
    assert report.options.timezone_gmt == 0
    with pytest.raises(pp.UsageError, match="tz is timezone_gmt now; give one of them"):
        FRAME.pango.validate(tz=0, timezone_gmt=0)


@pytest.mark.usefixtures("renamed")
def test_it_is_said_in_the_readers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANGOPREP_LANG", "vi")
    with pytest.warns(DeprecationWarning, match=r"Từ 0\.9, tùy chọn tz có tên là timezone_gmt\."):
        FRAME.pango.validate(tz=0)
    with pytest.warns(DeprecationWarning, match=r"Từ 0\.9, pp\.load có tên là pp\.read\."):
        assert pp.load is pp.read


@pytest.mark.usefixtures("renamed")
def test_a_recipe_with_an_old_option_still_opens(tmp_path: Path) -> None:
    FRAME.pango.validate(timezone_gmt=3).recipe().save(tmp_path / "r.toml")
    text = (tmp_path / "r.toml").read_text("utf-8").replace("timezone_gmt", "tz")
    (tmp_path / "r.toml").write_text(text, "utf-8")
    with pytest.warns(DeprecationWarning, match="since 0.9"):
        report = FRAME.pango.validate(recipe=tmp_path / "r.toml")
    assert report.options.timezone_gmt == 3


@pytest.mark.usefixtures("renamed")
def test_what_has_ended_says_what_to_write() -> None:
    with pytest.raises(pp.UsageError, match=r"lone is duplicates since 0\.8"):
        FRAME.pango.validate(lone="last")
    with pytest.raises(AttributeError, match=r"pp\.fetch is pp\.scan since 0\.8"):
        pp.fetch  # noqa: B018


@pytest.mark.usefixtures("renamed")
def test_an_old_name_of_the_package_is_the_new_one() -> None:
    with pytest.warns(DeprecationWarning, match=re.escape("pp.load is pp.read since 0.9.")):
        assert pp.load is pp.read
    assert not hasattr(pp, "never_was")


def test_successors_are_there() -> None:
    for renamed in deprecation.EXPORTS.values():
        assert renamed.new in pp.__all__
    for old, renamed in deprecation.OPTIONS.items():
        assert old != renamed.new not in deprecation.OPTIONS


def test_the_policy_says_what_the_code_does() -> None:
    policy = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert "pangoprep/deprecation.py" in policy
    assert "`DeprecationWarning`" in policy
