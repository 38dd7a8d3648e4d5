"""Object types of a user's own: each sandbox takes those that it was told of, and no other does."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import httpx
import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.errors import UnknownEntityError
from pangoprep.sandbox.written_numbers import decode, encode


class Visit(pp.Entity, object_type="store-visit", key=("visitId",)):
    visitId: str = pp.field.identifier("Visit", required=True)
    spent: float = pp.field.decimal("Spent")


class OtherVisit(pp.Entity, object_type="store-visit", key=("no",), ignored_update_cfs=True):
    no: str = pp.field.identifier("Number", required=True)


class OurOrder(pp.Order):
    shift: str = pp.field.text("Shift")


VISIT = {"visitId": "V1"}
OTHER = {"no": "1"}


def answer(cdp: pp.Sandbox, object_type: str, *entries: Any, **more: Any) -> httpx.Response:
    """Post records as they are."""
    body: dict[str, Any] = {"objectType": object_type, "source": "x", "entries": entries, **more}
    return post(cdp, encode(body).encode())


def post(cdp: pp.Sandbox, body: bytes) -> httpx.Response:
    own = cdp.client_settings
    names = {"username": "username", "apiKey": "api_key", "cdpGKey": "cdp_gkey"}
    token = httpx.post(own["auth_url"], json={name: own[key] for name, key in names.items()})
    headers = {"TOKEN": token.json()["token"], "API_KEY": own["api_key"]}
    headers["Content-Type"] = "application/json"
    return httpx.post(own["ingest_url"], content=body, headers=headers)


@pytest.mark.parametrize("turn", [1, -1])
def test_two_sandboxes_have_each_their_own(turn: int) -> None:
    entities = {"visit": [Visit], "other": [OtherVisit], "none": []}
    boxes = {
        name: pp.Sandbox(limits=None, entities=given) for name, given in [*entities.items()][::turn]
    }
    told: dict[str, list[int]] = {}
    for name, cdp in [*boxes.items()][::turn]:
        with cdp:
            told[name] = [
                answer(cdp, "store-visit", VISIT).status_code,
                answer(cdp, "store-visit", OTHER).status_code,
                answer(cdp, "store-visit", OTHER, ignoredUpdateCfs=["customField01"]).status_code,
            ]
            if name == "none":
                with pytest.raises(UnknownEntityError, match="store-visit"):
                    cdp.records("store-visit")
            else:
                assert len(cdp.records("store-visit")) == 1
    assert told == {"visit": [200, 400, 400], "other": [400, 200, 200], "none": [400, 400, 400]}


def test_more_fields_of_an_order_are_taken_only_where_they_were_told() -> None:
    order = {
        "orderId": "1", "orderStatus": "New", "customerId": "C1", "customerName": "An",
        "items": [{"productSku": "A", "productName": "B"}], "shift": "late",
    }  # fmt: skip
    with pp.Sandbox(limits=None) as plain, pp.Sandbox(limits=None, entities=[OurOrder]) as ours:
        assert (answer(plain, "order", order).status_code) == 400
        assert (answer(ours, "order", order).status_code) == 200
        assert "no such field" in answer(plain, "order", order).text


def test_a_kept_store_may_hold_types_that_are_not_told_again(tmp_path: Any) -> None:
    path = tmp_path / "cdp.sqlite"
    with pp.Sandbox(limits=None, path=path, entities=[Visit]) as cdp:
        answer(cdp, "store-visit", VISIT, {"visitId": "V2"})
    with pp.Sandbox(limits=None, path=path) as cdp:
        photo = {"customerId": "C1", "source": "web", "imageUrl": "http://a.vn/1"}
        answer(cdp, "customer-identity-photo", photo)
        assert cdp.counts.startswith("3 records")
    with pp.Sandbox(limits=None, path=path, entities=[Visit]) as cdp:
        assert len(cdp.records("store-visit")) == 2


@pytest.mark.parametrize(
    "number", ["1.50", "0.1", "1e5", "12345678901234567890.10", "-0.00", "1E-7", "3"]
)
def test_numbers_are_kept_digit_for_digit(number: str) -> None:
    entry = f'{{"visitId":"V1","spent":{number}}}'
    with pp.Sandbox(limits=None, entities=[Visit]) as cdp:
        body = f'{{"objectType":"store-visit","source":"x","entries":[{entry}]}}'
        assert post(cdp, body.encode()).status_code == 200
        stored = cdp._store_of("store-visit").records("store-visit")
        assert stored == [entry]
        # An upsert of another field leaves them alone.
        assert answer(cdp, "store-visit", {"visitId": "V1", "systemName": "CRM"}).is_success
        (record,) = cdp._store_of("store-visit").records("store-visit")
        assert f'"spent":{number},' in record
        (value,) = cdp.records("store-visit")["spent"]
        assert value == Decimal(number)


def test_what_is_sent_is_what_the_sandbox_has(tmp_path: Any) -> None:
    frame = pd.DataFrame({"visitId": ["1", "2", "3"], "spent": ["1.250.000,05", "0,1", None]})
    with pp.Sandbox(limits=None, entities=[Visit]) as cdp:
        result = frame.pango.send(
            Visit, source="x", client=cdp.client(), ledger=tmp_path / "runs.db"
        )
        assert result.counts["accepted"] == 3
        spent = cdp.records("store-visit")["spent"].to_list()
        stored = cdp._store_of("store-visit").records("store-visit")
    assert spent[:2] == [Decimal("1250000.05"), Decimal("0.1")]
    assert '"spent":1250000.05' in stored[0]


def test_a_text_like_a_number_stays_a_text() -> None:
    values = {"a": "1.50", "b": ["0.1", decode("0.10")], "c": {"d": decode("1e2")}}
    assert encode(values) == '{"a":"1.50","b":["0.1",0.10],"c":{"d":1e2}}'
    assert json.loads(encode(values))["a"] == "1.50"


@pytest.mark.parametrize("wrong", [int, "order", pp.Entity])
def test_what_is_no_object_type_is_refused(wrong: Any) -> None:
    with pytest.raises(pp.UsageError, match="entities must be"):
        pp.Sandbox(entities=[wrong])
