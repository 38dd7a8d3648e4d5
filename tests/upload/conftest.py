from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest

from pangoprep.sandbox import Fault
from pangoprep.sandbox.accounts import Tokens
from pangoprep.sandbox.answers import CutConnectionError
from pangoprep.sandbox.pangocdp import PangoCDP, Request
from pangoprep.sandbox.store import Store
from pangoprep.sandbox.windows import SlidingWindows
from pangoprep.upload import Client
from pangoprep.upload.ledger.journal_file import JournalReader
from pangoprep.upload.machine.clock import ClockReading
from pangoprep.upload.machine.run_lock import live_folder
from pangoprep.upload.rows.prepared import Parts


class VirtualClock:
    """A clock on which time passes when everybody sleeps, at once."""

    def __init__(self) -> None:
        self.steady, self.wall_zero, self.boot = 1_000.0, 1_795_000_000.0, "boot-1"
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._pump: asyncio.Task[None] | None = None

    def __call__(self) -> float:
        return self.steady

    def reading(self) -> ClockReading:
        return ClockReading(self.boot, self.steady, self.steady + self.wall_zero)

    async def sleep(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        heapq.heappush(self._sleepers, (self.steady + seconds, next(self._order), woken))
        if self._pump is None or self._pump.done() or self._pump.get_loop() is not loop:
            self._pump = loop.create_task(self._wake_one_by_one())
        await woken

    async def _wake_one_by_one(self) -> None:
        while self._sleepers:
            for _ in range(30):  # whoever can do something without sleeping does it first
                await asyncio.sleep(0)
            at, _, woken = heapq.heappop(self._sleepers)
            if not woken.done() and not woken.get_loop().is_closed():
                self.steady = max(self.steady, at)
                woken.set_result(None)


class InProcess(httpx.AsyncBaseTransport):
    """The way to a PangoCDP without a network, and with a latency if wanted."""

    def __init__(self, platform: PangoCDP, clock: VirtualClock) -> None:
        self.platform, self.clock = platform, clock
        self.seconds_there = self.seconds_back = 0.0
        self.before: Callable[[httpx.Request], None] = lambda request: None
        self.bodies: list[bytes] = []
        self.n_in_flight = self.most_in_flight = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        self.bodies.append(body)
        self.n_in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.n_in_flight)
        try:
            self.before(request)
            if self.seconds_there:
                await self.clock.sleep(self.seconds_there)
            headers = {name.lower(): value for name, value in request.headers.items()}
            query = request.url.query.decode()
            asked = Request(request.url.path, request.method, headers, query, body)
            answer = await self.platform.answer(asked)
            if self.seconds_back:
                await self.clock.sleep(self.seconds_back)
        except CutConnectionError:
            raise httpx.ReadError("cut") from None
        finally:
            self.n_in_flight -= 1
        return httpx.Response(answer.status, headers=list(answer.headers), content=answer.body)


class World:
    """A PangoCDP, a clock and a ledger of their own."""

    def __init__(
        self,
        folder: Path,
        *,
        limits: Mapping[float, int] | None = None,
        faults: Sequence[Fault] = (),
        token_seconds: float = 1_800.0,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.ledger = folder, folder / "ledger.sqlite"
        self.clock, self.faults = VirtualClock(), list(faults)
        self.limits = dict(limits or {})
        self.store = Store(folder / "cdp.sqlite")
        self.tokens = Tokens(token_seconds)
        self.platform = PangoCDP(
            self.store, SlidingWindows(self.limits), self.faults, self.tokens, 50, self.clock
        )
        self.way = InProcess(self.platform, self.clock)

    def close(self) -> None:
        self.store.close()

    def client(self, **changed: Any) -> Client:
        own = self.store.credentials
        settings = {
            "username": own.username,
            "api_key": own.api_key,
            "cdp_gkey": own.cdp_gkey,
            "auth_url": "http://localhost/api/accounts/authen",
            "ingest_url": "http://localhost/dhub-i/api/v1.0/ingest",
            "limits": self.limits,
            "transport": self.way,
            "clock": self.clock,
        }
        return Client(**(settings | changed))

    def records(self, entity: str = "customer-identity") -> list[str]:
        return self.store.records(entity)

    def events(self, entity: str = "customer-identity") -> list[str]:
        return [key for key, *_ in self.store.events(entity)]

    def statuses(self) -> list[int]:
        _, _, status, _ = self.platform.traffic.columns()
        return [int(code) for code in status]


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("USERNAME", "API_KEY", "CDP_GKEY", "TOKEN", "AUTH_URL", "INGEST_URL"):
        monkeypatch.delenv(f"PANGO_{name}", raising=False)
    home = tmp_path / "home"
    monkeypatch.setenv("PANGO_DATA_DIR", str(home))
    return home


@pytest.fixture(scope="session")
def make_clock() -> type[VirtualClock]:
    return VirtualClock


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture(scope="session")
def world_class() -> type[World]:
    return World


@pytest.fixture
def make_world(tmp_path: Path) -> Iterator[Callable[..., World]]:
    numbers = itertools.count()
    with ExitStack() as stack:

        def make(**options: Any) -> World:
            world = World(tmp_path / f"world-{next(numbers)}", **options)
            return stack.enter_context(closing(world))

        yield make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()


def people_frame(n_rows: int, **columns: Any) -> pd.DataFrame:
    numbers = range(n_rows)
    frame = pd.DataFrame(
        {
            "customerId": [f"C{number}" for number in numbers],
            "fullName": ["Đỗ Thị An"] * n_rows,
            "phone": [f"03{number:08d}" for number in numbers],
        }
    )
    return frame.assign(**columns)


@pytest.fixture(scope="session")
def people() -> Callable[..., pd.DataFrame]:
    return people_frame


def made(frame: pd.DataFrame, entity: str = "customer-identity", **other_states: Any) -> Parts:
    """Take canonical rows as ready, but for those named: ``held=[...]``, ``superseded=[...]``."""
    state = np.full(len(frame), "ready", dtype=object)
    for name, positions in other_states.items():
        state[positions] = name
    is_ready = state == "ready"
    rows = pd.DataFrame(
        {
            "row": np.arange(len(frame)),
            "index": frame.index,
            "key": ["C•••"] * len(frame),
            "state": pd.array(state, dtype="str"),
            "reason": pd.array(np.where(is_ready, "", "why"), dtype="str"),
        }
    )
    return Parts(
        entity=entity,
        n_ready=int(is_ready.sum()),
        n_held=int((state == "held").sum()),
        n_superseded=int((state == "superseded").sum()),
        ready=lambda: [frame[is_ready]],
        rows=lambda: [rows],
    )


@pytest.fixture(scope="session")
def prepared() -> Callable[..., Parts]:
    return made


@pytest.fixture(scope="session")
def report() -> Callable[..., Parts]:
    return lambda n_rows, **columns: made(people_frame(n_rows, **columns))


@pytest.fixture
def requests_of() -> Callable[[Path], Any]:
    """What is in the journals of a ledger's runs."""

    def read(ledger: Path) -> Any:
        found = []
        for file in live_folder(ledger).glob("*.journal"):
            journal = JournalReader(ledger, file.stem)
            journal.read()
            found.append(journal.requests)
        return np.concatenate(found)

    return read
