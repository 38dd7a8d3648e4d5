"""The examples of the pages and of the README run, and print what the pages say they print."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pangoprep as pp
from tests.docs.examples import blocks, run

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "README.vi.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with the sample data, and an account at a PangoCDP: what a reader would have."""
    folder = tmp_path / "desk"
    shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("*.py", "__*"))
    shutil.copy(ROOT / "data" / "customers_messy.csv", folder / "customers.csv")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("PANGO_DATA_DIR", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.setenv("COLUMNS", "100")
    with pp.Sandbox(limits=None) as cdp:
        account = {name: value for name, value in cdp.client_settings.items() if name != "limits"}
        for name, value in account.items():
            monkeypatch.setenv(f"PANGO_{name.upper()}", value)
        yield folder


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples_run(page: Path, desk: Path) -> None:
    names: dict[str, Any] = {"__name__": "example"}
    for block in blocks(page):
        if not block.reason:
            run(block, names)


def test_most_examples_are_run_and_all_are_seen() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    found = [block for page in PAGES for block in blocks(page)]
    assert sum(block.kind == "python" for block in found) == text.count("```python\n")
    assert sum(block.kind == "console" for block in found) == text.count("```console\n")
    assert not re.findall(r"```(?:py|pycon|sh|bash|shell)\n", text)  # nobody would run them
    left_out = [block.place for block in found if block.reason]
    assert len(left_out) <= 6, left_out
