"""What a callback of PangoCDP's says, however it was received."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pangoprep.argument_checks import path_of
from pangoprep.errors import UsageError
from pangoprep.sentence import Sentence
from pangoprep.system_errors import reason_of

#: The status of a record that was written. Source: the help center's page about the callback.
STORED = 200

_WANTED = '{"data": {"<refId>": {"status": 200, "cdpId": "..."}}}'

#: What a callback is called that lies in no file.
_BODY = Sentence("The callback")


@dataclass(frozen=True, slots=True)
class CallbackRecord:
    """What a callback says of one record: its ``refId``, its status, PangoCDP's words."""

    ref_id: str
    status: int
    words: str

    @property
    def is_stored(self) -> bool:
        """Whether the record was written."""
        return self.status == STORED


def read_callbacks(given: object) -> tuple[list[CallbackRecord], int]:
    """Read one callback or several.

    Parameters
    ----------
    given
        A callback as a mapping, a list of them, their JSON as text or bytes, or the path of a file
        that holds one, a list, or one in each line.

    Returns
    -------
    outcomes, n_unreadable
        What is said of records, and of how many nothing could be read.

    Raises
    ------
    UsageError
        If it is no callback at all.
    """
    outcomes: list[CallbackRecord] = []
    n_unreadable = 0
    for callback in _callbacks(given):
        data = callback.get("data") if isinstance(callback, Mapping) else None
        if not isinstance(data, Mapping):
            raise UsageError(
                Sentence("This is no callback of PangoCDP's, which looks like {1}.", _WANTED)
            )
        for ref_id, said in data.items():
            outcome = _outcome(str(ref_id), said)
            if outcome is None:
                n_unreadable += 1
            else:
                outcomes.append(outcome)
    return outcomes, n_unreadable


def _outcome(ref_id: str, said: object) -> CallbackRecord | None:
    status = said.get("status") if isinstance(said, Mapping) else None
    if isinstance(status, str) and status.strip().isdecimal():
        status = int(status)
    if not isinstance(said, Mapping) or not isinstance(status, int) or isinstance(status, bool):
        return None
    # The help page's table calls it errorMessage, its sample errorMess.
    found = (said.get(name) for name in ("errorMess", "errorMessage", "message"))
    words = next((text for text in found if isinstance(text, str) and text), "")
    return CallbackRecord(ref_id, status, words)


def _callbacks(given: object) -> Iterator[Any]:
    if isinstance(given, Mapping):
        yield given
    elif isinstance(given, list | tuple):
        yield from given
    elif isinstance(given, bytes | bytearray):
        yield from _from_text(_decoded(bytes(given), _BODY), _BODY)
    elif isinstance(given, str) and given.lstrip().startswith(("{", "[")):
        yield from _from_text(given, _BODY)
    elif isinstance(given, str | os.PathLike):
        path = path_of("callback", given)
        try:
            content = path.read_bytes()
        except OSError as error:
            reason = reason_of(error)
            raise UsageError(
                Sentence("{1} cannot be read: {2}.", repr(path.name), reason)
            ) from None
        yield from _from_text(_decoded(content, repr(path.name)), repr(path.name))
    else:
        raise UsageError(
            Sentence(
                "A callback must be the path of its JSON or the JSON itself, such as {1}.", _WANTED
            )
        )


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    raise UsageError(Sentence("{1} cannot be read: {2}.", name, Sentence("it is not UTF-8")))


def _from_text(text: str, name: str) -> Iterator[Any]:
    for whole in (True, False):
        texts = [text] if whole else [line for line in text.splitlines() if line.strip()]
        try:
            found = [json.loads(one) for one in texts]
        except (ValueError, RecursionError):
            continue
        yield from found[0] if whole and isinstance(found[0], list) else found
        return
    raise UsageError(Sentence("{1} is no JSON. A callback looks like {2}.", name, _WANTED))
