"""The kinds of field an entity can declare; users know this module as ``pp.field``.

Each function returns a Pandera field whose metadata says everything pangoprep needs to know of it:
PangoCDP's type, which normalizer makes its values canonical, whether it is personal. All take

- ``label``: what the field is, in words, as findings and reports say it; in one language, or as
  ``{"en": "Order date", "vi": "Ngày đặt hàng"}``. Default: made of the field's name.
- ``required``: whether every record must have it.
- ``personal``: whether its values are masked wherever people look.
- ``headers``: what its column may be called in files, such as ``("Mã đơn", "Order no")``.
- ``example``: a value, for the docs.
- ``alias``: the field's name where Python cannot write it, as that of a custom field:
  ``alias="customFieldTexts.customField01"``.
- what ``pandera.Field`` takes (``ge``, ``str_length``, ``unique`` …), about canonical values.

Examples
--------
>>> import pangoprep as pp
>>> class Visit(pp.Entity, object_type="store-visit", key=("visitId",)):
...     visitId: str = pp.field.identifier(required=True, headers=["Mã lượt ghé"])
...     visitedAt: int = pp.field.timestamp("Time of the visit", required=True)
...     spent: float = pp.field.decimal("Money spent", ge=0)
>>> [facts.type for facts in Visit.fields().values()][-3:]
['String', 'Timestamp', 'Double']
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandera.pandas as pa

from pangoprep.errors import EntityError
from pangoprep.sentence import Sentence

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
        PangoCDP's type: String, Text, Integer, Long, Double, Float, Timestamp (milliseconds),
        Boolean, List or Items.
    label
        What it is, in words; empty where nobody said it.
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
    label_vi
        The label in Vietnamese; empty where ``tables/field_labels.csv`` has it, or nobody.
    headers
        What its column may be called, beside the headers that are known for all entities.
    item
        The `pangoprep.Item` of a field that holds a list of objects; else None.
    keyed_by
        The field of such objects under which they go out, where PangoCDP takes a map of them.
    source
        Where the field is known from, if not from PangoCDP's help pages: ``seen`` for what
        public integrations send.
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
    label_vi: str = ""
    headers: tuple[str, ...] = ()
    item: Any = None
    keyed_by: str = ""
    source: str = ""


def facts_of(column: Any) -> FieldFacts | None:
    """Return the facts of a Pandera column, or None if it was declared without them."""
    facts = (column.metadata or {}).get(_FACTS)
    return facts if isinstance(facts, FieldFacts) else None


def metadata_of(facts: FieldFacts) -> dict[str, FieldFacts]:
    """Return the Pandera metadata that carries these facts."""
    return {_FACTS: facts}


Label = str | Mapping[str, str]


def _field(
    kind: str,
    label: Label,
    normalizer: str,
    *,
    required: bool = False,
    personal: bool = False,
    choices: Sequence[str] = (),
    example: str = "",
    holds: str = "",
    headers: Sequence[str] = (),
    source: str = "",
    parameters: Mapping[str, Any] | None = None,
    **checks: Any,
) -> Any:
    told = {"en": label} if isinstance(label, str) else dict(label)
    facts = FieldFacts(
        type=kind,
        label=told.get("en", told.get("vi", "")),
        normalizer=normalizer,
        parameters=dict(parameters or {}),
        required=required,
        personal=personal,
        choices=tuple(choices),
        example=example,
        holds=holds,
        label_vi=told.get("vi", ""),
        headers=(headers,) if isinstance(headers, str) else tuple(headers),
        source=source,
    )
    if choices:
        checks["isin"] = [*choices]
    return pa.Field(nullable=not required, metadata=metadata_of(facts), **checks)


def text(label: Label = "", **options: Any) -> Any:
    """Free text: composed letters, single spaces, no invisible characters.

    ``holds`` says what it is about, see `FieldFacts`.
    """
    return _field("String", label, "text", **options)


def name(label: Label = "", **options: Any) -> Any:
    """A person's name or a part of one; personal."""
    return text(label, **{"personal": True, "holds": "name", **options})


def province(label: Label = "", **options: Any) -> Any:
    """A province or city: those of Vietnam in one spelling, others as free text."""
    return _field("String", label, "province", **options)


def identifier(label: Label = "", **options: Any) -> Any:
    """Text that names something: leading zeros count. Personal unless ``personal=False``.

    The parameter ``form`` may be ``"identity"``, for the number of an identity card, or ``"card"``.
    """
    return _field("String", label, "id", **{"personal": True, **options})


def phone(label: Label = "", **options: Any) -> Any:
    """A phone number, digits only, with a leading ``+`` when E.164; personal."""
    pattern = r"\A\+?[0-9]{7,15}$"
    given = {"personal": True, "str_matches": pattern, **options}
    return _field("String", label, "phone", **given)


def email(label: Label = "", **options: Any) -> Any:
    """An email address in lower case; personal."""
    pattern = r"\A[^@ ]+@[^@ ]+\.[^@ ]+$"
    given = {"personal": True, "str_matches": pattern, **options}
    return _field("String", label, "email", **given)


