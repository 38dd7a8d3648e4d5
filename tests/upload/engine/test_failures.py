from __future__ import annotations

import asyncio
import itertools
import logging
import signal
import sqlite3
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pangoprep.errors import (
    AnswerLostError,
    CredentialsRefusedError,
    LedgerError,
    NotSentError,
    RateLimitedError,
    RedirectRefusedError,
    RequestRefusedError,
    ServerError,
    TerminalError,
    UnexpectedError,
)
from pangoprep.sandbox import Fault
from pangoprep.upload import send, status

JOURNEY = {"je_event_key": "CJE-1"}


def keywords(world: Any, **changed: Any) -> dict[str, Any]:
    return {"client": world.client(), "source": "CRM", "ledger": world.ledger} | changed


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("rate_limited", {"wait_seconds": 3}),
        ("server_error", {"status": 500}),
        ("server_error", {"status": 503, "stored": True}),
        ("cut_before", {}),
        ("cut_after", {}),
        ("malformed_json", {}),
        ("malformed_json", {"stored": False}),
        ("oversized", {"n_bytes": 100_000}),
        ("token_expired", {}),
    ],
)
def test_what_passes_costs_no_row(make_world, report, kind, options) -> None:
    world = make_world(faults=[Fault(kind, times=2, skip=1, **options)])
    result = send(report(200), **keywords(world))
    assert result.ok
    assert result.counts["accepted"] == 200
    assert len(world.records()) == 200


@pytest.mark.parametrize(
    ("kind", "options", "error", "state"),
    [
        ("server_error", {"status": 502}, ServerError, "unknown"),
        ("cut_before", {}, AnswerLostError, "unknown"),
        ("malformed_json", {}, AnswerLostError, "unknown"),
        ("rate_limited", {}, RateLimitedError, "unsent"),
        ("token_expired", {}, CredentialsRefusedError, "unsent"),
        ("redirect", {}, RedirectRefusedError, "unsent"),
        ("server_error", {"status": 403}, RequestRefusedError, "unsent"),
        ("redirect", {"on": "token"}, RedirectRefusedError, "unsent"),
        ("server_error", {"on": "token"}, ServerError, "unsent"),
        ("malformed_json", {"on": "token"}, TerminalError, "unsent"),
        ("success_false", {"on": "token"}, CredentialsRefusedError, "unsent"),
        ("cut_before", {"on": "token"}, AnswerLostError, "unsent"),
    ],
)
def test_what_stays_stops_the_run(make_world, report, kind, options, error, state) -> None:
    """The first batch goes alone, so a fault of everything costs at most that one."""
    world = make_world(faults=[Fault(kind, **options)])
    result = send(report(200), **keywords(world))
    assert isinstance(result.error, error)
    assert result.counts[state] >= 50
    assert result.counts["unsent"] >= 150
    assert result.counts["unsent"] + result.counts["unknown"] == 200
    assert result.reason
    assert status(result.run_id, world.ledger).counts == result.counts
    world.faults.clear()
    assert send(report(200), **keywords(world)).counts["accepted"] == 200


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError])
@pytest.mark.parametrize("journey", [{}, JOURNEY])
def test_never_sent_is_always_retried(world, report, error, journey) -> None:
    failures = itertools.count()

    def refuse(request: httpx.Request) -> None:
        if "ingest" in request.url.path and next(failures) in (0, 2, 3):
            raise error("refused")

    world.way.before = refuse
    result = send(report(120), **keywords(world, **journey))
    assert result.counts["accepted"] == 120
    assert len(world.events()) == (120 if journey else 0)


def test_without_a_connection_nothing_is_unknown(world, report) -> None:
    def refuse(request: httpx.Request) -> None:
        raise httpx.ConnectError("refused")

    world.way.before = refuse
    result = send(report(120), **keywords(world))
    assert isinstance(result.error, NotSentError)
    assert result.counts["unsent"] == 120


