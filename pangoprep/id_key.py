"""The key that computed ids are hashed with: in the user's keeping, the same for months.

Whoever has it can find out by trial which phone number an id stands for; whoever loses it cannot
make the same ids again. So it is never made by itself, and never leaves this machine.
"""

from __future__ import annotations

import os
import secrets
from hashlib import blake2b
from pathlib import Path

from pangoprep.argument_checks import path_of, writing
from pangoprep.errors import OptionError
from pangoprep.private_files import make_private, make_private_folder
from pangoprep.sentence import Sentence
from pangoprep.system_errors import reason_of

#: The key itself, or the path of the file that holds it.
KEY_VARIABLE, FILE_VARIABLE = "PANGO_ID_KEY", "PANGO_ID_KEY_FILE"

_SHORTEST = 16  # letters
_KEY_BYTES = 32


class IdKey:
    """A key that no repr, log or traceback shows.

    Examples
    --------
    >>> IdKey("a text of sixteen letters or more")
    IdKey('•••')
    """

    __slots__ = ("_digest",)

    def __init__(self, text: str) -> None:
        self._digest = blake2b(text.encode(), digest_size=64).digest()

    def hasher(self, person: bytes, size: int) -> blake2b:
        """Return a keyed hash to go on from."""
        return blake2b(key=self._digest, digest_size=size, person=person)

    @property
    def name(self) -> str:
        """What tells this key from others, and tells nothing of it."""
        return self.hasher(b"name of key", 4).hexdigest()

    def __repr__(self) -> str:
        return "IdKey('•••')"


def find_id_key(given: str | os.PathLike[str] | None = None) -> IdKey:
    """Return the key: of the file that is given, or else of the environment.

    Parameters
    ----------
    given
        The path of a key file, which wins over ``PANGO_ID_KEY`` and ``PANGO_ID_KEY_FILE``.

    Raises
    ------
    OptionError
        If there is none, or it cannot be used.
    """
    if given is not None:
        return _read(path_of("key_file", given))
    if KEY_VARIABLE in os.environ:
        return _checked(KEY_VARIABLE)
    if path := os.environ.get(FILE_VARIABLE):
        return _read(path_of(FILE_VARIABLE, path))
    raise OptionError(
        Sentence(
            "hash_of needs a key, so that nobody else can tell whose number an id "
            "stands for. Make one once with 'pangoprep id-key id.key', keep it, and "
            "say where it is: {1}=id.key, or key_file beside hash_of. The same key "
            "makes the same ids.",
            FILE_VARIABLE,
        )
    )


def new_id_key(path: str | os.PathLike[str]) -> Path:
    """Make a key for ids and write it to a file that is its owner's alone; return its path.

    Keep the file, with a copy where you keep passwords: without it the same ids cannot be made
    again. See ``{"hash_of": [...]}`` in ``docs/values.md``.

    Raises
    ------
    OptionError
        If there is a file already; a key is never replaced.

    Examples
    --------
    >>> import tempfile
    >>> new_id_key(tempfile.mkdtemp() + "/id.key").name
    'id.key'
    """
    target = path_of("path", path)
    if target.exists():
        raise OptionError(Sentence("{1!r} is there already; a key is never replaced.", target.name))
    with writing(target):
        make_private_folder(target.parent)
        make_private(target)
        target.write_text(secrets.token_hex(_KEY_BYTES) + "\n", encoding="ascii")
    return target


def _read(path: Path) -> IdKey:
    try:
        length = len(path.read_text(encoding="utf-8-sig").strip())
    except OSError as error:
        reason = reason_of(error)
    except UnicodeDecodeError:
        reason = "it is no text"
    else:
        if length >= _SHORTEST:
            return IdKey(path.read_text(encoding="utf-8-sig").strip())
        reason = Sentence("it holds fewer than {1} letters", _SHORTEST)
    raise OptionError(Sentence("The key file {1!r} cannot be used: {2}.", path.name, reason))


def _checked(variable: str) -> IdKey:
    if len(os.environ[variable].strip()) < _SHORTEST:
        raise OptionError(
            Sentence("{1} must hold a key of {2} letters or more.", variable, _SHORTEST)
        )
    return IdKey(os.environ[variable].strip())
