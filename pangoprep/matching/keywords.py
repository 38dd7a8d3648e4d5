"""The keywords that say how a frame becomes an entity, declared once."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from pangoprep.errors import OptionError
from pangoprep.fixes.file import FixesFile, GivenFixes
from pangoprep.keywords import taken
from pangoprep.matching.recipes import Recipe
from pangoprep.matching.written_values import check_written


@dataclass(frozen=True, kw_only=True)
class EntityKeywords:
    """How a frame becomes the entity.

    Parameters
    ----------
    mapping
        The field of columns whose headers do not tell, such as ``{"SĐT": "phone"}``.
    fixes
        What cells mean, by field, such as ``{"gender": {"x": "male"}}``; or a fixes file, such as
        ``"kv.fixes"``, with what was fixed before.
    values
        What is added to rows, by field, such as ``{"systemName": "CRM"}``; see ``docs/values.md``.
    recipe
        All of these, and options, from a file; what is given beside it wins.
    """

    mapping: Mapping[Any, str] | None = None
    fixes: GivenFixes | None = None
    values: Mapping[str, Any] | None = None
    recipe: Recipe | str | os.PathLike[str] | None = None

    def __post_init__(self) -> None:
        """Refuse at once what cannot be put together with a recipe or a run that is resumed."""
        if not isinstance(self.mapping, Mapping | None):
            raise OptionError("mapping must map columns to fields, such as {'SĐT': 'phone'}.")
        if not isinstance(self.fixes, Mapping | FixesFile | str | os.PathLike | None):
            raise OptionError('fixes must look like {"gender": {"x": "male"}}, or be a fixes file.')
        check_written({} if self.values is None else self.values)

    @classmethod
    def taken_from(cls, given: dict[str, Any]) -> Self:
        """Take them out of the keywords of a call; the options stay.

        Examples
        --------
        >>> given = {"timezone_gmt": 7, "mapping": {"SĐT": "phone"}}
        >>> EntityKeywords.taken_from(given).mapping, given
        ({'SĐT': 'phone'}, {'timezone_gmt': 7})
        """
        return cls(**taken(given, [entry.name for entry in dataclasses.fields(cls)]))
