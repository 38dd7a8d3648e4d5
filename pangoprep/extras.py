"""What is not installed with pangoprep itself, and how to get it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pangoprep.errors import UsageError
from pangoprep.sentence import Sentence


def missing(what: str, package: str, extra: str) -> UsageError:
    """Return the error that says how to install what is missing; double quotes suit every shell.

    Examples
    --------
    >>> print(missing("Plots need", "matplotlib", "plot"))
    Plots need matplotlib: pip install "pangoprep[plot]".
    """
    return UsageError(Sentence('{1} {2}: pip install "pangoprep[{3}]".', what, package, extra))


@contextmanager
def needed_by(what: str) -> Iterator[None]:
    """Say what to do where a package that comes with pangoprep is not there any more.

    Raises
    ------
    UsageError
        If an import in the block finds no such package, other than one of ours.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "pangoprep").partition(".")[0] == "pangoprep":
            raise
        package = error.name
    else:
        return
    raise UsageError(
        Sentence(
            "{1} needs {2}, which comes with pangoprep and is missing here. Install "
            "pangoprep again in the way you installed it.",
            what,
            package,
        )
    )
