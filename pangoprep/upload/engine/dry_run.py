"""The dry run: the same rows, the same bytes, and nothing sent."""

from __future__ import annotations

import os
import secrets
from contextlib import ExitStack, closing

import pandas as pd

from pangoprep.upload.arguments import SendOptions
from pangoprep.upload.engine.run import encoder_of, fields_shown, open_budget, states_before
from pangoprep.upload.engine.source import BatchSource
from pangoprep.upload.http.client import IN_FLIGHT, Client
from pangoprep.upload.ledger.home import ledger_exists
from pangoprep.upload.ledger.ledger import Ledger
from pangoprep.upload.ledger.row_history import RowHistory
from pangoprep.upload.limits.limits import Limits
from pangoprep.upload.machine.data_directory import budget_path, ledger_path
from pangoprep.upload.outcome.plan import Plan
from pangoprep.upload.outcome.row_states import RowStates, counts_by_word
from pangoprep.upload.rows.fingerprints import RowMarks
from pangoprep.upload.rows.prepared import Prepared, language_of, model_of, n_joined_of

#: So many first payloads are kept to be looked at.
N_PAYLOADS = 3

# What an answer takes, as long as none has been seen.
_ANSWER_SECONDS = 0.2


def make_plan(
    report: Prepared,
    client: Client | None,
    options: SendOptions,
    ledger: str | os.PathLike[str] | None = None,
) -> Plan:
    """Go through all rows as `send` would; write nothing.

    Parameters
    ----------
    report, options, ledger
        As for `send`.
    client
        None: nobody knows what the account was sent before, so every ready row counts.
    """
    envelope = options.envelope(report.entity)
    row_states = RowStates(report.n_ready, n_joined_of(report))
    payloads: list[bytes] = []
    n_requests = n_bytes = 0
    with ExitStack() as stack:
        key, memory = secrets.token_bytes(32), None
        if client is not None and ledger_exists(ledger_path(ledger)):
            opened = stack.enter_context(closing(Ledger(ledger_path(ledger))))
            key, memory = opened.key, _memory(opened, client, report.entity, options)
        marks = RowMarks(key, envelope)
        size = envelope.max_rows
        source = BatchSource(
            report.ready_parts(), encoder_of(model_of(report), options), marks, memory, row_states,
            max_rows=size, sample=options.sample,
        )  # fmt: skip
        for batch in filter(len, source):
            body = envelope.body(batch.entries)
            if len(payloads) < N_PAYLOADS:
                payloads.append(body)
            n_requests += 1
            n_bytes += len(body)
    seconds, window, waits_until = _duration(client, n_requests)
    counts = {**row_states.counts_of_rows, **states_before(report)}
    return Plan(
        entity=report.entity,
        n_rows=sum(counts.values()),
        counts=counts_by_word(counts),
        n_requests=n_requests,
        n_bytes=n_bytes,
        finish_seconds=seconds,
        window=window,
        payloads=tuple(payloads),
        waits_until=waits_until,
        lang=language_of(report),
        open_fields=frozenset(
            n for n, is_open in fields_shown(model_of(report)).items() if is_open
        ),
    )


def _memory(ledger: Ledger, client: Client, entity: str, options: SendOptions) -> RowHistory | None:
    if options.resend:
        return None
    ledger.recover()
    scope = ledger.scope(client.account, entity, options.journey)
    resend_unknown = options.resolve_unknown == "resend"
    return RowHistory(ledger.db, ledger.path, scope, resend_unknown=resend_unknown)


def _duration(
    client: Client | None, n_requests: int
) -> tuple[float, tuple[float, int] | None, pd.Timestamp | None]:
    limits = Limits() if client is None else client.limits
    in_flight = IN_FLIGHT if client is None else client.in_flight
    by_speed = n_requests / in_flight * _ANSWER_SECONDS
    if not limits.windows:
        return by_speed, None, None
    used, wait, waits_until = None, 0.0, None
    if client is not None and budget_path().exists():
        with closing(open_budget(client)) as budget:
            used, wait = budget.used(), budget.pause_seconds()
        if wait:
            until = client.clock.reading().wall + wait
            waits_until = pd.Timestamp(until, unit="s", tz="UTC").floor("ms")
    if not n_requests:
        return 0.0, None, waits_until
    past = None if used is None else used - wait
    by_limits = float(limits.schedule(n_requests, past)[-1]) + _ANSWER_SECONDS
    window = limits.binding(n_requests + (0 if used is None else len(used)))
    if by_limits < by_speed or window is None:
        return wait + max(by_limits, by_speed), None, waits_until
    return wait + by_limits, (window, limits.windows[window]), waits_until
