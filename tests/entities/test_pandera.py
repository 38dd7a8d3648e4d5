"""The models as a Pandera user meets them: they clean as they validate, and leak nothing."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pandas as pd
import pandera.pandas as pa
import pytest
from pandera.config import config_context
from pandera.errors import (
    BackendNotFoundError,
    SchemaDefinitionError,
    SchemaError,
    SchemaErrors,
)
from pandera.typing import DataFrame, Index

import pangoprep as pp
from pangoprep.errors import ColumnNamesError, HeldSchemaError, HeldSchemasError
from pangoprep.pipeline import prepare

SECRETS = ("Bích Canary", "0912345670", "canary.one@gmail.com", "CANARY-ID-7", "canary-phone")


def good_frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "phone": ["912345678", "+84 987 654 321", None],
            "customerId": ["C1", " C2", "C3"],
            "fullName": ["Nguyễn  Văn An", "Trần Bình", "Chi"],
            "email": [None, None, "CHI@Gmail.com"],
            "note": ["a", "b", "c"],
        },
        index=pd.Index([10, 10, 30], name="line"),
    )


def bad_frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customerId": ["C1", "CANARY-ID-7", "C1", None, "C4"],
            "fullName": ["An", "Bích Canary", "Chi", "Dũng", "Em"],
            "phone": ["0905123456", "canary-phone", "0912345670", "0912345671", None],
            "email": [None, None, None, None, "canary.one@gmail.com@"],
        },
        index=[7, 7, 3, 3, 1],
    )


def refusal(model: Any, frame: pd.DataFrame, /, **options: Any) -> Any:
    kind = SchemaErrors if options.get("lazy") else SchemaError
    with pytest.raises(kind) as caught:
        model.validate(frame, **options)
    return caught.value


# What comes back


@pytest.mark.parametrize("lazy", [True, False])
def test_a_good_frame_comes_back_clean_with_its_index(lazy: bool) -> None:
    frame = good_frame()
    before = frame.copy(deep=True)
    out = pp.CustomerIdentity.validate(frame, lazy=lazy)
    pd.testing.assert_frame_equal(frame, before)
    assert out["phone"].to_list()[:2] == ["0912345678", "0987654321"]
    assert out["fullName"].to_list() == ["Nguyễn Văn An", "Trần Bình", "Chi"]
    assert out["email"].to_list()[2] == "chi@gmail.com"
    assert "note" not in out.columns
    pd.testing.assert_index_equal(out.index, frame.index)
    pd.testing.assert_frame_equal(out, prepare(frame, "customer-identity").ready)


def test_what_comes_back_validates_again_and_stays_as_it_is() -> None:
    once = pp.CustomerIdentity.validate(good_frame())
    pd.testing.assert_frame_equal(pp.CustomerIdentity.validate(once), once)


def test_calling_the_model_or_the_schema_is_validating() -> None:
    clean = pp.CustomerIdentity.validate(good_frame())
    schema = pp.CustomerIdentity.to_schema()
    for out in (
        pp.CustomerIdentity(good_frame()),
        schema(good_frame()),
        schema.validate(good_frame()),
        DataFrame[pp.CustomerIdentity](good_frame()),
        pp.CustomerIdentity.validate(good_frame(), inplace=True),
    ):
        pd.testing.assert_frame_equal(out, clean, check_frame_type=False)


def test_no_rows_are_good_rows() -> None:
    out = pp.CustomerIdentity.validate(good_frame().iloc[:0], lazy=True)
    assert out.shape == (0, 4)


def test_custom_fields_stay() -> None:
    frame = good_frame().assign(**{"customFieldLongs.customFieldLong01": ["1.000", "2", None]})
    out = pp.CustomerIdentity.validate(frame)
    assert out["customFieldLongs.customFieldLong01"].to_list() == [1000, 2, pd.NA]


def test_dates_bring_their_zone() -> None:
    out = pp.CustomerIdentity.validate(good_frame().assign(dob="15/06/1988"))
    assert out["dob"].to_list() == [582310800000] * 3
    assert out["timezoneGmt"].to_list() == [7] * 3


def test_only_the_fields_own_names_are_taken() -> None:
    error = refusal(pp.CustomerIdentity, good_frame().rename(columns={"customerId": "Mã KH"}))
    assert "customerId" in str(error)


# What is refused, and how


def test_lazy_gives_every_failure() -> None:
    error = refusal(pp.CustomerIdentity, bad_frame(), lazy=True)
    assert isinstance(error, HeldSchemasError)
    assert isinstance(error, pp.HeldError)
    assert isinstance(error, pp.PangoprepError)
    cases = error.failure_cases
    assert list(cases.columns) == [
        "schema_context", "column", "check", "check_number", "failure_case", "index",
    ]  # fmt: skip
    assert set(zip(cases["index"], cases["column"], cases["check"], strict=True)) == {
        (7, "customerId", "duplicate.superseded"),
        (7, "phone", "phone.unreadable"),
        (3, "customerId", "required.missing"),
        (1, "email", "email.unreadable"),
    }
    assert error.error_counts == dict.fromkeys(cases["check"], 1)
    assert len(error.schema_errors) == 4
    assert all(isinstance(one, HeldSchemaError) for one in error.schema_errors)
    assert error.schema is pp.CustomerIdentity.to_schema()


def test_eager_gives_the_first() -> None:
    error = refusal(pp.CustomerIdentity, bad_frame())
    assert isinstance(error, HeldSchemaError)
    assert isinstance(error, pp.HeldError)
    assert len(error.failure_cases) == 1
    assert (error.column_name, error.check) == ("customerId", "duplicate.superseded")


@pytest.mark.parametrize("lazy", [True, False])
def test_the_headline_counts_and_says_what_to_do(lazy: bool) -> None:
    text = str(refusal(pp.CustomerIdentity, bad_frame(), lazy=lazy))
    assert text.startswith("1 of 5 rows is ready for customer-identity; 3 are held; 1 superseded")
    assert "See failure_cases" in text
    assert "\n" not in text


def leaks(error: BaseException) -> list[str]:
    """The secrets in anything that shows or stores the error, with its causes."""
    shown = []
    seen: BaseException | None = error
    while seen is not None:
        shown += [str(seen), repr(seen), repr(getattr(seen, "message", "")), repr(seen.args)]
        cases = getattr(seen, "failure_cases", None)
        if cases is not None:
            shown.append(cases.to_csv() if hasattr(cases, "to_csv") else repr(cases))
        seen = seen.__cause__ or seen.__context__
    stored = pickle.dumps(error, protocol=4).decode("utf-8", "replace")
    return [secret for secret in SECRETS for text in (*shown, stored) if secret in text]


class Strict(pp.CustomerIdentity):
    class Config:
        strict = True


class Indexed(pp.CustomerIdentity):
    line: Index[str] = pa.Field(unique=True)


class Shouting(pp.CustomerIdentity):
    @pa.parser("phone")
    @classmethod
    def spoil(cls, phone: Any) -> Any:
        return "canary-phone " + phone

    @pa.check("fullName", name="never")
    @classmethod
    def never(cls, names: Any) -> Any:
        return names != "Bích Canary"


@pytest.mark.parametrize("lazy", [True, False])
@pytest.mark.parametrize(
    ("model", "frame"),
    [
        (pp.CustomerIdentity, bad_frame()),
        (pp.CustomerIdentity, bad_frame().drop(columns="customerId")),
        (Shouting, bad_frame()),
        (Shouting, bad_frame().iloc[:1]),
        (Strict, bad_frame().iloc[:1].assign(note="canary-phone")),
        (Indexed, bad_frame().iloc[[0, 0]].assign(customerId=["1", "2"])),
    ],
    ids=["rows", "missing", "own check", "own parser", "strict", "index"],
)
def test_no_error_holds_a_personal_value(model: Any, frame: pd.DataFrame, lazy: bool) -> None:
    error = refusal(model, frame, lazy=lazy)
    assert isinstance(error, pp.HeldError)
    assert leaks(error) == []


@pytest.mark.parametrize("lazy", [True, False])
@pytest.mark.parametrize("again", [lambda e: pickle.loads(pickle.dumps(e)), copy.deepcopy])
def test_errors_can_be_sent_between_processes(again: Any, lazy: bool) -> None:
    error = refusal(pp.CustomerIdentity, bad_frame(), lazy=lazy)
    other = again(error)
    assert type(other) is type(error)
    assert str(other) == str(error)
    pd.testing.assert_frame_equal(other.failure_cases, error.failure_cases)
    assert other.data is None


@pytest.mark.parametrize("lazy", [True, False])
def test_missing_columns_are_named_without_checking_rows(lazy: bool) -> None:
    error = refusal(pp.CustomerEmail, bad_frame()[["email"]], lazy=lazy)
    assert str(error).startswith(
        "CustomerEmail needs customerId, emailType, which the frame does not have."
    )
    assert error.failure_cases["failure_case"].to_list()[:1] == ["customerId"]
    assert set(error.failure_cases["check"]) == {"column_in_dataframe"}


def test_nothing_but_a_frame_will_do() -> None:
    with pytest.raises((TypeError, BackendNotFoundError), match="list"):  # as Pandera says it
        pp.CustomerIdentity.validate([1, 2])  # type: ignore[arg-type]


@pytest.mark.parametrize("lazy", [True, False])
def test_column_names_that_cannot_be_used_give_one_error(lazy: bool) -> None:
    frame = good_frame()
    for columns in (
        pd.MultiIndex.from_product([["a"], frame.columns]),
        [*frame.columns[:-1], "phone"],
    ):
        with pytest.raises(ColumnNamesError):
            pp.CustomerIdentity.validate(frame.set_axis(columns, axis="columns"), lazy=lazy)


# Pandera's own ways


def test_types_are_checked_on_the_way_in_and_out() -> None:
    @pa.check_types
    def shout(frame: DataFrame[pp.CustomerIdentity]) -> DataFrame[pp.CustomerIdentity]:
        assert frame["phone"].to_list()[0] == "0912345678"
        return frame.assign(fullName=frame["fullName"].str.upper())

    assert shout(good_frame())["fullName"].to_list()[2] == "CHI"
    with pytest.raises(HeldSchemaError):
        shout(bad_frame())


def test_types_are_checked_lazily() -> None:
    @pa.check_types(lazy=True)
    def pick(frame: DataFrame[pp.CustomerIdentity]) -> DataFrame[pp.CustomerIdentity]:
        return frame

    with pytest.raises(HeldSchemasError) as caught:
        pick(bad_frame())
    assert len(caught.value.failure_cases) == 4


def test_what_goes_out_is_checked_too() -> None:
    @pa.check_types
    def forget(frame: pd.DataFrame) -> DataFrame[pp.CustomerIdentity]:
        return frame.assign(customerId=None)

    with pytest.raises(HeldSchemaError):
        forget(good_frame())


@pytest.mark.parametrize(
    ("subset", "is_good"),
    [
        ({"head": 1}, True), ({"head": 2}, False), ({"tail": 1}, True), ({"tail": 2}, False),
        ({"head": 1, "tail": 1}, True), ({"head": 0}, True), ({"tail": 0}, True),
        ({"sample": 3, "random_state": 0}, False), ({"head": 100}, False),
    ],
)  # fmt: skip
def test_a_part_of_the_rows_can_be_checked(subset: dict[str, int], is_good: bool) -> None:
    frame = good_frame().assign(phone=["912345678", "12", None])
    if is_good:
        assert len(pp.CustomerIdentity.validate(frame, **subset)) == 3
    else:
        refusal(pp.CustomerIdentity, frame, **subset)


def test_a_sample_is_the_one_pandas_takes() -> None:
    frame = pd.concat([good_frame()] * 10, ignore_index=True)
    frame["customerId"] = [f"C{row}" for row in range(len(frame))]
    frame["phone"] = frame["phone"].fillna("0912345678")
    bad = frame.sample(5, random_state=3).index
    frame.loc[frame.index.difference(bad), "phone"] = "12"
    assert len(pp.CustomerIdentity.validate(frame, sample=5, random_state=3)) == len(frame)


class Dropping(pp.CustomerIdentity):
    class Config:
        drop_invalid_rows = True


def test_invalid_rows_can_be_dropped() -> None:
    frame = bad_frame()
    out = Dropping.validate(frame, lazy=True)
    pd.testing.assert_frame_equal(out, prepare(frame, "customer-identity").ready)
    with pytest.raises(SchemaDefinitionError):
        Dropping.validate(frame)


def test_validation_can_be_switched_off() -> None:
    frame = bad_frame()
    with config_context(validation_enabled=False):
        assert pp.CustomerIdentity.validate(frame) is frame


def test_rows_can_have_several_labels() -> None:
    labels = pd.MultiIndex.from_tuples([(1, "a"), (1, "a"), (2, None)], names=["k", None])
    out = pp.CustomerIdentity.validate(good_frame().set_index(labels))
    pd.testing.assert_index_equal(out.index, labels)
    bad = good_frame().assign(phone=["12", "12", "12"]).set_index(labels)
    cases = refusal(pp.CustomerIdentity, bad, lazy=True).failure_cases
    assert cases["index"].to_list()[:2] == [(1, "a"), (1, "a")]


def test_a_schema_can_be_changed_as_panderas_can() -> None:
    schema = pp.CustomerIdentity.to_schema()
    scored = schema.add_columns({"score": pa.Column(int, pa.Check.ge(0))})
    assert scored.validate(good_frame().assign(score=1))["score"].to_list() == [1, 1, 1]
    with pytest.raises(HeldSchemaError):
        scored.validate(good_frame().assign(score=[1, -1, 1]))
    frame = good_frame().assign(city="Huế")
    assert "city" in schema.validate(frame)
    assert "city" not in schema.remove_columns(["city"]).validate(frame)


@pytest.mark.parametrize("name", ["phone", "dob", "gender", "customerId"])
def test_what_a_field_says_of_itself_survives_in_the_schema(name: str) -> None:
    column = pp.CustomerIdentity.to_schema().columns[name]
    facts = column.metadata["pangoprep"]
    assert facts.label == pp.CustomerIdentity.fields()[name].label
    assert column.nullable is not facts.required


def test_the_schema_speaks_for_itself() -> None:
    schema = pp.CustomerIdentity.to_schema()
    assert schema.name == "CustomerIdentity"
    assert "EntitySchema" in repr(schema)
    assert set(schema.columns) == set(pp.CustomerIdentity.fields())
