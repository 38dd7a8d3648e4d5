"""Which records an account has been sent before, as far as the ledger knows."""

from __future__ import annotations

import os
from contextlib import closing
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.entities import Entity, entity_for
from pangoprep.upload.arguments import SendOptions
from pangoprep.upload.http.client import Client
from pangoprep.upload.ledger.home import ledger_exists
from pangoprep.upload.ledger.ledger import Ledger
from pangoprep.upload.ledger.row_history import RowHistory
from pangoprep.upload.machine.data_directory import ledger_path
from pangoprep.upload.rows.fingerprints import RowMarks
from pangoprep.upload.rows.payload import Encoder

# So many at a time, so that memory stays flat.
_ROWS_AT_ONCE = 10_000


def was_accepted(
    keys: pd.DataFrame,
    object_type: str | type[Entity],
    client: Client,
    ledger: str | os.PathLike[str] | None = None,
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Mark the records that PangoCDP accepted from this account in an earlier run.

    Parameters
    ----------
    keys
        The key fields of each record, canonical.
    object_type
        The entity, or its class.
    client
        Whose account it is.
    ledger
        As for `send`. Without a ledger nothing is known.
    """
    known = np.zeros(len(keys), dtype=bool)
    path = ledger_path(ledger)
    if not ledger_exists(path):
        return known
    entity = entity_for(object_type)
    with closing(Ledger(path)) as opened:
        opened.recover()
        memory = RowHistory(opened.db, path, opened.scope(client.account, entity.object_type))
        # Only the key's half of a mark counts here, and that has nothing of the envelope.
        marks = RowMarks(opened.key, SendOptions().envelope(entity.object_type))
        for chunk in Encoder(keys, entity.key, entity.key).chunks(_ROWS_AT_ONCE):
            found = memory.were_accepted(marks.mark(chunk.keys, chunk.entries))
            known[chunk.start : chunk.start + len(found)] = found
    return known
