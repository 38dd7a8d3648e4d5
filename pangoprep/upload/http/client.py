"""Who sends, and where to."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pangoprep.errors import CredentialsMissingError, InsecureUrlError, OptionError
from pangoprep.upload.http.tokens import Secret, TokenKeeper
from pangoprep.upload.limits.limits import Limits
from pangoprep.upload.machine.clock import Clock, SystemClock

if TYPE_CHECKING:
    import httpx

AUTH_URL = "https://account.mydatalakes.com/api/accounts/authen"
INGEST_URL = "https://svc.mydatalakes.com/dhub-i/api/v1.0/ingest"

#: Requests in flight at once: enough for 50 a second at answers of 0.3 s.
IN_FLIGHT = 16

_DOCUMENTED = Limits()


class Client:
    """An account of PangoCDP, and how to reach it.

    What is not given is taken from the environment: ``PANGO_USERNAME``, ``PANGO_API_KEY``,
    ``PANGO_CDP_GKEY``, ``PANGO_TOKEN``, ``PANGO_AUTH_URL``, ``PANGO_INGEST_URL``. A token from
    there is used only if no credentials are given here.

    Parameters
    ----------
    username, api_key, cdp_gkey
        The account's credentials; ``cdp_gkey`` is the organization's key.
    token
        A token instead of username and ``cdp_gkey``. It cannot be renewed: tokens live 30 minutes.
    auth_url, ingest_url
        Where tokens come from and rows go to.
    limits
        Windows of seconds -> requests; default: those PangoCDP documents. None: no limits.
    in_flight
        Requests in flight at once.
    transport
        An httpx transport instead of the network.
    clock
        A clock instead of the machine's.

    Raises
    ------
    CredentialsMissingError
        If something needed is neither given nor in the environment.
    InsecureUrlError
        If an address is plain HTTP and not on this machine.

    Examples
    --------
    >>> Client(token="t", api_key="k", ingest_url="http://localhost:8077/ingest")
    Client('http://localhost:8077/ingest', Limits(50/1s, 1,000/60s, 5,000/300s, ...))
    """

    def __init__(
        self,
        *,
        username: str | None = None,
        api_key: str | None = None,
        cdp_gkey: str | None = None,
        token: str | None = None,
        auth_url: str | None = None,
        ingest_url: str | None = None,
        limits: Limits | Mapping[float, int] | None = _DOCUMENTED,
        in_flight: int = IN_FLIGHT,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
    ) -> None:
        given = [username, api_key, cdp_gkey, token]
        if token is None and not any(given):
            token = os.environ.get("PANGO_TOKEN")
        username = username or os.environ.get("PANGO_USERNAME")
        api_key = api_key or os.environ.get("PANGO_API_KEY")
        cdp_gkey = cdp_gkey or os.environ.get("PANGO_CDP_GKEY")
        _require_credentials(username, api_key, cdp_gkey, token)
        self.auth_url = _safe_url(auth_url or os.environ.get("PANGO_AUTH_URL") or AUTH_URL)
        self.ingest_url = _safe_url(ingest_url or os.environ.get("PANGO_INGEST_URL") or INGEST_URL)
        self.limits = _limits(limits)
        if in_flight < 1:
            raise OptionError(f"in_flight={in_flight!r} cannot be used; give 1 or more.")
        self.in_flight = in_flight
        self.transport = transport
        self.clock: Clock = clock or SystemClock()
        self._api_key = Secret(api_key or "")
        self._account = Secret(cdp_gkey or api_key or "")
        login = {"username": username, "apiKey": api_key, "cdpGKey": cdp_gkey}
        self.tokens = TokenKeeper(
            {name: Secret(value) for name, value in login.items() if value}, token
        )

    def __repr__(self) -> str:
        windows = repr(self.limits)
        if self.limits == _DOCUMENTED:
            windows = windows.split(", 50,000")[0] + ", ...)"
        return f"Client({self.ingest_url!r}, {windows})"

    @property
    def account(self) -> tuple[str, ...]:
        """What tells this account from others; to be hashed, never shown.

        The organization, so that a renewed API key keeps the memory of what was sent.
        """
        return (self.ingest_url, self._account.reveal())

    @property
    def api_key(self) -> Secret:
        """The API key, masked unless revealed."""
        return self._api_key

    def secrets(self) -> list[str]:
        """Return everything that must not be shown, longest first."""
        known = (self._api_key, self._account, *self.tokens.login.values())
        return sorted((secret.reveal() for secret in known), key=len, reverse=True)

    @property
    def is_local(self) -> bool:
        """Whether rows go to this machine."""
        return _is_loopback(urlsplit(self.ingest_url).hostname or "")


def _require_credentials(
    username: str | None, api_key: str | None, cdp_gkey: str | None, token: str | None
) -> None:
    needed = {"api_key (PANGO_API_KEY)": api_key}
    if not token:
        needed["username (PANGO_USERNAME)"] = username
        needed["cdp_gkey (PANGO_CDP_GKEY)"] = cdp_gkey
    if missing := [name for name, value in needed.items() if not value]:
        raise CredentialsMissingError(
            f"To send, PangoCDP needs {', '.join(missing)}: give them to pp.Client(...) or set "
            "them in the environment. To practice without an account, use "
            "'with pp.Sandbox() as cdp:' and client=cdp.client()."
        )
    for name, value in {"api_key": api_key, "token": token}.items():
        # Both travel as headers; a stray line end from copying would be refused without a reason.
        if value and not re.fullmatch(r"[\x21-\x7e]+", value):
            raise OptionError(
                f"{name} has spaces, line ends or letters beyond ASCII in it. Copy it once more."
            )


def _limits(given: Limits | Mapping[float, int] | None) -> Limits:
    if isinstance(given, Limits):
        return given
    return Limits(given or {})


def _safe_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
        raise OptionError("An address must look like https://host/path, without '?' and '#'.")
    if parts.username or parts.password:
        raise OptionError("An address cannot hold a user name or password.")
    if parts.scheme == "http" and not _is_loopback(host):
        raise InsecureUrlError(
            f"http://{host} would carry the token and your data unencrypted. Use https; plain "
            "http is for this machine only."
        )
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
