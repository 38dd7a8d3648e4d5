"""Functions whose keywords are written out, and that know which of them were given.

People, editors and type checkers see every keyword with its choices and default. What the default
is in a call may be said elsewhere, though: by a recipe, an entity, a run that is resumed. So a
function needs to know what was left out.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from pangoprep.close_names import did_you_mean
from pangoprep.deprecation import new_names
from pangoprep.errors import OptionError
from pangoprep.sentence import Sentence

F = TypeVar("F", bound=Callable[..., Any])

# Stands for a keyword that was left out.
_LEFT_OUT: Any = object()
# What is asked of a function that has another way to it.
_INSTEAD = {
    "dry_run": " A dry run is validate(...), or plan(...) with what would be sent.",
    "items": " Two tables are taken as frames, pp.read(path).pango.validate(items=...); in parts "
    "they are taken as one table with one row per item.",
}


def written_out(function: F) -> F:
    """Tell a function which keywords were left out, and its caller which do not exist.

    The function takes what was given from `given`. Its signature stays as it is written: groups of
    keywords that several functions share (options, those of a send) are declared once, and
    ``python -m tools.make_signatures`` writes them into each.

    Examples
    --------
    >>> @written_out
    ... def read(path, *, header: int = 1, sheet: str = "first"):
    ...     return given(locals(), "path")
    >>> read("a.csv", header=1)
    {'header': 1}
    >>> read("a.csv", shet="b")
    Traceback (most recent call last):
    pangoprep.errors.OptionError: Unknown option 'shet'. Did you mean 'sheet'? There are header, sheet.
    """  # noqa: E501
    parameters = inspect.signature(function).parameters.values()
    names = [one.name for one in parameters if one.kind is one.KEYWORD_ONLY]
    others = {one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD}
    needed = {one.name for one in parameters if one.default is one.empty}
    left_out = dict.fromkeys([name for name in names if name not in needed], _LEFT_OUT)

    def checked(keywords: dict[str, Any]) -> dict[str, Any]:
        keywords = new_names(keywords)
        unknown = [name for name in keywords if name not in names and name not in others]
        if unknown:
            raise unknown_option(unknown[0], names)
        return {**left_out, **keywords}

    @functools.wraps(function)
    def call(*positional: Any, **keywords: Any) -> Any:
        return function(*positional, **checked(keywords))

    @functools.wraps(function)
    async def call_async(*positional: Any, **keywords: Any) -> Any:
        return await function(*positional, **checked(keywords))

    return call_async if inspect.iscoroutinefunction(function) else call  # type: ignore[return-value]


def given(local: Mapping[str, Any], *others: str) -> dict[str, Any]:
    """Return the keywords that a function decorated with `written_out` was given.

    Parameters
    ----------
    local
        The function's ``locals()``, asked before it has any but its arguments.
    others
        Arguments that are taken another way.
    """
    apart = {"self", *others}
    return {
        name: value for name, value in local.items() if value is not _LEFT_OUT and name not in apart
    }


def taken(keywords: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Take the keywords with some names out of others.

    Examples
    --------
    >>> keywords = {"source": "CRM", "day_first": True}
    >>> taken(keywords, ["source", "client"]), keywords
    ({'source': 'CRM'}, {'day_first': True})
    """
    return {name: keywords.pop(name) for name in list(keywords) if name in names}


def unknown_option(name: str, known: Collection[str]) -> OptionError:
    """Say that there is no such option, which was meant, and which there are."""
    hint = _INSTEAD.get(name) or did_you_mean(name, known)
    return OptionError(
        Sentence("Unknown option {1!r}.{2} There are {3}.", name, hint, ", ".join(known))
    )
