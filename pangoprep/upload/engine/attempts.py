"""One request, and what may have to be done to get it answered."""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pangoprep.call_words import option
from pangoprep.errors import (
    AnswerLostError,
    CredentialsRefusedError,
    LedgerError,
    RateLimitedError,
    RequestRefusedError,
    ServerError,
    UploadError,
)
from pangoprep.sentence import Sentence, sentence_of
from pangoprep.upload.engine.body_size import BodySize
from pangoprep.upload.engine.failure_streak import FailureStreak
from pangoprep.upload.http.server_words import without_values
from pangoprep.upload.ledger.journal import BatchState, RunJournal
from pangoprep.upload.limits.waiting import LimitQueue, Stop
from pangoprep.upload.machine.clock import Clock
from pangoprep.upload.outcome.row_states import RowStates
from pangoprep.upload.outcome.states import State
from pangoprep.upload.rows.batches import Batch, Envelope
from pangoprep.upload.rows.ref_ids import REF_ID_BYTES, RefIds

if TYPE_CHECKING:
    from pangoprep.upload.http.client_session import ClientSession

logger = logging.getLogger("pangoprep.upload")

#: How often one request is made before its rows are given up and the run stops.
TRIES = 6
#: How often PangoCDP may ask one request to wait.
MAX_PAUSES = 60
#: How often a token is renewed for one request.
MAX_TOKENS = 3

_FIRST_BACKOFF_SECONDS, _LONGEST_BACKOFF_SECONDS = 0.5, 30.0


@dataclass(frozen=True, slots=True)
class RunContext:
    """What all requests of a run share."""

    session: ClientSession
    envelope: Envelope
    run: RunJournal
    queue: LimitQueue
    stop: Stop
    row_states: RowStates
    failure_streak: FailureStreak
    open_fields: frozenset[str]
    clock: Clock
    started: float
    ref_ids: RefIds | None = None
    body_size: BodySize = field(default_factory=BodySize)


