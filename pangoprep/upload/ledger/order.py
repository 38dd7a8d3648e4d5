"""The order of requests: one sequence of numbers for all runs of a ledger.

A request gets the next number when it begins. When it ends, the highest number given out so far is
written down with it. So of two requests of any runs it can be told whether one began after the
other had ended.
"""

from __future__ import annotations

#: The highest number given out so far, as SQL. Numbers are never given out twice: what is deleted
#: from the journal leaves its mark in ``sequence``.
SEQUENCE = "max(coalesce((SELECT max(number) FROM batches), 0), (SELECT last FROM sequence))"

#: To be carried out before anything is deleted from the journal.
KEEP_SEQUENCE = f"UPDATE sequence SET last = {SEQUENCE}"  # noqa: S608 - nothing from outside
