"""Writes the keywords of the public functions: ``python -m tools.make_signatures``.

An option is declared once, in a dataclass. The functions that take it have it written out, for
editors, type checkers and ``help()``; this puts it there, and `tests/test_signatures.py` sees that
it was run. What a function has beside the groups below is its own, and stays.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pangoprep"
MARK = "  # fmt: skip"
_WIDTH = 100

#: Where groups of keywords are declared: file, class, and fields to leave out.
DECLARED = {
    "cells": ("options.py", "Options", ()),
    "entity": ("matching/keywords.py", "EntityKeywords", ()),
    "send": ("upload/arguments.py", "SendOptions", ()),
    "call": ("upload/engine/send_call.py", "SendCall", ("report", "options", "dry_run", "resumes")),
}
_CELLS, _SEND = ("cells", "entity"), ("send", "call")
#: File -> function (or Class.method) -> the groups it takes.
WRITTEN: dict[str, dict[str, tuple[str, ...]]] = {
    "accessor.py": {
        "PangoAccessor.validate": _CELLS,
        "PangoAccessor.workbench": _CELLS,
        "PangoAccessor.studio": _CELLS,
        "PangoAccessor.clean": _CELLS,
        "PangoAccessor.plan": (*_SEND, *_CELLS),
        "PangoAccessor.send": (*_SEND, *_CELLS),
        "PangoAccessor.asend": (*_SEND, *_CELLS),
        "PangoAccessor.resume": _CELLS,
    },
    "verbs.py": {
        "validate": _CELLS,
        "clean": _CELLS,
        "plan": (*_SEND, *_CELLS),
        "send": (*_SEND, *_CELLS),
    },
    "bundle.py": {"validate_all": ("cells",)},
    "large/scan.py": {
        "ScanAccessor.validate": _CELLS,
        "ScanAccessor.clean": _CELLS,
        "ScanAccessor.send": (*_SEND, *_CELLS),
    },
    "engines/dask_accessor.py": {
        "DaskAccessor.validate": _CELLS,
        "DaskAccessor.clean": _CELLS,
        "DaskAccessor.send": (*_SEND, *_CELLS),
    },
    "upload/sending.py": {"send": _SEND, "asend": _SEND},
}


def declared(group: str) -> dict[str, str]:
    """Return the keywords of a group, by name, as they are written in a signature."""
    file, name, left_out = DECLARED[group]
    tree = ast.parse((PACKAGE / file).read_text(encoding="utf-8"))
    (body,) = (n.body for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name)
    found = {}
    for node in body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            annotation, default = _written(node)
            if node.target.id not in left_out:
                found[node.target.id] = f"{node.target.id}: {annotation} = {default}"
    return found


def _written(node: ast.AnnAssign) -> tuple[str, str]:
    annotation, value = ast.unparse(node.annotation), node.value
    if isinstance(value, ast.Call):  # field(...)
        arguments = {one.arg: one.value for one in value.keywords}
        if "default" not in arguments:
            return f"{annotation} | None", "None"
        value = arguments["default"]
    text = "None" if value is None else ast.unparse(value)
    return annotation.replace("'", '"'), text.replace("'", '"')


def rewritten(text: str, functions: dict[str, tuple[str, ...]]) -> str:
    """Return the text of a module with the keywords of its functions written anew."""
    lines = text.splitlines(keepends=True)
    groups = {group: declared(group) for group in DECLARED}
    shared = {name for keywords in groups.values() for name in keywords}
    for name, node in sorted(_functions(ast.parse(text), functions), key=lambda f: -f[1].lineno):
        arguments = node.args
        own = [
            _argument(one, default)
            for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            if one.arg not in shared or not any(one.arg in groups[g] for g in functions[name])
        ]
        keywords = [*own, *(t for g in functions[name] for t in groups[g].values())]
        start = len(arguments.args) - len(arguments.defaults)
        plain = [
            _argument(one, arguments.defaults[place - start] if place >= start else None)
            for place, one in enumerate(arguments.args)
        ]
        inside = " " * (node.col_offset + 4)
        first = f"{' ' * node.col_offset}{_head(node)} {node.name}(\n"
        last = f"{' ' * node.col_offset}) -> {ast.unparse(node.returns)}:{MARK}\n"
        listed = _wrapped([", ".join([*plain, "*"]), *keywords], inside)
        end = node.body[0].lineno - 1
        lines[node.lineno - 1 : end] = [first, *listed, last]
    return "".join(lines)


def _functions(
    tree: ast.Module, wanted: dict[str, tuple[str, ...]]
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in tree.body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        before = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
        for one in inner:
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{before}{one.name}"
                if name in wanted:
                    yield name, one


def _head(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    return "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"


def _argument(one: ast.arg, default: ast.expr | None) -> str:
    text = one.arg
    if one.annotation is not None:
        text += f": {ast.unparse(one.annotation)}"
    if default is not None:
        text += f" = {ast.unparse(default)}" if one.annotation else f"={ast.unparse(default)}"
    return text.replace("'", '"')


def _wrapped(arguments: list[str], inside: str) -> Iterator[str]:
    line = ""
    for text in arguments:
        longer = f"{line} {text}," if line else f"{text},"
        if line and len(inside + longer) > _WIDTH:
            yield f"{inside}{line}\n"
            longer = f"{text},"
        line = longer
    yield f"{inside}{line}\n"


def main() -> None:
    """Write all of them."""
    for file, functions in WRITTEN.items():
        path = PACKAGE / file
        path.write_text(rewritten(path.read_text(encoding="utf-8"), functions), encoding="utf-8")


if __name__ == "__main__":
    main()
