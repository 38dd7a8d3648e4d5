"""Nothing imports in a circle or upwards, in functions and for types neither; stages are pure."""

from __future__ import annotations

import ast
from itertools import chain

import pytest

from tests.source import PACKAGE, ROOT, imported_by, imports, loaded_imports, modules, name_of, tree


def circles(reached: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that reach each other (Tarjan's strongly connected components)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        order[name] = lowest[name] = len(order)
        open_.append(name)
        for other in sorted(reached[name]):
            if other not in order:
                visit(other)
            if other in open_:
                lowest[name] = min(lowest[name], lowest[other])
        if lowest[name] == order[name]:
            place = open_.index(name)
            group = sorted(open_[place:])
            del open_[place:]
            if len(group) > 1:
                found.append(group)

    for name in sorted(reached):
        if name not in order:
            visit(name)
    return found


def test_circles_are_found() -> None:
    tied = {"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, "d": set(), "e": {"a", "f"}, "f": {"e"}}
    assert circles(tied) == [["a", "b", "c"], ["e", "f"]]
    assert circles({"a": {"b"}, "b": {"c"}, "c": set()}) == []


def test_nothing_imports_in_a_circle() -> None:
    files = {name_of(path): path for path in modules()}
    assert circles({name: imported_by(path, set(files)) for name, path in files.items()}) == []


# Who may import whom: rooms lie in layers, as the maintainers' page draws them


def layers() -> list[list[str]]:
    """The layers of rooms, the top one first."""
    page = (ROOT / "docs" / "maintaining.md").read_text("utf-8")
    picture = page.partition("They lie in layers.")[2].split("```")[1]
    return [line.split() for line in picture.splitlines()[1:]]


def room_of(module: str) -> str:
    """The folder of a module, or the module itself; `pangoprep` lies above all of them."""
    return module.split(".")[1] if "." in module else module


def test_rooms_lie_in_layers() -> None:
    floor = {room: -place for place, line in enumerate(layers()) for room in line}
    files = {name_of(path): path for path in modules()}
    rooms = {room_of(name) for name in files} - {"pangoprep"}
    assert sorted(chain(*layers())) == sorted(rooms)
    up = {
        f"{name} -> {other}"
        for name, path in files.items()
        for other in imported_by(path, set(files))
        if name != "pangoprep" and room_of(name) != room_of(other)
        if other == "pangoprep" or floor[room_of(other)] >= floor[room_of(name)]
    }
    assert up == set()


# What a room must not take even from below.
FORBIDDEN = {
    "pangoprep.sandbox": {"entities", "normalizers", "steps", "upload"},
    "pangoprep.steps": {"reading"},
    "pangoprep.writing": {"steps"},
    "pangoprep.pipeline": {"upload", "sandbox"},
    # What the command line says and asks: it processes no data.
    "pangoprep.commands": {"columns", "normalizers", "steps", "clusters", "pipeline", "planning"},
}
# The sandbox runs nobody else's rules, but sends as anybody does, and reads plain tables.
ALLOWED = {("pangoprep.sandbox", "upload")}


@pytest.mark.parametrize("part", FORBIDDEN)
def test_no_part_reaches_where_it_must_not(part: str) -> None:
    files = [path for path in modules() if f"{name_of(path)}.".startswith(f"{part}.")]
    assert files
    reached = {
        f"{name_of(path)} -> {module}"
        for path in files
        for module in imports(path)
        for name in FORBIDDEN[part]
        if f"{module}.".startswith(f"pangoprep.{name}.") and (part, name) not in ALLOWED
    }
    assert reached == set()


def test_commands_look_into_no_column() -> None:
    """They draw a table of what they are told; with data frames they do nothing else."""
    found = {
        f"{name_of(path)}: {module}"
        for path in (PACKAGE / "commands").glob("*.py")
        for module in loaded_imports(path)
        if module.split(".")[0] in ("numpy", "pyarrow", "pandas")
    }
    assert found == {"pangoprep.commands.output: pandas"}


PURE = ["columns", "normalizers", "steps", "findings", "entities"]
IMPURE = {
    "httpx",
    "sqlite3",
    "socket",
    "requests",
    "urllib",
    "time",
    "random",
    "tempfile",
    "shutil",
}


@pytest.mark.parametrize("part", PURE)
def test_steps_are_pure(part: str) -> None:
    files = [path for path in modules() if f"{name_of(path)}.".startswith(f"pangoprep.{part}.")]
    assert files
    found = {
        f"{name_of(path)}: {m}"
        for path in files
        for m in imports(path)
        if m.split(".")[0] in IMPURE
    }
    assert found == set()
    calls = [
        f"{name_of(path)}:{node.lineno}"
        for path in files
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("open", "print", "input")
    ]
    assert calls == []
