"""Errors in the reader's language, sentence by sentence. Source: ``tables/error_words.csv``.

Errors are raised in English, where what is wrong is known, as a `Sentence` that keeps its wording
and its values. At the public function, where the caller is known, the wordings that the table has
are said in the caller's language, and filled with the same values. Others stay English. What leaves
by a function that no language was given to is said in that of the environment.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pangoprep.errors import PangoprepError
from pangoprep.sentence import Count, Sentence
from pangoprep.tables import read_table

#: The language of everything that is said to people, unless a call or a recipe names one.
LANGUAGE_VARIABLE = "PANGOPREP_LANG"

_HOLE = re.compile(r"\{([1-9][0-9]?)\}")
_QUOTED = re.compile(r"""('[^']*'|"[^"]*")""")
# What may stand in a hole: quotes are not looked into, a sentence may end there.
_HELD = r"""(?>'[^']*'|"[^"]*"|.)"""
# A hole that a sentence begins with does not take the sentences before it.
_FIRST = r"""(?>'[^']*'|"[^"]*"|(?![.?!]\s).)"""
_FILE = re.compile(r"\w\.\w")
_AND_OR = re.compile(r",? (?:and|or) ")
# Of the signs that Unicode leaves to everybody.
_FIRST_SIGN = 0xE000
_BEHIND = re.compile("(?<=[.?])([\ue000-\ue0ff]+)(?= [A-Z]|\\Z)")
_JOINED = {" and ": " và ", ", and ": " và ", " or ": " hoặc ", ", or ": ", hoặc "}
_SENTENCE = re.compile(r".*?[.?!:](?=\s|\Z)|.+", re.DOTALL)


def environment_language() -> Literal["en", "vi"]:
    """Return the language that the environment asks for; English if it names none we speak."""
    wanted = os.environ.get(LANGUAGE_VARIABLE, "").strip().lower()
    return "vi" if re.match(r"vi(?:[_.-]|\Z)", wanted) else "en"


def language_of(keywords: Mapping[str, Any]) -> Literal["en", "vi"]:
    """Return the language of a call: what it names, what its recipe names, or the environment's."""
    if named := _known(keywords.get("lang")):
        return named
    recipe = keywords.get("recipe")
    options = getattr(recipe, "options", None)
    if isinstance(recipe, (str, os.PathLike)):
        try:
            options = tomllib.loads(Path(recipe).read_text(encoding="utf-8")).get("options")
        except (OSError, ValueError):  # what is wrong with it is what the error is about
            options = None
    named = _known(options.get("lang")) if isinstance(options, Mapping) else None
    return named or environment_language()


def _known(lang: object) -> Literal["en", "vi"] | None:
    if not isinstance(lang, str):
        return None
    return "vi" if lang == "vi" else "en" if lang == "en" else None


def say_error(error: BaseException, lang: str) -> None:
    """Say an error of ours in a language; what else it carries stays."""
    if not isinstance(error, PangoprepError):
        return
    error.lang = lang
    if lang == "vi" and error.args and isinstance(error.args[0], str):
        error.args = (in_vietnamese(error.args[0]), *error.args[1:])


def _in_environment(told: str) -> str:
    return in_vietnamese(told) if environment_language() == "vi" else told


PangoprepError.in_environment = staticmethod(_in_environment)


def in_vietnamese(message: str) -> str:
    """Say the sentences of a message in Vietnamese, as far as the table has them.

    Of a `Sentence` the wording is looked up, never the values: those stay as they are.

    Examples
    --------
    >>> in_vietnamese(Sentence("There is no file {1!r}.", "what. It is a text. Look!"))
    "Không có tệp 'what. It is a text. Look!'."
    >>> in_vietnamese("There is no file 'a.csv'. Check the spelling, or give the full path.")
    "Không có tệp 'a.csv'. Hãy kiểm tra tên tệp, hoặc ghi đường dẫn đầy đủ."
    >>> in_vietnamese("Something else.")
    'Something else.'
    """
    if isinstance(message, Sentence):
        return "".join(_filled_wording(*part) for part in message.parts)
    return _said(message, "error_words")


