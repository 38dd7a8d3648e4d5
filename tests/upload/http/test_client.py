from __future__ import annotations

import asyncio
import gzip
import json
import pickle
import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest

from pangoprep.errors import (
    AnswerLostError,
    BadAnswerError,
    CredentialsMissingError,
    CredentialsRefusedError,
    InsecureUrlError,
    OptionError,
    RateLimitedError,
    RedirectRefusedError,
    RequestRefusedError,
    ServerError,
    TerminalError,
)
from pangoprep.upload import Client, Limits
from pangoprep.upload.http.answers import error_of, is_whole_request, token_of
from pangoprep.upload.http.client_session import ClientSession
from pangoprep.upload.http.server_words import without_values
from pangoprep.upload.http.tokens import Secret, TokenKeeper

FULL = {"username": "an", "api_key": "key-1", "cdp_gkey": "org-1"}


def test_what_is_not_given_comes_from_the_environment(monkeypatch) -> None:
    for name, value in FULL.items():
        monkeypatch.setenv(f"PANGO_{name.upper()}", value)
    monkeypatch.setenv("PANGO_INGEST_URL", "https://example.vn/ingest")
    client = Client()
    assert client.ingest_url == "https://example.vn/ingest"
    assert client.auth_url.startswith("https://account.mydatalakes.com/")
    assert client.account.names[0] == ("https://example.vn/ingest", "org-1")
    assert client.limits == Limits()


def test_a_token_of_the_environment_is_not_mixed_with_given_credentials(monkeypatch) -> None:
    monkeypatch.setenv("PANGO_TOKEN", "somebody-elses")
    monkeypatch.setenv("PANGO_API_KEY", "key-2")
    assert not Client().tokens.can_renew
    assert Secret("somebody-elses") not in Client(**FULL).secrets()
    assert Client(**FULL).tokens.can_renew


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, ["PANGO_API_KEY", "PANGO_USERNAME", "PANGO_CDP_GKEY"]),
        ({"username": "an"}, ["PANGO_API_KEY", "PANGO_CDP_GKEY"]),
        ({"token": "t"}, ["PANGO_API_KEY"]),
    ],
)
def test_missing_credentials_are_named_and_so_is_the_sandbox(given, named) -> None:
    with pytest.raises(CredentialsMissingError) as caught:
        Client(**given)
    assert [name for name in named if name not in str(caught.value)] == []
    assert "pp.Sandbox()" in str(caught.value)


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://svc.mydatalakes.com/ingest", InsecureUrlError),
        ("http://localhost.example.vn/ingest", InsecureUrlError),
        ("http://128.0.0.1/ingest", InsecureUrlError),
        ("ftp://svc.mydatalakes.com/ingest", OptionError),
        ("svc.mydatalakes.com/ingest", OptionError),
        ("https://an:secret@svc.mydatalakes.com/", OptionError),
        ("https://svc.mydatalakes.com/ingest?a=b", OptionError),
        ("https://svc.mydatalakes.com:port/", OptionError),
    ],
)
@pytest.mark.parametrize("which", ["auth_url", "ingest_url"])
def test_addresses_that_are_not_safe_are_refused(url, error, which) -> None:
    with pytest.raises(error) as caught:
        Client(**FULL, **{which: url})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"])
def test_plain_http_is_for_this_machine(host) -> None:
    assert Client(**FULL, ingest_url=f"http://{host}:8077/ingest").is_local


@pytest.mark.parametrize("changed", [{"api_key": "k\ney"}, {"api_key": "khóa"}, {"in_flight": 0}])
def test_what_no_header_can_carry_is_refused(changed) -> None:
    with pytest.raises(OptionError):
        Client(**(FULL | changed))


def test_nothing_shows_a_secret() -> None:
    client = Client(**FULL, token="token-1")
    shown = repr(client) + repr(vars(client)) + repr(vars(client.tokens)) + str(client)
    for secret in ("key-1", "org-1", "token-1", "'an'"):
        assert secret not in shown
    with pytest.raises(TypeError, match="secret"):
        pickle.dumps(client.api_key)


