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
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pangoprep.errors import PangoprepError
from pangoprep.sentence import Number, Sentence, parts_of
from pangoprep.tables import read_table

#: The language of everything that is said to people, unless a call or a recipe names one.
LANGUAGE_VARIABLE = "PANGOPREP_LANG"

_HOLE = re.compile(r"\{([1-9][0-9]?)\}")
# What stands right behind a sentence is another one, or nothing.
_BEHIND = re.compile(r"(?<=[.?])((?:\{[1-9][0-9]?\})+)(?= [A-Z]|\Z)")
_SENTENCE = re.compile(r".*?[.?!:](?=\s|\Z)|.+", re.DOTALL)
_END = re.compile(r"(?=\s)|\Z")
# Between thousands, before decimals, and before the percent sign.
_SIGNS = str.maketrans({",": ".", ".": ",", "%": " %"})
_JOINED = {" and ": " và ", ", and ": " và ", " or ": " hoặc ", ", or ": ", hoặc "}


def environment_language() -> Literal["en", "vi"]:
    """Return the language that the environment asks for; English if it names none we speak."""
    wanted = os.environ.get(LANGUAGE_VARIABLE, "").strip().lower()
    return "vi" if re.match(r"vi(?:[_.-]|\Z)", wanted) else "en"


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Let what is said where no option reaches be in a language, for some time."""
    before = os.environ.get(LANGUAGE_VARIABLE)
    os.environ[LANGUAGE_VARIABLE] = lang
    try:
        yield
    finally:
        os.environ.pop(LANGUAGE_VARIABLE)
        if before is not None:
            os.environ[LANGUAGE_VARIABLE] = before


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


def in_environment(told: str) -> str:
    """Say a message in the language that the environment asks for."""
    return in_vietnamese(told) if environment_language() == "vi" else told


def warn(told: str, kind: type[Warning] = UserWarning, *, stacklevel: int) -> None:
    """Warn in the language of the environment; ``stacklevel`` counts from the caller."""
    warnings.warn(in_environment(told), kind, stacklevel=stacklevel + 1)


PangoprepError.in_environment = staticmethod(in_environment)


def in_vietnamese(message: str) -> str:
    """Say the sentences of a message in Vietnamese, as far as the table has them.

    The wordings are looked up, never the values: those stay as they are.

    Examples
    --------
    >>> in_vietnamese(Sentence("There is no file {1!r}.", "what. It is a text. Look!"))
    "Không có tệp 'what. It is a text. Look!'."
    >>> in_vietnamese("Check the spelling, or give the full path.")
    'Hãy kiểm tra tên tệp, hoặc ghi đường dẫn đầy đủ.'
    >>> in_vietnamese("Something else.")
    'Something else.'
    """
    return "".join(_said(wording, values) for wording, values in parts_of(message))


def _said(wording: str, values: tuple[str, ...]) -> str:
    """Say a wording with its values."""
    return _wording(wording).format("", *[_said_value(value) for value in values])


@cache
def _wording(wording: str) -> str:
    """Say a wording in Vietnamese, sentence by sentence."""
    if (whole := _JOINED.get(wording) or _clauses().get(wording)) is not None:
        return whole
    said = ""
    for piece in _BEHIND.split(wording):
        rest = piece
        while rest:
            blank = rest[: len(rest) - len(rest.lstrip())]
            taken, sentence = _first_sentence(rest[len(blank) :])
            said += blank + sentence
            rest = rest[len(blank) + len(taken) :]
    return said


def _first_sentence(text: str) -> tuple[str, str]:
    """Return the longest beginning of a text that the table has, and how it is said."""
    for end in reversed([found.start() for found in _END.finditer(text)]):
        taken = text[:end]
        if row := _sentences().get(_HOLE.sub("{}", taken)):
            numbers, vietnamese = row
            for number, here in zip(numbers, _HOLE.findall(taken), strict=True):
                vietnamese = vietnamese.replace(f"{{{number}}}", f"{{\0{here}}}")
            return taken, vietnamese.replace("\0", "")
    ends = _SENTENCE.match(text)
    sentence = ends[0] if ends else text
    return sentence, sentence


def _said_value(value: str) -> str:
    """Say what stands in a hole: a phrase of ours as a whole; what else it may be stays."""
    if isinstance(value, Sentence):
        return in_vietnamese(value)
    if isinstance(value, Number):
        return value.translate(_SIGNS)
    return _clauses().get(value) or _phrases().get(value, value)


@cache
def _clauses() -> dict[str, str]:
    """Parts of sentences that stand in holes, by their whole wordings."""
    return {row["en"]: row["vi"] for row in read_table("error_clauses").to_pylist()}


@cache
def _phrases() -> dict[str, str]:
    return {row["en"]: row["vi"] for row in read_table("error_words").to_pylist()}


@cache
def _sentences() -> dict[str, tuple[list[str], str]]:
    """Every sentence by its text with bare holes: the holes' numbers, and the Vietnamese."""
    return {_HOLE.sub("{}", en): (_HOLE.findall(en), vi) for en, vi in _phrases().items()}
