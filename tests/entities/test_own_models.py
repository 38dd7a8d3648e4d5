"""Models of the caller's own: what they add to ours, and what stays Pandera's."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from pandera.errors import (
    SchemaWarning,
)
from pandera.typing import Index

import pangoprep as pp
from pangoprep.errors import CheckError
from pangoprep.pipeline import prepare
from tests.entities.test_pandera import Dropping, Strict, bad_frame, good_frame, refusal


class Vip(pp.CustomerIdentity, options=pp.Options(phone_format="e164", duplicates="hold")):
    """Declares a field anew, adds a column, and checks of every kind."""

    phone: str = pa.Field(str_startswith="+849")
    score: float = pa.Field(ge=0, coerce=True)

    @pa.check("fullName", name="long enough")
    @classmethod
    def long_enough(cls, names: Any) -> Any:
        return names.str.len() > 1

    @pa.check("fullName", element_wise=True, name="no digits")
    @classmethod
    def no_digits(cls, name: str) -> bool:
        return not any(letter.isdigit() for letter in name)

    @pa.dataframe_check(name="score fits")
    @classmethod
    def score_fits(cls, frame: Any) -> Any:
        return (frame["score"] < 10) | (frame["fullName"] == "Boss")


def vip_frame(**change: Any) -> pd.DataFrame:
    row: dict[str, Any] = {"customerId": "C1", "fullName": "An", "phone": "912345678", "score": 5}
    other = row | {"customerId": "C2"}
    return pd.DataFrame([other | change, row], index=["a", "a"])


VIP_CASES = [
    ({}, None),
    ({"phone": None, "email": "a@b.vn"}, ("phone", "required.missing")),
    ({"phone": "02838123456"}, ("phone", "str_startswith('+849')")),
    ({"fullName": "A"}, ("fullName", "long enough")),
    ({"fullName": "An7"}, ("fullName", "no digits")),
    ({"score": 11}, ("Vip", "score fits")),
    ({"score": 11, "fullName": "Boss"}, None),
    ({"score": -1}, ("score", "greater_than_or_equal_to(0)")),
    ({"score": None, "fullName": "Boss"}, ("score", "required.missing")),
]


@pytest.mark.parametrize(("change", "failure"), VIP_CASES)
def test_the_callers_checks_hold_the_row(
    change: dict[str, Any], failure: tuple[str, str] | None
) -> None:
    frame = vip_frame(**change)
    report = prepare(frame, Vip)
    if failure is None:
        assert report.ok
        assert Vip.validate(frame)["phone"].to_list() == ["+84912345678"] * 2
        return
    cases = refusal(Vip, frame, lazy=True).failure_cases
    assert list(zip(cases["column"], cases["check"], strict=True)) == [failure]
    assert cases["index"].to_list() == ["a"]
    assert report.ready_rows.tolist() == [1]
    assert refusal(Vip, frame).column_name == failure[0]


def test_the_message_of_an_own_check_names_it() -> None:
    found = prepare(vip_frame(fullName="A"), Vip).findings
    message = found.loc[found["rule"] == "check.failed", "message"].item()
    assert message == (
        "A check of the model does not hold (long enough). Correct the value or the check."
    )


def test_class_keywords_change_how_cells_are_read() -> None:
    frame = vip_frame(customerId="C1")
    report = prepare(frame, Vip)
    assert report.options == Vip.options
    assert report.n_held == 2
    cases = refusal(Vip, frame, lazy=True).failure_cases
    assert cases["check"].to_list() == ["duplicate.key"] * 2


def test_a_call_of_the_accessor_wins_over_class_keywords() -> None:
    report = vip_frame(customerId="C1").pango.validate(Vip, duplicates="last")
    assert (report.n_held, report.n_superseded) == (2, 0)  # national numbers fail +849
    assert set(report.findings["rule"]) >= {"check.failed"}


def test_a_column_of_the_callers_own_must_be_there() -> None:
    frame = vip_frame().drop(columns="score")
    with pytest.raises(pp.UsageError, match="needs score"):
        prepare(frame, Vip)
    assert "Vip needs score" in str(refusal(Vip, frame))


@pytest.mark.parametrize("where", ["check", "dataframe_check"])
def test_a_check_that_stops_is_told_by_name(where: str) -> None:
    if where == "check":

        class Broken(pp.CustomerIdentity):
            @pa.check("phone", name="mine")
            @classmethod
            def mine(cls, phone: Any) -> Any:
                raise ZeroDivisionError
    else:

        class Broken(pp.CustomerIdentity):  # type: ignore[no-redef]
            @pa.dataframe_check(name="mine")
            @classmethod
            def mine(cls, frame: Any) -> Any:
                raise ZeroDivisionError

    for call in (prepare, lambda frame, model: model.validate(frame)):
        with pytest.raises(CheckError, match="'mine' stopped with ZeroDivisionError") as caught:
            call(good_frame(), Broken)
        assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_a_check_may_only_warn_and_does_so_without_values() -> None:
    class Warning9(pp.CustomerIdentity):
        @pa.check("phone", name="ends in 8", raise_warning=True)
        @classmethod
        def ends(cls, phone: Any) -> Any:
            return phone.str.endswith("8")

    frame = good_frame()
    report = prepare(frame, Warning9)
    assert report.ok
    own = report.findings[report.findings["rule"] == "check.failed"]
    assert own[["row", "severity"]].to_numpy().tolist() == [[1, "warning"]]
    with pytest.warns(SchemaWarning) as caught:
        assert len(Warning9.validate(frame)) == 3
    texts = [str(one.message) for one in caught]
    assert texts == ["1 row does not pass the check 'ends in 8' of phone."]


def test_a_check_of_the_whole_column_holds_every_row() -> None:
    class Many(pp.CustomerIdentity):
        @pa.dataframe_check
        @classmethod
        def many(cls, frame: Any) -> bool:
            return len(frame) > 100

        @pa.check("phone", groupby="gender")
        @classmethod
        def both(cls, groups: dict[str, Any]) -> bool:
            return len(groups) > 0

    report = prepare(good_frame().assign(gender="nam"), Many)
    assert report.n_held == 3
    assert set(report.findings["field"]) >= {""}


def test_uniqueness_is_found_by_position() -> None:
    class Once(pp.CustomerIdentity):
        fullName: str | None = pa.Field(unique=True, nullable=True)

        class Config:
            unique: ClassVar = ["phone", "email"]

    frame = good_frame().assign(phone="0912345678", email="a@b.vn", fullName=["An", "Bo", " An"])
    assert prepare(frame, Once).n_held == 3
    cases = refusal(Once, frame, lazy=True).failure_cases
    assert sorted(cases["check"]) == ["unique"] * 2 + ["unique: phone + email"] * 3
    frame = frame.assign(phone=["0912345678", "0912345679", "0912345670"])
    assert prepare(frame, Once).ready_rows.tolist() == [1]


def test_strictness_and_parsers_are_panderas() -> None:
    error = refusal(Strict, good_frame())
    assert error.failure_cases["failure_case"].to_list() == ["note"]

    class Loose(pp.CustomerIdentity):
        class Config:
            strict = False

        @pa.parser("fullName")
        @classmethod
        def shout(cls, names: Any) -> Any:
            return names.str.upper()

    out = Loose.validate(good_frame())
    assert out["note"].to_list() == ["a", "b", "c"]
    assert out["fullName"].to_list()[2] == "CHI"


def test_an_index_can_be_declared() -> None:
    class Line(pp.CustomerIdentity):
        line: Index[int] = pa.Field(unique=True)

    cases = refusal(Line, good_frame(), lazy=True).failure_cases
    assert set(cases["check"]) == {"field_uniqueness"}
    frame = good_frame().set_axis(pd.Index([1, 2, 3], name="line"))
    assert Line.validate(frame).index.to_list() == [1, 2, 3]


def test_missing_columns_can_be_added() -> None:
    class Filled(pp.CustomerIdentity):
        systemName: str = pa.Field(default="CRM", nullable=False)

        class Config:
            add_missing_columns = True

    out = Filled.validate(good_frame())
    assert out["systemName"].to_list() == ["CRM"] * 3


def test_models_in_threads_agree() -> None:
    from concurrent.futures import ThreadPoolExecutor

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with ThreadPoolExecutor(2) as threads:
            found = list(threads.map(lambda _: prepare(bad_frame(), Dropping).n_ready, range(4)))
    assert found == [1] * 4


def test_a_numpy_sized_frame_of_one_row() -> None:
    row = good_frame().iloc[[2]].set_axis([np.int64(5)])
    assert pp.CustomerIdentity.validate(row, lazy=True).index.to_list() == [5]
