"""Free text: names, places, notes."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.normalizers.base import Context, Mask, Normalized, as_mask, filled, matches, put
from pangoprep.normalizers.column import TEXT
from pangoprep.normalizers.words import tidy, without_null_words, written_null_words

# How the lead bytes of UTF-8 letters look when read as Windows-1252 or Latin-1, each followed by
# the look of a continuation byte. No Vietnamese word has such a pair.
_CONTINUATION = (
    r"[\x{80}-\x{bf}\x{152}\x{153}\x{160}\x{161}\x{178}\x{17d}\x{17e}\x{192}\x{2c6}\x{2dc}"
    r"\x{2013}\x{2014}\x{2018}-\x{201e}\x{2020}-\x{2022}\x{2026}\x{2030}\x{2039}\x{203a}\x{20ac}\x{2122}]"
)
# A small letter before a capital à and a space: the no-break space of "HoÃ\u00a0ng" became a space.
_GARBLED = rf"[\x{{c2}}-\x{{c6}}]{_CONTINUATION}|á[º»]{_CONTINUATION}|â€|\p{{Ll}}Ã "


def normalize(values: pa.Array, context: Context) -> Normalized:
    """Compose letters, drop invisible characters and surplus spaces, restore garbled letters.

    Rules: ``text.mojibake``.
    """
    restored, garbled = _restore(values)
    result = Normalized(without_null_words(tidy(restored), "any"))
    result.flag("text.mojibake", garbled & filled(result.values))
    return result


# Words of the letters that Vietnamese and Western names are written with, composed, each followed
# by one space at most; none of these letters is the look of a UTF-8 continuation byte.
_WORD = r"[0-9A-Za-z\x{c0}-\x{ff}ĂăĐđĨĩŨũƠơƯư\x{1ea0}-\x{1ef9}.,/'()&-]+"
_CLEAN = rf"\A{_WORD}(?: {_WORD})*\z"


def is_canonical(values: pa.Array, context: Context) -> Mask:
    """Mark texts of plain words that are no null words."""
    null_word = as_mask(pc.is_in(pc.utf8_lower(values), value_set=written_null_words("any")))
    return matches(values, _CLEAN) & ~null_word & ~as_mask(pc.match_substring(values, "Ã "))


def _restore(values: pa.Array) -> tuple[pa.Array, Mask]:
    """Restore letters that were read in the wrong encoding, where the bytes prove it."""
    suspects = matches(values, _GARBLED)
    if not suspects.any():
        return values, suspects
    raw = values.filter(pa.array(suspects))
    fixed = pa.array([_decode_again(text) for text in raw.to_pylist()], type=TEXT)
    garbled = suspects.copy()
    garbled[suspects] = as_mask(pc.not_equal(raw, fixed))
    return put(values, suspects, fixed), garbled


def _decode_again(text: str) -> str:
    """Read the bytes behind a garbled text as UTF-8; ask ftfy where only a part is garbled."""
    import ftfy.bad_codecs  # registers sloppy-windows-1252: Windows-1252 without holes

    try:
        return text.replace("Ã ", "Ã\u00a0").encode("sloppy-windows-1252").decode("utf-8")
    except UnicodeError:
        return str(ftfy.fix_encoding(text))