def test_certificates_are_verified_wherever_tls_is_used() -> None:
    for urls in ({}, {"ingest_url": "http://localhost/x"}):
        contexts = ClientSession(Client(**FULL, **urls))._certificates
        assert contexts.verify_mode is ssl.CERT_REQUIRED
        assert contexts.check_hostname


def answer(status: int, body: bytes, headers: dict[str, str] | None = None) -> Any:
    return error_of(status, headers or {}, body)


RETRY = "X-Rate-Limit-Retry-After-Seconds"


@pytest.mark.parametrize(
    ("status", "body", "headers", "expected"),
    [
        (200, b'{"success": true}', {}, None),
        (201, b'{"success": true, "more": [1]}', {}, None),
        (200, b'{"success": true}', {RETRY: "5"}, None),
        (200, b'{"success": false}', {}, RequestRefusedError),
        (200, b'{"success": "true"}', {}, AnswerLostError),
        (200, b'{"success": 1}', {}, AnswerLostError),
        (200, b"[]", {}, AnswerLostError),
        (200, b"", {}, AnswerLostError),
        (200, b"[" * 100_000, {}, AnswerLostError),
        (200, b"\xff\xfe", {}, AnswerLostError),
        (200, None, {}, AnswerLostError),
        (204, b"", {}, AnswerLostError),
        (301, b"", {}, RedirectRefusedError),
        (307, b"", {}, RedirectRefusedError),
        (400, b'{"success": false, "errorCode": "X"}', {}, RequestRefusedError),
        (400, b"<html>", {}, RequestRefusedError),
        (401, b"", {}, CredentialsRefusedError),
        (403, b"", {}, RequestRefusedError),
        (408, b"", {}, ServerError),
        (429, b"", {}, RateLimitedError),
        (403, b"", {RETRY.lower(): "5"}, RateLimitedError),
        (503, b"", {RETRY: "5"}, RateLimitedError),
        (500, b'{"success": true}', {}, ServerError),
        (599, b"", {}, ServerError),
        (199, b'{"success": true}', {}, AnswerLostError),
    ],
)
def test_what_answers_mean(status, body, headers, expected) -> None:
    error = error_of(status, headers, body)
    assert type(error) is (expected or type(None))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7", 7), ("0.5", 0.5), ("-3", 0), ("1e9", 1e9), ("nan", 0), ("x", 0), ("", 0)],
)
def test_what_a_wait_asked_for_means(text, seconds) -> None:
    error = error_of(429, {RETRY: text}, b"")
    assert error.wait_seconds == seconds
    assert error_of(429, {}, b"").wait_seconds == 0


def test_words_of_the_server_are_short_and_plain() -> None:
    words = "a\x00b\x1b[31m\n<script>‮" + "x" * 500
    error = answer(400, json.dumps({"errorCode": 7, "message": words}).encode())
    assert error.reason.startswith("a b [31m <script>")
    assert len(error.reason) == 200
    assert error.reason.isprintable()


@pytest.mark.parametrize(
    ("reason", "status", "is_whole"),
    [
        ("MISSING_INFO: Invalid value of: objectType", 400, True),
        ("MISSING_INFO: Invalid value of: source", 400, True),
        ("Invalid value of: jeEventKey (unknown)", 200, True),
        ("MISSING_INFO: Organization Context is not set", 400, True),
        ("MISSING_INFO: Invalid value of: entries[3].phone (no number)", 400, False),
        ("MISSING_INFO: Invalid value of: entries[3].source (missing)", 400, False),
        ("Invalid value of: sourceName", 400, False),
        ("Missing momCode", 400, False),
        ("INVALID_DATA", 422, False),
        ("too large", 413, False),
        ("nothing here", 404, True),
        ("no browser", 403, True),
    ],
)
def test_what_a_refusal_is_about(reason, status, is_whole) -> None:
    fields = ["customerId", "phone", "sourceName"]
    assert is_whole_request(RequestRefusedError(reason, status), fields) is is_whole


