"""Every dependency is used, and loaded late where it can be."""

from __future__ import annotations

import ast
import re
import sys
from itertools import chain

from tests.source import CORE, PACKAGE, PROJECT, ROOT, imports, modules, name_of, tree

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
