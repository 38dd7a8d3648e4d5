"""Version 2 of the API: tokens by a refresh token, at a sandbox that speaks it too."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.errors import CredentialsMissingError, CredentialsRefusedError
from pangoprep.sandbox.requests import INGEST_PATH, INGEST_PATH_2, TOKEN_PATH_2
from pangoprep.upload.http.answers import token_of
from pangoprep.upload.http.tokens import Secret
from tests import forking

FRAME = pd.DataFrame(
    {
        "customerId": [f"C{n}" for n in range(120)],
        "fullName": ["Nguyễn Thị Lan"] * 120,
        "phone": [f"09123{n:05}" for n in range(120)],
    }
)


@pytest.fixture
def cdp() -> Iterator[pp.Sandbox]:
    with pp.Sandbox(limits=None) as sandbox:
        yield sandbox


def send(cdp: pp.Sandbox, folder: Path, **settings: Any) -> pp.Result:
    client = cdp.client(version=2, **settings)
    result = FRAME.pango.send(source="CRM", client=client, ledger=folder / "l.db", progress=False)
    assert isinstance(result, pp.Result)
    return result


def test_rows_are_sent_by_version_2(cdp: pp.Sandbox, tmp_path: Path) -> None:
    assert send(cdp, tmp_path).counts["accepted"] == 120
    assert cdp.requests["path"].to_list() == [TOKEN_PATH_2, *[INGEST_PATH_2] * 3]
    assert len(cdp.records("customer-identity")) == 120
    assert send(cdp, tmp_path).counts["unchanged"] == 120


def test_another_organization_is_another_account(cdp: pp.Sandbox) -> None:
    own = cdp.client(version=2).account
    other = cdp.client(version=2, org_id="another").account
    assert own.names[0] != other.names[0]
    assert cdp.client(version=2, refresh_token="renewed").account == own


@pytest.mark.parametrize("times", [1, 2])
def test_a_token_that_has_expired_is_asked_for_again(tmp_path: Path, times: int) -> None:
    with pp.Sandbox(limits=None, faults=[pp.Fault("token_expired", times=times)]) as cdp:
        assert send(cdp, tmp_path, in_flight=1).counts["accepted"] == 120
        paths = cdp.requests["path"].to_list()
        assert paths.count(TOKEN_PATH_2) == 1 + times
        assert paths.count(INGEST_PATH_2) == 3 + times


@pytest.mark.parametrize("name", ["org_id", "app_id", "account", "refresh_token"])
def test_wrong_credentials_are_refused_and_not_shown(
    cdp: pp.Sandbox, tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "pangoprep")
    wrong = "wrong-one-of-nobody"
    result = send(cdp, tmp_path, **{name: wrong})
    assert result.counts["unsent"] == 120
    assert "(401)" in str(result.reason)
    client = cdp.client(version=2, **{name: wrong})
    shown = f"{result!r}{result.reason}{client!r}{vars(client)}{caplog.text}"
    own = cdp.client_settings_of_version_2
    kept = [own[one] for one in ("app_id", "refresh_token")]
    assert [one for one in [*kept, *[wrong] * (name != "org_id")] if one in shown] == []


def refused(cdp: pp.Sandbox, headers: dict[str, str], path: str = INGEST_PATH_2) -> int:
    body = {"objectType": "customer-identity", "source": "CRM",
            "entries": [{"customerId": "1", "fullName": "An", "phone": "0912345678"}]}  # fmt: skip
    return httpx.post(cdp.url + path, json=body, headers=headers, verify=False).status_code


def test_the_sandbox_checks_what_version_2_wants(cdp: pp.Sandbox) -> None:
    own = cdp.client_settings_of_version_2
    asked = {"appId": own["app_id"], "account": own["account"]}
    headers = {"refreshToken": own["refresh_token"]}

    def ask(body: dict[str, Any], headers: dict[str, str]) -> httpx.Response:
        return httpx.post(own["auth_url"], json=body, headers=headers, verify=False)

    given = ask(asked, headers)
    assert given.status_code == 200
    token = given.json()["data"]["accessToken"]
    assert "token" not in given.json()
    assert ask({"appId": own["app_id"]}, headers).status_code == 400
    assert ask(asked, {}).status_code == 400
    assert ask(asked, {"refreshToken": "x"}).status_code == 401
    org = own["org_id"]
    for good in ({"OrgId": org, "AccessToken": f"Bearer {token}"},
                 {"orgid": org, "accesstoken": f"Bearer {token}"},
                 {"ORGID": org, "ACCESSTOKEN": f"Bearer {token}"}):  # fmt: skip
        assert refused(cdp, good) == 200
    for bad in ({"OrgId": org, "AccessToken": token}, {"OrgId": org},
                {"OrgId": "x", "AccessToken": f"Bearer {token}"},
                {"AccessToken": f"Bearer {token}"},
                {"OrgId": org, "AccessToken": "Bearer x"},
                {"TOKEN": token, "API_KEY": cdp.credentials["api_key"]}):  # fmt: skip
        assert refused(cdp, bad) == 401
    # A token of one version opens nothing of the other.
    version_1 = {"TOKEN": token, "API_KEY": cdp.credentials["api_key"]}
    assert refused(cdp, version_1, INGEST_PATH) == 401
    browser = {"OrgId": org, "AccessToken": f"Bearer {token}", "Origin": "http://x"}
    assert refused(cdp, browser) == 403


def test_versions_are_not_mixed(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {"org_id": "o", "app_id": "a", "account": "b", "refresh_token": "r"}
    assert pp.Client(**whole).api_version == 2  # type: ignore[arg-type]
    with pytest.raises(pp.UsageError, match="username is of version 1 of the API, org_id of"):
        pp.Client(username="u", **whole)  # type: ignore[arg-type]
    with pytest.raises(CredentialsMissingError, match=r"app_id \(PANGO_APP_ID\), account"):
        pp.Client(org_id="o", refresh_token="r")
    with pytest.raises(pp.UsageError, match="org_id may have letters"):
        pp.Client(**(whole | {"org_id": "o/../x"}))  # type: ignore[arg-type]
    for name, value in whole.items():
        monkeypatch.setenv(f"PANGO_{name.upper()}", f"{value}\n")
    client = pp.Client()
    assert client.api_version == 2
    assert client.auth_url.endswith("/auth-app/o/authen")
    assert client.ingest_url.endswith("/dhub-i/api/v2.0/ingest")
    assert client.headers(Secret("t"))["AccessToken"].reveal() == "Bearer t"
    assert pp.Client(token="t", api_key="k").api_version == 1
    monkeypatch.setenv("PANGO_API_KEY", "k")
    monkeypatch.setenv("PANGO_TOKEN", "t")
    assert pp.Client().api_version == 1


@pytest.mark.parametrize(("body", "seconds"), [
    (b'{"data": {"accessToken": "t"}}', 1800), (b'{"accessToken": "t", "expiredAfter": 60}', 60),
    (b'{"success": true, "data": {"accessToken": "t", "expiredAfter": 90}}', 90),
])  # fmt: skip
def test_a_token_is_found_where_it_is_seen(body: bytes, seconds: float) -> None:
    found = token_of(200, {}, body)
    assert isinstance(found, tuple)
    assert (found[0].reveal(), found[1]) == ("t", seconds)


def test_no_token_is_an_error() -> None:
    assert isinstance(token_of(200, {}, b'{"data": {"accessToken": 5}}'), pp.UploadError)
    assert isinstance(token_of(200, {}, b'{"success": false}'), CredentialsRefusedError)


def test_the_command_line_takes_it_from_the_environment(cdp: pp.Sandbox, tmp_path: Path) -> None:
    data = tmp_path / "customers.csv"
    FRAME.to_csv(data, index=False)
    own = cdp.client_settings_of_version_2
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PANGO_")}
    environment |= {f"PANGO_{n.upper()}": str(v) for n, v in own.items() if n != "limits"}
    environment["PANGO_DATA_DIR"] = str(tmp_path / "home")
    command = [sys.executable, "-m", "pangoprep", "send", data, "--source", "CRM"]
    done = forking.run(command, env=environment)
    assert done.returncode == 0, done.stderr
    assert "120 accepted" in done.stdout
    assert set(cdp.requests["path"]) == {TOKEN_PATH_2, INGEST_PATH_2}
    assert own["refresh_token"] not in done.stdout + done.stderr