def by_table(message: str, table: str) -> str:
    """Say the sentences of a text of somebody else's in Vietnamese, as far as a table has them."""
    return _said(message, table)


def _filled_wording(wording: str, values: tuple[str, ...]) -> str:
    """Say a wording with its values."""
    if (joined := _JOINED.get(wording)) is not None:
        return joined
    told = [_said_value(value) for value in values]
    return _wording(wording, len(values)).format("", *told)


@cache
def _wording(wording: str, n_holes: int) -> str:
    """Say a wording in Vietnamese; its holes are signs meanwhile that no text has."""
    if clause := _clauses().get(wording):
        return clause
    signs = [chr(_FIRST_SIGN + place) for place in range(n_holes)]
    # What stands right behind a sentence is another one, or nothing.
    pieces = _BEHIND.split(wording.format("", *signs))
    told = (
        "".join(_said(piece, "error_words") for piece in pieces)
        .replace("{", "{{")
        .replace("}", "}}")
    )
    for place, sign in enumerate(signs, 1):
        told = told.replace(sign, f"{{{place}}}")
    return told


def _said(message: str, table: str) -> str:
    said, rest = "", message
    while rest:
        space = rest[: len(rest) - len(rest.lstrip())]
        rest = rest[len(space) :]
        sentence, wording = _first_sentence(rest, table)
        said += space + wording
        rest = rest[len(sentence) :]
    return said


def _first_sentence(text: str, table: str) -> tuple[str, str]:
    """Return the sentence that a text begins with, and how it is said."""
    for pattern, wording in _sentences(table):
        if found := pattern.match(text):
            return found[0], _filled(wording, found.groupdict(), table)
    ends = _SENTENCE.match(text)
    sentence = ends[0] if ends else text
    return sentence, sentence


def _filled(wording: str, holes: Mapping[str, str], table: str) -> str:
    return _HOLE.sub(lambda hole: _phrase(holes[f"n{hole[1]}"], table), wording)


def _phrase(text: str, table: str) -> str:
    """Say what stands in a hole; names and values, which stand in quotes, stay as they are."""
    if (known := _phrases(table).get(text)) or _FILE.search(text):
        return known or text
    pieces = _QUOTED.split(text)
    pieces[::2] = [_AND_OR.sub(lambda word: _JOINED[word[0]], piece) for piece in pieces[::2]]
    return "".join(pieces)


@cache
def _clauses() -> dict[str, str]:
    """Parts of sentences that stand in holes, by their whole wordings."""
    return {row["en"]: row["vi"] for row in read_table("error_clauses").to_pylist()}


def _said_value(value: str) -> str:
    """Say what stands in a hole: a phrase of ours as a whole; what else it may be stays."""
    if isinstance(value, Sentence):
        return in_vietnamese(value)
    if isinstance(value, Count):
        return value.replace(",", ".")
    return _clauses().get(value) or _phrases("error_words").get(value, value)


@cache
def _phrases(table: str) -> dict[str, str]:
    return {row["en"]: row["vi"] for row in read_table(table).to_pylist()}


@cache
def _sentences(table: str) -> list[tuple[re.Pattern[str], str]]:
    """Every sentence as a pattern with its Vietnamese, the most telling ones first."""
    rows = read_table(table).to_pylist()
    rows.sort(key=lambda row: -len(_HOLE.sub("", row["en"])))
    return [(_pattern(row["en"]), row["vi"]) for row in rows]


def _pattern(sentence: str) -> re.Pattern[str]:
    """Turn a sentence into a pattern; a hole takes as little as it can."""
    pieces = _HOLE.split(sentence)
    written = "".join(
        rf"(?P<n{piece}>{_HELD if place > 1 or pieces[0] else _FIRST}+?)"
        if place % 2
        else re.escape(piece)
        for place, piece in enumerate(pieces)
    )
    return re.compile(rf"{written}(?=\s|\Z)", re.DOTALL)
