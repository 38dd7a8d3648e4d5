"""What can be known of one request."""

from __future__ import annotations

from enum import IntEnum


class BatchState(IntEnum):
    """What is known of one request."""

    PENDING = 0
    ACCEPTED = 1
    REJECTED = 2
    UNKNOWN = 3
    #: Refused, but an earlier answer was lost: nobody knows what PangoCDP holds of the row now.
    REJECTED_IN_DOUBT = 4
