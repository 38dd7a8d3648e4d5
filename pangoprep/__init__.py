"""pangoprep: clean, check and send customer data to PangoCDP from pandas and Jupyter.

Importing it registers ``df.pango`` on every DataFrame. The names below are the whole public face;
those that send or serve are loaded on first use.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pangoprep import opened as _opened  # noqa: F401 - tells reports what they open
from pangoprep.accessor import PangoAccessor
from pangoprep.declarations import Declaration, entity
from pangoprep.deprecation import new_export as _new_export
from pangoprep.engines import registering as _registering
from pangoprep.entities import (
    ENTITIES,
    CustomerAddress,
    CustomerEmail,
    CustomerIdentity,
    CustomerMembership,
    CustomerPhoto,
    CustomerProductActivity,
    CustomerRelationship,
    CustomModel,
    EmailInteraction,
    Entity,
    Item,
    LeadInformation,
    MetaFormMarketing,
    MetaSurvey,
    Order,
    OrderItem,
    Product,
    SurveyQuestion,
    UserEvent,
)
from pangoprep.entities import fields as field
from pangoprep.entities.rules import AnyOf, InOrder
from pangoprep.errors import EntityError, HeldError, PangoprepError, UploadError, UsageError
from pangoprep.fixes.file import FixesFile
from pangoprep.id_key import new_id_key
from pangoprep.matching.mapping import ColumnMap
from pangoprep.matching.recipes import Recipe
from pangoprep.options import Options
from pangoprep.reading import read
from pangoprep.report import Report
from pangoprep.verbs import clean, map, plan, send, unfold, validate  # noqa: A004 - the verb's name
from pangoprep.version import VERSION

if TYPE_CHECKING:
    from pangoprep.bundle import validate_all
    from pangoprep.declarations.payloads import entity_from
    from pangoprep.engines.dask_scan import scan_dask
    from pangoprep.large.scan import Scan, scan
    from pangoprep.receiver import Listener, listen
    from pangoprep.report.bundle import Bundle
    from pangoprep.report.fixing.changes import Changes
    from pangoprep.report.fixing.merge import read_fixed
    from pangoprep.samples import sample
    from pangoprep.sandbox import Fault, Sandbox
    from pangoprep.upload import Client, Confirmations, Limits, Plan, Result, confirm, runs, status
    from pangoprep.workbench import Workbench

__version__ = VERSION

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

__all__ = [
    "ENTITIES",
    "AnyOf",
    "Bundle",
    "Changes",
    "Client",
    "ColumnMap",
    "Confirmations",
    "CustomModel",
    "CustomerAddress",
    "CustomerEmail",
    "CustomerIdentity",
    "CustomerMembership",
    "CustomerPhoto",
    "CustomerProductActivity",
    "CustomerRelationship",
    "Declaration",
    "EmailInteraction",
    "Entity",
    "EntityError",
    "Fault",
    "FixesFile",
    "HeldError",
    "InOrder",
    "Item",
    "LeadInformation",
    "Limits",
    "Listener",
    "MetaFormMarketing",
    "MetaSurvey",
    "Options",
    "Order",
    "OrderItem",
    "PangoAccessor",
    "PangoprepError",
    "Plan",
    "Product",
    "Recipe",
    "Report",
    "Result",
    "Sandbox",
    "Scan",
    "SurveyQuestion",
    "UploadError",
    "UsageError",
    "UserEvent",
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


def __getattr__(name: str) -> Any:
    """Load what is not needed for cleaning when it is first asked for."""
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    if now := _new_export(name):
        return getattr(sys.modules[__name__], now)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, those not yet loaded too, for tab completion."""
    return [*__all__, "__version__"]
