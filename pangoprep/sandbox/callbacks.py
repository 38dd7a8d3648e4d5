"""The queue behind the answer: what becomes of records later, told by callback.

A record is named by its ``refId``; one without is stored as ever, and nothing is told of it.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping, Sequence
from queue import SimpleQueue
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener
from zlib import crc32

from pangoprep.argument_checks import text_of
from pangoprep.errors import OptionError
from pangoprep.sentence import Sentence

REF_ID = "refId"
STORED, NOT_STORED = 200, 101

_TRIES = 3
_TIMEOUT_SECONDS = 10.0


def local_url(name: str, url: str) -> str:
    """Return an address on this machine; the sandbox calls nobody else."""
    text = text_of(name, url)
    parts = urlsplit(text)
    if parts.scheme != "http" or parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise OptionError(
            Sentence("{1} must be on this machine, such as http://127.0.0.1:8078/.", name)
        )
    return text


class Callbacks:
    """Calls back what became of records, in a thread of its own.

    Parameters
    ----------
    url
        Where to.
    api_key
        Sent along as the header ``ApiKey``, as PangoCDP does.
    wait_seconds
        How long records lie in the queue.
    """

    def __init__(self, url: str, api_key: str, wait_seconds: float) -> None:
        self._url, self._api_key, self._wait = url, api_key, wait_seconds
        self._waiting: SimpleQueue[tuple[float, bytes] | None] = SimpleQueue()
        self._stopped = threading.Event()
        self.n_sent = self.n_lost = 0
        self._thread = threading.Thread(target=self._run, name="pangoprep-callbacks", daemon=True)
        self._thread.start()

    def add(self, outcomes: Mapping[str, dict[str, Any]]) -> None:
        """Call back later what became of some records, by their ``refId``."""
        if outcomes:
            body = json.dumps({"data": dict(outcomes)}, ensure_ascii=False).encode()
            self._waiting.put((time.monotonic() + self._wait, body))

    def close(self) -> None:
        """Call back nothing more."""
        self._stopped.set()
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (item := self._waiting.get()) is not None:
            due, body = item
            if self._stopped.wait(max(due - time.monotonic(), 0.0)):
                return
            if self._post(body):
                self.n_sent += 1
            else:
                self.n_lost += 1

    def _post(self, body: bytes) -> bool:
        headers = {"Content-Type": "application/json", "ApiKey": self._api_key}
        request = Request(self._url, body, headers)  # noqa: S310 - checked by the sandbox
        opener = build_opener(ProxyHandler({}))
        for _ in range(_TRIES):
            try:
                with opener.open(request, timeout=_TIMEOUT_SECONDS):
                    return True
            except (URLError, OSError):
                if self._stopped.wait(0.2):
                    return False
        return False


def outcomes_of(
    entries: Sequence[dict[str, Any]], problems: Mapping[int, str]
) -> dict[str, dict[str, Any]]:
    """Say what became of records: by ``refId``, as PangoCDP's callback has it.

    Parameters
    ----------
    entries
        The records of a request, as they came.
    problems
        What is wrong with those that are not stored, by position.
    """
    return {
        str(entry[REF_ID]): {"status": NOT_STORED, "errorMess": problems[position]}
        if position in problems
        else {"status": STORED, "cdpId": f"cdp-{crc32(str(entry[REF_ID]).encode()):08x}"}
        for position, entry in enumerate(entries)
        if type(entry.get(REF_ID)) in (str, int)  # some send the number of their database
    }
