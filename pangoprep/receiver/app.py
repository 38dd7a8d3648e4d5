"""What answers PangoCDP's callbacks: an ASGI application."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pangoprep.errors import PangoprepError, UsageError
from pangoprep.upload.confirming.confirm import Confirmations
from pangoprep.upload.http.tokens import Secret

logger = logging.getLogger("pangoprep.receiver")

#: A callback names at most what a request held, with words; far more is none.
MAX_BODY_BYTES = 4 * 1024 * 1024

#: Takes the headers, names in lower case, and the body; says whether the checksum is right.
Checksum: TypeAlias = Callable[[Mapping[str, str], bytes], bool]


def make_app(
    confirm: Callable[[object], Confirmations],
    api_keys: Sequence[Secret],
    checksum: Checksum | None,
    on_confirmed: Callable[[Confirmations], None],
) -> ASGIApp:
    """Make the application.

    Parameters
    ----------
    confirm
        Writes a callback into the ledger.
    api_keys
        The keys that a callback may carry in its header ``ApiKey``; none: it is not looked at.
    checksum
        Checks the header ``Checksum``; None: it is not looked at.
    on_confirmed
        Called after each callback.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        response = await _answer(request)
        await response(scope, receive, send)

    async def _answer(request: Request) -> JSONResponse:
        if request.method != "POST":
            return _refused(405, "Use POST")
        if api_keys and not _is_known(request.headers.get("apikey", ""), api_keys):
            logger.warning("A callback was refused: its ApiKey is not the one expected")
            return _refused(401, "ApiKey is not accepted")
        body = await _body(request)
        if body is None:
            return _refused(413, f"At most {MAX_BODY_BYTES} bytes")
        if checksum is not None and not await _fits(checksum, dict(request.headers), body):
            logger.warning("A callback was refused: its checksum is wrong")
            return _refused(401, "Checksum is not accepted")
        try:
            found = await run_in_threadpool(confirm, json.loads(body))
        except (ValueError, RecursionError):
            return _refused(400, "The body is no JSON")
        except UsageError:
            return _refused(400, "This is no callback")
        except PangoprepError as error:  # the ledger: PangoCDP may try again
            logger.error("A callback could not be written down: %s", error)
            return _refused(503, "It could not be written down")
        on_confirmed(found)
        return JSONResponse({"success": True, "stored": found.n_stored, "failed": found.n_failed})

    return app


async def _fits(checksum: Checksum, headers: Mapping[str, str], body: bytes) -> bool:
    try:
        return bool(await run_in_threadpool(checksum, headers, body))
    except Exception as error:  # noqa: BLE001 - the caller's own code; what it cannot check is wrong
        logger.warning("The checksum could not be looked at: %s", type(error).__name__)
        return False


def _is_known(given: str, api_keys: Sequence[Secret]) -> bool:
    return any(hmac.compare_digest(given.encode(), key.reveal().encode()) for key in api_keys)


async def _body(request: Request) -> bytes | None:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY_BYTES:
            return None
    return bytes(body)


def _refused(status: int, message: str) -> JSONResponse:
    return JSONResponse({"success": False, "message": message}, status_code=status)