@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "server_error", "malformed_json"])
def test_events_never_fire_twice(make_world, report, kind) -> None:
    world = make_world(faults=[Fault(kind, times=1, skip=2)])
    result = send(report(300), **keywords(world, **JOURNEY))
    assert result.counts["unknown"] == 50
    assert result.counts["accepted"] == 250
    assert "resolve_unknown" in result.rows.query("state == 'unknown'")["reason"].iloc[0]
    again = send(report(300), **keywords(world, **JOURNEY))
    assert (again.counts["unknown"], again.counts["unchanged"]) == (50, 250)
    assert len(world.events()) == len(set(world.events()))
    # Without the journey keys nothing can fire: the rows themselves may go.
    assert send(report(300), **keywords(world)).counts["accepted"] == 50
    assert len(world.events()) == len(set(world.events()))
    third = send(report(300), **keywords(world, **JOURNEY, resolve_unknown="resend"))
    assert (third.counts["accepted"], third.counts["unchanged"]) == (50, 250)
    assert set(world.events()) == {f'["C{number}"]' for number in range(300)}


def test_an_event_in_doubt_is_not_forgotten_over_a_later_one(make_world, prepared, people) -> None:
    """The answer about one content is lost, then the answer about another that never arrived."""
    world = make_world(faults=[Fault("cut_after", times=1)])
    rows, edited = prepared(people(3)), prepared(people(3, fullName="Lê Bình"))
    assert send(rows, **keywords(world, **JOURNEY)).counts["unknown"] == 3
    world.faults[:] = [Fault("cut_before", times=1)]
    assert send(edited, **keywords(world, **JOURNEY)).counts["unknown"] == 3
    world.faults[:] = [Fault("success_false")]
    third = prepared(people(3, fullName="Trần Cường"))
    assert send(third, **keywords(world, **JOURNEY)).counts["rejected"] == 3
    world.faults.clear()
    assert send(rows, **keywords(world, **JOURNEY)).counts["unknown"] == 3
    assert len(world.events()) == 3


def test_many_lost_answers_stop_a_run_with_events(make_world, report) -> None:
    world = make_world(faults=[Fault("cut_after", skip=3)])
    result = send(report(5_000), **keywords(world, **JOURNEY))
    assert result.counts["unknown"] <= 50 * (6 + 16)
    assert result.counts["unsent"] >= 3_500
    assert len(world.events()) == len(set(world.events()))


def test_a_server_gone_for_good_stops_the_run(make_world, report) -> None:
    world = make_world(faults=[Fault("server_error", status=503, skip=10)])
    result = send(report(50_000), **keywords(world))
    assert result.counts["accepted"] == 500
    assert result.counts["unknown"] <= 16 * 50
    assert result.n_requests < 300


def test_rows_rejected_by_their_event_can_be_sent_again(make_world, report) -> None:
    world = make_world(faults=[Fault("poison", key="C7")])
    result = send(report(60), **keywords(world, **JOURNEY))
    assert result.counts["rejected"] == 1
    world.faults.clear()
    assert send(report(60), **keywords(world, **JOURNEY)).counts["accepted"] == 1
    assert len(world.events()) == 60


@pytest.mark.parametrize("n_edited", [1, 5])
def test_a_refusal_after_a_lost_answer_takes_nothing_for_granted(
    make_world, prepared, people, n_edited
) -> None:
    """The first try was stored; that the second is refused, alone or in parts, undoes nothing."""
    world = make_world()
    before, edited = people(6), people(6)
    edited.loc[1:n_edited, "fullName"] = "Lê Bình"
    assert send(prepared(before), **keywords(world)).ok
    world.faults[:] = [Fault("cut_after", times=1), Fault("poison", key="C1")]
    result = send(prepared(edited), **keywords(world))
    assert (result.counts["accepted"], result.counts["rejected"]) == (n_edited - 1, 1)
    assert "may be there all the same" in result.rows["reason"][1]
    assert "Lê Bình" in world.records()[1]
    world.faults.clear()
    back = send(prepared(before), **keywords(world))
    assert (back.counts["unchanged"], back.counts["accepted"]) == (6 - n_edited, n_edited)
    assert "Lê Bình" not in "".join(world.records())


