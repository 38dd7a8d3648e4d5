from __future__ import annotations

import asyncio
import json
import threading

import httpx
import pandas as pd
import pytest

from pangoprep.errors import CredentialsMissingError, OptionError, UsageError
from pangoprep.sandbox import Fault
from pangoprep.upload import asend, resume, runs, send, status


def test_every_ready_row_arrives_as_it_was_prepared(world, prepared, people) -> None:
    frame = people(120, **{"customFieldTexts.customField01": ["x", None] * 60})
    frame.index = frame.index + 1000
    report = prepared(frame, held=[3])
    result = send(report, client=world.client(), source="CRM", ledger=world.ledger)
    assert result.counts["accepted"] == 119
    assert result.counts["held"] == 1
    assert sum(result.counts.values()) == result.n_rows == 120
    assert not result.ok
    stored = [json.loads(record) for record in world.records()]
    assert stored[0] == {
        "customerId": "C0",
        "fullName": "Đỗ Thị An",
        "phone": "0300000000",
        "customFieldTexts": {"customField01": "x"},
    }
    assert len(stored) == 119
    assert result.rows.columns.tolist() == ["row", "index", "key", "state", "reason"]
    assert result.rows["index"].tolist() == frame.index.tolist()
    assert result.rows["state"].tolist() == ["accepted"] * 3 + ["held"] + ["accepted"] * 116
    assert result.rows["reason"][3] != ""


def test_sending_again_sends_only_what_changed(world, prepared, people) -> None:
    frame = people(130)
    keywords = {"client": world.client(), "source": "CRM", "ledger": world.ledger}
    assert send(prepared(frame), **keywords).ok
    again = send(prepared(frame), **keywords)
    assert again.counts["unchanged"] == 130
    assert again.n_requests == 0
    assert again.ok
    # Edited, reordered and cut differently: only the edited row and the new one go out.
    edited = pd.concat([frame.iloc[60:], frame.iloc[:50], people(131).iloc[[130]]])
    edited.loc[7, "fullName"] = "Lê Bình"
    edited = edited[["phone", "customerId", "fullName"]]
    third = send(prepared(edited), **keywords)
    assert third.counts["accepted"] == 2
    assert third.counts["unchanged"] == 119
    assert send(prepared(frame), **keywords, resend=True).counts["accepted"] == 130


def test_another_source_is_another_statement(world, report) -> None:
    client, rows = world.client(), report(3)
    send(rows, client=client, source="CRM", ledger=world.ledger)
    assert send(rows, client=client, source="POS", ledger=world.ledger).counts["accepted"] == 3
    assert send(rows, client=client, source="CRM", ledger=world.ledger).counts["accepted"] == 3


def test_what_every_request_says(world, report) -> None:
    send(
        report(2),
        client=world.client(),
        source="CRM",
        init_data=True,
        je_config_id="config",
        je_event_key="event",
        ignored_update_cfs=["customFieldTexts.customField01", "customFieldLong02"],
        ledger=world.ledger,
    )
    body = json.loads(world.way.bodies[-1])
    assert {name: value for name, value in body.items() if name != "entries"} == {
        "objectType": "customer-identity",
        "source": "CRM",
        "jeConfigId": "config",
        "jeEventKey": "event",
        "ignoredUpdateCfs": ["customField01", "customFieldLong02"],
    }


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"source": None}, UsageError, 'source="CRM"'),
        ({"source": " "}, OptionError, "source"),
        ({"ignored_update_cfs": "customField01"}, OptionError, "list"),
        ({"ignored_update_cfs": ["phone"]}, OptionError, "phone"),
        ({"clear": ["customerId"]}, UsageError, "key"),
        ({"clear": ["nothing"]}, UsageError, "no such field"),
        ({"clear": ["email"]}, UsageError, "no such column"),
        ({"sample": 0}, OptionError, "sample"),
        ({"sample": 51}, OptionError, "1 to 50"),
        ({"sample": True}, OptionError, "sample"),
        ({"resolve_unknown": "guess"}, OptionError, "resolve_unknown"),
        ({"je_config_id": ""}, OptionError, "je_config_id"),
        ({"init_data": "true"}, OptionError, "init_data"),
    ],
)
def test_wrong_calls_say_what_to_write_and_send_nothing(
    world, report, arguments, error, words
) -> None:
    keywords = {"client": world.client(), "source": "CRM", "ledger": world.ledger} | arguments
    with pytest.raises(error, match=words):
        send(report(2), **keywords)
    assert not world.way.bodies
    assert not world.ledger.exists()


def test_entities_without_ignored_update_cfs_refuse_it(world, prepared) -> None:
    frame = pd.DataFrame({"customerId": ["C1"], "email": ["a@b.vn"], "emailType": ["Personal"]})
    report = prepared(frame, "customer-identity-email")
    with pytest.raises(UsageError, match="customer-membership"):
        send(report, client=world.client(), source="CRM", ignored_update_cfs=["customField01"])


