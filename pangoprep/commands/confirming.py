"""``confirm`` and ``listen``: what PangoCDP calls back of rows that it received."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

from pangoprep.commands.output import READY, TROUBLE, as_json, say
from pangoprep.receiver import listen
from pangoprep.upload import Confirmations, confirm


def confirm_file(callback: Path, ledger: Path | None, *, json: bool) -> int:
    """Write a callback into the ledger and say what it says."""
    found = confirm(callback, ledger)
    if json:
        as_json({**vars(found), "runs": list(found.runs)})
    else:
        say(_told(found))
    return TROUBLE if found.n_failed else READY


def listen_until_stopped(port: int, ledger: Path | None) -> None:
    """Receive callbacks until Ctrl-C or SIGTERM, and say what each says."""
    told_to_stop = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    handlers = [signal.signal(number, lambda *_: told_to_stop.set()) for number in signals]
    try:
        with listen(port, ledger=ledger, on_confirmed=lambda found: say(_told(found))) as listener:
            say(f"Listening at {listener.url} (Ctrl-C stops it). Let what PangoCDP sends to the")
            say("address you gave it come here; only callbacks with your ApiKey are taken.")
            while not told_to_stop.wait(0.5):  # without an end, Windows would not hear Ctrl-C
                pass
            say(f"Stopped: {listener.n_stored:,} stored, {listener.n_failed:,} failed.")
    finally:
        for number, handler in zip(signals, handlers, strict=True):
            signal.signal(number, handler)


def _told(found: Confirmations) -> str:
    runs = f"; run {', '.join(found.runs)}" if found.runs else ""
    return f"{found!r}"[len("<Confirmations: ") : -1] + runs
