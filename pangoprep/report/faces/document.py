"""The report as JSON. ``docs/report.md`` describes it; ``FORMAT`` grows when it changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pangoprep.errors import UsageError
from pangoprep.language import language
from pangoprep.report.faces.sentences import headline
from pangoprep.report.facts.summary import Summary
from pangoprep.sentence import Sentence

FORMAT = "pangoprep.report/1"
BUNDLE_FORMAT = "pangoprep.bundle/1"
_AS_TOLD = ("added", "added_by_you", "unused", "duplicates", "delivery", "options")


def document(facts: Summary, lang: str = "en") -> dict[str, Any]:
    """Return the facts as plain lists, dictionaries, texts and numbers; values are masked."""
    words = language(lang)
    told = asdict(facts)
    counts = (
        "n_rows", "n_ready", "n_held", "n_superseded", "n_not_records", "n_left_out", "n_joined"
    )  # fmt: skip
    rules = [
        {
            **asdict(fact),
            "meaning": words.meaning(fact.rule, fact.detail),
            "action": words.action(fact.rule),
        }
        for fact in facts.rules
    ]
    columns = told.pop("columns")
    for column in columns:
        del column["label_vi"]  # labels are English here, whatever the language of sentences
        column["changes"] = [
            {**change, "samples": [{"before": b, "after": a} for b, a in change["samples"]]}
            for change in column["changes"]
        ]
    return {
        "format": FORMAT,
        "entity": facts.entity,
        "headline": headline(facts, words),
        **{name: told[name] for name in counts},
        "rules": rules,
        "columns": columns,
        **{name: told[name] for name in _AS_TOLD},
    }


def bundle_document(parts: Mapping[str, Summary], lang: str = "en") -> dict[str, Any]:
    """Return the facts of several frames, by name."""
    return {
        "format": BUNDLE_FORMAT,
        "reports": {name: document(facts, lang) for name, facts in parts.items()},
    }


def write(facts: Summary, lang: str) -> str:
    """Return the document as text."""
    return json.dumps(document(facts, lang), ensure_ascii=False, indent=1)


def read(path: Path) -> dict[str, Any]:
    """Read a document back.

    Raises
    ------
    UsageError
        If the file is no report, or of a format this version does not know.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise UsageError(
            Sentence("{1!r} cannot be read as a report: {2}.", path.name, error)
        ) from None
    found = told.get("format") if isinstance(told, dict) else None
    if found != FORMAT:
        raise UsageError(
            Sentence(
                "{1!r} is no report of format {2!r} (found: {3!r}). Write one with "
                "report.to_json(path).",
                path.name,
                FORMAT,
                found,
            )
        )
    document: dict[str, Any] = told
    return document
