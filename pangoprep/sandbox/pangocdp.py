"""The platform itself, apart from HTTP: who may come in, and what becomes of their requests."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from pangoprep.sandbox.accounts import Tokens, same_secret
from pangoprep.sandbox.answers import (
    RECEIVED,
    Answer,
    CutConnectionError,
    limited,
    missing,
    refused,
    unauthorized,
)
from pangoprep.sandbox.catalog import Catalog
from pangoprep.sandbox.faults import Endpoint, Fault, through_faults
from pangoprep.sandbox.ingestion import refusal_of
from pangoprep.sandbox.queue import Queue
from pangoprep.sandbox.requests import ENDPOINTS, MAX_BODY_BYTES, Request
from pangoprep.sandbox.store import Store
from pangoprep.sandbox.traffic import NO_ANSWER, Traffic
from pangoprep.sandbox.windows import SlidingWindows, whole_seconds

#: The documentation promises at most this many journey events per request.
MAX_EVENTS = 200

#: How many of the latest records the page can show.
_N_RECENT = 8


class PangoCDP:
    """One account's PangoCDP over a store.

    Parameters
    ----------
    store
        Where records go.
    windows, faults, tokens
        What is let through, what goes wrong, who is signed in.
    max_entries
        Records a request may hold.
    clock
        Seconds; only differences matter, except in ``issuedAt``.
    queue
        What becomes of records that were received.
    max_body_bytes
        The largest body of a request.
    """

    def __init__(
        self,
        store: Store,
        windows: SlidingWindows,
        faults: list[Fault],
        tokens: Tokens,
        max_entries: int,
        clock: Callable[[], float],
        queue: Queue | None = None,
        max_body_bytes: int = MAX_BODY_BYTES,
    ) -> None:
        self.store, self.windows, self.faults, self.tokens = store, windows, faults, tokens
        self.access_tokens = Tokens(tokens.lifetime_seconds)
        self.max_entries, self.clock = max_entries, clock
        self.queue = queue or Queue(catalog=store.catalog)
        self.max_body_bytes = max_body_bytes
        self.started_at = clock()
        self.traffic = Traffic(tuple(ENDPOINTS))
        self.recent: deque[tuple[float, str, dict[str, Any]]] = deque(maxlen=_N_RECENT)
        self.stopping = asyncio.Event()

    @property
    def catalog(self) -> Catalog:
        """The object types there are."""
        return self.store.catalog

    async def answer(self, request: Request) -> Answer:
        """Answer a request to the API and log it; may raise `CutConnectionError`."""
        passage = _Passage(self, request, self.clock())
        status = NO_ANSWER
        try:
            answer = self._turned_away(passage)
            if answer is None:
                answer = await through_faults(tuple(self.faults), passage, passage.proceed)
            status = answer.status
        finally:
            n_entries = len(request.entries) if passage.endpoint == "ingest" else 0
            self.traffic.add(passage.at - self.started_at, request.path, status, n_entries)
        return answer

    def _turned_away(self, passage: _Passage) -> Answer | None:
        """Check what comes before any content: method, sender, token, rate windows."""
        request, at = passage.request, passage.at
        if request.method != "POST":
            answer = refused(405, "METHOD_NOT_ALLOWED", "Use POST")
            return Answer(answer.status, answer.body, (("Allow", "POST"),))
        if "origin" in request.headers or "referer" in request.headers:
            return refused(403, "FORBIDDEN", "Requests from a browser are not accepted")
        if request.body is None or len(request.body) > self.max_body_bytes:
            return refused(413, "TOO_LARGE", f"At most {self.max_body_bytes} bytes a request")
        if passage.endpoint == "ingest":
            if not self._is_let_in(request, at):
                return unauthorized(request.version)
            if wait_seconds := self.windows.admit(at):
                return limited(whole_seconds(wait_seconds))
        return None

    def _is_let_in(self, request: Request, at: float) -> bool:
        own = self.store.credentials
        headers = request.headers
        if request.version == 1:
            is_known = same_secret(headers.get("api_key", ""), own.api_key)
            return self.tokens.accepts(headers.get("token", ""), at) and is_known
        is_known = same_secret(headers.get("orgid", ""), own.version_2["org_id"])
        scheme, _, token = headers.get("accesstoken", "").partition(" ")
        return scheme == "Bearer" and self.access_tokens.accepts(token, at) and is_known

    def issue_access_token(self, request: Request) -> Answer:
        """Answer a request for a token of version 2."""
        own = self.store.credentials.version_2
        given = [request.payload.get(name) for name in ("appId", "account")]
        app_id, account = (value if type(value) is str else "" for value in given)
        refresh_token = request.headers.get("refreshtoken", "")
        if not app_id or not account or not refresh_token:
            return missing("refreshToken, appId and account are required")
        known = [
            same_secret(request.organization, own["org_id"]),
            same_secret(app_id, own["app_id"]),
            same_secret(account, own["account"]),
            same_secret(refresh_token, own["refresh_token"]),
        ]
        if not all(known):
            return refused(401, "UNAUTHORIZED", "refreshToken, appId or account is not accepted")
        body = {"success": True, "data": {"accessToken": self.access_tokens.issue(self.clock())}}
        return Answer(200, json.dumps(body).encode())

    def issue_token(self, request: Request) -> Answer:
        """Answer a request for a token."""
        if request.version == 2:
            return self.issue_access_token(request)
        given = [request.payload.get(name) for name in ("username", "apiKey", "cdpGKey")]
        username, api_key, cdp_gkey = (value if type(value) is str else "" for value in given)
        if not username or not api_key:
            return missing("Username and ApiKey are required")
        if not cdp_gkey:
            return missing("Organization Context is not set")
        own = self.store.credentials
        known = [
            same_secret(username, own.username),
            same_secret(api_key, own.api_key),
            same_secret(cdp_gkey, own.cdp_gkey),
        ]
        if not all(known):
            return refused(401, "UNAUTHORIZED", "Username, ApiKey or cdpGKey is not accepted")
        at = self.clock()
        body = {
            "success": True,
            "status": "authenticated",
            "token": self.tokens.issue(at),
            "issuedAt": int(at * 1000),
            "expiredAt": int((at + self.tokens.lifetime_seconds) * 1000),
            "expiredAfter": int(self.tokens.lifetime_seconds),
        }
        return Answer(200, json.dumps(body).encode())

    def ingest(self, request: Request) -> Answer:
        """Check a request's content and store its records, all or none."""
        refusal = refusal_of(
            request, self.catalog, self.max_entries, misses_later=self.queue.finds_missing_fields
        )
        if refusal is not None:
            return refusal
        payload = request.payload
        entries, outcomes = self.queue.take(payload["objectType"], request.entries)
        journey = (payload.get("jeConfigId"), payload.get("jeEventKey"))
        try:
            if entries:
                self.store.upsert(
                    payload["objectType"],
                    entries,
                    not_updated=payload.get("ignoredUpdateCfs") or (),
                    events=(*journey, MAX_EVENTS) if any(journey) else None,
                )
        except sqlite3.Error:
            return refused(500, "STORE_ERROR", "The data could not be stored")
        self.recent.extend(
            (self.clock(), payload["objectType"], entry) for entry in entries[-_N_RECENT:]
        )
        if self.queue.callbacks is not None:
            self.queue.callbacks.add(outcomes)
        return RECEIVED

    def reset(self) -> None:
        """Go back to the state at the start; tokens stay good."""
        self.store.clear()
        self.windows.clear()
        self.traffic.clear()
        self.recent.clear()
        self.started_at = self.clock()


@dataclass
class _Passage:
    """One request on its way through; what a fault sees of it (`faults.Exchange`)."""

    platform: PangoCDP
    request: Request
    at: float

    @property
    def endpoint(self) -> Endpoint:
        return ENDPOINTS[self.request.path]

    async def proceed(self) -> Answer:
        if self.endpoint == "token":
            return self.platform.issue_token(self.request)
        return self.platform.ingest(self.request)

    def has_key(self, key: str) -> bool:
        names = self.platform.catalog.keys.get(str(self.request.payload.get("objectType")), ())
        return any(
            str(entry.get(name)) == key
            for entry in self.request.entries
            if type(entry) is dict
            for name in names
        )

    async def wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.platform.stopping.wait(), seconds)
            raise CutConnectionError

    def revoke_tokens(self) -> None:
        self.platform.tokens.revoke()
        self.platform.access_tokens.revoke()
