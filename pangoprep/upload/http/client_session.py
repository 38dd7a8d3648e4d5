"""The one place that speaks HTTP."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType
from typing import NamedTuple, Self

import httpx

from pangoprep.call_words import either
from pangoprep.errors import (
    AnswerLostError,
    CredentialsRefusedError,
    NotSentError,
    TerminalError,
    UploadError,
)
from pangoprep.sentence import Sentence
from pangoprep.upload.http.answers import MAX_BYTES, error_of, token_of
from pangoprep.upload.http.client import Client
from pangoprep.upload.http.connections import Connections
from pangoprep.upload.http.network import place_of
from pangoprep.upload.http.server_words import without_secrets
from pangoprep.upload.http.tokens import Secret

logger = logging.getLogger("pangoprep.upload")

#: Nothing takes longer than this, whatever the server drips.
REQUEST_SECONDS = 60.0

_TIMEOUTS = httpx.Timeout(30.0, connect=10.0)

# Shorter than servers keep idle connections, so that none is used that they are just closing.
_IDLE_SECONDS = 3.0

# Enough for a connection to rest between two requests at 50 requests a second and far beyond.
_MIN_LINES = 32

_HEADERS = {
    "Content-Type": "application/json",
    "User-Agent": "pangoprep",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
}


class _Way(NamedTuple):
    """An address and the proxy that leads there, if one does."""

    url: httpx.URL
    proxy: Secret


class ClientSession:
    """A client's open connections, for one run in one event loop.

    Parameters
    ----------
    client
        Who sends, and where to.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._gate = asyncio.Lock()
        self._certificates = client.network.certificates
        self._lines: dict[Secret, Connections] = {}
        self._auth = _Way(httpx.URL(client.auth_url), client.network.proxy_for(client.auth_url))
        to_rows = client.network.proxy_for(client.ingest_url)
        self._ingest = [
            _Way(httpx.URL(f"{client.ingest_url}?initData={init}"), to_rows)
            for init in ("false", "true")
        ]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for lines in self._lines.values():
            await lines.aclose()

    def _lines_through(self, proxy: Secret) -> Connections:
        if proxy not in self._lines:
            max_lines = max(_MIN_LINES, 2 * self._client.in_flight)
            self._lines[proxy] = Connections(partial(self._new_client, proxy), max_lines)
        return self._lines[proxy]

    def _new_client(self, proxy: Secret) -> httpx.AsyncClient:
        """Make a client for one request at a time.

        A pool looks at all its connections for every request; sixteen pools of one take half the
        time of one pool of sixteen.
        """
        return httpx.AsyncClient(
            transport=self._client.transport,
            timeout=_TIMEOUTS,
            limits=httpx.Limits(max_connections=1, keepalive_expiry=_IDLE_SECONDS),
            follow_redirects=False,
            verify=self._certificates,
            proxy=self._proxy(proxy),
            trust_env=False,  # what the environment says of the network is in `proxy` already
        )

    def _proxy(self, proxy: Secret) -> httpx.Proxy | None:
        if not proxy or self._client.transport is not None:
            return None
        is_https = proxy.matches("https:.*")
        return httpx.Proxy(proxy.reveal(), ssl_context=self._certificates if is_https else None)

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
        headers = self._client.headers(token)
        secrets = [token, *self._client.secrets()]
        error = error_of(
            *await self._post(self._ingest[init_data], headers, body),
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
        # Version 2 takes the refresh token as a header, and the rest as the body.
        headers = {name: login[name] for name in ("refreshToken",) if name in login}
        body = {name: secret for name, secret in login.items() if name not in headers}
        found = token_of(
            *await self._post(self._auth, headers, body),
            lambda words: without_secrets(words, self._client.secrets()),
        )
        if isinstance(found, UploadError):
            raise found
        logger.debug("Got a token that lives %.0f s", found[1])
        return found

    async def _post(
        self, way: _Way, headers: Mapping[str, Secret], body: bytes | Mapping[str, Secret]
    ) -> tuple[int, Mapping[str, str], bytes | None]:
        # Raised outside of the except block: httpx's errors carry the request with its headers.
        error: UploadError
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                return await self._exchange(way, headers, body)
        except TimeoutError:
            error = AnswerLostError(Sentence("No answer came within {1:.0f} s", REQUEST_SECONDS))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as e:
            error = _connection_error(e, way.proxy)
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError) as e:
            error = TerminalError(Sentence("The request cannot be made ({1})", type(e).__name__))
        except httpx.TransportError as e:
            error = AnswerLostError(Sentence("The connection was lost ({1})", type(e).__name__))
        raise error

    async def _exchange(
        self, way: _Way, headers: Mapping[str, Secret], body: bytes | Mapping[str, Secret]
    ) -> tuple[int, Mapping[str, str], bytes | None]:
        # The one place where secrets are bare. No error of ours comes from here or below.
        request = httpx.Request(
            "POST", way.url, headers={**_HEADERS, **_bare(headers)},
            content=body if isinstance(body, bytes) else json.dumps(_bare(body)).encode(),
        )  # fmt: skip
        async with self._lines_through(way.proxy).take() as line:
            response = await line.client.send(request, stream=True)
            try:
                answer = await _read(response)
                line.answered(response)
                return response.status_code, response.headers, answer
            finally:
                await response.aclose()


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


def _connection_error(error: BaseException, proxy: Secret) -> UploadError:
    through = " " + Sentence("through the proxy {1}", place_of(proxy)) if proxy else ""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return TerminalError(
                Sentence(
                    "The server's certificate cannot be verified{1}; nothing was sent. Check "
                    "the address; if your company looks into TLS, give its certificates: {2}.",
                    through,
                    either("ca_bundle=path, or SSL_CERT_FILE", "set SSL_CERT_FILE"),
                )
            )
        cause = cause.__cause__ or cause.__context__
    # A proxy's refusal begins with its status; what comes behind is the proxy's own words.
    status = str(error)[:3] if isinstance(error, httpx.ProxyError) else ""
    if status in ("401", "407"):
        return TerminalError(
            Sentence(
                "The proxy {1} wants a user and password ({2}); nothing was sent. ",
                place_of(proxy),
                status,
            )
            + either(
                "Give proxy='http://user:password@host:port'.",
                "Set HTTPS_PROXY='http://user:password@host:port'.",
            )
        )
    if status.startswith("4"):
        return TerminalError(
            Sentence(
                "The proxy {1} does not let this through ({2}); nothing was sent. Ask "
                "those who run it to allow PangoCDP's addresses.",
                place_of(proxy),
                status,
            )
        )
    return NotSentError(
        Sentence("No connection to PangoCDP{1} ({2})", through, type(error).__name__)
    )
