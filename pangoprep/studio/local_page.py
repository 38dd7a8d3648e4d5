"""The studio as a page of this machine, for people who have no notebook.

The page's module is the notebook's; what it says comes by POST, what nobody asked for goes out as
server-sent events. Only this machine is served, and only who knows the token.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from pangoprep.sandbox.server import ServerThread
from pangoprep.studio.messages import Answer
from pangoprep.studio.module import PAGE, module_text
from pangoprep.studio.session import Session

_KINDS = {
    ".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml",
}  # fmt: skip
_FILES = ("studio.js", "studio.css", "host.js", "page.css", "icon.svg")
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_MAX_BYTES = 1 << 20
_BEAT_SECONDS = 15.0


class LocalPage:
    """Serves a session to browsers of this machine.

    Parameters
    ----------
    session
        What the pages talk with; a page that is loaded again finds it as it was.
    port
        0 takes a free one.
    """

    def __init__(self, session: Session, port: int = 0) -> None:
        self._session, self._one_at_a_time = session, threading.Lock()
        self._token = secrets.token_urlsafe(32)
        self._server = ServerThread(port)
        self._cookie = f"pangoprep_studio_{self._server.port}"
        self._hosts = {f"{name}:{self._server.port}" for name in ("127.0.0.1", "localhost")}
        self._pages: set[asyncio.Queue[str | None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        session.desk.on_message(self._tell)

    @property
    def url(self) -> str:
        """The address to open; it holds the token."""
        return f"http://127.0.0.1:{self._server.port}/?token={self._token}"

    def start(self) -> None:
        """Begin to serve; returns when pages can come."""
        routes = [
            Route("/", self._page),
            Route("/ask", self._ask, methods=["POST"]),
            Route("/told", self._told),
            Route("/{name}", self._file),
        ]
        self._server.start(Starlette(routes=routes), self._end_pages)

    def stop(self) -> None:
        """Stop serving."""
        self._server.stop()

    # What is asked

    def _refusal(self, request: Request) -> Response | None:
        """Refuse another machine's name for this one, and who does not know the token."""
        if request.headers.get("host") not in self._hosts:
            return Response("This page is of this machine only.", 400, _HEADERS)
        origin = request.headers.get("origin")
        if origin is not None and origin.removeprefix("http://") not in self._hosts:
            return Response("Another page asked.", 403, _HEADERS)
        told = request.cookies.get(self._cookie, "")
        if not secrets.compare_digest(told.encode(), self._token.encode()):
            return Response("Open the address that the command line shows.", 403, _HEADERS)
        return None

    async def _page(self, request: Request) -> Response:
        token = request.query_params.get("token", "")
        is_here = request.headers.get("host") in self._hosts
        if is_here and secrets.compare_digest(token.encode(), self._token.encode()):
            opened = RedirectResponse("/", 303, _HEADERS)
            opened.set_cookie(self._cookie, token, httponly=True, samesite="strict")
            return opened
        return self._refusal(request) or _sent("page.html")

    async def _file(self, request: Request) -> Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        name = request.path_params["name"]
        return _sent(name) if name in _FILES else Response("", 404, _HEADERS)

    async def _ask(self, request: Request) -> Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        if request.headers.get("content-type") != "application/json":
            return Response("JSON is needed.", 415, _HEADERS)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MAX_BYTES:
                return Response("This is too long.", 413, _HEADERS)
        content: Any = None
        with suppress(ValueError):
            content = json.loads(body)
        if not isinstance(content, dict):
            return Response("A JSON object is needed.", 400, _HEADERS)
        return JSONResponse(await run_in_threadpool(self._answer, content), headers=_HEADERS)

    def _answer(self, content: dict[str, Any]) -> Answer:
        with self._one_at_a_time:
            return self._session.answer(content)

    # What is told

    def _tell(self, answer: Answer) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._hand_out, json.dumps(answer))

    def _hand_out(self, text: str | None) -> None:
        for page in self._pages:
            page.put_nowait(text)

    def _end_pages(self) -> None:
        self._hand_out(None)

    async def _told(self, request: Request) -> Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        self._loop = asyncio.get_running_loop()
        return StreamingResponse(self._events(), media_type="text/event-stream", headers=_HEADERS)

    async def _events(self) -> AsyncIterator[str]:
        page: asyncio.Queue[str | None] = asyncio.Queue()
        self._pages.add(page)
        try:
            yield ": here\n\n"
            while True:
                try:
                    text = await asyncio.wait_for(page.get(), _BEAT_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"  # or a page that is gone would be kept
                    continue
                if text is None:
                    return
                yield f"data: {text}\n\n"
        finally:
            self._pages.discard(page)


def _sent(name: str) -> Response:
    text = module_text() if name == "studio.js" else (PAGE / name).read_text("utf-8")
    return Response(text, 200, _HEADERS, _KINDS[Path(name).suffix])
