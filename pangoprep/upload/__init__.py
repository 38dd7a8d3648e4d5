"""Sending: batches, ledger (SQLite), limits, client (httpx), engine, result.

``sending.py`` is the way in; ``sender.py`` the engine; ``ledger.py`` what is remembered.
"""

import logging

from pangoprep.upload.confirming.confirm import Confirmations, confirm
from pangoprep.upload.engine.send_call import SEND_KEYWORDS
from pangoprep.upload.http.client import Client
from pangoprep.upload.ledger.runs import Status, runs, status
from pangoprep.upload.limits.limits import Limits
from pangoprep.upload.outcome.plan import Plan
from pangoprep.upload.outcome.result import Result
from pangoprep.upload.sending import asend, resume, send

# What is logged is for those who ask for it; results say the same.
logging.getLogger("pangoprep").addHandler(logging.NullHandler())

__all__ = [
    "SEND_KEYWORDS",
    "Client",
    "Confirmations",
    "Limits",
    "Plan",
    "Result",
    "Status",
    "asend",
    "confirm",
    "resume",
    "runs",
    "send",
    "status",
]
