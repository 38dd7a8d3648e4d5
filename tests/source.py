"""The package's files, and what they import."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pangoprep"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
#: What `import pangoprep` loads of other projects.
CORE = ["pandas", "pandera", "pyarrow", "numpy"]


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


def imported_by(path: Path, known: set[str]) -> set[str]:
    """The modules of the package a file imports, wherever it does."""
    found = set()
    for name in imports(path):
        whole = name if name in known else name.rpartition(".")[0]
        found |= {whole} & known - {name_of(path)}
    return found
