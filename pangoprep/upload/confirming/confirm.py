"""``pp.confirm``: a callback of PangoCDP's, written into the ledger."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from pangoprep.boundary import verb
from pangoprep.errors import UsageError
from pangoprep.sentence import Sentence, joined
from pangoprep.upload.confirming.callback_words import safe_words
from pangoprep.upload.confirming.callbacks import CallbackRecord, read_callbacks
from pangoprep.upload.ledger.confirmations import (
    Confirmation,
    Confirmed,
    write_confirmations,
)
from pangoprep.upload.ledger.database import database_errors, transaction
from pangoprep.upload.ledger.home import ledger_exists
from pangoprep.upload.ledger.ledger import Ledger
from pangoprep.upload.ledger.own_ref_ids import OwnRefIds
from pangoprep.upload.machine.data_directory import ledger_path
from pangoprep.upload.rows.ref_ids import RefId, RefIds

Callback = Mapping[str, Any] | Sequence[Mapping[str, Any]] | bytes | str | os.PathLike[str]


@dataclass(frozen=True, kw_only=True)
class Confirmations:
    """What a callback said.

    Parameters
    ----------
    n_stored, n_failed
        Rows that PangoCDP wrote, and rows it could not write.
    n_foreign
        Records that no run of this ledger sent.
    n_ambiguous
        Records that cannot be told apart: several rows have this ``refId`` of their own.
    n_unreadable
        Records of which the callback says nothing that can be read.
    runs
        The runs whose rows they are.
    """

    n_stored: int
    n_failed: int
    n_foreign: int
    n_ambiguous: int = 0
    n_unreadable: int
    runs: tuple[str, ...]

    @property
    def headline(self) -> Sentence:
        """What the callback said, in one sentence."""
        told = [Sentence("{1:,} stored, {2:,} failed", self.n_stored, self.n_failed)]
        if self.n_foreign:
            told.append(Sentence("{1:,} of no run here", self.n_foreign))
        if self.n_ambiguous:
            told.append(Sentence("{1:,} of several rows", self.n_ambiguous))
        if self.n_unreadable:
            told.append(Sentence("{1:,} unreadable", self.n_unreadable))
        return joined(", ", told)

    def __repr__(self) -> str:
        return f"<Confirmations: {self.headline}>"


@verb
def confirm(callback: Callback, ledger: str | os.PathLike[str] | None = None) -> Confirmations:
    """Write into the ledger what PangoCDP's callback says became of rows.

    Rows that were accepted turn into *stored* or *failed*: in `pp.status`, in
    ``result.refresh()``, and for the next send, which takes failed ones again. The rows must have
    been sent with ``ref_ids=True``, or have a ``refId`` of their own that is part of their key, as
    in ``custom-model``; that says nothing of the request, so what is called back of it counts for
    the row's latest one. A callback may come twice or late; that changes nothing.

    Parameters
    ----------
    callback
        The callback's JSON, as it is, as text or bytes, or in a file; several may be in a list or
        line by line.
    ledger
        Path of the ledger; default: the one in the user's data directory.

    Raises
    ------
    UsageError
        If it is no callback, or there is no ledger.

    Examples
    --------
    >>> import pangoprep as pp
    >>> pp.confirm({"data": {"x": {"status": 200}}}, ledger="none.sqlite")
    Traceback (most recent call last):
    pangoprep.errors.UsageError: There is no ledger 'none.sqlite', so no row to confirm.
    """
    outcomes, n_unreadable = read_callbacks(callback)
    path = ledger_path(ledger)
    if not ledger_exists(path):
        raise UsageError(Sentence("There is no ledger {1!r}, so no row to confirm.", path.name))
    with closing(Ledger(path)) as opened:
        ref_ids = RefIds(opened.key)
        known = [ref_ids.read(outcome.ref_id) for outcome in outcomes]
        own = [o.ref_id for o, ref_id in zip(outcomes, known, strict=True) if ref_id is None]
        found, ambiguous = OwnRefIds(opened.db, path, opened.key).find(list(dict.fromkeys(own)))
        ours = [
            _confirmation(known_id, outcome)
            for outcome, ref_id in zip(outcomes, known, strict=True)
            if (known_id := ref_id or found.get(outcome.ref_id)) is not None
        ]
        with database_errors(path), transaction(opened.db):
            counts = write_confirmations(opened.db, path, ours, time.time())
    n_ambiguous = sum(ref_id in ambiguous for ref_id in own)
    n_failed = sum(one.state is Confirmed.FAILED for one in ours)
    return Confirmations(
        n_stored=len(ours) - n_failed,
        n_failed=n_failed,
        n_foreign=len(outcomes) - len(ours) - n_ambiguous,
        n_ambiguous=n_ambiguous,
        n_unreadable=n_unreadable,
        runs=tuple(counts),
    )


def _confirmation(ref_id: RefId, outcome: CallbackRecord) -> Confirmation:
    state = Confirmed.STORED if outcome.is_stored else Confirmed.FAILED
    words = "" if outcome.is_stored else safe_words(outcome.words) or f"status {outcome.status}"
    return Confirmation(ref_id, state, outcome.status, words)
