"""The sandbox as an ASGI application."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_address

from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pangoprep.sandbox.answers import CutConnectionError
from pangoprep.sandbox.page import render_page, status_of
from pangoprep.sandbox.pangocdp import PangoCDP
from pangoprep.sandbox.requests import ENDPOINTS, MAX_BODY_BYTES, Request

_NOT_THIS_HOST = "The sandbox answers to localhost and 127.0.0.1 only"

#: The page needs its own styles and nothing else: no scripts, no pictures, no other host.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def make_app(platform: PangoCDP, cut: Callable[[Scope], None]) -> ASGIApp:
    """Put the platform behind its URLs.

    Parameters
    ----------
    platform
        What answers.
    cut
        Cuts the connection a request came over.
    """

    async def page(_: HttpRequest) -> Response:
        return HTMLResponse(
            render_page(platform),
            headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"},
        )

    async def status(_: HttpRequest) -> Response:
        return JSONResponse(status_of(platform), headers={"Cache-Control": "no-store"})

    async def not_found(_: HttpRequest, __: Exception) -> Response:
        return JSONResponse({"success": False, "errorCode": "NOT_FOUND"}, status_code=404)

    app = Starlette(
        routes=[
            Route("/", page, methods=["GET"]),
            Route("/status", status, methods=["GET"]),
            *(Route(path, _Api(platform, cut, path)) for path in ENDPOINTS),
        ],
        exception_handlers={404: not_found},
    )
    return _LoopbackOnly(app)


class _LoopbackOnly:
    """Answers those who asked for this machine by a name of its own.

    Any website can have its name point to 127.0.0.1 and then read, in its visitor's browser, what
    is there: the browser takes the sandbox for that site. What it cannot do is ask for another
    name than its own.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(hosts) == 1 and is_loopback(hosts[0]):
            await self._app(scope, receive, send)
            return
        body = {"success": False, "errorCode": "FORBIDDEN", "message": _NOT_THIS_HOST}
        await JSONResponse(body, status_code=403)(scope, receive, send)


def is_loopback(host: str) -> bool:
    """Tell whether a Host header names this machine.

    Examples
    --------
    >>> [is_loopback(host) for host in ("localhost:8077", "[::1]:80", "127.0.0.1.example.vn")]
    [True, True, False]
    """
    found = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]|([^:\[\]]+))(?::[0-9]*)?", host)
    name = (found[1] or found[2]).lower() if found else ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


class _Api:
    """An endpoint of PangoCDP, as an ASGI application: the path every request takes."""

    def __init__(self, platform: PangoCDP, cut: Callable[[Scope], None], path: str) -> None:
        self._platform, self._cut, self._path = platform, cut, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _read(receive)
        if body is _GONE:
            return
        request = Request(
            path=self._path,
            method=scope["method"],
            headers={
                name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
            },
            query=scope["query_string"].decode("latin-1"),
            body=body,
            organization=scope["path_params"].get("org_id", ""),
        )
        try:
            answer = await self._platform.answer(request)
        except CutConnectionError:
            self._cut(scope)
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(answer.body)).encode()),
            *((name.lower().encode(), value.encode()) for name, value in answer.headers),
        ]
        if body is None:  # the rest of it is still coming
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})


_GONE = b"the client is gone"


async def _read(receive: Receive) -> bytes | None:
    """Read a body to its end; None if it is too long, `_GONE` if its sender left."""
    parts: list[bytes] = []
    n_bytes = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return _GONE
        parts.append(message.get("body", b""))
        n_bytes += len(parts[-1])
        if n_bytes > MAX_BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)
