from __future__ import annotations

import ast
import json
import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from textwrap import dedent
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest

from pangoprep.sandbox import Fault
from pangoprep.upload import runs, send, status
from pangoprep.upload.ledger.writes import WRITE

PERSONAL = {
    "customerId": "KH-CANARY-77",
    "fullName": "Canary Thị Hoàng",
    "phone": "0399887766",
    "email": "canary@vidu.vn",
    "address": "Ngõ Canary 12",
}


class Echo:
    """A server that repeats what it was sent in its words, in every way it can."""

    def __init__(self, inner: Any, status: int) -> None:
        self.inner, self.status = inner, status

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if "ingest" not in request.url.path:
            return await self.inner(request)
        rows = json.loads(await request.aread())["entries"]
        values = " ".join(value for row in rows for value in row.values())
        words = f"Bad: {values} {request.headers['token']} {request.headers['api_key']}"
        return httpx.Response(self.status, json={"success": False, "message": words})


@pytest.mark.parametrize("status_code", [200, 400, 401, 500, 302])
def test_nothing_that_is_kept_or_shown_holds_a_value_or_a_secret(
    world, prepared, caplog, capfd, status_code, data_dir
) -> None:
    caplog.set_level(logging.DEBUG)
    frame = pd.DataFrame({name: [value, "x" + value] for name, value in PERSONAL.items()})
    report = prepared(frame)
    real = world.way.handle_async_request
    client = world.client()
    keywords = {"client": client, "source": "CRM", "ledger": world.ledger}
    plan = send(report, **keywords, dry_run=True)
    world.way.handle_async_request = Echo(real, status_code)
    refused = send(report, **keywords, progress=True)
    world.way.handle_async_request = real
    world.faults.append(Fault("cut_after", times=1))
    accepted = send(report, **keywords, progress=True, user="An", file="export.csv")
    assert accepted.ok

    shown = [repr(client), repr(vars(client)), repr(client.tokens), repr(vars(client.tokens))]
    shown += [repr(plan), plan._repr_html_(), caplog.text, *capfd.readouterr()]
    for result in (refused, accepted):
        shown += [repr(result), result._repr_html_(), result.rows.to_string(), str(result.error)]
        shown += [repr(result.error), repr(status(result.run_id, world.ledger))]
        cause: BaseException | None = result.error
        while cause is not None:
            shown.append(repr(cause) + repr(vars(cause)))
            cause = cause.__cause__ or cause.__context__
    shown.append(runs(world.ledger).to_string())
    files = [path for folder in (world.folder, data_dir) for path in folder.rglob("*")]
    kept = [path for path in files if path.is_file() and not path.name.startswith("cdp")]
    assert {world.ledger, world.ledger.with_name("ledger.sqlite.key")} <= set(kept)
    own = world.store.credentials
    secrets = [own.username, own.api_key, own.cdp_gkey, *world.tokens._ends]
    for canary in [*PERSONAL.values(), *secrets]:
        for text in shown:
            assert canary not in text
        for path in kept:
            assert canary.encode() not in path.read_bytes(), path.name


CELLS = [
    """
    import logging, sys
    import pandas as pd, pangoprep as pp

    logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
    df = pd.read_csv("people.csv", dtype=str)
    faults = [pp.Fault("cut_after", times=1), pp.Fault("poison", key=df["customerId"][1])]
    cdp = pp.Sandbox(faults=faults).start()
    where = {"client": cdp.client(), "source": "CRM", "ledger": "practice.sqlite"}
    cdp
    """,
    "df.pango.validate()",
    "df.pango.send(**where, dry_run=True)",
    "result = df.pango.send(**where, user='An', file='people.csv'); result",
    "result.rows",
    "await df.pango.asend(**where, je_event_key='CJE-1')",
    "pp.status(result.run_id, where['ledger'])",
    "pp.runs(where['ledger'])",
    "where",
    "df.pango.send(**where, clear=['phone', 'customerId'])",
    "import os; os.remove('practice.sqlite.key'); df.pango.send(**where)",
    "print(list(cdp.credentials.values()))",
]


@pytest.mark.notebook
def test_nothing_a_notebook_is_saved_with_holds_a_value_or_a_secret(tmp_path) -> None:
    """Reports, plans, progress, results, logging at its chattiest, and tracebacks."""
    from nbclient import NotebookClient
    from nbformat.v4 import new_code_cell, new_notebook

    frame = pd.DataFrame({name: [value, "x" + value] for name, value in PERSONAL.items()})
    frame.assign(phone=PERSONAL["phone"], email=PERSONAL["email"]).to_csv(
        tmp_path / "people.csv", index=False
    )
    notebook = new_notebook(cells=[new_code_cell(dedent(source)) for source in CELLS])
    homes = {name: str(tmp_path / name) for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR")}
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(tmp_path)}},
    )
    root = str(Path(__file__).parents[2])
    client.execute(env=os.environ | homes | {"PYTHONPATH": root})
    *cells, last = client.nb.cells
    errors = [output.ename for cell in cells for output in cell.outputs if "ename" in output]
    assert errors == ["UsageError", "LedgerError"]
    outputs = json.dumps([cell.outputs for cell in cells], ensure_ascii=False)
    widgets = json.dumps(client.nb.metadata.widgets, ensure_ascii=False)
    assert "DEBUG:pangoprep.upload:" in outputs
    assert "AnswerLostError" in outputs
    assert "rows/s" in widgets
    secrets = ast.literal_eval(last.outputs[0].text)
    assert len(secrets) == 3
    for canary in [*PERSONAL.values(), *secrets]:
        assert canary not in outputs
        assert canary not in widgets


def test_the_key_is_its_owners_alone(world, report) -> None:
    send(report(1), client=world.client(), source="CRM", ledger=world.ledger)
    key = world.ledger.with_name("ledger.sqlite.key")
    assert key.stat().st_mode & 0o777 == 0o600


def test_the_ledger_knows_nothing_without_its_key(make_world, report) -> None:
    """The same rows leave different hashes in different ledgers."""
    worlds = [make_world(), make_world()]
    found = []
    for world in worlds:
        send(report(3), client=world.client(), source="CRM", ledger=world.ledger)
        with closing(sqlite3.connect(world.ledger)) as db:
            [(entries,)] = db.execute("SELECT entries FROM blocks")
        writes = np.frombuffer(entries, dtype=WRITE)
        assert len(writes) == 3
        found.append({number for row in writes.tolist() for number in row[:4]})
    assert not found[0] & found[1]
