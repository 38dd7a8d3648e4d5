"""A PangoCDP on this machine: an ASGI application over a SQLite file, with faults on demand."""

from pangoprep.sandbox.faults import Fault
from pangoprep.sandbox.sandbox import Sandbox

__all__ = ["Fault", "Sandbox"]
