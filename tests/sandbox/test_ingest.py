from __future__ import annotations

import httpx
import pytest

from pangoprep.sandbox.requests import INGEST_PATH, MAX_BODY_BYTES, TOKEN_PATH


def refusal(answer: httpx.Response) -> str:
    assert answer.status_code == 400, answer.text
    body = answer.json()
    assert body["success"] is False
    assert body["errorCode"] == "MISSING_INFO"
    assert body["requestId"]
    return body["message"]


def test_a_good_request_is_stored(cdp, sender, people):
    answer = sender.send(people(1, 2))
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert list(cdp.records("customer-identity")["customerId"]) == ["C1", "C2"]


@pytest.mark.parametrize("path", [TOKEN_PATH, INGEST_PATH])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "HEAD"])
def test_only_post_is_answered(cdp, path, method):
    answer = httpx.request(method, cdp.url + path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize("header", ["Origin", "Referer"])
def test_browsers_are_refused(cdp, sender, people, header):
    answer = sender.send(people(1), headers={header: "https://example.com"})
    assert answer.status_code == 403
    assert cdp.records("customer-identity").empty


def test_other_addresses_are_not_there(cdp):
    answer = httpx.get(cdp.url + "/dhub-i")
    assert answer.status_code == 404
    assert answer.json()["success"] is False


@pytest.mark.parametrize("value", ["application/json", "Application/JSON; charset=utf-8"])
def test_json_is_accepted(sender, people, value):
    assert sender.send(people(1), headers={"Content-type": value}).status_code == 200


@pytest.mark.parametrize("value", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_other_content_types_are_refused(sender, people, value):
    answer = sender.send(people(1), headers={"Content-type": value})
    assert "Content-type" in refusal(answer)


@pytest.mark.parametrize("query", ["", "?initData=true", "?initData=false", "?other=1"])
def test_init_data_may_be_true_false_or_left_out(sender, people, query):
    assert sender.send(people(1), query=query).status_code == 200


@pytest.mark.parametrize(
    "query", ["?initData=", "?initData=True", "?initData=1", "?initData=true&initData=false"]
)
def test_other_values_of_init_data_are_refused(sender, people, query):
    assert "initData" in refusal(sender.send(people(1), query=query))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("objectType", ...),
        ("objectType", None),
        ("objectType", "shopping-cart"),
        ("objectType", ["customer-identity"]),
        ("source", ...),
        ("source", ""),
        ("source", " "),
        ("source", 7),
        ("entries", ...),
        ("entries", None),
        ("entries", {}),
        ("entries", []),
        ("jeConfigId", ""),
        ("jeConfigId", 7),
        ("jeEventKey", ["a"]),
        ("ignoredUpdateCfs", "customField01"),
        ("ignoredUpdateCfs", ["fullName"]),
        ("ignoredUpdateCfs", ["customField01", None]),
    ],
)
def test_what_is_wrong_around_the_records_is_named(cdp, sender, people, name, value):
    answer = sender.send(people(1), **{name: value})
    assert refusal(answer).startswith(f"Invalid value of: {name}")
    assert cdp.records("customer-identity").empty


def test_the_refusal_is_worded_as_documented(sender, people):
    assert refusal(sender.send(people(1), objectType="x")) == "Invalid value of: objectType"


def test_a_misspelled_option_is_not_overlooked(sender, people):
    assert "ignoredUpdateCfs" in refusal(sender.send(people(1), ignoreUpdateCfs=["customField01"]))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"source": NaN}',
        b"[" * 100_000,
        b'{"source": ' + b"9" * 5_000 + b"}",
        rb'{"source": "\ud83d"}',
    ],
)
def test_what_is_no_json_object_is_refused(sender, body):
    headers = sender.headers | {"Content-type": "application/json"}
    assert "payload" in refusal(sender.http.post(INGEST_PATH, content=body, headers=headers))


