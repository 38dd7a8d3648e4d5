"""Options: what cannot be meant ends here, and not in the data."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pangoprep.entities import CustomerIdentity
from pangoprep.errors import OptionError, PangoprepError
from pangoprep.options import Options, make_options


def test_the_defaults_are_those_of_the_readme() -> None:
    options = Options(today=dt.date(2026, 11, 21))
    assert dataclasses.asdict(options) == {
        "timezone_gmt": 7,
        "day_first": True,
        "excel_1904": False,
        "decimal_mark": None,
        "phone_region": "VN",
        "phone_format": "national",
        "gender_codes": {},
        "addresses": "suggest",
        "unreadable": "hold",
        "duplicates": "last",
        "severity": {},
        "ignore": (),
        "lang": "en",
        "today": dt.date(2026, 11, 21),
    }


def test_today_is_the_day_of_the_call() -> None:
    before = dt.date.today()
    assert before <= Options().today <= dt.date.today()


def test_a_model_reads_cells_on_the_day_and_in_the_language_of_the_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    long_ago = dt.date(2020, 2, 29)

    class Later(CustomerIdentity, options=Options(timezone_gmt=9)):
        """Made long ago, in a session that is still open."""

    class Pinned(CustomerIdentity, options=Options(today=long_ago, lang="en")):
        """Says both."""

    object.__setattr__(Later._declared.options, "today", long_ago)
    monkeypatch.setenv("PANGOPREP_LANG", "vi")
    for options in (Later.options, pickle.loads(pickle.dumps(Later.options)).as_of_now()):
        assert options.today >= dt.date(2026, 11, 21)
        assert (options.lang, options.timezone_gmt) == ("vi", 9)
    assert (Pinned.options.today, Pinned.options.lang) == (long_ago, "en")
    assert CustomerIdentity.options.lang == "vi"
    frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["912345678"]})
    assert repr(frame.pango.validate()).startswith("<Báo cáo")
    assert repr(frame.pango.validate(Pinned)).startswith("<Report")


@pytest.mark.parametrize("zone", [-12, 0, 7, 14, np.int64(-5), np.int8(9)])
def test_whole_hours_will_do_also_as_a_cell_of_a_column(zone: Any) -> None:
    taken = Options(timezone_gmt=zone).timezone_gmt
    assert taken == zone
    assert type(taken) is int


@pytest.mark.parametrize("answer", [True, False, np.True_])
def test_a_truth_of_numpy_is_one_too(answer: Any) -> None:
    assert Options(day_first=answer).day_first is bool(answer)
    assert Options(excel_1904=answer).excel_1904 is bool(answer)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("timezone_gmt", zone) for zone in (15, -13, 7.0, 7.5, "7", True, None, np.nan, [7])],
        *[("day_first", answer) for answer in (1, 0, "yes", None, [])],
        *[("excel_1904", answer) for answer in (1, 1904, "1904", None)],
        *[("phone_region", code) for code in ("XX", "vn", "VNM", "", None, 84, ["VN"])],
        *[("phone_format", form) for form in ("E164", "international", None, [], {})],
        *[("addresses", word) for word in (2025, "2026", "new", None, [])],
        *[("unreadable", word) for word in ("drop", "HOLD", None, [])],
        *[("duplicates", word) for word in ("all", False, None, np.array(["last"]))],
        *[("today", day) for day in ("2026-11-21", dt.datetime(2026, 11, 21), "", 2026)],
        *[
            ("severity", given)
            for given in (["email.typo"], "x", {"email.typo": "fatal"}, {1: "info"})
        ],
        *[("severity", {rule: "info"}) for rule in ("required.missing", "duplicate.key")],
        *[
            ("ignore", given)
            for given in ("email.typo", None, 1, {"email.typo": 1}, [["email.typo"]])
        ],
        *[
            ("ignore", [rule])
            for rule in ("email.typos", "required.any_of", "duplicate.superseded")
        ],
        *[("gender_codes", codes) for codes in ([1], "ab", {"0": "f"}, {0: None}, {0: ["male"]})],
    ],
    ids=repr,
)
def test_a_value_that_cannot_be_meant_is_refused(name: str, value: Any) -> None:
    with pytest.raises(OptionError, match=name) as caught:
        make_options({name: value})
    assert isinstance(caught.value, (PangoprepError, ValueError))
    assert "\n" not in str(caught.value)


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(OptionError, match="Unknown option 'timezone'") as caught:
        make_options({"timezone": 7})
    assert all(field.name in str(caught.value) for field in dataclasses.fields(Options))


def test_codes_are_kept_as_text_apart_from_the_callers_dictionary() -> None:
    codes: Any = {0: "female", "1": "male"}
    options = Options(gender_codes=codes)
    codes[0] = "undefined"
    assert options.gender_codes == {"0": "female", "1": "male"}


def test_a_rule_that_does_not_exist_is_told_with_the_nearest_that_does() -> None:
    with pytest.raises(OptionError, match=r"no rule 'email.typos'\. Did you mean 'email.typo'"):
        make_options({"severity": {"email.typos": "error"}})


def test_options_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Options().timezone_gmt = 8  # type: ignore[misc]


@pytest.mark.parametrize("again", [copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))])
def test_options_travel_to_other_processes(again: Any) -> None:
    options = Options(gender_codes={"0": "female"}, timezone_gmt=-3, unreadable="blank")
    assert again(options) == options
    assert hash(again(options)) == hash(options)


def test_one_option_can_be_changed_in_a_copy() -> None:
    options = Options(gender_codes={"0": "female"})
    changed = dataclasses.replace(options, duplicates="hold")
    assert (changed.duplicates, changed.gender_codes) == ("hold", {"0": "female"})