def test_halves_whose_turn_never_came_keep_their_doubt(make_world, report) -> None:
    """Stored without an answer, then refused, then divided, and then the run stops."""
    faults = [Fault("cut_after", times=1), Fault("poison", key="C40"), Fault("redirect", key="C0")]
    world = make_world(faults=faults)
    result = send(report(60), **keywords(world))
    assert isinstance(result.error, RedirectRefusedError)
    assert (result.counts["unknown"], result.counts["unsent"]) == (50, 10)
    assert status(result.run_id, world.ledger).counts == result.counts
    assert len(world.records()) == 50


def test_halves_keep_their_doubt_when_interrupted_while_they_wait(make_world, report) -> None:
    faults = [Fault("cut_after", times=1), Fault("poison", key="C40")]
    world = make_world(faults=[*faults, Fault("rate_limited", key="C0", wait_seconds=7)])
    real = world.clock.sleep

    async def sleep(seconds: float) -> None:
        if 5 < seconds <= 7:  # the first half has been told to wait
            signal.raise_signal(signal.SIGINT)
            await asyncio.Event().wait()
        await real(seconds)

    world.clock.sleep = sleep
    result = send(report(60), **keywords(world))
    assert result.reason == "interrupted"
    assert (result.counts["unknown"], result.counts["unsent"]) == (50, 10)
    assert status(result.run_id, world.ledger).counts == result.counts


def test_what_was_surely_not_taken_leaves_the_journal_at_once(
    make_world, report, requests_of
) -> None:
    """Who dies while waiting to try again must not find those rows unknown."""
    world = make_world(faults=[Fault("rate_limited", wait_seconds=7, times=1)])
    in_journal, real = [], world.clock.sleep

    async def sleep(seconds: float) -> None:
        in_journal.append(len(requests_of(world.ledger)))
        await real(seconds)

    world.clock.sleep = sleep
    assert send(report(50), **keywords(world, **JOURNEY)).ok
    assert in_journal == [0]


def test_refusals_for_rate_are_waited_out_by_everybody(make_world, report) -> None:
    world = make_world(faults=[Fault("rate_limited", wait_seconds=7, times=1, skip=1)])
    before = world.clock.steady
    assert send(report(500), **keywords(world)).ok
    assert 7 <= world.clock.steady - before < 15


def test_the_token_is_renewed_before_it_ends(make_world, report) -> None:
    world = make_world(token_seconds=100, limits={10: 1})
    result = send(report(1_500), **keywords(world))
    assert result.ok
    assert set(world.statuses()) == {200}
    n_tokens = sum(b"apiKey" in body for body in world.way.bodies)
    assert 3 <= n_tokens <= 6  # 300 s of requests, 80 s a token


def test_one_asks_for_a_token_while_the_others_wait(make_world, report) -> None:
    world = make_world()
    world.way.seconds_back = 0.5
    assert send(report(2_000), **keywords(world)).ok
    asked = [body for body in world.way.bodies if b"apiKey" in body]
    assert len(asked) == 1
    assert world.way.most_in_flight == 16


def test_a_given_token_cannot_be_renewed(make_world, report) -> None:
    world = make_world(faults=[Fault("token_expired", skip=1)])
    token = world.tokens.issue(world.clock())
    own = world.store.credentials
    client = world.client(token=token, username=None, api_key=own.api_key, cdp_gkey=None)
    result = send(report(200), **keywords(world, client=client))
    assert isinstance(result.error, CredentialsRefusedError)
    assert "renewed" in result.reason
    assert (result.counts["accepted"], result.counts["unsent"]) == (50, 150)


