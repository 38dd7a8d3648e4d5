"""The steps of `pangoprep studio` outlive whatever ends it, and a second studio of the file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pangoprep.commands.kept_steps import KeptSteps
from pangoprep.workbench import Workbench


def bench() -> Workbench:
    frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
    opened: Workbench = frame.pango.workbench("customer-identity")
    return opened


def phone_of(path: Path) -> str:
    return str(bench().open(path).report.cleaned["phone"].iloc[0])


def test_steps_are_written_while_it_runs_and_taken_again(tmp_path: Path) -> None:
    path = tmp_path / "customers.pango"
    fixed = bench()
    kept = KeptSteps(fixed, path)
    kept.close()
    assert not path.exists()  # nothing was done
    kept = KeptSteps(fixed, path)
    fixed.fix("phone", {"123": "0912345678"})
    kept.changed()
    kept.close()
    again = bench()
    KeptSteps(again, path).close()
    assert len(again.steps) == 1
    assert phone_of(path) == "0912345678"
    assert path.stat().st_mode & 0o077 == 0


def test_of_two_studios_of_one_file_both_keep_their_steps(tmp_path: Path) -> None:
    path = tmp_path / "customers.pango"
    one, other = bench(), bench()
    first, second = KeptSteps(one, path), KeptSteps(other, path)
    one.fix("phone", {"123": "0912345671"})
    first.close()
    other.fix("phone", {"123": "0912345672"})
    second.close()
    assert (first.path, second.path) == (path, tmp_path / "customers-2.pango")
    assert [phone_of(kept.path) for kept in (first, second)] == ["0912345671", "0912345672"]
