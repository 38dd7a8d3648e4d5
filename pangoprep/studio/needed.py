"""What every record needs, and where it comes from: the checklist of the tab of columns."""

from __future__ import annotations

from collections.abc import Collection

from pangoprep.entities.rules import AnyOf
from pangoprep.matching.mapping import id_sources
from pangoprep.steps.examined import Examined
from pangoprep.studio.messages import Answer
from pangoprep.studio.problems import field_label
from pangoprep.studio.words import StudioWords


def needed(examined: Examined, words: StudioWords) -> list[Answer]:
    """Say of each field that every record must have where it comes from.

    Parameters
    ----------
    examined
        The rows.
    words
        The language.

    Returns
    -------
    list of dict
        field, label, text, ok; ``make``: the fields it can be made of; ``lacks``: the fields of
        which one must be there.
    """
    found = []
    facts = examined.entity.fields()
    known = {*examined.sources, *examined.values.by_field}
    required = [name for name, one in facts.items() if one.required]
    for name in dict.fromkeys([*examined.entity.key, *required]):
        column = examined.sources.get(name)
        sources = id_sources(name, known)
        if name in examined.values.by_field:
            text, ok = words("columns.made"), True
        elif column is not None:
            text, ok = words("columns.from", column=column), True
        else:
            text = words("columns.make", fields=_named(sources, ", ", examined, words))
            text, ok = text if sources else words("columns.absent"), False
        label = field_label(facts.get(name), name, words)
        made = {"make": [] if ok else sources, "lacks": [] if ok else [name]}
        found.append({"field": name, "label": label, "text": text, "ok": ok, **made})
    return [*found, *_needed_one_of(known, examined, words)]


def _needed_one_of(known: Collection[str], examined: Examined, words: StudioWords) -> list[Answer]:
    """Say of fields that can stand for each other which of them there are."""
    found = []
    for rule in examined.entity.rules:
        if not isinstance(rule, AnyOf):
            continue
        there = [fields for fields in rule.alternatives if all(name in known for name in fields)]
        columns = [examined.sources.get(name) for fields in there for name in fields]
        named = ", ".join(str(column) for column in columns if column is not None)
        made = words("columns.from", column=named) if named else words("columns.made")
        label = f" {words('columns.or')} ".join(
            _named(fields, " + ", examined, words) for fields in rule.alternatives
        )
        found.append(
            {
                "field": rule.field,
                "label": label,
                "text": made if there else words("columns.absent"),
                "ok": bool(there),
                "make": [],
                "lacks": [] if there else [fields[0] for fields in rule.alternatives],
            }
        )
    return found


def _named(names: Collection[str], between: str, examined: Examined, words: StudioWords) -> str:
    facts = examined.entity.fields()
    return between.join(field_label(facts.get(name), name, words) for name in names)
