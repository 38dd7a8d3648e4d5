"""Which records an account has been sent before, as far as the ledger knows."""

from __future__ import annotations

import os
from contextlib import closing
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.entities import entity_for
from pangoprep.upload.arguments import SendOptions
from pangoprep.upload.client import Client
from pangoprep.upload.database import database_errors
from pangoprep.upload.fingerprints import SIZE, RowMarks
from pangoprep.upload.ledger import Ledger
from pangoprep.upload.payload import Encoder
from pangoprep.upload.places import ledger_path

_AT_ONCE = 500


def was_accepted(
    keys: pd.DataFrame,
    object_type: str,
    client: Client,
    ledger: str | os.PathLike[str] | None = None,
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Mark the records that PangoCDP accepted from this account in an earlier run.

    Parameters
    ----------
    keys
        The key fields of each record, canonical.
    object_type
        The entity.
    client
        Whose account it is.
    ledger
        As for `send`. Without a ledger nothing is known.
    """
    known = np.zeros(len(keys), dtype=bool)
    path = ledger_path(ledger)
    if not path.exists() or not len(keys):
        return known
    key = entity_for(object_type).key
    chunk = next(iter(Encoder(keys, list(key), key).chunks(len(keys))))
    with closing(Ledger(path)) as opened:
        opened.recover()
        marks = RowMarks(opened.key, SendOptions().envelope(object_type))
        digests = [mark[:SIZE] for mark in marks.mark(chunk.keys, chunk.entries)]
        scope = opened.scope(client.account, object_type).rows
        found: set[bytes] = set()
        with database_errors(path):
            for start in range(0, len(digests), _AT_ONCE):
                some = digests[start : start + _AT_ONCE]
                places = ",".join("?" * len(some))
                rows = opened.db.execute(
                    "SELECT key FROM rows WHERE scope = ? AND accepted IS NOT NULL"  # noqa: S608 - only question marks
                    f" AND key IN ({places})",
                    [scope, *some],
                )
                found.update(digest for (digest,) in rows)
    known[:] = [digest in found for digest in digests]
    return known
