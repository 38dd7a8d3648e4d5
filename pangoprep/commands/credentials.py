"""``login``: credentials from the environment or the system's keyring, never from arguments."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typer

from pangoprep.commands.output import READY, tell
from pangoprep.errors import CredentialsMissingError, UsageError
from pangoprep.extras import missing
from pangoprep.id_key import FILE_VARIABLE, new_id_key
from pangoprep.sentence import Sentence
from pangoprep.upload import Client
from pangoprep.upload.http.credentials import VARIABLES

_SERVICE = "pangoprep"
_NAMES = {"username": "User name", "api_key": "API key", "cdp_gkey": "Organization key (cdpGKey)"}
_NAMES_2 = {"org_id": "Organization id", "app_id": "App id", "account": "Account",
            "refresh_token": "Refresh token"}  # fmt: skip
_SHOWN = ("username", "org_id", "account")
_VARIABLES = [variable for names in VARIABLES.values() for variable in names.values()]


def client_of(*, required: bool, goes_on: bool = False) -> Client | None:
    """Return the client of the environment, or else of the keyring.

    Parameters
    ----------
    required
        Whether there must be one.
    goes_on
        Whether it goes on with a run that was begun before.

    Raises
    ------
    CredentialsMissingError
        If credentials are required and there are none.
    """
    try:
        if any(os.environ.get(name) for name in _VARIABLES):
            return Client()
        kept = _kept()
        names = _NAMES_2 if "refresh_token" in kept else _NAMES
        known: dict[str, Any] = {name: kept.get(name) for name in names}
        return Client(**known)
    except CredentialsMissingError:
        if not required:
            return None
    if goes_on:
        raise CredentialsMissingError(
            "The run goes on with the credentials that it was begun with: 'pangoprep login', or "
            "PANGO_USERNAME, PANGO_API_KEY and PANGO_CDP_GKEY. One that was begun with "
            "--sandbox-path needs that again. One that was begun with --sandbox alone ended with "
            "its PangoCDP: send the file again."
        )
    raise CredentialsMissingError(
        "PangoCDP needs credentials. Keep them in the system's keyring with 'pangoprep login', or "
        "set PANGO_USERNAME, PANGO_API_KEY and PANGO_CDP_GKEY. To practice without an account, "
        "add --sandbox."
    )


def login(*, forget: bool, version: int = 1) -> int:
    """Ask for the credentials of a version of the API and keep them in the keyring, or forget.

    Those of the other version are forgotten: one account is kept.
    """
    if version not in VARIABLES:
        raise UsageError(Sentence("--api-version {1} cannot be used; give 1 or 2.", version))
    keyring = _keyring()
    asked = {} if forget else (_NAMES, _NAMES_2)[version - 1]
    values = {}
    for name, label in asked.items():
        values[name] = typer.prompt(label, hide_input=name not in _SHOWN, err=True).strip()
        if not values[name]:
            raise UsageError(Sentence("{1} is empty; nothing was kept.", label))
    for name in _NAMES | _NAMES_2:
        if name in values:
            keyring.set_password(_SERVICE, name, values[name])
        elif keyring.get_password(_SERVICE, name) is not None:
            keyring.delete_password(_SERVICE, name)
    tell("Forgotten." if forget else "Kept in the system's keyring. 'pangoprep send' uses it.")
    return READY


def make_id_key(path: Path) -> int:
    """Write a new key for computed ids."""
    new_id_key(path)
    tell(Sentence("Key written: {1}.", path))
    tell(
        "Keep it, with a copy where you keep passwords: without it the same ids cannot be made "
        "again."
    )
    tell(Sentence("Say where it is with {1}={2}", FILE_VARIABLE, path))
    return READY


def _kept() -> dict[str, str]:
    if find_spec("keyring") is None:
        return {}
    import keyring
    from keyring.errors import KeyringError

    try:
        found = {name: keyring.get_password(_SERVICE, name) for name in _NAMES | _NAMES_2}
    except KeyringError:
        return {}
    return {name: value for name, value in found.items() if value}


def _keyring() -> Any:
    if find_spec("keyring") is None:
        raise missing("Keeping credentials needs", "keyring", "login")
    import keyring
    from keyring.backends.fail import Keyring as NoKeyring

    if isinstance(keyring.get_keyring(), NoKeyring):
        raise UsageError(
            "This machine has no keyring. Set PANGO_USERNAME, PANGO_API_KEY and PANGO_CDP_GKEY "
            "in the environment instead."
        )
    return keyring
