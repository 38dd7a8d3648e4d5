from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import process_time

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pangoprep.errors import OptionError
from pangoprep.sandbox.windows import DOCUMENTED_LIMITS, SlidingWindows

HEADER = "X-Rate-Limit-Retry-After-Seconds"


def test_the_documented_windows_are_the_default():
    assert dict(DOCUMENTED_LIMITS) == {1: 50, 60: 1000, 300: 5000, 3600: 50_000, 86_400: 400_000}


@given(
    limits=st.dictionaries(st.integers(1, 30), st.integers(1, 6), max_size=3),
    gaps=st.lists(st.integers(0, 8), max_size=60),
)
def test_no_span_ever_holds_more_and_nothing_waits_too_long(limits, gaps):
    windows, passed, at = SlidingWindows(limits), [], 0
    for gap in gaps:
        at += gap
        wait = windows.admit(at)
        if not wait:
            passed.append(at)

        def fits(moment):
            return all(
                sum(moment - seconds < earlier <= moment for earlier in passed) < n
                for seconds, n in limits.items()
            )

        if wait:  # it would pass then, and not a second earlier
            assert fits(at + wait)
            assert not fits(at + wait - 1)
        for seconds, n in limits.items():
            assert sum(at - seconds < earlier <= at for earlier in passed) <= n
    assert windows.usage(at) == [
        (seconds, n, sum(at - seconds < earlier <= at for earlier in passed))
        for seconds, n in sorted(limits.items())
    ]


def test_no_edge_lets_twice_the_limit_through():
    windows = SlidingWindows({60: 1000})
    assert sum(windows.admit(59.9) == 0 for _ in range(1000)) == 1000
    assert windows.admit(60.1) == pytest.approx(59.8)
    assert windows.admit(119.9) == 0


def test_a_refused_request_does_not_count():
    windows = SlidingWindows({10: 1})
    assert windows.admit(0) == 0
    assert [windows.admit(9) for _ in range(100)] == [1] * 100
    assert windows.admit(10) == 0


def test_two_days_at_the_limits_use_each_day_wholly_and_quickly():
    windows, at, passed = SlidingWindows(DOCUMENTED_LIMITS), 0.0, []
    began = process_time()
    while at < 2 * 86_400:
        wait = windows.admit(at)
        if wait:
            at += wait
        else:
            passed.append(at)
    assert process_time() - began < 10  # a million decisions
    assert sum(at < 86_400 for at in passed) == 400_000
    assert len(passed) == 800_000


@pytest.mark.parametrize("limits", [{0: 5}, {-1: 5}, {1: 0}, {1: -5}, {1: True}])
def test_limits_that_cannot_be_are_refused(limits):
    with pytest.raises(OptionError, match="limits must map seconds"):
        SlidingWindows(limits)


def test_the_server_answers_429_with_the_time_to_wait(start, clock, people):
    cdp, sender = start(clock=clock)
    assert [sender.send(people(1)).status_code for _ in range(50)] == [200] * 50
    refused = sender.send(people(2))
    assert refused.status_code == 429
    assert refused.headers[HEADER] == "1"
    assert refused.json()["success"] is False
    assert len(cdp.records("customer-identity")) == 1
    clock.now += 0.75
    assert sender.send(people(2)).headers[HEADER] == "1"
    clock.now += 0.25
    assert sender.send(people(2)).status_code == 200


def test_the_longest_wait_of_all_windows_is_told(start, clock, people):
    _, sender = start({1: 2, 60: 3}, clock=clock)
    assert [sender.send(people(1)).status_code for _ in range(3)] == [200, 200, 429]
    clock.now += 1.5
    assert sender.send(people(1)).status_code == 200
    assert sender.send(people(1)).headers[HEADER] == "59"
    clock.now += 58
    assert sender.send(people(1)).status_code == 429
    clock.now += 0.5
    assert sender.send(people(1)).status_code == 200


def test_all_connections_and_tokens_of_the_account_share_the_windows(start, clock, people):
    cdp, sender = start({60: 3}, clock=clock)
    for _ in range(3):
        sender.sign_in()
        with httpx.Client(base_url=cdp.url, verify=False) as other:
            sender.http, own = other, sender.http
            assert sender.send(people(1)).status_code == 200
            sender.http = own
    assert sender.send(people(1)).status_code == 429


def test_who_is_not_let_in_does_not_use_up_the_limits(start, clock, people):
    _, sender = start({60: 1}, clock=clock)
    for headers in ({"TOKEN": "x"}, {"API_KEY": "x"}, {"Origin": "https://b.vn"}):
        assert sender.send(people(1), headers=headers).status_code in (401, 403)
    assert sender.ask_for_token().status_code == 200
    assert sender.send([]).status_code == 400  # let in, so it counts
    assert sender.send(people(1)).status_code == 429


def test_none_lifts_the_limits(start, clock, people):
    cdp, sender = start(None, clock=clock)
    assert cdp.limits is None
    assert {sender.send(people(1)).status_code for _ in range(120)} == {200}


def test_requests_at_once_do_not_slip_through(start, clock, people):
    cdp, sender = start({60: 20}, clock=clock)
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda n: sender.send(people(n)).status_code, range(60)))
    assert sorted(statuses) == [200] * 20 + [429] * 40
    assert len(cdp.records("customer-identity")) == 20
