"""What an account is known by: given, or in the environment, for one of the API's two versions.

Version 1 takes a user name, an API key and the organization's key; version 2 an organization, an
app, an account and a refresh token. Which one it is follows from what there is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from pangoprep import call_words as how
from pangoprep.errors import CredentialsMissingError, OptionError
from pangoprep.sentence import Sentence
from pangoprep.upload.http.account import without_strays
from pangoprep.upload.http.tokens import Secret

#: What there is to give, by the API's version -> the variable of the environment.
VARIABLES: Mapping[int, Mapping[str, str]] = {
    1: {
        "username": "PANGO_USERNAME",
        "api_key": "PANGO_API_KEY",
        "cdp_gkey": "PANGO_CDP_GKEY",
        "token": "PANGO_TOKEN",
    },
    2: {
        "org_id": "PANGO_ORG_ID",
        "app_id": "PANGO_APP_ID",
        "account": "PANGO_ACCOUNT",
        "refresh_token": "PANGO_REFRESH_TOKEN",
    },
}
# What the token endpoints call them.
_API_NAMES = {
    "username": "username",
    "api_key": "apiKey",
    "cdp_gkey": "cdpGKey",
    "app_id": "appId",
    "account": "account",
    "refresh_token": "refreshToken",
}
# They travel as headers or in an address; a stray line end would be refused without a reason.
_PLAIN = ("api_key", "token", "refresh_token")
_IN_ADDRESS = r"[A-Za-z0-9._~-]+"


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account's credentials, complete.

    Parameters
    ----------
    version
        Of the API: 1 or 2.
    secrets
        By our names; those that are not there are empty.
    """

    version: int
    secrets: Mapping[str, Secret]

    def __getitem__(self, name: str) -> Secret:
        return self.secrets.get(name, Secret(None))

    @property
    def login(self) -> dict[str, Secret]:
        """What a token is asked for with, by the API's names."""
        return {api: self[name] for name, api in _API_NAMES.items() if self[name]}

    @property
    def organization(self) -> Secret:
        """Whose rows they are."""
        return self["cdp_gkey"] if self.version == 1 else self["org_id"]

    @property
    def key(self) -> Secret:
        """What an account is known by beside its organization."""
        return self["api_key"] if self.version == 1 else self["app_id"]


def from_environment(variable: str) -> Secret:
    """Return what a variable holds, without what copying leaves around it."""
    return tidy(Secret(os.environ.get(variable)))


def tidy(secret: Secret) -> Secret:
    """Take away what copying leaves around a text."""
    return Secret(without_strays(secret.reveal())) if secret.is_text else secret


def complete(given: Mapping[str, Secret]) -> Credentials:
    """Fill up what is not given from the environment, and check it all.

    Raises
    ------
    CredentialsMissingError
        If something is neither given nor in the environment.
    OptionError
        If something cannot be used, or two versions of the API are mixed.
    """
    own = {name: tidy(secret) for name, secret in given.items()}
    version = _version(own)
    names = VARIABLES[version]
    found = {name: own[name] or from_environment(variable) for name, variable in names.items()}
    if version == 1 and not own["token"] and any(own.values()):
        found["token"] = own["token"]  # another account's is not to be mixed in
    for name, secret in found.items():
        if not secret.is_text:
            raise OptionError(Sentence("{1} must be a text.", name))
    _check(version, found)
    return Credentials(version, found)


def _version(own: Mapping[str, Secret]) -> int:
    given = {version: [n for n in names if own[n]] for version, names in VARIABLES.items()}
    if given[1] and given[2]:
        raise OptionError(
            Sentence(
                "{1} is of version 1 of the API, {2} of version 2. Give {3}, or {4}.",
                given[1][0],
                given[2][0],
                ", ".join(VARIABLES[1]),
                ", ".join(VARIABLES[2]),
            )
        )
    if given[1] or given[2]:
        return 1 if given[1] else 2
    there = {v: any(map(from_environment, names.values())) for v, names in VARIABLES.items()}
    return 2 if there[2] and not there[1] else 1


def _check(version: int, found: Mapping[str, Secret]) -> None:
    needed = [*VARIABLES[version]]
    if version == 1:
        needed = ["api_key"] if found["token"] else ["username", "api_key", "cdp_gkey"]
    told = [f"{name} ({VARIABLES[version][name]})" for name in needed if not found[name]]
    if told:
        needs = ", ".join(told)
        raise CredentialsMissingError(
            how.either(
                Sentence(
                    "To send, PangoCDP needs {1}: give them to pp.Client(...) or set them in the "
                    "environment. To practice without an account, use 'with pp.Sandbox() as cdp:' "
                    "and client=cdp.client().",
                    needs,
                ),
                Sentence(
                    "To send, PangoCDP needs {1}: set them in the environment, or keep them with "
                    "'pangoprep login'. To practice without an account, add --sandbox.",
                    needs,
                ),
            )
        )
    for name in _PLAIN:
        if found.get(name) and not found[name].matches(r"[\x21-\x7e]+"):
            raise OptionError(
                Sentence(
                    "{1} has spaces, line ends or letters beyond ASCII in it. Copy it once more.",
                    name,
                )
            )
    if version == 2 and not found["org_id"].matches(_IN_ADDRESS):
        raise OptionError(
            "org_id may have letters, digits, '-', '_', '.' and '~' only. Copy it once more."
        )
