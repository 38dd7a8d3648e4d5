"""The site builds without a complaint, holds together, and needs nothing from elsewhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

import pangoprep as pp
from pangoprep.entities import MODELS

pytest.importorskip("zensical")
pytest.importorskip("mkdocstrings_handlers.python")

ROOT = Path(__file__).parents[2]
# Each copy button is a navigation of its own, without a name: the theme's markup.
AXE_OPTIONS = {"rules": {"landmark-unique": {"enabled": False}}}
# One of each kind: axe takes seconds for a page with long tables.
LOOKED_AT = ["index", "five_minutes", "choices"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make docs` builds it, in a folder of its own."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    # No proxy leads anywhere: what reaches for the network fails.
    nowhere = {"HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=300,
        env=os.environ | nowhere | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "out" / "docs"


class Targets(HTMLParser):
    """What a page points to, what it loads, and where others can point to in it."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.ids: set[str] = set()
        self.images_without_words: list[str] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids.update(filter(None, [given.get("id"), given.get("name")]))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and given.get("rel") in ("stylesheet", "icon", "preconnect", "prefetch"):
            self.loaded.append(given["href"])
        elif "src" in given:
            self.loaded.append(given["src"])
            if tag == "img" and not given.get("alt"):
                self.images_without_words.append(given["src"])


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Targets]:
    found = {path.name: Targets(path) for path in sorted(site.glob("*.html"))}
    assert {f"{path.stem}.html" for path in (ROOT / "docs").glob("*.md")} <= set(found)
    return found


def test_every_page_is_in_the_navigation() -> None:
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    named = re.findall(r"^ +- [^:\n]+: ([\w.]+\.md)$", config, flags=re.MULTILINE)
    assert sorted(named) == sorted(path.name for path in (ROOT / "docs").glob("*.md"))


def test_links_and_pictures_lead_somewhere(site: Path, pages: dict[str, Targets]) -> None:
    broken = []
    for name, page in pages.items():
        for target in {*page.links, *page.loaded}:
            parts = urlsplit(target)
            if parts.scheme or name == "404.html":
                continue
            path = unquote(parts.path) or name
            anchors = pages[path].ids if path in pages else {parts.fragment}
            if not (site / path).exists() or (parts.fragment and parts.fragment not in anchors):
                broken.append(f"{name}: {target}")
    assert broken == []
    assert [src for page in pages.values() for src in page.images_without_words] == []


def test_nothing_is_loaded_from_elsewhere(pages: dict[str, Targets]) -> None:
    elsewhere = {src for page in pages.values() for src in page.loaded if urlsplit(src).netloc}
    assert elsewhere == set()


def test_pictures_are_small() -> None:
    pictures = list((ROOT / "docs" / "images").iterdir())
    assert pictures
    assert [path.name for path in pictures if path.stat().st_size > 200_000] == []


def test_the_api_page_has_every_public_name(pages: dict[str, Targets]) -> None:
    known = pages["api.html"].ids
    # The models are on a page of their own, which is made of them.
    named = set(pp.__all__) - set(MODELS)
    assert {name for name in named if f"pangoprep.{name}" not in known} == set()
    methods = [name for name in vars(pp.PangoAccessor) if not name.startswith("_")]
    assert {name for name in methods if f"pangoprep.PangoAccessor.{name}" not in known} == set()
    shown = {name for name in dir(pp.Report) if not name.startswith("_")}
    shown -= {"examined", "openers"}
    assert {name for name in shown if f"pangoprep.Report.{name}" not in known} == set()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible(browser: Any, site: Path, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = browser.new_page(color_scheme=scheme)
    found = []
    for name in LOOKED_AT:
        page.goto((site / f"{name}.html").as_uri())
        violations = axe.Axe().run(page, options=AXE_OPTIONS).response["violations"]
        found += [f"{name}: {v['id']}: {n['html'][:160]}" for v in violations for n in v["nodes"]]
    page.close()
    assert found == []


@pytest.mark.browser
def test_search_works_from_a_file(browser: Any, site: Path) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("Control+k")
    page.keyboard.type("phone.lost_zero")
    page.get_by_role("link", name=re.compile("Rules")).first.wait_for()
    assert errors == []
    assert {urlsplit(url).scheme for url in asked} <= {"file", "blob", "data", "about"}
    page.close()


@pytest.mark.browser
def test_nothing_is_wider_than_a_small_screen(browser: Any, site: Path) -> None:
    page = browser.new_page(viewport={"width": 420, "height": 900})
    for path in sorted(site.glob("*.html")):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 420, path.name
    page.close()
