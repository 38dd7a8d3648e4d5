"""The keywords of the public functions: written out, complete, and known to completion."""

from __future__ import annotations

import dataclasses
import inspect
import typing
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from IPython.core.completer import IPCompleter, provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

import pangoprep as pp
from pangoprep.close_names import close_name
from pangoprep.engines.dask_accessor import DaskAccessor
from pangoprep.errors import OptionError
from pangoprep.keywords import given, written_out
from tools import make_signatures

VERBS = {
    "df.pango.validate": pp.PangoAccessor.validate,
    "df.pango.clean": pp.PangoAccessor.clean,
    "df.pango.plan": pp.PangoAccessor.plan,
    "df.pango.send": pp.PangoAccessor.send,
    "df.pango.asend": pp.PangoAccessor.asend,
    "df.pango.resume": pp.PangoAccessor.resume,
    "scan.pango.validate": pp.scan("data").pango.validate,
    "scan.pango.clean": pp.scan("data").pango.clean,
    "scan.pango.send": pp.scan("data").pango.send,
    "ddf.pango.validate": DaskAccessor.validate,
    "ddf.pango.clean": DaskAccessor.clean,
    "ddf.pango.send": DaskAccessor.send,
    "pp.validate": pp.validate,
    "pp.clean": pp.clean,
    "pp.plan": pp.plan,
    "pp.send": pp.send,
}


@pytest.mark.parametrize("file", make_signatures.WRITTEN)
def test_what_is_written_is_what_is_declared(file: str) -> None:
    text = (make_signatures.PACKAGE / file).read_text("utf-8")
    assert make_signatures.rewritten(text, make_signatures.WRITTEN[file]) == text, (
        "run python -m tools.make_signatures"
    )


@pytest.mark.parametrize("verb", [*VERBS.values(), pp.validate_all], ids=[*VERBS, "validate_all"])
def test_every_verb_writes_out_the_options_with_their_defaults(verb: Callable[..., Any]) -> None:
    parameters = inspect.signature(verb).parameters
    kinds = typing.get_type_hints(pp.Options)
    for option in dataclasses.fields(pp.Options):
        assert option.name in parameters
        # Of the day and the language, the default is that of the call.
        has_own = option.default_factory is not dataclasses.MISSING
        assert parameters[option.name].default == (None if has_own else option.default)
        if typing.get_origin(kinds[option.name]) is typing.Literal:
            choices = typing.get_args(kinds[option.name])
            assert all(repr(c)[1:-1] in parameters[option.name].annotation for c in choices)


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_every_verb_takes_mapping_fixes_and_recipe(verb: Callable[..., Any]) -> None:
    assert {"mapping", "fixes", "recipe"} <= set(inspect.signature(verb).parameters)


FRAME = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["0912345678"]})
TYPOS = [
    ("timezone_gtm", "timezone_gmt"),
    ("timezoneGmt", "timezone_gmt"),
    ("PHONE_FORMAT", "phone_format"),
    ("maping", "mapping"),
    ("Fixes", "fixes"),
    ("receipe", "recipe"),
]


@pytest.mark.parametrize(("wrong", "meant"), TYPOS)
@pytest.mark.parametrize(
    "verb", [FRAME.pango.validate, FRAME.pango.send, lambda **given: pp.clean(FRAME, **given)]
)
def test_a_typo_is_told_with_the_option_that_was_meant(
    wrong: str, meant: str, verb: Callable[..., Any]
) -> None:
    with pytest.raises(OptionError, match=f"Unknown option '{wrong}'. Did you mean '{meant}'"):
        verb(**{wrong: 1})


def test_send_is_told_of_its_own_arguments_too() -> None:
    with pytest.raises(OptionError, match="Did you mean 'ignored_update_cfs'"):
        FRAME.pango.send(ignore_update_cfs=["x"])
    with pytest.raises(OptionError, match=r"Unknown option .dry_run.\. A dry run is .*plan"):
        pp.send(FRAME, dry_run=True)  # type: ignore[call-arg]


def test_a_default_that_is_given_wins_over_the_recipe() -> None:
    recipe = pp.Recipe(entity="customer-identity", options={"phone_format": "e164"})
    own = {"mapping": {"phone": "phone", "customerId": "customerId", "fullName": "fullName"}}
    assert FRAME.pango.clean(recipe=recipe, **own)["phone"].to_list() == ["+84912345678"]
    both = FRAME.pango.clean(recipe=recipe, phone_format="national", **own)
    assert both["phone"].to_list() == ["0912345678"]


def test_a_function_knows_what_it_was_given_also_where_it_is_the_default() -> None:
    @written_out
    def ask(frame: object, *, day_first: bool = True, lang: str = "en") -> dict[str, Any]:
        return given(locals(), "frame")

    assert ask(1) == {}
    assert ask(1, lang="en") == {"lang": "en"}
    assert ask(frame=1, day_first=False) == {"day_first": False}
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        ask()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        ask(1, 2)  # type: ignore[call-arg, misc]


@pytest.mark.parametrize("wrong", ["", "zzzz", "___", None, 7])
def test_what_is_like_no_name_gets_no_hint(wrong: object) -> None:
    assert close_name(wrong, ["timezone_gmt", "day_first"]) is None


# Completion, as a notebook asks for it


@pytest.fixture(scope="module")
def completer() -> IPCompleter:
    shell = InteractiveShell.instance()
    shell.user_ns.update(pp=pp, df=FRAME)
    return shell.Completer


@pytest.mark.parametrize("uses_jedi", [True, False])
@pytest.mark.parametrize(
    "verb", ["pp.validate(df, ", "pp.clean(df, ", "pp.send(df, ", "df.pango.validate("]
)
def test_a_notebook_completes_the_options(
    completer: IPCompleter, verb: str, uses_jedi: bool
) -> None:
    completer.use_jedi = uses_jedi
    with provisionalcompleter():
        code = f"{verb}phone_"
        offered = {one.text for one in completer.completions(code, len(code))}
    assert {"phone_format=", "phone_region="} <= offered


@pytest.mark.parametrize("start", ["df.pango.", "pp."])
def test_a_notebook_completes_the_verbs(completer: IPCompleter, start: str) -> None:
    with provisionalcompleter():
        offered = {one.text.lstrip(".") for one in completer.completions(start, len(start))}
    assert {"validate", "clean", "plan", "send", "map"} <= offered


def test_an_editor_completes_the_options_from_the_text_alone() -> None:
    jedi = pytest.importorskip("jedi")
    code = "import pangoprep as pp\npp.validate(frame, phone_"
    offered = {one.name for one in jedi.Script(code).complete()}
    assert {"phone_format=", "phone_region="} <= offered
