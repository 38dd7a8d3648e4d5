"""What the command line says is in its own words: ``--sheet A``, never ``sheet='A'``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pangoprep as pp

PACKAGE = Path(pp.__file__).parent

#: A call, an argument with its value, or an attribute of what only Python has.
PYTHON = re.compile(
    r"\b(?:pp|bench|cdp|ddf|client|urllib|fsspec)\.\w+"
    r"|\b(?:report|result|bundle|frame|column_map)\.(?!(?:html|json|md|xlsx|toml|csv)\b)[a-z_]+"
    r"|\bdf\.pango"
    r"|(?<![-\w{\":,])[a-z][a-z_]+=(?:['\"{\[(]|True\b|False\b|None\b|\d|path\b|\.\.\.|(?=[\s,.;]|$))"
)

#: What says something in Python only, and why.
ELSEWHERE = {
    "arrow_frames.py": "frames of other libraries",
    "bundle.py": "frames by name; the command line takes sheets",
    "declarations/python_code.py": "writes Python",
    "engines/": "Dask frames",
    "entities/declaring.py": "classes, which are Python in a file, too",
    "entities/fields.py": "makers of fields, which are Python in a file, too",
    "entities/__init__.py": "a class that was given where a name was asked for",
    "declarations/modules.py": "a file of Python, and what stands in it",
    "errors.py": "Pandera's errors",
    "keywords.py": "keywords of functions; the command line has options of its own",
    "reading/found_files.py": "what was given in place of a path",
    "report/faces/document.py": "reports are compared in Python",
    "report/report.py": "methods",
    "report/bundle.py": "methods",
    "report/checked_rows.py": "raise_if_held; the command line has raise_if",
    "steps/check.py": "checks of a class, which is Python in a file, too",
    "sandbox/sandbox.py": "the class; the command gives it what it wants",
    "sandbox/catalog.py": "classes given to it",
    "sandbox/store.py": "the object after it was stopped",
    "studio/": "in a notebook or on its own page, with an open workbench",
    "workbench/": "code, and its methods",
    "upload/engine/send_call.py": "exceptions that are not ours, with a trace",
    "upload/limits/limits.py": "the limits of a client",
    "upload/rows/prepared.py": "what is sent is no report",
    "upload/http/client.py": "the class",
    "together.py": "arguments that the command line has not",
}
#: Single texts of other files, and why.
SPARED = {
    ("sandbox/faults.py", "="): "the command line writes a fault's options so, too",
    ("matching/mapping.py", "frame.reset_index"): "an index; files have none with a name",
    ("missing_fields.py", "frame.reset_index"): "an index; files have none with a name",
    ("matching/recipes.py", "fixes=, --fixes"): "stands in a file, for both",
    ("matching/recipes.py", "a pp.Recipe"): "an object in place of a path",
    ("matching/unfolding.py", "shared must list"): "a text in place of a list",
    ("planning.py", "frame."): "a caller's frame; files have neither such an index nor such names",
    ("report/thresholds.py", "Say at what to stop"): "the command line gives one or none",
    ("upload/arguments.py", "clear="): "the command line has no such option",
    ("upload/http/network.py", "="): "files of a client",
}


def said(file: Path) -> Iterator[tuple[int, str]]:
    """Every text of a file but docstrings and what is said in Python on purpose."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    spared: set[ast.AST] = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            spared.add(body[0].value)
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else None
            if (name or getattr(node.func, "id", "")) == "either" and node.args:
                spared.update(ast.walk(node.args[0]))
    seen: set[ast.AST] = set(spared)
    for node in ast.walk(tree):
        if node in seen:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = [v.value if isinstance(v, ast.Constant) else "§" for v in node.values]
            seen.update(ast.walk(node))
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def test_messages_ask_for_the_words_of_the_command_line() -> None:
    found = []
    for file in sorted(PACKAGE.rglob("*.py")):
        name = file.relative_to(PACKAGE).as_posix()
        if name == "call_words.py" or name.startswith(tuple(ELSEWHERE)):
            continue
        spared = [text for one, text in SPARED if one == name]
        found += [
            f"{name}:{line}: {text}"
            for line, text in said(file)
            if " " in text and PYTHON.search(text) and not any(one in text for one in spared)
        ]
    assert "\n".join(found) == ""


def test_the_rules_are_for_both() -> None:
    for line in (PACKAGE / "tables" / "rules.csv").read_text(encoding="utf-8").splitlines():
        assert not PYTHON.search(line), line


def test_python_is_told_from_words() -> None:
    python = ("sheet='A'", "give fixes= or", "pp.read(path)", "df.pango.send", "ledger=path",
              "see report.held", "header=3", "mapping={column: ''}", "bundle.findings")  # fmt: skip
    others = ("--map Timestamp=createdAt", "--set source=CRM", "report.html", "COLUMN=FIELD",
              "the report. It", "server_error:status=503", "--header 3", "a frame.")  # fmt: skip
    assert [text for text in python if not PYTHON.search(text)] == []
    assert [text for text in others if PYTHON.search(text)] == []
