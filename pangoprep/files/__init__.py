"""From a file to an entity: reading it, and telling what its columns are."""

from __future__ import annotations

from pangoprep.files.headers import detect_entities, match_headers
from pangoprep.files.reading import read, scan

__all__ = ["detect_entities", "match_headers", "read", "scan"]
