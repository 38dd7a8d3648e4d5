"""``pp.listen``: receive PangoCDP's callbacks, in a thread beside a notebook."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pangoprep.argument_checks import path_of, text_of, whole_number_of
from pangoprep.boundary import verb
from pangoprep.error_words import environment_language
from pangoprep.errors import OptionError, UsageError
from pangoprep.extras import needed_by
from pangoprep.language import language
from pangoprep.upload.confirming.confirm import Confirmations, confirm
from pangoprep.upload.http.tokens import Secret
from pangoprep.upload.ledger.ledger import Ledger
from pangoprep.upload.machine.data_directory import ledger_path

if TYPE_CHECKING:
    from pangoprep.receiver.app import Checksum

#: The variables that may hold the key callbacks carry; the second is the one that sends use.
KEY_VARIABLES = ("PANGO_CALLBACK_KEY", "PANGO_API_KEY")


class Listener:
    """A receiver of callbacks at work; made by `listen`.

    Use it in ``with``, or call `stop`.

    Parameters
    ----------
    url
        Where it listens, on this machine.
    n_stored, n_failed, n_foreign
        Rows confirmed so far, and records of no run of this ledger.
    """

    def __init__(
        self,
        port: int,
        api_key: Secret | None,
        checksum: Checksum | None,
        ledger: str | os.PathLike[str] | None,
        on_confirmed: Callable[[Confirmations], None] | None = None,
    ) -> None:
        self._told = on_confirmed
        self.n_stored = self.n_failed = self.n_foreign = 0
        with needed_by("The receiver of callbacks"):
            from pangoprep.receiver.app import make_app
            from pangoprep.sandbox.server import ServerThread
        with ExitStack() as closing:
            server = ServerThread(port)
            closing.callback(server.close)
            app = make_app(
                lambda callback: confirm(callback, ledger),  # type: ignore[arg-type]
                [api_key] if api_key else [],
                checksum,
                self._count,
            )
            server.start(app, lambda: None)
            closing.callback(server.stop)
            self._closing = closing.pop_all()
        self.url = f"http://127.0.0.1:{server.port}/"

    def _count(self, found: Confirmations) -> None:
        self.n_stored += found.n_stored
        self.n_failed += found.n_failed
        self.n_foreign += found.n_foreign
        if self._told is not None:
            self._told(found)

    def stop(self) -> None:
        """Stop listening; what was received is in the ledger."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        words = language(environment_language())
        counts = {"stored": self.n_stored, "failed": self.n_failed}
        told = words.states(counts) or words("repr.no_callback")
        return f"<Listener {self.url}: {told}>"


@verb
def listen(
    port: int = 0,
    *,
    api_key: str | None = None,
    checksum: Checksum | None = None,
    ledger: str | os.PathLike[str] | None = None,
    on_confirmed: Callable[[Confirmations], None] | None = None,
) -> Listener:
    """Receive PangoCDP's callbacks on this machine and write them into the ledger.

    It listens on 127.0.0.1. For PangoCDP to reach it, a web server or tunnel of yours passes on
    what comes to the address you gave PangoCDP.

    Parameters
    ----------
    port
        0 takes a free one.
    api_key
        What the header ``ApiKey`` of a callback must be. Default: ``PANGO_CALLBACK_KEY`` or
        ``PANGO_API_KEY`` of the environment. There must be one: a callback that anybody can send
        says nothing.
    checksum
        Checks the header ``Checksum``, whose making is not public: a function that takes the
        headers (names in lower case) and the body, and says whether it is right. None: it is not
        looked at.
    ledger
        Path of the ledger; default: the one in the user's data directory.
    on_confirmed
        Called with what each callback said, in the server's thread.

    Raises
    ------
    UsageError
        If there is no key, the port cannot be used, or starlette and uvicorn are missing.

    Examples
    --------
    >>> import pangoprep as pp, tempfile
    >>> with pp.listen(api_key="the key of the callback", ledger=tempfile.mkdtemp() + "/l.db") as l:
    ...     l.n_stored
    0
    """
    whole_number_of("port", port, 0, 65_535)
    if checksum is not None and not callable(checksum):
        raise OptionError("checksum must be a function of headers and body.")
    if ledger is not None:
        path_of("ledger", ledger)
    if api_key is not None:
        text_of("api_key", api_key)
    known = [os.environ.get(name, "").strip() for name in KEY_VARIABLES]
    key = Secret(api_key.strip() if api_key is not None else next(filter(None, known), ""))
    if not key:
        raise UsageError(
            "Callbacks need a key, or anybody could send one: set PANGO_CALLBACK_KEY to what "
            "PangoCDP sends in the header ApiKey."
        )
    Ledger(ledger_path(ledger)).close()  # what is wrong with it is said now
    return Listener(port, key, checksum, ledger, on_confirmed)
