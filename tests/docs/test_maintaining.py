"""The page for maintainers points to files that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "maintaining.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:pangoprep|tests|docs)/[^`]*)`", PAGE)))
ROOMS = re.findall(r"`(\w+)/`\s", PAGE)


@pytest.mark.parametrize("name", NAMED)
def test_what_is_named_is_there(name: str) -> None:
    assert (ROOT / name).exists()


def test_every_room_is_named() -> None:
    rooms = {path.parent.name for path in (ROOT / "pangoprep").glob("*/__init__.py")}
    assert rooms - set(ROOMS) == set()


def test_at_least_twelve_requests_are_answered() -> None:
    rows = re.findall(r"^\| (.+?) \| `(.+?)` \|", PAGE, re.MULTILINE)
    assert len(rows) >= 12
