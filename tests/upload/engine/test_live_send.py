"""A send that goes on by itself: looked at, stopped, and at the end of its process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.upload.engine.live_send import LiveSend

ROOT = Path(__file__).parents[3]


def report_of(n_rows: int) -> pp.Report:
    frame = pd.DataFrame(
        {
            "customerId": [f"C{number}" for number in range(n_rows)],
            "fullName": "An",
            "phone": "0912345678",
        }
    )
    return frame.pango.validate("customer-identity")


def test_it_goes_on_while_its_caller_does_other_things(tmp_path: Path) -> None:
    with pp.Sandbox(limits=None) as cdp:
        live = LiveSend(
            report_of(120), client=cdp.client(), source="CRM", ledger=tmp_path / "l.sqlite"
        )
        assert live.n_rows == 120
        live.start()
        result = live.result()
        assert not live.is_running
        view = live.view()
        assert view is not None
        assert view.n_done == 120
        assert result.counts["accepted"] == len(cdp.records("customer-identity")) == 120


def test_it_stops_well_and_the_next_goes_on(tmp_path: Path) -> None:
    with pp.Sandbox(limits={60: 3}) as cdp:
        client = cdp.client(limits={60: 3})
        arguments = {"client": client, "source": "CRM", "ledger": tmp_path / "l.sqlite"}
        live = LiveSend(report_of(400), **arguments)
        live.start()
        while (view := live.view()) is None or view.counts["accepted"] < 150:
            assert not live.wait(0.01)  # after three requests it waits for the limit
        live.stop()
        stopped = live.result()
    assert stopped.counts["accepted"] == 150
    assert stopped.counts["unsent"] == 250
    assert pp.status(stopped.run_id, ledger=tmp_path / "l.sqlite").state == "stopped"


def test_what_is_wrong_is_said_before_anything_begins(tmp_path: Path) -> None:
    with pp.Sandbox() as cdp, pytest.raises(pp.UsageError, match="source"):
        LiveSend(report_of(1), client=cdp.client(), source=3, ledger=tmp_path / "l.sqlite")


def test_the_end_of_the_process_stops_it_well(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "sys.path.insert(0, sys.argv[2])\n"
        "import pandas as pd, pangoprep as pp\n"
        "from pangoprep.upload.engine.live_send import LiveSend\n"
        "frame = pd.DataFrame({'customerId': [f'C{n}' for n in range(400)],\n"
        "                      'fullName': 'An', 'phone': '0912345678'})\n"
        "cdp = pp.Sandbox(limits={60: 3}).start()\n"
        "live = LiveSend(frame.pango.validate('customer-identity'), source='CRM',\n"
        "                client=cdp.client(limits={60: 3}), ledger=sys.argv[1])\n"
        "live.start()\n"
        "while (view := live.view()) is None or view.counts['accepted'] < 150:\n"
        "    live.wait(0.01)\n"
    )
    ledger = tmp_path / "l.sqlite"
    done = subprocess.run(
        [sys.executable, "-c", code, str(ledger), str(ROOT)],
        env=os.environ | {"PANGO_DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    (run,) = pp.runs(ledger).to_dict("records")
    assert (run["state"], run["accepted"], run["unsent"]) == ("stopped", 150, 250)