def test_without_credentials_the_error_names_the_sandbox(report) -> None:
    with pytest.raises(CredentialsMissingError, match="Sandbox"):
        send(report(1), source="CRM")


def test_null_is_left_out_or_sent_as_asked(world, prepared, people) -> None:
    frame = people(2, email=["an@example.vn", None])
    keywords = {"client": world.client(), "source": "CRM", "ledger": world.ledger}
    send(prepared(frame), **keywords)
    assert "email" not in json.loads(world.way.bodies[-1])["entries"][1]
    cleared = send(prepared(frame.assign(email=None)), **keywords, clear=["email"])
    assert cleared.counts["accepted"] == 2
    assert json.loads(world.way.bodies[-1])["entries"][0]["email"] is None
    assert "email" not in json.loads(world.records()[0])


def test_one_bad_row_costs_nobody_else(make_world, report) -> None:
    for bad in (0, 17, 49):
        world = make_world(faults=[Fault("poison", key=f"C{bad}")])
        result = send(report(50), client=world.client(), source="CRM", ledger=world.ledger)
        assert result.counts["accepted"] == 49
        assert result.rows.query("state == 'rejected'")["row"].tolist() == [bad]
        assert "could not be processed" in result.rows["reason"][bad]
        assert result.n_requests <= 13


def test_many_bad_rows_are_each_found(make_world, report) -> None:
    bad = [3, 4, 49, 50, 99, 120]
    world = make_world(faults=[Fault("poison", key=f"C{number}") for number in bad])
    result = send(report(125), client=world.client(), source="CRM", ledger=world.ledger)
    assert result.rows.query("state == 'rejected'")["row"].tolist() == bad
    assert result.counts["accepted"] == 119


def test_a_batch_of_nothing_but_bad_rows_ends(make_world, report) -> None:
    world = make_world(faults=[Fault("success_false")])
    result = send(report(2_000), client=world.client(), source="CRM", ledger=world.ledger)
    assert result.counts["accepted"] == 0
    assert result.counts["rejected"] + result.counts["unsent"] == 2_000
    assert "in a row" in result.reason
    assert result.n_requests < 250


def test_a_fault_of_the_whole_request_stops_the_run_at_once(world, report) -> None:
    keywords = {"client": world.client(), "source": "CRM", "ledger": world.ledger}
    world.way.before = lambda request: request.headers.update({"Content-Type": "text/plain"})
    result = send(report(400), **keywords)
    assert result.counts["unsent"] == 400
    assert "whole request" in result.reason
    assert result.n_requests == 1
    world.way.before = lambda request: None
    assert send(report(400), **keywords).ok


def test_sample_sends_a_few_rows_first(make_world, report) -> None:
    world = make_world(faults=[Fault("poison", key="C2")])
    keywords = {"client": world.client(), "source": "CRM", "ledger": world.ledger, "sample": 5}
    result = send(report(200), **keywords)
    assert (result.counts["accepted"], result.counts["rejected"]) == (4, 1)
    assert result.counts["unsent"] == 195
    assert "first 5 rows 4" in result.reason
    world.faults.clear()
    result = send(report(200), **keywords)
    assert (result.counts["accepted"], result.counts["unchanged"]) == (196, 4)
    sizes = [len(json.loads(body)["entries"]) for body in world.way.bodies[-5:]]
    assert sizes == [5, 50, 50, 50, 41]


def test_resume_goes_on_with_the_options_of_the_run(make_world, report) -> None:
    world = make_world(faults=[Fault("server_error", skip=2)])
    client, rows = world.client(in_flight=1), report(200)
    first = send(rows, client=client, source="CRM", ledger=world.ledger, resend=True, user="An")
    assert first.counts["accepted"] == 100
    assert first.counts["unknown"] == 50
    assert first.counts["unsent"] == 50
    world.faults.clear()
    second = resume(rows, first.run_id, client=client, ledger=world.ledger)
    assert second.counts["accepted"] == 100
    assert second.counts["unchanged"] == 100
    assert len(world.records()) == 200
    kept = status(first.run_id, world.ledger)
    assert kept.user == "An"
    assert kept.state == "stopped"
    assert dict(kept.counts) == dict(first.counts)
    assert status(second.run_id, world.ledger).resumes == first.run_id
    table = runs(world.ledger)
    assert table["run_id"].tolist() == [second.run_id, first.run_id]
    assert (table["n_rows"] == 200).all()


