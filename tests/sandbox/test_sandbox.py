from __future__ import annotations

import asyncio
import gc
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pandas as pd
import pytest

from pangoprep.errors import OptionError, SandboxError
from pangoprep.sandbox import Fault, Sandbox
from pangoprep.upload import Client, Limits

HALF_A_REQUEST = b"POST /dhub-i/api/v1.0/ingest HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{"


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def accepts(url: str) -> bool:
    host, port = url.removeprefix("http://").split(":")
    with socket.socket() as connection:
        return connection.connect_ex((host, int(port))) == 0


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts files as Linux lists them")
def test_stopping_leaves_nothing_behind(people):
    with Sandbox():  # what is imported or made once is made now
        pass
    gc.collect()
    threads, files = threading.active_count(), open_files()
    for _ in range(3):
        with Sandbox(faults=[Fault("slow", seconds=60)]) as cdp:
            folder = cdp._platform.store.path.parent
            idle, waiting = httpx.Client(verify=False), socket.socket()
            idle.get(cdp.url)
            waiting.connect(("127.0.0.1", int(cdp.url.rsplit(":", 1)[1])))
            waiting.sendall(HALF_A_REQUEST)
        assert not accepts(cdp.url)
        assert not folder.exists()
        idle.close()
        waiting.close()
    gc.collect()
    assert threading.active_count() == threads
    assert open_files() == files


def test_stopping_does_not_wait_for_a_slow_answer(start, people):
    cdp, sender = start(faults=[Fault("slow", seconds=60)])
    outcomes = []

    def send():
        try:
            sender.send(people(1))
        except httpx.TransportError as error:
            outcomes.append(error)

    sending = threading.Thread(target=send)
    sending.start()
    while cdp.records("customer-identity").empty:
        pass
    cdp.stop()
    sending.join(timeout=10)
    assert len(outcomes) == 1


def test_a_sender_that_dies_halfway_disturbs_nobody(cdp, sender, people, caplog):
    address = ("127.0.0.1", int(cdp.url.rsplit(":", 1)[1]))
    for _ in range(5):
        with socket.create_connection(address) as connection:
            connection.sendall(HALF_A_REQUEST)
    assert sender.send(people(1)).status_code == 200
    assert caplog.text == ""


def test_it_works_beside_a_running_event_loop(people):
    async def notebook():
        with Sandbox() as cdp:
            own = cdp.credentials
            async with httpx.AsyncClient(base_url=cdp.url, verify=False) as http:
                login = {
                    "username": own["username"],
                    "apiKey": own["api_key"],
                    "cdpGKey": own["cdp_gkey"],
                }
                token = (await http.post("/api/accounts/authen", json=login)).json()["token"]
                answers = await asyncio.gather(
                    *(
                        http.post(
                            "/dhub-i/api/v1.0/ingest",
                            json={
                                "objectType": "customer-identity",
                                "source": "CRM",
                                "entries": people(n),
                            },
                            headers={"TOKEN": token, "API_KEY": own["api_key"]},
                        )
                        for n in range(20)
                    )
                )
            return [answer.status_code for answer in answers], cdp.records("customer-identity")

    statuses, records = asyncio.run(notebook())
    assert statuses == [200] * 20
    assert len(records) == 20


def test_start_and_stop_can_be_called_twice():
    cdp = Sandbox()
    assert cdp.start() is cdp
    url = cdp.url
    cdp.start()
    assert cdp.url == url
    cdp.stop()
    cdp.stop()


def test_starting_again_is_at_the_same_address_with_an_empty_store(start, people):
    cdp, sender = start(faults=[Fault("server_error", times=1)])
    assert [sender.send(people(1)).status_code for _ in range(2)] == [500, 200]
    url = cdp.url
    cdp.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
    cdp.start()
    assert cdp.url == url
    assert cdp.requests.empty
    sender.credentials = cdp.credentials
    sender.headers["API_KEY"] = cdp.credentials["api_key"]
    assert sender.send(people(1)).status_code == 401  # tokens do not outlive it
    assert sender.sign_in().send(people(1)).status_code == 500


def test_many_run_at_once_on_ports_of_their_own():
    with Sandbox() as one, Sandbox() as two:
        assert one.url != two.url
        assert accepts(one.url)
        assert accepts(two.url)


def test_a_taken_port_is_one_clear_error():
    with Sandbox() as cdp:
        port = int(cdp.url.rsplit(":", 1)[1])
        with pytest.raises(SandboxError, match=f"Port {port} cannot be used"):
            Sandbox(port=port).start()
        assert accepts(cdp.url)


def test_only_this_machine_can_reach_it(cdp):
    assert cdp.url.startswith("http://127.0.0.1:")