def test_a_word_that_is_also_a_field_decides_nothing() -> None:
    error = RequestRefusedError("Invalid value of: source", 400)
    assert not is_whole_request(error, ["customerId", "source", "imageUrl"])


def test_values_in_words_are_masked() -> None:
    entry = '{"customerId":"KH1","nickNames":["Tí"],"gender":"male","customFieldTexts":{"c":"x-1"}}'
    words = "KH1 tí male x-1 Timing an@vidu.vn +84 912 345 678 code 12"
    masked = without_values(words, [entry.encode()], ["gender"])
    assert masked == "••• ••• male ••• Timing ••• ••• code 12"


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b'{"success": true, "token": "abc", "expiredAfter": 1800}', ("abc", 1800.0)),
        (200, b'{"token": "abc", "expiredAfter": 1e12}', ("abc", 86_400.0)),
        (200, b'{"token": "a b", "expiredAfter": 1800}', BadAnswerError),
        (200, b'{"token": "a\\r\\nX: y", "expiredAfter": 1800}', BadAnswerError),
        (200, b'{"token": "abc", "expiredAfter": true}', BadAnswerError),
        (200, b'{"token": "abc"}', BadAnswerError),
        (200, b"nonsense", BadAnswerError),
        (200, b'{"success": false, "token": "abc", "expiredAfter": 5}', CredentialsRefusedError),
        (400, b'{"success": false, "message": "Wrong"}', CredentialsRefusedError),
        (401, b"", CredentialsRefusedError),
        (302, b"", RedirectRefusedError),
        (500, b"", ServerError),
        (429, b"", RateLimitedError),
    ],
)
def test_what_answers_about_tokens_mean(status, body, expected) -> None:
    found = token_of(status, {}, body)
    if isinstance(expected, tuple):
        assert found == (Secret(expected[0]), expected[1])
    else:
        assert isinstance(found, expected)


def test_a_token_is_asked_for_once_and_renewed_in_time() -> None:
    asked = []

    async def fetch(login: Any) -> tuple[Secret, float]:
        asked.append({name: secret.reveal() for name, secret in login.items()})
        return Secret(f"token-{len(asked)}"), 100.0

    async def scenario() -> None:
        keeper, gate = TokenKeeper({name: Secret(name) for name in "abc"}, None), asyncio.Lock()
        first = [keeper.get(0.0, "boot", gate, fetch) for _ in range(5)]
        assert {(await one).reveal() for one in first} == {"token-1"}
        assert (await keeper.get(79.0, "boot", gate, fetch)).reveal() == "token-1"
        second = await keeper.get(81.0, "boot", gate, fetch)
        assert second.reveal() == "token-2"
        keeper.drop(Secret("token-2"))  # another request was refused with an older token
        assert await keeper.get(82.0, "boot", gate, fetch) is second
        keeper.drop(second)
        assert (await keeper.get(83.0, "boot", gate, fetch)).reveal() == "token-3"
        # After a boot nobody knows how long it was.
        assert (await keeper.get(1.0, "boot-2", gate, fetch)).reveal() == "token-4"

    asyncio.run(scenario())
    assert asked[0] == {"a": "a", "b": "b", "c": "c"}


def post_to(transport: httpx.AsyncBaseTransport) -> None:
    async def post() -> None:
        client = Client(
            token="token", api_key="key", ingest_url="http://localhost/x", transport=transport
        )
        async with ClientSession(client) as session:
            await session.ingest(await session.token(), b"{}", init_data=True)

    asyncio.run(post())


