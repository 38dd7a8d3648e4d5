"""What the studio does, without a browser: a message comes in, messages go out.

The page asks with ``{"type": …, "id": …}`` and gets one answer with ``reply_to``; ``refused`` is
the answer to what cannot be done. Messages without ``reply_to`` go to every page of the session:
``state`` after somebody else changed the rows, ``sending`` while a send goes on. Values of
personal fields are in answers only, and masked until the page says ``reveal``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pangoprep.error_words import say_error
from pangoprep.errors import PangoprepError, UsageError
from pangoprep.reading.pieces import SOURCE
from pangoprep.sentence import Sentence
from pangoprep.studio.columns import ColumnsPart
from pangoprep.studio.desk import Desk
from pangoprep.studio.done_before import done_before
from pangoprep.studio.duplicates import DuplicatesPart
from pangoprep.studio.fixing import FixingPart
from pangoprep.studio.keeping import KeepingPart
from pangoprep.studio.messages import Answer, Message
from pangoprep.studio.options import OptionsPart
from pangoprep.studio.selection import Selection
from pangoprep.studio.sending import SendingPart

if TYPE_CHECKING:
    from pangoprep.upload import Client
    from pangoprep.workbench import Workbench


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
        self.desk = desk = Desk(bench)
        self._first = bench.report
        self._columns = ColumnsPart(desk)
        self.sending = SendingPart(desk, client, source, ledger)
        self._answers: dict[str, Callable[[Message], Answer]] = {
            "open": self._open,
            "undo": self._undo,
            "redo": self._redo,
            "reveal": self._reveal,
            "code": self._code,
            **FixingPart(desk, Selection(desk, self.sending.rows_back)).answers,
            **self._columns.answers,
            **OptionsPart(desk).answers,
            **KeepingPart(desk, source).answers,
            **DuplicatesPart(desk).answers,
            **self.sending.answers,
        }

    def answer(self, content: Mapping[str, Any]) -> Answer:
        """Do what a page asks for; return what to tell it.

        Whatever goes wrong is an answer, too: nothing of it may reach a log of the notebook.
        """
        message = Message(content)
        try:
            made = self._answers.get(message.type)
            if made is None:
                raise UsageError(Sentence("The studio does not know {1!r}.", message.type[:40]))
            answer = made(message)
        except PangoprepError as error:
            say_error(error, self.desk.words.code)
            answer = {"type": "refused", "text": str(error)}
        except Exception as error:  # noqa: BLE001 - its words and frames may hold values
            text = self.desk.words("went.wrong", kind=type(error).__name__)
            answer = {"type": "refused", "text": text}
        return {**answer, "reply_to": message.id}

    # Answers

    def _open(self, message: Message) -> Answer:
        bench = self.desk.bench
        source = bench.report.examined.attrs.get(SOURCE, {}).get("file") or ""
        return {
            "type": "opened",
            "words": self.desk.words.page,
            "lang": self.desk.words.code,
            "entity": bench.report.entity,
            "source": source,
            "state": self.desk.state(),
            "problems": self.desk.problems(),
            "sending": self.sending.now(),
            # Until something else is done: it is no news then.
            "came": done_before(bench, self.desk.words) if bench.report is self._first else None,
            "tab": "columns" if self._columns.is_open else "fix",
        }

    def _undo(self, message: Message) -> Answer:
        alone = message.number("step") if message.has("step") else None
        step = self.desk.bench.undo(step=alone)
        return self.desk.changed(self.desk.words("undone", what=self.desk.said(step)))

    def _redo(self, message: Message) -> Answer:
        step = self.desk.bench.redo()
        return self.desk.changed(self.desk.words("redone", what=self.desk.said(step)))

    def _reveal(self, message: Message) -> Answer:
        """Show values, or hide them: for as long as this session lives, and nowhere written."""
        self.desk.is_revealed = message.flag("on")
        return self.desk.changed("")

    def _code(self, message: Message) -> Answer:
        if not self.desk.is_revealed:
            raise UsageError(self.desk.words("code.hidden"))
        return {"type": "code", "code": self.desk.bench.code()}
