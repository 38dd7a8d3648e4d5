"""``df.pango``: what it takes, and what any frame a notebook can hold does to it."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pangoprep as pp
from pangoprep import upload
from pangoprep.errors import (
    AmbiguousEntityError,
    ColumnNamesError,
    MissingColumnError,
    OptionError,
    UnknownEntityError,
)

CUSTOMERS = {
    "customerId": ["1", "2", "3"],
    "fullName": ["An", "Bình", "Chi"],
    "phone": ["0912345678", "987654321", "12"],
}


def customers(**more: Any) -> pd.DataFrame:
    return pd.DataFrame(CUSTOMERS | more)


# Signatures


def test_send_takes_what_the_readme_says() -> None:
    parameters = inspect.signature(pp.PangoAccessor.send).parameters
    assert list(parameters) == [
        "self", "object_type", "items", "dry_run", "source", "init_data", "je_config_id",
        "je_event_key", "ignored_update_cfs", "resend", "resolve_unknown", "sample", "clear",
        "ref_ids", "client", "ledger", "progress", "user", "file",
        *inspect.signature(pp.Options).parameters, "mapping", "fixes", "values", "recipe",
    ]  # fmt: skip
    by_keyword = [
        name for name, one in parameters.items() if one.kind is inspect.Parameter.KEYWORD_ONLY
    ]
    assert by_keyword == list(parameters)[2:]
    assert parameters["object_type"].default is None


@pytest.mark.parametrize("name", ["validate", "clean", "send", "asend"])
def test_the_entity_comes_first_and_may_be_left_out(name: str) -> None:
    parameters = list(inspect.signature(getattr(pp.PangoAccessor, name)).parameters.values())
    assert parameters[1].name == "object_type"
    assert parameters[1].default is None
    assert {one.kind for one in parameters[2:]} == {inspect.Parameter.KEYWORD_ONLY}


def test_tab_completion_lists_the_methods() -> None:
    names = [name for name in dir(customers().pango) if not name.startswith("_")]
    verbs = [
        "asend", "clean", "map", "plan", "resume", "send", "studio", "unfold", "validate",
        "workbench",
    ]  # fmt: skip
    assert names == verbs
    assert "pango" in dir(pd.DataFrame)
    assert "pango" in dir(customers())
    # An accessor that fails when it is made would take tab completion with it.
    broken = pd.DataFrame([[1, 2]], columns=["a", "a"])
    assert "validate" in dir(broken.pango)


@pytest.mark.parametrize("name", ["validate", "clean", "send", "asend"])
def test_every_method_has_a_docstring(name: str) -> None:
    assert inspect.getdoc(getattr(pp.PangoAccessor, name))


# Which entity


def test_the_entity_is_told_from_the_columns() -> None:
    assert customers().pango.validate().entity == "customer-identity"
    photos = pd.DataFrame({"Mã KH": ["1"], "source": ["Zalo"], "imageUrl": ["https://a.vn/1"]})
    assert photos.pango.validate().entity == "customer-identity-photo"


@pytest.mark.parametrize("entity", ["customer-identity", pp.CustomerIdentity])
def test_the_entity_can_be_named_or_given(entity: Any) -> None:
    assert customers().pango.validate(entity).n_ready == 2
    assert customers().pango.clean(entity)["phone"].to_list()[:2] == ["0912345678", "0987654321"]


def test_where_two_fit_the_error_names_both() -> None:
    frame = pd.DataFrame(columns=["Mã KH", "Mã thẻ", "Loại email"])
    with pytest.raises(AmbiguousEntityError) as caught:
        frame.pango.validate()
    message = str(caught.value)
    assert "customer-membership" in message
    assert "customer-identity-email" in message
    assert "df.pango.validate('customer-membership')" in message


@pytest.mark.parametrize(
    ("frame", "entity", "error", "words"),
    [
        (customers(), "customer", UnknownEntityError, "Did you mean 'customer-identity'"),
        (customers(), 5, UnknownEntityError, "No entity is called 5"),
        (customers(), ["customer-identity"], UnknownEntityError, "No entity is called"),
        (pd.DataFrame({"a": [1]}), None, AmbiguousEntityError, "fit no entity"),
        (pd.DataFrame([[1, 2]]), None, AmbiguousEntityError, "fit no entity"),
        (pd.DataFrame(), None, AmbiguousEntityError, "fit no entity"),
        (pd.DataFrame(), "customer-identity", MissingColumnError, "The frame has no columns"),
        (pd.DataFrame(index=[1, 2]), "customer-identity", MissingColumnError, "no columns"),
        (
            customers().drop(columns="phone"),
            "customer-identity",
            MissingColumnError,
            "customer-identity needs phone, or email. The frame has customerId, fullName",
        ),
        (
            customers().drop(columns=["customerId", "fullName"]),
            "customer-identity",
            MissingColumnError,
            "needs customerId; fullName, or firstName and lastName",
        ),
        (
            customers(),
            "customer-identity-address",
            MissingColumnError,
            "needs addressType; city; district; address",
        ),
        (
            customers().rename(columns={"phone": b"phone"}),
            "customer-identity",
            MissingColumnError,
            "needs phone, or email",
        ),
        (
            pd.concat([customers(), customers()[["phone"]]], axis="columns"),
            None,
            ColumnNamesError,
            r"occur more than once \(1\): 'phone'",
        ),
        (
            customers().assign(SĐT="1", Mobile="2").drop(columns="phone"),
            "customer-identity",
            ColumnNamesError,
            "2 columns could be phone",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["validate", "clean", "send"])
def test_a_frame_that_cannot_be_used_gives_one_clear_error(
    frame: pd.DataFrame, entity: Any, error: type[Exception], words: str, method: str
) -> None:
    with pytest.raises(error, match=words) as caught:
        getattr(frame.pango, method)(entity)
    assert isinstance(caught.value, pp.PangoprepError)
    assert isinstance(caught.value, ValueError)
    assert caught.value.__cause__ is None
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("n_levels", [1, 2, 3])
@pytest.mark.parametrize("entity", [None, "customer-identity"])
def test_layered_column_names_are_refused_with_the_way_out(
    n_levels: int, entity: str | None
) -> None:
    frame = customers()
    frame.columns = pd.MultiIndex.from_arrays([frame.columns] * n_levels)
    with pytest.raises(ColumnNamesError, match=rf"several levels \({n_levels}\)"):
        frame.pango.validate(entity)


def test_the_wrong_option_is_told_before_anything_is_read() -> None:
    for method in ("validate", "clean", "send"):
        with pytest.raises(OptionError, match="Unknown option 'timezone'"):
            getattr(customers().pango, method)(timezone=7)
    with pytest.raises(OptionError, match="Unknown option 'timezone'"):
        asyncio.run(customers().pango.asend(timezone=7))


def test_without_options_the_models_own_count() -> None:
    class Abroad(pp.CustomerIdentity, options=pp.Options(phone_format="e164")):
        pass

    assert customers().pango.clean(Abroad)["phone"].to_list()[0] == "+84912345678"
    assert customers().pango.clean(Abroad, phone_format="national")["phone"].to_list()[0] == (
        "0912345678"
    )


# Odd column names


@pytest.mark.parametrize(
    "name", [7, 2.5, None, np.nan, pd.NaT, pd.Timestamp("2020-01-01"), ("a", "b"), b"x", True]
)
def test_column_names_need_not_be_text(name: Any) -> None:
    frame = customers(extra=[1, 2, 3])
    frame.columns = pd.Index([*frame.columns[:3], name], tupleize_cols=False)
    report = frame.pango.validate()
    assert len(report.unused_columns) == 1
    assert "phone" in report._repr_html_()
    assert list(report.held.columns)[:3] == list(CUSTOMERS)


def test_names_of_the_columns_may_be_categories_and_have_a_name() -> None:
    frame = customers()
    frame.columns = pd.CategoricalIndex(frame.columns, name="fields")
    report = frame.pango.validate()
    assert report.n_ready == 2
    assert report.ready.columns.name is None


# The caller's frame and index

INDEXES = {
    "unsorted": pd.Index([5, 1, 3]),
    "duplicate": pd.Index([1, 1, 1]),
    "named": pd.Index(["z", "a", "a"], name="row"),
    "range": pd.RangeIndex(30, 0, -10, name="step"),
    "dates": pd.DatetimeIndex(["2020-01-02", "2020-01-01", "2020-01-01"], name="day"),
    "zoned": pd.DatetimeIndex(["2020-01-02", "2020-01-01", "2020-01-01"], tz="Asia/Ho_Chi_Minh"),
    "periods": pd.period_range("2020", periods=3, freq="M"),
    "spans": pd.timedelta_range("1D", periods=3),
    "intervals": pd.interval_range(0, 3),
    "categories": pd.CategoricalIndex(["z", "a", "a"]),
    "mixed": pd.Index([np.nan, None, "x"], dtype=object),
    "nullable": pd.Index([3, None, 1], dtype="Int64"),
    "floats": pd.Index([0.5, np.nan, np.inf]),
    "tuples": pd.Index([(1,), (2, 3), 4], tupleize_cols=False),
    "layers": pd.MultiIndex.from_tuples([(1, "a"), (1, "a"), (2, None)], names=["k", None]),
}


def same_labels(column: pd.Series, index: pd.Index) -> bool:
    """Whether a column holds the labels of an index; all ways to write "none" are one."""
    pairs = zip(column, index, strict=True)
    return all(
        (not isinstance(label, tuple) and pd.isna(label) and pd.isna(told)) or told == label
        for told, label in pairs
    )


@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
def test_the_index_is_kept(index: pd.Index) -> None:
    frame = customers().set_axis(index, axis="index")
    report = frame.pango.validate()
    assert report.ready_rows.tolist() == [0, 1]
    pd.testing.assert_index_equal(report.ready.index, index[:2], exact="equiv")
    pd.testing.assert_index_equal(report.held.index, index[2:], exact="equiv")
    pd.testing.assert_index_equal(frame.pango.clean().index, index, exact="equiv")
    assert report.rows["row"].to_list() == [0, 1, 2]
    assert same_labels(report.rows["index"], index)
    assert report.findings["row"].to_list() == [1, 2]
    assert same_labels(report.findings["index"], index[1:])


def everything_of(frame: pd.DataFrame) -> None:
    """Use every output that reads the frame."""
    for options in ({}, {"unreadable": "blank"}, {"duplicates": "hold"}, {"duplicates": "first"}):
        report = frame.pango.validate(**options)
        _ = report.ready, report.held, report.cleaned, report.superseded, report.findings
        _ = report.rows, report.reveal(), report.summary()
        report._repr_html_()
        report.ready.iloc[:, 0] = None  # what is given out shares nothing with the frame
    frame.pango.clean()


def test_the_callers_frame_is_never_changed() -> None:
    frame = customers(
        dob=pd.to_datetime(["1988-06-15", None, "1990-01-01"]),
        gender=pd.Categorical(["nam", "nữ", None]),
        nickNames=pd.Series([["a"], None, ["b", ["c"]]], dtype=object),
        yob=pd.array([1988, None, 1990], dtype="Int64"),
        city=pd.array(["Huế", None, "x"], dtype="string[pyarrow]"),
        timezoneGmt=pd.Series(["7", 7, None], dtype=object),
    )
    frame.index = pd.Index([3, 3, 1], name="line")
    frame.columns.name = "fields"
    frame.attrs = {"from": {"file": ["a.csv"]}}
    before = frame.copy(deep=True)
    lists = [list(cell) if cell else cell for cell in frame["nickNames"]]
    everything_of(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert frame.attrs == before.attrs
    assert frame.columns.name == "fields"
    assert frame["nickNames"].to_list() == lists
    assert frame.flags.allows_duplicate_labels


def test_a_frame_that_forbids_duplicate_labels_stays_one() -> None:
    frame = customers().set_flags(allows_duplicate_labels=False)
    everything_of(frame)
    assert not frame.flags.allows_duplicate_labels


def test_a_view_of_a_larger_frame_will_do() -> None:
    large = pd.concat([customers()] * 4, ignore_index=True)
    view = large.iloc[::-4]
    before = large.copy(deep=True)
    everything_of(view)
    pd.testing.assert_frame_equal(large, before)


def test_subclasses_of_a_frame_have_the_accessor() -> None:
    class Export(pd.DataFrame):
        @property
        def _constructor(self) -> type[pd.DataFrame]:
            return Export

    report = Export(customers()).pango.validate()
    assert type(report.held) is Export
    assert report.n_ready == 2


def test_a_frame_without_rows_is_a_good_frame() -> None:
    frame = customers().iloc[:0]
    report = frame.pango.validate()
    assert report.ok
    assert (report.n_rows, report.n_ready, report.n_held) == (0, 0, 0)
    assert report.findings.empty
    assert report.summary().empty
    assert report.rows.empty
    assert list(frame.pango.clean().columns) == ["customerId", "phone", "fullName"]
    assert "0 of 0 rows" in report._repr_html_()
    report.raise_if_held()


# Sending forwards


def test_send_needs_credentials_and_names_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PANGO_USERNAME", "PANGO_API_KEY", "PANGO_CDP_GKEY", "PANGO_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(pp.UsageError, match=r"(?i)sandbox"):
        customers().pango.send("customer-identity", source="CRM")


@pytest.mark.parametrize("name", ["send", "resume"])
def test_what_sends_a_report_and_what_sends_a_frame_take_the_same(name: str) -> None:
    of_frame = inspect.signature(getattr(pp.PangoAccessor, name)).parameters
    of_report = inspect.signature(getattr(upload, name)).parameters
    own = {
        "self",
        "object_type",
        "items",
        "mapping",
        "fixes",
        "values",
        "recipe",
        *pp.Options.__dataclass_fields__,
    }
    defaults = {one.name: one.default for one in of_frame.values() if one.name not in own}
    assert defaults == {one.name: one.default for one in of_report.values() if one.name != "report"}


def test_every_argument_of_a_send_is_passed_on(tmp_path: Any) -> None:
    said = {
        "source": "CRM", "init_data": True, "je_config_id": "config", "je_event_key": "event",
        "ignored_update_cfs": ["customField01"], "resend": True, "clear": ["email"],
        "ref_ids": True,
    }  # fmt: skip
    frame, ledger = customers(email=[None, None, None]), tmp_path / "a.db"
    with pp.Sandbox(faults=[pp.Fault("redirect", skip=1)]) as cdp:
        where = {"client": cdp.client(), "ledger": ledger}
        who = {"user": "An", "file": "export.csv"}
        stopped = frame.pango.send(**said, **where, **who, sample=1)
        kept = pp.status(stopped.run_id, ledger)
        assert kept.options == said
        assert (kept.user, kept.file) == ("An", "export.csv")
        assert (stopped.counts["accepted"], stopped.counts["unsent"]) == (1, 1)
        cdp.faults[:] = [pp.Fault("cut_after")]
        lost = frame.pango.resume(stopped.run_id, **where, user="Bình", file="export 2.csv")
        assert lost.counts["unknown"] == 1
        cdp.faults.clear()
        sure = frame.pango.resume(stopped.run_id, **where, resolve_unknown="resend")
        assert (sure.counts["unchanged"], sure.counts["accepted"]) == (1, 1)
        both = frame.pango.send(**said | {"resend": False}, **where, resolve_unknown="resend")
        assert both.counts["unchanged"] == 2
    kept = pp.status(lost.run_id, ledger)
    assert (kept.user, kept.file, kept.resumes) == ("Bình", "export 2.csv", stopped.run_id)


def test_a_dry_run_and_a_send_go_through_one_door(tmp_path: Any) -> None:
    frame = customers()
    with pp.Sandbox() as cdp:
        arguments: dict[str, Any] = {
            "source": "CRM", "client": cdp.client(), "ledger": tmp_path / "a.db",
            "progress": False, "phone_format": "e164",
        }  # fmt: skip
        plan = frame.pango.send("customer-identity", dry_run=True, **arguments)
        assert isinstance(plan, pp.Plan)
        assert cdp.records("customer-identity").empty
        result = frame.pango.send("customer-identity", **arguments)
        assert isinstance(result, pp.Result)
        stored = cdp.records("customer-identity")
        assert sorted(stored["phone"]) == ["+84912345678", "+84987654321"]
        again = asyncio.run(frame.pango.asend("customer-identity", **arguments))
    assert result.rows["state"].to_list() == ["accepted", "accepted", "held"]
    assert again.rows["state"].to_list() == ["unchanged", "unchanged", "held"]


# A field that is the index


@pytest.mark.parametrize("entity", [None, "customer-identity"])
def test_a_field_that_is_the_index_is_told_with_the_way_out(entity: str | None) -> None:
    with pytest.raises(
        pp.UsageError, match=r"'customerId' is the index: use frame.reset_index\(\)"
    ):
        customers().set_index("customerId").pango.validate(entity)
    both = customers().rename(columns={"customerId": "Mã KH"}).set_index(["Mã KH", "phone"])
    with pytest.raises(pp.UsageError, match="'Mã KH' and 'phone' are the index"):
        both.pango.validate("customer-identity")
    with pytest.raises(pp.UsageError, match="'Mã KH' is the index: use"):
        both.pango.validate("customer-identity", mapping={"Mã KH": "customerId"})


@pytest.mark.parametrize("name", ["row", None, 5, "phone"])
def test_an_index_of_another_name_or_of_a_field_that_is_there_is_not_spoken_of(name: Any) -> None:
    frame = customers().drop(columns="customerId").rename_axis(name)
    with pytest.raises(MissingColumnError) as caught:
        frame.pango.validate("customer-identity")
    assert "index" not in str(caught.value)


# Names that are nearly right


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mapping": {"phone": "Phone"}}, "Did you mean 'phone'"),
        ({"mapping": {"Fullname": "fullName"}}, "Did you mean 'fullName'"),
        ({"fixes": {"FULL_NAME": {"x": "y"}}}, "Did you mean 'fullName'"),
        ({"severity": {"Email.Typo": "error"}}, "Did you mean 'email.typo'"),
        ({"ignore": ["phone_unreadable"]}, "Did you mean 'phone.unreadable'"),
    ],
)
def test_a_name_that_is_nearly_right_is_told_with_the_one_that_is(
    options: dict[str, Any], words: str
) -> None:
    with pytest.raises(pp.UsageError, match=words):
        customers().pango.validate("customer-identity", **options)


@pytest.mark.parametrize("name", ["Customer-Identity", "customer_identity", "CustomerIdentity"])
def test_an_entity_in_another_case_is_told_with_its_name(name: str) -> None:
    with pytest.raises(UnknownEntityError, match="Did you mean 'customer-identity'"):
        customers().pango.validate(name)


def test_a_header_that_looks_like_a_value_is_never_the_hint() -> None:
    frame = pd.DataFrame({"0912345678": ["1"], "customerId": ["1"]})
    with pytest.raises(ColumnNamesError) as caught:
        frame.pango.validate("customer-identity", mapping={"091234567": "phone"})
    assert "'0912345678'" not in str(caught.value)
