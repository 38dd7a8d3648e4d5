"""PangoCDP's name of a request behind its words: what its support asks for, and no reason."""

from __future__ import annotations

from pangoprep.sentence import Sentence, made_of

_NAME = " (requestId {1})"


def with_request(words: str, name: str) -> Sentence:
    """Return PangoCDP's words with the name of the request they answer.

    Examples
    --------
    >>> with_request("MISSING_INFO", "a1b2")
    'MISSING_INFO (requestId a1b2)'
    """
    return Sentence("{1}", words) + made_of([(_NAME, (name,))])


def without_request(reason: str) -> str:
    """Return a reason without the request it was given for, so that equal ones are counted as one.

    Examples
    --------
    >>> without_request(Sentence("later: {1}", with_request("MISSING_INFO", "a1b2")))
    'later: MISSING_INFO'
    """
    if not isinstance(reason, Sentence):
        return reason
    return made_of(
        (wording, tuple(map(without_request, values)))
        for wording, values in reason.parts
        if wording != _NAME
    )
