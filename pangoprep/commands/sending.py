"""``send``, ``resume``, ``runs``, ``status``: to PangoCDP, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pangoprep.commands.credentials import client_of
from pangoprep.commands.output import (
    HELD,
    READY,
    TROUBLE,
    as_json,
    language,
    note,
    say,
    table,
    tell,
    words,
)
from pangoprep.commands.sheets import check_and_note
from pangoprep.entities import ENTITIES, Entity
from pangoprep.errors import UsageError
from pangoprep.language import Language
from pangoprep.large.outputs import write_states
from pangoprep.large.request import FileRequest
from pangoprep.report import Report
from pangoprep.sentence import Sentence
from pangoprep.upload import Client, Plan, Result, resume, runs, send, status
from pangoprep.upload.ledger.confirmations import CONFIRMED
from pangoprep.upload.outcome.progress import local_time
from pangoprep.upload.outcome.states import STATES
from pangoprep.writing.formats import check_name
from pangoprep.writing.targets import check_targets

_TROUBLE = ("rejected", "unknown", "unsent")


@dataclass
class SendSummary:
    """What became of the rows of one or more files."""

    results: list[Result] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """State -> rows, of everything."""
        counts: dict[str, int] = {}
        every = [result.counts for result in self.results] + [plan.counts for plan in self.plans]
        for one in every:
            for state, n_rows in one.items():
                counts[state] = counts.get(state, 0) + n_rows
        return counts

    @property
    def code(self) -> int:
        """The exit code."""
        counts = self.counts
        if self.results and any(counts.get(state) for state in _TROUBLE):
            return TROUBLE
        return HELD if counts.get("held") else READY

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "runs": [
                {"run_id": r.run_id, "entity": r.entity, "counts": dict(r.counts),
                 "reason": r.reason, "seconds": r.seconds, "n_requests": r.n_requests}
                for r in self.results
            ],
            "plans": [
                {"entity": p.entity, "counts": dict(p.counts), "n_requests": p.n_requests,
                 "n_bytes": p.n_bytes, "finish_seconds": p.finish_seconds}
                for p in self.plans
            ],
            "counts": self.counts,
        }  # fmt: skip


def send_files(
    requests: Sequence[FileRequest],
    arguments: dict[str, Any],
    out: Path | None,
    *,
    to_sandbox: bool = False,
    sandbox_path: Path | None = None,
    run_id: str | None = None,
    reveal: bool = False,
    escape_formulas: bool | None = None,
    json: bool,
) -> int:
    """Send files, or the sheets of one, and say what became of every row.

    Parameters
    ----------
    requests
        What to send.
    arguments
        Those of `pangoprep.upload.send`.
    out
        Where to write the state of every row.
    to_sandbox
        Send to a PangoCDP on this machine, started for it.
    sandbox_path
        The file that keeps it; None: it keeps nothing.
    run_id
        The run to go on with.
    reveal
        Write the keys of rows as they are; else masked.
    escape_formulas
        In a CSV of states, escape what a sheet would calculate; None: do.
    json
        Print JSON.
    """
    check_name(out)
    sources = [one for request in requests for one in request.sources]
    check_targets([out, sandbox_path], sources)
    if not (run_id or arguments.get("dry_run")):
        for request in requests:
            _refuse_without_source(arguments, request)
    if run_id is not None:
        before = status(run_id, arguments.get("ledger"))
        for request in requests:
            request.entity, request.kept = request.entity or before.entity, before.reading
    outcome = SendSummary()
    own = [request.entity for request in requests if isinstance(request.entity, type)]
    with _client(
        arguments, own, to_sandbox=to_sandbox, sandbox_path=sandbox_path, run_id=run_id
    ) as client:
        checked = check_and_note(requests, client, arguments.get("ledger"))
        for request, report in checked.values():
            _send(report, client, request, arguments, run_id, outcome)
            outcome.reports += [report] * (len(outcome.results) - len(outcome.reports))
        if out is not None and outcome.results:
            write_states(
                [*zip(outcome.results, outcome.reports, strict=True)], out, language(),
                reveal=reveal, escape_formulas=escape_formulas is not False,
            )  # fmt: skip
        if json:
            as_json(outcome.as_json())
        else:
            _say(outcome)
    if not to_sandbox or sandbox_path is not None:
        _say_how_to_go_on(
            outcome,
            {request.path for request in requests},
            {"--ledger": arguments.get("ledger"), "--sandbox-path": sandbox_path},
        )
    if out is not None:
        note(Sentence("Every row with its state and reason: {1}", out))
    return outcome.code


def show_runs(ledger: Path | None, *, practice: bool, json: bool) -> int:
    """List the runs of the ledger; those that were for practice on demand, or if it is named."""
    found = runs(ledger, practice=practice or None)
    if json:
        as_json(found.astype(object).where(found.notna(), None).to_dict("records"))
        return READY
    told = words()
    if n_left_out := len(runs(ledger, practice=True)) - len(found):
        note(told("runs.practice", n=n_left_out))
    # With every state that some run has, the numbers of a line add up.
    states = [state for state in (*STATES, *CONFIRMED) if found[state].any()]
    lines = [
        {"run_id": one["run_id"], "started": one["started"].strftime("%Y-%m-%d %H:%M:%S"),
         "state": _state(one, told), "entity": one["entity"], "n_rows": one["n_rows"],
         **{told(f"state.{state}"): one[state] for state in states},
         "file": one["file"] if isinstance(one["file"], str) else ""}
        for one in found.to_dict("records")
    ]  # fmt: skip
    say(table(lines))
    return READY


def _state(run: Mapping[Hashable, Any], told: Language) -> str:
    state = told(f"status.{run['state']}")
    if run["is_practice"]:
        state = told("runs.is_practice", state=state)
    if run["waits_until"] == run["waits_until"]:  # is a time
        state += told("plan.waits", until=local_time(run["waits_until"].timestamp()))
    return state


def show_status(run_id: str, ledger: Path | None, *, json: bool) -> int:
    """Say what became of one run, also while it runs."""
    found = status(run_id, ledger, lang=language())
    if json:
        as_json({**vars(found), "counts": dict(found.counts), "options": dict(found.options)})
    else:
        say(found.headline)
        if found.reason:
            tell(Sentence("It stopped early: {1}", found.reason))
    if any(found.counts[state] for state in _TROUBLE):
        return TROUBLE
    return HELD if found.counts["held"] else READY


def _refuse_without_source(arguments: dict[str, Any], request: FileRequest) -> None:
    """Stop before a long file is read for nothing."""
    if not (arguments.get("source") or request.source):
        raise UsageError(
            "PangoCDP wants to know where the rows come from: add --source CRM, or "
            'source = "CRM" to the recipe.'
        )


def _send(
    report: Report,
    client: Client | None,
    request: FileRequest,
    arguments: dict[str, Any],
    run_id: str | None,
    outcome: SendSummary,
) -> None:
    file = Path(request.path).name
    if run_id is not None:
        kinds = ("ledger", "resolve_unknown")
        only = {name: arguments[name] for name in kinds if name in arguments}
        outcome.results.append(resume(report, run_id, client=client, file=file, **only))
        return
    source = arguments.get("source") or request.source
    done = send(report, client=client, file=file, **{**arguments, "source": source})
    if isinstance(done, Plan):
        outcome.plans.append(done)
    else:
        outcome.results.append(done)


@contextmanager
def _client(
    arguments: dict[str, Any],
    own: Sequence[type[Entity]],
    *,
    to_sandbox: bool,
    sandbox_path: Path | None,
    run_id: str | None,
) -> Iterator[Client | None]:
    if not to_sandbox:
        yield client_of(required=not arguments.get("dry_run"), goes_on=run_id is not None)
        return
    from pangoprep.sandbox import Sandbox

    entities = [entity for entity in own if entity not in ENTITIES.values()]
    with Sandbox(entities=entities, path=sandbox_path) as cdp:
        yield cdp.client()
        note(Sentence("The sandbox now stores {1}.", cdp.counts))
    if sandbox_path is not None:
        note(Sentence("To look at it: pangoprep sandbox --path {1}", sandbox_path))


def _say_how_to_go_on(
    outcome: SendSummary, paths: Collection[object], places: Mapping[str, object]
) -> None:
    words = ["FILE" if len(paths) > 1 else _quoted(*paths)]
    words += [f"{option} {_quoted(place)}" for option, place in places.items() if place]
    for result in outcome.results:
        if result.reason and result.counts["unsent"]:
            note(
                Sentence(
                    "To go on: pangoprep resume {1} {2}, with the same recipe and options of "
                    "reading.",
                    result.run_id,
                    " ".join(words),
                )
            )


def _quoted(word: object) -> str:
    """Put a word between quotes where a shell would cut it."""
    return f'"{word}"' if set(str(word)) & set(" ()&;,'") else str(word)


def _say(outcome: SendSummary) -> None:
    told = words()
    for plan in outcome.plans:
        say(plan.headline)
    for report, result in zip(outcome.reports, outcome.results, strict=True):
        say(result.headline)
        # One line for all rows that wait, whichever customer each waits for.
        found = [("held", reason, n_rows) for reason, n_rows in report.held_causes().items()]
        found += result.reason_counts()
        for state, reason, n_rows in sorted(found, key=lambda one: -one[2])[:10]:
            say(f"  {n_rows:>9,} {told(f'state.{state}')}: {told.told(reason)}")
    if len(outcome.results) + len(outcome.plans) > 1:
        say(told("result.together", counts=told.states(outcome.counts)))
