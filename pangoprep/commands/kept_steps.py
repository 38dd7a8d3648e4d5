"""The file that keeps the steps of `pangoprep studio`: written after every step."""

from __future__ import annotations

import threading
from pathlib import Path

from pangoprep.workbench import Workbench

_PAUSE_SECONDS = 1.0


class KeptSteps:
    """Keeps the steps of a workbench in a file, whatever ends the process.

    A file that somebody else wrote meanwhile, such as a second studio of the same file, is not
    written over: the steps go into another one beside it.

    Parameters
    ----------
    bench
        The rows and the steps.
    path
        Where steps are kept, and taken from if there is such a file.
    """

    def __init__(self, bench: Workbench, path: Path) -> None:
        self._bench, self.path = bench, path
        self._written = self._found()
        if self._written is not None:
            bench.open(path)
        self._changed, self._is_over = threading.Event(), False
        self._writing = threading.Lock()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def changed(self) -> None:
        """Say that steps were taken or undone; they are written soon, by a thread of its own."""
        self._changed.set()

    def close(self) -> None:
        """Write what is not written yet, and stop."""
        self._is_over = True
        self._changed.set()
        self._thread.join()
        self._write()

    def _follow(self) -> None:
        while not self._is_over:
            self._changed.wait()
            if not self._is_over:
                self._changed.clear()
                self._write()
                threading.Event().wait(_PAUSE_SECONDS)

    def _write(self) -> None:
        with self._writing:
            if self._written is None and not self._bench.last_step:
                return
            number, stem = 2, self.path.stem
            while self._found() != self._written:
                self.path, self._written = self.path.with_name(f"{stem}-{number}.pango"), None
                number += 1
            self._bench.save(self.path)
            self._written = self._found()

    def _found(self) -> bytes | None:
        try:
            return self.path.read_bytes()
        except OSError:
            return None
