"""What the sandbox can answer, apart from HTTP."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass

RETRY_AFTER = "X-Rate-Limit-Retry-After-Seconds"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: a status, a JSON body as bytes, and headers beyond the content type."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


class CutConnectionError(Exception):
    """The connection is to be cut instead of answered. Never leaves the sandbox."""


RECEIVED = Answer(200, b'{"success": true}')


def refused(status: int, error_code: str, message: str) -> Answer:
    """Refuse in the product's form; ``message`` may name fields, never values."""
    body = {
        "success": False,
        "errorCode": error_code,
        "message": message,
        "requestId": secrets.token_hex(8),
    }
    return Answer(status, json.dumps(body).encode())


def missing(message: str) -> Answer:
    """Refuse with the documented 400."""
    return refused(400, "MISSING_INFO", message)


def invalid(name: str, why: str = "") -> Answer:
    """Refuse a part of the request by its name.

    >>> invalid("objectType").status
    400
    """
    return missing(f"Invalid value of: {name}" + (f" ({why})" if why else ""))


def unauthorized(version: int = 1) -> Answer:
    """Refuse a token or key."""
    names = "TOKEN or API_KEY" if version == 1 else "OrgId or AccessToken"
    return refused(401, "UNAUTHORIZED", f"{names} is not accepted")


def limited(wait_seconds: int) -> Answer:
    """Ask to wait."""
    answer = refused(429, "TOO_MANY_REQUESTS", f"Too many requests; wait {wait_seconds} s")
    return Answer(answer.status, answer.body, ((RETRY_AFTER, str(wait_seconds)),))
