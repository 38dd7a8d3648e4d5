"""What kind of field some values are of, by what the normalizers make of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.declarations.kinds import kind_of
from pangoprep.entities import ENTITIES
from pangoprep.entities.fields import FieldFacts
from pangoprep.findings import rules
from pangoprep.normalizers import NORMALIZERS
from pangoprep.normalizers.base import Context, filled
from pangoprep.options import Options

# Milliseconds of the years 2001 to 2286: thirteen digits, as no number of things has them.
_MILLISECONDS = range(10**12, 10**13)
_SECONDS = range(10**9, 10**10)
_PHONE_NAME = re.compile(r"(?i)phone|mobile|tel$|sdt|hotline")
_ID_NAME = re.compile(
    r"(?:^id|(?:^|[a-z0-9_])(?:Id|ID|Code|No|Key|Sku|SKU)|_(?:id|code|no|key)|^sku|^code|^key)$"
)
# Kinds that a value shows by itself, the narrowest first.
_SHOWN = ("email", "url", "date_text")
# What addresses look like: samples hold those of nobody, which the normalizer takes for none.
_SHAPES = {"email": r"[^@\s]+@[^@\s]+\.[^@\s]+"}
_PHONE = r"\+?[0-9][0-9 .()-]{7,18}"
# Kinds of known fields that a field of the same name is taken for, if its values fit.
_BY_NAME = ("text", "name", "identifier", "phone", "email", "province", "gender")
_MASKED = "Kept from sight as long as nobody says what it holds: personal = false shows it."


@dataclass(frozen=True)
class Told:
    """The arguments of a field's declaration, and what is doubtful about them."""

    arguments: dict[str, Any] = field(default_factory=dict)
    doubt: str = ""


def names_an_id(name: str) -> bool:
    """Whether a field is named like an id.

    Examples
    --------
    >>> [names_an_id(name) for name in ("cartId", "ref_id", "momCode", "paid", "unit")]
    [True, True, True, False, False]
    """
    return _ID_NAME.search(name.rpartition(".")[2]) is not None


def kind_of_values(name: str, values: Sequence[Any]) -> Told:
    """Say what kind of field these values are of; no value gets into the answer.

    Parameters
    ----------
    name
        The field's name, which tells where values do not.
    values
        Those that are not null, as JSON has them.

    Examples
    --------
    >>> kind_of_values("leftAt", [1584507164000]).arguments
    {'kind': 'timestamp'}
    >>> kind_of_values("contact", ["an@example.com"]).arguments
    {'kind': 'email'}
    """
    group = name.partition(".")[0] if "." in name else ""
    by_group = {"customFieldLongs": "integer", "customFieldTimestamps": "timestamp",
                "customFieldListTexts": "list"}.get(group)  # fmt: skip
    if by_group:
        return _plain(by_group, "" if values else "No value in the sample; told by its group.")
    texts = [value.strip() for value in values if isinstance(value, str)]
    if not values or (len(texts) == len(values) and not any(texts)):
        return _text("The sample holds no value of it, so nothing tells its kind.")
    if len(texts) == len(values):
        return _kind_of_texts(name, [text for text in texts if text])
    if all(isinstance(value, bool) for value in values):
        return _plain("boolean")
    if all(isinstance(value, (list, tuple)) for value in values):
        inside = [one for value in values for one in value]
        doubt = "" if inside else "The list is empty in the sample: of texts, or of objects?"
        if not all(isinstance(one, str) for one in inside):
            doubt = "The list holds other things than texts; they go out as texts."
        return Told({"kind": "list", "personal": True}, doubt or _MASKED)
    if all(isinstance(value, (int, float, Decimal)) and value is not True and value is not False
           for value in values):  # fmt: skip
        return _kind_of_numbers(name, values)
    return _text("The sample holds values of several types.")


