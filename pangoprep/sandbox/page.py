"""What the sandbox shows of itself: the page at ``/`` and the JSON at ``/status``."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import jinja2

from pangoprep.sandbox.pangocdp import PangoCDP
from pangoprep.sandbox.traffic import NO_ANSWER
from pangoprep.sandbox.windows import span_in_words

_CHART_SECONDS = 60
_MASK = "•••"

#: Shown as they are: they say nothing about a person.
_PLAIN_FIELDS = {"timezoneGmt", "recordStatus", "addressType", "emailType", "primary"}


@cache
def _template(name: str) -> jinja2.Template:
    folder = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(loader=folder, autoescape=True, trim_blocks=True)
    environment.filters["thousands"] = "{:,}".format
    return environment.get_template(name)


def status_of(platform: PangoCDP) -> dict[str, Any]:
    """Everything the page shows in numbers, ready for JSON."""
    now = platform.clock()
    return {
        "running_seconds": round(now - platform.started_at, 3),
        "n_records": dict(platform.store.n_records),
        "n_events": platform.store.n_events,
        "n_requests": len(platform.traffic),
        "statuses": {
            "cut" if status == NO_ANSWER else str(status): count
            for status, count in sorted(platform.traffic.statuses.items())
        },
        "limits": [
            {"seconds": seconds, "n_requests": n_requests, "used": used}
            for seconds, n_requests, used in platform.windows.usage(now)
        ],
        "faults": [{"fault": repr(f), "n_struck": f.n_struck} for f in tuple(platform.faults)],
    }


def render_cell(url: str = "", counts: str = "") -> str:
    """Draw what a notebook shows of a sandbox; of one that does not run there is no address."""
    return _template("cell.html").render(url=url, counts=counts)


def render_page(platform: PangoCDP) -> str:
    """Draw the page; no value of a record that could be somebody's is on it."""
    now = platform.clock()
    running = now - platform.started_at
    log = platform.traffic.columns(last=8)
    requests = [
        {
            "ago": _ago(running - at),
            "path": path,
            "status": "cut" if status == NO_ANSWER else str(status),
            "phrase": "" if status == NO_ANSWER else HTTPStatus(status).phrase,
            "n_entries": n_entries,
        }
        for at, path, status, n_entries in zip(*log, strict=True)
    ]
    records = [
        {
            "ago": _ago(now - at),
            "object_type": object_type,
            "fields": _masked(platform, object_type, entry),
        }
        for at, object_type, entry in tuple(platform.recent)
    ]
    limits = [
        {"span": span_in_words(seconds), "n_requests": n_requests, "used": used}
        for seconds, n_requests, used in platform.windows.usage(now)
    ]
    return _template("page.html").render(
        status_of(platform)
        | {
            "running": span_in_words(int(running)),
            "chart": _chart(platform, running),
            "limits": limits,
            "requests": requests[::-1],
            "records": records[::-1],
            "n_stored": sum(platform.store.n_records.values()),
            "n_struck": sum(fault.n_struck for fault in tuple(platform.faults)),
        }
    )


def _masked(platform: PangoCDP, object_type: str, entry: dict[str, Any]) -> list[tuple[str, str]]:
    """Pair each field with as much of its value as may be seen."""
    known = platform.catalog.rules_of(object_type)
    shown = []
    for name, value in entry.items():
        if value is None:
            text = "cleared"
        elif name in _PLAIN_FIELDS:
            text = str(value).lower() if type(value) is bool else str(value)
        elif name not in known:
            text = f"{len(value)} inside"
        elif type(value) is str and len(value) >= 4 and not known[name].choices:
            text = value[0] + _MASK
        else:
            text = _MASK
        shown.append((name, text))
    return shown


def _chart(platform: PangoCDP, running: float) -> dict[str, Any]:
    """Lay out one bar a second, the latest on the right; heights in percent of the highest."""
    traffic, latest = platform.traffic, int(running)
    seconds = range(latest - _CHART_SECONDS + 1, latest + 1)
    counts = [(traffic.taken_by_second[s], traffic.other_by_second[s]) for s in seconds]
    highest = max((taken + other for taken, other in counts), default=0)
    scale = 100 / max(highest, 1)
    bars = [
        {"x": x, "taken": taken * scale, "other": other * scale}
        for x, (taken, other) in enumerate(counts)
        if taken or other
    ]
    return {"bars": bars, "highest": highest, "now": sum(counts[-2]) if latest else sum(counts[-1])}


def _ago(seconds: float) -> str:
    return "now" if seconds < 1 else f"{span_in_words(int(seconds))} ago"
