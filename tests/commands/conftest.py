from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pangoprep.sandbox import Sandbox
from tests import forking
from tests.test_call_words import PYTHON

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``pangoprep`` in a process of its own, with a home and ledger of its own."""

    def call(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        own = {k: v for k, v in os.environ.items() if not k.startswith("PANGO_")}
        own |= {
            "PANGO_DATA_DIR": str(tmp_path / "home"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "COLUMNS": "100",
        }
        command = [sys.executable, "-W", "error", "-m", "pangoprep", *map(str, arguments)]
        done = forking.run(command, env=own | environment)
        if "--help" not in arguments and arguments[:1] != ("entity",):
            assert not PYTHON.search(done.stdout + done.stderr), done
        return done

    return call


@pytest.fixture
def run_json(run: Callable[..., Any]) -> Callable[..., tuple[int, Any]]:
    def call(*arguments: object, **environment: str) -> tuple[int, Any]:
        done = run(*arguments, "--json", **environment)
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)

    return call


@pytest.fixture
def cdp() -> Iterator[Sandbox]:
    with Sandbox(limits=None) as sandbox:
        yield sandbox


@pytest.fixture
def account(cdp: Sandbox) -> dict[str, str]:
    """The environment of someone with an account at the sandbox."""
    own = cdp.client_settings
    return {
        "PANGO_USERNAME": own["username"],
        "PANGO_API_KEY": own["api_key"],
        "PANGO_CDP_GKEY": own["cdp_gkey"],
        "PANGO_AUTH_URL": own["auth_url"],
        "PANGO_INGEST_URL": own["ingest_url"],
    }


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A file without a fault, in a path with spaces and Vietnamese letters."""
    folder = tmp_path / "xuất tháng 6"
    folder.mkdir()
    rows = "".join(f"C{n:03};Nguyễn Văn An;09123456{n:02};x\n" for n in range(60))
    path = folder / "khách hàng.csv"
    path.write_text("Mã KH;Họ và tên;Liên lạc;Ghi chú\n" + rows, encoding="utf-16")
    return path
