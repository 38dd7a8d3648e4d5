"""Free text: names, places, notes."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Mask
from pangoprep.normalizers.alphabets import mixed_scripts
from pangoprep.normalizers.base import (
    Context,
    Normalized,
    among,
    as_mask,
    choose,
    filled,
    keep,
    matches,
    pick,
    put,
    replace,
    starts,
)
from pangoprep.normalizers.broken_letters import ODD_PAIR, whole_letters
from pangoprep.normalizers.words import (
    tidy,
    without_null_words,
    without_signs,
    without_text_marks,
    written_null_words,
)

# How the lead bytes of UTF-8 letters look when read as Windows-1252 or Latin-1, each followed by
# the look of a continuation byte. No Vietnamese word has such a pair.
_CONTINUATION = (
    r"[\x{80}-\x{bf}\x{152}\x{153}\x{160}\x{161}\x{178}\x{17d}\x{17e}\x{192}\x{2c6}\x{2dc}"
    r"\x{2013}\x{2014}\x{2018}-\x{201e}\x{2020}-\x{2022}\x{2026}\x{2030}\x{2039}\x{203a}\x{20ac}\x{2122}]"
)
# Of these, what ends a word as well: “XÃ” and NGÃ… in capitals prove nothing. Dashes never do.
_CLOSING = r"\x{bb}\x{2018}-\x{201e}\x{2020}-\x{2022}\x{2026}\x{203a}"
_LETTER_SIGN = (
    r"[\x{80}-\x{ba}\x{bc}-\x{bf}\x{152}\x{153}\x{160}\x{161}\x{178}\x{17d}\x{17e}"
    r"\x{192}\x{2c6}\x{2dc}\x{2030}\x{2039}\x{20ac}\x{2122}]"
)
# A small letter before a capital Ã and a space: the no-break space of "HoÃ\u00a0ng" became a space.
_NO_BREAK_LOST = r"\p{Ll}Ã(?: |\z)"
_GARBLED = (
    rf"[\x{{c2}}\x{{c4}}-\x{{c6}}]{_CONTINUATION}|Ã{_LETTER_SIGN}"
    rf"|Ã[{_CLOSING}]\p{{L}}"
    rf"|á[º»]{_CONTINUATION}|â[\x{{80}}€‚„]|{_NO_BREAK_LOST}"
)
# What is in all of those; the pattern of them takes RE2 milliseconds to make ready. So below.
_GARBLED_SIGN = r"[\x{c2}-\x{c6}]|á[º»]|â[\x{80}€‚„]"
# What is left of letters whose bytes are gone: á» without its third byte, a question mark in a
# word, the replacement character.
_LOST = r"\x{fffd}|\p{L}á[º»](?:\p{L}|\z)|Ä[\x{1ea0}-\x{1ef9}ưăơ]|\p{L}\?\p{L}"
_LOST_SIGN = r"[\x{fffd}Ä?]|á[º»]"
# Letters that tell Vietnamese; Ĩ and Ũ have other languages too, none of them with Ð.
_VIETNAMESE = "[ĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9]"
# A text can be garbled more than once.
_LAYERS = 4
# How a number column writes a whole number; a float vouches for fifteen digits.
_FLOAT = r"\A[0-9]{1,15}\.0\z"
# Where a question mark is one, and a guillemet too.
_NO_WORDS = r"[/=&@«]"


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Compose letters, drop invisible characters and surplus spaces, restore garbled letters.

    A whole number that a number column has made a decimal, district ``1.0``, becomes one again;
    in fields that may hold decimals it stays. Rules: ``text.mojibake``, ``text.lost_letters``,
    ``text.broken_letters``, ``text.masked``, ``text.other_script``, ``text.float``,
    ``cell.escaped``.
    """
    texts, garbled, proposals = readable(values)
    texts, marked = without_marks(texts)
    floats = matches(texts, _FLOAT) & (not context.parameters.get("decimals", False))
    if floats.any():
        texts = choose(floats, replace(texts, r"\.0\z", ""), texts)
    result = Normalized(without_signs(without_null_words(texts, "any")))
    result.flag("cell.escaped", marked)
    result.flag("text.float", floats)
    result.flag("text.mojibake", garbled)
    result.flag("text.broken_letters", filled(proposals), proposals)
    result.flag("text.lost_letters", lost_letters(result.values))
    result.flag("text.masked", is_masked(result.values))
    result.flag("text.other_script", *mixed_scripts(result.values))
    return result


# ="An" and "An" in quotes that hold the whole cell, those within doubled; Excel's apostrophe.
# 'Abd is an Arabic name and 's-Hertogenbosch a Dutch town, but none begins so before Vietnamese.
_TEXT_MARKS = r"""(?s)\A(?:=?"(?:[^"]|"")*"|'[\p{Lu}0-9=+@].*|'[^']*')\z"""


def without_marks(texts: pa.Array) -> tuple[pa.Array, Mask]:
    """Take off what marks a whole text as text, and mark where that was done."""
    marked = starts(texts, '"') | starts(texts, "'") | starts(texts, "=")
    marked = among(texts, marked, _TEXT_MARKS)
    if not marked.any():
        return texts, marked
    some = without_text_marks(pick(texts, marked))
    return put(texts, marked, tidy(pc.replace_substring(some, '""', '"'))), marked


