"""From a path to frames of text: one file or folder for each kind of file."""

from __future__ import annotations

from pangoprep.reading.frames import read, scan

__all__ = ["read", "scan"]
