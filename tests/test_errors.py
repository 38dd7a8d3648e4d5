"""The error tree: one root, documented as it is, and nothing personal in what travels."""

from __future__ import annotations

import builtins
import inspect
import pickle
import re
from typing import Any

import pandas as pd
import pytest
from pandera.errors import SchemaError, SchemaErrors

import pangoprep as pp
from pangoprep import errors

CLASSES = {
    name: one
    for name, one in vars(errors).items()
    if isinstance(one, type) and one.__module__ == errors.__name__
}


def test_every_error_has_the_one_root_and_says_what_it_is() -> None:
    for one in CLASSES.values():
        assert issubclass(one, pp.PangoprepError)
        assert one.__name__.endswith("Error")
        assert inspect.getdoc(one)


def test_the_drawn_tree_is_the_tree() -> None:
    drawn: dict[str, str] = {}
    path: list[str] = []
    for line in (inspect.getdoc(errors) or "").splitlines():
        found = re.match(r"^([ │├└─]*)(\w+Error)\b", line.removeprefix("    "))
        if found:
            depth = len(found[1]) // 4
            path[depth:] = [found[2]]
            drawn[found[2]] = path[depth - 1] if depth else ""
    bases = {
        name: next((b.__name__ for b in one.__bases__ if b.__name__ in CLASSES), "")
        for name, one in CLASSES.items()
    }
    assert drawn == bases


def test_no_name_hides_one_of_pythons() -> None:
    assert not set(CLASSES) & set(vars(builtins))


def test_a_wrong_call_is_a_value_error() -> None:
    assert issubclass(errors.UsageError, ValueError)
    assert not issubclass(errors.HeldError, ValueError)
    assert not issubclass(errors.UploadError, ValueError)


def test_transient_or_not_is_a_property_of_the_class() -> None:
    leaves = [one for one in CLASSES.values() if issubclass(one, errors.UploadError)]
    for one in leaves:
        assert one.transient is issubclass(one, errors.TransientError)
    assert errors.ServerError("down", 503).transient
    assert not errors.RequestRefusedError("no", 400).transient


def made(one: type[Exception]) -> Exception:
    """An instance of any of our errors."""
    cases = pd.DataFrame({"column": ["phone"], "check": ["x"], "failure_case": ["•"], "index": [0]})
    extra: dict[str, tuple[Any, ...]] = {
        "HeldSchemaError": (None, None, cases, "1 held."),
        "HeldSchemasError": (None, None, cases, "1 held."),
    }
    if one.__name__ in extra:
        return one(*extra[one.__name__])
    if one.__init__ in (Exception.__init__, errors.UploadError.__init__):
        return one("told")
    return one("told", 429)  # how long to wait, or a status


@pytest.mark.parametrize("one", CLASSES.values(), ids=CLASSES)
def test_an_error_survives_a_trip_to_another_process(one: type[Exception]) -> None:
    error = made(one)
    other = pickle.loads(pickle.dumps(error))
    assert type(other) is one
    assert str(other) == str(error)
    simple = {k: v for k, v in vars(error).items() if isinstance(v, (str, int, float))}
    assert {k: v for k, v in vars(other).items() if k in simple} == simple


@pytest.mark.parametrize(
    ("one", "base"),
    [(errors.HeldSchemaError, SchemaError), (errors.HeldSchemasError, SchemaErrors)],
)
def test_a_pandera_user_catches_what_pandera_raises(one: Any, base: type[Exception]) -> None:
    assert issubclass(one, base)
    assert issubclass(one, pp.HeldError)


def test_what_no_call_says_in_its_language_is_said_in_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["9"]})
    report = frame.pango.validate()
    monkeypatch.setenv("PANGOPREP_LANG", "vi")
    with pytest.raises(pp.UsageError) as error:
        pp.CustomerIdentity.fields()["Phone"]
    assert str(error.value) == "Không có trường 'Phone'. Có phải ý bạn là 'phone'?"
    assert str(pickle.loads(pickle.dumps(error.value))) == str(error.value)
    assert str(errors.SandboxError()) == ""
    with pytest.raises(errors.HeldError, match="1 of 1 row "):
        report.raise_if_held()
    with pytest.raises(pp.UsageError, match="cannot be used"):
        frame.pango.validate(lang="en", timezone_gmt=99)


def test_a_report_refuses_in_its_own_language() -> None:
    frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["9"]})
    report = frame.pango.validate(lang="vi")
    bundle = pp.validate_all({"customer-identity": frame}, lang="vi")
    for one in (report, bundle):
        with pytest.raises(errors.HeldError, match="1 trong số 1 dòng bị giữ lại"):
            one.raise_if_held()
