from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from pangoprep.errors import OptionError
from pangoprep.sandbox import Fault
from pangoprep.sandbox.faults import KINDS


def stored(cdp):
    return list(cdp.records("customer-identity")["customerId"])


def outcome(sender, *args, **options):
    """Status of the answer, or the kind of transport error there was instead."""
    try:
        return sender.send(*args, **options).status_code
    except httpx.TransportError as error:
        return type(error)


# -- each kind ------------------------------------------------------------------------------------


def test_rate_limited(cdp, sender, people):
    cdp.faults.append(Fault("rate_limited", wait_seconds=7, times=1))
    answer = sender.send(people(1))
    assert answer.status_code == 429
    assert answer.headers["X-Rate-Limit-Retry-After-Seconds"] == "7"
    assert stored(cdp) == []
    assert sender.send(people(1)).status_code == 200


@pytest.mark.parametrize("status", [500, 502, 503])
@pytest.mark.parametrize("keep", [True, False])
def test_server_error(cdp, sender, people, status, keep):
    cdp.faults.append(Fault("server_error", status=status, stored=keep, times=1))
    answer = sender.send(people(1))
    assert answer.status_code == status
    assert answer.json()["success"] is False
    assert stored(cdp) == ["C1"] * keep


def test_slow_is_stored_long_before_it_is_answered(cdp, sender, people):
    cdp.faults.append(Fault("slow", seconds=60, times=1))
    sender.http.timeout = httpx.Timeout(5, read=0.1)
    assert outcome(sender, people(1)) is httpx.ReadTimeout
    assert stored(cdp) == ["C1"]
    assert outcome(sender, people(2)) == 200  # nobody else waits


def test_slow_is_answered_in_the_end(cdp, sender, people):
    cdp.faults.append(Fault("slow", seconds=0.05))
    answer = sender.send(people(1))
    assert answer.json() == {"success": True}
    assert answer.elapsed.total_seconds() >= 0.05


@pytest.mark.parametrize(("kind", "expected"), [("cut_before", []), ("cut_after", ["C1"])])
def test_cut_is_a_transport_error(cdp, sender, people, kind, expected):
    cdp.faults.append(Fault(kind, times=1))
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        sender.send(people(1))
    assert stored(cdp) == expected
    assert cdp.requests["status"].isna().tolist() == [False, True]
    assert outcome(sender, people(2)) == 200


@pytest.mark.parametrize("keep", [True, False])
def test_success_false(cdp, sender, people, keep):
    cdp.faults.append(Fault("success_false", stored=keep))
    answer = sender.send(people(1))
    assert answer.status_code == 200
    assert answer.json()["success"] is False
    assert stored(cdp) == ["C1"] * keep


@pytest.mark.parametrize("keep", [True, False])
def test_malformed_json(cdp, sender, people, keep):
    cdp.faults.append(Fault("malformed_json", stored=keep))
    answer = sender.send(people(1))
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="Expecting"):
        answer.json()
    assert stored(cdp) == ["C1"] * keep


def test_poison_refuses_every_batch_it_is_in_and_does_not_say_why(cdp, sender, people):
    cdp.faults.append(Fault("poison", key="C7"))
    for _ in range(2):
        answer = sender.send(people(*range(10)))
        assert answer.status_code == 400
        assert "entries[" not in answer.text
        assert "C7" not in answer.text
    assert sender.send(people(7)).status_code == 400
    assert stored(cdp) == []
    assert sender.send(people(1, 70, 77)).status_code == 200


def test_poison_knows_every_part_of_a_key(cdp, sender):
    cdp.faults.append(Fault("poison", key="a@b.vn", status=500))
    entry = {"customerId": "C1", "email": "a@b.vn", "emailType": "Personal"}
    assert outcome(sender, [entry], object_type="customer-identity-email") == 500
    other = entry | {"email": "c@b.vn"}
    assert outcome(sender, [other], object_type="customer-identity-email") == 200


@pytest.mark.parametrize("entries", [[], [None], ["C7"], [{"customerId": ["C7"]}], 7])
def test_poison_is_no_match_for_what_cannot_be_read(cdp, sender, entries):
    cdp.faults.append(Fault("poison", key="C7", status=500))
    assert outcome(sender, entries) == 400
    assert outcome(sender, entries, objectType=["x"]) == 400


def test_token_expired(cdp, sender, people):
    cdp.faults.append(Fault("token_expired", times=1))
    assert sender.send(people(1)).status_code == 401
    assert sender.send(people(1)).status_code == 401  # it is really gone
    assert sender.sign_in().send(people(1)).status_code == 200


def test_redirect(cdp, sender, people):
    cdp.faults.append(Fault("redirect", location="http://elsewhere.invalid/x"))
    answer = sender.send(people(1))
    assert answer.status_code == 307
    assert answer.headers["location"] == "http://elsewhere.invalid/x"
    assert stored(cdp) == []


def test_oversized(cdp, sender, people):
    cdp.faults.append(Fault("oversized", n_bytes=3_000_000))
    answer = sender.send(people(1))
    assert len(answer.content) > 3_000_000
    assert answer.json()["success"] is True
    assert stored(cdp) == ["C1"]


