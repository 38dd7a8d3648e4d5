"""What all parts of a studio share: the workbench, the language, and what pages are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.entities.masking import mask
from pangoprep.report import Report
from pangoprep.studio.changed_values import changed_values
from pangoprep.studio.column_questions import n_questions
from pangoprep.studio.emptying import emptied, given_way, held_anew
from pangoprep.studio.messages import Answer
from pangoprep.studio.problems import field_label, problem_list
from pangoprep.studio.words import StudioWords
from pangoprep.workbench import Step, Workbench

#: So many steps are listed for taking one of them back.
MAX_STEPS = 50
# Methods whose steps touch every row: what they changed is told by fields.
_OF_ALL_ROWS = ("set", "map", "constants")
Emit = Callable[[Answer], None]


class Desk:
    """The rows that a studio's pages look at, and whether they see values.

    Parameters
    ----------
    bench
        The rows and the steps taken.
    """

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.words = StudioWords(bench.report.options.lang)
        #: Whether personal values are shown: for as long as the studio lives, nowhere written.
        self.is_revealed = False
        self._version, self._seen = 0, bench.report
        self._emits: list[Emit] = []

    @property
    def version(self) -> int:
        """Counts the changes, those made in Python too: what was listed before is no more."""
        if self._seen is not self.bench.report:
            self._version, self._seen = self._version + 1, self.bench.report
        return self._version

    def look(self) -> None:
        """Tell the pages of steps that were taken in Python."""
        if self._seen is not self.bench.report:
            self._tell()

    def _tell(self) -> Answer:
        self._version, self._seen = self._version + 1, self.bench.report
        # The page that asked hears of it twice: by its answer, and as all pages do.
        answer = {"state": self.state(), "problems": self.problems(), "version": self._version}
        self.emit({"type": "state", **answer})
        return answer

    def on_message(self, emit: Emit) -> None:
        """Have messages that answer nobody sent to a carrier."""
        self._emits.append(emit)

    def emit(self, answer: Answer) -> None:
        """Say something to all pages."""
        for emit in self._emits:
            emit(answer)

    def problems(self) -> list[Answer]:
        """Return the problems as the pages list them."""
        return problem_list(self.bench, self.words)

    def state(self) -> Answer:
        """How things are, in numbers and one sentence."""
        report, last, undone = self.bench.report, self.bench.last_step, self.bench.undone_step
        step = None
        if last is not None:
            code = last.code if self.is_revealed else last.shown
            step = {"number": last.number, "code": code}
        return {
            "headline": self._headline(),
            "n_rows": report.n_rows,
            "n_ready": report.n_ready,
            "n_held": report.n_held,
            "n_superseded": report.n_superseded,
            "n_not_records": report.n_not_records,
            "n_left_out": report.n_left_out,
            "undo": self.said(last) if last else "",
            "redo": self.said(undone) if undone else "",
            "steps": self._steps(),
            "n_steps": len(self.bench.taken_steps),
            "n_questions": n_questions(report.examined, self.bench.first_map, self.words),
            "step": step,
            "revealed": self.is_revealed,
            "unreadable": report.options.unreadable,
        }

    def _headline(self) -> str:
        """Say the outcome in one line; the other numbers stand under the bar."""
        report = self.bench.report
        return self.words.report.headline(
            report.entity,
            report.n_rows - report.n_not_records,
            report.n_ready,
            report.n_held,
            n_gone=0,
            n_joined=report.n_joined,
            n_lost=report.n_lost_letters,
        )

    def _steps(self) -> list[Answer]:
        """List the steps taken, the last one first: each can be taken back alone."""
        return [
            {
                "number": step.number,
                "what": self.said(step),
                "text": self._came_of(step),
            }
            for step in self.bench.taken_steps[: -MAX_STEPS - 1 : -1]
        ]

    def said(self, step: Step) -> str:
        """Say what a step did, in the language of the page."""
        facts = self.bench.report.examined.facts
        names = [field_label(facts.get(name), name, self.words) for name in step.names]
        if step.method == "set":
            texts = ((self.words.page.get(f"options.{name}"), name) for name in step.names)
            names = [label or name for label, name in texts]
        return self.words(f"step.{step.method}", names=", ".join(names))

    def changed(self, text: str, **more: Any) -> Answer:
        """Tell the page that asked, and all others, how things are now."""
        return {"type": "changed", "text": text, **self._tell(), **more}

    def told(self, step: Step, before: Report, came: str = "") -> Answer:
        """Tell the pages of a step that was taken on the rows of a report, and what came of it."""
        now, words = self.bench.report, self.words
        texts = [came or self._came_of(step), self._reads(step)]
        if step.method in _OF_ALL_ROWS:
            texts += changed_values(before, now, words)
        notes = list(step.notes)
        if now.options.unreadable != before.options.unreadable:
            notes += emptied(before, now, words)
        notes += held_anew(before, now, words)
        notes += given_way(before, now, words, "superseded.more")
        return self.changed(" ".join(filter(None, texts)), notes=notes)

    def _came_of(self, step: Step) -> str:
        """Say what a step changed; one about all rows is not said to have changed each of them."""
        if step.method == "leave_out":
            key = "changed.left_out" if step.n_freed else "left.out.ready"
        elif step.method == "take_back":
            key = "taken.back"
        else:
            of = "all" if step.method in _OF_ALL_ROWS else "rows"
            how = "fewer" if step.n_freed > 0 else "more" if step.n_freed else "same"
            key = f"changed.{of}.{how}"
        return self.words(key, n=step.n_rows, freed=step.n_freed, held=-step.n_freed)

    def _reads(self, step: Step) -> str:
        """Say how a new value reads, where all rows got the same and it reads otherwise."""
        read = {*step.readings.items()}
        facts = self.bench.report.examined.facts
        if len(read) != 1 or len(step.names) != 1 or step.names[0] not in facts:
            return ""
        ((new, reading),) = read
        if reading is None:
            return self.words("reads.nothing")
        if reading == new:
            return ""
        texts = pa.array([reading], TEXT)
        shown = texts if self.is_revealed else mask(texts, facts[step.names[0]])
        return self.words("reads", reading=shown[0].as_py())
