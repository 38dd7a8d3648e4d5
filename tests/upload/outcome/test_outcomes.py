from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
import termios
import warnings
from contextlib import closing
from dataclasses import replace
from html import unescape
from typing import Any

import pandas as pd
import pytest

from pangoprep.errors import OptionError
from pangoprep.sandbox import Fault
from pangoprep.tables import read_table
from pangoprep.upload import send, status
from pangoprep.upload.machine.data_directory import key_path
from pangoprep.upload.machine.run_lock import live_folder
from pangoprep.upload.outcome.progress import Progress, View, duration
from pangoprep.upload.outcome.row_states import RowStates, Speed
from pangoprep.upload.outcome.states import State


def keywords(world: Any) -> dict[str, Any]:
    return {"client": world.client(), "source": "CRM", "ledger": world.ledger}


def test_the_plan_is_what_would_be_sent(make_world, report) -> None:
    world = make_world(limits={1: 2, 60: 4})
    plan = send(report(320), **keywords(world), dry_run=True)
    assert not world.way.bodies
    assert not world.ledger.exists()
    result = send(report(320), **keywords(world))
    sent = [body for body in world.way.bodies if b"entries" in body]
    assert plan.n_requests == len(sent) == result.n_requests == 7
    assert plan.n_bytes == sum(map(len, sent))
    assert list(plan.payloads) == sent[:3]
    assert plan.n_to_send == 320
    assert plan.window == (60, 4)
    assert 60 <= plan.finish_seconds <= 62
    # What was sent lately counts.
    later = send(report(320), **keywords(world), dry_run=True, resend=True)
    assert later.finish_seconds > plan.finish_seconds
    assert send(report(321), **keywords(world), dry_run=True).n_to_send == 1


def test_a_plan_knows_what_a_killed_run_left_open(world, report) -> None:
    kept = world.folder / "kept.sqlite"

    def keep(request: Any) -> None:
        """Take the ledger as it is while the request is in flight, as if we died now."""
        with closing(sqlite3.connect(world.ledger)) as ledger, closing(sqlite3.connect(kept)) as to:
            ledger.backup(to)
        shutil.copy(key_path(world.ledger), key_path(kept))
        shutil.copytree(live_folder(world.ledger), live_folder(kept), dirs_exist_ok=True)

    world.way.before = keep
    assert send(report(50), **keywords(world), je_event_key="CJE-1").ok
    arguments = keywords(world) | {"ledger": kept, "je_event_key": "CJE-1"}
    plan = send(report(60), **arguments, dry_run=True)
    assert (plan.counts["unknown"], plan.n_to_send) == (50, 10)


def test_a_plan_needs_neither_credentials_nor_source(prepared, people) -> None:
    plan = send(prepared(people(100_000), held=[1, 2]), dry_run=True)
    assert plan.counts["held"] == 2
    assert plan.n_requests == 2_000
    assert 78 < plan.finish_seconds < 82
    assert "1:20" in repr(plan)
    assert "1,000/60s" in repr(plan)
    assert "nothing was sent" in repr(plan)


def test_a_plan_shows_no_value_by_itself(prepared, people) -> None:
    plan = send(prepared(people(2, gender="male", address="<b>12</b>")), dry_run=True)
    entry = plan.masked_payload()["entries"][0]
    assert entry["phone"] == "•••"
    assert entry["gender"] == "male"
    shown = repr(plan) + plan._repr_html_()
    assert "0300000000" not in shown
    assert "<b>12" not in shown
    assert b"0300000000" in plan.payloads[0]
    empty = send(prepared(people(0)), dry_run=True)
    assert empty.masked_payload() == {}
    assert "0 requests" in repr(empty)


def test_a_result_in_html_says_what_happened_and_runs_nothing(make_world, report) -> None:
    world = make_world(faults=[Fault("poison", key="C3")])
    result = send(report(60), **keywords(world))
    html = result._repr_html_()
    assert "PangoCDP refused it" in html
    assert "INVALID_DATA" in html
    hostile = replace(
        result,
        reason="<script>alert(1)</script>",
        _row_states=RowStates(1),
    )
    hostile._row_states.mark([0], State.REJECTED, "<img src=x>")
    assert "<script>" not in hostile._repr_html_()
    assert "&lt;img" in hostile._repr_html_()
    assert "<img" not in hostile._repr_html_()


