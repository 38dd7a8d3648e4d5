"""The whole round: sent, received, stored or not, called back, known; with real processes."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.errors import UsageError
from tests import forking

FRAME = pd.DataFrame(
    {
        "customerId": [f"C{n}" for n in range(60)],
        "fullName": "Nguyễn An",
        "phone": [f"0912{n:06}" for n in range(60)],
    }
)
KEY = "the key that PangoCDP sends along"


def until(condition: Callable[[], Any], seconds: float = 30.0) -> Any:
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.02)
    return found


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def post(url: str, body: bytes, **headers: str) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(url, body, headers)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        return error.code, json.load(error)


def test_the_round_beside_a_notebook(tmp_path: Path) -> None:
    ledger, port = tmp_path / "ledger.sqlite", free_port()
    url = f"http://127.0.0.1:{port}/"
    with pp.Sandbox(limits=None, callback_url=url, missing_fields="in queue") as cdp:
        cdp.failing = {"C5": "Duplicate phone"}
        with pp.listen(port, api_key=cdp.credentials["api_key"], ledger=ledger) as listener:
            how = {"client": cdp.client(), "ledger": ledger, "source": "CRM", "ref_ids": True}
            result = FRAME.pango.send("customer-identity", **how)
            assert result.counts["accepted"] == 60
            until(lambda: listener.n_stored + listener.n_failed == 60)
            result.refresh()
            assert (result.counts["stored"], result.counts["failed"]) == (59, 1)
            told = result.rows.loc[5, ["state", "reason"]].to_list()
            assert told == ["failed", "Duplicate phone"]
            assert len(cdp.records("customer-identity")) == 59
            del cdp.failing["C5"]
            again = FRAME.pango.send("customer-identity", **how)
            assert (again.counts["unchanged"], again.counts["accepted"]) == (59, 1)
            until(lambda: again.refresh().counts.get("stored") == 1)
            assert len(cdp.records("customer-identity")) == 60


def test_the_round_with_processes(tmp_path: Path) -> None:
    port = free_port()
    with pp.Sandbox(limits=None, callback_url=f"http://127.0.0.1:{port}/") as cdp:
        cdp.failing["C7"] = "Missing momCode"
        own = cdp.client_settings
        environment = os.environ | {
            "PANGO_DATA_DIR": str(tmp_path), "PANGO_USERNAME": own["username"],
            "PANGO_API_KEY": own["api_key"], "PANGO_CDP_GKEY": own["cdp_gkey"],
            "PANGO_AUTH_URL": own["auth_url"], "PANGO_INGEST_URL": own["ingest_url"],
        }  # fmt: skip
        command = [sys.executable, "-m", "pangoprep"]
        file = tmp_path / "customers.csv"
        FRAME.to_csv(file, index=False)

        def run(*arguments: object) -> subprocess.CompletedProcess[str]:
            return forking.run([*command, *arguments], env=environment)

        listener = subprocess.Popen(
            [*command, "listen", "--port", str(port)], env=environment, text=True,
            stdout=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip
        try:
            assert listener.stdout is not None
            assert "Listening at" in listener.stdout.readline()
            sent = run("send", file, "--source", "CRM", "--ref-ids")
            assert sent.returncode == 0, sent.stderr
            run_id = re.findall(r"\d{8}-\d{6}-\w{6}", sent.stdout)[0]
            ledger = tmp_path / "ledger.sqlite"
            until(lambda: pp.status(run_id, ledger).counts.get("stored") == 59)
            shown = run("status", run_id)
            assert "59 stored, 1 failed" in shown.stdout
            again = run("send", file, "--source", "CRM", "--ref-ids", "--json")
            counts = json.loads(again.stdout)["counts"]
            assert (counts["unchanged"], counts["accepted"]) == (59, 1)
        finally:
            listener.send_signal(signal.SIGTERM)
            told, _ = listener.communicate(timeout=30)
        assert "1 failed" in told
        assert listener.returncode == 0
        assert own["api_key"] not in told


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


def test_only_callbacks_with_the_key_are_taken(ledger: Path) -> None:
    body = json.dumps({"data": {"x": {"status": 200}}}).encode()
    with pp.listen(api_key=KEY, ledger=ledger) as listener:
        assert post(listener.url, body)[0] == 401
        assert post(listener.url, body, ApiKey="another")[0] == 401
        assert post(listener.url, body, APIKEY=KEY)[0] == 200
        assert post(listener.url + "any/path", b"{", ApiKey=KEY)[0] == 400
        assert post(listener.url, b"{}", ApiKey=KEY)[0] == 400
        assert post(listener.url, b" " * 5_000_000, ApiKey=KEY)[0] == 413
        assert listener.n_foreign == 1
        assert KEY not in repr(listener) + str(vars(listener))


def test_the_checksum_is_the_users_to_check(ledger: Path) -> None:
    body = json.dumps({"data": {}}).encode()

    def checksum(headers: Any, content: bytes) -> bool:
        return headers["checksum"] == str(len(content))

    with pp.listen(api_key=KEY, checksum=checksum, ledger=ledger) as listener:
        right, wrong = str(len(body)), "0"
        assert post(listener.url, body, ApiKey=KEY, CheckSum=right)[0] == 200
        assert post(listener.url, body, ApiKey=KEY, CheckSum=wrong)[0] == 401
        assert post(listener.url, body, ApiKey=KEY)[0] == 401


def test_without_a_key_nobody_listens(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PANGO_CALLBACK_KEY", "PANGO_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UsageError, match="PANGO_CALLBACK_KEY"):
        pp.listen(ledger=ledger)
    monkeypatch.setenv("PANGO_CALLBACK_KEY", KEY)
    with pp.listen(ledger=ledger) as listener:
        assert post(listener.url, b'{"data": {}}', ApiKey=KEY)[0] == 200


def test_the_sandbox_finds_missing_fields_in_the_queue_if_wanted() -> None:
    entry = {"customerId": "C1", "fullName": "An", "refId": "r"}
    body = {"objectType": "customer-identity", "source": "CRM", "entries": [entry]}
    for how, status in (("refused", 400), ("in queue", 200)):
        with pp.Sandbox(missing_fields=how) as cdp:
            own = cdp.client_settings
            login = {"username": own["username"], "apiKey": own["api_key"],
                     "cdpGKey": own["cdp_gkey"]}  # fmt: skip
            token = post(own["auth_url"], json.dumps(login).encode())[1]["token"]
            headers = {"TOKEN": token, "API_KEY": own["api_key"],
                       "Content-Type": "application/json"}  # fmt: skip
            assert post(own["ingest_url"], json.dumps(body).encode(), **headers)[0] == status
            assert len(cdp.records("customer-identity")) == 0
