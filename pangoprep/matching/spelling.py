"""Which fields a header could mean, by how it is written.

A header is a field for certain if it is the field's own name or a spelling that
``tables/headers.csv`` lists, whatever its case, marks and punctuation; also with a note beside it
("(bắt buộc)", "*", "1."), words that say nothing new ("của KH"), or one letter mistyped in a long
spelling. Anything looser is a suggestion: one word more can change the meaning, as in "SĐT người
giới thiệu".
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from pangoprep.tables import read_table

if TYPE_CHECKING:
    from pangoprep.entities import Entity

#: From this confidence on a column is taken for a field without asking.
CERTAIN = 0.9
_NOTED, _TYPO, _DISTANT = 0.97, 0.92, 0.6
_LOOSEST = 0.35
_LONG = 8  # of a shorter spelling one other letter is often another word: phong, phuong
_SIMILAR = 78
_REMEMBERED = 1 << 14  # headers; a file is often matched several times, to six entities

_BRACKETS = re.compile(r"[(\[{（][^)\]}）]*[)\]}）]")
_NUMBERING = re.compile(r"\A\s*(?:\(?[0-9]{1,2}[.):]|[A-Za-z][.)])\s*(?=\S{2})")
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
# What a note may say without changing what the column is.
_HARMLESS = (
    "batbuoc bat buoc required require khong optional neu co if any vd vidu eg example dd mm yy "
    "yyyy ddmmyyyy mmddyyyy yyyymmdd ngay thang nam hh ss text string number so chu viet hoa "
    "thuong dinh dang format vn vnd tieng english en vi m f"
)
# Words for whom the record is about; of each entity's own records they say nothing new.
_OWN_WORDS = {
    "customer-relationship": "nguoithan nguoilienquan relative relation relationship",
    "customer-membership": "thanhvien hoivien member membership the card",
}
_CUSTOMER_WORDS = "khachhang khach kh cuakhachhang cuakh customer customers cust client cus"
_NOTHING = "thongtin info information cua column field truong cot crm of the main data"


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
        4: a suggestion. The lowest has the best right.
    reason
        Why, in words.
    """

    field: str
    confidence: float
    rank: int
    reason: str


def claims(name: str, entity: type[Entity]) -> list[Claim]:
    """Return the fields a header could mean, best first; at most three.

    Examples
    --------
    >>> import pangoprep as pp
    >>> claims("Số điện thoại (*)", pp.CustomerIdentity)[0][:2]
    ('phone', 1.0)
    >>> [(c.field, c.confidence < CERTAIN) for c in claims("SĐT phụ", pp.CustomerIdentity)]
    [('phone', True)]
    """
    claim = certain_claim(name, entity)
    return [claim] if claim else _similar(name, entity)


@lru_cache(maxsize=_REMEMBERED)
def certain_claim(name: str, entity: type[Entity]) -> Claim | None:
    """Return the field a header means for certain, if it does."""
    if is_custom_field(name, entity):
        return Claim(name, 1.0, 0, "the field's own name")
    known = _spellings(entity)
    if claim := _exact(fold(name), name, known):
        return claim
    for shorter in _shortened(name, entity):
        if claim := _exact(shorter, name, known):
            reason = f"{claim.reason}, with a note" if claim.rank else claim.reason
            return Claim(claim.field, _NOTED, 3, reason)
    return _mistyped(fold(name), entity)


def fold(header: str) -> str:
    """Reduce a header to what its spellings share: letters and digits, no marks, lower case.

    Examples
    --------
    >>> fold("Số ĐT."), fold("so_dt"), fold("createdAt") == fold("Created at")
    ('sodt', 'sodt', True)
    """
    return "".join(letter for letter in _bare(header).casefold() if letter.isalnum())


def is_custom_field(name: str, entity: type[Entity]) -> bool:
    """Whether a column carries the name of a custom field, and the entity has any."""
    from pangoprep.entities.custom_fields import custom_field

    return entity.custom_fields and custom_field(name) is not None


def _bare(text: str) -> str:
    # Đ is a letter of its own to Unicode; it does not decompose.
    apart = unicodedata.normalize("NFKD", text).replace("đ", "d").replace("Đ", "D")
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@cache
def _spellings(entity: type[Entity]) -> dict[str, tuple[str, str]]:
    """Return every folded spelling of the fields of an entity: the field, and how it is written."""
    names = entity.fields()
    known: dict[str, tuple[str, str]] = {}
    for row in read_table("headers").to_pylist():
        if row["field"] in names and row["entity"] in ("", entity.object_type):
            known.setdefault(fold(row["header"]), (row["field"], row["header"]))
    return known | {fold(name): (name, name) for name in names}


