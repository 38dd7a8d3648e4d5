"""Text that knows what it was made of, so that it can be said in another language.

A `Sentence` is its English text. Beside that it keeps the wording with its holes, and what stands
in them; another language fills a wording of its own. Nothing is read back out of a finished text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from string import Formatter
from typing import Any, SupportsIndex

Part = tuple[str, tuple[str, ...]]


class Sentence(str):
    """English text that keeps its wording and the values in it.

    Parameters
    ----------
    wording
        The text, with ``{1}``, ``{2}`` ... where values stand; conversions and formats are those of
        `str.format`, and other braces are doubled, as there.
    values
        What stands in the holes. Of a value only the text is kept; a sentence stays a sentence.

    Examples
    --------
    >>> told = Sentence("There is no file {1!r}.", "a.csv") + " Check the spelling."
    >>> told
    "There is no file 'a.csv'. Check the spelling."
    >>> told.parts
    (('There is no file {1}.', ("'a.csv'",)), (' Check the spelling.', ()))
    """

    __slots__ = ("parts",)
    #: The wordings it is put together of, each with its values; the holes are bare.
    parts: tuple[Part, ...]

    def __new__(cls, wording: str, *values: object) -> Sentence:
        """Fill the holes."""
        bare, texts = "", []
        for literal, place, form, conversion in Formatter().parse(wording):
            bare += literal.replace("{", "{{").replace("}", "}}")
            if place is not None:
                texts.append(_text(values[int(place) - 1], form or "", conversion))
                bare += f"{{{len(texts)}}}"
        return made_of([(bare, tuple(texts))])

    def __add__(self, other: str) -> Sentence:
        """Say something after it."""
        return made_of([*self.parts, *parts_of(other)])

    def __radd__(self, other: str) -> Sentence:
        """Say something before it."""
        return made_of([*parts_of(other), *self.parts])

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        """Travel with the parts."""
        return made_of, (self.parts,)


class Number(str):
    """A number as English writes it: its thousands apart, a point before the rest."""

    __slots__ = ()


def made_of(parts: Iterable[Part]) -> Sentence:
    """Return the sentence of some wordings with their values.

    Examples
    --------
    >>> made_of([("{1} is empty.", ("a.csv",)), (" Leave it out.", ())])
    'a.csv is empty. Leave it out.'
    """
    kept = tuple(parts)
    told = str.__new__(Sentence, "".join(wording.format("", *texts) for wording, texts in kept))
    told.parts = kept
    return told


def all_of(names: Sequence[str], last: str = " and ", between: str = ", ") -> Sentence:
    """Name several things that go together; ``last`` stands before the last of them.

    Examples
    --------
    >>> all_of(["a", "b", "c"]), all_of(["a"]), any_of(["a", "b"])
    ('a, b and c', 'a', 'a or b')
    """
    told = made_of([])
    for place, name in enumerate(names):
        if place:
            told += made_of([(last if place == len(names) - 1 else between, ())])
        told += Sentence("{1}", name)
    return told


def joined(between: str, texts: Iterable[str]) -> Sentence:
    """Put texts one after another, with something between them, as `str.join` does.

    Examples
    --------
    >>> joined("; ", [Sentence("{1} is empty", "a"), "b"]).parts[0]
    ('{1}', ('a is empty',))
    """
    return all_of([*texts], between, between)


def any_of(names: Sequence[str]) -> Sentence:
    """Name several things of which one will do."""
    return all_of(names, " or ")


def sentence_of(error: BaseException) -> str:
    """Return what an error says, with what it was made of if it is one of ours.

    Examples
    --------
    >>> sentence_of(ValueError(Sentence("{1} is empty.", "a.csv"))).parts
    (('{1} is empty.', ('a.csv',)),)
    """
    first = error.args[0] if error.args else None
    return first if isinstance(first, Sentence) else str(error)


def packed(text: str) -> str:
    """Return a sentence as a text that can be kept: as it is, or as JSON if it has values.

    Examples
    --------
    >>> packed("interrupted"), packed(Sentence("{1} of {2:,} were accepted", 3, 1000))
    ('interrupted', '[["{1} of {2} were accepted", ["3", "1,000"]]]')
    >>> unpacked(packed(Sentence("{1} is empty", "a.csv"))).parts
    (('{1} is empty', ('a.csv',)),)
    """
    parts = [*parts_of(text)]
    return json.dumps(parts, ensure_ascii=False) if any(values for _, values in parts) else text


def unpacked(text: str) -> Sentence:
    """Return the sentence that a kept text is."""
    if not text.startswith('[["'):
        return made_of(parts_of(text))
    return made_of((wording, tuple(values)) for wording, values in json.loads(text))


def _text(value: object, form: str, conversion: str | None) -> str:
    if isinstance(value, BaseException) and not conversion:
        return sentence_of(value)
    if isinstance(value, Sentence) and not (form or conversion):
        return value
    if form.endswith((",", "%")) and isinstance(value, int | float):
        return Number(format(value, form))
    if conversion:
        value = repr(value) if conversion == "r" else str(value)
    return format(value, form)


def parts_of(text: str) -> Iterable[Part]:
    """Return the wordings that a text is put together of; a plain text is one without holes."""
    if isinstance(text, Sentence):
        return text.parts
    return [(text.replace("{", "{{").replace("}", "}}"), ())] if text else []
