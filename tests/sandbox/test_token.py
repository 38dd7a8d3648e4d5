from __future__ import annotations

import httpx
import pytest

from pangoprep.sandbox.requests import INGEST_PATH, TOKEN_PATH


def test_a_token_is_given_as_documented(start, clock):
    _, sender = start(clock=clock)
    answer = sender.ask_for_token()
    body = answer.json()
    assert answer.status_code == 200
    assert len(body.pop("token")) >= 32
    issued = int(clock.now * 1000)
    assert body == {
        "success": True,
        "status": "authenticated",
        "issuedAt": issued,
        "expiredAt": issued + 1_800_000,
        "expiredAfter": 1800,
    }


@pytest.mark.parametrize("name", ["username", "apiKey"])
@pytest.mark.parametrize("value", [..., None, "", 7])
def test_missing_credentials_are_named(sender, name, value):
    answer = sender.ask_for_token(**{name: value})
    assert answer.status_code == 400
    assert answer.json()["errorCode"] == "MISSING_INFO"
    assert answer.json()["message"] == "Username and ApiKey are required"
    assert answer.json()["success"] is False


@pytest.mark.parametrize("value", [..., None, ""])
def test_a_missing_organization_is_named(sender, value):
    answer = sender.ask_for_token(cdpGKey=value)
    assert answer.status_code == 400
    assert answer.json()["message"] == "Organization Context is not set"


@pytest.mark.parametrize("name", ["username", "apiKey", "cdpGKey"])
def test_wrong_credentials_are_refused_without_repeating_them(sender, name):
    answer = sender.ask_for_token(**{name: "guessed-ư"})
    assert answer.status_code == 401
    assert "guessed" not in answer.text


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"text"', b"\xff", b'{"username": NaN}'])
def test_a_body_that_is_no_object_is_missing_everything(cdp, body):
    answer = httpx.post(cdp.url + TOKEN_PATH, content=body)
    assert answer.status_code == 400
    assert answer.json()["errorCode"] == "MISSING_INFO"


def test_a_token_ends_when_its_time_is_over(start, clock, people):
    _, sender = start(clock=clock, token_seconds=60)
    clock.now += 59.9
    assert sender.send(people(1)).status_code == 200
    clock.now += 0.1
    assert sender.send(people(1)).status_code == 401
    assert sender.sign_in().send(people(1)).status_code == 200


def test_a_new_token_leaves_the_old_one_good(sender, people):
    old = sender.headers["TOKEN"]
    sender.sign_in()
    assert sender.headers["TOKEN"] != old
    assert sender.send(people(1), headers={"TOKEN": old}).status_code == 200


@pytest.mark.parametrize("name", ["TOKEN", "API_KEY"])
@pytest.mark.parametrize("value", ["", "wrong"])
def test_token_and_key_are_both_needed(cdp, sender, people, name, value):
    answer = sender.send(people(1), headers={name: value})
    assert answer.status_code == 401
    assert answer.json()["success"] is False
    assert cdp.records("customer-identity").empty


def test_headers_left_out_are_refused(cdp):
    assert httpx.post(cdp.url + INGEST_PATH, json={}).status_code == 401


def test_every_store_has_an_account_of_its_own(start):
    first, _ = start()
    second, sender = start()
    assert first.credentials != second.credentials
    assert sender.ask_for_token(username=first.credentials["username"]).status_code == 401
