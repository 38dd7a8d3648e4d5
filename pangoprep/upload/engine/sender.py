"""The engine: takes batches to an end state, several at once, whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pangoprep.errors import LedgerError, without_frames
from pangoprep.sentence import Sentence, sentence_of
from pangoprep.upload.engine.attempts import Attempts, RunContext
from pangoprep.upload.engine.body_size import is_too_large
from pangoprep.upload.engine.failure_streak import FailureStreak
from pangoprep.upload.http.answers import is_whole_request
from pangoprep.upload.http.client import Client
from pangoprep.upload.ledger.journal import RunJournal
from pangoprep.upload.limits.waiting import Limiter, LimitQueue, RunStoppedError, Stop, first_of
from pangoprep.upload.outcome.row_states import RowStates
from pangoprep.upload.rows.batches import Batch, Envelope
from pangoprep.upload.rows.ref_ids import RefIds

if TYPE_CHECKING:
    from pangoprep.upload.http.client_session import ClientSession

#: What is in flight when a run is stopped may take so long to end.
GRACE_SECONDS = 10.0


class Sender:
    """Sends batches.

    Parameters
    ----------
    client
        Who sends, and where to.
    envelope
        What each request says besides its rows.
    run
        The run's part of the ledger.
    limiter
        Hands out turns to send.
    row_states
        Where the rows' states go.
    fields
        The entity's fields: name -> whether its values may be shown in PangoCDP's words.
    stop
        What the run is told to stop by.
    ref_ids
        Names rows for PangoCDP's callback; None: they go out without.
    """

    def __init__(
        self,
        client: Client,
        envelope: Envelope,
        run: RunJournal,
        limiter: Limiter,
        row_states: RowStates,
        fields: dict[str, bool],
        stop: Stop,
        ref_ids: RefIds | None = None,
    ) -> None:
        self._client, self._envelope, self._run = client, envelope, run
        self._row_states, self._fields, self._ref_ids = row_states, fields, ref_ids
        self.stop = stop
        self.queue = LimitQueue(limiter, client.limits, client.clock, stop, on_wait=run.wait_until)
        self._tasks: set[asyncio.Task[None]] = set()

    async def send(self, batches: Iterator[Batch]) -> None:
        """Send all batches until done or stopped.

        The first goes alone: it finds out about the credentials and everything else that all
        requests have in common.
        """
        from pangoprep.upload.http.client_session import (
            ClientSession,  # loads httpx, which a plan does without
        )

        async with ClientSession(self._client) as session:
            desk = self._desk(session)
            is_first = True
            try:
                for batch in batches:
                    if not len(batch):  # rows have been gone through that need not be sent
                        await asyncio.sleep(0)
                        if self.stop.event.is_set():
                            break
                        continue
                    await self._until_room()
                    if self.stop.event.is_set():
                        break
                    task = asyncio.create_task(self._deliver(desk, batch))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
                    if is_first:
                        await self._drain()
                    is_first = False
            except Exception as error:  # noqa: BLE001 - the source reads rows and asks the ledger
                self.stop(sentence_of(without_frames(error)), error)
            finally:
                await self._drain()

    async def _until_room(self) -> None:
        if len(self._tasks) >= self._client.in_flight:
            stopped = asyncio.create_task(self.stop.event.wait())
            await asyncio.wait([*self._tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()

    def _desk(self, session: ClientSession) -> RunContext:
        return RunContext(
            session=session,
            envelope=self._envelope,
            run=self._run,
            queue=self.queue,
            stop=self.stop,
            row_states=self._row_states,
            failure_streak=FailureStreak(),
            open_fields=frozenset(name for name, is_open in self._fields.items() if is_open),
            clock=self._client.clock,
            started=self._client.clock.reading().steady,
            ref_ids=self._ref_ids,
        )

    async def _drain(self) -> None:
        """Wait for what is in flight; once the run is stopped, not for long."""
        if not self._tasks:
            return
        tasks = set(self._tasks)
        # A wait that is given up leaves what it waits for alone.
        await first_of(_all_of(tasks), self.stop.event.wait())
        if self._tasks:
            grace = self._client.clock.sleep(GRACE_SECONDS)
            await first_of(_all_of(tasks), grace, self.stop.hurry.wait())
        for task in tasks:
            task.cancel()
        await _all_of(tasks)

    async def _deliver(self, desk: RunContext, batch: Batch) -> None:
        """Take a batch to its end; a surprise ends the run and not its result."""
        try:
            await self._settle(desk, Attempts(desk, batch))
        except RunStoppedError:
            return  # its rows are unsent, as they were from the start, or have been marked
        except LedgerError as error:
            self.stop(sentence_of(error), error)
        except Exception as error:  # noqa: BLE001 - an error of ours must not cost the result
            self.stop(sentence_of(without_frames(error)), error)

    async def _settle(self, desk: RunContext, delivery: Attempts) -> None:
        """Send a batch; divide it if PangoCDP refuses it, until the row it will not take is alone.

        One such row among 50 costs 12 more requests: two for each halving. A request that is too
        large is divided until it passes; what is as large after that, before it is sent.
        """
        if len(delivery.batch) > 1 and desk.body_size.is_over(delivery.n_bytes):
            await self._settle_each(desk, delivery.halves())
            return
        refusal = await delivery.run()
        if refusal is None:
            return
        words = refusal.reason
        try:
            is_alone = len(delivery.batch) == 1
            if is_size := is_too_large(refusal):
                desk.body_size.refused(delivery.n_bytes)
                if is_alone:
                    words = Sentence(
                        "too large for a request ({1:,} bytes): {2}", delivery.n_bytes, words
                    )
            elif is_whole_request(refusal, self._fields):
                self.stop(Sentence("PangoCDP refused the whole request: {1}", words), refusal)
                return
            if is_alone:
                delivery.reject(words)
            # A size says nothing of the rows, until one of them alone has it.
            if (is_alone or not is_size) and desk.failure_streak.refused():
                n_refused = desk.failure_streak.n_refused
                reason = Sentence(
                    "PangoCDP refused {1} requests in a row, the last with: {2}", n_refused, words
                )
                self.stop(reason, refusal)
            elif not is_alone:
                await self._settle_each(desk, delivery.halves())
        finally:
            delivery.give_up(words)

    async def _settle_each(self, desk: RunContext, halves: tuple[Attempts, Attempts]) -> None:
        try:
            for half in halves:
                await self._settle(desk, half)
        finally:
            for half in halves:  # the run may have stopped before its turn came
                half.give_up(self.stop.reason)


async def _all_of(tasks: set[asyncio.Task[None]]) -> None:
    await asyncio.wait(tasks)
