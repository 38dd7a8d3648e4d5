"""Jupyter as a newcomer's machine has it: no settings, no past, a free port."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def jupyter_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment for a kernel or server that reads and leaves nothing on this machine."""
    home = tmp_path_factory.mktemp("jupyter")
    places = {
        name: str(home / name.lower())
        for name in (
            "IPYTHONDIR",
            "JUPYTER_CONFIG_DIR",
            "JUPYTER_DATA_DIR",
            "JUPYTER_RUNTIME_DIR",
            "JUPYTERLAB_SETTINGS_DIR",
            "JUPYTERLAB_WORKSPACES_DIR",
            "PANGO_DATA_DIR",
        )
    }
    ours = {name for name in os.environ if name.startswith(("PANGO_", "JUPYTER", "JPY_"))}
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    # The package need not be installed, and a kernel starts in the notebook's folder.
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return inherited | places | {"PYTHONPATH": os.pathsep.join(paths)}