# N*****n and ******, Phường 12: signs in a row at a letter's place. *** gọi trước *** is a note.
_MASKED = r"(?:\p{L}|\A)[*•●]{2,}(?:[\p{L}0-9,]|\z)|[*•●]{2,}\p{L}\z|\p{L}[*•●]{2,}(?: |\z)"
_FRAMED = r"\A([*•●]{2,}[^*•●]+[*•●]{2,} ?)+\z|\A[*•●]+\z|\A[*•●]{2,}[^*•●]+\z"
_HIDDEN_PART = r"\A[*•●]{2,}(?:,|\p{L}{1,2}\z)"


def is_masked(texts: pa.Array) -> Mask:
    """Mark texts in which signs stand for letters, as marketplaces hide names and addresses."""
    found = matches(texts, "[*•●]{2}")
    if not found.any():
        return found
    some = pick(texts, found)
    framed = matches(some, _FRAMED) & ~matches(some, _HIDDEN_PART)
    found[found] = matches(some, _MASKED) & ~framed
    return found


def lost_letters(values: pa.Array) -> Mask:
    """Mark texts in which a wrong encoding has destroyed letters for good."""
    lost = among(values, matches(values, _LOST_SIGN), _LOST)
    if lost.any():
        lost &= ~matches(values, _NO_WORDS) | matches(values, r"\x{fffd}")
    return lost


# Words of the letters that Vietnamese and Western names are written with, composed, each followed
# by one space at most; none of these letters is the look of a UTF-8 continuation byte. An ampersand
# can begin an escape, and an apostrophe before all else is Excel's.
_LETTERS = r"0-9A-Za-z\x{c0}-\x{cf}\x{d1}-\x{ef}\x{f1}-\x{ff}ĂăĐđĨĩŨũƠơƯư\x{1ea0}-\x{1ef9}"
_CLEAN = rf"\A[{_LETTERS}][{_LETTERS}.,/()'-]*(?: [{_LETTERS}.,/()'-]+)*\z"


def is_canonical(values: pa.Array, context: Context) -> Mask:
    """Mark texts of plain words that are no null words."""
    null_word = as_mask(pc.is_in(pc.utf8_lower(values), value_set=written_null_words("any")))
    perhaps_float = as_mask(pc.ends_with(values, ".0"))
    return matches(values, _CLEAN) & ~null_word & ~matches(values, ODD_PAIR) & ~perhaps_float


def readable(values: pa.Array) -> tuple[pa.Array, Mask, pa.Array]:
    """Tidy texts and restore garbled letters; mark where that was done.

    The last of the three are proposals for texts whose broken letters nothing proves how to read.
    """
    values, garbled = _restore(values)
    # Before anything is tidied: in TCVN3 the soft hyphen is ư.
    values, old_font, proposals = whole_letters(values)
    garbled |= old_font
    values = tidy(values)
    for _ in range(_LAYERS):  # composed and without invisible characters, more can show
        restored, found = _restore(values)
        if not found.any():
            break
        values = tidy(restored)
        garbled |= found
    values, seen_now, more = whole_letters(values)
    proposals = keep(pc.coalesce(tidy(proposals), more), ~seen_now)
    values, found = _with_stroke(values)
    return values, garbled | seen_now | found, proposals


def _with_stroke(values: pa.Array) -> tuple[pa.Array, Mask]:
    """Write Đ for the Icelandic Ð of old encodings, beside letters that only Vietnamese has."""
    found = matches(values, "[Ðð]")
    if not found.any():
        return values, found
    found &= matches(values, _VIETNAMESE)
    some = pick(values, found)
    some = pc.replace_substring(pc.replace_substring(some, "Ð", "Đ"), "ð", "đ")
    return put(values, found, some), found


def _restore(values: pa.Array, layers: int = _LAYERS) -> tuple[pa.Array, Mask]:
    """Restore letters that were read in the wrong encoding, where the bytes prove it."""
    suspects = among(values, matches(values, _GARBLED_SIGN), _GARBLED)
    if not suspects.any() or not layers:
        return values, np.zeros(len(values), dtype=bool)
    raw = pick(values, suspects)
    fixed = pa.array([_decode_again(text) for text in raw.to_pylist()], type=TEXT)
    garbled = suspects.copy()
    garbled[suspects] = as_mask(pc.not_equal(raw, fixed))
    if garbled.any():  # tidying before the next layer would take bytes for control characters
        fixed = _restore(fixed, layers - 1)[0]
    return put(values, suspects, fixed), garbled


# The end of a syllable that begins with à: "Ã ng" was àng, "Ã nội" was à nội.
_SYLLABLE_END = r"Ã (?=(?:[iouy]|ng?|nh|m)(?!\w))"


def _decode_again(text: str) -> str:
    """Read the bytes behind a garbled text as UTF-8; ask ftfy where only a part is garbled."""
    import ftfy.bad_codecs  # registers sloppy-windows-1252: Windows-1252 without holes

    # Spaces were made plain, and the last one trimmed, before the text came to us.
    bytes_kept = re.sub(_SYLLABLE_END, "Ã\u00a0", text)
    bytes_kept = re.sub(r"Ã(?= |$)", "Ã\u00a0", bytes_kept)
    for encoding in ("sloppy-windows-1252", "latin-1"):
        try:
            return bytes_kept.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    # A text with Vietnamese letters was read right, but for a part that proves the opposite.
    proved = not re.search(_VIETNAMESE, text) or re.search("á[º»]", text)
    return str(ftfy.fix_encoding(text)) if proved else text
