"""What a column says it is, how sure that is, and why: facts, of which sentences are made later.

The sentences are made in ``pangoprep/matching/map_words.py``.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, NamedTuple

#: From this confidence on a column is taken for a field without asking.
CERTAIN = 0.9
#: The rank of what is told only if nothing better is left to ask.
TOLD = 5


class Reason(NamedTuple):
    """One reason why a column could be a field.

    Parameters
    ----------
    rule
        Which one; its words are those of ``match.`` and this in ``tables/report_words.csv``.
    header
        A spelling of the field's header that is known.
    kind
        What the column holds, or does not, such as ``"phone"``.
    field
        The field that its header says.
    column
        Another column.
    """

    rule: str
    header: str = ""
    kind: str = ""
    field: str = ""
    column: Hashable = ""


#: The caller's word, and the field's own name.
SAID, NAME = Reason("said"), Reason("name")


class Claim(NamedTuple):
    """A column that says it is a field.

    Parameters
    ----------
    field
        The field.
    confidence
        From 0 to 1.
    rank
        0: the field's name to the letter, 1: otherwise written, 2: a known spelling, 3: nearly one,
        4: a suggestion, 5: told only. The lowest has the best right.
    reasons
        Why.
    needs
        What the cells must do for the column to be taken: ``"fit"`` the field, where the header
        is so short that it may be another word; ``"prove"`` it, where it is a word of many
        meanings; empty where the header is enough, or nothing is.
    """

    field: str
    confidence: float
    rank: int
    reasons: tuple[Reason, ...]
    needs: str = ""


@dataclass(frozen=True)
class Match:
    """What one column could be.

    Parameters
    ----------
    column
        The frame's column.
    claims
        The fields it could be, best first.
    is_certain
        Whether the best one is taken.
    used_for
        The fields that the caller's ``values`` make of this column.
    is_left_out
        Whether the caller left it out on purpose.
    step
        The step of a workbench that said what becomes of it; 0 if none did.
    holds
        PangoCDP's type of the custom field that would take its cells, ``"Long"``, where it is taken
        for nothing and the entity has custom fields.
    """

    column: Any
    claims: tuple[Claim, ...] = ()
    is_certain: bool = False
    used_for: tuple[str, ...] = ()
    is_left_out: bool = False
    step: int = 0
    holds: str = ""

    @property
    def becomes(self) -> str | None:
        """The field that it is taken for; empty if it is left out, None if that is open."""
        return self.claims[0].field if self.is_certain else "" if self.is_left_out else None
