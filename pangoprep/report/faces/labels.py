"""The labels that stand beside the names of fields."""

from __future__ import annotations

from pangoprep.entities.custom_fields import custom_field
from pangoprep.language import Language
from pangoprep.report.facts.columns import ColumnFacts
from pangoprep.report.facts.summary import Summary


def field_labels(facts: Summary, words: Language) -> dict[str, str]:
    """What fields are called where their names do not say it: they are English, or numbered."""
    labels = {
        column.field: words.label(column.label, column.label_vi)
        for column in facts.columns
        if words.code != "en" or _is_named_custom_field(column)
    }
    return {field: label for field, label in labels.items() if label.lower() != field.lower()}


def _is_named_custom_field(column: ColumnFacts) -> bool:
    usual = custom_field(column.field)
    return usual is not None and column.label != usual.label
