"""A PangoCDP on this machine: an ASGI application over a SQLite file, with faults on demand.

A request's way: ``server`` (uvicorn in a thread) -> ``app`` (HTTP) -> ``pangocdp`` (the gate:
method, token, ``windows``) -> ``faults`` -> ``ingestion`` and ``rules`` (is it good?) -> ``store``.
"""

from pangoprep.sandbox.faults import Fault
from pangoprep.sandbox.sandbox import Sandbox

__all__ = ["Fault", "Sandbox"]
