"""How a page sends, stops, and gets back what was refused."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.studio.session import Session
from tests.studio.pages import Page, messy

SENT = {"target": "practice", "source": "CRM"}


def wait_for_end(page: Page) -> dict[str, Any]:
    follower = page.session.sending
    while (now := follower.now()) is not None and now["running"]:
        assert threading.main_thread().is_alive()
        follower._live.wait(0.05)  # type: ignore[union-attr]
    return now


def test_practice_is_a_pangocdp_on_this_machine_and_rejected_rows_come_back(
    tmp_path: Path,
) -> None:
    with pp.Sandbox(limits=None) as cdp:
        frame = messy()
        session = Session(
            frame.pango.workbench(), client=cdp.client(), source="CRM",
            ledger=tmp_path / "l.sqlite",
        )  # fmt: skip
        page = Page(session)
        opened = page.ask("send")
        assert [(one["name"], one["there"]) for one in opened["targets"]] == [
            ("practice", True),
            ("real", False),
        ]
        assert opened["source"] == "CRM"
        plan = page.ask("plan", target="practice", source="CRM")
        assert plan["lines"][0] == "1,791 of 2,000 rows would be sent"
        assert len(cdp.records("customer-identity")) == 0
        assert page.refused("begin", target="real", source="CRM")
        begun = page.ask("begin", target="practice", source="CRM")
        assert begun["sending"]["running"]
        ended = wait_for_end(page)
        assert {one["label"]: one["n"] for one in ended["counts"]}["accepted"] == 1791
        assert len(cdp.records("customer-identity")) == 1791
        (run,) = page.ask("send")["runs"]
        assert "PRACTICE · finished" in run
        assert page.ask("rows", rejected=True)["total"] == 0


def test_rows_that_pangocdp_refuses_come_back_with_its_words_and_are_sent_again(
    tmp_path: Path,
) -> None:
    with pp.Sandbox(limits=None, faults=[pp.Fault("poison", key="C1")]) as cdp:
        frame = pd.DataFrame(
            {
                "customerId": ["C0", "C1", "C2"],
                "fullName": ["An", "Chi", "Tú"],
                "phone": ["0912345670", "0912345671", "0912345672"],
                "district": "Quận 1",
                "city": ["Hồ Chí Minh", "Hà Nội", "Hồ Chí Minh"],
            }
        )
        bench = frame.pango.workbench("customer-identity")
        ledger = tmp_path / "l.sqlite"
        page = Page(Session(bench, client=cdp.client(), source="CRM", ledger=ledger))
        page.ask("begin", target="practice", source="CRM")
        assert wait_for_end(page)["n_back"] == 1
        back = page.ask("rows", rejected=True)
        assert [row["row"] for row in back["items"]] == [1]
        answer, _, own = back["items"][0]["reason"].partition("; ")
        assert answer
        assert "found before" not in answer
        assert own.startswith("found before it was sent: district: the district lies in another")
        assert page.ask("send", **SENT)["would"]["n"] == 1
        cdp.faults.clear()
        page.ask("act", action="fix_rows", row=1, field="fullName", new="Lê Chi")
        page.ask("begin", target="practice", source="CRM")
        ended = wait_for_end(page)
        assert ended["n_back"] == 0
        assert set(cdp.records("customer-identity")["fullName"]) == {"An", "Lê Chi", "Tú"}


def test_a_send_is_stopped_well_and_goes_on_later(tmp_path: Path) -> None:
    with pp.Sandbox(limits={60: 3}) as cdp:
        client = cdp.client(limits={60: 3})
        bench = messy().pango.workbench()
        session = Session(bench, client=client, source="CRM", ledger=tmp_path / "l.sqlite")
        page = Page(session)
        told = page.ask("plan", target="practice", source="CRM")["lines"]
        assert any(line.startswith("It would end at 20") for line in told)
        page.ask("begin", target="practice", source="CRM")
        assert "going on" in page.refused("begin", target="practice", source="CRM")
        while (now := session.sending.now()) is None or now["n_done"] < 150:
            assert now is None or now["running"]
        # The rows can be worked on meanwhile.
        page.ask("act", action="fix_rows", row=0, field="fullName", new="An")
        assert page.ask("stop")["sending"]["stopping"]
        ended = wait_for_end(page)
        counts = {one["label"]: one["n"] for one in ended["counts"]}
        assert counts["accepted"] == 150
        assert counts["unsent"] == 1791 - 150
        (run,) = page.ask("send")["runs"]
        assert "· stopped · 2,000 rows: 173 held, 36 superseded, 150 accepted, 1,641 unsent" in run


def test_a_send_is_told_more_than_its_source(tmp_path: Path) -> None:
    with pp.Sandbox(limits=None) as cdp:
        frame = pd.DataFrame(
            {
                "customerId": ["C0", "C1"],
                "fullName": ["An", "Chi"],
                "phone": ["0912345670", "0912345671"],
                "email": ["an@congty.vn", None],
                "Hạng": ["Vàng", "Bạc"],
            }
        )
        own = "customFieldTexts.customField01"
        bench = frame.pango.workbench("customer-identity", mapping={"Hạng": own})
        client, ledger = cdp.client(), tmp_path / "l.sqlite"
        page = Page(Session(bench, client=client, source="CRM", ledger=ledger))
        offered = {one["name"]: one for one in page.ask("send")["options"]}
        assert set(offered) == {
            "init_data", "resend", "ref_ids", "clear", "ignored_update_cfs", "je_config_id",
            "je_event_key", "resolve_unknown",
        }  # fmt: skip
        assert [one["value"] for one in offered["clear"]["choices"]] == [
            "phone", "email", "fullName",
        ]  # fmt: skip
        assert [one["value"] for one in offered["ignored_update_cfs"]["choices"]] == [own]
        begin = {"target": "practice", "source": "CRM"}
        page.ask("begin", **begin, options={"clear": ["email"], "je_event_key": ""})
        assert wait_for_end(page)["n_back"] == 0
        page.ask("begin", **begin, options={"clear": ["email"]})
        assert [one["label"] for one in wait_for_end(page)["counts"]] == ["unchanged"]
        page.ask("begin", **begin, options={"resend": True, "ignored_update_cfs": [own]})
        assert [one["label"] for one in wait_for_end(page)["counts"]] == ["accepted"]
        page.ask("begin", **begin, options={"je_event_key": "CJE-1"})
        wait_for_end(page)
        assert cdp.n_events == 2
        assert "no such field" in page.refused("plan", **begin, options={"clear": ["x"]})
        for wrong in ({"resend": "yes"}, {"clear": "email"}, {"client": "x"}, [1]):
            assert page.refused("begin", **begin, options=wrong)
        page.ask("begin", **begin, sample=1)
        wait_for_end(page)


def test_no_source_is_refused_before_anything_begins(tmp_path: Path) -> None:
    with pp.Sandbox(limits=None) as cdp:
        bench = messy().pango.workbench()
        page = Page(Session(bench, client=cdp.client(), ledger=tmp_path / "l.sqlite"))
        assert "source" in page.refused("begin", target="practice", source="")
        assert page.ask("open")["sending"] is None


def test_before_a_send_it_is_told_what_would_go_now(tmp_path: Path) -> None:
    with pp.Sandbox(limits=None) as cdp:
        bench = messy().head(60).pango.workbench()
        ledger = tmp_path / "l.sqlite"
        page = Page(Session(bench, client=cdp.client(), source="CRM", ledger=ledger))
        n = bench.report.n_ready

        def would(**content: Any) -> tuple[int, str, str]:
            return tuple(page.ask("send", **content)["would"].values())  # type: ignore[return-value]

        assert would() == (n, f"Send {n} rows", "")
        page.ask("begin", **SENT, sample=9)
        wait_for_end(page)
        received = f"{n} rows were received as they are now: they are not sent again"
        assert would() == (0, "Everything is sent: nothing to send", received)
        assert would(source="ERP")[0] == n  # from another source it says something else
        assert would(**SENT, options={"resend": True})[0] == n
        row = int(bench.report.rows.query("state == 'ready'").index[0])
        page.ask("act", action="fix_rows", row=row, field="fullName", new="Lê An")
        assert would()[:2] == (1, "Send 1 row")
        page.ask("act", action="leave_out", row=row)
        assert would()[0] == 0
        page.ask("begin", **SENT)
        assert {one["label"] for one in wait_for_end(page)["counts"]} >= {"unchanged", "left out"}
        latest, first = page.ask("send")["runs"]
        assert ("1 left out" in latest, "left out" in first) == (True, False)
        assert [" 60 rows: " in run for run in (latest, first)] == [True, True]


def test_the_practice_of_the_studio_refuses_some_rows_once_where_that_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("PANGO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PANGO_DATA_DIR", str(tmp_path))
    bench = messy().head(60).pango.workbench()
    page = Page(Session(bench, source="CRM", ledger=tmp_path / "l.sqlite"))
    n = bench.report.n_ready
    offered = page.ask("send")
    assert (offered["can_refuse"], offered["would"]["n"]) == (True, n)
    for refuse, n_back, n_left in ((True, 3, 3), (False, 0, 0), (True, 0, 0)):
        page.ask("begin", **SENT, refuse=refuse)
        ended = wait_for_end(page)
        assert ended["n_back"] == n_back
        assert [one["n"] for one in ended["parts"] if one["name"] == "rejected"] == [3][:n_back]
        assert page.ask("rows", rejected=True)["total"] == n_back
        assert page.ask("send", **SENT)["would"]["n"] == n_left
    with pp.Sandbox() as cdp:  # one that somebody else has: it does what they say
        given = Page(Session(bench, client=cdp.client(), ledger=tmp_path / "l.sqlite"))
        assert not given.ask("send")["can_refuse"]
