"""One send, put together: source, ledger, limiter and engine."""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager

import pandas as pd

from pangoprep.entities import Entity
from pangoprep.errors import LedgerError
from pangoprep.sentence import Sentence, packed, sentence_of
from pangoprep.upload.arguments import SendOptions
from pangoprep.upload.engine.confirmed_rows import take_in_confirmed
from pangoprep.upload.engine.sender import Sender
from pangoprep.upload.engine.source import BatchSource
from pangoprep.upload.http.client import Client
from pangoprep.upload.ledger.journal import RunJournal
from pangoprep.upload.ledger.ledger import Ledger, RunRecord
from pangoprep.upload.limits.budget import Budget
from pangoprep.upload.limits.limits import Seconds
from pangoprep.upload.limits.waiting import Limiter, Stop, Unlimited
from pangoprep.upload.machine.data_directory import budget_path, hash_key, ledger_path
from pangoprep.upload.outcome.progress import View
from pangoprep.upload.outcome.result import Result
from pangoprep.upload.outcome.row_states import RowStates, counts_by_word
from pangoprep.upload.outcome.states import State
from pangoprep.upload.rows.batches import Batch
from pangoprep.upload.rows.fingerprints import RowMarks, fingerprint
from pangoprep.upload.rows.payload import Encoder
from pangoprep.upload.rows.prepared import Prepared, language_of, model_of, n_joined_of
from pangoprep.upload.rows.ref_ids import REF_ID, RefIds

logger = logging.getLogger("pangoprep.upload")


def fields_shown(entity: type[Entity]) -> dict[str, bool]:
    """Return an entity's fields, and whether their values may be shown."""
    return {name: not facts.personal for name, facts in entity.fields().items()}


def encoder_of(entity: type[Entity], options: SendOptions) -> Callable[[pd.DataFrame], Encoder]:
    """Return what turns rows of an entity into entries, part by part."""
    fields = list(entity.fields())
    keyed = {name: facts.keyed_by for name, facts in entity.fields().items() if facts.keyed_by}
    return lambda part: Encoder(part, fields, entity.key, options.clear, keyed)


def states_before(report: Prepared) -> dict[State, int]:
    """Count the rows that are not ready."""
    return {State.HELD: report.n_held, State.SUPERSEDED: report.n_superseded}


def open_budget(client: Client) -> Budget:
    """Open the budget of a client's account."""
    path = budget_path()
    names = [fingerprint(hash_key(path), *name) for name in client.account.names]
    return Budget(path, names, client.limits, client.clock)


