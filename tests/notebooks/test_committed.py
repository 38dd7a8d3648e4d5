"""Every notebook as it is committed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.id for cell in code if cell.outputs or cell.execution_count is not None] == []
    assert notebook.metadata.kernelspec.name == "python3"


def test_the_vietnamese_quickstart_runs_the_same_code() -> None:
    def code(path: Path) -> list[tuple[str, str]]:
        cells = nbformat.read(path, as_version=4).cells
        told = {cell.id: cell.source for cell in cells if cell.cell_type == "code"}
        plain = {name: re.sub(r',? *lang="vi"', "", source) for name, source in told.items()}
        trees = {name: ast.parse(source) for name, source in plain.items()}
        for tree in trees.values():
            for node in ast.walk(tree):
                if isinstance(node, ast.JoinedStr):  # what it prints is in its language
                    holes = (one for one in node.values if isinstance(one, ast.FormattedValue))
                    node.values = list(holes)
        return [(name, ast.unparse(tree)) for name, tree in trees.items()]

    folder = NOTEBOOKS[0].parent
    english = code(folder / "01_quickstart.ipynb")
    assert code(folder / "01_quickstart.vi.ipynb") == english
    assert "lang=" not in str(english)
