"""The tab where values are fixed: groups, values, the rows behind them, and what is done to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from pangoprep.columns.types import Rows
from pangoprep.errors import UsageError
from pangoprep.studio.actions import ACTIONS
from pangoprep.studio.listing import Group, Listing, listing_of
from pangoprep.studio.messages import MAX_LINES, Message
from pangoprep.studio.row_table import row_table
from pangoprep.workbench.problems import problem_block

if TYPE_CHECKING:
    from pangoprep.studio.session import Session

Answer = dict[str, Any]


class FixingPart:
    """What a session's pages look at, and what they do.

    Parameters
    ----------
    session
        The session it belongs to.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._listings: dict[str, Listing] = {}
        self._groups: dict[tuple[str, bool], list[Group]] = {}
        # Places mean something in the listings of now only.
        self._number = 0
        self.answers: dict[str, Callable[[Message], Answer]] = {
            "groups": self._list_groups,
            "values": self._list_values,
            "rows": self._list_rows,
            "act": self._act,
        }

    def forget(self) -> None:
        """The rows have changed: what was listed is no more."""
        self._listings.clear()
        self._groups.clear()
        self._number += 1

    def listing(self, message: Message) -> Listing:
        """Return the listing of the problem that a page looks at."""
        if message.has("listing") and message.number("listing") != self._number:
            raise UsageError(self._session.words("list.changed"))
        problem = message.text("problem")
        if problem not in self._listings:
            field, _, rule = problem.partition("|")
            examined = self._session.bench.report.examined
            block = problem_block(examined, field, rule)
            if block is None:
                raise UsageError(self._session.words("list.changed"))
            self._listings[problem] = listing_of(examined, block)
        return self._listings[problem]

    def groups(self, message: Message) -> list[Group]:
        """Return the groups of the problem that a page looks at."""
        listing, revealed = self.listing(message), self._session.is_revealed
        known = message.text("problem"), revealed
        if known not in self._groups:
            self._groups[known] = listing.groups(revealed=revealed)
        return self._groups[known]

    def places(self, message: Message) -> Rows:
        """Return the places of the values that a page has chosen, by themselves or by groups."""
        listing = self.listing(message)
        chosen = [np.asarray(message.places("values"), dtype=np.int64)]
        if numbers := message.places("groups"):
            groups = self.groups(message)
            chosen += [groups[number].places for number in numbers if number < len(groups)]
        places = np.unique(np.concatenate(chosen))
        return places[places < len(listing)]

    def rows(self, message: Message) -> Rows:
        """Return the positions of the rows that a page asks for."""
        if message.flag("rejected"):
            return self._session.sending.rows_back()
        listing = self.listing(message)
        if message.has("values") or message.has("groups"):
            return listing.rows_at(self.places(message).tolist())
        return listing.rows

    # Answers

    def _list_groups(self, message: Message) -> Answer:
        listing, groups = self.listing(message), self.groups(message)
        first, most = message.number("offset"), message.number("limit", 50, MAX_LINES)
        items = []
        for number, group in enumerate(groups[first : first + most], first):
            n_suggested = _n_filled(listing.suggestions, group.places)
            items.append(
                {
                    "id": number,
                    "text": group.text,
                    "n_values": len(group.places),
                    "rows": int(listing.n_rows[group.places].sum()),
                    "n_suggested": n_suggested,
                    **self._example(listing, group.places),
                }
            )
        return self._listed("groups", listing, items, len(groups))

    def _list_values(self, message: Message) -> Answer:
        listing = self.listing(message)
        places = np.arange(len(listing))
        if message.has("group"):
            places = self.groups(message)[message.number("group")].places
        first, most = message.number("offset"), message.number("limit", 50, MAX_LINES)
        items = [
            {
                "id": place,
                "text": self._shown(listing, listing.values, place) or "",
                "n_values": 1,
                "rows": int(listing.n_rows[place]),
                "n_suggested": int(listing.suggestions[place].is_valid),
                **self._example(listing, np.array([place])),
            }
            for place in places[first : first + most].tolist()
        ]
        return self._listed("values", listing, items, len(places))

    def _listed(self, kind: str, listing: Listing, items: list[Answer], total: int) -> Answer:
        choices = listing.facts.choices if listing.facts is not None else ()
        return {
            "type": kind,
            "items": items,
            "total": total,
            "listing": self._number,
            "choices": list(choices)[:50],
        }

    def _example(self, listing: Listing, places: Rows) -> Answer:
        """Show one value with what it becomes; one with a suggestion, if there is one."""
        some = places[:MAX_LINES]
        offered = [place for place in some.tolist() if listing.suggestions[place].is_valid]
        read = [place for place in some.tolist() if listing.readings[place].is_valid]
        told = (offered or read or some.tolist())[0]
        return {
            "before": self._shown(listing, listing.values, told),
            "reading": self._shown(listing, listing.readings, told),
            "suggestion": self._shown(listing, listing.suggestions, told),
        }

    def _shown(self, listing: Listing, values: pa.Array, place: int) -> str | None:
        return listing.shown(values[place : place + 1], revealed=self._session.is_revealed)[0]

    def _list_rows(self, message: Message) -> Answer:
        rows = self.rows(message)
        first, most = message.number("offset"), message.number("limit", 20, MAX_LINES)
        table = row_table(
            self._session.bench.report,
            rows[first : first + most],
            self._session.words,
            revealed=self._session.is_revealed,
        )
        return {"type": "rows", **table, "total": len(rows), "offset": first}

    def _act(self, message: Message) -> Answer:
        action = message.text("action")
        if action not in ACTIONS:
            raise UsageError(f"The studio does not know {action[:40]!r}.")
        done = ACTIONS[action](self._session, message)
        return self._session.told(done)


def _n_filled(values: pa.Array, places: Rows) -> int:
    some = values.take(pa.array(places))
    return len(some) - int(some.null_count)