def test_every_kind_is_tested_here():
    text = Path(__file__).read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f'"{kind}"' not in text] == []


# -- when ----------------------------------------------------------------------------------------


def test_without_count_or_chance_a_fault_strikes_always(cdp, sender, people):
    cdp.faults.append(Fault("server_error"))
    assert [outcome(sender, people(1)) for _ in range(5)] == [500] * 5


def test_skip_and_times_count_requests(cdp, sender, people):
    fault = Fault("server_error", skip=2, times=3)
    cdp.faults.append(fault)
    assert [outcome(sender, people(1)) for _ in range(7)] == [200] * 2 + [500] * 3 + [200] * 2
    assert fault.n_struck == 3


def test_chance_is_fair_and_can_be_repeated(start, people):
    def run(seed):
        _, sender = start(None, [Fault("server_error", probability=0.3, seed=seed)])
        return [outcome(sender, people(1)) for _ in range(200)]

    first = run(1)
    assert 35 <= first.count(500) <= 85
    assert first == run(1) != run(2)


@pytest.mark.parametrize(("probability", "status"), [(0, 200), (1, 500)])
def test_chance_has_ends(cdp, sender, people, probability, status):
    cdp.faults.append(Fault("server_error", probability=probability))
    assert {outcome(sender, people(1)) for _ in range(20)} == {status}


def test_any_fault_can_wait_for_a_key(cdp, sender, people):
    cdp.faults.append(Fault("server_error", key="C7", times=1))
    assert [outcome(sender, people(n)) for n in (1, 7, 7)] == [200, 500, 200]


def test_the_first_fault_that_strikes_is_the_only_one(cdp, sender, people):
    cdp.faults += [Fault("server_error", status=n, times=1) for n in (500, 502, 503)]
    assert [outcome(sender, people(1)) for _ in range(4)] == [500, 502, 503, 200]


def test_faults_strike_the_token_endpoint_only_when_told_to(cdp, sender, people):
    cdp.faults.append(Fault("server_error", on="token", times=1))
    assert sender.send(people(1)).status_code == 200
    assert sender.ask_for_token().status_code == 500
    assert sender.ask_for_token().status_code == 200
    cdp.faults.append(Fault("cut_after", on="token", times=1))
    with pytest.raises(httpx.TransportError):
        sender.ask_for_token()


def test_faults_strike_after_the_gate(start, clock, people):
    cdp, sender = start({60: 2}, [Fault("server_error", times=1)], clock=clock)
    assert outcome(sender, people(1), headers={"TOKEN": "x"}) == 401
    assert [outcome(sender, people(1)) for _ in range(3)] == [500, 200, 429]
    assert cdp.faults[0].n_struck == 1


def test_faults_can_be_changed_while_it_runs(cdp, sender, people):
    cdp.faults.append(Fault("server_error"))
    assert outcome(sender, people(1)) == 500
    cdp.faults.clear()
    assert outcome(sender, people(1)) == 200


# -- how they are written ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "options", "named"),
    [
        ("sever_error", {}, "cut_before"),
        ("server_error", {"seconds": 1}, "status, stored"),
        ("cut_before", {"status": 1}, "none"),
        ("server_error", {"status": "503"}, "whole number"),
        ("server_error", {"status": 99}, "status"),
        ("server_error", {"stored": 1}, "true or false"),
        ("slow", {"seconds": "1"}, "a number"),
        ("slow", {"probability": 1.5}, "probability"),
        ("slow", {"times": 0}, "times"),
        ("slow", {"skip": -1}, "skip"),
        ("slow", {"on": "page"}, "on"),
        ("poison", {}, "key"),
        ("slow", {"key": "C1", "on": "token"}, "no records"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(kind, options, named):
    with pytest.raises(OptionError, match=named):
        Fault(kind, **options)


def test_whole_numbers_are_numbers_too():
    assert Fault("slow", seconds=1).options == {"seconds": 1}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("cut_after", Fault("cut_after")),
        ("server_error:status=503,times=2", Fault("server_error", status=503, times=2)),
        ("server_error:stored=true", Fault("server_error", stored=True)),
        ("slow:seconds=0.5,on=token", Fault("slow", seconds=0.5, on="token")),
        ("slow:probability=0.05,seed=1,skip=3", Fault("slow", probability=0.05, seed=1, skip=3)),
        ("poison:key=C7", Fault("poison", key="C7")),
    ],
)
def test_faults_can_be_written_as_text(text, fault):
    read = Fault.from_text(text)
    assert repr(read) == repr(fault)
    assert read.key == fault.key


@pytest.mark.parametrize(
    "text",
    [
        "nothing",
        "slow:seconds",
        "slow:seconds=long",
        "slow:status=5",
        "server_error:stored=1",
        "slow:=1",
    ],
)
def test_text_that_is_no_fault_is_refused(text):
    with pytest.raises(OptionError):
        Fault.from_text(text)


def test_a_repr_can_be_read_back_except_for_the_key():
    fault = Fault("server_error", status=503, probability=0.5, seed=3, skip=1, times=2)
    assert repr(eval(repr(fault))) == repr(fault)
    assert "0359685612" not in repr(Fault("poison", key="0359685612"))
