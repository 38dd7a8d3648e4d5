"""``confirm`` and ``listen``: what PangoCDP calls back of rows that it received."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pangoprep.commands.arguments import Json, Ledger
from pangoprep.commands.taking import end
from pangoprep.sentence import Sentence

if TYPE_CHECKING:
    from pangoprep.upload import Confirmations


def confirm(
    callback: Annotated[Path, typer.Argument(help="The callback's JSON; one or several.")],
    ledger: Ledger = None,
    json: Json = False,
) -> None:
    """Write into the ledger what PangoCDP called back: rows that are stored, rows that failed."""
    from pangoprep.commands.output import READY, TROUBLE, as_json, tell
    from pangoprep.upload import confirm as take_in

    found = take_in(callback, ledger)
    if json:
        as_json({**vars(found), "runs": list(found.runs)})
    else:
        tell(_told(found))
    end(TROUBLE if found.n_failed else READY)


def listen(
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes a free one.")] = 8078,
    ledger: Ledger = None,
) -> None:
    """Receive PangoCDP's callbacks, until Ctrl-C.

    PANGO_CALLBACK_KEY, or else PANGO_API_KEY, is what their header ApiKey must be.
    """
    from pangoprep.commands.output import tell
    from pangoprep.receiver import listen as begin

    told_to_stop = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    handlers = [signal.signal(number, lambda *_: told_to_stop.set()) for number in signals]
    try:
        with begin(port, ledger=ledger, on_confirmed=lambda found: tell(_told(found))) as listener:
            tell(Sentence("Listening at {1} (Ctrl-C stops it).", listener.url))
            tell(
                "Let what PangoCDP sends to the address you gave it come here; only callbacks with "
                "your ApiKey are taken."
            )
            while not told_to_stop.wait(0.5):  # without an end, Windows would not hear Ctrl-C
                pass
            tell(
                Sentence(
                    "Stopped: {1:,} stored, {2:,} failed.", listener.n_stored, listener.n_failed
                )
            )
    finally:
        for number, handler in zip(signals, handlers, strict=True):
            signal.signal(number, handler)


def _told(found: Confirmations) -> Sentence:
    runs = Sentence("; run {1}", ", ".join(found.runs)) if found.runs else ""
    return found.headline + runs
