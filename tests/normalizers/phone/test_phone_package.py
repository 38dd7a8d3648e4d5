"""The small package of libphonenumber is the large one without names of carriers and places."""

from __future__ import annotations

import ast
from importlib.metadata import distribution
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[3] / "pangoprep"
# What `phonenumberslite` leaves out, and the modules that need it.
LEFT_OUT = {"carrierdata", "geodata", "tzdata"}
NEED_IT = {"carrier", "geocoder", "timezone"}


def recorded(name: str) -> dict[str, str]:
    """The files of a distribution's module, with the hashes that it was packed with."""
    files = distribution(name).files or []
    return {
        path.as_posix(): path.hash.value
        for path in files
        if path.parts[0] == "phonenumbers" and path.hash is not None
    }


def test_both_packages_have_the_same_code_and_numbers() -> None:
    if distribution("phonenumbers").version != distribution("phonenumberslite").version:
        pytest.skip("the two packages are of different releases here")
    small, large = recorded("phonenumberslite"), recorded("phonenumbers")
    assert len(small) > 500
    assert {path: large.get(path) for path in small} == small
    assert {path.split("/")[1] for path in set(large) - set(small)} == LEFT_OUT


def test_nothing_of_ours_needs_what_is_left_out() -> None:
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found.add(f"{node.value.id}.{node.attr}")
    assert "phonenumbers.parse" in found
    assert found & {f"phonenumbers.{name}" for name in NEED_IT} == set()
