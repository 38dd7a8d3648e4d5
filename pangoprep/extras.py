"""What is not installed with pangoprep itself, and how to get it."""

from __future__ import annotations

from pangoprep.errors import UsageError


def missing(what: str, package: str, extra: str) -> UsageError:
    """Return the error that says how to install what is missing; double quotes suit every shell.

    Examples
    --------
    >>> print(missing("Plots need", "matplotlib", "plot"))
    Plots need matplotlib: pip install "pangoprep[plot]".
    """
    return UsageError(f'{what} {package}: pip install "pangoprep[{extra}]".')
