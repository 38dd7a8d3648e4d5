"""What a header says, weighed against what its column holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pangoprep.entities.fields import FieldFacts
from pangoprep.matching.claims import CERTAIN, TOLD, Claim, Reason
from pangoprep.matching.contents import Cells
from pangoprep.matching.fitting import (
    agrees,
    contradicts,
    could_be,
    disagrees,
    fit,
    is_told,
    kind_of,
    prove,
)

_FROM_CONTENT, _MAX_ASKED = 0.5, 0.85
# Kinds of cells that are worth a question whatever the header, and those that are the person's own.
_ASKED = ("phone", "email", "url", "gender", "province", "district", "ward", "name")
_CONTACT = ("phone", "email")
_NAME_PARTS = ("firstName", "middleName", "lastName")
# Of several fields one is meant: the whole name, the district beside the city.
_ONE_OF = ("name", "province", "district", "ward")


def weigh(
    spelled: Sequence[Claim],
    cells: Cells,
    facts: Mapping[str, FieldFacts],
    *,
    is_part_of_name: bool = False,
) -> list[Claim]:
    """Return what a column could be, by its header's claims and its cells.

    Parameters
    ----------
    spelled
        What the header says, best first.
    cells
        What the column holds.
    facts
        The entity's fields.
    is_part_of_name
        Whether another column holds surnames, so that this one holds no whole names.
    """
    if spelled and spelled[0].confidence >= CERTAIN:
        return _confirmed(spelled[0], cells, facts)
    return _suggested(spelled, cells, facts, is_part_of_name=is_part_of_name)


def _confirmed(claim: Claim, cells: Cells, facts: Mapping[str, FieldFacts]) -> list[Claim]:
    """Keep what a header says for certain, unless the cells say otherwise."""
    if claim.field not in facts:  # a custom field
        return [claim]
    known = facts[claim.field]
    if kind := contradicts(cells, known):
        overruled = _overruled(claim, kind, facts)
        return [c for c in overruled if c.rank < TOLD or not claim.needs]
    if claim.needs == "fit" and not fit(cells, known):
        if not could_be(cells, known):
            return []
        reasons = (*claim.reasons, Reason("short_word"))
        return [Claim(claim.field, _FROM_CONTENT, 4, reasons)]
    return [claim]


def _overruled(claim: Claim, kind: str, facts: Mapping[str, FieldFacts]) -> list[Claim]:
    """Say what a column could be whose cells are of another kind than its header says.

    Whether a phone number or an address was meant, the cells are the better witness; so are whole
    dates under a year of birth.
    """
    holds = (Reason("holds_other", kind=kind, field=claim.field),)
    reasons = (*claim.reasons, Reason("but_holds", kind=kind))
    told = Claim(claim.field, _FROM_CONTENT, TOLD, reasons)
    births = [name for name, f in facts.items() if f.parameters.get("year_to") == claim.field]
    if kind == "date" and births:
        return [Claim(births[0], CERTAIN, 3, holds), told]
    could_be = _fields_of(kind, facts, near=claim.field)
    expected = kind_of(facts[claim.field])
    is_contact = kind in _CONTACT and expected in (*_CONTACT, "name")
    if is_contact and len(could_be) == 1:
        return [Claim(could_be[0], CERTAIN, 3, holds), told]
    return [*(Claim(name, _FROM_CONTENT, 4, holds) for name in could_be[:3]), told]


def _suggested(
    spelled: Sequence[Claim],
    cells: Cells,
    facts: Mapping[str, FieldFacts],
    *,
    is_part_of_name: bool,
) -> list[Claim]:
    """Keep the suggestions the cells could be; take one that they prove."""
    left = [c for c in spelled if could_be(cells, facts[c.field])]
    kind = cells.kind
    holds = (Reason("holds", kind=kind),)
    for c in left:
        if c.needs == "prove" and prove(cells, facts[c.field]) and not is_part_of_name:
            return [c._replace(confidence=CERTAIN, reasons=c.reasons + holds)]
    if not kind:
        return left
    if kind == "name" and not is_part_of_name and left:
        # Whole names are no parts of names, whichever word the header shares with those.
        whole = _fields_of(kind, facts)
        if whole and all(c.field in _NAME_PARTS for c in left):
            return [left[0]._replace(field=whole[0], reasons=holds)]
    if fitting := [c for c in left if kind_of(facts[c.field]) == kind]:
        return [c._replace(confidence=min(c.confidence + 0.2, _MAX_ASKED),
                           reasons=c.reasons + holds) for c in fitting]  # fmt: skip
    # Nothing in the header speaks for the field that usually holds such values.
    usual = _fields_of(kind, facts) if kind in _ASKED and (kind != "name" or not left) else []
    return [Claim(usual[0], _FROM_CONTENT, 4, holds)] if usual else left


def _fields_of(kind: str, facts: Mapping[str, FieldFacts], near: str = "") -> list[str]:
    """Return the fields that hold a kind of values; the one beside a field where it says which."""
    found = [name for name, known in facts.items() if kind_of(known) == kind]
    if kind in _ONE_OF:
        place = list(facts).index(near) if near else 0
        found = sorted(found, key=lambda name: abs(list(facts).index(name) - place))[:1]
    if kind == "date":  # not its text
        found = [name for name in found if facts[name].normalizer == kind]
    return [] if kind == "number" else found


def prefer_better_cells(
    found: dict[Any, list[Claim]], cells: Mapping[Any, Cells], facts: Mapping[str, FieldFacts]
) -> None:
    """Take a field from columns that hold none of its values where another column does.

    Exports of shop systems have a *City* with the district and a *Province* with the province.
    """
    for name, known in facts.items():
        if not is_told(known):
            continue
        claiming = [
            c for c in cells if any(one.field == name and one.rank < TOLD for one in found[c])
        ]
        if len(claiming) < 2:
            continue
        better = next((c for c in claiming if agrees(cells[c], known)), None)
        for column in claiming if better is not None else ():
            claim = found[column][0]
            if (
                claim.field == name
                and claim.confidence >= CERTAIN
                and disagrees(cells[column], known)
            ):
                reason = Reason("better", kind=kind_of(known), field=name, column=better)
                found[column] = _second_best(name, reason, cells[column], facts)


def _second_best(
    name: str, reason: Reason, cells: Cells, facts: Mapping[str, FieldFacts]
) -> list[Claim]:
    """Suggest the district that goes with a city for a city that is none; else only tell."""
    districts = _fields_of("district", facts, near=name)
    if kind_of(facts[name]) == "province" and districts and could_be(cells, facts[districts[0]]):
        return [Claim(districts[0], _FROM_CONTENT, 4, (reason,))]
    return [Claim(name, _FROM_CONTENT, TOLD, (reason,))]
