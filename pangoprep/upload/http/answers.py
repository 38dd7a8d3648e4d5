"""What PangoCDP's answers mean. Nothing in an answer is trusted: not its size, form or words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
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
from pangoprep.sentence import Sentence
from pangoprep.upload.http.request_names import with_request
from pangoprep.upload.http.server_words import shortened
from pangoprep.upload.http.tokens import Secret

#: Longer answers are not read to their end.
MAX_BYTES = 65_536

RETRY_AFTER = "X-Rate-Limit-Retry-After-Seconds"


# Refusals of a request's content, which may be one row's doing. Any other 4xx is not about rows.
_ABOUT_ROWS = (200, 400, 409, 413, 422)

# Where an answer says what is wrong; the last two as callbacks have them.
_WORDS = ("errorCode", "message", "errorMess", "errorMessage")

_ABOUT_ENVELOPE = re.compile(
    r"(?<![\w.\]])(objectType|source|jeConfigId|jeEventKey|ignoredUpdateCfs|initData|payload"
    r"|Content-type|TOKEN|API_KEY|Organization Context)(?![\w.\[])",
    re.IGNORECASE,
)


# Where the token is: version 1 calls it token; version 2 has it in data as accessToken.
_TOKENS = ("token", "accessToken")
# Version 2 does not say how long a token lives; a refused one is asked for again anyway.
_USUAL_SECONDS = 1_800.0


def error_of(
    status: int,
    headers: Mapping[str, str],
    body: bytes | None,
    mask: Callable[[str], str] = str,
) -> UploadError | None:
    """Tell what is wrong with an answer to an ingest request; None if the rows were accepted.

    Parameters
    ----------
    status, headers
        As they came; header names in any case.
    body
        None if it was too long to read.
    mask
        Takes out of PangoCDP's words what must not be shown.

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
        return RequestRefusedError(_words_of(answer, mask) or f"status {status}", status)
    if not 200 <= status < 300:
        return AnswerLostError(
            Sentence("PangoCDP answered with status {1}, which says nothing", status)
        )
    if answer.get("success") is True:
        return None
    if answer.get("success") is False:
        return RequestRefusedError(_words_of(answer, mask) or "success: false", status)
    return AnswerLostError(
        Sentence("PangoCDP's answer could not be read: {1}", _form_of(body, mask))
    )


def token_of(
    status: int,
    headers: Mapping[str, str],
    body: bytes | None,
    mask: Callable[[str], str] = str,
) -> tuple[Secret, float] | UploadError:
    """Return the token in an answer and the seconds it lives, or what is wrong with the answer.

    An error is returned for others to raise, so that no traceback leads here, where the token is.
    """
    common = _common_error(status, headers)
    if common is not None:
        return common
    answer = _read(body)
    if status >= 400 or answer.get("success") is False:
        return CredentialsRefusedError(
            Sentence("No token was given: {1}", _words_of(answer, mask) or status)
        )
    inner = answer.get("data")
    every = [answer, inner if isinstance(inner, dict) else {}]
    token = next((one[name] for one in every for name in _TOKENS if name in one), None)
    lifetime = next((one["expiredAfter"] for one in every if "expiredAfter" in one), None)
    if "token" not in answer and lifetime is None:
        lifetime = _USUAL_SECONDS
    is_number = isinstance(lifetime, int | float) and not isinstance(lifetime, bool)
    if isinstance(token, str) and re.fullmatch(r"[\x21-\x7e]{1,8192}", token) and is_number:
        return Secret(token), min(max(float(lifetime or 0), 0.0), 86_400.0)
    return BadAnswerError("The answer to the request for a token could not be read.")


def _common_error(status: int, headers: Mapping[str, str]) -> UploadError | None:
    wait = next((v for name, v in headers.items() if name.lower() == RETRY_AFTER.lower()), None)
    if status == 429 or (wait is not None and status >= 400):
        return RateLimitedError("PangoCDP asked to wait", _seconds(wait))
    if 300 <= status < 400:
        return RedirectRefusedError(
            Sentence(
                "PangoCDP's address points elsewhere (status {1}); nothing was sent "
                "there. Check ingest_url and auth_url.",
                status,
            )
        )
    if status == 401:
        return CredentialsRefusedError("PangoCDP refused the token or the API key (401)")
    if status >= 500 or status == 408:
        return ServerError(Sentence("PangoCDP answered with status {1}", status), status)
    return None


def _seconds(text: str | None) -> float:
    """Read how long to wait; 0 if that is not said. Whoever waits decides what to believe of it."""
    try:
        seconds = float(text or "")
    except ValueError:
        return 0.0
    return max(seconds, 0.0) if seconds == seconds else 0.0


def _read(body: bytes | None) -> dict[str, Any]:
    try:
        answer = json.loads(body or b"")
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _words_of(answer: Mapping[str, Any], mask: Callable[[str], str]) -> str:
    words = [answer.get(name) for name in _WORDS]
    joined = ": ".join(dict.fromkeys(w for w in words if isinstance(w, str) and w.strip()))
    told = shortened(mask(joined))  # what is cut first shows half of what was to be masked
    request = str(answer.get("requestId") or "")
    if not re.fullmatch(r"[A-Za-z0-9_.:-]{1,64}", request):
        return told
    return with_request(told or "no reason given", _id_shown(request, mask))


def _id_shown(request: str, mask: Callable[[str], str]) -> str:
    """Show the name of a request unless it may be a value: digits within letters are none."""
    masked = mask(request)
    is_number = re.search(r"(?<![A-Za-z0-9])[0-9]{8,}(?![A-Za-z0-9])", request)
    only_digits = re.sub("[^A-Za-z]", "", masked) == re.sub("[^A-Za-z]", "", request)
    return request if only_digits and not is_number else masked


def _form_of(body: bytes | None, mask: Callable[[str], str]) -> str:
    """Say which form an answer has that nobody knows: the names in it, and none of its values."""
    if body is None:
        return Sentence("it is longer than {1:,} bytes", MAX_BYTES)
    if not body.strip():
        return "it is empty"
    answer = _read(body)
    if not answer:
        return "it is no JSON object"
    names = shortened(mask(", ".join(map(str, answer))))
    if "success" not in answer:
        return Sentence("it has no success, but {1}", names)
    return Sentence("it has {1}", names)


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
