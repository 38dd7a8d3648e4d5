"""What `map` says, in a language: why a column could be a field, and what is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from pangoprep import call_words as how
from pangoprep.language import Language
from pangoprep.matching.claims import Claim, Match, Reason


def say_reasons(reasons: Sequence[Reason], words: Language) -> str:
    """Say why a column could be a field.

    Examples
    --------
    >>> from pangoprep.language import language
    >>> why = (Reason("bare_word"), Reason("holds", kind="name"))
    >>> say_reasons(why, language("en"))
    'a bare word; it holds names of people'
    >>> say_reasons(why, language("vi"))
    'một từ có nhiều nghĩa; cột chứa tên người'
    """
    return "; ".join(
        words(
            f"match.{one.rule}",
            header=one.header,
            kind=words(f"kind.{one.kind}") if one.kind else "",
            field=one.field,
            column=repr(one.column),
        )
        for one in reasons
    )


def say_match(match: Match, claim: Claim | None, words: Language) -> str:
    """Say why a column could be a field, or what becomes of one that is none."""
    if match.step:
        return words("match.step" if claim else "match.step_none", step=match.step)
    if claim is not None:
        return say_reasons(claim.reasons, words)
    if match.used_for:
        return words("match.used", fields=", ".join(match.used_for))
    return words("match.none")


def say_rivals(rivals: Mapping[str, Sequence[Any]], words: Language) -> list[str]:
    """Ask of each field which of several columns it is."""
    return [
        words(
            "map.rivals",
            n=len(columns),
            field=field,
            columns=_listed(columns),
            answer=how.mapping(columns[0], field),
        )
        for field, columns in rivals.items()
    ]


def say_question(match: Match, words: Language) -> str:
    """Ask whether a column is one of the fields that it could be."""
    either = f" {words('or')} "
    by_reasons = groupby(match.claims, key=lambda claim: claim.reasons)
    could_be = either.join(
        f"{either.join(claim.field for claim in some)} ({say_reasons(reasons, words)})"
        for reasons, some in by_reasons
    )
    answer = how.mapping(match.column, match.claims[0].field)
    return words("map.could_be", column=repr(match.column), fields=could_be, answer=answer)


def say_absent_id(field: str, sources: Sequence[str], words: Language) -> str:
    """Say of what an id can be made that no column stands for."""
    place = words("map.in_recipe")
    return words(
        "map.absent_id",
        field=field,
        sources=f" {words('and')} ".join(sources),
        hashed=how.values(field, {"hash_of": list(sources)}, place),
        bare=how.values(field, {"from": list(sources[:1])}, place),
    )


def say_numbered(numbered: Mapping[str, Sequence[Any]], words: Language) -> list[str]:
    """Point to columns that hold several records of another entity in each row."""
    return [
        words(
            "map.numbered",
            columns=_listed(columns),
            entity=repr(entity),
            how=how.unfolding(entity),
        )
        for entity, columns in numbered.items()
    ]


def _listed(columns: Sequence[Any]) -> str:
    return ", ".join(map(repr, columns))
