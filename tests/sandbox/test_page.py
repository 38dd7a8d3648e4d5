from __future__ import annotations

import re
from html.parser import HTMLParser

import httpx
import pytest

from pangoprep.sandbox import Fault
from pangoprep.sandbox.rules import KEYS

HOSTILE = "<script>alert('x')</script>"


class Page(HTMLParser):
    """The tags of a page, and its text as somebody reads it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.words += data.split()

    @property
    def text(self) -> str:
        return " ".join(self.words)


def page_of(cdp) -> str:
    answer = httpx.get(cdp.url)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


def test_an_empty_sandbox_has_a_page(start):
    cdp, _ = start()
    text = Page(page_of(cdp)).text
    assert "Nothing has arrived yet." in text
    assert "0 of 400,000" in text


def test_the_page_says_what_arrived(start, clock, people):
    cdp, sender = start(clock=clock, faults=[Fault("server_error", status=503, skip=4, times=1)])
    for number in range(5):
        sender.send(people(*range(number * 50, number * 50 + 40)), jeEventKey="CJE-1")
    clock.now += 59
    text = Page(page_of(cdp)).text
    assert "160 records stored" in text
    assert "160 journey events" in text
    assert "6 requests" in text
    assert "1 faults injected" in text
    assert "customer-identity 160 customer-relationship –" in text
    assert "5 of 1,000" in text
    assert "503" in text
    assert "running 59 s" in text
    assert "59 s ago" in text
    assert "Fault('server_error', times=1, skip=4, status=503) struck 1 ×" in text


def test_the_chart_has_a_bar_for_every_second_with_requests(start, clock, people):
    cdp, sender = start({1: 3}, clock=clock)
    for gap in (0, 30, 20):
        clock.now += gap
        for _ in range(4):
            sender.send(people(1))
    page = page_of(cdp)
    heights = [float(height) for height in re.findall(r'<rect [^>]*height="([0-9.]+)"', page)]
    # Each second: taken and others. In the first, the token too: 4 of the highest 5.
    assert heights == [96, 24, 72, 24, 72, 24]
    assert "dashed line: 5/s" in Page(page).text
    clock.now += 61
    assert "<rect" not in page_of(cdp)


def test_values_are_masked(cdp, sender, people):
    secret = {
        "phone": "0359685612",
        "email": "an.nguyen@example.com",
        "fullName": "Nguyễn Thị Ẩn",
        "gender": "female",
        "dob": 582310800000,
        "yob": 1988,
        "nickNames": ["Bống"],
        "customFieldTexts": {"customField01": "thân thiết"},
        "zipCode": "700",
        "ward": None,
    }
    sender.send(people(120901341, timezoneGmt=7, recordStatus="Active", **secret))
    for page in (page_of(cdp), httpx.get(cdp.url + "/status").text, cdp._repr_html_(), repr(cdp)):
        for value in [*secret.values(), "C120901341", "Bống", "thân thiết", "700"]:
            assert value is None or str(value) not in page
    text = Page(page_of(cdp)).text
    assert "phone 0•••" in text
    assert "gender •••" in text
    assert "dob •••" in text
    assert "zipCode •••" in text
    assert "ward cleared" in text
    assert "timezoneGmt 7" in text
    assert "recordStatus Active" in text


def test_a_hostile_value_stays_text(cdp, sender, people):
    cdp.faults.append(Fault("redirect", location=HOSTILE, on="token"))
    entry = people(1, fullName=HOSTILE, systemName=HOSTILE, city="&lt;b&gt;")[0]
    assert sender.send([entry], source=HOSTILE).status_code == 200
    assert sender.send([entry | {HOSTILE: HOSTILE}]).status_code == 400
    page = page_of(cdp)
    assert "script" not in Page(page).tags
    assert "fullName &lt;•••" in page.replace("</i>", "")
    assert HOSTILE in Page(page).text.replace("\\", "")  # the fault's, readable, as text


def test_the_page_needs_no_script_and_no_other_host_and_comes_again(cdp):
    answer = httpx.get(cdp.url)
    assert not {"script", "link", "img", "iframe"} & set(Page(answer.text).tags)
    assert "http://" not in answer.text
    assert "https://" not in answer.text
    assert '<meta http-equiv="refresh"' in answer.text
    assert "prefers-color-scheme: dark" in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"


def test_status_is_the_same_as_json(start, clock, people):
    cdp, sender = start({60: 100}, [Fault("cut_before", times=1)], clock=clock)
    with pytest.raises(httpx.TransportError):
        sender.send(people(1))
    sender.send(people(1, 2), jeEventKey="CJE-1")
    clock.now += 5
    assert httpx.get(cdp.url + "/status").json() == {
        "running_seconds": 5.0,
        "n_records": {
            **dict.fromkeys(KEYS, 0),
            "customer-identity": 2,
        },
        "n_events": 2,
        "n_requests": 3,
        "statuses": {"cut": 1, "200": 2},
        "limits": [{"seconds": 60, "n_requests": 100, "used": 2}],
        "faults": [{"fault": "Fault('cut_before', times=1)", "n_struck": 1}],
    }


def test_the_page_does_not_count_as_a_request(cdp):
    before = len(cdp.requests)
    page_of(cdp)
    httpx.get(cdp.url + "/status")
    assert len(cdp.requests) == before