def _kind_of_numbers(name: str, values: Sequence[Any]) -> Told:
    if not all(isinstance(value, int) for value in values):
        return _plain("decimal")
    if all(value in _MILLISECONDS for value in values):
        doubt = "A number, named like an id, of as many digits as milliseconds have."
        return _plain("timestamp", doubt if names_an_id(name) else "")
    if all(value in _SECONDS for value in values) and re.search(r"(?i)(at|date|time)$", name):
        return _plain("timestamp", "The sample holds seconds; PangoCDP wants milliseconds.")
    if names_an_id(name) or _PHONE_NAME.search(name):
        doubt = "A number in the sample: what PangoCDP shows of it has no zeros in front."
        return _plain("integer", doubt)
    doubt = ""
    if re.search(r"(?i)price|cost|amount|total|percent|rate|discount", name):
        doubt = 'Whole in the sample: kind = "decimal" takes decimals, too.'
    return _plain("integer", doubt)


def _kind_of_texts(name: str, texts: list[str]) -> Told:
    inner = name.rpartition(".")[2]
    known = _known_fields().get(inner)
    if (
        known is not None
        and kind_of(known) in _BY_NAME
        and _reads(known.normalizer, texts, known.parameters)
    ):
        about = {"holds": known.holds} if known.normalizer == "text" and known.holds else {}
        masked = {"personal": True} if kind_of(known) == "text" and known.personal else {}
        return Told({"kind": kind_of(known), **about, **masked})
    for kind in _SHOWN:
        if kind == "date_text" and not all(re.fullmatch(r"\d{4}-\d\d-\d\d", one) for one in texts):
            continue
        if _reads(kind, texts):
            return _plain(kind)
    has_digits = all(len(re.sub(r"\D", "", text)) >= 9 for text in texts)
    if has_digits and _PHONE_NAME.search(name) and all(re.fullmatch(_PHONE, one) for one in texts):
        return _plain("phone")
    if has_digits and not names_an_id(name) and _reads("phone", texts, strictly=True):
        return _plain("phone", "It reads as a phone number; or is it an id?")
    if names_an_id(name):
        return _plain("identifier")
    if all(re.fullmatch("[0-9]+", text) for text in texts):
        if all(int(text) in _MILLISECONDS for text in texts):
            return _text('Milliseconds as text: kind = "timestamp" sends a number, as it must be.')
        return _plain("identifier", "Digits as text: zeros in front count. Is it a number?")
    if _reads("date", texts, {"earliest": 1900, "future": True, "year_to": None}):
        return _text('It reads as a date: "timestamp" sends milliseconds, "date_text" yyyy-MM-dd.')
    return _text(_MASKED)


def _text(doubt: str) -> Told:
    return Told({"kind": "text", "personal": True}, doubt)


def _plain(kind: str, doubt: str = "") -> Told:
    return Told({"kind": kind}, doubt)


def _reads(
    normalizer: str, texts: list[str], parameters: Any = None, *, strictly: bool = False
) -> bool:
    """Whether a normalizer makes something of every text; strictly: and finds nothing odd."""
    if not texts:
        return False
    if normalizer in _SHAPES:
        return all(re.fullmatch(_SHAPES[normalizer], text) for text in texts)
    parameters = parameters or {"earliest": 1900, "future": True}
    n_texts = len(texts)
    context = Context(
        Options(), parameters, np.ones(n_texts, np.int64), np.full(n_texts, 7, np.int64)
    )
    made = NORMALIZERS[normalizer](pa.array(texts, TEXT), context)
    values = made.values
    values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    told = {flag.rule for flag in made.flags}
    wrong = told if strictly else {rule for rule in told if rules()[rule].severity == "error"}
    return bool(filled(values).all()) and not wrong


@cache
def _known_fields() -> dict[str, FieldFacts]:
    """Field -> its facts, of names that mean the same in all entities that have them."""
    found: dict[str, list[FieldFacts]] = {}
    for entity in ENTITIES.values():
        for name, facts in entity.fields().items():
            found.setdefault(name, []).append(facts)
    return {
        name: every[0]
        for name, every in found.items()
        if len({(one.normalizer, one.personal, one.holds) for one in every}) == 1
    }
