"""One call of `send`: its arguments, and the ways to carry it out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from pangoprep.argument_checks import flag_of, instance_of, path_of, text_of
from pangoprep.errors import CredentialsMissingError, PangoprepError
from pangoprep.upload.arguments import SendOptions
from pangoprep.upload.engine.background import Background
from pangoprep.upload.engine.dry_run import make_plan
from pangoprep.upload.engine.run import Run, open_run
from pangoprep.upload.http.client import Client
from pangoprep.upload.limits.waiting import Stop
from pangoprep.upload.outcome.plan import Plan
from pangoprep.upload.outcome.progress import Progress, View
from pangoprep.upload.outcome.result import Result
from pangoprep.upload.rows.prepared import Prepared, language_of, prepared_of


@dataclass(frozen=True, kw_only=True)
class SendCall:
    """The arguments of one call of `send`; see there."""

    report: Prepared
    options: SendOptions
    client: Client | None = None
    ledger: str | os.PathLike[str] | None = None
    dry_run: bool = False
    progress: bool | None = None
    user: str | None = None
    file: str | None = None
    resumes: str | None = None

    @classmethod
    def of(cls, report: Prepared, **arguments: Any) -> Self:
        """Take the arguments of `send`, checked."""
        names = {field.name for field in fields(SendOptions)}
        options = {name: arguments.pop(name) for name in names & arguments.keys()}
        call = cls(report=prepared_of(report), options=SendOptions(**options), **arguments)
        call._check()
        call.options.check(report, dry_run=call.dry_run)
        return call

    def _check(self) -> None:
        flag_of("dry_run", self.dry_run)
        if self.progress is not None:
            flag_of("progress", self.progress)
        if self.client is not None:
            instance_of("client", self.client, Client, "a pp.Client, such as cdp.client()")
        if self.ledger is not None:
            path_of("ledger", self.ledger)
        for name in ("user", "file"):
            if getattr(self, name) is not None:
                text_of(name, getattr(self, name))

    def carry_out(self) -> Result | Plan:
        """Send, or plan, and wait for the end."""
        if self.dry_run:
            return self._plan()
        return self._send()

    async def carry_out_async(self) -> Result | Plan:
        """Send, or plan, without blocking the running event loop while requests are made."""
        if self.dry_run:
            return self._plan()
        with self._bar() as bar:
            job = SendJob(self, bar)
            with job.explained():
                return await Background(job.work, job.stop.interrupt).wait_async(job.look)

    def _plan(self) -> Plan:
        return make_plan(
            self.report,
            _known_client() if self.client is None else self.client,
            self.options,
            self.ledger,
        )

    def _send(self) -> Result:
        with self._bar() as bar:
            job = SendJob(self, bar)
            with job.explained():
                return Background(job.work, job.stop.interrupt).wait(job.look)

    def _bar(self) -> Progress:
        lang = language_of(self.report)
        return Progress(self.report.n_ready, self.report.entity, self.progress, lang)

    def _again(self, report: Prepared) -> Result:
        call = replace(self, report=prepared_of(report))
        call.options.check(report, dry_run=False)
        return call._send()


#: What `send` takes beside the report.
SEND_KEYWORDS = frozenset(
    {entry.name for kind in (SendOptions, SendCall) for entry in fields(kind)}
    - {"report", "options", "resumes"}
)


class SendJob:
    """A send at work: opened, carried out and closed in one thread, looked at from another."""

    def __init__(self, call: SendCall, bar: Progress) -> None:
        self._client = call.client or Client()
        self._call, self._bar = replace(call, client=self._client), bar
        self._run: Run | None = None
        self.stop = Stop()

    async def work(self) -> Result:
        """Send; return what became of the rows."""
        call = self._call
        with open_run(
            call.report, self._client, call.options, self.stop, ledger=call.ledger,
            user=call.user, file=call.file, resumes=call.resumes, again=call._again,
        ) as run:  # fmt: skip
            self._run = run
            return await run.run()

    def look(self) -> None:
        """Show how things are."""
        if self._run is not None:
            self._bar.update(self._run.view)

    def view(self) -> View | None:
        """Look at how things are; None before the first request is put together."""
        return None if self._run is None else self._run.view()

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Say beside an exception that is not ours what became of the run it left."""
        try:
            yield
        except BaseException as error:
            if self._run is not None and not isinstance(error, PangoprepError):
                run_id = self._run.run_id
                error.add_note(
                    f"pangoprep: run {run_id} was stopped, and the ledger knows what became of its "
                    f"rows: pp.status({run_id!r}). To go on: df.pango.resume({run_id!r})."
                )
            raise


def _known_client() -> Client | None:
    # A plan needs no credentials; with them it also knows what was sent before.
    try:
        return Client()
    except CredentialsMissingError:
        return None
