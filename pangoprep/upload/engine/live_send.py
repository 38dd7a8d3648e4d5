"""A send that goes on by itself while its caller does other things: looks at it, or stops it."""

from __future__ import annotations

import atexit
import weakref
from typing import Any

from pangoprep.boundary import verb
from pangoprep.upload.engine.background import Background
from pangoprep.upload.engine.send_call import SendCall, SendJob
from pangoprep.upload.outcome.progress import Progress, View
from pangoprep.upload.outcome.result import Result
from pangoprep.upload.rows.prepared import Prepared


class LiveSend:
    """One send in a thread of its own.

    If the process ends first, the run is stopped as Ctrl-C stops it.

    Parameters
    ----------
    report
        Rows made ready.
    arguments
        Those of `send`.

    Raises
    ------
    UsageError
        If the call is wrong. Nothing was sent.
    """

    @verb
    def __init__(self, report: Prepared, **arguments: Any) -> None:
        call = SendCall.of(report, **arguments, progress=False)
        job = SendJob(call, Progress(report.n_ready, report.entity, show=False))
        self._job = job
        self._background: Background[Result] = Background(job.work, job.stop.interrupt)
        self.n_rows = report.n_ready

    def start(self) -> None:
        """Begin, and come back at once."""
        weakly_self = weakref.ref(self)

        def stop_well() -> None:
            if (live := weakly_self()) is not None and live.is_running:
                live.stop()
                live._background.wait_for_end()

        atexit.register(stop_well)
        self._background.start()

    @property
    def is_running(self) -> bool:
        """Whether it still sends."""
        return not self._background.has_ended

    def view(self) -> View | None:
        """Look at how things are; None while it gets ready."""
        return self._job.view()

    def stop(self) -> None:
        """Stop well: what is under way is waited for, nothing more is sent."""
        self._background.interrupt()

    def wait(self, seconds: float) -> bool:
        """Wait at most so long for the end; say whether it has come."""
        return self._background.wait_for_end(seconds)

    @verb
    def result(self) -> Result:
        """Wait for the end; return what became of every row.

        Raises
        ------
        PangoprepError
            What ended the run, if it could not even begin.
        """
        self._background.wait_for_end()
        with self._job.explained():
            return self._background.outcome()