def choice(
    choices: Sequence[str],
    label: Label = "",
    *,
    words: str | Mapping[str, str] = "",
    **options: Any,
) -> Any:
    """One of a few values, in any case and with or without Vietnamese marks.

    ``words`` are further words and what they mean, such as ``{"đã giao": "Delivered"}``; or the
    name of a choice in ``tables/choices.csv``. A word that means none is an error.
    """
    if other := [one for one in choices if not isinstance(one, str)]:
        raise EntityError(
            Sentence(
                "choices are texts, such as ['New', 'Done'], not {1!r}. For whole "
                "numbers there is pp.field.integer.",
                other[0],
            )
        )
    parameters: dict[str, Any] = {"choice": words}
    if not isinstance(words, str) or not words:
        own = {} if isinstance(words, str) else words
        parameters = {"words": {**{one: one for one in choices}, **own}}
    return _field("String", label, "choice", choices=choices, parameters=parameters, **options)


def gender(label: Label = "Gender", **options: Any) -> Any:
    """Male, female or undefined; an unknown word becomes ``undefined``."""
    choices = ("male", "female", "undefined")
    return _field("String", label, "gender", choices=choices, **{"example": "male", **options})


def relationship(label: Label = "", choices: Sequence[str] = (), **options: Any) -> Any:
    """What a relative is to the customer; an unknown word becomes ``undefined``."""
    return _field("String", label, "relationship", choices=choices, **options)


def timestamp(
    label: Label = "", *, earliest: int = 1970, future: bool = False, **options: Any
) -> Any:
    """A date or time: milliseconds since 1970-01-01 UTC.

    ``earliest`` is the first plausible year; ``future`` allows what lies ahead.
    """
    parameters = {"earliest": earliest, "future": future, "year_to": options.pop("year_to", None)}
    return _field("Timestamp", label, "date", parameters=parameters, **options)


def birth_date(label: Label = "Date of birth", **options: Any) -> Any:
    """A date of birth: local midnight as milliseconds since 1970-01-01 UTC; personal."""
    given = {"personal": True, "year_to": "yob", **options}
    return timestamp(label, earliest=1900, **given)


def date_text(label: Label = "", **options: Any) -> Any:
    """A date written as ``yyyy-MM-dd``."""
    pattern = r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}$"
    parameters = {"earliest": 1900, "future": False}
    return _field("Text", label, "date_text", parameters=parameters, str_matches=pattern, **options)


def year(label: Label = "", **options: Any) -> Any:
    """A four-digit year from 1900."""
    return _field("Integer", label, "year", **{"ge": 1900, **options})


def integer(label: Label = "", *, bits: int = 64, **options: Any) -> Any:
    """A whole number of 64 bits, or of 32."""
    if bits == 64:
        return _field("Long", label, "integer", **options)
    return _field("Integer", label, "integer", **{"ge": -(2**31), "le": 2**31 - 1, **options})


def decimal(label: Label = "", **options: Any) -> Any:
    """A decimal number, such as money: exact, digit for digit.

    Whether a point or a comma separates decimals is told from the column as a whole.
    """
    return _field("Double", label, "decimal", **options)


def percent(label: Label = "", **options: Any) -> Any:
    """A percentage in percent points: ``8.2`` is 8.2 %; a percent sign may follow."""
    given = {"parameters": {"percent": True}, **options}
    return _field("Float", label, "decimal", **given)


def timezone() -> Any:
    """Whole hours east of Greenwich, -12 to 14."""
    label = "Hours from GMT in which the record's dates were local"
    return _field("Integer", label, "timezone", example="7", ge=-12, le=14)


def boolean(label: Label = "", **options: Any) -> Any:
    """True or false."""
    return _field("Boolean", label, "boolean", **options)


def list(label: Label = "", **options: Any) -> Any:  # noqa: A001 - users write pp.field.list
    """A list of texts."""
    return _field("List", label, "list", **options)


def items(item: Any, label: Label = "", *, keyed_by: str = "", **options: Any) -> Any:
    """A list of objects, each a `pangoprep.Item`, such as the lines of an order.

    A cell holds them as a list of dicts or as JSON. With ``keyed_by`` they go out as a map, each
    under what that field of it holds.
    """
    made = _field("Items", label, "items", **options)
    facts = made.metadata[_FACTS]
    made.metadata[_FACTS] = replace(facts, item=item, keyed_by=keyed_by)
    return made


def url(label: Label = "", **options: Any) -> Any:
    """A web address that starts with ``http://`` or ``https://``."""
    given = {"str_matches": r"\Ahttps?://[^ ]+$", **options}
    return _field("String", label, "url", **given)


def country_code(label: Label = "", letters: int = 2, **options: Any) -> Any:
    """An ISO 3166-1 code of two or three letters."""
    pattern = rf"\A[A-Z]{{{letters}}}$"
    parameters = {"letters": letters}
    return _field("String", label, "country", parameters=parameters, str_matches=pattern, **options)
