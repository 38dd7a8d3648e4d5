"""What PangoCDP will get: the requests of a dry run, their size, and how long they take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pangoprep.columns.types import Rows
from pangoprep.steps.examined import Examined

if TYPE_CHECKING:
    from pangoprep.upload.rows.prepared import Prepared

# Every row of a small frame is encoded; of a large one so many, from all over the frame.
_N_ENCODED = 5_000
_N_ENTRIES = 2


@dataclass(frozen=True)
class DeliveryFacts:
    """What a send would do.

    Parameters
    ----------
    n_rows, n_requests
        Rows to send and the requests that takes; exact.
    n_bytes, is_exact
        Size of the request bodies; from a part of the rows where it is not exact.
    finish_seconds
        How long it takes under the limits, for an account that sent nothing lately.
    window
        The limit that makes it take so long, as (seconds, requests), or None.
    payload
        The first request with its first entries; personal values are masked.
    n_entries
        How many entries the first request has.
    """

    n_rows: int
    n_requests: int
    n_bytes: int
    is_exact: bool
    finish_seconds: float
    window: tuple[float, int] | None
    payload: dict[str, Any]
    n_entries: int


def delivery_facts(examined: Examined) -> DeliveryFacts:
    """Plan the send of the ready rows, as ``send(dry_run=True)`` does.

    The exact size of a large frame takes as long as encoding it; `df.pango.send` tells it with
    ``dry_run=True``.
    """
    from pangoprep.upload.arguments import SendOptions
    from pangoprep.upload.engine.dry_run import make_plan
    from pangoprep.upload.limits.limits import Limits
    from pangoprep.upload.rows.batches import MAX_ROWS

    rows = examined.ready_rows
    n_rows = len(rows)
    n_requests = -(-n_rows // MAX_ROWS)
    first = make_plan(_some(examined, rows[:MAX_ROWS]), None, SendOptions())
    n_bytes = 0
    is_exact = n_rows <= _N_ENCODED
    if n_rows:
        chosen = rows if is_exact else rows[np.linspace(0, n_rows - 1, _N_ENCODED).astype(np.int64)]
        plan = make_plan(_some(examined, chosen), None, SendOptions())
        n_bytes = round(plan.n_bytes * n_rows / len(chosen))
    limits = Limits()
    seconds = float(limits.schedule(n_requests)[-1]) if n_requests else 0.0
    window = limits.binding(n_requests)
    payload = first.masked_payload()
    entries = payload.get("entries", [])
    return DeliveryFacts(
        n_rows=n_rows,
        n_requests=n_requests,
        n_bytes=n_bytes,
        is_exact=is_exact,
        finish_seconds=max(seconds, first.finish_seconds),
        window=None if window is None else (window, limits.windows[window]),
        payload={**payload, "entries": entries[:_N_ENTRIES]} if payload else {},
        n_entries=len(entries),
    )


def _some(examined: Examined, rows: Rows) -> Prepared:
    """Return some ready rows, as the uploader takes them; nobody asks what became of them."""
    from pangoprep.upload.rows.prepared import Parts

    return Parts(
        entity=examined.entity.object_type,
        n_ready=len(rows),
        n_held=0,
        n_superseded=0,
        ready=lambda: [examined.records(rows)],
        rows=list,
        model=examined.entity,
    )
