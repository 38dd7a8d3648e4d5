"""Requests as public integrations of other companies send them; what the documents forbid.

Who sends what, and which page says what, stands beside each. "help" is PangoCDP's help center,
named by its page; the names are those of the integrations' own repositories or classes. Where the
facts give the bytes of a part, such as a header, a null or an id that is a number, the part is sent
so; values that they do not give are made up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import pangoprep as pp

OMNI = "omni-service, app/V1/Library/CDP.php"
ADTIMA = "Adtima's class ByteTech"
VSON = "pango-form-ingestion, src/lib/pango.js"

OMNI_ITEM = (
    '{"productSku":"A1","productName":"Trà sữa","price":35000,"price4Sale":30000.50,"unit":"VND",'
    '"quantity":2,"discount":0,"discountPercent":8.2,"orderId":18003,"orderDate":1700000000000,'
    '"totalProductCost":70000,"totalCost":60001.00,"addedAt":1700000000000,'
    '"updatedAt":1700000000000,'
    '"customFieldTexts":{"customField01":"ít đường","customField02":null}}'
)
OMNI_ORDER = (
    '{"timezoneGmt":7,"momCode":"order","orderId":18003,"orderStatus":"Đã giao",'
    '"orderDate":1700000000000,"customerId":77,"customerName":"An","customerEmail":null,'
    f'"customerPhone":"03263262525","items":[{OMNI_ITEM}],'
    '"customFieldTexts":{"customField01":"x","customField67":null},'
    '"customFieldTimestamps":{"customFieldTimestamp01":582310800000},'
    '"customFieldListTexts":{"customFieldList01":["a","b"],"customFieldList02":null}}'
)
OMNI_PRODUCT = (
    '{"systemName":"Ecommerce","momCode":"product","productId":5,"sku":"A1","name":"Trà sữa",'
    '"price":35000,"productLink":"https://a.vn/1","reviewLink":"https://a.vn/r","imageLink":null,'
    '"recordStatus":1,"brand":"X","categoryName":[],"customFieldTexts":{"customField01":null},'
    '"customFieldTimestamps":{"customFieldTimestamp01":null}}'
)
ADTIMA_EVENT = (
    '{"source":"M-T5QMS-O-UIWWY-M","sourceId":"7","condition":"Changed","channel":"Online",'
    '"eventCtg":"Loyalty","eventCtg2":"","eventCtg3":"","eventName":"Redeem",'
    '"eventAt":1700000000000,"value":5.50,"eventLabels":["a"],"eventLabel2s":[],"eventLabel3s":[],'
    '"customerId":"77","phone":"0912345678","zaloOAId":"1","zaloUserId":"","note":"Active",'
    '"recordStatus":"","customFieldTexts":{"customField01":"x"},'
    '"customFieldLongs":{"customFieldLong01":1}}'
)
VSON_MODEL = (
    '{"momCode":"M-T5QMS-O-UIWWY-M","refId":"DH-18003","recordStatus":"Active",'
    '"phone":"0912345678","createdAt":1700000000000,'
    '"customFieldTexts":{"customField01":"2.100.000.000"},'
    '"customFieldLongs":{"customFieldLong01":35000}}'
)
OMNI_MODEL = (
    '{"momCode":"M-T5QMS-O-UIWWY-M","refId":18003,"customFieldTexts":{"customField01":"x"},'
    '"customFieldListTexts":{"customFieldList01":null}}'
)

TAKEN: list[tuple[str, str, str, str]] = [
    (OMNI, "order", "initData=true", OMNI_ORDER),
    (OMNI, "product", "initData=true", OMNI_PRODUCT),
    (OMNI, "custom-model", "initData=true", OMNI_MODEL),
    (ADTIMA, "user-event", "", ADTIMA_EVENT),
    (VSON, "custom-model", "", VSON_MODEL),
]
#: What a document says, and a record that does not keep to it.
FORBIDDEN: list[tuple[str, str, str, str]] = [
    ("help transaction: orderStatus is required", "order",
     OMNI_ORDER.replace('"orderStatus":"Đã giao",', ""), "orderStatus"),
    ("help transaction: items are required", "order",
     OMNI_ORDER.replace(OMNI_ITEM, ""), "items"),
    ("help transaction: productSku of an item is required", "order",
     OMNI_ORDER.replace('"productSku":"A1",', ""), "items[0].productSku"),
    ("help transaction: amounts are Doubles", "order",
     OMNI_ORDER.replace("30000.50", '"30000.50"'), "items[0].price4Sale"),
    ("help transaction: orderDate is a Timestamp, in milliseconds", "order",
     OMNI_ORDER.replace('"orderDate":1700000000000,"customerId"', '"orderDate":"x","customerId"'),
     "orderDate"),
    ("help custom-model: momCode is required", "custom-model",
     VSON_MODEL.replace('"momCode":"M-T5QMS-O-UIWWY-M",', ""), "momCode"),
    ("help custom-model: refId is required", "custom-model",
     VSON_MODEL.replace('"refId":"DH-18003",', ""), "refId"),
    # Adtima sends this, as text and in seconds: a mistake by the documents.
    ("help: a timestamp is milliseconds, not text", "custom-model",
     VSON_MODEL.replace('"customFieldLongs":{"customFieldLong01":35000}',
                        '"customFieldTimestamps":{"customFieldTimestamp01":"1700000000"}'),
     "customFieldTimestamps.customFieldTimestamp01"),
    # Omni can send this where its shop has no list.
    ("help: a list is a list", "order",
     OMNI_ORDER.replace('["a","b"]', '"a"'), "customFieldListTexts.customFieldList01"),
    ("no page and no integration has it", "order",
     OMNI_ORDER.replace('"momCode"', '"mom_code"'), "mom_code"),
]  # fmt: skip


@pytest.fixture(scope="module")
def cdp() -> Iterator[pp.Sandbox]:
    with pp.Sandbox(limits=None) as running:
        yield running


def token_of(cdp: pp.Sandbox) -> str:
    """Sign in as the page "authentication" says, with its names of fields."""
    own = cdp.client_settings
    body = {"username": own["username"], "apiKey": own["api_key"], "cdpGKey": own["cdp_gkey"]}
    answer = httpx.post(own["auth_url"], json=body).json()
    assert answer["expiredAfter"] == 1800
    assert answer["expiredAt"] - answer["issuedAt"] == 1_800_000
    return str(answer["token"])


def post(
    cdp: pp.Sandbox, object_type: str, *entries: str, query: str = "", **headers: str
) -> httpx.Response:
    """Send these bytes, with headers in lower case as integrations write them."""
    own = cdp.client_settings
    known = {"token": token_of(cdp), "api_key": own["api_key"], "content-type": "application/json"}
    body = f'{{"objectType":"{object_type}","source":"Ecommerce","entries":[{",".join(entries)}]}}'
    url = own["ingest_url"] + (f"?{query}" if query else "")
    return httpx.post(url, content=body.encode(), headers={**known, **headers})


@pytest.mark.parametrize(("who", "object_type", "query", "entry"), TAKEN)
def test_what_integrations_send_is_taken_and_kept_byte_for_byte(
    cdp: pp.Sandbox, who: str, object_type: str, query: str, entry: str
) -> None:
    cdp.reset()
    answer = post(cdp, object_type, entry, query=query)
    assert answer.status_code == 200, f"{who}: {answer.text}"
    # A null clears a field, and is not kept; nothing else differs.
    (stored,) = cdp._store_of(object_type).records(object_type)
    assert json.loads(stored) == _without_nulls(json.loads(entry))
    if "null" not in entry:
        assert stored == entry
    assert len(cdp.records(object_type)) == 1
    # Sent once more, as on every change of status: the same record; so is an event, word for word.
    assert post(cdp, object_type, entry).status_code == 200
    assert len(cdp.records(object_type)) == 1


def _without_nulls(value: Any) -> Any:
    # Inside lists, such as items, everything is kept as it is.
    if not isinstance(value, dict):
        return value
    return {name: _without_nulls(one) for name, one in value.items() if one is not None}


@pytest.mark.parametrize(("page", "object_type", "entry", "field"), FORBIDDEN)
def test_what_the_documents_forbid_is_refused(
    cdp: pp.Sandbox, page: str, object_type: str, entry: str, field: str
) -> None:
    answer = post(cdp, object_type, entry)
    assert answer.status_code == 400, page
    told = answer.json()
    assert told["success"] is False
    assert told["message"].startswith(f"Invalid value of: entries[0].{field}"), page


def test_an_id_is_the_same_as_number_and_as_text(cdp: pp.Sandbox) -> None:
    cdp.reset()
    post(cdp, "order", OMNI_ORDER)
    post(cdp, "order", OMNI_ORDER.replace('"orderId":18003', '"orderId":"18003"'))
    assert cdp.records("order")["orderId"].to_list() == ["18003"]


def test_the_documents_sample_of_the_envelope(cdp: pp.Sandbox) -> None:
    # help data-ingestion: ignoredUpdateCfs by inner names, null for a journey's ids.
    own = cdp.client_settings
    body = (
        '{"objectType":"custom-model","source":"CPS-Website","jeConfigId":null,"jeEventKey":null,'
        f'"ignoredUpdateCfs":["customField01","customFieldLong03"],"entries":[{VSON_MODEL}]}}'
    )
    headers = {"Content-type": "application/json", "TOKEN": token_of(cdp)}
    headers["API_KEY"] = own["api_key"]
    answer = httpx.post(own["ingest_url"], content=body.encode(), headers=headers)
    assert (answer.status_code, answer.json()["success"]) == (200, True)
    # The page tags custom-model, and not order.
    refused = httpx.post(
        own["ingest_url"],
        content=body.replace("custom-model", "order").replace(VSON_MODEL, OMNI_ORDER).encode(),
        headers=headers,
    )
    assert "ignoredUpdateCfs" in refused.json()["message"]
    # help: a missing objectType is MISSING_INFO.
    answer = httpx.post(own["ingest_url"], content=b'{"entries":[]}', headers=headers)
    assert answer.status_code == 400
    assert answer.json().items() >= {"success": False, "errorCode": "MISSING_INFO"}.items()
    assert "Invalid value of: objectType" in answer.json()["message"]


@pytest.mark.parametrize(("n_records", "status"), [(50, 200), (51, 400)])
def test_fifty_records_a_request(cdp: pp.Sandbox, n_records: int, status: int) -> None:
    # Cellphones sends 50; Adtima sends what it has, unsplit; the page allows 50.
    entries = [ADTIMA_EVENT.replace('"7"', f'"{n}"') for n in range(n_records)]
    assert post(cdp, "user-event", *entries).status_code == status


@pytest.mark.parametrize("header", ["origin", "referer"])
def test_a_browsers_headers_are_refused(cdp: pp.Sandbox, header: str) -> None:
    # VSON: its proxies take both headers off, or PangoCDP answers 403.
    assert post(cdp, "order", OMNI_ORDER, **{header: "https://a.vn"}).status_code == 403


def test_version_2_as_seen(cdp: pp.Sandbox) -> None:
    own = cdp.client_settings_of_version_2
    # VSON: header refreshToken, appId and account in the body, the token under data.accessToken.
    assert own["auth_url"].endswith(f"/api/v1.0/auth-app/{own['org_id']}/authen")
    answer = httpx.post(
        own["auth_url"],
        json={"appId": own["app_id"], "account": own["account"]},
        headers={"refreshToken": own["refresh_token"]},
    )
    token = answer.json()["data"]["accessToken"]
    assert own["ingest_url"].endswith("/dhub-i/api/v2.0/ingest")
    body = f'{{"objectType":"custom-model","source":"form","entries":[{VSON_MODEL}]}}'
    headers = {"OrgId": own["org_id"], "AccessToken": f"Bearer {token}"}
    headers["Content-Type"] = "application/json"
    assert httpx.post(own["ingest_url"], content=body.encode(), headers=headers).json()["success"]
    # It sends neither TOKEN nor API_KEY; those of version 1 alone do not do.
    old = {"TOKEN": token_of(cdp), "API_KEY": cdp.client_settings["api_key"]}
    old["Content-Type"] = "application/json"
    assert httpx.post(own["ingest_url"], content=body.encode(), headers=old).status_code == 401


def test_wrong_sign_ins_are_answered_as_the_page_says(cdp: pp.Sandbox) -> None:
    own = cdp.client_settings
    for body, message in (
        ({"username": own["username"]}, "Username and ApiKey are required"),
        ({"username": own["username"], "apiKey": own["api_key"]},
         "Organization Context is not set"),
    ):  # fmt: skip
        answer = httpx.post(own["auth_url"], json=body)
        assert answer.status_code == 400
        told = {"success": False, "errorCode": "MISSING_INFO", "message": message}
        assert answer.json().items() >= told.items()  # a form with requestId is told, too
