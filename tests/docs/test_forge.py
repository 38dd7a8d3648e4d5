"""The files for a forge, a container and a package index: linted, and name what exists."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import pythons

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WORKFLOW = ROOT / ".github" / "workflows" / "test.yml"
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
ADDRESS = "https://forge.example/team/pangoprep"


def program(name: str) -> str:
    """A program of this environment, or of the PATH."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    return found or pytest.skip(f"{name} is not installed")


def checked(*words: str | Path) -> None:
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# The workflow


def jobs() -> dict[str, Any]:
    return yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]


def test_the_workflow_has_the_form_of_one() -> None:
    schema = "vendor.github-workflows"
    checked(program("check-jsonschema"), "--builtin-schema", schema, WORKFLOW)


def test_the_matrix_is_the_pythons_that_the_package_names_on_two_systems() -> None:
    matrix = jobs()["matrix"]["strategy"]["matrix"]
    named = [c.rpartition(" ")[2] for c in PROJECT["classifiers"] if "Python :: 3." in c]
    assert matrix["python"] == named
    assert named[0] == PROJECT["requires-python"].removeprefix(">=")
    assert [system.partition("-")[0] for system in matrix["system"]] == ["ubuntu", "windows"]


def test_the_workflow_runs_what_is_there() -> None:
    commands = [
        line
        for job in jobs().values()
        for step in job["steps"]
        for line in step.get("run", "").splitlines()
    ]
    assert ".ci/run" in commands
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    made = {line.removeprefix("make ") for line in commands if line.startswith("make ")}
    assert made == {"libreoffice", "test-min", "test-new", "test-wheel", "test-sdist", "docs"}
    assert made <= set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))


def test_the_matrix_leaves_out_what_test_quick_leaves_out() -> None:
    chosen = re.search(r'^test-quick:.*\n.* -m ("[^"]+")$', MAKEFILE, re.MULTILINE)
    assert chosen is not None
    steps = jobs()["matrix"]["steps"]
    assert steps[-1]["run"].endswith(f"-m {chosen[1]}")


def test_only_pythons_that_start_are_at_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shim = tmp_path / "python3.99"  # as pyenv leaves one for a version that is not switched on
    shim.write_text("#!/bin/sh\necho 'python3.99: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = pythons.at_hand()
    assert sys.version_info[:2] in [python.version[:2] for python in found]
    assert found == sorted(found)
    assert all(pythons.OLDEST <= python.version < (3, 99) for python in found)


# The container


def test_the_dockerfile_passes_its_linter() -> None:
    checked(program("hadolint"), "Dockerfile")


def test_the_dockerfile_copies_what_is_there_and_all_that_the_wheel_is_made_of() -> None:
    copied = [
        name
        for names in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
        for name in names.split()
    ]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    built = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]
    wheel = built["build"]["targets"]["wheel"]
    wanted = {*wheel["packages"], *wheel["force-include"], *PROJECT["license-files"]}
    wanted |= {"pyproject.toml", "README.md", built["metadata"]["hooks"]["custom"]["path"]}
    assert {name.partition("/")[0] for name in wanted} <= set(copied)
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line[1:] for line in let_in if line.startswith("!")} == set(copied)
    assert "*" in let_in


def test_the_container_is_the_command_of_the_package_and_nobodys_root() -> None:
    entry = re.search(r"^ENTRYPOINT (.+)$", DOCKERFILE, re.MULTILINE)
    assert entry is not None
    assert json.loads(entry[1])[0] in PROJECT["scripts"]
    last = DOCKERFILE.split("\nFROM ")[-1]
    assert "\nUSER 1000\n" in last
    assert "PANGO_DATA_DIR=/ledger" in last
    assert 'VOLUME ["/ledger"]' in last


# Hooks, citation, and the page of a package index


def test_the_hooks_are_those_of_make_lint() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = [hook["entry"] for repo in config["repos"] for hook in repo["hooks"]]
    assert [hook.removeprefix(".venv/bin/").removesuffix(" --force-exclude") for hook in hooks] == [
        "ruff check",
        "ruff format",
        "mypy",
    ]


def test_the_citation_is_of_this_version() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cited["version"], cited["license"]) == (PROJECT["version"], PROJECT["license"])


def test_the_pages_name_the_wheel_of_this_version_and_the_changelog_begins_with_it() -> None:
    pages = [ROOT / "README.md", ROOT / "README.vi.md", *(ROOT / "docs").glob("*.md")]
    wheels = [re.findall(r"pangoprep-([\d.]+)-py3", page.read_text("utf-8")) for page in pages]
    assert {version for found in wheels for version in found} == {PROJECT["version"]}
    releases = re.findall(r"(?m)^## (\d\S*)", (ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert releases[0] == PROJECT["version"]


def metadata(address: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "metadata"],
        capture_output=True, text=True, encoding="utf-8", check=True, cwd=ROOT,
        env=os.environ | {"PANGOPREP_ADDRESS": address, "PYTHONUTF8": "1"},
    )  # fmt: skip
    return json.loads(done.stdout)


def test_the_project_page_points_to_files_of_its_version() -> None:
    told = metadata(ADDRESS + "/")
    targets = re.findall(r"\]\(([^)\s]+)\)", told["readme"]["text"])
    here = re.findall(r"\]\(([^)\s]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(targets) == len(here) > 10
    for target in targets:
        rest = re.fullmatch(rf"{ADDRESS}/(blob|raw)/v{re.escape(PROJECT['version'])}/(.+)", target)
        assert rest is not None, target
        assert (rest[1] == "raw") == rest[2].endswith((".png", ".gif"))
        assert (ROOT / rest[2]).exists(), target
    assert told["urls"]["Repository"] == ADDRESS
    assert all(address.startswith(ADDRESS) for address in told["urls"].values())


def test_where_the_address_is_not_known_none_is_made_up() -> None:
    told = metadata("")
    assert told["readme"]["text"] == (ROOT / "README.md").read_text(encoding="utf-8")
    assert "urls" not in told
