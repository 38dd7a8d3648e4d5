"""``studio``: fix a file by looking, in the browser of this machine."""

from __future__ import annotations

import signal
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pangoprep.commands.kept_steps import KeptSteps
from pangoprep.commands.output import note, tell
from pangoprep.errors import UsageError
from pangoprep.large.request import FileRequest
from pangoprep.sentence import Sentence
from pangoprep.studio.local_page import LocalPage
from pangoprep.studio.session import Session
from pangoprep.workbench import Workbench


def show_studio(
    request: FileRequest,
    steps: Path | None,
    *,
    source: str | None,
    ledger: Path | None,
    port: int,
    browser: bool,
) -> int:
    """Serve the studio of a file until Ctrl-C or SIGTERM; keep the steps as they are taken.

    Parameters
    ----------
    request
        The file, and how it becomes an entity.
    steps
        Where steps are kept; None: beside the kernel, by the name of the file.
    source, ledger
        What a send is offered with.
    port
        On this machine; 0 takes a free one.
    browser
        Whether to open it.
    """
    request.may_lack = True
    frame = request.whole()
    if frame is None:
        raise UsageError(
            "The studio needs its rows in memory, and this file is too large for that. Take it in "
            "parts: pangoprep validate, and pangoprep clean --held held.xlsx to fix what is held."
        )
    bench = Workbench(frame, request.plan(frame))
    kept = steps or Path(f"{Path(request.path).stem}.pango")
    steps_file = KeptSteps(kept, bench)
    if n_steps := len(bench.taken_steps):
        one, more = (
            Sentence("1 step was taken before: {1}.", kept),
            Sentence("{1:,} steps were taken before: {2}.", n_steps, kept),
        )
        note(one if n_steps == 1 else more)
    try:
        session = Session(bench, source=source or request.source, ledger=ledger)
        page = LocalPage(session, port)
        _serve(page, Path(request.path).name, steps_file.keep, open_it=browser)
        if (result := session.sending.end()) is not None:
            note(Sentence("The send that was going on was stopped: {1}.", result.headline))
    finally:
        steps_file.close()
    if n_steps := len(bench.taken_steps):
        one = Sentence("1 step is kept in {1}, which holds values of customers.", kept)
        more = Sentence(
            "{1:,} steps are kept in {2}, which holds values of customers.", n_steps, kept
        )
        note(one if n_steps == 1 else more)
    return 0


def _serve(page: LocalPage, name: str, keep: Callable[[], None], *, open_it: bool) -> None:
    told_to_stop = threading.Event()
    # A terminal that is closed sends the last ones.
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    signals = [getattr(signal, name) for name in names if hasattr(signal, name)]
    handlers: list[Any] = [signal.signal(one, lambda *_: told_to_stop.set()) for one in signals]
    try:
        page.start()
        tell(Sentence("The studio of {1}: {2}", name, page.url))
        tell("Ctrl-C ends it.")
        if open_it:
            webbrowser.open(page.url)
        while not told_to_stop.wait(0.5):  # without an end, Windows would not hear Ctrl-C
            keep()
        page.stop()
    finally:
        for one, handler in zip(signals, handlers, strict=True):
            signal.signal(one, handler)
