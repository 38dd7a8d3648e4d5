"""Whether what a column holds fits a field: against it, for it, or neither."""

from __future__ import annotations

from collections.abc import Mapping

from pangoprep.entities.fields import FieldFacts
from pangoprep.matching.contents import HARDLY, MOSTLY, Cells, share_of_people
from pangoprep.normalizers.base import matches

_KIND_OF = {
    "phone": "phone", "email": "email", "url": "url", "date": "date", "date_text": "date",
    "gender": "gender", "boolean": "boolean", "province": "province", "year": "year",
    "integer": "number", "timezone": "number", "id": "id", "choice": "word",
    "relationship": "word", "country": "word",
}  # fmt: skip
# Their normalizers read what they know and nothing else.
_READ = ("phone", "email", "url", "date", "gender", "boolean", "year", "number", "word")
_PLACES = ("district", "ward", "address", "state", "country")

_FORMED = {"phone", "email", "url", "date", "gender"}
_CLOSED = _FORMED | {"boolean", "province"}
# What speaks against a field, by the field's kind. Left out is what people do write there: a phone
# number for an id, a number for a district, an address book's entry for who made a record.
_AGAINST: Mapping[str, set[str]] = {
    **{kind: _CLOSED | {"name"} for kind in _READ},
    "province": _FORMED | {"boolean", "district", "ward", "number"},
    "id": {"url", "date", "gender", "name"},
    "name": _CLOSED | {"number"},
    "district": _CLOSED | {"ward"},
    "ward": _CLOSED | {"district"},
    "address": _CLOSED | {"number"},
    "state": _CLOSED | {"district", "ward", "number"},
    "country": _CLOSED | {"district", "ward", "number"},
    "link": (_CLOSED | {"name", "number"}) - {"url"},
    "person": {"url", "date", "gender", "boolean"},
    "": _FORMED,
}
# Enough cells that fit a header of a few letters; of a suggestion more is asked.
_SOME, _HALF = 0.3, 0.5
# A time of day that is not midnight; two words, or a place and what stands before it.
_CLOCK = r"[0-9]:[0-9]*[1-9]|[1-9]:[0-9]"
_TWO_WORDS = r"\p{L}.*[\s,/]\S|\S[\s,/].*\p{L}"
_FILE = r"(?i)\.(?:jpe?g|png|gif|webp|heic|bmp)\b"


def kind_of(facts: FieldFacts) -> str:
    """Return the kind of a field's values; empty for labels of any kind."""
    return _KIND_OF.get(facts.normalizer, facts.holds)


def contradicts(cells: Cells, facts: FieldFacts) -> str:
    """Return the kind a column holds where its field must hold another; empty if none is clear."""
    expected = kind_of(facts)
    against = _AGAINST[expected] - {expected}
    found = next((kind for kind in sorted(against, key=_order) if cells.are(kind)), "")
    if found and expected in (*_READ, "province") and _share(cells, facts) >= HARDLY:
        return ""
    return found


def agrees(cells: Cells, facts: FieldFacts) -> bool:
    """Whether a column holds its field's kind of values nearly everywhere."""
    return cells.share(kind_of(facts)) >= MOSTLY


def disagrees(cells: Cells, facts: FieldFacts) -> bool:
    """Whether a column of several values holds hardly any of its field's kind."""
    return len(cells.texts) > 2 and _share(cells, facts) < HARDLY


def is_told(facts: FieldFacts) -> bool:
    """Whether the values of a field can be told by themselves from all others."""
    return kind_of(facts) in _CLOSED


def fit(cells: Cells, facts: FieldFacts) -> bool:
    """Whether some cells speak for a field whose header is a word that may be another."""
    kind = kind_of(facts)
    if contradicts(cells, facts):
        return False
    if kind in _READ:
        return cells.share_written(facts.normalizer, facts.parameters) >= _SOME
    if kind == "province":
        return cells.share(kind) >= _SOME
    if kind == "link":
        return cells.share("url") >= _SOME or _share_with(cells, _FILE) >= _SOME
    if kind == "name":
        return share_of_people(cells.texts) >= _SOME
    if kind == "id":
        return _share_with(cells, "[0-9]") >= _SOME
    if kind in _PLACES:
        is_place = kind in ("district", "ward") and cells.share(kind) >= _SOME
        has_words = _share_with(cells, r"\p{L}{2}") >= _HALF
        return is_place or (has_words and share_of_people(cells.texts) < _HALF)
    return True


def prove(cells: Cells, facts: FieldFacts) -> bool:
    """Whether the cells alone show the field's kind of values."""
    return cells.are(kind_of(facts))


def could_be(cells: Cells, facts: FieldFacts) -> bool:
    """Whether a column could be a field its header only resembles."""
    kind = kind_of(facts)
    if not len(cells.texts):
        return True
    if contradicts(cells, facts):
        return False
    if kind in _READ and cells.share_read(facts.normalizer, facts.parameters) < _HALF:
        return False
    if kind == "link":
        return cells.share("url") >= _SOME or _share_with(cells, _FILE) >= _SOME
    if kind == "name":
        return _share_with(cells, r"\p{N}") < _HALF
    if kind == "date" and not facts.parameters.get("future") and facts.parameters.get("year_to"):
        return _share_with(cells, _CLOCK) < _HALF  # nobody knows the minute of so many births
    if kind == "address":
        return _share_with(cells, _TWO_WORDS) >= _HALF
    if kind == "country":
        return cells.share_read("country", {"letters": 2}) >= _HALF
    if kind in ("district", "ward", "") and share_of_people(cells.texts) >= _HALF:
        return False
    if kind in ("province", *_PLACES, ""):
        return _share_with(cells, r"\p{L}") >= _HALF
    return True


def _share(cells: Cells, facts: FieldFacts) -> float:
    """Return the share of cells that are of the field's kind, or that the field can read."""
    kind = kind_of(facts)
    if kind in _CLOSED:
        return cells.share(kind)
    return cells.share_read(facts.normalizer, facts.parameters)


def _share_with(cells: Cells, pattern: str) -> float:
    return float(matches(cells.texts, pattern).mean()) if len(cells.texts) else 0.0


def _order(kind: str) -> int:
    """Return how much a kind's form says: an address with a @ is no name."""
    return tuple(_ORDER).index(kind)


_ORDER = (
    "email", "url", "phone", "date", "gender", "boolean", "province", "district", "ward", "name",
    "number",
)  # fmt: skip
