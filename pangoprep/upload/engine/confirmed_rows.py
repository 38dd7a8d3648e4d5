"""What PangoCDP confirmed of a run's rows, found again by their hashes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pandas as pd

from pangoprep.upload.engine.source import BatchSource
from pangoprep.upload.ledger.confirmations import Confirmed, confirmed_rows
from pangoprep.upload.ledger.database import database_errors
from pangoprep.upload.ledger.ledger import Ledger
from pangoprep.upload.outcome.row_states import RowStates
from pangoprep.upload.outcome.states import State
from pangoprep.upload.rows.batches import MAX_ROWS
from pangoprep.upload.rows.fingerprints import SIZE, RowMarks
from pangoprep.upload.rows.payload import Encoder
from pangoprep.upload.rows.prepared import Prepared

_STATES = {Confirmed.STORED: State.STORED, Confirmed.FAILED: State.FAILED}


def take_in_confirmed(
    report: Prepared,
    encoder_of: Callable[[pd.DataFrame], Encoder],
    marks: RowMarks,
    ledger: Path,
    run_id: str,
    row_states: RowStates,
) -> None:
    """Give the rows of a run that the ledger has as confirmed the states they have now."""
    with closing(Ledger(ledger)) as opened, database_errors(ledger):
        found = {
            key: (_STATES[state], words)
            for key, state, _, words in confirmed_rows(opened.db, run_id)
        }
    if not found:
        return
    every = BatchSource(
        report.ready_parts(), encoder_of, marks, None, RowStates(report.n_ready),
        max_rows=MAX_ROWS,
    )  # fmt: skip
    for batch in every:
        for position, mark in zip(batch.positions, batch.marks, strict=True):
            if (confirmed := found.get(mark[:SIZE])) is not None:
                row_states.confirm(position, *confirmed)