def test_what_became_of_rows_is_said_in_the_readers_language(make_world, report) -> None:
    world = make_world(faults=[Fault("poison", key="C3")])
    result = send(report(60), **keywords(world), sample=5)
    assert result.reason == "of the first 5 rows 4 were accepted"
    kept = status(result.run_id, world.ledger)
    assert kept.reason == result.reason
    told = "trong 5 hàng đầu tiên có 4 hàng được nhận"
    assert told in unescape(replace(kept, lang="vi")._repr_html_())
    in_vietnamese = replace(result, lang="vi")
    assert told in unescape(in_vietnamese._repr_html_())
    assert set(in_vietnamese.rows["reason"]) >= {told, ""}
    # What PangoCDP said, and its name of the request, stays.
    assert "(requestId " in in_vietnamese.rows["reason"][3]
    assert all("requestId" not in reason for _, reason, _ in result.reason_counts())


def test_reasons_of_older_ledgers_are_read(make_world, report) -> None:
    world = make_world()
    result = send(report(1), **keywords(world))
    with closing(sqlite3.connect(world.ledger)) as db, db:
        db.execute("UPDATE runs SET reason = 'interrupted'")
    kept = status(result.run_id, world.ledger)
    assert kept.reason == "interrupted"
    assert "bị ngắt" in replace(kept, lang="vi")._repr_html_()


def test_a_result_as_a_workbook(make_world, report, tmp_path, monkeypatch) -> None:
    from pangoprep.upload.outcome import result as module

    world = make_world(faults=[Fault("poison", key="C3")])
    monkeypatch.setattr(module, "_ROWS_PER_SHEET", 50)
    result = send(report(60), **keywords(world))
    result.rows.loc[0, "reason"] = "=HYPERLINK(1)"
    result.to_excel(tmp_path / "result.xlsx")
    sheets = pd.read_excel(tmp_path / "result.xlsx", sheet_name=None, engine="calamine")
    assert list(sheets) == ["summary", "rows", "rows 2"]
    assert [len(sheets["rows"]), len(sheets["rows 2"])] == [50, 10]
    assert sheets["rows"]["reason"][0] == "=HYPERLINK(1)"
    summary = dict(zip(sheets["summary"]["state"], sheets["summary"]["rows"], strict=True))
    assert (summary["accepted"], summary["rejected"]) == (59, 1)


def test_rows_keep_their_order_and_labels(prepared, people) -> None:
    frame = people(4).set_index(pd.Index(["a", "a", 3, None]))
    report = prepared(frame, held=[1], superseded=[2])
    row_states = RowStates(2)
    row_states.mark([0], State.ACCEPTED)
    row_states.mark([1], State.REJECTED, "no")
    [rows] = report.rows_parts()
    table, stop = row_states.into(rows, 0)
    assert stop == 2
    assert table["state"].tolist() == ["accepted", "held", "superseded", "rejected"]
    assert table["reason"].tolist() == ["", "why", "why", "no"]
    assert table["index"].tolist()[:3] == ["a", "a", 3]
    assert rows["state"].tolist() == ["ready", "held", "superseded", "ready"]


class Terminal:
    """A stderr that can be read afterwards."""

    def __init__(self, *, is_terminal: bool) -> None:
        self.text, self.is_terminal = "", is_terminal

    def isatty(self) -> bool:
        return self.is_terminal

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass


VIEW = View(50, {"accepted": 49, "rejected": 1}, 25.0, 80.0, (60.0, 1_000))


@pytest.mark.parametrize(
    ("show", "is_terminal", "is_shown"),
    [(None, True, True), (None, False, False), (True, False, True), (False, True, False)],
)
def test_progress_is_shown_where_it_can_be_seen(monkeypatch, show, is_terminal, is_shown) -> None:
    terminal = Terminal(is_terminal=is_terminal)
    monkeypatch.delenv("COLUMNS", raising=False)  # tqdm would cut the line to fit
    monkeypatch.setattr(sys, "stderr", terminal)
    bar = Progress(100, "customer-identity", show)
    bar.update(lambda: VIEW)
    bar.__exit__()
    assert ("25 rows/s; limit 1,000/60s" in terminal.text) == is_shown
    if show is None:
        bar = Progress(100, "customer-identity", show, "vi")
        bar.update(lambda: VIEW)
        bar.__exit__()
        assert ("/100 dòng [" in terminal.text) == is_shown
        assert ("25 dòng/giây; giới hạn 1.000/60 giây" in terminal.text) == is_shown


