"""What the studio does, without a browser: a message comes in, messages go out.

The page asks with ``{"type": …, "id": …}`` and gets one answer with ``reply_to``; ``refused`` is
the answer to what cannot be done. Messages without ``reply_to`` go to every page of the session:
``state`` after somebody else changed the rows, ``sending`` while a send goes on. Values of
personal fields are in answers only, and masked until the page says ``reveal``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pangoprep.errors import PangoprepError, UsageError
from pangoprep.reading.pieces import SOURCE
from pangoprep.studio.columns import ColumnsPart
from pangoprep.studio.duplicates import DuplicatesPart
from pangoprep.studio.fixing import FixingPart
from pangoprep.studio.messages import Message
from pangoprep.studio.options import OptionsPart
from pangoprep.studio.problems import problem_list
from pangoprep.studio.sending import SendingPart
from pangoprep.studio.words import StudioWords

if TYPE_CHECKING:
    from pangoprep.upload import Client
    from pangoprep.workbench import Step, Workbench

Answer = dict[str, Any]
Emit = Callable[[Answer], None]


class Session:
    """One studio: a workbench, and what its pages look at.

    Parameters
    ----------
    bench
        The rows and the steps taken.
    client
        Who sends for real; default: from the environment, if it is there.
    source
        Where the rows come from, such as ``"CRM"``: what a send is offered with.
    ledger
        Path of the ledger; default: the user's own.

    Examples
    --------
    >>> import pandas as pd, pangoprep
    >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
    >>> session = Session(frame.pango.workbench("customer-identity"))
    >>> answer = session.answer({"type": "open", "id": "1"})
    >>> answer["state"]["n_held"], [one["rule"] for one in answer["problems"]]
    (1, ['phone.unreadable'])
    """

    def __init__(
        self,
        bench: Workbench,
        *,
        client: Client | None = None,
        source: str | None = None,
        ledger: str | os.PathLike[str] | None = None,
    ) -> None:
        self.bench = bench
        self.words = StudioWords(bench.report.options.lang)
        self.is_revealed = False
        self._emits: list[Emit] = []
        self.fixing = FixingPart(self)
        self.sending = SendingPart(self, client, source, ledger)
        self._answers: dict[str, Callable[[Message], Answer]] = {
            "open": self._open,
            "undo": self._undo,
            "redo": self._redo,
            "reveal": self._reveal,
            "code": self._code,
            "recipe": self._recipe,
            **self.fixing.answers,
            **ColumnsPart(self).answers,
            **OptionsPart(self).answers,
            **DuplicatesPart(self).answers,
            **self.sending.answers,
        }

    def on_message(self, emit: Emit) -> None:
        """Have messages that answer nobody sent to a carrier."""
        self._emits.append(emit)

    def emit(self, answer: Answer) -> None:
        """Say something to all pages."""
        for emit in self._emits:
            emit(answer)

    def answer(self, content: Mapping[str, Any]) -> Answer:
        """Do what a page asks for; return what to tell it.

        Whatever goes wrong is an answer, too: nothing of it may reach a log of the notebook.
        """
        message = Message(content)
        try:
            made = self._answers.get(message.type)
            if made is None:
                raise UsageError(f"The studio does not know {message.type[:40]!r}.")
            answer = made(message)
        except PangoprepError as error:
            answer = {"type": "refused", "text": str(error)}
        except Exception as error:  # noqa: BLE001 - its words and frames may hold values
            text = self.words("went.wrong", kind=type(error).__name__)
            answer = {"type": "refused", "text": text}
        return {**answer, "reply_to": message.id}

    # What the parts share

    @property
    def state(self) -> Answer:
        """How things are, in numbers and one sentence."""
        report, bench = self.bench.report, self.bench
        return {
            "headline": report.headline,
            "n_rows": report.n_rows,
            "n_ready": report.n_ready,
            "n_held": report.n_held,
            "n_superseded": report.n_superseded,
            "n_not_records": report.n_not_records,
            "undo": bench.last_step.what if bench.last_step else "",
            "redo": bench.undone_step.what if bench.undone_step else "",
            "step": self._step(),
            "revealed": self.is_revealed,
        }

    def changed(self, text: str, **more: Any) -> Answer:
        """Tell the page that asked, and all others, how things are now."""
        self.fixing.forget()
        answer = {"state": self.state, "problems": problem_list(self.bench, self.words)}
        self.emit({"type": "state", **answer})
        return {"type": "changed", "text": text, **answer, **more}

    def told(self, step: Step) -> Answer:
        """Tell the pages of a step that was taken."""
        text = self.words("changed", n=step.n_rows, freed=step.n_freed)
        return self.changed(text, notes=list(step.notes))

    def _step(self) -> Answer | None:
        step = self.bench.last_step
        if step is None:
            return None
        return {"number": step.number, "code": step.code if self.is_revealed else step.shown}

    # Answers

    def _open(self, message: Message) -> Answer:
        source = self.bench.report.examined.attrs.get(SOURCE, {}).get("file") or ""
        return {
            "type": "opened",
            "words": self.words.page,
            "lang": self.words.code,
            "entity": self.bench.report.entity,
            "source": source,
            "state": self.state,
            "problems": problem_list(self.bench, self.words),
            "sending": self.sending.now(),
        }

    def _undo(self, message: Message) -> Answer:
        step = self.bench.undo()
        return self.changed(self.words("undone", what=step.what))

    def _redo(self, message: Message) -> Answer:
        step = self.bench.redo()
        return self.changed(self.words("redone", what=step.what))

    def _reveal(self, message: Message) -> Answer:
        """Show values, or hide them: for as long as this session lives, and nowhere written."""
        self.is_revealed = message.flag("on")
        return self.changed("")

    def _code(self, message: Message) -> Answer:
        if not self.is_revealed:
            raise UsageError(self.words("code.hidden"))
        return {"type": "code", "code": self.bench.code()}

    def _recipe(self, message: Message) -> Answer:
        path = Path(f"{self.bench.report.entity}.toml")
        self.bench.recipe().save(path)
        return {"type": "saved", "text": self.words("recipe.saved", path=str(path))}
