"""What PangoCDP's answers mean. Nothing in an answer is trusted: not its size, form or words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pangoprep.errors import (
    AnswerLostError,
    BadAnswerError,
    CredentialsRefusedError,
    RateLimitedError,
    RedirectRefusedError,
    RequestRefusedError,
    ServerError,
    UploadError,
)

#: Longer answers are not read to their end.
MAX_BYTES = 65_536

_MASK = "•••"

RETRY_AFTER = "X-Rate-Limit-Retry-After-Seconds"

_LONGEST_PAUSE_SECONDS = 86_400.0
_MAX_LETTERS = 200

# Refusals of a request's content, which may be one row's doing. Any other 4xx is not about rows.
_ABOUT_ROWS = (200, 400, 409, 413, 422)

_ABOUT_ENVELOPE = re.compile(
    r"(?<![\w.\]])(objectType|source|jeConfigId|jeEventKey|ignoredUpdateCfs|initData|payload"
    r"|Content-type|TOKEN|API_KEY|Organization Context)(?![\w.\[])",
    re.IGNORECASE,
)


def error_of(
    status: int, headers: Mapping[str, str], body: bytes | None, secrets: Iterable[str] = ()
) -> UploadError | None:
    """Tell what is wrong with an answer to an ingest request; None if the rows were accepted.

    Parameters
    ----------
    status, headers
        As they came; header names in any case.
    body
        None if it was too long to read.
    secrets
        Texts to mask where the answer repeats them; longest first.

    Examples
    --------
    >>> error_of(200, {}, b'{"success": true}') is None
    True
    >>> error_of(200, {}, b'{"success": false, "message": "no"}')
    RequestRefusedError('no')
    """
    common = _common_error(status, headers)
    if common is not None:
        return common
    answer = _read(body)
    if 400 <= status < 500:
        return RequestRefusedError(_words_of(answer, secrets) or f"status {status}", status)
    if not 200 <= status < 300:
        return AnswerLostError(f"PangoCDP answered with status {status}, which says nothing")
    if answer.get("success") is True:
        return None
    if answer.get("success") is False:
        return RequestRefusedError(_words_of(answer, secrets) or "success: false", status)
    return AnswerLostError("PangoCDP's answer could not be read")


def token_of(
    status: int, headers: Mapping[str, str], body: bytes | None, secrets: Iterable[str] = ()
) -> tuple[str, float]:
    """Return the token in an answer and the seconds it lives.

    Raises
    ------
    UploadError
        If there is none: the credentials are refused, or the answer is not what was promised.
    """
    common = _common_error(status, headers)
    if common is not None:
        raise common
    answer = _read(body)
    if status >= 400 or answer.get("success") is False:
        raise CredentialsRefusedError(f"No token was given: {_words_of(answer, secrets) or status}")
    token, lifetime = answer.get("token"), answer.get("expiredAfter")
    is_number = isinstance(lifetime, int | float) and not isinstance(lifetime, bool)
    if isinstance(token, str) and re.fullmatch(r"[\x21-\x7e]{1,8192}", token) and is_number:
        return token, min(max(float(lifetime or 0), 0.0), 86_400.0)
    raise BadAnswerError("The answer to the request for a token could not be read.")


def _common_error(status: int, headers: Mapping[str, str]) -> UploadError | None:
    wait = next((v for name, v in headers.items() if name.lower() == RETRY_AFTER.lower()), None)
    if status == 429 or (wait is not None and status >= 400):
        return RateLimitedError("PangoCDP asked to wait", _seconds(wait))
    if 300 <= status < 400:
        return RedirectRefusedError(
            f"PangoCDP's address points elsewhere (status {status}); nothing was sent there. "
            "Check ingest_url and auth_url."
        )
    if status == 401:
        return CredentialsRefusedError("PangoCDP refused the token or the API key (401)")
    if status >= 500 or status == 408:
        return ServerError(f"PangoCDP answered with status {status}", status)
    return None


def _seconds(text: str | None) -> float:
    try:
        seconds = float(text or "")
    except ValueError:
        return 1.0
    return min(max(seconds, 0.0), _LONGEST_PAUSE_SECONDS) if seconds == seconds else 1.0


def _read(body: bytes | None) -> dict[str, Any]:
    try:
        answer = json.loads(body or b"")
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _words_of(answer: Mapping[str, Any], secrets: Iterable[str]) -> str:
    words = [answer.get(name) for name in ("errorCode", "message")]
    joined = ": ".join(word for word in words if isinstance(word, str) and word)
    for secret in secrets:
        joined = joined.replace(secret, _MASK)
    printable = "".join(letter if letter.isprintable() else " " for letter in joined)
    return " ".join(printable.split())[:_MAX_LETTERS]


def is_whole_request(error: RequestRefusedError, row_fields: Iterable[str]) -> bool:
    """Tell whether a refusal is about everything but the rows, so that dividing cannot help.

    Parameters
    ----------
    error
        The refusal.
    row_fields
        The entity's own fields: a word that also names one of those decides nothing.
    """
    if error.status not in _ABOUT_ROWS:
        return True
    found = _ABOUT_ENVELOPE.search(error.reason)
    return found is not None and found[1] not in set(row_fields)


_ADDRESS = re.compile(r"[^\s@:<>'\"]+@[^\s@<>'\"]+")
_LONG_NUMBER = re.compile(r"\+?[0-9][0-9 .()-]{4,}[0-9]")


def without_values(words: str, entries: Iterable[bytes], open_fields: Iterable[str]) -> str:
    """Mask what PangoCDP's words repeat of the rows: values of all but the open fields.

    Examples
    --------
    >>> without_values("phone 12 of An", [b'{"phone":"12","fullName":"An"}'], [])
    'phone ••• of •••'
    """
    shown = set(open_fields)
    values = {
        text
        for entry in entries
        for name, value in json.loads(entry).items()
        if name not in shown
        for text in _texts(value)
    }
    for text in sorted(values, key=len, reverse=True):
        words = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", _MASK, words, flags=re.IGNORECASE)
    return _LONG_NUMBER.sub(_MASK, _ADDRESS.sub(_MASK, words))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif value is not None and not isinstance(value, bool) and str(value).strip():
        yield str(value)
