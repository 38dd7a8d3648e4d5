from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from pangoprep.errors import LedgerError
from pangoprep.sandbox import Fault
from pangoprep.upload import send
from pangoprep.upload.ledger import accepted_before as known
from pangoprep.upload.ledger.accepted_before import was_accepted

CUSTOMER = "customer-identity"


def ids(*numbers: int) -> pd.DataFrame:
    return pd.DataFrame({"customerId": pd.array([f"C{n}" for n in numbers], dtype="str")})


def keywords(world: Any, **changed: Any) -> dict[str, Any]:
    return {"client": world.client(), "source": "CRM", "ledger": world.ledger} | changed


def asked(world: Any, *numbers: int, **changed: Any) -> list[bool]:
    arguments = {"client": world.client(), "ledger": world.ledger} | changed
    return was_accepted(ids(*numbers), CUSTOMER, **arguments).tolist()


def test_only_what_was_accepted_counts(make_world, prepared, people) -> None:
    world = make_world(faults=[Fault("poison", key="C2")])
    frame = people(4)
    result = send(prepared(frame, held=[3]), **keywords(world))
    assert result.rows["state"].tolist() == ["accepted", "accepted", "rejected", "held"]
    assert asked(world, 1, 0, 3, 2, 1, 99) == [True, True, False, False, True, False]
    # A later refusal or a lost answer takes nothing away: the record is there.
    world.faults[:] = [Fault("poison", key="C0"), Fault("server_error")]
    edited = prepared(frame.assign(fullName="Lê Bình"))
    assert send(edited, **keywords(world)).counts["accepted"] == 0
    assert asked(world, 0, 1) == [True, True]


def test_neither_the_source_nor_the_journey_matters(world, report) -> None:
    send(report(2), **keywords(world, source="POS", je_event_key="CJE-1"))
    assert asked(world, 0, 1, 2) == [True, True, False]


def test_an_answer_that_never_came_is_no_yes(make_world, report) -> None:
    world = make_world(faults=[Fault("cut_after")])
    assert send(report(2), **keywords(world)).counts["unknown"] == 2
    assert asked(world, 0, 1) == [False, False]


def test_accounts_entities_and_ledgers_know_their_own(world, prepared, report) -> None:
    send(report(2), **keywords(world))
    assert asked(world, 0, client=world.client(cdp_gkey="another")) == [False]
    assert asked(world, 0, ledger=world.folder / "none") == [False]
    assert not (world.folder / "none").exists()
    photos = ids(0).assign(imageUrl="https://a.vn/1")
    arguments = {"client": world.client(), "ledger": world.ledger}
    assert was_accepted(photos, "customer-identity-photo", **arguments).tolist() == [False]


def test_keys_of_several_fields(world, prepared) -> None:
    photos = ids(0, 1).assign(source="Zalo", imageUrl=["https://a.vn/1", "https://a.vn/2"])
    send(prepared(photos, "customer-identity-photo"), **keywords(world))
    wanted = photos[["imageUrl", "customerId"]].assign(imageUrl="https://a.vn/1")
    found = was_accepted(wanted, "customer-identity-photo", world.client(), world.ledger)
    assert found.tolist() == [True, False]


def test_many_keys_are_asked_for_in_pieces(world, report, monkeypatch) -> None:
    send(report(1_000), **keywords(world))
    monkeypatch.setattr(known, "_ROWS_AT_ONCE", 300)
    numbers = np.random.default_rng(7).permutation(2_000)
    assert asked(world, *numbers) == (numbers < 1_000).tolist()
    assert asked(world) == []


def test_a_ledger_that_cannot_be_read_is_no_no(world, report) -> None:
    send(report(1), **keywords(world))
    world.ledger.with_name("ledger.sqlite.key").unlink()
    with pytest.raises(LedgerError, match="key file"):
        asked(world, 0)
