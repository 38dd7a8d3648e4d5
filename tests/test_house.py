"""Guards of the house itself: what it exports, imports and depends on, and how it is built."""

from __future__ import annotations

import ast
import inspect
import json
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from types import ModuleType

import pytest

import pangoprep as pp
from pangoprep.entities import MODELS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pangoprep"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, at its top or inside a function, as a dotted name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def loaded_imports(path: Path) -> set[str]:
    """What a file imports when it runs: not what it names in types only."""
    named = {
        alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for one in node.body
        if isinstance(one, ast.Import)
        for alias in one.names
    }
    return set(imports(path)) - named


# Exports


def test_all_lists_every_public_name_once_in_order() -> None:
    named = [name for name in pp.__all__ if name not in MODELS]
    assert named == sorted(named, key=lambda name: (not name.isupper(), name.islower(), name))
    assert set(MODELS) <= set(pp.__all__)
    assert len(set(pp.__all__)) == len(pp.__all__)
    own = {
        name
        for name, value in vars(pp).items()
        if not name.startswith("_")
        and not isinstance(value, ModuleType)
        and getattr(value, "__module__", "").startswith("pangoprep")
    }
    assert own - set(pp.__all__) == set()


@pytest.mark.parametrize("name", pp.__all__)
def test_a_public_name_is_there_and_says_what_it_is(name: str) -> None:
    value = getattr(pp, name)
    assert name in dir(pp)
    if not isinstance(value, dict):
        assert (inspect.getdoc(value) or "").strip()


def test_tab_completion_offers_the_public_names_and_no_others() -> None:
    assert set(dir(pp)) == {*pp.__all__, "__version__"}


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Costumer'"):
        pp.Costumer  # noqa: B018


def test_the_version_is_the_projects() -> None:
    assert pp.__version__ == PROJECT["project"]["version"]
    assert (PACKAGE / "py.typed").exists()


# What importing costs

CORE = ["pandas", "pandera", "pyarrow", "numpy"]


def loaded_by(code: str) -> set[str]:
    """The top-level modules a fresh interpreter has after running some code."""
    report = "import json, sys; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return set(json.loads(done.stdout))


def test_importing_loads_pandas_pandera_and_pyarrow_only() -> None:
    core = loaded_by("import pandas, pandera.pandas, pyarrow.compute, pyarrow.csv")
    ours = loaded_by("import pangoprep")
    extra = {name for name in ours - core - set(sys.stdlib_module_names) if name[0] != "_"}
    assert extra == {"pangoprep"}
    assert "sqlite3" not in ours
    assert set(CORE) <= ours


def test_validating_clean_customers_needs_no_network_and_no_markup() -> None:
    code = (
        "import pandas as pd, pangoprep\n"
        "pd.DataFrame({'customerId': ['1'], 'fullName': ['An'], 'phone': ['0912345678']})"
        ".pango.validate().ready"
    )
    unwanted = {"httpx", "jinja2", "starlette", "uvicorn", "tqdm", "typer", "sqlite3", "ftfy"}
    # Where Dask is installed, Pandera loads it with the first model of anybody.
    model = "import pandera.pandas as pa\nclass M(pa.DataFrameModel):\n    a: str\nM.to_schema()"
    assert (loaded_by(code) - loaded_by(model)) & unwanted == set()


def test_importing_is_quick() -> None:
    code = (
        "import pandas, pandera.pandas, pyarrow.compute, pyarrow.csv, time\n"
        "start = time.process_time()\nimport pangoprep\nprint(time.process_time() - start)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert float(done.stdout) < 1.0  # about 0.1 s; the rest is for slow machines


# Nothing imports in a circle, in functions and for types neither


def imported_by(path: Path, known: set[str]) -> set[str]:
    """The modules of the package a file imports, wherever it does."""
    found = set()
    for name in imports(path):
        whole = name if name in known else name.rpartition(".")[0]
        found |= {whole} & known - {name_of(path)}
    return found


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


def test_no_sql_has_numbered_placeholders() -> None:
    """Python 3.12.0 to 3.12.3 warn of them, as if they were names: use ``?`` or ``:name``."""
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and re.search(r"[ (=]\?[0-9]+[ ,)]", str(node.value))
    ]
    assert found == []


# How it is built

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


# Dependencies

MODULES = {"python-calamine": "python_calamine", "email-validator": "email_validator",
           "phonenumberslite": "phonenumbers", "tomli-w": "tomli_w"}  # fmt: skip
# Not imported by us, and why they are asked for nevertheless.
RUN_BY_OTHERS = {"jupyterlab": "notebooks run in it", "ipywidgets": "tqdm draws its bar with them"}


def distributions() -> set[str]:
    project = PROJECT["project"]
    listed = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    names = {re.split(r"[\[<>=! ;]", entry)[0] for entry in listed}
    return names - {"pangoprep"}


def test_every_dependency_is_used_and_every_import_is_a_dependency() -> None:
    third_party = {
        module.split(".")[0]
        for path in modules()
        for module in imports(path)
        if module.split(".")[0] not in {*sys.stdlib_module_names, "pangoprep"}
    }
    # NumPy comes with pandas, typing_extensions with Pandera, MarkupSafe with Jinja, IPython with a
    # notebook that shows our output.
    third_party -= {"numpy", "typing_extensions", "markupsafe", "IPython"}
    wanted = {MODULES.get(name, name): name for name in distributions()}
    unused = {name for module, name in wanted.items() if module not in third_party}
    assert unused - set(RUN_BY_OTHERS) == set()
    assert third_party - set(wanted) == set()


def test_the_oldest_versions_are_those_the_project_allows() -> None:
    oldest = dict(
        line.split("==")
        for line in (ROOT / "constraints-min.txt").read_text("utf-8").splitlines()
        if "==" in line
    )
    project = PROJECT["project"]
    listed = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    for entry in listed:
        name, _, least = entry.partition(">=")
        if least:
            version = oldest[re.sub(r"\[.*\]", "", name)].split(".")
            assert version[: least.count(".") + 1] == least.split("."), entry
            assert set(version[least.count(".") + 1 :]) <= {"0", "1"}, entry


def test_no_statement_has_numbered_holes() -> None:
    """Python 3.12.0 to 3.12.3 warn of ``?1`` beside a tuple."""
    found = [
        (name_of(path), node.value)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.search(r"\b(?:SELECT|INSERT|UPDATE|DELETE)\b", node.value)
    ]
    assert len(found) > 10
    assert [(name, text) for name, text in found if re.search(r"\?[0-9]", text)] == []


def test_no_dependency_is_imported_at_the_top_unless_it_is_core() -> None:
    lazy = {MODULES.get(name, name) for name in distributions()} - set(CORE)
    files = [PACKAGE / f"{name}.py" for name in ("__init__", "accessor", "pipeline", "options")]
    for room in ("columns", "entities", "normalizers", "steps"):
        files += PACKAGE.glob(f"{room}/**/*.py")
    found = []
    for path in files:
        for node in tree(path).body:
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [f"{name_of(path)}: {n}" for n in names if n.split(".")[0] in lazy]
    assert found == []


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
