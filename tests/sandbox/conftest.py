from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import httpx
import pytest

from pangoprep.sandbox import Sandbox
from pangoprep.sandbox.requests import INGEST_PATH, TOKEN_PATH


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now


class Sender:
    """The least a client of PangoCDP does, written apart from the uploader."""

    def __init__(self, cdp: Sandbox) -> None:
        # verify=False: reading certificates would take longer than most tests do.
        self.http = httpx.Client(base_url=cdp.url, timeout=30, verify=False)
        self.credentials = cdp.credentials
        self.headers = {"API_KEY": self.credentials["api_key"], "TOKEN": ""}

    def close(self) -> None:
        self.http.close()

    def ask_for_token(self, **changed: Any) -> httpx.Response:
        own = self.credentials
        body = {
            "username": own["username"],
            "apiKey": own["api_key"],
            "cdpGKey": own["cdp_gkey"],
        } | changed
        return self.http.post(TOKEN_PATH, json={k: v for k, v in body.items() if v is not ...})

    def sign_in(self) -> Sender:
        self.headers["TOKEN"] = self.ask_for_token().json()["token"]
        return self

    def send(
        self,
        entries: list[Any],
        /,
        object_type: str = "customer-identity",
        query: str = "",
        headers: dict[str, str] | None = None,
        **changed: Any,
    ) -> httpx.Response:
        body = {"objectType": object_type, "source": "CRM", "entries": entries} | changed
        return self.http.post(
            INGEST_PATH + query,
            json={k: v for k, v in body.items() if v is not ...},
            headers=self.headers | (headers or {}),
        )


def person(number: int, **fields: Any) -> dict[str, Any]:
    return {"customerId": f"C{number}", "phone": "0359685612", "fullName": "Đỗ An"} | fields


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def start() -> Iterator[Callable[..., tuple[Sandbox, Sender]]]:
    """Start sandboxes with options; gives each with somebody signed in to it."""
    with ExitStack() as stack:

        def started(*args: Any, **options: Any) -> tuple[Sandbox, Sender]:
            cdp = stack.enter_context(Sandbox(*args, **options))
            return cdp, stack.enter_context(closing(Sender(cdp))).sign_in()

        yield started


@pytest.fixture
def cdp_and_sender(start: Callable[..., tuple[Sandbox, Sender]]) -> tuple[Sandbox, Sender]:
    return start(limits=None)


@pytest.fixture
def cdp(cdp_and_sender: tuple[Sandbox, Sender]) -> Sandbox:
    return cdp_and_sender[0]


@pytest.fixture
def sender(cdp_and_sender: tuple[Sandbox, Sender]) -> Sender:
    return cdp_and_sender[1]


@pytest.fixture
def people() -> Callable[..., list[dict[str, Any]]]:
    return lambda *numbers, **fields: [person(number, **fields) for number in numbers]
