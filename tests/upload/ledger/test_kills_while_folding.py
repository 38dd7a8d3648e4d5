"""A process killed while it puts a long journal away has lost and doubled nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

import pytest

from pangoprep.upload import status
from pangoprep.upload.http.account import Account
from pangoprep.upload.http.tokens import Secret
from pangoprep.upload.ledger.ledger import Ledger
from pangoprep.upload.ledger.row_history import RowHistory
from pangoprep.upload.outcome.states import State

ROOT = Path(__file__).parents[3]
N_ROWS = 20_000

SENDER = """
import sys
from hashlib import blake2b
from pathlib import Path
from pangoprep.upload.http.account import Account
from pangoprep.upload.http.tokens import Secret
from pangoprep.upload.ledger import journal_folding
from pangoprep.upload.ledger.batch_states import BatchState
from pangoprep.upload.ledger.ledger import Ledger, RunRecord
journal_folding._ROWS_AT_ONCE = 500
path, version, n_rows = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
account = Account("url", Secret("account"), Secret(""))
ledger = Ledger(path)
run = ledger.start(RunRecord(f"run-{version}", account, "customer-identity", (), n_rows, 0, 0, 0.0))
def mark(n):
    content = blake2b(f"{n} {version}".encode(), digest_size=16).digest()
    return blake2b(b"%d" % n, digest_size=16).digest() + content
for start in range(0, n_rows, 50):
    run.answer(run.begin([mark(n) for n in range(start, start + 50)]), BatchState.ACCEPTED)
print("sent", flush=True)
run.finish(reason="", ended=1.0, n_requests=1, frame_fingerprint=None)
run.close()
"""


def marks(version: int) -> list[bytes]:
    return [
        blake2b(b"%d" % n, digest_size=16).digest()
        + blake2b(f"{n} {version}".encode(), digest_size=16).digest()
        for n in range(N_ROWS)
    ]


@pytest.mark.long
def test_killed_while_a_journal_is_put_away(tmp_path) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    chance, path, n_killed = random.Random(seed), tmp_path / "ledger", 0
    for version in range(12):
        command = [sys.executable, "-c", SENDER, str(path), str(version), str(N_ROWS)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"sent\n"
            time.sleep(chance.random() * 0.5)
            os.kill(process.pid, signal.SIGKILL)
        n_killed += process.returncode != 0
        with closing(Ledger(path)) as ledger:
            ledger.recover()
            scope = ledger.scope(Account("url", Secret("account"), Secret("")), "customer-identity")
            memory = RowHistory(ledger.db, path, scope)
            assert memory.states(marks(version)) == [State.UNCHANGED] * N_ROWS
            assert memory.states(marks(version - 1)) == [None] * N_ROWS
        assert status(f"run-{version}", path).counts["accepted"] == N_ROWS
    assert n_killed > 3