def test_a_narrow_terminal_still_shows_the_time_left(monkeypatch) -> None:
    reading, writing = os.openpty()
    termios.tcsetwinsize(writing, (24, 80))
    with os.fdopen(reading, "rb", buffering=0) as shown, os.fdopen(writing, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        bar = Progress(100, "customer-identity", None)
        bar.update(lambda: VIEW)
        bar.__exit__()
        text = ""
        while not text.endswith("\n"):
            text += shown.read(4_096).decode()
    line = text.strip().split("\r")[-1]
    assert len(line) <= 80
    assert "50/100 rows" in line
    assert "1:20 left; 49 accepted" in line


def test_a_notebook_without_widgets_gets_text_and_no_warning(monkeypatch) -> None:
    from types import SimpleNamespace

    from pangoprep import progress

    terminal = Terminal(is_terminal=False)
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.delenv("COLUMNS", raising=False)
    shell = SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setattr(progress, "find_spec", lambda name: None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bar = Progress(100, "customer-identity", None)
        bar.update(lambda: VIEW)
        bar.__exit__()
    assert "49 accepted, 1 rejected" in terminal.text


def test_time_left_is_sane_from_the_start(make_world, report) -> None:
    """With a burst at first and a long window after it, the time left must not jump about."""
    from pangoprep.upload.engine.run import Run

    world = make_world(limits={1: 10, 100: 20})
    views = []
    before = world.way.handle_async_request
    jobs: list[Run] = []
    made = Run.__init__

    def remember(self: Run, *args: Any) -> None:
        made(self, *args)
        jobs.append(self)

    async def look(request: Any) -> Any:
        views.append((world.clock.steady, jobs[-1].view().seconds_left))
        return await before(request)

    world.way.handle_async_request = look
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Run, "__init__", remember)
        started = world.clock.steady
        assert send(report(50 * 60), **keywords(world)).ok
    took = world.clock.steady - started
    assert took > 200
    for at, left in views:
        assert abs((at - started) + left - took) < 0.05 * took + 3
    assert json.dumps(jobs[-1].view().counts)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (0.2, "0:01"), (3_599.5, "1:00:00"), (172_800, "2 days 0:00:00")],
)
def test_durations(seconds, text) -> None:
    assert duration(seconds) == text


def test_the_speed_is_drawn_in_a_fixed_width() -> None:
    speed = Speed()
    for second in range(100_000):
        speed.add(second, 50)
    assert len(speed.sparkline()) <= 64
    assert set(speed.sparkline()[:-1]) == {"█"}
    assert sum(speed.slots) == 5_000_000
    assert Speed().sparkline() == ""


def test_results_and_plans_speak_the_reports_language(make_world, report, people) -> None:
    world = make_world(faults=[Fault("poison", key="C3")])
    told = pd.DataFrame(people(60)).pango.validate("customer-identity", lang="vi")
    plan = send(told, dry_run=True)
    result = send(told, **keywords(world))
    for shown in (plan._repr_html_(), result._repr_html_()):
        assert 'lang="vi"' in shown
    assert "PangoCDP từ chối" in result._repr_html_()
    assert "Yêu cầu đầu tiên" in plan._repr_html_()
    assert "Kế hoạch: gửi 0 trong 60 dòng" in plan._repr_html_()
    asked = replace(
        plan, window=(60.0, 1_000), waits_until=pd.Timestamp(90_000, unit="s", tz="UTC")
    )
    asked = replace(asked, finish_seconds=90_000.0)
    assert "1 ngày 1:00:00, PangoCDP yêu cầu chờ đến 1970-01-0" in asked._repr_html_()
    assert "do giới hạn 1.000/60s; chưa gửi gì" in asked._repr_html_()
    same = replace(asked, lang="en")
    assert unescape(same._repr_html_()).count(repr(same)[1:-1]) == 1
    assert 'lang="en"' in send(report(3), **keywords(world))._repr_html_()


def test_a_run_shows_itself_in_two_languages(make_world, people, report) -> None:
    world = make_world(faults=[Fault("poison", key="C3")])
    run_id = send(report(1_200), **keywords(world)).run_id
    shown = status(run_id, world.ledger, lang="vi")
    assert repr(shown).startswith(
        f"<Lượt gửi tập {run_id}: customer-identity, đã xong; 1.200 dòng: "
    )
    assert repr(shown).endswith("1.199 đã nhận, 1 bị từ chối>")
    html = shown._repr_html_()
    assert 'lang="vi"' in html
    assert f"Lượt gửi tập {run_id}: customer-identity, đã xong; 1.200 dòng" in html
    assert "1.199 đã nhận, 1 bị từ chối" in html
    table = read_table("report_words").to_pylist()
    left = {line["en"] for line in table if line["key"].startswith("status.")}
    assert not [name for name in left if f"<td>{name}</td>" in html]
    plain = status(run_id, world.ledger)
    assert plain == shown
    assert "lang" not in plain.audit
    assert f"Practice run {run_id}: customer-identity, finished; 1,200 rows" in plain._repr_html_()
    assert "1,199 accepted, 1 rejected" in plain._repr_html_()
    with pytest.raises(OptionError, match="lang='fr'"):
        status(run_id, world.ledger, lang="fr")