def _exact(folded: str, name: str, known: dict[str, tuple[str, str]]) -> Claim | None:
    if folded not in known:
        return None
    field, spelling = known[folded]
    if field == name:
        return Claim(field, 1.0, 0, "the field's own name")
    if spelling == field:
        return Claim(field, 1.0, 1, "the field's own name")
    return Claim(field, 1.0, 2, f"a known spelling ({spelling})")


def _shortened(name: str, entity: type[Entity]) -> list[str]:
    """Return the header without what adds nothing, folded; several tries, the longest first."""
    notes = [_words(note) for note in _BRACKETS.findall(name)]
    if any(set(note) - set(_HARMLESS.split()) for note in notes):
        return []
    plain = _NUMBERING.sub("", _BRACKETS.sub(" ", name))
    tries = [plain.partition("\n")[0], plain]
    # A path of groups, as exports of nested data write it.
    if "." in plain.strip("."):
        tries.append(plain.rpartition(".")[2])
    words = _words(plain)
    own = _OWN_WORDS.get(entity.object_type, _CUSTOMER_WORDS)
    idle = {*own.split(), *_NOTHING.split()}
    tries.append(_without(words, idle))
    return [folded for folded in map(fold, tries) if len(folded) > 1]


def _without(words: list[str], idle: set[str]) -> str:
    """Leave out idle words, alone or two together ("khách hàng")."""
    kept: list[str] = []
    place = 0
    while place < len(words):
        pair = "".join(words[place : place + 2])
        if len(words) > place + 1 and pair in idle:
            place += 2
        elif words[place] in idle:
            place += 1
        else:
            kept.append(words[place])
            place += 1
    return " ".join(kept)


def _words(text: str) -> list[str]:
    """Cut a header into words: at spaces, signs, digits and capitals."""
    return [word.casefold() for word in _WORDS.findall(_bare(text))]


@lru_cache(maxsize=_REMEMBERED)
def _similar(name: str, entity: type[Entity]) -> list[Claim]:
    """Suggest fields whose spellings look alike."""
    from rapidfuzz import fuzz, process

    if len(fold(name)) < 2:
        return []
    known = list(_spellings(entity).values())
    text = " ".join(_words(name))
    best: dict[str, Claim] = {}
    found = process.extract(
        text, _spelled_words(entity), scorer=fuzz.token_set_ratio, score_cutoff=_SIMILAR, limit=12
    )
    for spelling, score, place in found:
        if len(spelling) < 3:
            continue
        # Of two that share all words, the one that covers more of the header is meant.
        whole = (score + fuzz.token_sort_ratio(text, spelling)) / 200
        confidence = round(_LOOSEST + (_DISTANT - _LOOSEST) * whole, 2)
        field, header = known[place]
        if field not in best or best[field].confidence < confidence:
            best[field] = Claim(field, confidence, 4, f"similar to {header}")
    return sorted(best.values(), key=lambda claim: -claim.confidence)[:3]


def _mistyped(folded: str, entity: type[Entity]) -> Claim | None:
    """Find the one field whose long spelling differs by a letter, or two swapped."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    if len(folded) < _LONG:
        return None
    spellings = _long_spellings(entity).get(_digits(folded), ())
    found = process.extract(folded, spellings, scorer=OSA.distance, score_cutoff=1, limit=None)
    known = _spellings(entity)
    near = dict(known[spelling] for spelling, _, _ in found)
    if len(near) != 1:
        return None
    [(field, header)] = near.items()
    return Claim(field, _TYPO, 3, f"one letter from {header}")


@cache
def _long_spellings(entity: type[Entity]) -> dict[str, list[str]]:
    """Return the long spellings by the digits in them, which are no slip of the finger."""
    found: dict[str, list[str]] = {}
    for spelling in _spellings(entity):
        if len(spelling) >= _LONG:
            found.setdefault(_digits(spelling), []).append(spelling)
    return found


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


@cache
def _spelled_words(entity: type[Entity]) -> list[str]:
    return [" ".join(_words(header)) for _, header in _spellings(entity).values()]
