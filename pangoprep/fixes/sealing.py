"""The secret of a fixes file: what its hashes are made with, and its new values sealed."""

from __future__ import annotations

import base64
import json
import secrets
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pangoprep.errors import OptionError
from pangoprep.private_files import make_private
from pangoprep.sentence import Sentence
from pangoprep.system_errors import reason_of

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_SECRET_BYTES = 32
_FOUND_BY_BYTES = 16


class Seal:
    """Hashes and seals with a secret that no repr, log or traceback shows."""

    __slots__ = ("_fernet", "_find", "_open", "tags")

    def __init__(self, secret: bytes) -> None:
        self._find, self._open, tags = (
            blake2b(key=secret, digest_size=32, person=use).digest()
            for use in (b"find", b"seal", b"tag")
        )
        #: Two odd numbers of 64 bits: what first looks are made with, many at a time.
        self.tags = tuple(int.from_bytes(tags[at : at + 8], "little") | 1 for at in (0, 8))
        self._fernet: Fernet | None = None

    @property
    def name(self) -> str:
        """What tells this secret from others, and tells nothing of it."""
        return blake2b(b"name", key=self._find, digest_size=4).hexdigest()

    def found_by(self, kind: str, entity: str, field: str, content: bytes) -> bytes:
        """Return the keyed hash by which a fix is found."""
        place = "\0".join((kind, entity, field, "")).encode()
        return blake2b(place + content, key=self._find, digest_size=_FOUND_BY_BYTES).digest()

    def close(self, value: str | None) -> str:
        """Encrypt a value, and show whether it was changed since."""
        return self._cipher().encrypt(json.dumps(value).encode()).decode("ascii")

    def open(self, sealed: str) -> str | None:
        """Decrypt a value.

        Raises
        ------
        OptionError
            If it was changed, or sealed with another secret.
        """
        from cryptography.fernet import InvalidToken

        try:
            value: str | None = json.loads(self._cipher().decrypt(sealed.encode()))
        except (InvalidToken, ValueError):
            value, is_broken = None, True
        else:
            is_broken = False
        if is_broken:
            raise OptionError("A fix in the fixes file was changed or cut. Take a backup of it.")
        return value

    def _cipher(self) -> Fernet:
        if self._fernet is None:
            from cryptography.fernet import Fernet

            self._fernet = Fernet(base64.urlsafe_b64encode(self._open))
        return self._fernet

    def __repr__(self) -> str:
        return "Seal('•••')"

    def __getstate__(self) -> dict[str, Any]:
        return {"find": self._find, "open": self._open, "tags": self.tags}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._find, self._open, self.tags = state["find"], state["open"], state["tags"]
        self._fernet = None


def key_path(path: Path) -> Path:
    """Return where the key of a fixes file is: beside it, and not in it."""
    return path.with_name(path.name + ".key")


def new_secret() -> bytes:
    """Return what a new fixes file is sealed with."""
    return secrets.token_bytes(_SECRET_BYTES)


def seal_of(path: Path) -> Seal:
    """Return the seal of a fixes file.

    Raises
    ------
    OptionError
        If its key cannot be read.
    """
    key = key_path(path)
    try:
        secret = key.read_bytes()
        make_private(key)  # it may have been copied here
    except OSError as error:
        reason = reason_of(error)
    else:
        if len(secret) == _SECRET_BYTES:
            return Seal(secret)
        reason = "it has the wrong length"
    raise OptionError(
        Sentence(
            "The key {1!r} of the fixes file {2!r} cannot be used: {3}. Put it back "
            "beside the file; without it nobody can read the fixes.",
            key.name,
            path.name,
            reason,
        )
    )
