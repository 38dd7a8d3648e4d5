"""Behind a company's proxy: a real one on loopback, and a private authority."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import trustme

from pangoprep.errors import NotSentError, OptionError, TerminalError
from pangoprep.upload import Client, runs, send
from tests.upload.http.proxies import Pango, Proxy, serving

HOST = "svc.pango.example"
VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"]
BUNDLES = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_DIR"]
FULL = {"username": "an-canary-1", "api_key": "key-1234567", "cdp_gkey": "org-1234567"}
URLS = {"auth_url": f"https://{HOST}/token", "ingest_url": f"https://{HOST}/rows"}


@pytest.fixture(autouse=True)
def no_network_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in BUNDLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def company(authority: trustme.CA, tmp_path: Path) -> Iterator[SimpleNamespace]:
    """PangoCDP at a name that only the proxy knows, signed for by an authority of the company."""
    bundle = tmp_path / "company.pem"
    authority.cert_pem.write_to_path(str(bundle))
    with serving(Pango(authority, HOST)) as pango:
        places = {f"{HOST}:443": ("127.0.0.1", pango.port)}
        with serving(Proxy(places)) as proxy:
            yield SimpleNamespace(pango=pango, proxy=proxy, bundle=bundle)


def sent(report: Any, tmp_path: Path, **settings: Any) -> Any:
    client = Client(**(FULL | URLS | {"limits": None} | settings))
    return send(report(3), client=client, source="CRM", ledger=tmp_path / "ledger.sqlite")


def test_a_proxy_and_a_bundle_that_are_given(company, report, tmp_path) -> None:
    result = sent(report, tmp_path, proxy=company.proxy.url, ca_bundle=company.bundle)
    assert result.ok
    assert [len(asked.get("entries", [])) for asked in company.pango.asked] == [0, 3]
    assert set(company.proxy.asked) == {f"{HOST}:443"}
    for secret in (*FULL.values(), "0300000000"):
        assert secret.encode() not in company.proxy.carried


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("bundle", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("form", ["{url}", "{place}"])
def test_the_usual_variables(company, report, tmp_path, monkeypatch, name, bundle, form) -> None:
    url = company.proxy.url
    monkeypatch.setenv(name, form.format(url=url, place=url.removeprefix("http://")))
    monkeypatch.setenv(bundle, str(company.bundle))
    assert sent(report, tmp_path).ok
    assert company.proxy.asked


@pytest.mark.parametrize("given", [f"an:{'p'}%40ss@", ""])
def test_a_proxy_that_wants_a_password(company, report, tmp_path, given) -> None:
    company.proxy.login = "an:p@ss"
    url = company.proxy.url.replace("http://", f"http://{given}")
    result = sent(report, tmp_path, proxy=url, ca_bundle=company.bundle)
    if given:
        assert result.ok
        return
    assert isinstance(result.error, TerminalError)
    assert "407" in result.reason
    assert "user:password" in result.reason
    assert result.counts["unsent"] == 3


def test_a_proxy_that_refuses_is_not_asked_again_and_again(company, report, tmp_path) -> None:
    company.proxy.places.clear()
    result = sent(report, tmp_path, proxy=company.proxy.url, ca_bundle=company.bundle)
    assert isinstance(result.error, TerminalError)
    assert "403" in result.reason
    assert len(company.proxy.asked) == 1


class Quick:
    """A clock that does not wait."""

    def reading(self) -> Any:
        from pangoprep.upload.machine.clock import SystemClock

        return SystemClock().reading()

    async def sleep(self, seconds: float) -> None:
        return


@pytest.mark.parametrize("trouble", ["502", "gone"])
def test_a_proxy_in_trouble_is_asked_again(company, report, tmp_path, trouble) -> None:
    company.proxy.places.clear()
    company.proxy.refusal = 502
    url = "http://an:secret-word@127.0.0.1:1" if trouble == "gone" else company.proxy.url
    result = sent(report, tmp_path, proxy=url, ca_bundle=company.bundle, clock=Quick())
    assert isinstance(result.error, NotSentError)
    assert "through the proxy 127.0.0.1:" in result.reason
    assert "secret-word" not in result.reason
    assert result.counts["unsent"] == 3


def test_a_certificate_of_the_company_is_explained(company, report, tmp_path) -> None:
    result = sent(report, tmp_path, proxy=company.proxy.url)
    assert isinstance(result.error, TerminalError)
    assert "ca_bundle" in result.reason
    assert company.pango.asked == []


def test_another_authority_is_not_believed(company, report, tmp_path) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    result = sent(report, tmp_path, proxy=company.proxy.url, ca_bundle=other)
    assert isinstance(result.error, TerminalError)
    assert company.pango.asked == []


@pytest.mark.parametrize("which", ["auth_url", "ingest_url"])
def test_no_proxy_hears_a_word_in_clear_text(
    company, authority, report, tmp_path, monkeypatch, which
) -> None:
    """One address is this machine's, plain; the other is far away, behind the proxy."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, company.proxy.url)
    with serving(Pango(None)) as local:
        near = {which: f"http://localhost:{local.port}/x"}
        for given in ({}, {"proxy": company.proxy.url}):
            ledger = tmp_path / f"{len(given)}"
            ledger.mkdir()
            assert sent(report, ledger, **near, **given, ca_bundle=company.bundle).ok
        assert len(local.asked) == 2
    assert set(company.proxy.asked) == {f"{HOST}:443"}
    for secret in (*FULL.values(), "0300000000"):
        assert secret.encode() not in company.proxy.carried


