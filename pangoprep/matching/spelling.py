"""Which fields a header could mean, by how it is written.

A header is a field for certain if it is the field's own name or a spelling that
``tables/headers.csv`` lists, whatever its case and punctuation, with its own marks or without
any; also with a note beside it ("(bắt buộc)", "*", "1."), words that say nothing new ("của KH"),
or one letter mistyped in a long spelling. Anything looser is a suggestion: one word more can
change the meaning, as in "SĐT người giới thiệu". Of some, the cells decide (see `Claim`).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pangoprep.letters import fold, has_own_marks, letters_of, words_of
from pangoprep.matching.claims import NAME, Claim, Reason
from pangoprep.matching.known_headers import (
    Spelling,
    Spellings,
    asked_spellings_of,
    bare_spellings_of,
    is_bare,
    look_up,
    spellings_of,
)
from pangoprep.matching.slips import nearly

if TYPE_CHECKING:
    from pangoprep.entities import Entity

_NOTED, _TYPO, _BARE, _DISTANT = 0.97, 0.92, 0.7, 0.6
_LOOSEST = 0.35
_SIMILAR = 78
_REMEMBERED = 1 << 14  # headers; a file is often matched several times, to several entities

_BRACKETS = re.compile(r"[(\[{（][^)\]}）]*[)\]}）]")
#: What stands behind so many letters of a header is a note, or no header at all.
LETTERS_READ = 1_000
_NUMBERING = re.compile(r"\A\s*(?:\(?[0-9]{1,2}[.):]|[A-Za-z][.)])\s*(?=\S{2})")
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


def claims(name: str, entity: type[Entity]) -> list[Claim]:
    """Return the fields a header could mean, best first; at most three.

    Examples
    --------
    >>> import pangoprep as pp
    >>> from pangoprep.matching.claims import CERTAIN
    >>> claims("Số điện thoại (*)", pp.CustomerIdentity)[0][:2]
    ('phone', 1.0)
    >>> [(c.field, c.confidence < CERTAIN) for c in claims("SĐT phụ", pp.CustomerIdentity)]
    [('phone', True)]
    >>> claims("Tên", pp.CustomerIdentity)[0].needs
    'prove'
    """
    name = name[:LETTERS_READ]
    if claim := certain_claim(name, entity):
        return [claim]
    by_cells = _by_cells(name, entity)
    known = {claim.field for claim in by_cells}
    return [*by_cells, *(c for c in _similar(name, entity) if c.field not in known)][:3]


@lru_cache(maxsize=_REMEMBERED)
def certain_claim(name: str, entity: type[Entity]) -> Claim | None:
    """Return the field a header means for certain, if it does.

    A bare word such as *DT* is certain as long as no cells say otherwise: it needs them to fit.
    """
    name = name[:LETTERS_READ]
    if is_custom_field(name, entity):
        return Claim(name, 1.0, 0, (NAME,))
    known = spellings_of(entity)
    if spelling := look_up(name, known):
        return _exact(spelling, name)
    for shorter in _shortened(name, entity):
        if spelling := look_up(shorter, known):
            claim = _exact(spelling, name)
            (why,) = claim.reasons
            why = why._replace(rule=f"{why.rule}_noted") if claim.rank else why
            return claim._replace(confidence=_NOTED, rank=3, reasons=(why,))
    slip = nearly(name, entity)
    if slip and not slip.is_word:
        return Claim(slip.field, _TYPO, 3, (Reason("one_letter", slip.header),))
    return None


def is_custom_field(name: str, entity: type[Entity]) -> bool:
    """Whether a column carries the name of a custom field, and the entity has any."""
    from pangoprep.entities.custom_fields import custom_field

    return entity.custom_fields and custom_field(name) is not None


def _exact(spelling: Spelling, name: str) -> Claim:
    field, header = spelling.field, spelling.header
    if header == field:
        return Claim(field, 1.0, 0 if name == field else 1, (NAME,))
    needs = "fit" if is_bare(name) else ""
    return Claim(field, 1.0, 2, (Reason("spelling", header),), needs)


def _by_cells(name: str, entity: type[Entity]) -> list[Claim]:
    """Return what a header means if its cells prove it or the caller says so, or nearly is."""
    bare: Spellings = bare_spellings_of(entity)
    for text in (name, *_shortened(name, entity)):
        if spelling := look_up(text, bare):
            return [Claim(spelling.field, _BARE, 3, (Reason("bare_word"),), "prove")]
        if spelling := look_up(text, asked_spellings_of(entity)):
            return [Claim(spelling.field, _DISTANT, 4, (Reason("bare_word"),))]
    if slip := nearly(name, entity):
        return [Claim(slip.field, _DISTANT, 4, (Reason("other_word", slip.header),))]
    return []


def _shortened(name: str, entity: type[Entity]) -> list[str]:
    """Return the header without what adds nothing; several tries, the longest first."""
    # Behind the last closing bracket there is nothing to look for: an opening one without it would
    # be sought to the end each time.
    end = max(map(name.rfind, ")]}）")) + 1
    notes = [list(map(fold, words_of(note))) for note in _BRACKETS.findall(name[:end])]
    if any(set(note) - set(_HARMLESS.split()) for note in notes):
        return []
    plain = _NUMBERING.sub("", _BRACKETS.sub(" ", name[:end]) + name[end:])
    tries = [plain.partition("\n")[0], plain]
    # A path of groups, as exports of nested data write it.
    if "." in plain.strip("."):
        tries.append(plain.rpartition(".")[2])
    own = _OWN_WORDS.get(entity.object_type, _CUSTOMER_WORDS)
    idle = {*own.split(), *_NOTHING.split()}
    tries.append(_without(words_of(plain), idle))
    return [text for text in tries if len(fold(text)) > 1]


def _without(words: list[str], idle: set[str]) -> str:
    """Leave out idle words, alone or two together ("khách hàng")."""
    kept: list[str] = []
    folded = list(map(fold, words))
    place = 0
    while place < len(words):
        pair = "".join(folded[place : place + 2])
        if len(words) > place + 1 and pair in idle:
            place += 2
        elif folded[place] in idle:
            place += 1
        else:
            kept.append(words[place])
            place += 1
    return " ".join(kept)


@lru_cache(maxsize=_REMEMBERED)
def _similar(name: str, entity: type[Entity]) -> list[Claim]:
    """Suggest fields whose spellings look alike."""
    from rapidfuzz import fuzz, process

    if len(fold(name)) < 3:  # GT is not nearly GMT
        return []
    known = [one for alike in spellings_of(entity).values() for one in alike[:1]]
    words = words_of(name)
    text = " ".join(map(fold, words))
    best: dict[str, Claim] = {}
    found = process.extract(
        text, _spelled_words(entity), scorer=fuzz.token_set_ratio, score_cutoff=_SIMILAR, limit=12
    )
    for spelled, score, place in found:
        field, header = known[place].field, known[place].header
        if len(spelled) < 3 or _has_other_marks(words, header):
            continue
        # Of two that share all words, the one that covers more of the header is meant.
        whole = (score + fuzz.token_sort_ratio(text, spelled)) / 200
        confidence = round(_LOOSEST + (_DISTANT - _LOOSEST) * whole, 2)
        if field not in best or best[field].confidence < confidence:
            best[field] = Claim(field, confidence, 4, (Reason("similar", header),))
    return sorted(best.values(), key=lambda claim: -claim.confidence)[:3]


def _has_other_marks(words: list[str], header: str) -> bool:
    """Whether a word that both share carries other marks in the header than in the spelling."""
    own = {fold(word): word for word in words_of(header)}
    shared = [(word, own[fold(word)]) for word in words if fold(word) in own]
    return not all(
        has_own_marks(letters_of(word), letters_of(other), [fold(word)]) for word, other in shared
    )


@cache
def _spelled_words(entity: type[Entity]) -> list[str]:
    return [" ".join(alike[0].words) for alike in spellings_of(entity).values()]
