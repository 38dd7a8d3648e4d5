"""Whose rows and requests they are: one account under all the names it goes by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

from pangoprep.upload.http.tokens import Secret

_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")

_USUAL_PORTS = {"http": 80, "https": 443}

# Beside white space: what copying from web pages and chats brings along.
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"


@dataclass(frozen=True, slots=True)
class Account:
    """An organization at an address, as far as a client's credentials tell.

    A login names the organization and the API key, a token client perhaps only the API key. Who
    keeps books by account learns from the first which key belongs to which organization.

    Parameters
    ----------
    address
        Where rows go, in the one form that tells addresses apart.
    organization
        The organization's key; empty if it is not known.
    api_key
        The API key.
    """

    address: str
    organization: Secret
    api_key: Secret

    @property
    def names(self) -> list[tuple[str | Secret, ...]]:
        """What it can be known by, the lasting one first; to be hashed, never shown."""
        every = (self.organization, self.api_key)
        return [(self.address, secret) for secret in every if secret]


def without_strays(text: str) -> str:
    r"""Take away what copying leaves around a text: white space, line ends, invisible signs.

    Examples
    --------
    >>> without_strays(" key-1\r\n\u200b")
    'key-1'
    """
    stripped = text.strip().strip(_INVISIBLE)
    return text if stripped == text else without_strays(stripped)


def plain_url(url: str) -> str:
    """Write an address in one form: host in small letters, no usual port, no stroke at its end.

    Nor has it dot segments, or escapes of letters that need none.
    Source: RFC 3986, 6.2.2 (https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2).

    Examples
    --------
    >>> plain_url("HTTPS://Svc.Example.vn:443/ingest/")
    'https://svc.example.vn/ingest'
    >>> plain_url("https://example.vn/v1/./x/../%69ngest%2f")
    'https://example.vn/v1/ingest%2F'
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    has_port = parts.port is not None and parts.port != _USUAL_PORTS.get(parts.scheme)
    place = f"{host}:{parts.port}" if has_port else host
    kept: list[str] = []
    for segment in _ESCAPE.sub(_as_it_must_be, parts.path).split("/"):
        if segment == "..":
            kept = [*kept[:1], *kept[1:-1]]
        elif segment != ".":
            kept.append(segment)
    return urlunsplit((parts.scheme, place, "/".join(kept).rstrip("/"), "", ""))


def _as_it_must_be(escape: re.Match[str]) -> str:
    letter = chr(int(escape[1], 16))
    is_plain = letter.isascii() and (letter.isalnum() or letter in "-._~")
    return letter if is_plain else escape[0].upper()


def address_of(url: str) -> str:
    """Return what tells an address from others: this machine goes by several names.

    Examples
    --------
    >>> address_of("http://127.0.0.1:8077/ingest/") == address_of("http://localhost:8077/ingest")
    True
    """
    parts = urlsplit(plain_url(url))
    host = parts.hostname or ""
    try:
        is_this_machine = ip_address(host).is_loopback
    except ValueError:
        is_this_machine = host == "localhost"
    if not is_this_machine:
        return urlunsplit(parts)
    place = "localhost" if parts.port is None else f"localhost:{parts.port}"
    return urlunsplit((parts.scheme, place, parts.path, "", ""))
