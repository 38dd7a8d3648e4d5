"""Tracebacks at their chattiest: IPython's Verbose mode, and every local variable there is."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import pytest

import pangoprep as pp
from pangoprep.errors import PangoprepError, UnexpectedError
from pangoprep.sandbox import Fault
from pangoprep.upload import Client, resume, send
from tests import forking

SECRETS = {
    "username": "canary-user-1",
    "api_key": "canary-key-22222222",
    "cdp_gkey": "canary-organization-3",
    "token": "canary-token-4444",
}
PACKAGE = Path(pp.__file__).parent


def frames_of(error: BaseException | None) -> list[Any]:
    """Every frame of ours and of others below ours, over causes and contexts."""
    found: list[Any] = []
    while error is not None:
        trace: TracebackType | None = error.__traceback__
        is_below = False
        while trace is not None:
            is_below = is_below or PACKAGE in Path(trace.tb_frame.f_code.co_filename).parents
            if is_below:
                found.append(trace.tb_frame)
            trace = trace.tb_next
        error = error.__cause__ or error.__context__
    return found


def shown(value: Any, depth: int = 4) -> str:
    """What rich and IPython show of a value, and more: containers and dataclasses are opened."""
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - half-made objects are shown as unshowable
        text = ""
    if depth and isinstance(value, dict):
        text += "".join(shown(part, depth - 1) for pair in value.items() for part in pair)
    elif depth and isinstance(value, (list, tuple, set, frozenset)):
        text += "".join(shown(part, depth - 1) for part in value)
    elif depth and hasattr(value, "__dataclass_fields__"):
        text += "".join(
            shown(getattr(value, name, ""), depth - 1) for name in value.__dataclass_fields__
        )
    return text


def assert_no_secret(error: BaseException) -> None:
    frames = frames_of(error)
    for frame in frames:
        for name, value in frame.f_locals.items():
            text = shown(value)
            where = f"{frame.f_code.co_filename}:{frame.f_lineno} {name}"
            assert [secret for secret in SECRETS.values() if secret in text] == [], where
    assert [secret for secret in SECRETS.values() if secret in str(error)] == []


LOGIN = {name: SECRETS[name] for name in ("username", "api_key", "cdp_gkey")}
WITH_PASSWORD = f"https://an:{SECRETS['api_key']}@example.vn/"


@pytest.mark.parametrize(
    "given",
    [
        LOGIN | {"api_key": f" {SECRETS['api_key']}\n in the middle"},
        LOGIN | {"api_key": SECRETS["api_key"].encode()},
        LOGIN | {"cdp_gkey": [SECRETS["cdp_gkey"]]},
        LOGIN | {"token": f"{SECRETS['token']} {SECRETS['token']}"},
        LOGIN | {"token": {SECRETS["token"]: 1}},
        {"username": SECRETS["username"], "api_key": SECRETS["api_key"]},
        {"token": SECRETS["token"]},
        LOGIN | {"ingest_url": WITH_PASSWORD},
        LOGIN | {"auth_url": WITH_PASSWORD},
        LOGIN | {"ingest_url": f"{WITH_PASSWORD}\n"},
        LOGIN | {"ingest_url": f"http://{SECRETS['api_key']}.example.vn:port/"},
        LOGIN | {"limits": {"x": 5}},
        LOGIN | {"limits": 5},
        LOGIN | {"proxy": f"http://an:{SECRETS['token']}@proxy..example"},
        LOGIN | {"proxy": f"socks5://an:{SECRETS['token']}@proxy.example"},
        LOGIN | {"proxy": f"http://an:{SECRETS['token']}@proxy.example", "ca_bundle": "none.pem"},
        LOGIN | {"in_flight": "x"},
    ],
)
def test_a_client_that_cannot_be_made_shows_no_secret(given) -> None:
    with pytest.raises(PangoprepError) as caught:
        Client(**given)
    assert frames_of(caught.value)
    assert_no_secret(caught.value)


def test_nor_do_secrets_of_the_environment(monkeypatch) -> None:
    for name, secret in LOGIN.items():
        monkeypatch.setenv(f"PANGO_{name.upper()}", f"{secret} {secret}")
    with pytest.raises(PangoprepError) as caught:
        Client()
    assert_no_secret(caught.value)


def account(world: Any) -> Client:
    for name, secret in LOGIN.items():
        object.__setattr__(world.store.credentials, name, secret)
    return world.client()


def broken(request: httpx.Request) -> None:
    raise KeyError(request.headers["token"], request.content)


@pytest.mark.parametrize("url", ["https://localhost:1/x", "http://localhost:1/x"])
@pytest.mark.parametrize("transport", [None, "broken", "unreadable"])
def test_what_is_put_on_a_result_has_no_frames(report, tmp_path, url, transport, monkeypatch):
    def answer(request: httpx.Request) -> httpx.Response:
        if transport == "broken":
            broken(request)
        return httpx.Response(200, content=b"x")

    client = Client(
        token=SECRETS["token"], api_key=SECRETS["api_key"], ingest_url=url,
        transport=None if transport is None else httpx.MockTransport(answer),
        clock=Hasty(),
    )  # fmt: skip
    result = send(report(2), client=client, source="CRM", ledger=tmp_path / "ledger.sqlite")
    assert isinstance(result.error, PangoprepError)
    assert frames_of(result.error) == []
    assert result.error.__traceback__ is None
    assert SECRETS["token"] not in shown(vars(result.error))
    assert isinstance(result.error, UnexpectedError) == (transport == "broken")


class Hasty:
    """A clock that does not wait."""

    def reading(self) -> Any:
        from pangoprep.upload.machine.clock import SystemClock

        return SystemClock().reading()

    async def sleep(self, seconds: float) -> None:
        return


FAULTS = ["token_expired", "success_false", "malformed_json", "redirect", "server_error"]


@pytest.mark.parametrize("fault", FAULTS)
def test_failures_of_the_server_leave_no_frames(world, report, fault) -> None:
    client = account(world)
    world.faults.append(Fault(fault))
    result = send(report(120), client=client, source="CRM", ledger=world.ledger)
    assert result.error is not None
    assert result.error.__traceback__ is None
    assert_no_secret(result.error)


def test_calls_that_cannot_be_made_show_no_secret(world, report, tmp_path) -> None:
    client = account(world)
    done = send(report(2), client=client, source="CRM", ledger=world.ledger)
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_text("no database at all, but long enough to be looked at" * 20)
    calls = [
        lambda: send(report(2), client=client, ledger=world.ledger),
        lambda: send(report(2), client=client, source="CRM", ledger=tmp_path / "folder"),
        lambda: send(report(2), client=client, source="CRM", ledger=tmp_path / "text"),
        lambda: send(report(2), client=client, source="CRM", ledger=tmp_path / "text" / "x"),
        lambda: send(report(2), client=client, source="CRM", ledger=world.ledger, sample=-1),
        lambda: resume(report(2), "no-such-run", client=client, ledger=world.ledger),
    ]
    world.ledger.with_name("ledger.sqlite.key").rename(tmp_path / "key")
    calls.append(lambda: resume(report(2), done.run_id, client=client, ledger=world.ledger))
    for call in calls:
        with pytest.raises(PangoprepError) as caught:
            call()
        assert_no_secret(caught.value)


CELL = """
import os
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance(colors="nocolor")
shell.run_line_magic("xmode", "Verbose")
shell.push({"address": lambda: os.environ["ADDRESS"]})
shell.run_cell("import pangoprep as pp")
shell.run_cell("pp.Client()")
shell.run_cell("pp.Client(ingest_url=address())")
"""


@pytest.mark.notebook
def test_ipythons_verbose_mode_shows_no_secret() -> None:
    environment = {f"PANGO_{name.upper()}": secret for name, secret in LOGIN.items()}
    environment |= {"PANGO_API_KEY": f"{SECRETS['api_key']} ", "ADDRESS": WITH_PASSWORD}
    done = forking.run([sys.executable, "-c", CELL], env=os.environ | environment, check=True)
    assert done.stdout.count("Error") >= 2
    assert [secret for secret in SECRETS.values() if secret in done.stdout + done.stderr] == []