def test_headers_and_address_are_those_of_the_api() -> None:
    seen: list[httpx.Request] = []

    def answered(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"success": True})

    post_to(httpx.MockTransport(answered))
    [request] = seen
    assert str(request.url) == "http://localhost/x?initData=true"
    headers = request.headers
    assert (headers["token"], headers["api_key"]) == ("token", "key")
    assert headers["content-type"] == "application/json"
    assert not {"origin", "referer", "authorization", "cookie"} & set(headers)


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (httpx.ReadTimeout, AnswerLostError),
        (httpx.RemoteProtocolError, AnswerLostError),
        (httpx.WriteError, AnswerLostError),
        (httpx.LocalProtocolError, TerminalError),
    ],
)
def test_what_failures_of_the_network_mean(failure, expected) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise failure("token key values")

    with pytest.raises(expected) as caught:
        post_to(httpx.MockTransport(fail))
    assert "values" not in str(caught.value)
    assert caught.value.__context__ is None  # httpx's errors carry the request and its headers
    assert caught.value.__cause__ is None


def test_a_certificate_that_cannot_be_verified_is_not_tried_again() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("certificate") from ssl.SSLCertVerificationError("self-signed")

    with pytest.raises(TerminalError, match="certificate") as caught:
        post_to(httpx.MockTransport(fail))
    assert not caught.value.transient


class Endless(httpx.AsyncByteStream):
    def __init__(self) -> None:
        self.n_parts = 0

    async def __aiter__(self) -> Any:
        while True:
            self.n_parts += 1
            yield b"x" * 10_000


def test_answers_are_not_read_to_the_end_of_the_world() -> None:
    stream = Endless()
    transport = httpx.MockTransport(lambda request: httpx.Response(200, stream=stream))
    with pytest.raises(AnswerLostError):
        post_to(transport)
    assert stream.n_parts <= 8


def test_packed_answers_are_not_unpacked() -> None:
    bomb = gzip.compress(b" " * 50_000_000 + b'{"success": true}')
    headers = {"content-encoding": "gzip"}

    class Packed(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:
            yield bomb

    transport = httpx.MockTransport(
        lambda request: httpx.Response(200, headers=headers, stream=Packed())
    )
    with pytest.raises(AnswerLostError):
        post_to(transport)


def test_the_environments_netrc_and_proxies_do_not_touch_this_machine(
    tmp_path: Path, monkeypatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://proxy.invalid:3128")
    client = Client(**FULL, ingest_url="http://localhost:1/x", auth_url="http://localhost:1/t")
    assert not client.network.proxy_for(client.ingest_url)
    assert not client.network.proxy_for(client.auth_url)
    line = ClientSession(client)._new_client(Secret(None))
    assert line.trust_env is False
    assert line._mounts == {}
    asyncio.run(line.aclose())


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "it is empty"),
        (b"<html>", "it is no JSON object"),
        (
            b'{"status": "ok", "data": {"phone": "0912345678"}}',
            "it has no success, but status, data",
        ),
        (b'{"success": "yes", "code": 1}', "it has success, code"),
        (b'{"0912345678": 1}', None),
    ],
)
def test_an_answer_that_nobody_knows_is_told_by_its_names(body: bytes, words: str | None) -> None:
    error = error_of(200, {}, body, lambda text: without_values(text, (), ()))
    assert isinstance(error, AnswerLostError)
    assert "0912345678" not in str(error)
    if words is not None:
        assert str(error) == f"PangoCDP's answer could not be read: {words}"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"errorMess": "Missing momCode"}, "Missing momCode"),
        ({"errorMessage": "Missing momCode", "requestId": "e52b117967632263"},
         "Missing momCode (requestId e52b117967632263)"),
        ({"requestId": "a1b2-c3"}, "no reason given (requestId a1b2-c3)"),
        ({"message": "no", "requestId": "0912345678"}, "no (requestId •••)"),
        ({"message": "no", "requestId": "Bong-12"}, "no (requestId •••-12)"),
        ({"message": "no", "requestId": "x" * 65}, "no"),
        ({"message": "no", "requestId": {"a": 1}}, "no"),
    ],
)  # fmt: skip
def test_the_request_and_all_words_of_a_refusal_are_shown(answer: Any, told: str) -> None:
    entries = ['{"fullName":"An Bông"}'.encode()]
    body = json.dumps({"success": False, **answer}).encode()
    error = error_of(400, {}, body, lambda text: without_values(text, entries, ()))
    assert str(error) == told
