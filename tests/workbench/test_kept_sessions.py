"""What is kept of random sessions does the same again: the script, and the saved steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pangoprep as pp
from tests.workbench.random_steps import ENTITIES, Player, assert_alike, tables


@pytest.mark.parametrize("entity", ENTITIES)
def test_the_script_and_the_saved_steps_do_the_same(
    entity: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, cells = ENTITIES[entity]
    frame, how = tables(entity, 20, 100)
    bench = frame.pango.workbench(name, **how)
    player = Player(bench, lambda: bench, cells, np.random.default_rng(100))
    for _ in range(8):
        try:
            player.step()
        except pp.PangoprepError:
            continue
    assert len(bench.steps)
    scope: dict[str, Any] = {"frame": frame, **how}
    exec(bench.code(), scope)
    assert_alike(scope["report"], bench.report)
    assert bench.report.headline in capsys.readouterr().out
    again = frame.pango.workbench(name, **how).open(bench.save(tmp_path / "steps.pango"))
    assert_alike(again.report, bench.report)
    assert again.code() == bench.code()
