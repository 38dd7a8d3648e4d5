"""From a messy frame to a PangoCDP on this machine, with every part in its place."""

from __future__ import annotations

import pandas as pd
import pytest

from pangoprep.options import Options
from pangoprep.pipeline import prepare
from pangoprep.sandbox import Fault, Sandbox
from pangoprep.upload import send

CUSTOMERS = pd.DataFrame(
    {
        "customerId": ["KH1", "KH2", "KH3", "KH4", "KH2"],
        "fullName": ["  Đỗ   Thị An", 'Lê "Bo" Bình', "Trần Cường", "Vũ Dũng", "Lê Bình"],
        "phone": ["+84 912 345 678", "0912345679", "không có", "0912345670", "0912345679"],
        "email": ["An@Example.VN", None, None, "d@example.vn", None],
        "gender": ["Nữ", "nam", None, "Nam", None],
        "dob": ["15/06/1988", None, None, "1990-01-31", None],
        "nickNames": ["Bi; Bo", None, None, "Tí", None],
        "note": ["does not go out"] * 5,
        "customFieldTexts.customField01": ["vip", None, None, "gold", None],
        "customFieldLongs.customFieldLong01": [5, None, None, 7, None],
    },
    index=pd.Index([10, 20, 30, 40, 50]),
)


def plain(values: pd.Series) -> list[object]:
    return values.astype(object).where(values.notna(), None).to_list()


@pytest.fixture
def report():
    return prepare(CUSTOMERS, "customer-identity", Options())


def test_what_is_stored_equals_what_was_ready(report, tmp_path) -> None:
    with Sandbox(limits=None) as cdp:
        result = send(report, client=cdp.client(), source="CRM", ledger=tmp_path / "ledger")
        stored = cdp.records("customer-identity").set_index("customerId")
        assert set(cdp.requests["status"]) == {200}
    assert result.counts["held"] == 1
    assert result.counts["superseded"] == 1
    assert result.counts["accepted"] == 3
    assert result.rows["state"].tolist() == [
        "accepted",
        "superseded",
        "held",
        "accepted",
        "accepted",
    ]
    ready = report.ready.set_index("customerId").loc[stored.index]
    assert set(stored.columns) <= set(ready.columns)
    for name in ready.columns:
        if name in stored:
            assert plain(stored[name]) == plain(ready[name]), name
        else:
            assert ready[name].isna().all(), name


def test_over_a_real_network_faults_cost_nothing(report, tmp_path) -> None:
    faults = [Fault("cut_after", times=1), Fault("token_expired", times=1, skip=1)]
    with Sandbox(limits=None, faults=faults) as cdp:
        client = cdp.client()
        result = send(report, client=client, source="CRM", ledger=tmp_path / "ledger")
        assert result.counts["accepted"] == 3
        cdp.faults[:] = [Fault("cut_after", times=1)]
        with_events = {"client": client, "source": "CRM", "ledger": tmp_path / "ledger"}
        result = send(report, **with_events, je_event_key="CJE-1")
        assert result.counts["unknown"] == 3
        assert cdp.n_events == 3
        cdp.faults.clear()
        assert send(report, **with_events, je_event_key="CJE-1").counts["unknown"] == 3
        assert cdp.n_events == 3


def test_a_sandbox_that_is_gone_was_never_reached(report, tmp_path, clock) -> None:
    with Sandbox(limits=None) as cdp:
        client = cdp.client(clock=clock)
    result = send(report, client=client, source="CRM", ledger=tmp_path / "ledger")
    assert result.counts["unsent"] == 3
    assert "No connection" in result.reason
