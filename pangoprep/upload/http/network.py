"""How PangoCDP is reached: through which proxy, and whose certificates are believed.

Decided once, address by address, when a client is made: a mistake is an error then and not a run
that fails. Proxies of the environment are never asked for this machine's own ports; plain HTTP,
which is for those only, never goes through a proxy at all.
"""

from __future__ import annotations

import os
import re
import ssl
from functools import cached_property
from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from pangoprep.errors import OptionError
from pangoprep.sentence import Sentence
from pangoprep.system_errors import reason_of
from pangoprep.upload.http.tokens import Secret

#: Where to look for certificates to trust, first come first served.
_BUNDLE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_DIR")

_DEFAULT_PORTS = {"https": 443, "http": 80}

_LOOKS = "http://host:port or http://user:password@host:port"


class Network:
    """The ways to some addresses.

    Parameters
    ----------
    urls
        The addresses.
    proxy
        Address of a proxy for those of them that are https; empty: what the environment says.
    ca_bundle
        A PEM file, or a folder of them, to trust instead of the usual certificates; None: what the
        environment says.

    Raises
    ------
    OptionError
        If a proxy or the certificates cannot be used.
    """

    def __init__(
        self, urls: list[str], proxy: Secret, ca_bundle: str | os.PathLike[str] | None
    ) -> None:
        self._uses_tls = any(url.startswith("https:") for url in urls)
        self._proxies = {url: _proxy_for(url, proxy) for url in urls}
        self._bundle = _bundle_of(ca_bundle) if self._uses_tls or ca_bundle is not None else None
        if self._bundle is not None:
            _ = self.certificates  # now, while nothing has begun

    def proxy_for(self, url: str) -> Secret:
        """Return the proxy that leads to one of the addresses; empty if none does."""
        return self._proxies[url]

    @cached_property
    def certificates(self) -> ssl.SSLContext:
        """What says which servers are believed."""
        if not self._uses_tls:
            # Reading the world's certificates takes longer than sending a small frame. Nothing here
            # uses TLS; if something did, it would trust nobody.
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self._bundle is not None:
            return _trusting(*self._bundle)
        import httpx  # a plan does without

        context = httpx.create_ssl_context(trust_env=False)
        context.load_default_certs()  # the system's own: companies put theirs there
        return context


def place_of(proxy: Secret) -> str:
    """Name a proxy without user and password."""
    parts = urlsplit(proxy.reveal())
    return f"{parts.hostname}:{parts.port}"


def is_host(host: str) -> bool:
    """Tell whether a text can be a host's name or address.

    Examples
    --------
    >>> [is_host(host) for host in ("svc.example.vn", "::1", "a..b", "-a")]
    [True, True, False, False]
    """
    try:
        ip_address(host)
    except ValueError:
        label = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
        is_name = re.fullmatch(rf"(?i){label}(?:\.{label})*\.?", host) is not None
        return is_name and len(host) <= 253
    return True


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _proxy_for(url: str, given: Secret) -> Secret:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if given:
        found, name = _checked(given, "proxy"), "proxy"
        return found if parts.scheme == "https" else Secret(None)
    if parts.scheme != "https" or is_loopback(host):
        return Secret(None)
    name, found = _environments_proxy()
    if not found or _is_excepted(host, parts.port or _DEFAULT_PORTS[parts.scheme]):
        return Secret(None)
    return _checked(found, name)


def _environments_proxy() -> tuple[str, Secret]:
    """Return the proxy for https that the environment names, or Windows' and macOS' settings."""
    proxies = getproxies()
    for kind in ("https", "all"):
        if proxies.get(kind):
            return f"{kind.upper()}_PROXY", Secret(proxies[kind])
    return "", Secret(None)


def _is_excepted(host: str, port: int) -> bool:
    """Tell whether NO_PROXY, or the system's list, names a host."""
    listed = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    if any(_names(entry.strip().lower(), host.lower(), port) for entry in listed.split(",")):
        return True
    return bool(proxy_bypass(host))


def _names(entry: str, host: str, port: int) -> bool:
    """Tell whether an entry of NO_PROXY names a host: a name, domain, address, network or ``*``.

    Examples
    --------
    >>> [_names(entry, "svc.cty.vn", 443) for entry in ("cty.vn", ".cty.vn:443", "y.vn", "*")]
    [True, True, False, True]
    """
    if entry == "*":
        return True
    found = re.fullmatch(r"(.*?)(?::([0-9]+))?", entry) if entry.count(":") == 1 else None
    if found and found[2]:
        if int(found[2]) != port:
            return False
        entry = found[1]
    try:
        return ip_address(host) in ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        name = entry.lstrip("*").lstrip(".")
        return bool(name) and (host == name or host.endswith(f".{name}"))


def _checked(proxy: Secret, name: str) -> Secret:
    # Looked at elsewhere: an address that is refused may hold a password.
    error, whole = _looked_at(proxy, name)
    if error is not None:
        raise error
    return whole


def _looked_at(proxy: Secret, name: str) -> tuple[OptionError | None, Secret]:
    """Return what is wrong with a proxy's address, or the address with its scheme and port."""
    wrong = OptionError(Sentence("{1} is no address of a proxy; write it as {2}.", name, _LOOKS))
    if not proxy.is_text or not proxy.matches(r"[\x21-\x7e]+"):
        return wrong, proxy
    text = proxy.reveal()
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return wrong, proxy
    if (
        not host
        or not is_host(host)
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
    ):
        return wrong, proxy
    if parts.scheme in ("socks5", "socks5h"):
        if find_spec("socksio") is None:
            return OptionError(
                Sentence(
                    "{1} is a SOCKS proxy, which needs another package: pip install socksio", name
                )
            ), proxy
    elif parts.scheme not in ("http", "https"):
        return OptionError(
            Sentence(
                "{1} is a proxy of a kind that is not known, {2!r}; give {3}.",
                name,
                parts.scheme,
                _LOOKS,
            )
        ), proxy
    port = port or {"https": 443, "http": 80}.get(parts.scheme, 1080)
    user = parts.netloc.rpartition("@")[0]
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return None, Secret(f"{parts.scheme}://{user}{'@' if user else ''}{place}")


def _bundle_of(given: object) -> tuple[Path, str] | None:
    """Return the certificates to trust instead of the usual, and who names them."""
    if given is not None:
        if not isinstance(given, str | os.PathLike) or not str(given):
            raise OptionError("ca_bundle must be the path of a PEM file with certificates.")
        return Path(given), "ca_bundle"
    for variable in _BUNDLE_VARIABLES:
        if path := os.environ.get(variable):
            return Path(path), variable
    return None


def _trusting(path: Path, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # A company may give the authority that signs, and keep the one above it to itself.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        if path.is_dir():
            context.load_verify_locations(capath=path)
            return context
        context.load_verify_locations(cafile=path)
        reason = "" if context.cert_store_stats()["x509"] else "it holds no certificate"
    except ssl.SSLError:
        reason = "it is no PEM file of certificates"
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "it is no path"
    if not reason:
        return context
    raise OptionError(
        Sentence(
            "{1}={2!r} cannot be used: {3}. Give a PEM file, whose parts begin with "
            "-----BEGIN CERTIFICATE-----.",
            name,
            str(path),
            reason,
        )
    )