def test_wrong_credentials_keep_everything(world, report) -> None:
    client = world.client(api_key="wrong")
    result = send(report(200), **keywords(world, client=client))
    assert isinstance(result.error, CredentialsRefusedError)
    assert result.counts["unsent"] == 200
    assert result.n_requests == 0


def test_a_full_disk_costs_no_row(world, report, monkeypatch) -> None:
    """The memory cannot grow when the run is put away; later there is room again."""
    from pangoprep.upload.ledger import database

    real = sqlite3.connect

    def small(*args: Any, **options: Any) -> sqlite3.Connection:
        connection = real(*args, **options)
        if str(world.ledger) == str(args[0]):
            connection.execute("PRAGMA max_page_count = 40")
        return connection

    monkeypatch.setattr(database.sqlite3, "connect", small)
    result = send(report(5_000), **keywords(world))
    monkeypatch.undo()
    assert isinstance(result.error, LedgerError)
    assert "the disk is full" in result.reason
    assert result.counts["accepted"] == 5_000 == len(world.records())
    assert status(result.run_id, world.ledger).counts == result.counts
    assert send(report(5_000), **keywords(world)).counts["unchanged"] == 5_000
    assert status(result.run_id, world.ledger).counts == result.counts


def test_a_surprise_ends_the_run_and_not_its_result(world, report) -> None:
    def stumble(request: httpx.Request) -> None:
        if len(world.way.bodies) == 5:
            raise ZeroDivisionError

    world.way.before = stumble
    result = send(report(500), **keywords(world))
    assert isinstance(result.error, UnexpectedError)
    assert "ZeroDivisionError at client_session.py:" in result.reason
    assert result.counts["unknown"] == 50
    assert sum(result.counts.values()) == 500


faults = st.lists(
    st.builds(
        lambda kind, times, skip, options: Fault(kind, times=times, skip=skip, **options),
        st.sampled_from(
            [
                "rate_limited",
                "server_error",
                "cut_before",
                "cut_after",
                "success_false",
                "malformed_json",
                "token_expired",
                "redirect",
            ]
        ),
        st.sampled_from([1, 1, 2, 3, 8, None]),
        st.integers(0, 12),
        st.just({}),
    )
    | st.builds(lambda n: Fault("poison", key=f"C{n}"), st.integers(0, 250)),
    max_size=4,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(faults, st.integers(0, 260), st.booleans(), st.sampled_from([1, 4, 16]))
def test_states_add_up_and_say_the_truth(
    tmp_path_factory, world_class, report, faults, n_rows, has_events, in_flight
) -> None:
    logging.disable(logging.WARNING)
    world = world_class(tmp_path_factory.mktemp("world"), faults=faults)
    try:
        journey = JOURNEY if has_events else {}
        client = world.client(in_flight=in_flight)
        result = send(report(n_rows), **keywords(world, client=client, **journey))
        assert sum(result.counts.values()) == n_rows
        assert result.rows["state"].value_counts().to_dict() == {
            state: n for state, n in result.counts.items() if n
        }
        assert status(result.run_id, world.ledger).counts == result.counts
        stored = {record.split('"')[3] for record in world.records()}
        rows = result.rows.set_index("state")["row"]
        by_state = {
            state: {f"C{row}" for row in rows[rows.index == state]} for state in result.counts
        }
        assert by_state["accepted"] <= stored
        assert not stored & by_state["unsent"]
        in_doubt = result.rows["reason"].str.contains("may be there all the same")
        sure = set(rows[~in_doubt.to_numpy()].map("C{}".format))
        assert not stored & by_state["rejected"] & sure
        assert len(world.events()) == len(set(world.events()))
        # Once the faults are gone, sending again completes everything.
        world.faults.clear()
        again = send(report(n_rows), **keywords(world, **journey, resolve_unknown="resend"))
        assert again.ok
        assert len(world.records()) == n_rows
    finally:
        world.close()
        logging.disable(logging.NOTSET)
