"""One account is one account, whichever way its credentials and addresses are written."""

from __future__ import annotations

from contextlib import ExitStack, closing
from itertools import permutations
from typing import Any

import pytest

from pangoprep.errors import UsageError
from pangoprep.upload import Client, send
from pangoprep.upload.engine.run import open_budget
from pangoprep.upload.http.account import address_of, plain_url

SAME_ADDRESS = [
    "http://localhost/dhub-i/api/v1.0/ingest",
    "http://localhost/dhub-i/api/v1.0/ingest/",
    "http://127.0.0.1/dhub-i/api/v1.0/ingest",
    "http://[::1]:80/dhub-i/api/v1.0/ingest",
    " HTTP://LocalHost:80/dhub-i/api/v1.0/ingest\n",
    "http://localhost/dhub-i/./api/v0/../v1.0/%69ngest",
]


def forms(world: Any) -> dict[str, Client]:
    """Clients of one account."""
    own = world.store.credentials
    token = world.tokens.issue(world.clock())
    clients = {url: world.client(ingest_url=url) for url in SAME_ADDRESS}
    strays = {"username": f" {own.username}", "api_key": f"{own.api_key}\r\n"}
    clients["stray signs"] = world.client(**strays, cdp_gkey=f"\u200b{own.cdp_gkey}\t")
    clients["token"] = world.client(username=None, cdp_gkey=None, token=f"{token}\n")
    return clients


@pytest.mark.parametrize("first", [*SAME_ADDRESS, "stray signs", "token"])
def test_rows_sent_in_one_form_are_known_in_every_other(world, report, first: str) -> None:
    keywords = {"source": "CRM", "ledger": world.ledger, "je_event_key": "CJE-1"}
    clients = forms(world)
    assert send(report(30), client=clients[first], **keywords).counts["accepted"] == 30
    for client in clients.values():
        assert send(report(30), client=client, **keywords).counts["unchanged"] == 30
    assert len(world.events()) == 30


@pytest.mark.parametrize(
    "changed",
    [
        {"source": " CRM\n"},
        {"je_event_key": "CJE-1 "},
        {"je_config_id": "\tJE-2\r\n"},
        {"ignored_update_cfs": ["customField02 ", "customField01", "customField01"]},
    ],
)
def test_stray_signs_make_no_other_source_or_event(world, report, changed: Any) -> None:
    keywords = {"client": world.client(), "ledger": world.ledger}
    options = {"source": "CRM", "je_config_id": "JE-2", "je_event_key": "CJE-1"}
    options |= {"ignored_update_cfs": ["customField01", "customField02"]}
    assert send(report(30), **keywords, **options).counts["accepted"] == 30
    result = send(report(30), **keywords, **(options | changed))
    assert result.counts["unchanged"] == 30


def test_other_accounts_stay_others(world, report) -> None:
    keywords = {"source": "CRM", "ledger": world.ledger, "dry_run": True}
    send(report(30), client=world.client(), **(keywords | {"dry_run": False}))
    for changed in (
        {"api_key": "another", "cdp_gkey": "another"},
        {"cdp_gkey": "another"},
        {"ingest_url": "http://localhost/dhub-i/api/v1.0/Ingest"},
        {"ingest_url": "http://localhost:81/dhub-i/api/v1.0/ingest"},
        {"ingest_url": "https://localhost/dhub-i/api/v1.0/ingest"},
    ):
        plan = send(report(30), client=world.client(**changed), **keywords)
        assert plan.n_to_send == 30, changed


def test_a_renewed_api_key_keeps_the_memory(world, report) -> None:
    keywords = {"source": "CRM", "ledger": world.ledger}
    send(report(30), client=world.client(), **keywords)
    renewed = {"api_key": "renewed"}
    assert send(report(30), client=world.client(**renewed), **keywords, dry_run=True).n_to_send == 0
    token = {"token": "t", "username": None, "cdp_gkey": None} | renewed
    assert send(report(30), client=world.client(**token), **keywords, dry_run=True).n_to_send == 0


def test_a_key_of_several_organizations_does_not_tell_which(world, report) -> None:
    keywords = {"source": "CRM", "ledger": world.ledger, "dry_run": True}
    send(report(30), client=world.client(), **(keywords | {"dry_run": False}))
    token = {"token": "t", "username": None, "cdp_gkey": None}
    assert send(report(30), client=world.client(**token), **keywords).n_to_send == 0
    assert send(report(30), client=world.client(cdp_gkey="another"), **keywords).n_to_send == 30
    with pytest.raises(UsageError, match="Give cdp_gkey"):
        send(report(30), client=world.client(**token), **keywords)
    known = token | {"cdp_gkey": world.store.credentials.cdp_gkey}
    assert send(report(30), client=world.client(**known), **keywords).n_to_send == 0


def test_two_accounts_that_turn_out_to_be_one_are_refused(world, report) -> None:
    keywords = {"source": "CRM", "ledger": world.ledger, "dry_run": False}
    send(report(30), client=world.client(), **keywords)
    token = {"token": "t", "username": None, "cdp_gkey": None, "api_key": "renewed"}
    keywords["dry_run"] = True
    assert send(report(30), client=world.client(**token), **keywords).n_to_send == 30
    with pytest.raises(UsageError, match="two accounts"):
        send(report(30), client=world.client(api_key="renewed"), **keywords)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_limits_are_kept_over_all_forms(make_world, order) -> None:
    """The organization, a key alone, and both: whoever comes first, they share one count."""
    world = make_world(limits={1: 5})
    key_alone = {"token": "t", "username": None, "cdp_gkey": None}
    clients = [world.client(), world.client(**key_alone), world.client(api_key="renewed")]
    with ExitStack() as stack:
        budgets = [stack.enter_context(closing(open_budget(clients[n]))) for n in order]
        leases = [budgets[n % 3].take().lease for n in range(15)]
    assert sum(lease is not None for lease in leases) == 5


def test_requests_counted_apart_count_together_once_the_account_is_known(make_world) -> None:
    world = make_world(limits={1: 5})
    key_alone = {"token": "t", "username": None, "cdp_gkey": None, "api_key": "renewed"}
    with (
        closing(open_budget(world.client())) as one,
        closing(open_budget(world.client(**key_alone))) as two,
    ):
        ended = one.take()
        one.end(ended.lease)
        leases = [one.take().lease, two.take().lease, two.take().lease]
        with closing(open_budget(world.client(api_key="renewed"))) as both:
            assert both.take().lease is not None
            assert [budget.take().window for budget in (one, two, both)] == [1, 1, 1]
            two.end(leases[1])
            assert len(both.used()) == 5


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://SVC.example.vn:443/a/B//", "https://svc.example.vn/a/B"),
        ("https://svc.example.vn.:8443", "https://svc.example.vn:8443"),
        ("http://[::1]:8077/x/", "http://[::1]:8077/x"),
    ],
)
def test_addresses_have_one_form(url: str, plain: str) -> None:
    assert plain_url(url) == plain
    assert address_of("http://127.0.0.1:8077/x") == address_of("http://[::1]:8077/x/")
    assert address_of("https://svc.example.vn/x") != address_of("https://localhost/x")
