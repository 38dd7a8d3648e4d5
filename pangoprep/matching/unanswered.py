"""What a recipe still asks: columns of which nobody has said which field they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pangoprep import call_words as how
from pangoprep.entities import Entity
from pangoprep.errors import RecipeError
from pangoprep.matching.mapping import check_mapping, map_columns
from pangoprep.matching.values import read_values
from pangoprep.sentence import Sentence

#: Stands for the field of such a column in a recipe's mapping.
ASKED = "?"
_MAX_TOLD = 8


def refuse_unanswered(
    mapping: Mapping[str, str],
    frame: pd.DataFrame,
    entity: type[Entity],
    said: Mapping[Any, str],
    values: Mapping[str, Any],
) -> None:
    """Stop where a column is asked about that still could be a field.

    Parameters
    ----------
    mapping
        The recipe's, with the questions.
    frame, entity
        The rows, or the first of them, and what they become.
    said
        What the recipe and the caller have decided, column to field.
    values
        What is added to rows.

    Raises
    ------
    RecipeError
        Naming the columns, and the fields that they could be.
    """
    columns = list(frame.columns)
    open_ = [c for c, name in mapping.items() if name == ASKED and c in columns and c not in said]
    if not open_:
        return
    known = {name: "" for name in columns if name not in mapping} | dict(said)
    check_mapping(known, columns, entity)
    found = map_columns(frame, entity, known, read_values(values, entity, frame.columns, known))
    asked = {match.column: match.claims for match in found.matches if match.column in open_}
    asked = {column: claims for column, claims in asked.items() if claims}
    if not asked:
        return
    column, claims = next(iter(asked.items()))
    told = "; ".join(
        f"{name!r} ({' or '.join(claim.field for claim in some)})"
        for name, some in list(asked.items())[:_MAX_TOLD]
    )
    raise RecipeError(
        Sentence(
            "The recipe asks which field {1}, and nobody has answered: {2}{3}. Write "
            'the field behind it in [mapping], or "" to leave it out; or answer in '
            "the {4}: {5}.",
            "a column is" if len(asked) == 1 else "columns are",
            told,
            " …" if len(asked) > _MAX_TOLD else "",
            how.either("call", "command"),
            how.mapping(column, claims[0].field),
        )
    )
