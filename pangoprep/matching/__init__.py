"""Which column is which field, and what some cells mean: mapping, recipes, fixes."""

from __future__ import annotations

from pangoprep.matching.detection import detect_entities, match_headers

__all__ = ["detect_entities", "match_headers"]
