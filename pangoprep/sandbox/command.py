"""The command ``pangoprep sandbox``."""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from pangoprep.sandbox.faults import Fault
from pangoprep.sandbox.sandbox import Sandbox
from pangoprep.sandbox.windows import DOCUMENTED_LIMITS, span_in_words


def run(
    *,
    port: int,
    path: Path | None,
    no_limits: bool,
    faults: Sequence[str],
    entities: Sequence[Any] = (),
    **queue: Any,
) -> None:
    """Serve until Ctrl-C or SIGTERM.

    Parameters
    ----------
    port, path
        As for `Sandbox`.
    no_limits
        Lift the rate limits.
    faults
        Faults as `Fault.from_text` reads them.
    entities
        Object types of the user's own.
    **queue
        ``callback_url``, ``missing_fields`` and ``max_body_bytes``, as for `Sandbox`.
    """
    cdp = Sandbox(
        limits=None if no_limits else DOCUMENTED_LIMITS,
        faults=[Fault.from_text(text) for text in faults],
        path=path,
        port=port,
        entities=entities,
        **queue,
    )
    told_to_stop = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    handlers = [signal.signal(number, lambda *_: told_to_stop.set()) for number in signals]
    try:
        with cdp:
            typer.echo(_welcome(cdp, path))
            while not told_to_stop.wait(0.5):  # without an end, Windows would not hear Ctrl-C
                pass
            typer.echo(f"\nStopped: {cdp.counts}.")
    finally:
        for number, handler in zip(signals, handlers, strict=True):
            signal.signal(number, handler)


def _welcome(cdp: Sandbox, path: Path | None) -> str:
    own = cdp.client_settings
    variables = {
        "PANGO_USERNAME": own["username"],
        "PANGO_API_KEY": own["api_key"],
        "PANGO_CDP_GKEY": own["cdp_gkey"],
        "PANGO_AUTH_URL": own["auth_url"],
        "PANGO_INGEST_URL": own["ingest_url"],
    }
    other = cdp.client_settings_of_version_2
    variables_2 = {
        f"PANGO_{name.upper()}": other[name]
        for name in ("org_id", "app_id", "account", "refresh_token", "auth_url", "ingest_url")
    }
    windows = (cdp.limits or {}).items()
    limits = ", ".join(f"{n:,} in {span_in_words(seconds)}" for seconds, n in windows)
    lines = [
        f"PangoCDP sandbox: {cdp.url}/ (open it to see what arrives)",
        f"Limits: {limits or 'lifted'}",
        *(f"Goes wrong: {fault!r}" for fault in cdp.faults),
        f"Store: {path or 'temporary'}",
        "",
        "To send to it, set these (a practice account, good for nothing else):",
        *(f"export {name}={value}" for name, value in variables.items()),
        "",
        "Or these, for version 2 of the API:",
        *(f"export {name}={value}" for name, value in variables_2.items()),
        "",
        "Ctrl-C stops it.",
    ]
    return "\n".join(lines)
