"""The examples of the pages and of the README run, and print what the pages say they print."""

from __future__ import annotations

import ast
import doctest
import io
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import pangoprep as pp
from pangoprep.cli import main

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "README.vi.md", *sorted((ROOT / "docs").glob("*.md"))]
# A comment before a block says why it is not run; a block of text after it says what it prints,
# with "..." for what changes.
FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_RUN = re.compile(r"<!-- not run: (.+) -->\s*\Z")
COMPARED = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Block(NamedTuple):
    """An example on a page."""

    place: str
    kind: str
    code: str
    told: str | None
    reason: str


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    found = list(FENCE.finditer(text))
    for place, fence in enumerate(found):
        if fence["kind"] not in ("python", "console", ""):
            continue
        after = found[place + 1] if place + 1 < len(found) else None
        told = None
        if after and after["kind"] == "text" and not text[fence.end() : after.start()].strip():
            told = after["code"]
        reason = NOT_RUN.search(text[: fence.start()])
        line = text[: fence.start("code")].count("\n") + 1
        yield Block(
            f"{page.name}:{line}", fence["kind"], fence["code"], told, reason[1] if reason else ""
        )


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
        if block.reason:
            continue
        if block.kind == "python":
            compare(block.place, block.told, run_python(block, names))
        else:
            for command, told in commands(block):
                compare(block.place, told, run_command(command))


def run_python(block: Block, names: dict[str, Any]) -> str:
    """Run a block as a notebook runs a cell; return what it prints and its last value."""
    tree = ast.parse(block.code, block.place)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(tree, block.place, "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), block.place, "eval"), names)
            if value is not None:
                print(repr(value))
    return printed.getvalue()


def commands(block: Block) -> Iterator[tuple[str, str | None]]:
    """Our commands in a block, each with what it prints, where that is told."""
    if block.kind == "console":
        for part in re.split(r"^\$ ", block.code, flags=re.MULTILINE)[1:]:
            command, _, told = part.partition("\n")
            yield command, told or None
    else:
        yield from ((line, None) for line in block.code.splitlines())


def run_command(command: str) -> str:
    words = shlex.split(command, comments=True)
    if words[:1] != ["pangoprep"]:  # such as pip and make
        return ""
    told = io.StringIO()
    # In this process: a new one takes a second to start, and tests/commands/ has those.
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(told), redirect_stderr(told):
        patch.setattr(sys, "argv", words)
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code
    # 1: rows are held, as the sample data wants it.
    assert code in (None, 0, 1) or "Error: " in told.getvalue(), f"{command}\n{told.getvalue()}"
    return told.getvalue()


def compare(place: str, told: str | None, got: str) -> None:
    if told is not None and not doctest.OutputChecker().check_output(told, got, COMPARED):
        pytest.fail(f"{place} says:\n{told}\nbut it prints:\n{got}")


def test_most_examples_are_run_and_all_are_seen() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    found = [block for page in PAGES for block in blocks(page)]
    assert sum(block.kind == "python" for block in found) == text.count("```python\n")
    assert sum(block.kind == "console" for block in found) == text.count("```console\n")
    assert not re.findall(r"```(?:py|pycon|sh|bash|shell)\n", text)  # nobody would run them
    left_out = [block.place for block in found if block.reason]
    assert len(left_out) <= 5, left_out
