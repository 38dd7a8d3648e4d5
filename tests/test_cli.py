from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from pangoprep.cli import main
from pangoprep.sandbox import Sandbox
from tests import forking


@contextmanager
def sandbox_command(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``pangoprep sandbox``; gives the process and what it printed up to the last line."""
    command = [sys.executable, "-W", "error", "-m", "pangoprep", "sandbox", *arguments]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        printed = ""
        while not printed.endswith("stops it.\n"):
            line = process.stdout.readline()
            assert line, process.stderr.read()
            printed += line
        yield process, printed
    finally:
        process.kill()
        process.communicate()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return forking.run([sys.executable, "-m", "pangoprep", *arguments])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_sandbox_runs_until_told_to_stop(number, tmp_path):
    path = tmp_path / "practice.sqlite"
    options = ["--port", "0", "--path", str(path), "--fault", "server_error:status=503,times=1"]
    with sandbox_command(*options) as (process, printed):
        url = re.search(r"http://127\.0\.0\.1:\d+/", printed)[0]
        assert httpx.get(url).status_code == 200
        of_version_1 = printed.partition("version 2")[0]
        variables = dict(re.findall(r"^export (PANGO_\w+)=(.+)$", of_version_1, re.MULTILINE))
        answer = httpx.post(
            variables["PANGO_AUTH_URL"],
            json={
                "username": variables["PANGO_USERNAME"],
                "apiKey": variables["PANGO_API_KEY"],
                "cdpGKey": variables["PANGO_CDP_GKEY"],
            },
        )
        headers = {"TOKEN": answer.json()["token"], "API_KEY": variables["PANGO_API_KEY"]}
        body = {
            "objectType": "customer-identity",
            "source": "CRM",
            "entries": [{"customerId": "C1", "phone": "0359", "fullName": "An"}],
        }
        statuses = [
            httpx.post(variables["PANGO_INGEST_URL"], json=body, headers=headers).status_code
            for _ in range(2)
        ]
        assert statuses == [503, 200]
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, err) == (0, "")
        assert "Stopped: 1 record, 3 requests." in out
    with Sandbox(path=path) as cdp:
        assert len(cdp.records("customer-identity")) == 1


def test_sandbox_tells_its_limits():
    with sandbox_command("--port", "0") as (_, printed):
        assert "Limits: 50 in 1 s, 1,000 in 1 min, 5,000 in 5 min, 50,000 in 1 h" in printed
    with sandbox_command("--port", "0", "--no-limits") as (_, printed):
        assert "Limits: lifted" in printed


def test_an_error_is_one_line():
    done = run("sandbox", "--fault", "flood")
    assert done.returncode == 2
    assert done.stderr.startswith("Error: There is no fault 'flood'.")
    assert done.stderr.count("\n") == 1
    with Sandbox() as cdp:
        done = run("sandbox", "--port", cdp.url.rsplit(":", 1)[1])
        assert done.returncode == 3
        assert done.stderr.startswith("Error: Port ")


def test_commands_are_listed():
    done = run("--help")
    assert done.returncode == 0
    assert "sandbox" in done.stdout


@pytest.mark.parametrize(
    ("lang", "told"),
    [("en", "Interrupted; nothing was sent."), ("vi", "Đã ngắt; chưa gửi gì.")],
)
def test_ctrl_c_before_anything_is_sent_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lang: str, told: str
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pangoprep.commands.preparing.validate_file", interrupted)
    monkeypatch.setattr(sys, "argv", ["pangoprep", "validate", "a.csv", "--lang", lang])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 130
    assert capsys.readouterr().err.strip() == told
