"""The one place that speaks HTTP."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

import httpx

from pangoprep.errors import (
    AnswerLostError,
    CredentialsRefusedError,
    NotSentError,
    TerminalError,
    UploadError,
)
from pangoprep.upload.http.answers import MAX_BYTES, error_of, token_of
from pangoprep.upload.http.client import Client
from pangoprep.upload.http.tokens import Secret
from pangoprep.upload.http.words import without_secrets

logger = logging.getLogger("pangoprep.upload")

#: Nothing takes longer than this, whatever the server drips.
REQUEST_SECONDS = 60.0

_TIMEOUTS = httpx.Timeout(30.0, connect=10.0)

# Shorter than servers keep idle connections, so that none is used that they are just closing.
_IDLE_SECONDS = 3.0

_HEADERS = {
    "Content-Type": "application/json",
    "User-Agent": "pangoprep",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
}


class Session:
    """A client's open connections, for one run in one event loop.

    Parameters
    ----------
    client
        Who sends, and where to.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._gate = asyncio.Lock()
        self._certificates = _certificates(client)
        self._lines: list[httpx.AsyncClient] = []
        self._idle: list[httpx.AsyncClient] = []
        self._auth_url = httpx.URL(client.auth_url)
        self._ingest_urls = [
            httpx.URL(f"{client.ingest_url}?initData={init}") for init in ("false", "true")
        ]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for line in self._lines:
            await line.aclose()

    def _new_line(self) -> httpx.AsyncClient:
        """Open a client for one request at a time.

        A pool looks at all its connections for every request; sixteen pools of one take half the
        time of one pool of sixteen.
        """
        line = httpx.AsyncClient(
            transport=self._client.transport,
            timeout=_TIMEOUTS,
            limits=httpx.Limits(max_connections=1, keepalive_expiry=_IDLE_SECONDS),
            follow_redirects=False,
            verify=self._certificates,
            # A company's proxy must not be asked for this machine's own ports.
            trust_env=not self._client.is_local,
        )
        self._lines.append(line)
        return line

    async def ingest(
        self, token: Secret, body: bytes, *, init_data: bool, mask: Callable[[str], str] = str
    ) -> None:
        """Send one request body; return if PangoCDP accepted it.

        Parameters
        ----------
        token, body
            What goes out.
        init_data
            Whether this is the initial load.
        mask
            Takes the rows' values out of PangoCDP's words.

        Raises
        ------
        UploadError
            The class says what happened and whether trying again may help.
        """
        headers = {"TOKEN": token, "API_KEY": self._client.api_key}
        url = self._ingest_urls[init_data]
        secrets = [token, *self._client.secrets()]
        error = error_of(
            *await self._post(url, headers, body),
            lambda words: mask(without_secrets(words, secrets)),
        )
        if isinstance(error, CredentialsRefusedError):
            self._client.tokens.drop(token)
        if error is not None:
            raise error

    async def token(self) -> Secret:
        """Return a token that is good for a while.

        Raises
        ------
        UploadError
            If there is none to be had. No row has been sent.
        """
        now = self._client.clock.reading()
        return await self._client.tokens.get(now.steady, now.boot, self._gate, self._fetch_token)

    async def _fetch_token(self, login: Mapping[str, Secret]) -> tuple[Secret, float]:
        found = token_of(
            *await self._post(self._auth_url, {}, login),
            lambda words: without_secrets(words, self._client.secrets()),
        )
        if isinstance(found, UploadError):
            raise found
        logger.debug("Got a token that lives %.0f s", found[1])
        return found

    async def _post(
        self, url: httpx.URL, headers: Mapping[str, Secret], body: bytes | Mapping[str, Secret]
    ) -> tuple[int, Mapping[str, str], bytes | None]:
        # Raised outside of the except block: httpx's errors carry the request with its headers.
        error: UploadError
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                return await self._exchange(url, headers, body)
        except TimeoutError:
            error = AnswerLostError(f"No answer came within {REQUEST_SECONDS:.0f} s")
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as e:
            error = _connection_error(e)
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError) as e:
            error = TerminalError(f"The request cannot be made ({type(e).__name__})")
        except httpx.TransportError as e:
            error = AnswerLostError(f"The connection was lost ({type(e).__name__})")
        raise error

    async def _exchange(
        self, url: httpx.URL, headers: Mapping[str, Secret], body: bytes | Mapping[str, Secret]
    ) -> tuple[int, Mapping[str, str], bytes | None]:
        # The one place where secrets are bare. No error of ours comes from here or below.
        request = httpx.Request(
            "POST", url, headers={**_HEADERS, **_bare(headers)},
            content=body if isinstance(body, bytes) else json.dumps(_bare(body)).encode(),
        )  # fmt: skip
        line = self._idle.pop() if self._idle else self._new_line()
        try:
            response = await line.send(request, stream=True)
            try:
                return response.status_code, response.headers, await _read(response)
            finally:
                await response.aclose()
        finally:
            self._idle.append(line)


def _certificates(client: Client) -> ssl.SSLContext:
    if client.auth_url.startswith("https:") or client.ingest_url.startswith("https:"):
        return httpx.create_ssl_context()
    # Reading the world's certificates takes longer than sending a small frame. Nothing here uses
    # TLS; if something did, it would trust nobody.
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _bare(secrets: Mapping[str, Secret]) -> dict[str, str]:
    return {name: secret.reveal() for name, secret in secrets.items()}


async def _read(response: httpx.Response) -> bytes | None:
    """Read a body to its end; None if it is long, or packed: it might unpack to anything."""
    if response.headers.get("content-encoding", "identity") != "identity":
        return None
    parts: list[bytes] = []
    n_bytes = 0
    async for part in response.aiter_bytes():
        n_bytes += len(part)
        if n_bytes > MAX_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)


def _connection_error(error: BaseException) -> UploadError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return TerminalError(
                "The server's certificate cannot be verified; nothing was sent. Check the address, "
                "or the certificates of this machine (SSL_CERT_FILE)."
            )
        cause = cause.__cause__ or cause.__context__
    return NotSentError(f"No connection to PangoCDP ({type(error).__name__})")
