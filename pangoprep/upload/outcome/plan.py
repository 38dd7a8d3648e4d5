"""A dry run's outcome: what would be sent, and how long it would take."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pangoprep.language import language
from pangoprep.upload.outcome.progress import duration, local_time

_MASK = "•••"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a send would do. Nothing has left this machine.

    Parameters
    ----------
    entity
        Object type.
    n_rows, counts
        Rows that came in, and how many of them would not be sent and why; ``unsent`` are those
        that would be.
    n_requests, n_bytes
        Requests, and the size of their bodies, exactly.
    finish_seconds
        How long it takes under the limits, given what was sent lately.
    window
        The window that makes it take so long, as (seconds, requests); None if none does.
    waits_until
        Until when PangoCDP has asked this account to wait, in UTC; None if it has not.
    payloads
        The first request bodies, exactly as they would be sent, with values.
    open_fields
        Fields whose values are shown where a payload is displayed.
    lang
        The language it shows itself in.
    """

    entity: str
    n_rows: int
    counts: Mapping[str, int]
    n_requests: int
    n_bytes: int
    finish_seconds: float
    window: tuple[float, int] | None
    payloads: tuple[bytes, ...]
    open_fields: frozenset[str] = frozenset()
    waits_until: pd.Timestamp | None = None
    lang: str = "en"

    @property
    def n_to_send(self) -> int:
        """Rows that would be sent."""
        return self.counts["unsent"]

    def __repr__(self) -> str:
        from pangoprep.plain_text import printable

        return printable(f"<{self.headline}>")

    def _repr_html_(self) -> str:
        from pangoprep.markup.card import CardTable, render_card

        words = language(self.lang)
        others = [
            (words(f"state.{word}"), n) for word, n in self.counts.items() if n and word != "unsent"
        ]
        first = json.dumps(self.masked_payload(), ensure_ascii=False, indent=1)[:2_000]
        return render_card(
            self.headline,
            tables=[CardTable(others, [words("result.state"), words("result.rows")])],
            body=(words("plan.body"), first),
            lang=self.lang,
        )

    @property
    def headline(self) -> str:
        """What would be sent, in one sentence."""
        words = language(self.lang)
        until = "" if self.waits_until is None else local_time(self.waits_until.timestamp())
        limits = [
            words("plan.waits", until=until) if until else "",
            words("plan.limit", window=f"{words.count(self.window[1])}/{self.window[0]:g}s")
            if self.window
            else "",
        ]
        return words(
            "plan.title", n=self.n_to_send, rows=self.n_rows, entity=repr(self.entity),
            requests=self.n_requests, bytes=self.n_bytes, limits="".join(limits),
            duration=duration(self.finish_seconds, words("unit.day"), words("unit.days")),
        )  # fmt: skip

    def masked_payload(self, number: int = 0) -> dict[str, Any]:
        """Return one of the first payloads with personal values masked."""
        if not self.payloads:
            return {}
        payload: dict[str, Any] = json.loads(self.payloads[number])
        payload["entries"] = [_masked(entry, self.open_fields) for entry in payload["entries"]]
        return payload


def _masked(entry: Mapping[str, Any], shown: Iterable[str]) -> dict[str, Any]:
    return {
        name: value if name in shown or value is None else _MASK for name, value in entry.items()
    }
