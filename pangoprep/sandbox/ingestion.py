"""What a request to ingest must look like."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from pangoprep.sandbox.answers import Answer, invalid
from pangoprep.sandbox.callbacks import REF_ID
from pangoprep.sandbox.catalog import Catalog
from pangoprep.sandbox.requests import Request
from pangoprep.sandbox.rules import custom_field_group

#: How the reason begins where a required field is not there.
MISSING = "missing"

_PAYLOAD = {
    "objectType",
    "source",
    "entries",
    "jeConfigId",
    "jeEventKey",
    "ignoredUpdateCfs",
}


def refusal_of(
    request: Request, catalog: Catalog, max_entries: int, *, misses_later: bool = False
) -> Answer | None:
    """Say what is wrong with a request's content; None if nothing is.

    Parameters
    ----------
    request
        One that was let in.
    catalog
        The object types there are.
    max_entries
        Records a request may hold.
    misses_later
        Take records that lack a required field; the queue finds them.
    """
    return _refusal_of_envelope(request, catalog) or _refusal_of_records(
        request, catalog, max_entries, misses_later=misses_later
    )


def judge(catalog: Catalog, object_type: str, entry: Any) -> tuple[str, str] | None:
    """Say what is wrong with a record, whose ``refId`` is no field where it has none of its own."""
    if type(entry) is not dict or REF_ID not in entry or REF_ID in catalog.rules_of(object_type):
        return catalog.problem_with(object_type, entry)
    ref_id = entry[REF_ID]
    if type(ref_id) is not str or not ref_id.strip():
        return REF_ID, "expected a text"
    return catalog.problem_with(object_type, without_ref_id(catalog, object_type, entry))


def without_ref_id(catalog: Catalog, object_type: str, entry: dict[str, Any]) -> dict[str, Any]:
    """Return a record without the ``refId`` that only names it for the callback."""
    if REF_ID not in entry or REF_ID in catalog.rules_of(object_type):
        return entry
    return {name: value for name, value in entry.items() if name != REF_ID}


def _refusal_of_envelope(request: Request, catalog: Catalog) -> Answer | None:
    """Check everything around the records."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        return invalid("Content-type", "expected application/json")
    initial = parse_qs(request.query, keep_blank_values=True).get("initData", ["false"])
    if initial not in (["true"], ["false"]):
        return invalid("initData", "expected true or false")
    payload = request.payload
    if not payload:
        return invalid("payload", "expected a JSON object")
    if set(payload) - _PAYLOAD:
        return invalid("payload", f"it may have {', '.join(sorted(_PAYLOAD))} and no more")
    object_type = payload.get("objectType")
    if type(object_type) is not str or object_type not in catalog.keys:
        return invalid("objectType")
    source = payload.get("source")
    if type(source) is not str or not source.strip():
        return invalid("source")
    for name in ("jeConfigId", "jeEventKey"):
        value = payload.get(name)
        if value is not None and (type(value) is not str or not value.strip()):
            return invalid(name)
    return _refusal_of_ignored(catalog, object_type, payload.get("ignoredUpdateCfs"))


def _refusal_of_ignored(catalog: Catalog, object_type: str, names: Any) -> Answer | None:
    if names is None or names == []:
        return None
    if object_type not in catalog.ignored_update_cfs:
        return invalid("ignoredUpdateCfs", f"{object_type} does not support it")
    if type(names) is not list or not all(
        type(name) is str and custom_field_group(name) for name in names
    ):
        return invalid("ignoredUpdateCfs", "expected names of custom fields")
    return None


def _refusal_of_records(
    request: Request, catalog: Catalog, max_entries: int, *, misses_later: bool
) -> Answer | None:
    """Check every record. One that is bad costs the whole request; the first one is named."""
    entries, object_type = request.entries, request.payload["objectType"]
    if not 1 <= len(entries) <= max_entries:
        return invalid("entries", f"expected a list of 1 to {max_entries}")
    problems = [
        (position, *problem)
        for position, entry in enumerate(entries)
        if (problem := judge(catalog, object_type, entry))
        and not (misses_later and problem[1].startswith(MISSING))
    ]
    if not problems:
        return None
    position, field, why = problems[0]
    others = len(problems) - 1
    name = f"entries[{position}]" + (f".{field}" if field else "")
    return invalid(name, why + (f"; {others} more of {len(entries)} entries" if others else ""))
