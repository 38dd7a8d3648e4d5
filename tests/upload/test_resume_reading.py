"""A resume reads the rows as the run did, and goes to the account it went to, or says why not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pandas as pd
import pytest

import pangoprep  # noqa: F401  # registers df.pango
from pangoprep.errors import UsageError
from pangoprep.sandbox.answers import Answer

FRAME = pd.DataFrame(
    {
        "Mã": [f"C{n}" for n in range(120)],
        "Tên": ["Đỗ Thị An"] * 120,
        "Liên lạc": [f"09{n:08d}" for n in range(120)],
        "Nơi 1": ["Hà Nội"] * 120,
        "Nơi 2": ["Cầu Giấy"] * 120,
        "GT": ["x"] * 120,
    }
)
MAPPING = {"Mã": "customerId", "Tên": "fullName", "Liên lạc": "phone", "Nơi 1": "city"}
READING: dict[str, Any] = {"mapping": MAPPING, "phone_format": "e164", "timezone_gmt": 9}


def stop_after(world: Any, n_requests: int) -> None:
    """Refuse everything after so many ingest requests."""
    answer, left = world.platform.answer, [n_requests]

    async def refuse(request: Any) -> Answer:
        if request.path.endswith("/ingest"):
            left[0] -= 1
            if left[0] < 0:
                return Answer(307, b"", (("Location", "http://elsewhere.invalid/"),))
        return await answer(request)

    world.platform.answer = refuse
    world.go_on = lambda: setattr(world.platform, "answer", answer)


@pytest.fixture
def stopped(world: Any) -> Any:
    stop_after(world, 1)
    there = {"client": world.client(), "ledger": world.ledger}
    result = FRAME.pango.send("customer-identity", source="CRM", **there, **READING)
    assert (result.counts["accepted"], result.counts["unsent"]) == (50, 70)
    world.go_on()
    return result, there


def test_nothing_need_be_said_again(world, stopped) -> None:
    result, there = stopped
    resumed = FRAME.pango.resume(result.run_id, **there)
    assert (resumed.counts["unchanged"], resumed.counts["accepted"]) == (50, 70)
    sent = [body for body in world.way.bodies if b"entries" in body]
    assert b'"phone":"+8490' in sent[-1]
    assert b'"city"' in sent[-1]
    again = FRAME.pango.resume(result.run_id, **there, phone_format="e164", lang="vi")
    assert again.counts["unchanged"] == 120


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"phone_format": "national"}, "phone_format was 'e164' and is 'national'"),
        ({"timezone_gmt": 7}, "timezone_gmt was 9 and is 7"),
        ({"duplicates": "hold"}, "duplicates was 'last' and is 'hold'"),
        (
            {"mapping": {"Nơi 2": "city"}},
            "city came from column 'Nơi 1' and comes from column 'Nơi 2'",
        ),
        ({"mapping": {"Nơi 2": "district"}}, "district came from no column"),
        ({"mapping": {"Nơi 1": ""}}, "city came from column 'Nơi 1' and comes from no column"),
        ({"fixes": {"city": {"Hà Nội": "Huế"}}}, "it had no fixes"),
    ],
)
def test_what_is_said_against_it_is_named(world, stopped, said: Any, named: str) -> None:
    result, there = stopped
    n_sent = len(world.way.bodies)
    with pytest.raises(UsageError) as caught:
        FRAME.pango.resume(result.run_id, **there, **said)
    assert named in str(caught.value)
    assert len(world.way.bodies) == n_sent


def test_a_frame_of_another_shape_is_named(world, stopped) -> None:
    result, there = stopped
    with pytest.raises(UsageError, match="column 'Nơi 1' as 'city'"):
        FRAME.rename(columns={"Nơi 1": "Thành phố"}).pango.resume(result.run_id, **there)


def test_fixes_are_not_kept_but_compared(world) -> None:
    stop_after(world, 1)
    there = {"client": world.client(), "ledger": world.ledger}
    reading = {**READING, "mapping": {**MAPPING, "GT": "gender"}}
    reading["fixes"] = {"gender": {"x": "male"}}
    result = FRAME.pango.send("customer-identity", source="CRM", **there, **reading)
    world.go_on()
    with pytest.raises(UsageError, match="it had other fixes"):
        FRAME.pango.resume(result.run_id, **there, unreadable="hold")
    resumed = FRAME.pango.resume(result.run_id, **there, fixes=reading["fixes"])
    assert (resumed.counts["unchanged"], resumed.counts["accepted"]) == (50, 70)
    with closing(sqlite3.connect(world.ledger)) as ledger:
        [kept, *_] = ledger.execute("SELECT reading FROM runs").fetchone()
    assert "male" not in kept
    assert '"phone_format": "e164"' in kept


def test_other_credentials_are_refused(world, stopped) -> None:
    result, _ = stopped
    for changed in (
        {"cdp_gkey": "other-organization"},
        {"ingest_url": "https://elsewhere.example.vn/ingest"},
    ):
        other = world.client(**changed)
        with pytest.raises(UsageError) as caught:
            FRAME.pango.resume(result.run_id, client=other, ledger=world.ledger)
        words = str(caught.value)
        assert words.count("account ") >= 2
        assert "http://localhost/dhub-i/api/v1.0/ingest" in words
        assert "other-organization" not in words
        assert world.store.credentials.cdp_gkey not in words
    assert len(world.records()) == 50
    renewed = world.client(api_key=world.store.credentials.api_key)
    assert FRAME.pango.resume(result.run_id, client=renewed, ledger=world.ledger).ok


def test_values_are_added_again_and_those_of_personal_fields_must_be_given(world) -> None:
    frame = pd.DataFrame({"Họ tên": ["An", "Bình"], "SĐT": ["0912345678", "0987654321"]})
    values = {"systemName": "CRM", "customerId": {"from": ["phone"]}}
    there = {"client": world.client(), "ledger": world.ledger}
    sent = frame.pango.send("customer-identity", source="CRM", values=values, **there)
    assert frame.pango.resume(sent.run_id, **there).counts["unchanged"] == 2
    with pytest.raises(UsageError, match="other values were added to systemName"):
        frame.pango.resume(sent.run_id, values={"systemName": "POS"}, **there)
    secret = values | {"createdBy": "Nguyễn Thị Bông"}
    sent = frame.pango.send("customer-identity", source="CRM", values=secret, **there)
    with closing(sqlite3.connect(world.ledger)) as db:
        assert "Bông" not in str(db.execute("SELECT * FROM runs").fetchall())
    with pytest.raises(UsageError, match="createdBy"):
        frame.pango.resume(sent.run_id, **there)
    assert frame.pango.resume(sent.run_id, values=secret, **there).counts["unchanged"] == 2
