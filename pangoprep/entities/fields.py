"""The kinds of field an entity can declare.

Each function returns a Pandera field whose metadata says everything pangoprep needs to know of it:
PangoCDP's type, which normalizer makes its values canonical, whether it is personal. Pandera's own
arguments (``nullable``, ``isin``, ``str_matches`` …) describe the canonical values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandera.pandas as pa

_FACTS = "pangoprep"


# Patterns of canonical values. Both engines pandas matches with, Arrow's and Python's, must take
# them: \z and \Z each fail in one. $ would let a line end follow, which cleaning has taken off.


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """What is known of one field.

    Parameters
    ----------
    name
        PangoCDP's name of the field.
    type
        PangoCDP's type: String, Text, Integer, Long, Timestamp (milliseconds), Boolean or List.
    label
        What it is, in words.
    normalizer
        Which normalizer makes it canonical; a key of ``NORMALIZERS``.
    parameters
        What that normalizer needs to know, such as the word table of a choice.
    required
        Whether every record must have it. Fields that can stand for each other are in the
        entity's rules.
    personal
        Whether its values are masked wherever people look.
    choices
        The allowed values; empty where all are.
    example
        A value as PangoCDP's help page shows it.
    holds
        What the texts of a field are about, where the normalizer leaves that open: ``name``,
        ``district``, ``ward``, ``address``, ``state``, ``country``, ``link`` or ``person``; empty
        for labels of any kind. Columns are matched by it.
    """

    type: str
    label: str
    normalizer: str
    parameters: Mapping[str, Any]
    required: bool
    personal: bool
    choices: tuple[str, ...]
    example: str
    holds: str = ""
    name: str = ""


def facts_of(column: Any) -> FieldFacts | None:
    """Return the facts of a Pandera column, or None if it was declared without them."""
    facts = (column.metadata or {}).get(_FACTS)
    return facts if isinstance(facts, FieldFacts) else None


def metadata_of(facts: FieldFacts) -> dict[str, FieldFacts]:
    """Return the Pandera metadata that carries these facts."""
    return {_FACTS: facts}


def _field(
    kind: str,
    label: str,
    normalizer: str,
    *,
    required: bool = False,
    personal: bool = False,
    choices: Sequence[str] = (),
    example: str = "",
    holds: str = "",
    parameters: Mapping[str, Any] | None = None,
    **checks: Any,
) -> Any:
    facts = FieldFacts(
        type=kind,
        label=label,
        normalizer=normalizer,
        parameters=dict(parameters or {}),
        required=required,
        personal=personal,
        choices=tuple(choices),
        example=example,
        holds=holds,
    )
    if choices:
        checks["isin"] = list(choices)
    return pa.Field(nullable=not required, metadata=metadata_of(facts), **checks)


def text(label: str, **options: Any) -> Any:
    """Free text: composed letters, single spaces, no invisible characters.

    ``holds`` says what it is about, see `FieldFacts`.
    """
    return _field("String", label, "text", **options)


def name(label: str, **options: Any) -> Any:
    """A person's name or a part of one."""
    return text(label, personal=True, holds="name", **options)


def province(label: str, **options: Any) -> Any:
    """A province or city: those of Vietnam in one spelling, others as free text."""
    return _field("String", label, "province", **options)


def identifier(label: str, **options: Any) -> Any:
    """Text that names something: leading zeros count. Ids of people are personal.

    The parameter ``form`` may be ``"identity"``, for the number of an identity card, or ``"card"``.
    """
    return _field("String", label, "id", **{"personal": True, **options})


def phone(label: str, **options: Any) -> Any:
    """A phone number, digits only, with a leading ``+`` when E.164."""
    pattern = r"\A\+?[0-9]{7,15}$"
    return _field("String", label, "phone", personal=True, str_matches=pattern, **options)


def email(label: str, **options: Any) -> Any:
    """An email address in lower case."""
    pattern = r"\A[^@ ]+@[^@ ]+\.[^@ ]+$"
    return _field("String", label, "email", personal=True, str_matches=pattern, **options)


def choice(label: str, name: str, choices: Sequence[str], **options: Any) -> Any:
    """One of a few values; ``name`` is the choice in ``tables/choices.csv``."""
    parameters = {"choice": name}
    return _field("String", label, "choice", choices=choices, parameters=parameters, **options)


def gender() -> Any:
    """Male, female or undefined; an unknown word becomes ``undefined``."""
    choices = ("male", "female", "undefined")
    return _field("String", "Gender", "gender", choices=choices, example="male")


def relationship(label: str, choices: Sequence[str], **options: Any) -> Any:
    """What a relative is to the customer; an unknown word becomes ``undefined``."""
    return _field("String", label, "relationship", choices=choices, **options)


def timestamp(label: str, *, earliest: int = 1970, future: bool = False, **options: Any) -> Any:
    """Milliseconds since 1970-01-01 UTC; ``earliest`` is the first plausible year."""
    parameters = {"earliest": earliest, "future": future, "year_to": options.pop("year_to", None)}
    return _field("Timestamp", label, "date", parameters=parameters, **options)


def birth_date(**options: Any) -> Any:
    """A date of birth: local midnight as milliseconds since 1970-01-01 UTC."""
    return timestamp("Date of birth", earliest=1900, personal=True, year_to="yob", **options)


def date_text(label: str, **options: Any) -> Any:
    """A date written as ``yyyy-MM-dd``."""
    pattern = r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}$"
    parameters = {"earliest": 1900, "future": False}
    return _field("Text", label, "date_text", parameters=parameters, str_matches=pattern, **options)


def year(label: str, **options: Any) -> Any:
    """A four-digit year from 1900."""
    return _field("Integer", label, "year", ge=1900, **options)


def whole_number(label: str, **options: Any) -> Any:
    """A whole number of 64 bits."""
    return _field("Long", label, "integer", **options)


def timezone() -> Any:
    """Whole hours east of Greenwich, -12 to 14."""
    label = "Hours from GMT in which the record's dates were local"
    return _field("Integer", label, "timezone", example="7", ge=-12, le=14)


def boolean(label: str, **options: Any) -> Any:
    """True or false."""
    return _field("Boolean", label, "boolean", **options)


def text_list(label: str, **options: Any) -> Any:
    """A list of texts."""
    return _field("List", label, "list", **options)


def url(label: str, **options: Any) -> Any:
    """A web address that starts with ``http://`` or ``https://``."""
    return _field("String", label, "url", str_matches=r"\Ahttps?://[^ ]+$", **options)


def country_code(label: str, letters: int, **options: Any) -> Any:
    """An ISO 3166-1 code of two or three letters."""
    pattern = rf"\A[A-Z]{{{letters}}}$"
    parameters = {"letters": letters}
    return _field("String", label, "country", parameters=parameters, str_matches=pattern, **options)