@pytest.mark.parametrize(
    ("excepted", "is_direct"),
    [
        ("*", True),
        (HOST, True),
        (HOST.upper(), True),
        ("pango.example", True),
        (".pango.example", True),
        ("*.pango.example", True),
        (f"other.example, {HOST}:443", True),
        (f"{HOST}:8443", False),
        ("o.example", False),
        ("ango.example", False),
        ("other.example", False),
        ("10.0.0.0/8", False),
        ("", False),
    ],
)
def test_what_no_proxy_names_is_reached_directly(monkeypatch, excepted, is_direct) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", excepted)
    client = Client(**FULL, **URLS)
    assert bool(client.network.proxy_for(client.ingest_url)) is not is_direct


@pytest.mark.parametrize(
    ("host", "is_direct"), [("10.1.2.3", True), ("11.1.2.3", False), ("[fd00::1]", True)]
)
def test_networks_can_be_excepted(monkeypatch, host, is_direct) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "10.0.0.0/8, fd00::/8")
    client = Client(**FULL, ingest_url=f"https://{host}/rows")
    assert bool(client.network.proxy_for(client.ingest_url)) is not is_direct


@pytest.mark.parametrize("name", ["proxy", "HTTPS_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("socks5://proxy.example:1080", "socksio"),
        ("socks5h://proxy.example:1080", "socksio"),
        ("socks4://proxy.example:1080", "socks4"),
        ("ftp://proxy.example", "ftp"),
        ("http://", "host:port"),
        ("http://proxy.example:port", "host:port"),
        ("http://proxy.example:99999", "host:port"),
        ("http://proxy.example:3128\n", "host:port"),
        ("proxy example", "host:port"),
        ("http://proxy.example/path", "host:port"),
        ("http://an:secret-word@proxy..example", "host:port"),
        ("http://[::1", "host:port"),
        ("http://khóa.example", "host:port"),
    ],
)
def test_a_proxy_that_cannot_be_is_one_clear_error(
    monkeypatch, tmp_path, report, name, address, words
) -> None:
    given = {"proxy": address} if name == "proxy" else {}
    if not given:
        monkeypatch.setenv(name, address)
    with pytest.raises(OptionError, match=words) as caught:
        sent(report, tmp_path, **given)
    assert name in str(caught.value)
    assert "secret-word" not in str(caught.value)
    assert not (tmp_path / "ledger.sqlite").exists()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *product(["ca_bundle", *BUNDLES[:3]], ["missing", "empty", "text", "key"]),
        ("ca_bundle", "nul"),  # which no variable can hold
    ],
)
def test_certificates_that_cannot_be_read_are_one_clear_error(
    monkeypatch, tmp_path, report, authority, name, kind
) -> None:
    path = tmp_path / ("a\0b" if kind == "nul" else "bundle.pem")
    if kind == "empty":
        path.touch()
    elif kind == "text":
        path.write_text("no certificates at all\n")
    elif kind == "key":
        authority.private_key_pem.write_to_path(str(path))
    given = {"ca_bundle": path} if name == "ca_bundle" else {}
    if not given:
        monkeypatch.setenv(name, str(path))
    with pytest.raises(OptionError, match="BEGIN CERTIFICATE") as caught:
        sent(report, tmp_path, **given)
    assert name in str(caught.value)
    assert not (tmp_path / "ledger.sqlite").exists()


@pytest.mark.parametrize("bundle", [5, b"x", "", ["a"]])
def test_a_bundle_is_a_path(bundle) -> None:
    with pytest.raises(OptionError, match="ca_bundle"):
        Client(**FULL, ca_bundle=bundle)


def test_a_broken_variable_does_not_hinder_practice(monkeypatch, world, report) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at/all.pem")
    monkeypatch.setenv("HTTPS_PROXY", "nonsense proxy")
    assert send(report(1), client=world.client(), source="CRM", ledger=world.ledger).ok
    assert len(runs(world.ledger)) == 1


@pytest.mark.parametrize(
    "address",
    [
        "https://svc.example\n/rows",
        "https://svc.exa\tmple/rows",
        "https://a..b/",
    ],
)
@pytest.mark.parametrize("which", ["auth_url", "ingest_url"])
def test_an_address_with_a_line_end_is_one_clear_error(address, which) -> None:
    with pytest.raises(OptionError, match="address"):
        Client(**FULL, **{which: address})
