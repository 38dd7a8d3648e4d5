"""``login``: credentials from the environment or the system's keyring, never from arguments."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typer

from pangoprep.commands.output import READY, say
from pangoprep.errors import CredentialsMissingError, UsageError
from pangoprep.extras import missing
from pangoprep.id_key import FILE_VARIABLE, new_id_key
from pangoprep.upload import Client

_SERVICE = "pangoprep"
_NAMES = {"username": "User name", "api_key": "API key", "cdp_gkey": "Organization key (cdpGKey)"}
_VARIABLES = ("PANGO_USERNAME", "PANGO_API_KEY", "PANGO_CDP_GKEY", "PANGO_TOKEN")


def client_of(*, required: bool) -> Client | None:
    """Return the client of the environment, or else of the keyring.

    Raises
    ------
    CredentialsMissingError
        If credentials are required and there are none.
    """
    try:
        if any(os.environ.get(name) for name in _VARIABLES):
            return Client()
        kept = _kept()
        return Client(
            username=kept.get("username"),
            api_key=kept.get("api_key"),
            cdp_gkey=kept.get("cdp_gkey"),
        )
    except CredentialsMissingError:
        if not required:
            return None
    raise CredentialsMissingError(
        "PangoCDP needs credentials. Keep them in the system's keyring with 'pangoprep login', or "
        "set PANGO_USERNAME, PANGO_API_KEY and PANGO_CDP_GKEY. To practice without an account, "
        "add --sandbox."
    )


def login(*, forget: bool) -> int:
    """Ask for credentials and keep them in the keyring, or forget them."""
    keyring = _keyring()
    for name, label in _NAMES.items():
        if forget:
            if keyring.get_password(_SERVICE, name) is not None:
                keyring.delete_password(_SERVICE, name)
            continue
        value = typer.prompt(label, hide_input=name != "username", err=True).strip()
        if not value:
            raise UsageError(f"{label} is empty; nothing was kept.")
        keyring.set_password(_SERVICE, name, value)
    say("Forgotten." if forget else "Kept in the system's keyring. 'pangoprep send' uses it.")
    return READY


def make_id_key(path: Path) -> int:
    """Write a new key for computed ids."""
    new_id_key(path)
    say(f"Key written: {path}. Keep it, with a copy where you keep passwords: without it the same")
    say(f"ids cannot be made again. Say where it is with {FILE_VARIABLE}={path}")
    return READY


def _kept() -> dict[str, str]:
    if find_spec("keyring") is None:
        return {}
    import keyring
    from keyring.errors import KeyringError

    try:
        found = {name: keyring.get_password(_SERVICE, name) for name in _NAMES}
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
