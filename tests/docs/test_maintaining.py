"""The page for maintainers, and what stands beside the code, point to files that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "maintaining.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:pangoprep|tests|docs|tools)/[^`]*)`", PAGE)))
ROOMS = re.findall(r"`(\w+)/`\s", PAGE)


@pytest.mark.parametrize("name", NAMED)
def test_what_is_named_is_there(name: str) -> None:
    assert (ROOT / name).exists()


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tools").glob("make_*.py")), ids=lambda one: one.stem
)
def test_it_says_what_each_page_and_table_is_made_with(path: Path) -> None:
    assert re.search(rf"`(?:tools/{path.name}|python -m tools\.{path.stem})`", PAGE)


READMES = sorted((ROOT / "pangoprep").glob("*/README.md"))


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.parent.name)
def test_what_a_room_says_of_files_is_true(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    named = set(re.findall(r"`?((?:[a-z_0-9]+/)*[a-z_0-9]+\.(?:py|md|csv))\b", text))
    named |= set(re.findall(r"`((?:[a-z_0-9]+/)+)`", text))
    places = (readme.parent, ROOT, ROOT / "pangoprep")
    found = {name for name in named if any((place / name).exists() for place in places)}
    inside = {path.name for path in readme.parent.rglob("*.py")}
    assert named - found - inside == set()


def test_the_large_rooms_have_one() -> None:
    rooms = (ROOT / "pangoprep").glob("*/__init__.py")
    large = {room.parent for room in rooms if len(list(room.parent.rglob("*.py"))) > 12}
    assert large <= {readme.parent for readme in READMES}


def test_every_room_is_named() -> None:
    rooms = {path.parent.name for path in (ROOT / "pangoprep").glob("*/__init__.py")}
    assert rooms - set(ROOMS) == set()


def test_at_least_twelve_requests_are_answered() -> None:
    rows = re.findall(r"^\| (.+?) \| `(.+?)` \|", PAGE, re.MULTILINE)
    assert len(rows) >= 12
