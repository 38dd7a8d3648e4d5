"""The tab of sending: where to, the plan, a send in a thread of its own, and what became of it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

from pangoprep import upload
from pangoprep.call_words import either
from pangoprep.errors import PangoprepError, UsageError
from pangoprep.sentence import sentence_of
from pangoprep.studio import send_options
from pangoprep.studio.desk import Desk
from pangoprep.studio.messages import Answer, Message
from pangoprep.studio.outcome import BACK, outcome, parts, save_rows, stored_at
from pangoprep.studio.send_targets import Targets
from pangoprep.upload import Client, Plan, Result
from pangoprep.upload.engine.live_send import LiveSend
from pangoprep.upload.ledger.confirmations import CONFIRMED
from pangoprep.upload.limits.limits import window_name
from pangoprep.upload.outcome.progress import View, local_time
from pangoprep.upload.outcome.states import STATES

SAMPLE = 50
N_RUNS = 5
#: Of more rows it is not counted beforehand which of them PangoCDP has: that takes too long.
MAX_COUNTED = 100_000
_LOOK_SECONDS = 0.4
#: Of a send that takes so long the plan says when it would end.
_LONG_SECONDS = 60


class SendingPart:
    """Answers what the tab of sending asks, and follows the send that goes on.

    Parameters
    ----------
    desk
        The rows.
    client
        Who sends; None: from the environment for real, and a sandbox of its own for practice.
    source
        What a send is offered with as its source.
    ledger
        Path of the ledger, or None for the user's own.
    """

    def __init__(
        self,
        desk: Desk,
        client: Client | None,
        source: str | None,
        ledger: str | os.PathLike[str] | None,
    ) -> None:
        self._desk = desk
        self._targets = Targets(client, desk.words)
        self._source, self._ledger = source, ledger
        self._live: LiveSend | None = None
        self._target = ""
        self._is_stopping = False
        self._result: Result | None = None
        self._error, self._stored_at, self._n_left_out = "", "", 0
        #: How many rows were left out of the runs of this studio, by the names of the runs.
        self._left_out_of: dict[str, int] = {}
        self.answers: dict[str, Callable[[Message], Answer]] = {
            "send": self._open,
            "plan": self._plan,
            "begin": self._begin,
            "stop": self._stop,
            "sent_rows": self._save_rows,
        }

    def _open(self, message: Message) -> Answer:
        target = message.text("target", self._target or "practice")
        return {
            "type": "send",
            "targets": self._targets.listed(),
            "target": target,
            "source": self._source,
            "sample": SAMPLE,
            "can_refuse": self._targets.is_own_practice,
            "would": self._would(target, message),
            "options": send_options.offered(self._desk),
            **self._runs(),
        }

    def _runs(self) -> Answer:
        """Tell of the last runs of this entity, as the ledger knows them."""
        words, entity = self._desk.words, self._desk.bench.report.entity
        known = upload.runs(self._ledger, practice=True)
        known = known[known["entity"] == entity]
        lines = []
        for run in known.head(N_RUNS).to_dict("records"):
            n_left_out = self._left_out_of.get(run["run_id"], 0)
            counts = [
                *self._in_states({one: run[one] for one in (*STATES, *CONFIRMED)}, unsent=True),
                *self._left_out(n_left_out),
            ]
            kind = words("send.practice.large" if run["is_practice"] else "send.real")
            began = local_time(run["started"].timestamp())
            state = words(f"run.{run['state']}")
            n_rows = words("rows.n", n=run["n_rows"] + n_left_out)
            lines.append(f"{began} · {kind} · {state} · {n_rows}: {', '.join(counts)}")
        return {
            "runs": lines,
            "n_more_runs": max(len(known) - N_RUNS, 0),
            "how_runs": either("pp.runs(practice=True)", "pangoprep runs --practice"),
        }

    # The plan

    def _dry_run(self, client: Client, message: Message) -> Plan:
        plan = upload.send(
            self._desk.bench.report,
            dry_run=True,
            client=client,
            source=self._source_of(message),
            ledger=self._ledger,
            **send_options.told(message),
        )
        assert isinstance(plan, Plan)  # noqa: S101 - a dry run
        return plan

    def _source_of(self, message: Message) -> str | None:
        return message.text("source", self._source or "") or None

    def _would(self, target: str, message: Message) -> Answer:
        """Say what a send would do now: how many rows go, and why not all that are ready."""
        words, n_ready = self._desk.words, self._desk.bench.report.n_ready
        n, n_unchanged, is_known = n_ready, 0, True
        if self._is_running or n_ready > MAX_COUNTED:
            is_known = self._result is None
        elif not self._targets.was_sent_nothing(target):
            with suppress(PangoprepError):  # it is told of when somebody sends
                counts = self._dry_run(self._targets.client_for(target), message).counts
                n, n_unchanged = counts["unsent"], counts["unchanged"]
        label = words("send.all", n=n)
        if n_ready and not n:
            label = words("send.nothing" if n_unchanged == n_ready else "send.none")
        text = words("send.unchanged", n=n_unchanged) if n_unchanged else ""
        return {"n": n, "label": label, "text": text if is_known else words("send.uncounted")}

    def _plan(self, message: Message) -> Answer:
        words, client = self._desk.words, self._targets.client_for(message.text("target"))
        plan = self._dry_run(client, message)
        n_left_out = self._desk.bench.report.n_left_out
        lines = [
            words("plan.rows", n=plan.n_to_send, rows=plan.n_rows + n_left_out),
            words("plan.requests", n=plan.n_requests, size=words.report.size(plan.n_bytes)),
            words("plan.time", time=words.report.duration(plan.finish_seconds)),
        ]
        if plan.finish_seconds >= _LONG_SECONDS:
            ends = client.clock.reading().wall + plan.finish_seconds
            lines.append(words("plan.ends", until=local_time(ends)))
        if plan.window is not None:
            lines.append(words("plan.window", window=window_name(*plan.window)))
        if plan.waits_until is not None:
            until = local_time(plan.waits_until.timestamp())
            lines.append(words("sending.waits", until=until))
        lines += [*self._in_states(plan.counts), *self._left_out(n_left_out)]
        return {"type": "plan", "lines": lines}

    def _in_states(self, counts: Mapping[str, int], *, unsent: bool = False) -> list[str]:
        """Say how many rows are in each state; of those that are still to be sent if asked."""
        say = self._desk.words.report
        return [
            f"{say.count(n)} {say(f'state.{state}')}"
            for state, n in counts.items()
            if n and (unsent or state != "unsent")
        ]

    def _left_out(self, n: int) -> list[str]:
        words = self._desk.words
        return [f"{words.report.count(n)} {words('state.left_out')}"] if n else []

    # The send

    @property
    def _is_running(self) -> bool:
        return self._live is not None and self._live.is_running

    def _begin(self, message: Message) -> Answer:
        if self._is_running:
            raise UsageError(self._desk.words("sending.already"))
        target = message.text("target")
        client, report = self._targets.client_for(target), self._desk.bench.report
        live = LiveSend(
            report,
            client=client,
            source=self._source_of(message),
            ledger=self._ledger,
            sample=message.number("sample") if message.has("sample") else None,
            **send_options.told(message),
        )
        if target == "practice" and message.flag("refuse"):
            key = report.examined.entity.key
            self._targets.refuse(self._dry_run(client, message).payloads, key)
        self._target, self._live = target, live
        self._stored_at, self._n_left_out = stored_at(client), report.n_left_out
        self._is_stopping, self._result, self._error = False, None, ""
        live.start()
        threading.Thread(target=self._follow, args=[live], daemon=True).start()
        return {"type": "begun", "sending": self.now()}

    def _stop(self, message: Message) -> Answer:
        if self._live is not None and self._is_running:
            self._is_stopping = True
            self._live.stop()
            self._tell(ended=False)
        return {"type": "stopping", "sending": self.now()}

    def end(self) -> Result | None:
        """Stop a send that goes on, well; return what became of it, None if there is none."""
        if self._live is None or not self._is_running:
            return None
        self._live.stop()
        return self._live.result()

    def _follow(self, live: LiveSend) -> None:
        """Tell the pages how the send goes on, until it has ended."""
        while not live.wait(_LOOK_SECONDS):
            self._tell(ended=False)
        self._targets.take_all()
        try:
            result = live.result()
            self._left_out_of[result.run_id] = self._n_left_out
            self._result = result
        except PangoprepError as error:
            self._error = self._desk.words.report.told(sentence_of(error))
        except Exception as error:  # noqa: BLE001 - its words may hold values
            self._error = self._desk.words("went.wrong", kind=type(error).__name__)
        self._tell(ended=True)

    def _tell(self, *, ended: bool) -> None:
        with suppress(Exception):  # a page that is gone must not end the send
            self._desk.emit({"type": "sending", "sending": self.now(), "ended": ended})

    def now(self) -> Answer | None:
        """Say how the send is going, or what became of it; None if nothing was sent."""
        live, words = self._live, self._desk.words
        if live is None:
            return None
        is_running = self._result is None and not self._error
        view = live.view()
        told: Answer = {
            "running": is_running,
            "stopping": self._is_stopping,
            "n_rows": live.n_rows,
            "n_done": view.n_done if view is not None else 0,
            "lines": self._lines(view) if is_running else [],
            "parts": parts(view.counts if view is not None else {}, words),
            "counts": [],
            "reasons": [],
            "n_more_reasons": 0,
            "n_back": 0,
            "has_rows": False,
            "stored_at": "",
        }
        place = words(f"send.{self._target}")
        key = "stopping" if is_running and self._is_stopping else "running" if is_running else "end"
        told["title"] = words(f"sending.{key}", where=place)
        if self._error:
            told["lines"] = [self._error]
        if self._result is not None:
            told |= outcome(self._result, self._n_left_out, words)
            told["stored_at"] = self._stored_at
        return told

    def _lines(self, view: View | None) -> list[str]:
        words = self._desk.words
        if view is None:
            return [words("sending.ready")]
        rate = words("sending.rate", rows=round(view.rows_per_second))
        left = words("sending.left", time=words.report.duration(view.seconds_left))
        lines = [", ".join(self._in_states(view.counts)), f"{left} · {rate}"]
        if view.window is not None:
            lines.append(words("plan.window", window=window_name(*view.window)))
        if view.waits_until is not None:
            lines.append(words("sending.waits", until=local_time(view.waits_until)))
        return [line for line in lines if line]

    def _save_rows(self, message: Message) -> Answer:
        if self._result is None:
            raise UsageError(self._desk.words("list.changed"))
        examined, n_rows = self._desk.bench.report.examined, self._result.n_rows
        path = save_rows(self._result, examined, n_rows + self._n_left_out)
        return {"type": "saved", "text": self._desk.words("sent.saved", path=str(path))}

    def rows_back(self) -> dict[int, str]:
        """Return the positions of the rows that PangoCDP refused in the last send, and its words.

        What the words say of a row's values is masked, as in ``result.rows``.
        """
        if self._result is None:
            return {}
        rows = self._result.rows
        back = rows[rows["state"].isin(BACK)]
        return dict(zip(back["row"].tolist(), back["reason"].astype(str), strict=True))
