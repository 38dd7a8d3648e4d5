"""What the package exports."""

from __future__ import annotations

import inspect
from types import ModuleType

import pytest

import pangoprep as pp
from pangoprep.entities import MODELS
from tests.source import PACKAGE, PROJECT


def test_all_lists_every_public_name_once_in_order() -> None:
    named = [name for name in pp.__all__ if name not in MODELS]
    assert named == sorted(named, key=lambda name: (not name.isupper(), name.islower(), name))
    assert set(MODELS) <= set(pp.__all__)
    assert len(set(pp.__all__)) == len(pp.__all__)
    own = {
        name
        for name, value in vars(pp).items()
        if not name.startswith("_")
        and not isinstance(value, ModuleType)
        and getattr(value, "__module__", "").startswith("pangoprep")
    }
    assert own - set(pp.__all__) == set()


@pytest.mark.parametrize("name", pp.__all__)
def test_a_public_name_is_there_and_says_what_it_is(name: str) -> None:
    value = getattr(pp, name)
    assert name in dir(pp)
    if not isinstance(value, dict):
        assert (inspect.getdoc(value) or "").strip()


def test_tab_completion_offers_the_public_names_and_no_others() -> None:
    assert set(dir(pp)) == {*pp.__all__, "__version__"}


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Costumer'"):
        pp.Costumer  # noqa: B018


def test_the_version_is_the_projects() -> None:
    assert pp.__version__ == PROJECT["project"]["version"]
    assert (PACKAGE / "py.typed").exists()