@contextmanager
def open_run(
    report: Prepared,
    client: Client,
    options: SendOptions,
    stop: Stop,
    *,
    ledger: str | os.PathLike[str] | None = None,
    user: str | None = None,
    file: str | None = None,
    resumes: str | None = None,
    again: Callable[[Prepared], Result],
) -> Iterator[Run]:
    """Open all that a send needs, and close it whatever happens.

    Parameters
    ----------
    report
        The rows.
    client
        Who sends, and where to.
    options
        What `send` was called with.
    stop
        What the run is told to stop by.
    ledger
        Path of the ledger, or None for the user's.
    user, file
        For the record.
    resumes
        The run to go on with.
    again
        Sends another report in the same way.
    """
    before = states_before(report)
    facts = RunRecord(
        run_id=_new_run_id(),
        account=client.account,
        entity=report.entity,
        journey=options.journey,
        # Lines that are no records are none of the rows: they are never sent.
        n_rows=report.n_ready + sum(before.values()),
        n_held=before[State.HELD],
        n_superseded=before[State.SUPERSEDED],
        started=client.clock.reading().wall,
        options=options.for_ledger(),
        user=user,
        file=file,
        resumes=resumes,
        is_practice=client.is_local,
        reading=getattr(report, "reading", None),
    )
    with ExitStack() as stack:
        limiter: Limiter = Unlimited(client.clock)
        schedule = None
        if client.limits.windows:
            limiter = budget = stack.enter_context(closing(open_budget(client)))
            n_requests = -(-report.n_ready // options.envelope(report.entity).max_rows)
            schedule = client.limits.schedule(n_requests, budget.used())
        opened = stack.enter_context(closing(Ledger(ledger_path(ledger))))
        run = stack.enter_context(closing(opened.start(facts)))
        yield Run(report, client, options, stop, facts, opened.key, run, limiter, schedule, again)


class Run:
    """One send from its start to its result; made by `open_run`."""

    def __init__(
        self,
        report: Prepared,
        client: Client,
        options: SendOptions,
        stop: Stop,
        facts: RunRecord,
        key: bytes,
        run: RunJournal,
        limiter: Limiter,
        schedule: Seconds | None,
        again: Callable[[Prepared], Result],
    ) -> None:
        self._report, self._client, self._options = report, client, options
        self._facts, self._run, self._schedule, self._again = facts, run, schedule, again
        self._envelope = options.envelope(report.entity)
        self._row_states = RowStates(report.n_ready, n_joined_of(report))
        self._marks, self._path = RowMarks(key, self._envelope), run.path
        fields = fields_shown(model_of(report))
        ref_ids = RefIds(key) if options.ref_ids and REF_ID not in fields else None
        self._sender = Sender(
            client, self._envelope, run, limiter, self._row_states, fields, stop, ref_ids
        )
        self._source = BatchSource(
            self._parts(key),
            encoder_of(model_of(report), options),
            self._marks,
            run.memory(resend=options.resend, resend_unknown=options.resolve_unknown == "resend"),
            self._row_states,
            max_rows=self._envelope.max_rows,
            sample=options.sample,
            on_known=lambda unchanged, unknown: run.count(n_unchanged=unchanged, n_unknown=unknown),
        )
        self._started = client.clock.reading().steady

    def _parts(self, key: bytes) -> Iterator[pd.DataFrame]:
        """Give the rows to send; keep what finds those again that have a ``refId`` of their own."""
        key_fields = model_of(self._report).key
        for part in self._report.ready_parts():
            if REF_ID in key_fields:
                self._run.remember_own_ref_ids(key, key_fields, part)
            yield part

    async def run(self) -> Result:
        """Send everything, or stop; return what became of it."""
        logger.info("Run %s starts: %s rows", self._facts.run_id, self._facts.n_rows)
        await self._sender.send(self._batches())
        stop, row_states = self._sender.stop, self._row_states
        try:
            self._run.finish(
                # PangoCDP's own words stay out of the ledger: they may repeat a value.
                reason=type(stop.error).__name__ if stop.error else packed(stop.reason),
                ended=self._client.clock.reading().wall,
                n_requests=row_states.n_requests,
                frame_fingerprint=self._source.frame_fingerprint,
            )
        except LedgerError as error:
            stop(sentence_of(error), error)
        row_states.explain_unsent(stop.reason)
        logger.info("Run %s ends: %s", self._facts.run_id, self.counts)
        return Result(
            entity=self._report.entity,
            run_id=self._facts.run_id,
            counts=self.counts,
            reason=stop.reason,
            error=stop.error,
            seconds=self._seconds,
            n_requests=row_states.n_requests,
            sparkline=row_states.speed.sparkline(),
            lang=language_of(self._report),
            _row_states=row_states,
            _rows_parts=self._report.rows_parts,
            _again=self._again,
            _confirm=self._take_in_confirmed,
        )

    def _take_in_confirmed(self, row_states: RowStates) -> None:
        encoder = encoder_of(model_of(self._report), self._options)
        take_in_confirmed(
            self._report, encoder, self._marks, self._path, self._facts.run_id, row_states
        )

    @property
    def run_id(self) -> str:
        """The run's name in the ledger."""
        return self._facts.run_id

    def _batches(self) -> Iterator[Batch]:
        n_batches = 0
        for batch in self._source:
            n_batches += len(batch) > 0
            if n_batches == 2 and self._options.sample:
                # The engine asks for the second batch only when the first has its end state.
                n_accepted = self._row_states.counts[State.ACCEPTED]
                if n_accepted < self._options.sample:
                    self._sender.stop(
                        Sentence(
                            "of the first {1} rows {2} were accepted",
                            self._options.sample,
                            n_accepted,
                        )
                    )
                    return
            yield batch

    @property
    def counts(self) -> dict[str, int]:
        """Rows in each state by now."""
        held = {State.HELD: self._facts.n_held, State.SUPERSEDED: self._facts.n_superseded}
        return counts_by_word({**self._row_states.counts_of_rows, **held})

    def view(self) -> View:
        """Look at how things are."""
        row_states = self._row_states
        limits = self._client.limits.windows
        window = self._sender.queue.window
        return View(
            n_done=row_states.n_done,
            counts=counts_by_word(row_states.counts),
            rows_per_second=row_states.counts[State.ACCEPTED] / max(self._seconds, 0.001),
            seconds_left=self._seconds_left(),
            window=None if window is None else (window, limits[window]),
            waits_until=self._sender.queue.waits_until,
        )

    @property
    def _seconds(self) -> float:
        return self._client.clock.reading().steady - self._started

    def _seconds_left(self) -> float:
        """What the limits leave, or what the speed so far leaves, whichever is more."""
        row_states, max_rows = self._row_states, self._envelope.max_rows
        n_left = -(-(len(row_states.states) - row_states.n_done) // max_rows)
        per_request = (
            row_states.request_seconds / max(row_states.n_requests, 1) / self._client.in_flight
        )
        by_speed = n_left * per_request
        by_wish = 0.0
        if (until := self._sender.queue.waits_until) is not None and n_left:
            by_wish = max(until - self._client.clock.reading().wall, 0.0)
        if self._schedule is None or not n_left:
            return by_wish + by_speed
        by_limits = float(self._schedule[-1] - self._schedule[-n_left])
        return by_wish + max(by_limits, by_speed)


def _new_run_id() -> str:
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"
