"""A request to the API, as HTTP brought it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pangoprep.sandbox.faults import Endpoint
from pangoprep.sandbox.written_numbers import decode, encode

TOKEN_PATH = "/api/accounts/authen"  # noqa: S105 (a path)
INGEST_PATH = "/dhub-i/api/v1.0/ingest"
#: Those of version 2; the organization stands in the first.
TOKEN_PATH_2 = "/api/v1.0/auth-app/{org_id}/authen"  # noqa: S105 (a path)
INGEST_PATH_2 = "/dhub-i/api/v2.0/ingest"
ENDPOINTS: Mapping[str, Endpoint] = {
    TOKEN_PATH: "token", INGEST_PATH: "ingest", TOKEN_PATH_2: "token", INGEST_PATH_2: "ingest",
}  # fmt: skip

#: Nothing is documented; 50 records with every field filled take about 100 kB.
MAX_BODY_BYTES = 4 * 1024 * 1024


@dataclass
class Request:
    """One request to the API, read to its end. ``body`` is None if it was too long to read.

    ``path`` is the endpoint's, with ``organization`` in place of ``{org_id}``.
    """

    path: str
    method: str
    headers: Mapping[str, str]  # names in lower case
    query: str
    body: bytes | None
    organization: str = ""

    @property
    def version(self) -> int:
        """Of the API, as the path says it."""
        return 2 if self.path in (TOKEN_PATH_2, INGEST_PATH_2) else 1

    @cached_property
    def payload(self) -> dict[str, Any]:
        """The body as an object; empty if it is none."""
        try:
            text = (self.body or b"").decode()
            payload = decode(text)
            if "\\u" in text:  # half a surrogate pair passes JSON but is no text
                encode(payload).encode()
        except (ValueError, RecursionError):
            return {}
        return payload if type(payload) is dict else {}

    @property
    def entries(self) -> list[Any]:
        """The records, as they came; empty if there is no list of them."""
        entries = self.payload.get("entries")
        return entries if type(entries) is list else []