class Attempts:
    """Takes one batch to an answer, or gives it up.

    A batch is in the journal from just before it is sent, for as long as PangoCDP may have taken
    some of it. That is the whole of crash safety: what a dead process leaves in the journal without
    an answer may have arrived, and everything else has not.

    Parameters
    ----------
    context
        What all requests share.
    batch
        The rows.
    number
        The batch's number in the journal, if it is part of one whose answer was lost.
    """

    def __init__(self, context: RunContext, batch: Batch, number: int | None = None) -> None:
        self.batch = batch
        self._context, self._number = context, number
        self._may_be_stored = number is not None
        self._is_sent = self._is_done = False

    async def run(self) -> RequestRefusedError | None:
        """Send until there is an answer; return the refusal, if that is it.

        After a refusal the caller decides: `reject`, `halves` or `give_up`.

        Raises
        ------
        RunStoppedError
            If the run was stopped before there was an answer.
        """
        try:
            return await self._until_answered()
        except BaseException:  # also when cancelled: the rows need their state
            self.give_up(Sentence("the run stopped before an answer came"))
            raise

    @property
    def n_bytes(self) -> int:
        """The size of the request's body."""
        context, entries = self._context, self.batch.entries
        frame = sum(map(len, context.envelope.frame()))
        names = 0 if context.ref_ids is None else REF_ID_BYTES * len(entries)
        return frame + sum(map(len, entries)) + len(entries) - 1 + names

    def reject(self, words: str) -> None:
        """PangoCDP does not take these rows."""
        if self._may_be_stored:
            reason = Sentence(
                "{1}; before that an answer was lost, so it may be there all the same", words
            )
            self._end(State.REJECTED, BatchState.REJECTED_IN_DOUBT, reason)
        else:
            self._end(State.REJECTED, BatchState.REJECTED, words)

    def halves(self) -> tuple[Attempts, Attempts]:
        """Give this batch up for two smaller ones, which inherit its doubts."""
        one, other = self.batch.halves()
        numbers: list[int | None] = [None, None]
        if self._may_be_stored and self._number is not None:
            numbers = [*self._context.run.divide(self._number, len(one))]
        else:
            self._withdraw()
        self._is_done = True
        return Attempts(self._context, one, numbers[0]), Attempts(self._context, other, numbers[1])

    def _withdraw(self) -> None:
        """PangoCDP took nothing: as if the batch had never been sent."""
        if self._number is not None:
            number, self._number = self._number, None
            self._context.run.withdraw(number)

    async def _until_answered(self) -> RequestRefusedError | None:
        n_failed = n_pauses = n_tokens = 0
        while True:
            error = await self._try()
            if error is None:
                self._end(State.ACCEPTED, BatchState.ACCEPTED)
                self._context.failure_streak.accepted()
                self._context.body_size.accepted(self.n_bytes)
                return None
            if isinstance(error, RequestRefusedError):
                return error
            logger.info("A request failed (%s)", type(error).__name__)
            if self._may_be_stored and self._context.envelope.has_events:
                await self._leave_unknown(error)
                return None
            if isinstance(error, RateLimitedError):
                n_pauses += 1
                self._context.queue.pause(error.wait_seconds, at_least=backoff_seconds(n_pauses))
            elif isinstance(error, CredentialsRefusedError) and self._is_sent:
                n_tokens += 1
            else:
                n_failed += 1
            exhausted = n_failed >= TRIES or n_pauses > MAX_PAUSES or n_tokens > MAX_TOKENS
            if exhausted or not (error.transient or (self._is_sent and n_tokens)):
                self.give_up(error.reason)
                self._context.stop(error.reason, error)
                return None
            if not self._may_be_stored:
                self._withdraw()
            if error.transient and n_failed:
                await self._context.queue.sleep(backoff_seconds(n_failed))

    async def _try(self) -> UploadError | None:
        """Make the request once; return what went wrong."""
        context = self._context
        lease = await context.queue.turn()
        before, started = self._may_be_stored, context.clock.reading().steady
        try:
            self._is_sent = False
            token = await context.session.token()
            if self._number is None:
                self._number = context.run.begin(self.batch.marks)
            self._is_sent = self._may_be_stored = True
            context.row_states.n_requests += 1
            body = context.envelope.body(self._entries(self._number))
            await context.session.ingest(
                token, body, init_data=context.envelope.init_data,
                mask=lambda words: without_values(words, self.batch.entries, context.open_fields),
            )  # fmt: skip
        except UploadError as error:
            if not isinstance(error, AnswerLostError | ServerError):
                self._may_be_stored = before
            return error.with_traceback(None)
        finally:
            context.row_states.request_seconds += context.clock.reading().steady - started
            context.queue.end(lease)
        return None

    def _entries(self, request: int) -> Sequence[bytes]:
        """Return the rows as they go out; with their names for PangoCDP's callback, if wanted."""
        batch, ref_ids = self.batch, self._context.ref_ids
        if ref_ids is None:
            return batch.entries
        return ref_ids.into(batch.entries, self._context.run.number, request, batch.marks)

    async def _leave_unknown(self, error: UploadError) -> None:
        """Leave rows alone whose event may have fired; slow down, and stop if it goes on."""
        self._end(
            State.UNKNOWN, BatchState.UNKNOWN, Sentence("{1}; {2}", error.reason, _event_advice())
        )
        if self._context.failure_streak.lost():
            self._context.stop(error.reason, error)
        await self._context.queue.sleep(backoff_seconds(self._context.failure_streak.n_lost))

    def give_up(self, reason: str) -> None:
        """End without an answer: unknown if it may have arrived, else unsent as before."""
        if self._is_done:
            return
        try:
            if self._may_be_stored:
                if self._context.envelope.has_events:
                    reason = Sentence("{1}; {2}", reason, _event_advice())
                self._end(State.UNKNOWN, BatchState.UNKNOWN, reason)
            else:
                self._withdraw()
        except LedgerError as error:
            self._context.stop(sentence_of(error), error)

    def _end(self, state: State, journal: BatchState, reason: str = "") -> None:
        # The result first: it must be right even if the ledger cannot be written any more.
        self._is_done = True
        context = self._context
        context.row_states.mark(self.batch.positions, state, reason)
        if state is State.ACCEPTED:
            context.row_states.speed.add(
                context.clock.reading().steady - context.started, len(self.batch)
            )
        if self._number is not None:
            context.run.answer(self._number, journal)


def backoff_seconds(n_failed: int) -> float:
    """Return how long to wait after so many failures; no two processes wait the same."""
    longest = min(_FIRST_BACKOFF_SECONDS * 2.0 ** (n_failed - 1), _LONGEST_BACKOFF_SECONDS)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret


def _event_advice() -> str:
    return Sentence(
        "an event may have fired for it, so it is not repeated; to send it again all the same: {1}",
        option("resolve_unknown", "resend"),
    )
