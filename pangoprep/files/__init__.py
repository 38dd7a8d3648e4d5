"""From a file to an entity: what its columns are."""

from __future__ import annotations

from pangoprep.files.headers import detect_entities, match_headers

__all__ = ["detect_entities", "match_headers"]
