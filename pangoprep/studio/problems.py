"""The list of problems on the left: what was found, and what it is worth to solve it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pangoprep.entities.fields import FieldFacts
from pangoprep.entities.rules import AnyOf
from pangoprep.findings import BESIDE, CANDIDATES, LEFT_OUT, SEVERITIES
from pangoprep.matching.mapping import id_sources
from pangoprep.steps.examined import Examined
from pangoprep.studio.words import StudioWords
from pangoprep.workbench.problems import problem_block

if TYPE_CHECKING:
    from pangoprep.workbench import Workbench

#: Fields of words: near-equal spellings of one are worth a look.
_WORDS = ("text", "choice", "gender", "province", "name")

#: The tab that decides about a rule for all its rows.
TAB_OF_RULE = {
    "duplicate.superseded": "duplicates",
    "duplicate.key": "duplicates",
    **dict.fromkeys(
        ("column.several", "column.new_field", "column.new", "column.custom_field"), "columns"
    ),
    **dict.fromkeys(
        (
            "date.ambiguous", "gender.unknown", "gender.zero", "decimal.ambiguous",
            "decimal.conflict", "province.merged", "ward.merged",
        ),
        "options",
    ),
}  # fmt: skip


def problem_list(bench: Workbench, words: StudioWords) -> list[dict[str, Any]]:
    """Return the problems of a workbench, most rows freed first, with what to say of them."""
    examined = bench.report.examined
    found = bench.problems().to_dict("records")
    found.sort(key=lambda one: (-one["frees"], SEVERITIES.index(one["severity"]), -one["rows"]))
    return [
        {
            "id": f"{one['field']}|{one['rule']}",
            "field": one["field"],
            "label": _label(examined, one, words),
            "fields": _fields(examined, one, words),
            "rule": one["rule"],
            "severity": str(one["severity"]),
            "rows": int(one["rows"]),
            "values": int(one["values"]),
            "frees": int(one["frees"]),
            "meaning": _meaning(one, words),
            "action": words.report.action(one["rule"]),
            "personal": _is_personal(examined, one["field"]),
            "suggested": _n_suggested(examined, one),
            "emptied": _can_be_empty(examined, one),
            "make": id_sources(one["field"], {*examined.sources, *examined.values.by_field})
            if one["rule"] == "required.missing" and one["field"] not in examined.values.by_field
            else [],
            "tab": TAB_OF_RULE.get(one["rule"]) or _tab_of_lacking(examined, one),
            "clusters": one["rule"] == "spelling.varies" or _is_words(examined, one["field"]),
        }
        for one in found
        if one["rule"] != LEFT_OUT  # that is decided, and taken back by its step
    ]


def problem_told(examined: Examined, field: str, rule: str, words: StudioWords) -> str:
    """Say in a few words what a problem is, as it is listed."""
    one = {"field": field, "rule": rule}
    return f"{_label(examined, one, words) or words('whole.row')}: {_meaning(one, words)}"


def _meaning(one: dict[str, Any], words: StudioWords) -> str:
    is_any = one["rule"] == AnyOf.rule
    return words("none.of.them") if is_any else words.report.meaning(one["rule"])


def field_label(facts: FieldFacts | None, name: str, words: StudioWords) -> str:
    """Return what a field is called in the language of the page."""
    if facts is None or words.code == "en":
        return name
    return words.report.label(facts.label, facts.label_vi) or name


def _label(examined: Examined, one: dict[str, Any], words: StudioWords) -> str:
    """Name the field, or those of which one must be filled."""
    facts = {**examined.entity.fields(), **examined.facts}
    labels = [
        " + ".join(field_label(facts.get(name), name, words) for name in some)
        for some in alternatives(examined, one["field"], one["rule"])
    ]
    return f" {words('columns.or')} ".join(labels)


def _fields(examined: Examined, one: dict[str, Any], words: StudioWords) -> list[dict[str, str]]:
    """Name the fields that a new value can go into, with the columns of the file."""
    told = []
    for name in itertools.chain(*alternatives(examined, one["field"], one["rule"])):
        if name in examined.sources:
            label = field_label(examined.facts[name], name, words)
            column = str(examined.sources[name])
            label = label if label == column else f"{label} ({column})"
            told.append({"value": name, "label": label})
    return told


def alternatives(examined: Examined, field: str, rule: str) -> Sequence[Sequence[str]]:
    """Return the fields of which a problem wants one filled; of others, the field itself."""
    for one in examined.entity.rules:
        if isinstance(one, AnyOf) and (one.rule, one.field) == (rule, field):
            return one.alternatives
    return [[field]]


def _tab_of_lacking(examined: Examined, one: dict[str, Any]) -> str | None:
    """Return where the column of a field is chosen, if the field has none and is not added."""
    names = itertools.chain(*alternatives(examined, one["field"], one["rule"]))
    known = {*examined.sources, *examined.values.by_field}
    return None if not one["field"] or known & {*names} else "columns"


def _n_suggested(examined: Examined, one: dict[str, Any]) -> int:
    """Count the cells for which something is suggested that can be taken over."""
    block = problem_block(examined, one["field"], one["rule"])
    points_elsewhere = one["rule"] in (*CANDIDATES, *BESIDE) or one["field"] not in examined.sources
    if points_elsewhere or block is None or block.suggestions is None:
        return 0
    return len(block.suggestions) - int(block.suggestions.null_count)


def _can_be_empty(examined: Examined, one: dict[str, Any]) -> bool:
    """Whether a record may do without what cannot be read."""
    facts = examined.facts.get(one["field"])
    if one["field"] not in examined.sources:
        return False
    if one["severity"] != "error" or facts is None or one["rule"].startswith("required."):
        return False
    return not facts.required and one["field"] not in examined.entity.key


def _is_personal(examined: Examined, name: str) -> bool:
    facts = examined.facts.get(name)
    return facts is not None and facts.personal


def _is_words(examined: Any, name: str) -> bool:
    facts = examined.facts.get(name)
    return facts is not None and not facts.personal and facts.normalizer in _WORDS
