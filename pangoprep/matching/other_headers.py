"""A file that does not have the headers a recipe was made for."""

from __future__ import annotations

from collections.abc import Sequence

from pangoprep import call_words as how
from pangoprep.errors import RecipeError
from pangoprep.sentence import Sentence

_MAX_SHOWN = 8


def other_headers(absent: Sequence[str], new: Sequence[str]) -> RecipeError:
    """Return the error that names the headers that are not there, and those that are new.

    Examples
    --------
    >>> print(str(other_headers(["Tên", "SĐT"], ["Phone"])).partition(". ")[0])
    The file has other headers than the recipe: 'Tên', 'SĐT' are not there; new is 'Phone'
    """
    lacks, adds = _listed(absent), _listed(new)
    return RecipeError(
        Sentence(
            "The file has other headers than the recipe: {1}{2}. Correct [mapping] in the recipe, "
            "or make it anew: {3}.",
            Sentence("{1} is not there", lacks)
            if len(absent) == 1
            else Sentence("{1} are not there", lacks),
            Sentence("; new is {1}", adds)
            if len(new) == 1
            else Sentence("; new are {1}", adds)
            if new
            else "",
            how.either("report.recipe().save(...)", "pangoprep map --out"),
        )
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names[:_MAX_SHOWN])) + (" …" if len(names) > _MAX_SHOWN else "")
