"""The sandbox as its user sees it."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from os import PathLike
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from pangoprep import argument_checks as checks
from pangoprep.error_words import in_environment
from pangoprep.errors import OptionError, SandboxError, UnknownEntityError
from pangoprep.extras import needed_by
from pangoprep.sandbox.callbacks import Callbacks, local_url
from pangoprep.sandbox.catalog import Catalog
from pangoprep.sandbox.faults import Fault
from pangoprep.sandbox.requests import MAX_BODY_BYTES
from pangoprep.sandbox.windows import DOCUMENTED_LIMITS, SlidingWindows, steady_clock
from pangoprep.sentence import Sentence

if TYPE_CHECKING:
    import pandas as pd

    from pangoprep.sandbox.pangocdp import PangoCDP
    from pangoprep.sandbox.server import ServerThread
    from pangoprep.sandbox.store import Store
    from pangoprep.upload import Client


class Sandbox:
    """A PangoCDP on this machine, for practice and tests.

    It answers as the documentation says, keeps what it takes in a SQLite file, and goes wrong on
    demand. It listens on a loopback port, in a thread of its own, also beside a running event loop
    (a notebook). Use it in ``with``, or call `start` and `stop`.

    A request is taken whole or not at all: if a record breaks a rule of the product's field
    tables, the answer is 400 and names the first such entry and field, never a value. Requests
    with an accepted token and key count towards the limits, all others don't.

    Parameters
    ----------
    limits
        Requests allowed in any span of so many seconds, as ``{seconds: n_requests}``. Default: the
        five documented windows. None lifts them.
    faults
        What is to go wrong; see `Fault`. ``sandbox.faults`` is the live list.
    path
        The SQLite file; it is kept, with its account, so that what is sent twice is unchanged.
        None: one without a name, which is gone when the process ends, however it ends.
    port
        Default: the one that the file was first started on, if that is free; else a free one.
        Starting again takes the same.
    entities
        Object types of your own, `pangoprep.Entity` classes, that it takes.
    token_seconds
        How long a token lives.
    max_entries
        Records in a request. The documentation says 50, and in one place 100.
    max_body_bytes
        The largest body of a request; a larger one is refused with 413. The real limit is not
        public.
    clock
        Seconds since 1970, for token ends and windows. Default: one that cannot jump.

    callback_url, callback_seconds
        Where on this machine it calls back what became of records with a ``refId``, and after how
        long; such as the ``url`` of `pangoprep.listen`. ``sandbox.failing`` holds records that
        cannot be stored, such as ``{"C1": "Duplicate phone"}``.
    missing_fields
        Whether a record that lacks a required field is ``"refused"`` at once, or received and found
        only ``"in queue"``, as the real one most likely does.

    Examples
    --------
    >>> with Sandbox() as cdp:
    ...     len(cdp.records("customer-identity")), cdp.n_events
    (0, 0)
    """

    def __init__(
        self,
        limits: Mapping[float, int] | None = DOCUMENTED_LIMITS,
        faults: Iterable[Fault] = (),
        path: str | PathLike[str] | None = None,
        *,
        entities: Iterable[Any] = (),
        port: int = 0,
        token_seconds: float = 1800,
        max_entries: int = 50,
        max_body_bytes: int = MAX_BODY_BYTES,
        clock: Callable[[], float] | None = None,
        callback_url: str | None = None,
        callback_seconds: float = 0.05,
        missing_fields: Literal["refused", "in queue"] = "refused",
    ) -> None:
        self.limits = SlidingWindows({} if limits is None else limits).limits or None
        if not isinstance(faults, Iterable) or isinstance(faults, str | bytes | Mapping):
            raise OptionError("faults must be a list of pp.Fault.")
        self.faults = [checks.instance_of("faults", fault, Fault, "pp.Faults") for fault in faults]
        if not isinstance(entities, Iterable) or isinstance(entities, str | bytes | Mapping):
            raise OptionError("entities must be a list of classes of pp.Entity.")
        self._catalog = Catalog(entities)
        self._faults_at_start = tuple(self.faults)
        self._path = None if path is None else checks.path_of("path", path)
        self._port = checks.whole_number_of("port", port, 0, 65_535)
        self._token_seconds = checks.seconds_of("token_seconds", token_seconds)
        self._max_entries = checks.whole_number_of("max_entries", max_entries, 1)
        self._max_body_bytes = checks.whole_number_of(
            "max_body_bytes", max_body_bytes, 1, MAX_BODY_BYTES
        )
        self._clock = clock or steady_clock()
        self._callback_url = (
            None if callback_url is None else local_url("callback_url", callback_url)
        )
        self._callback_seconds = checks.seconds_of("callback_seconds", callback_seconds)
        checks.choice_of("missing_fields", missing_fields, ("refused", "in queue"))
        self._finds_later = missing_fields == "in queue"
        self._failing: dict[str, str] = {}
        self._closing = ExitStack()
        self._platform: PangoCDP | None = None
        self._server: ServerThread | None = None

    @property
    def failing(self) -> dict[str, str]:
        """Records that cannot be stored, by a value of their key: what is called back of them."""
        return self._failing

    @failing.setter
    def failing(self, records: Mapping[str, str]) -> None:
        told = dict(records)
        self._failing.clear()  # the queue that runs has this one
        self._failing.update(told)

    def start(self) -> Self:
        """Begin to listen; returns when requests can come."""
        if self._server is not None:
            return self
        with needed_by("The sandbox"):
            from pangoprep.sandbox.app import make_app
            from pangoprep.sandbox.server import ServerThread

        for fault in self.faults:
            fault.rewind()
        with ExitStack() as closing:
            platform = self._make_platform(closing)
            store = platform.store
            server = ServerThread.on_first_free([self._port] if self._port else [store.port, 0])
            closing.callback(server.close)
            store.keep_port(server.port)
            server.start(make_app(platform, server.cut), platform.stopping.set)
            closing.callback(server.stop)
            self._closing = closing.pop_all()
        self._port, self._platform, self._server = server.port, platform, server
        atexit.register(self.stop)  # a notebook may forget to
        return self

    def _make_platform(self, closing: ExitStack) -> PangoCDP:
        from pangoprep.sandbox.accounts import Tokens
        from pangoprep.sandbox.pangocdp import PangoCDP
        from pangoprep.sandbox.queue import Queue
        from pangoprep.sandbox.store import Store

        store = Store(self._path, self._catalog)
        closing.callback(store.close)
        windows, tokens = SlidingWindows(self.limits or {}), Tokens(self._token_seconds)
        queue = Queue(
            finds_missing_fields=self._finds_later, failing=self._failing, catalog=self._catalog
        )
        if url := self._callback_url:
            key = store.credentials.api_key
            queue.callbacks = Callbacks(url, key, self._callback_seconds)
            closing.callback(queue.callbacks.close)
        return PangoCDP(
            store, windows, self.faults, tokens, self._max_entries, self._clock, queue,
            self._max_body_bytes,
        )  # fmt: skip

    def stop(self) -> None:
        """Stop listening and let everything go; a temporary store is removed."""
        atexit.unregister(self.stop)
        self._server = None
        self._closing.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def reset(self) -> None:
        """Go back to the state at the start: nothing stored or counted, the faults as given.

        Tokens given out stay good.
        """
        platform, server = self._parts()
        if server is None:
            raise SandboxError("The sandbox is not running; there is nothing to reset.")

        def back_to_start() -> None:
            platform.reset()
            self.faults[:] = self._faults_at_start
            for fault in self.faults:
                fault.rewind()

        server.call(back_to_start)

    @property
    def url(self) -> str:
        """Where it listens; its page is there. Stays the same when it is started again."""
        self._parts()
        return f"http://127.0.0.1:{self._port}"

    @property
    def credentials(self) -> dict[str, str]:
        """The practice account: ``username``, ``api_key``, ``cdp_gkey``."""
        platform, _ = self._parts()
        return asdict(platform.store.credentials)

    def client(self, *, version: Literal[1, 2] = 1, **overrides: Any) -> Client:
        """Make a client for this sandbox, with its account, addresses and limits.

        Parameters
        ----------
        version
            Of the API: 1, with user name and keys, or 2, with a refresh token.
        **overrides
            Arguments of `pangoprep.Client` to use instead.
        """
        from pangoprep.upload import Client

        checks.choice_of("version", str(version), ("1", "2"))
        settings = self.client_settings if version == 1 else self.client_settings_of_version_2
        return Client(**(settings | overrides))

    @property
    def client_settings_of_version_2(self) -> dict[str, Any]:
        """What a client needs to send here by version 2 of the API."""
        from pangoprep.sandbox.requests import INGEST_PATH_2, TOKEN_PATH_2

        platform, _ = self._parts()
        own = platform.store.credentials.version_2
        return {
            **own,
            "auth_url": self.url + TOKEN_PATH_2.format(org_id=own["org_id"]),
            "ingest_url": self.url + INGEST_PATH_2,
            "limits": self.limits,
        }

    @property
    def client_settings(self) -> dict[str, Any]:
        """What a client needs to send here: account, addresses, limits."""
        from pangoprep.sandbox.requests import INGEST_PATH, TOKEN_PATH

        return {
            **self.credentials,
            "auth_url": self.url + TOKEN_PATH,
            "ingest_url": self.url + INGEST_PATH,
            "limits": self.limits,
        }

    def records(self, object_type: str, *, all_fields: bool = False) -> pd.DataFrame:
        """Read what it stores of an entity, in the order the records first came.

        Parameters
        ----------
        object_type
            Such as ``"customer-identity"``.
        all_fields
            Also the fields that no record has.

        Returns
        -------
        DataFrame
            One column per field, custom fields as ``customFieldTexts.customField01``. Numbers and
            timestamps (ms) are Int64, booleans boolean, texts str, lists lists or None.
        """
        from pangoprep.sandbox.frames import records_frame

        stored = self._store_of(object_type).records(object_type)
        return records_frame(object_type, stored, self._catalog, all_fields=all_fields)

    def events(self, object_type: str) -> pd.DataFrame:
        """Read the journey events its records fired, oldest first, by key."""
        from pangoprep.sandbox.frames import events_frame

        events = self._store_of(object_type).events(object_type)
        return events_frame(object_type, events, self._catalog)

    @property
    def n_events(self) -> int:
        """How many journey events were fired."""
        platform, _ = self._parts()
        return platform.store.n_events

    @property
    def requests(self) -> pd.DataFrame:
        """Requests to the API since the start: ``at`` (seconds), path, status, n_entries.

        No status means the connection was cut. Requests still being answered are not listed yet.
        """
        from pangoprep.sandbox.frames import requests_frame

        platform, _ = self._parts()
        return requests_frame(platform.traffic.columns())

    def _parts(self) -> tuple[PangoCDP, ServerThread | None]:
        if self._platform is None:
            raise SandboxError("The sandbox was not started: use `with Sandbox() as cdp:`.")
        return self._platform, self._server

    def _store_of(self, object_type: str) -> Store:
        if object_type not in self._catalog.keys:
            raise UnknownEntityError(
                Sentence(
                    "There is no entity {1!r}. There are: {2}.",
                    object_type,
                    ", ".join(self._catalog.keys),
                )
            )
        platform, _ = self._parts()
        return platform.store

    @property
    def counts(self) -> Sentence:
        """Records stored and requests seen, in words."""
        platform, _ = self._parts()
        n_records, n_requests = sum(platform.store.n_records.values()), len(platform.traffic)
        records = "1 record" if n_records == 1 else Sentence("{1:,} records", n_records)
        requests = "1 request" if n_requests == 1 else Sentence("{1:,} requests", n_requests)
        return Sentence("{1}, {2}", records, requests)

    def __repr__(self) -> str:
        if self._server is None:
            return f"Sandbox({in_environment(Sentence('not running'))})"
        return f"Sandbox({self.url}: {in_environment(self.counts)})"

    def _repr_html_(self) -> str:
        from pangoprep.sandbox.page import render_cell

        return render_cell() if self._server is None else render_cell(self.url, self.counts)
