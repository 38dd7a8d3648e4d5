"""One call of `send`: its arguments, and the ways to carry it out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from pangoprep.errors import CredentialsMissingError
from pangoprep.upload.arguments import SendOptions
from pangoprep.upload.engine.background import Background
from pangoprep.upload.engine.planning import make_plan
from pangoprep.upload.engine.run import open_run
from pangoprep.upload.http.client import Client
from pangoprep.upload.outcome.plan import Plan
from pangoprep.upload.outcome.progress import Progress
from pangoprep.upload.outcome.result import Result
from pangoprep.upload.rows.prepared import Prepared


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
        call = cls(report=report, options=SendOptions(**options), **arguments)
        call.options.check(report.entity, report.ready, dry_run=call.dry_run)
        return call

    def carry_out(self) -> Result | Plan:
        """Send, or plan, and wait for the end."""
        if self.dry_run:
            return self._plan()
        with self._job() as (background, look):
            return background.wait(look)

    async def carry_out_async(self) -> Result | Plan:
        """Send, or plan, without blocking the running event loop while requests are made."""
        if self.dry_run:
            return self._plan()
        with self._job() as (background, look):
            return await background.wait_async(look)

    def _plan(self) -> Plan:
        return make_plan(self.report, self.client or _known_client(), self.options, self.ledger)

    @contextmanager
    def _job(self) -> Iterator[tuple[Background[Result], Callable[[], None]]]:
        client = self.client or Client()
        opened = open_run(
            self.report, client, self.options, ledger=self.ledger, user=self.user,
            file=self.file, resumes=self.resumes, again=replace(self, client=client)._again,
        )  # fmt: skip
        with opened as job:
            bar = Progress(len(self.report.ready_rows), self.report.entity, self.progress)
            try:
                yield Background(job.run, job.interrupt), lambda: bar.update(job.view())
                bar.update(job.view())
            finally:
                bar.close()

    def _again(self, report: Prepared) -> Result:
        call = replace(self, report=report)
        call.options.check(report.entity, report.ready, dry_run=False)
        with call._job() as (background, look):
            return background.wait(look)


def _known_client() -> Client | None:
    # A plan needs no credentials; with them it also knows what was sent before.
    try:
        return Client()
    except CredentialsMissingError:
        return None
