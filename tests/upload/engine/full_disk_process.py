"""Sends with its ledger on a small disk, over and over, each time with less or more room on it.

To be started in a mount namespace of its own: it mounts a file system in memory of 2 MB, fills it
up but for the bytes it is told, and says with one JSON line what became of a send, and of the next
one when there is room again.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd

import pangoprep as pp

N_ROWS = 600


def people(version: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customerId": [f"C{n}" for n in range(N_ROWS)],
            "fullName": [f"Đỗ Thị An {version}"] * N_ROWS,
            "phone": [f"098{n:07d}" for n in range(N_ROWS)],
        }
    )


def fill(disk: Path, n_free: int) -> Path:
    filler = disk / "filler"
    room = os.statvfs(disk)
    filler.write_bytes(bytes(max(room.f_bavail * room.f_frsize - n_free, 0)))
    return filler


def said(error: BaseException) -> dict[str, Any]:
    return {"is_ours": isinstance(error, pp.PangoprepError), "words": str(error)}


def n_stored(cdp: pp.Sandbox) -> int:
    records = cdp.records("customer-identity")
    return int((records["fullName"].str[-1] == "1").sum()) if len(records) else 0


def send(disk: Path, n_free: int, *, is_new: bool, has_events: bool) -> dict[str, Any]:
    for file in disk.iterdir():
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    with pp.Sandbox(limits={1: 10_000}) as cdp:
        options = {"client": cdp.client(), "source": "CRM", "ledger": disk / "ledger.sqlite"}
        if not is_new:
            people(0).head(60).pango.send("customer-identity", **options)
        filler = fill(disk, n_free)
        if has_events:
            options["je_event_key"] = "CJE-1"
        told: dict[str, Any] = {"n_free": n_free, "is_new": is_new, "has_events": has_events}
        try:
            first = people(1).pango.send("customer-identity", **options)
        except Exception as error:  # noqa: BLE001 - what kind it is, is the question
            told["raised"] = said(error)
        else:
            told["first"], told["reason"] = dict(first.counts), first.reason
            told["error"] = first.error and said(first.error)
            told["state"] = pp.status(first.run_id, options["ledger"]).state
        told["n_stored"] = n_stored(cdp)
        filler.unlink()
        second = people(1).pango.send("customer-identity", **options)
        told["second"], told["second_reason"] = dict(second.counts), second.reason
        told["n_finally"] = n_stored(cdp)
        told["n_events"] = cdp.n_events
        runs = pp.runs(options["ledger"])
        told["states"] = runs["state"].to_list()
        told["sums"] = runs[list(second.counts)].sum(axis=1).to_list()
    return told


def scan(disk: Path, n_free: int, csv: Path) -> dict[str, Any]:
    """Validate a file whose rows do not find room to be set aside."""
    filler = fill(disk, n_free)
    try:
        return {"n_rows": pp.scan(csv).pango.validate().n_rows}
    except Exception as error:  # noqa: BLE001 - what kind it is, is the question
        return {"raised": said(error)}
    finally:
        filler.unlink()


def main(folder: Path, cases: list[dict[str, Any]]) -> None:
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], check=True)
    os.environ["PANGO_DATA_DIR"] = str(disk / "home")
    for case in cases:
        print(json.dumps(send(disk, **case)), flush=True)
    people(1).to_csv(folder / "people.csv", index=False)
    for n_free in (0, 8_000):
        print(json.dumps(scan(disk, n_free, folder / "people.csv")), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
