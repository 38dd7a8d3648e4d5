"""The examples of the pages: found, and run as a reader would run them.

Nothing here is of a test runner, so that the examples can be run where only a wheel is installed.
"""

from __future__ import annotations

import ast
import doctest
import io
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

from pangoprep.cli import main

# A comment before a block says why it is not run; a block of text after it says what it prints,
# with "..." for what changes.
FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_RUN = re.compile(r"<!-- not run: (.+) -->\s*\Z")
SERVING = ("studio", "listen", "sandbox")
COMPARED = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Block(NamedTuple):
    """An example on a page."""

    place: str
    kind: str
    code: str
    told: str | None
    reason: str


def blocks(page: Path) -> Iterator[Block]:
    """Give the examples of a page, also those that are not to be run."""
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


def run(block: Block, names: dict[str, Any]) -> None:
    """Run an example, with what the ones before it on the page left, and compare what it prints.

    Raises
    ------
    AssertionError
        If it prints something else than the page says, or a command ends with trouble.
    """
    if block.kind == "python":
        compare(block.place, block.told, run_python(block, names))
    else:
        for command, told in commands(block):
            if not is_serving(command):
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


def is_serving(command: str) -> bool:
    """Whether a command serves until somebody ends it, so that it cannot be run here."""
    return command.split()[:2] in [["pangoprep", name] for name in SERVING]


def run_command(command: str) -> str:
    """Run a command of ours in this process: a new one takes a second to start."""
    words = shlex.split(command, comments=True)
    if words[:1] != ["pangoprep"]:  # such as pip and make
        return ""
    told = io.StringIO()
    before, sys.argv = sys.argv, words
    try:
        with redirect_stdout(told), redirect_stderr(told):
            main()
            code: Any = 0
    except SystemExit as end:
        code = end.code
    finally:
        sys.argv = before
    # 1: rows are held, as the sample data wants it.
    assert code in (None, 0, 1) or "Error: " in told.getvalue(), f"{command}\n{told.getvalue()}"
    return told.getvalue()


def compare(place: str, told: str | None, got: str) -> None:
    """Refuse what a page does not say."""
    if told is not None and not doctest.OutputChecker().check_output(told, got, COMPARED):
        raise AssertionError(f"{place} says:\n{told}\nbut it prints:\n{got}")
