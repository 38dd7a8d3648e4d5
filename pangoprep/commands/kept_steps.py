"""The steps of a studio in their file: written as they are taken, by one process at a time."""

from __future__ import annotations

import operator
from pathlib import Path

from pangoprep.commands.output import note
from pangoprep.errors import UsageError
from pangoprep.private_files import lock_beside
from pangoprep.sentence import Sentence, sentence_of
from pangoprep.workbench import Workbench


class KeptSteps:
    """Keeps the steps of a workbench, so that no end of the process loses them.

    Parameters
    ----------
    path
        The file; what it holds already is taken first.
    bench
        A workbench with no step taken.

    Raises
    ------
    UsageError
        If another studio keeps its steps there, or it is of other rows.
    """

    def __init__(self, path: Path, bench: Workbench) -> None:
        self.path, self._bench = path, bench
        lock = lock_beside(path, 0)
        if lock is None:
            raise UsageError(
                Sentence(
                    "Another studio keeps its steps in {1!r}. End that one, or name another file "
                    "with --steps.",
                    path.name,
                )
            )
        self._lock = lock
        if path.exists():
            bench.open(path)
        self._kept = bench.taken_steps
        self._told = ""

    def keep(self) -> None:
        """Write the steps, if others were taken since; say once why that cannot be done."""
        try:
            self._write()
        except UsageError as error:
            told = sentence_of(error)
            if told != self._told:
                note(told)
            self._told = told

    def _write(self) -> None:
        steps = self._bench.taken_steps
        if len(steps) == len(self._kept) and all(map(operator.is_, steps, self._kept)):
            return
        self._bench.save(self.path)
        self._kept, self._told = steps, ""

    def close(self) -> None:
        """Write what is not written yet, and let another studio have the file.

        Raises
        ------
        UsageError
            If it cannot be written.
        """
        try:
            self._write()
        finally:
            self._lock.release()