def test_escaped_letters_are_letters(cdp, sender):
    body = (
        rb'{"objectType": "customer-identity", "source": "CRM", "entries": [{"customerId": "C1",'
        rb' "phone": "1", "fullName": "\u0110\u1ed7 \ud83d\ude00\u0000"}]}'
    )
    headers = sender.headers | {"Content-type": "application/json"}
    assert sender.http.post(INGEST_PATH, content=body, headers=headers).status_code == 200
    assert cdp.records("customer-identity")["fullName"][0] == "Đỗ 😀\0"


def test_fifty_records_pass_and_fifty_one_do_not(cdp, sender, people):
    assert "1 to 50" in refusal(sender.send(people(*range(51))))
    assert cdp.records("customer-identity").empty
    assert sender.send(people(*range(50))).status_code == 200
    assert len(cdp.records("customer-identity")) == 50


def test_the_number_of_records_can_be_set(start, people):
    _, sender = start(max_entries=100)
    assert sender.send(people(*range(100))).status_code == 200
    assert "1 to 100" in refusal(sender.send(people(*range(101))))


def test_a_body_without_end_is_not_read(cdp, sender):
    def body():
        for _ in range(MAX_BODY_BYTES // 2**20 + 1):
            yield b" " * 2**20

    answer = sender.http.post(INGEST_PATH, content=body(), headers=sender.headers)
    assert answer.status_code == 413
    assert list(cdp.requests["status"]) == [200, 413]


def test_a_bad_record_costs_its_request_and_is_named_without_its_value(cdp, sender, people):
    entries = [*people(1, 2), *people(3, gender="Secret"), *people(4, yob="Secret"), *people(5)]
    message = refusal(sender.send(entries))
    assert message.startswith("Invalid value of: entries[2].gender (")
    assert "1 more of 5" in message
    assert "Secret" not in message
    assert cdp.records("customer-identity").empty


@pytest.mark.parametrize("entry", [None, 7, "C1", []])
def test_a_record_must_be_an_object(sender, entry):
    assert refusal(sender.send([entry])) == "Invalid value of: entries[0] (not an object)"


@pytest.mark.parametrize("options", [{"jeConfigId": "890e"}, {"jeEventKey": "CJE-1"}])
def test_journey_keys_fire_one_event_per_record(cdp, sender, people, options):
    sender.send(people(0))
    assert cdp.n_events == 0
    for _ in range(2):
        assert sender.send(people(1, 2, 3), **options).status_code == 200
    assert cdp.n_events == 6
    events = cdp.events("customer-identity")
    assert list(events["customerId"]) == ["C1", "C2", "C3"] * 2
    for name in ("jeConfigId", "jeEventKey"):
        assert set(events[name].dropna()) == ({options[name]} if name in options else set())


def test_both_journey_keys_fire_one_event(cdp, sender, people):
    sender.send(people(1), jeConfigId="890e", jeEventKey="CJE-1")
    assert cdp.n_events == 1


def test_a_refused_request_fires_nothing(cdp, sender, people):
    sender.send(people(1, gender="x"), jeEventKey="CJE-1")
    assert cdp.n_events == 0


def test_a_request_fires_two_hundred_events_at_most(start, people):
    cdp, sender = start(max_entries=250)
    assert sender.send(people(*range(250)), jeEventKey="CJE-1").status_code == 200
    assert cdp.n_events == 200
    assert len(cdp.records("customer-identity")) == 250


@pytest.mark.parametrize(
    "object_type",
    ["customer-identity-address", "customer-identity-email", "customer-identity-photo"],
)
def test_ignored_custom_fields_are_refused_where_the_tag_is_missing(sender, object_type):
    answer = sender.send([{}], object_type=object_type, ignoredUpdateCfs=["customField01"])
    assert "ignoredUpdateCfs" in refusal(answer)
    answer = sender.send([{}], object_type=object_type, ignoredUpdateCfs=[])
    assert "entries[0]" in refusal(answer)  # an empty list asks for nothing
