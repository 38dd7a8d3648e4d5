"""Where a send can go: PangoCDP for real, or one on this machine for practice."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit

from pangoprep.call_words import either
from pangoprep.errors import CredentialsMissingError, UsageError
from pangoprep.sandbox import Fault, Sandbox
from pangoprep.studio.messages import Answer
from pangoprep.studio.words import StudioWords
from pangoprep.upload import Client

#: So many rows come back, where the PangoCDP for practice is to refuse some.
N_REFUSED = 3


class Targets:
    """Gives the client that sends to a target.

    Parameters
    ----------
    client
        Who sends; None: from the environment for real, and a sandbox of its own for practice.
    words
        The language.
    """

    def __init__(self, client: Client | None, words: StudioWords) -> None:
        self._client, self._words = client, words
        self._sandbox: Sandbox | None = None

    def client_for(self, target: str) -> Client:
        """Return who sends to a target.

        Raises
        ------
        UsageError
            If there is no such target here.
        """
        given = self._given()
        if target == "practice":
            if given is not None and given.is_local:
                return given
            if self._sandbox is None:
                self._sandbox = Sandbox().start()
            return self._sandbox.client()
        if target == "real" and given is not None and not given.is_local:
            return given
        raise UsageError(self._no_credentials)

    def was_sent_nothing(self, target: str) -> bool:
        """Whether a target is a PangoCDP for practice that is still to be started."""
        return target == "practice" and self.is_own_practice and self._sandbox is None

    @property
    def is_own_practice(self) -> bool:
        """Whether the PangoCDP for practice is the studio's own: it does as the studio says."""
        given = self._given()
        return given is None or not given.is_local

    def refuse(self, bodies: Iterable[bytes], key: Iterable[str]) -> None:
        """Have the studio's own PangoCDP refuse the first rows of some requests.

        Parameters
        ----------
        bodies
            The bodies of the requests.
        key
            The fields that tell a row from the others.
        """
        if self._sandbox is None:
            return
        entries = itertools.chain(*(json.loads(body)["entries"] for body in bodies))
        names = [*key]
        told = (next((str(one[name]) for name in names if name in one), "") for one in entries)
        refused = itertools.islice(dict.fromkeys(filter(None, told)), N_REFUSED)
        self._sandbox.faults[:] = [Fault("poison", key=one) for one in refused]

    def take_all(self) -> None:
        """Have the studio's own PangoCDP refuse nothing any more."""
        if self._sandbox is not None:
            self._sandbox.faults.clear()

    def _given(self) -> Client | None:
        if self._client is None:
            with suppress(CredentialsMissingError):
                self._client = Client()
        return self._client

    @property
    def _no_credentials(self) -> str:
        key = "send.no_credentials.python"
        if self._client is not None:  # one of this machine
            key = "send.no_credentials.local"
        return self._words(either(key, "send.no_credentials"))

    def listed(self) -> list[Answer]:
        """Return the targets as a page shows them."""
        words, given = self._words, self._given()
        is_real = given is not None and not given.is_local
        host = urlsplit(given.ingest_url).hostname if given is not None and is_real else ""
        return [
            {
                "name": "practice",
                "label": words("send.practice"),
                "text": words("send.practice.text"),
                "large": words("send.practice.large"),
                "there": True,
            },
            {
                "name": "real",
                "label": words("send.real"),
                "text": host if is_real else self._no_credentials,
                "large": words("send.real.large", host=host),
                "there": is_real,
            },
        ]
