"""What goes away: for one minor version it works with a warning, then it ends with an error.

A function, method or property gets ``@deprecated("report.evidence is report.examined.")``: editors
and type checkers strike it out, and a call warns. An option, of functions and of recipes, and a
name of ``pp`` get a line in the tables below.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

from pangoprep.error_words import in_environment
from pangoprep.errors import OptionError
from pangoprep.sentence import Sentence

if sys.version_info >= (3, 13):
    from warnings import deprecated as deprecated  # given on
else:
    from typing_extensions import deprecated as deprecated  # given on


class Renamed(NamedTuple):
    """What a name is called now, since which version, and whether the old one has ended."""

    new: str
    since: str
    ended: bool = False


#: Options by the names they had.
OPTIONS: dict[str, Renamed] = {}
#: Names of ``pp`` by those they had.
EXPORTS: dict[str, Renamed] = {}


def new_names(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options by the names they have now, with a warning for each that has another.

    Raises
    ------
    OptionError
        If the old name has ended, or both names are given.
    """
    found: dict[str, Any] = {}
    for name, value in options.items():
        if name in OPTIONS and OPTIONS[name].new in options:
            raise OptionError(
                Sentence("{1} is {2} now; give one of them.", name, OPTIONS[name].new)
            )
        found[new_option(name)] = value
    return found


def new_option(name: str) -> str:
    """Return what an option is called now; warn where that is something else.

    Raises
    ------
    OptionError
        If the old name has ended.
    """
    renamed = OPTIONS.get(name)
    if renamed is None:
        return name
    told = Sentence("The option {1} is {2} since {3}.", name, renamed.new, renamed.since)
    if renamed.ended:
        raise OptionError(told)
    warn(told)
    return renamed.new


def new_export(name: str) -> str | None:
    """Return what a name of ``pp`` is now, with a warning; None if it never was one.

    Raises
    ------
    AttributeError
        If the old name has ended.
    """
    renamed = EXPORTS.get(name)
    if renamed is None:
        return None
    told = Sentence("pp.{1} is pp.{2} since {3}.", name, renamed.new, renamed.since)
    if renamed.ended:
        raise AttributeError(in_environment(told))
    warn(told)
    return renamed.new


def warn(told: str) -> None:
    """Warn at the line of the caller's that led here, whatever of ours lies between.

    In the language of the environment.
    """
    level, frame = 1, sys._getframe(0)
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == "pangoprep":
        level, frame = level + 1, frame.f_back
    warnings.warn(in_environment(told), DeprecationWarning, stacklevel=level)
