"""Who sends, and where to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pangoprep.errors import InsecureUrlError, OptionError, UsageError
from pangoprep.sentence import Sentence
from pangoprep.upload.http.account import Account, address_of, plain_url
from pangoprep.upload.http.credentials import complete, from_environment, tidy
from pangoprep.upload.http.network import Network, is_host, is_loopback
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

#: The same for version 2 of the API. Source: what a public integration sends.
AUTH_URL_2 = "https://account.mydatalakes.com/api/v1.0/auth-app/{org_id}/authen"
INGEST_URL_2 = "https://svc.mydatalakes.com/dhub-i/api/v2.0/ingest"


class Client:
    """An account of PangoCDP, and how to reach it.

    What is not given is taken from the environment: ``PANGO_USERNAME``, ``PANGO_API_KEY``,
    ``PANGO_CDP_GKEY``, ``PANGO_TOKEN``, ``PANGO_AUTH_URL``, ``PANGO_INGEST_URL``. A token from
    there is used only if no credentials are given here. Version 2 of the API is spoken with what it
    wants: ``PANGO_ORG_ID``, ``PANGO_APP_ID``, ``PANGO_ACCOUNT``, ``PANGO_REFRESH_TOKEN``; if the
    environment has both, version 1 is.

    Parameters
    ----------
    username, api_key, cdp_gkey
        The account's credentials; ``cdp_gkey`` is the organization's key.
    token
        A token instead of username and ``cdp_gkey``. It cannot be renewed: tokens live 30 minutes.
    org_id, app_id, account, refresh_token
        The credentials of version 2 of the API, instead of those above.
    auth_url, ingest_url
        Where tokens come from and rows go to.
    limits
        Windows of seconds -> requests; default: those PangoCDP documents. None: no limits.
    in_flight
        Requests in flight at once.
    proxy
        A proxy to go through, such as ``"http://proxy.example.vn:3128"``, with ``user:password@``
        if it wants them. Default: ``HTTPS_PROXY``, but for what ``NO_PROXY`` names.
    ca_bundle
        A PEM file of certificates to trust instead of the usual ones. Default:
        ``SSL_CERT_FILE`` or ``REQUESTS_CA_BUNDLE``.
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
    OptionError
        If anything else cannot be used, a proxy or certificates for example.

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
        org_id: str | None = None,
        app_id: str | None = None,
        account: str | None = None,
        refresh_token: str | None = None,
        auth_url: str | None = None,
        ingest_url: str | None = None,
        limits: Limits | Mapping[float, int] | None = _DOCUMENTED,
        in_flight: int = IN_FLIGHT,
        proxy: str | None = None,
        ca_bundle: str | os.PathLike[str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
    ) -> None:
        # From here on no local variable holds a bare secret: chatty tracebacks show them all.
        given = {
            "username": Secret(username),
            "api_key": Secret(api_key),
            "cdp_gkey": Secret(cdp_gkey),
            "token": Secret(token),
            "org_id": Secret(org_id),
            "app_id": Secret(app_id),
            "account": Secret(account),
            "refresh_token": Secret(refresh_token),
        }
        rows_to, tokens_from, through = Secret(ingest_url), Secret(auth_url), Secret(proxy)
        del username, api_key, cdp_gkey, token, auth_url, ingest_url, proxy
        del org_id, app_id, account, refresh_token
        known = complete(given)
        self.api_version = known.version
        usual = (AUTH_URL, INGEST_URL)
        if known.version == 2:
            usual = (AUTH_URL_2.format(org_id=known["org_id"].reveal()), INGEST_URL_2)
        self.auth_url = _safe_url(tokens_from or from_environment("PANGO_AUTH_URL"), usual[0])
        self.ingest_url = _safe_url(rows_to or from_environment("PANGO_INGEST_URL"), usual[1])
        self.network = Network([self.auth_url, self.ingest_url], through, ca_bundle)
        windows = {} if limits is None else limits
        self.limits = windows if isinstance(windows, Limits) else Limits(windows)
        self.in_flight = _whole_number("in_flight", in_flight)
        self.transport = transport
        self.clock: Clock = clock or SystemClock()
        self._api_key = known.key
        self._organization = known.organization
        self.tokens = TokenKeeper(known.login, known["token"] or None)

    def __repr__(self) -> str:
        if "tokens" not in vars(self):
            return "Client(not yet complete)"  # what a traceback of this class shows
        windows = self.limits.named(3 if self.limits == _DOCUMENTED else None)
        return f"Client({self.ingest_url!r}, {windows})"

    @property
    def account(self) -> Account:
        """What tells this account from others.

        The organization and the API key: a renewed key keeps the memory of what was sent, and a
        token client is known by the key it shares with a login.
        """
        return Account(address_of(self.ingest_url), self._organization, self._api_key)

    @property
    def api_key(self) -> Secret:
        """The API key, masked unless revealed; in version 2, which has none, the app's id."""
        return self._api_key

    def headers(self, token: Secret) -> dict[str, Secret]:
        """Return what says in a request whose rows it carries."""
        if self.api_version == 1:
            return {"TOKEN": token, "API_KEY": self._api_key}
        return {"OrgId": self._organization, "AccessToken": Secret(f"Bearer {token.reveal()}")}

    def secrets(self) -> list[Secret]:
        """Return everything that must not be shown."""
        return [self._api_key, self._organization, *self.tokens.login.values()]

    @property
    def is_local(self) -> bool:
        """Whether rows go to this machine."""
        return is_loopback(urlsplit(self.ingest_url).hostname or "")


def _whole_number(name: str, given: object) -> int:
    if isinstance(given, int) and not isinstance(given, bool) and given >= 1:
        return given
    raise OptionError(Sentence("{1}={2!r} cannot be used; give 1 or more.", name, given))


def _safe_url(given: Secret, usual: str) -> str:
    # Looked at elsewhere: an address that is refused may hold a password.
    clean = tidy(given) or Secret(usual)
    if (error := _url_error(clean)) is not None:
        raise error
    return plain_url(clean.reveal())


def _url_error(url: Secret) -> UsageError | None:
    if not url.is_text:
        return OptionError("An address must be a text.")
    # Python takes line ends and tabs out of an address without a word.
    if not url.matches(r"[\x21-\x7e]+"):
        return OptionError(
            "An address has spaces, line ends or letters beyond ASCII in it. Copy it once more."
        )
    try:
        parts = urlsplit(url.reveal())
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if (
        not host
        or not is_host(host)
        or parts.scheme not in ("http", "https")
        or parts.query
        or parts.fragment
    ):
        return OptionError("An address must look like https://host/path, without '?' and '#'.")
    if parts.username or parts.password:
        return OptionError("An address cannot hold a user name or password.")
    if parts.scheme == "http" and not is_loopback(host):
        return InsecureUrlError(
            Sentence(
                "http://{1} would carry the token and your data unencrypted. Use https; "
                "plain http is for this machine only.",
                host,
            )
        )
    return None
