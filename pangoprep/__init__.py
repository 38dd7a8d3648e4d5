"""pangoprep: clean, check and send customer data to PangoCDP from pandas and Jupyter.

Importing it registers ``df.pango`` on every DataFrame. The names below are the whole public face;
those that send or serve are loaded on first use. The models of object types come with ``*``.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pangoprep import opened as _opened  # noqa: F401 - tells reports what they open
from pangoprep.accessor import PangoAccessor as PangoAccessor
from pangoprep.declarations import Declaration as Declaration
from pangoprep.declarations import entity as entity
from pangoprep.deprecation import new_export as _new_export
from pangoprep.engines import registering as _registering
from pangoprep.entities import ENTITIES as ENTITIES
from pangoprep.entities import MODELS as _MODELS
from pangoprep.entities import Entity as Entity
from pangoprep.entities import Item as Item
from pangoprep.entities import fields as _fields
from pangoprep.entities.of_customers import *  # noqa: F403
from pangoprep.entities.of_others import *  # noqa: F403
from pangoprep.entities.rules import AnyOf as AnyOf
from pangoprep.entities.rules import InOrder as InOrder
from pangoprep.errors import EntityError as EntityError
from pangoprep.errors import HeldError as HeldError
from pangoprep.errors import PangoprepError as PangoprepError
from pangoprep.errors import UploadError as UploadError
from pangoprep.errors import UsageError as UsageError
from pangoprep.fixes.file import FixesFile as FixesFile
from pangoprep.id_key import new_id_key as new_id_key
from pangoprep.matching.mapping import ColumnMap as ColumnMap
from pangoprep.matching.recipes import Recipe as Recipe
from pangoprep.options import Options as Options
from pangoprep.reading import read as read
from pangoprep.report import Report as Report
from pangoprep.verbs import clean as clean
from pangoprep.verbs import map as map  # noqa: A004 - the verb's name
from pangoprep.verbs import plan as plan
from pangoprep.verbs import send as send
from pangoprep.verbs import unfold as unfold
from pangoprep.verbs import validate as validate
from pangoprep.version import VERSION

if TYPE_CHECKING:
    from pangoprep.bundle import validate_all as validate_all
    from pangoprep.declarations.payloads import entity_from as entity_from
    from pangoprep.engines.dask_scan import scan_dask as scan_dask
    from pangoprep.large.scan import Scan as Scan
    from pangoprep.large.scan import scan as scan
    from pangoprep.receiver import Listener as Listener
    from pangoprep.receiver import listen as listen
    from pangoprep.report.bundle import Bundle as Bundle
    from pangoprep.report.fixing.changes import Changes as Changes
    from pangoprep.report.fixing.merge import read_fixed as read_fixed
    from pangoprep.samples import sample as sample
    from pangoprep.sandbox import Fault as Fault
    from pangoprep.sandbox import Sandbox as Sandbox
    from pangoprep.upload import Client as Client
    from pangoprep.upload import Confirmations as Confirmations
    from pangoprep.upload import Limits as Limits
    from pangoprep.upload import Plan as Plan
    from pangoprep.upload import Result as Result
    from pangoprep.upload import confirm as confirm
    from pangoprep.upload import runs as runs
    from pangoprep.upload import status as status
    from pangoprep.workbench import Workbench as Workbench

__version__ = VERSION
field = _fields

_registering.register_when_loaded()

# Loaded on first use: they need httpx or a web server, which cleaning does not.
_LAZY = {
    "Bundle": "pangoprep.report.bundle",
    "Changes": "pangoprep.report.fixing.changes",
    "Client": "pangoprep.upload",
    "Confirmations": "pangoprep.upload",
    "Fault": "pangoprep.sandbox",
    "Limits": "pangoprep.upload",
    "Plan": "pangoprep.upload",
    "Result": "pangoprep.upload",
    "Sandbox": "pangoprep.sandbox",
    "Scan": "pangoprep.large.scan",
    "Listener": "pangoprep.receiver",
    "confirm": "pangoprep.upload",
    "entity_from": "pangoprep.declarations.payloads",
    "listen": "pangoprep.receiver",
    "read_fixed": "pangoprep.report.fixing.merge",
    "runs": "pangoprep.upload",
    "sample": "pangoprep.samples",
    "scan": "pangoprep.large.scan",
    "scan_dask": "pangoprep.engines.dask_scan",
    "status": "pangoprep.upload",
    "Workbench": "pangoprep.workbench",
    "validate_all": "pangoprep.bundle",
}

# Type checkers know the names by their imports: they cannot add up a list.
if not TYPE_CHECKING:
    __all__ = [
        *_MODELS,
        "ENTITIES",
        "AnyOf",
        "Bundle",
        "Changes",
        "Client",
        "ColumnMap",
        "Confirmations",
        "Declaration",
        "Entity",
        "EntityError",
        "Fault",
        "FixesFile",
        "HeldError",
        "InOrder",
        "Item",
        "Limits",
        "Listener",
        "Options",
        "PangoAccessor",
        "PangoprepError",
        "Plan",
        "Recipe",
        "Report",
        "Result",
        "Sandbox",
        "Scan",
        "UploadError",
        "UsageError",
        "Workbench",
        "clean",
        "confirm",
        "entity",
        "entity_from",
        "field",
        "listen",
        "map",
        "new_id_key",
        "plan",
        "read",
        "read_fixed",
        "runs",
        "sample",
        "scan",
        "scan_dask",
        "send",
        "status",
        "unfold",
        "validate",
        "validate_all",
    ]

    def __dir__() -> list[str]:
        """List the public names, those not yet loaded too, for tab completion."""
        return [*__all__, "__version__"]


def __getattr__(name: str) -> Any:
    """Load what is not needed for cleaning when it is first asked for."""
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    if now := _new_export(name):
        return getattr(sys.modules[__name__], now)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