def test_resuming_asks_for_the_same_as_the_run_did(make_world, prepared, people) -> None:
    world = make_world(faults=[Fault("redirect", skip=1)])
    client, rows = world.client(in_flight=1), prepared(people(150, email=None))
    queries, said = [], []

    def listen(request: httpx.Request) -> None:
        if "ingest" in request.url.path:
            body = json.loads(world.way.bodies[-1])
            assert all(entry["email"] is None for entry in body.pop("entries"))
            queries.append(request.url.query)
            said.append(body)

    world.way.before = listen
    first = send(
        rows,
        client=client,
        source="CRM",
        init_data=True,
        je_config_id="config",
        je_event_key="event",
        ignored_update_cfs=["customField01"],
        clear=["email"],
        ledger=world.ledger,
    )
    assert first.counts["unsent"] == 100
    world.faults.clear()
    resumed = resume(rows, first.run_id, client=client, ledger=world.ledger)
    assert (resumed.counts["unchanged"], resumed.counts["accepted"]) == (50, 100)
    assert queries == [b"initData=true"] * 4
    assert said == [said[0]] * 4
    assert len(said[0]) == 5
    assert len(world.events()) == 150


def test_a_resend_that_was_stopped_goes_on_with_the_rest(make_world, report) -> None:
    world = make_world()
    keywords = {"client": world.client(in_flight=1), "ledger": world.ledger}
    assert send(report(150), **keywords, source="CRM").ok
    world.faults[:] = [Fault("redirect", skip=1)]
    stopped = send(report(150), **keywords, source="CRM", resend=True)
    assert (stopped.counts["accepted"], stopped.counts["unsent"]) == (50, 100)
    world.faults.clear()
    resumed = resume(report(150), stopped.run_id, **keywords)
    assert (resumed.counts["unchanged"], resumed.counts["accepted"]) == (50, 100)


def test_the_audit_of_a_run_says_who_what_when_and_how(world, report) -> None:
    keywords = {"client": world.client(), "ledger": world.ledger, "source": "CRM"}
    first = send(report(3), **keywords, user="An <b>", file="export.csv", init_data=True)
    audit = json.loads(json.dumps(status(first.run_id, world.ledger).audit))
    assert audit["run_id"] == first.run_id
    assert (audit["user"], audit["file"]) == ("An <b>", "export.csv")
    assert pd.Timestamp(audit["started"]) <= pd.Timestamp(audit["ended"])
    assert audit["options"]["source"] == "CRM"
    assert audit["options"]["init_data"] is True
    assert audit["counts"] == first.counts
    assert len(audit["fingerprint"]) == 32
    again, other = (send(rows, **keywords).run_id for rows in (report(3), report(4)))
    assert status(again, world.ledger).fingerprint == audit["fingerprint"]
    assert status(other, world.ledger).fingerprint != audit["fingerprint"]
    shown = status(first.run_id, world.ledger)._repr_html_()
    assert "An &lt;b&gt;" in shown
    assert "source=&#39;CRM&#39;" in shown


def test_only_a_run_that_has_ended_can_be_resumed(world, report, prepared) -> None:
    keywords = {"client": world.client(), "ledger": world.ledger}
    refused = []

    def resume_meanwhile(request: httpx.Request) -> None:
        run_id = runs(world.ledger)["run_id"][0]
        with pytest.raises(UsageError, match="still running") as caught:
            resume(report(3), run_id, **keywords)
        refused.append(caught.value)

    world.way.before = resume_meanwhile
    result = send(report(3), **keywords, source="CRM")
    assert result.ok
    assert len(refused) == 2  # at the request for a token, and at the one with rows
    photos = pd.DataFrame({"customerId": ["C1"], "imageUrl": ["https://a.vn/1"], "source": ["x"]})
    with pytest.raises(UsageError, match="sent 'customer-identity'"):
        resume(prepared(photos, "customer-identity-photo"), result.run_id, **keywords)


def test_retry_sends_what_was_mended(make_world, report) -> None:
    world = make_world(faults=[Fault("poison", key="C2")])
    result = send(report(60), client=world.client(), source="CRM", ledger=world.ledger)
    assert result.counts["rejected"] == 1
    world.faults.clear()
    mended = result.retry(report(60))
    assert (mended.counts["accepted"], mended.counts["unchanged"]) == (1, 59)


def test_a_running_event_loop_is_no_obstacle(world, report) -> None:
    keywords = {"client": world.client(), "source": "CRM", "ledger": world.ledger}

    async def notebook() -> None:
        assert send(report(60), **keywords).ok
        result = await asend(report(70), **keywords)
        assert (result.counts["unchanged"], result.counts["accepted"]) == (60, 10)
        plan = await asend(report(70), **keywords, dry_run=True)
        assert plan.n_to_send == 0
        with pytest.raises(OptionError, match="Did you mean 'source'"):
            await asend(report(70), sauce="CRM")

    asyncio.run(notebook())


def test_no_thread_is_left(world, report) -> None:
    before = threading.active_count()
    keywords = {"client": world.client(), "source": "CRM", "ledger": world.ledger}
    send(report(60), **keywords, progress=True)
    world.faults.append(Fault("redirect"))
    send(report(60), **keywords, resend=True)
    assert threading.active_count() == before


def test_an_empty_report(world, report) -> None:
    result = send(report(0), client=world.client(), source="CRM", ledger=world.ledger)
    assert result.ok
    assert result.n_rows == 0
    assert result.rows.empty