def test_importing_does_not_load_the_server():
    code = (
        "import sys, pangoprep, pangoprep.sandbox; "
        "print({'starlette', 'uvicorn', 'httpx', 'jinja2', 'typer', 'sqlite3'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_notebook_may_forget_to_stop_it():
    code = (
        "import pangoprep.sandbox as s\n"
        "cdp = s.Sandbox().start()\n"
        "print(cdp._platform.store.path.parent)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not Path(done.stdout.strip()).exists()


@pytest.mark.parametrize(
    "use",
    [
        lambda cdp: cdp.url,
        lambda cdp: cdp.credentials,
        lambda cdp: cdp.requests,
        lambda cdp: cdp.n_events,
        lambda cdp: cdp.records("customer-identity"),
        lambda cdp: cdp.reset(),
    ],
)
def test_before_the_start_there_is_one_clear_error(use):
    with pytest.raises(SandboxError, match="with Sandbox"):
        use(Sandbox())


def test_after_the_end_what_was_counted_is_there_and_the_store_is_not(start, people):
    cdp, sender = start()
    sender.send(people(1), jeEventKey="CJE-1")
    cdp.stop()
    assert (len(cdp.requests), cdp.n_events) == (2, 1)
    with pytest.raises(SandboxError, match="path="):
        cdp.records("customer-identity")
    with pytest.raises(SandboxError, match="not running"):
        cdp.reset()


@pytest.mark.parametrize("options", [{"token_seconds": 0}, {"max_entries": 0}, {"limits": {0: 1}}])
def test_options_that_cannot_be_are_refused(options):
    with pytest.raises(OptionError):
        Sandbox(**options)


def test_requests_are_listed_as_they_came(start, clock, people):
    cdp, sender = start({60: 2}, clock=clock)
    clock.now += 1.5
    sender.send(people(1, 2, 3))
    cdp.faults.append(Fault("cut_before"))
    with pytest.raises(httpx.TransportError):
        sender.send(people(4))
    sender.send(people(5, 6))
    sender.http.get("/api/accounts/authen")
    requests = cdp.requests
    assert requests["at"].tolist() == [0.0, 1.5, 1.5, 1.5, 1.5]
    assert requests["path"].tolist() == [
        "/api/accounts/authen",
        *["/dhub-i/api/v1.0/ingest"] * 3,
        "/api/accounts/authen",
    ]
    assert requests["status"].astype(object).where(requests["status"].notna(), None).tolist() == [
        200,
        200,
        None,
        429,
        405,
    ]
    assert requests["n_entries"].tolist() == [0, 3, 1, 2, 0]
    assert requests["status"].dtype == requests["n_entries"].dtype == pd.Int64Dtype()


def test_reset_goes_back_to_the_start(start, clock, people):
    given, added = Fault("server_error", times=1), Fault("cut_before")
    cdp, sender = start({60: 3}, [given], clock=clock)
    for number in range(4):
        sender.send(people(number), jeEventKey="CJE-1")
    cdp.faults.append(added)
    clock.now += 10
    cdp.reset()
    assert (len(cdp.requests), cdp.n_events, cdp.faults) == (0, 0, [given])
    assert cdp.records("customer-identity").empty
    assert cdp.events("customer-identity").empty
    assert "0 records, 0 requests" in repr(cdp)
    # The fault counts anew, the windows are free, and the token is still good.
    assert [sender.send(people(1)).status_code for _ in range(4)] == [500, 200, 200, 429]
    assert cdp.requests["at"].tolist() == [0.0] * 4


def test_a_client_comes_with_what_it_needs(start):
    cdp, _ = start({1: 5})
    settings = cdp.client_settings
    assert settings == {
        **cdp.credentials,
        "auth_url": cdp.url + "/api/accounts/authen",
        "ingest_url": cdp.url + "/dhub-i/api/v1.0/ingest",
        "limits": {1: 5},
    }
    client = cdp.client()
    assert isinstance(client, Client)
    assert (client.auth_url, client.ingest_url) == (settings["auth_url"], settings["ingest_url"])
    assert client.api_key.reveal() == cdp.credentials["api_key"]
    assert client.limits == Limits({1: 5})
    assert cdp.client(limits={2: 7}).limits == Limits({2: 7})


def test_a_client_of_a_sandbox_without_limits_has_none(cdp):
    assert cdp.client().limits == Limits({})


def test_reprs_are_short_and_link_to_the_page(start, people, monkeypatch):
    cdp, sender = start()
    sender.send(people(1, 2))
    assert repr(cdp) == f"Sandbox({cdp.url}: 2 records, 2 requests)"
    html = cdp._repr_html_()
    assert f'href="{cdp.url}/"' in html
    assert "2 records, 2 requests" in html
    cdp.stop()
    assert repr(cdp) == "Sandbox(not running)"
    assert "href" not in cdp._repr_html_()
    assert repr(Sandbox()) == "Sandbox(not running)"
    monkeypatch.setenv("PANGOPREP_LANG", "vi")
    assert repr(Sandbox()) == "Sandbox(không chạy)"


def test_no_value_and_no_secret_is_logged(start, people, caplog):
    caplog.set_level(0)
    cdp, sender = start(None, [Fault("cut_after", times=1)])
    with pytest.raises(httpx.TransportError):
        sender.send(people(1, phone="0359000111"))
    sender.send(people(1, phone=359000111))
    cdp.stop()
    for word in ("0359000111", "Đỗ", sender.headers["TOKEN"], sender.headers["API_KEY"]):
        assert word not in caplog.text


def test_a_kept_sandbox_is_found_at_the_same_address(tmp_path: Path) -> None:
    path = tmp_path / "practice.sqlite"
    with Sandbox(path=path) as first:
        url = first.url
        with Sandbox(path=path) as beside:  # while its port is taken: another one, this time
            assert beside.url != url
            assert beside.credentials == first.credentials
    with Sandbox(path=path) as again:
        assert again.url == url
