"""`send`, `asend` and `resume`: the way in.

Keywords that stand in several signatures are declared once: see `written_out`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Literal

from pangoprep.boundary import verb
from pangoprep.errors import UsageError
from pangoprep.keywords import given, written_out
from pangoprep.row_readings import differences
from pangoprep.sentence import Sentence
from pangoprep.upload.engine.send_call import SendCall
from pangoprep.upload.http.client import Client
from pangoprep.upload.ledger.ledger import kept_reading
from pangoprep.upload.ledger.runs import Status, status
from pangoprep.upload.machine.data_directory import hash_key, ledger_path
from pangoprep.upload.outcome.plan import Plan
from pangoprep.upload.outcome.result import Result
from pangoprep.upload.rows.prepared import Prepared, prepared_of

Path = str | os.PathLike[str]


@verb
@written_out
def send(
    report: Prepared, *, dry_run: bool = False, source: str | None = None, init_data: bool = False,
    je_config_id: str | None = None, je_event_key: str | None = None,
    ignored_update_cfs: Sequence[str] = (), resend: bool = False,
    resolve_unknown: Literal["keep", "resend"] = "keep", sample: int | None = None,
    clear: Sequence[str] = (), ref_ids: bool = False, client: Client | None = None,
    ledger: str | os.PathLike[str] | None = None, progress: bool | None = None,
    user: str | None = None, file: str | None = None,
) -> Result | Plan:  # fmt: skip
    """Send the ready rows of a report; every row that came in gets its state.

    Sending the same rows again goes on where the last run stopped: what was accepted with the same
    content is not sent twice. Ctrl-C stops well and returns the result so far.

    Parameters
    ----------
    report
        Rows made ready: ``df.pango.validate()``.
    client
        Who sends, and where to; default: from the environment.
    source
        Where the rows come from, such as ``"CRM"``. PangoCDP requires it.
    init_data
        Whether this is the initial load.
    je_config_id, je_event_key
        Journey event configuration: PangoCDP fires an event per row.
    ignored_update_cfs
        Custom fields not to be updated in records that exist, by inner name.
    ledger
        Where to remember what was sent; default: the user's data directory.
    dry_run
        Send nothing and return the `Plan`.
    resend
        Also send rows that are unchanged.
    resolve_unknown
        What to do with rows whose event may have fired already: ``"keep"`` or ``"resend"``.
    sample
        Send so many rows first, and the rest only if all of them are accepted.
    clear
        Fields whose empty cells are sent as null instead of being left out.
    ref_ids
        Give each record a ``refId``, by which PangoCDP's callback names it; see `confirm`. An
        entity that has a ``refId`` of its own keeps that.
    progress
        Show a progress bar; None: in a notebook or terminal.
    user, file
        Who sends what, for the ledger's record.

    Raises
    ------
    UsageError
        If the call is wrong. Nothing was sent.
    LedgerError
        If the ledger cannot be used. Nothing was sent.
    """
    return SendCall.of(report, **given(locals(), "report")).carry_out()


@verb
@written_out
async def asend(
    report: Prepared, *, dry_run: bool = False, source: str | None = None, init_data: bool = False,
    je_config_id: str | None = None, je_event_key: str | None = None,
    ignored_update_cfs: Sequence[str] = (), resend: bool = False,
    resolve_unknown: Literal["keep", "resend"] = "keep", sample: int | None = None,
    clear: Sequence[str] = (), ref_ids: bool = False, client: Client | None = None,
    ledger: str | os.PathLike[str] | None = None, progress: bool | None = None,
    user: str | None = None, file: str | None = None,
) -> Result | Plan:  # fmt: skip
    """Do what `send` does, awaited; the event loop stays free while requests are made.

    Being cancelled interrupts the run as Ctrl-C does; the ledger knows what became of the rows.
    """
    return await SendCall.of(report, **given(locals(), "report")).carry_out_async()


@verb
def resume(
    report: Prepared,
    run_id: str,
    *,
    client: Client | None = None,
    ledger: Path | None = None,
    resolve_unknown: Literal["keep", "resend"] = "keep",
    progress: bool | None = None,
    user: str | None = None,
    file: str | None = None,
) -> Result:
    """Go on with a run that was stopped or killed, with the options it had.

    What it sent is not sent again, also if it was to resend everything.

    Parameters
    ----------
    report
        The same rows again, or mended ones: the ledger knows rows but does not hold them.
    run_id
        The run, from ``result.run_id`` or ``pp.runs()``.
    client, ledger, resolve_unknown, progress, user, file
        As for `send`.

    Raises
    ------
    UsageError
        If the ledger has no such run, it still runs, it sent another entity, another account sent
        it, or its rows were read in another way; the message names the difference.
    """
    prepared_of(report)
    before = status(run_id, ledger)
    if before.entity != report.entity:
        raise UsageError(
            Sentence(
                "Run {1} sent {2!r}; these rows are made ready for {3!r}.",
                run_id,
                before.entity,
                report.entity,
            )
        )
    if before.state == "running":
        raise UsageError(
            Sentence("Run {1} is still running. Wait until it has ended, or interrupt it.", run_id)
        )
    _refuse_other_reading(report, before, ledger)
    call = SendCall.of(
        report,
        **before.options,
        client=client,
        ledger=ledger,
        resolve_unknown=resolve_unknown,
        progress=progress,
        user=user,
        file=file,
        resumes=run_id,
    )
    result = call.carry_out()
    assert isinstance(result, Result)  # noqa: S101 - no dry run
    return result


def _refuse_other_reading(report: Prepared, before: Status, ledger: Path | None) -> None:
    now = getattr(report, "reading", None)
    if before.reading is None or now is None:  # a run of version 0.1.0, or rows nobody read
        return
    key = hash_key(ledger_path(ledger))
    if found := differences(before.reading, kept_reading(key, now)):
        raise UsageError(
            Sentence(
                "Run {1} read its rows in another way: {2}{3}. Leave out what differs "
                "and the rows are read as they were, or send them as a new run.",
                before.run_id,
                "; ".join(found[:3]),
                Sentence("; and {1} more", len(found) - 3) if len(found) > 3 else "",
            )
        )
