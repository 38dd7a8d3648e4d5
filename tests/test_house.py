"""How the house is built: small modules, names that say one thing, and what no file may say."""

from __future__ import annotations

import ast
import re
import subprocess
import tokenize
from pathlib import Path

import pytest

from tests.source import PACKAGE, ROOT, modules, name_of, tree

MAX_LINES = 250  # of code: what is explained well may be longer
_NO_CODE = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENCODING, tokenize.ENDMARKER,
    tokenize.INDENT, tokenize.DEDENT,
}  # fmt: skip
VAGUE = {"utils", "util", "utilities", "helpers", "helper", "manager", "managers", "misc"}


def code_lines(path: Path) -> set[int]:
    """The lines of a file that hold code: no comment, no docstring, no blank line."""
    found: set[int] = set()
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type not in _NO_CODE:
                found.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(tree(path)):
        body = getattr(node, "body", None)
        first = body[0] if isinstance(body, list) and body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            assert first.end_lineno is not None
            found -= set(range(first.lineno, first.end_lineno + 1))
    return found


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_is_small(path: Path) -> None:
    assert len(code_lines(path)) <= MAX_LINES


def test_no_name_is_vague() -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    named = [(path, path.stem) for path in modules()]
    named += [
        (path, node.name)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, kinds)
    ]
    vague = [
        f"{name_of(path)}: {name}"
        for path, name in named
        if VAGUE & {word.lower() for word in re.findall(r"[A-Z]?[a-z]+", name)}
    ]
    assert vague == []


def found_twice(named: list[tuple[str, str]]) -> dict[str, list[str]]:
    """The names that stand in several places, and those places."""
    places: dict[str, list[str]] = {}
    for name, place in named:
        places.setdefault(name, []).append(place)
    return {name: some for name, some in places.items() if len(some) > 1}


def test_a_name_that_stands_twice_is_found() -> None:
    assert found_twice([("Run", "a"), ("Plan", "a"), ("Run", "b")]) == {"Run": ["a", "b"]}


def test_no_two_classes_have_one_name() -> None:
    named = [
        (node.name, name_of(path))
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
    ]
    assert found_twice(named) == {}


# Files of one name in several rooms, and the one thing that it means in all of them.
SHARED_NAMES = {
    "accounts": "accounts at PangoCDP",
    "answers": "PangoCDP's answers to requests",
    "app": "an ASGI application",
    "arguments": "what callers say, declared once",
    "base": "what all of a kind have in common",
    "bundle": "several frames checked together",
    "callbacks": "what PangoCDP calls back",
    "cells": "cells of a workbook",
    "column": "a whole column of texts",
    "columns": "the columns of the rows, told to people",
    "credentials": "who sends",
    "declaring": "an entity is declared",
    "duplicates": "rows with one key",
    "escapes": "escapes of a text, taken off",
    "evidence": "what cells prove of how they are read",
    "fixing": "rows are mended by people",
    "frames": "pandas frames",
    "html": "HTML, read or written",
    "item_columns": "columns that are fields of items",
    "keys": "keys of rows, as hashes",
    "keywords": "keywords of public functions",
    "kinds": "the kinds that there are of what the room is about",
    "layout": "where on a sheet or page the table is",
    "ledger": "the ledger of sent rows",
    "listing": "lists that people look through",
    "normalizer": "the normalizer of a kind of value",
    "numbers": "cells that are numbers",
    "options": "how cells are read",
    "parts": "rows that come in parts",
    "problems": "what is still wrong with the rows",
    "progress": "how far something is",
    "report": "the report of the rows",
    "rules": "what records must be",
    "sending": "sending rows",
    "text": "plain text",
    "words": "words of people's languages",
    "workbook": "a workbook of Excel",
}


def test_no_two_files_have_one_name_and_two_meanings() -> None:
    named = [(path.stem, name_of(path)) for path in modules() if path.stem != "__init__"]
    twice = found_twice(named)
    assert twice.keys() - SHARED_NAMES.keys() == set(), "another name, or say what they share"
    assert SHARED_NAMES.keys() - twice.keys() == set(), "no more shared"


def test_no_stub_is_left() -> None:
    unfinished = re.compile(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError")
    found = [name_of(path) for path in modules() if unfinished.search(path.read_text("utf-8"))]
    assert found == []


ROOMS = sorted({path.parent.relative_to(PACKAGE).as_posix() for path in modules()} - {"."})


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_its_tests(room: str) -> None:
    assert list((ROOT / "tests" / room).rglob("test_*.py"))


def test_no_statement_has_numbered_holes() -> None:
    """Python 3.12.0 to 3.12.3 warn of them, as if they were names: use ``?`` or ``:name``."""
    texts = [
        (name_of(path), node.value)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    statements = [text for _, text in texts if re.search(r"\b(?:SELECT|INSERT|UPDATE)\b", text)]
    assert len(statements) > 10
    assert [told for told in texts if re.search(r"(?<!\\)[ (=,]\?[0-9]", told[1])] == []


# What is in the repository


def tracked() -> list[Path]:
    """The project's files; all of them where there is no repository."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    if done.returncode == 0 and done.stdout:
        paths = [ROOT / name for name in done.stdout.split("\0") if name]
    else:
        paths = [p for p in ROOT.rglob("*") if not any(part[0] == "." for part in p.parts[1:])]
    not_text = (".xlsx", ".png", ".gif")
    return [path for path in paths if path.is_file() and path.suffix not in not_text]


def test_no_path_of_a_machine_and_no_package_index_is_written_down() -> None:
    marks = [f"{ROOT}/", f"{Path.home()}/", "index" + "-url", "extra" + "-index"]
    if len(ROOT.parent.parts) > 1:
        marks.append(f"{ROOT.parent}/")
    found = [
        f"{path.relative_to(ROOT)}: {mark}"
        for path in tracked()
        for mark in marks
        if mark in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert found == []


def test_the_readmes_commands_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.M))
    readme = (ROOT / "README.md").read_text("utf-8")
    commands = set(re.findall(r"^(?:\$ )?make ([a-z-]+)|`make ([a-z-]+)", readme, flags=re.M))
    commands = {name for names in commands for name in names if name}
    assert {"test", "demo"} <= commands
    assert commands <= targets


def test_documents_that_messages_name_exist() -> None:
    named = {
        name
        for path in modules()
        for name in re.findall(
            r"\b(?:docs|data|notebooks|benchmarks)/[\w./-]+\.\w+", path.read_text("utf-8")
        )
    }
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_threads_of_arrow_hold_nothing_of_pythons() -> None:
    """One that lets go of it while the interpreter ends aborts the process."""
    calls = [
        ast.unparse(node)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("read_csv", "read_json", "read_table")
    ]
    assert len(calls) >= 4
    assert [call for call in calls if "use_threads=False" not in call] == []


def test_letters_are_composed_in_one_place() -> None:
    # Arrow before version 26 takes letters apart where it is asked to compose them.
    users = {name_of(path) for path in modules() if "utf8_normalize" in path.read_text("utf-8")}
    assert users == {"pangoprep.normalizers.words"}
