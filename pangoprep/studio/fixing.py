"""The tab where values are fixed: groups, values, rows behind them, what is done to them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

import numpy as np
import pyarrow as pa

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.types import Rows
from pangoprep.errors import UsageError
from pangoprep.normalizers.base import as_mask
from pangoprep.sentence import Sentence, sentence_of
from pangoprep.studio.actions import ACTIONS, changes
from pangoprep.studio.desk import Desk
from pangoprep.studio.duplicates import told_winner
from pangoprep.studio.emptying import would_empty
from pangoprep.studio.listing import Listing
from pangoprep.studio.messages import MAX_LINES, Answer, Message
from pangoprep.studio.patterns import with_pattern
from pangoprep.studio.problems import alternatives
from pangoprep.studio.row_table import row_table
from pangoprep.studio.selection import Selection

#: So many lines are told unless a page asks for more, or fewer.
USUAL_LINES = 50
#: Of a cluster so many spellings are shown.
N_SPELLINGS = 6
#: Of what would change so many values are shown.
N_PREVIEWED = 5


class FixingPart:
    """What a session's pages look at, and what they do.

    Parameters
    ----------
    desk
        The rows.
    selection
        What pages have listed and chosen.
    """

    def __init__(self, desk: Desk, selection: Selection) -> None:
        self._desk, self._selection = desk, selection
        self.answers: dict[str, Callable[[Message], Answer]] = {
            "groups": self._list_groups,
            "values": self._list_values,
            "clusters": self._list_clusters,
            "rows": self._list_rows,
            "preview": self._preview,
            "empties": self._would_empty,
            "act": self._act,
        }

    # Answers

    def _list_groups(self, message: Message) -> Answer:
        listing, groups = self._selection.listing(message), self._selection.groups(message)
        first, end = _asked(message, len(groups))
        some = groups[first:end]
        examples = self._examples(listing, [group.places for group in some])
        if not self._desk.is_revealed:
            for group, example in zip(some, examples, strict=True):
                value = listing.values[_telling(listing, group.places)].as_py()
                example["before"] = with_pattern(example["before"], value, group.text)
        items = [
            {
                "id": number,
                "text": group.text,
                "n_values": len(group.places),
                "rows": int(listing.n_rows[group.places].sum()),
                "n_suggested": _n_filled(listing.suggestions, group.places),
                **example,
            }
            for number, (group, example) in enumerate(zip(some, examples, strict=True), first)
        ]
        return self._listed("groups", listing, items, first, len(groups), np.arange(len(listing)))

    def _list_values(self, message: Message) -> Answer:
        listing = self._selection.listing(message)
        places = self._selection.listed_places(message)
        first, end = _asked(message, len(places))
        some = places[first:end]
        items = [
            {
                "id": place,
                "text": example["before"] or "",
                "n_values": 1,
                "rows": int(listing.n_rows[place]),
                "n_suggested": int(listing.suggestions[place].is_valid),
                **example,
            }
            for place, example in zip(
                some.tolist(), self._examples(listing, some[:, None]), strict=True
            )
        ]
        return self._listed("values", listing, items, first, len(places), places)

    def _list_clusters(self, message: Message) -> Answer:
        listing, clusters = self._selection.listing(message), self._selection.clusters(message)
        first, end = _asked(message, len(clusters))
        items = []
        for number, cluster in enumerate(clusters[first:end], first):
            texts = pa.array([*cluster.values[:N_SPELLINGS], cluster.name], TEXT)
            *shown, name = listing.shown(texts, revealed=self._desk.is_revealed)
            more = " …" if len(cluster.values) > N_SPELLINGS else ""
            items.append(
                {
                    "id": number,
                    "text": " · ".join(map(str, shown)) + more,
                    "n_values": len(cluster.values),
                    "rows": sum(cluster.n_rows),
                    "n_suggested": cluster.n_changed,
                    "before": None,
                    "reading": None,
                    "suggestion": name,
                }
            )
        return {
            **self._listed("clusters", listing, items, first, len(clusters), np.arange(0)),
            "rows": sum(sum(one.n_rows) for one in clusters),
            "n_values": sum(len(one.values) for one in clusters),
            "n_suggested": sum(one.n_changed for one in clusters),
        }

    def _listed(
        self, kind: str, listing: Listing, items: list[Answer], first: int, total: int, places: Rows
    ) -> Answer:
        """Tell some lines of a list, and what is in all of it: in the values at some places."""
        choices = listing.facts.choices if listing.facts is not None else ()
        return {
            "type": kind,
            "items": items,
            "offset": first,
            "total": total,
            "rows": int(listing.n_rows[places].sum()),
            "n_values": len(places),
            "n_read": _n_filled(listing.readings, places),
            "n_suggested": _n_filled(listing.suggestions, places),
            "listing": self._desk.version,
            "choices": list(choices)[:50],
        }

    def _examples(self, listing: Listing, groups: Iterable[Rows]) -> list[Answer]:
        """Show one value of each group with what it becomes; one with a suggestion, if any."""
        told = pa.array([_telling(listing, places) for places in groups], pa.int64())
        shown = [
            listing.shown(values.take(told), revealed=self._desk.is_revealed)
            for values in (listing.values, listing.readings, listing.suggestions)
        ]
        names = ("before", "reading", "suggestion")
        return [dict(zip(names, texts, strict=True)) for texts in zip(*shown, strict=True)]

    def _list_rows(self, message: Message) -> Answer:
        rows = self._selection.rows(message)
        first, end = _asked(message, len(rows))
        table = row_table(
            self._desk.bench.report,
            rows[first:end],
            self._desk.words,
            revealed=self._desk.is_revealed,
            asked=self._fields_asked(message),
        )
        if message.flag("rejected"):
            answers, words = self._selection.rows_back(), self._desk.words
            for row in table["items"]:
                own = row["reason"] and words("rows.rejected.own", why=row["reason"])
                row["reason"] = "; ".join(filter(None, [answers[row["row"]], own]))
        told = {"set": self._selection.keep_rows(message, rows), "total": len(rows)}
        return {"type": "rows", **table, **told, "offset": first}

    def _fields_asked(self, message: Message) -> list[str]:
        """Return the fields of the problem that rows are looked at for, if there is one."""
        if not message.has("problem"):
            return []
        field, _, rule = message.text("problem").partition("|")
        examined = self._desk.bench.report.examined
        return [*itertools.chain(*alternatives(examined, field, rule))]

    def _preview(self, message: Message) -> Answer:
        """Show some of the values that what is typed would change; nothing is changed."""
        try:
            would = changes(self._desk, self._selection, message)
        except UsageError as error:
            told = self._desk.words.report.told(sentence_of(error))
            return {"type": "preview", "text": told, "items": []}
        listing, words = self._selection.listing(message), self._desk.words
        some = [(old, new) for old, new in would.items() if old != new][:N_PREVIEWED]
        pairs = [
            listing.shown(pa.array(texts, TEXT), revealed=self._desk.is_revealed)
            for texts in zip(*some, strict=True)
        ]
        return {
            "type": "preview",
            "text": words("preview", n=len(would)),
            "more": max(len(would) - N_PREVIEWED, 0),
            "items": [
                {"before": before or "", "after": after}
                for before, after in zip(*pairs, strict=True)
            ],
        }

    def _would_empty(self, message: Message) -> Answer:
        return would_empty(self._desk.bench, self._desk.words)

    def _act(self, message: Message) -> Answer:
        action = message.text("action")
        if action not in ACTIONS:
            raise UsageError(Sentence("The studio does not know {1!r}.", action[:40]))
        before = self._desk.bench.report
        done = ACTIONS[action](self._desk, self._selection, message)
        came = ""
        if action == "win":
            came = told_winner(before.examined, message.number("row"), self._desk.words)
        return self._desk.told(done, before, came)


def _asked(message: Message, total: int) -> tuple[int, int]:
    """Return which lines of a list a page asks for; of one that became shorter, its last ones."""
    most = max(message.number("limit", USUAL_LINES, MAX_LINES), 1)
    first = message.number("offset")
    if first >= total:
        first = max(total - 1, 0) // most * most
    return first, first + most


def _telling(listing: Listing, places: Rows) -> int:
    """Return the place of the value that tells most of a group."""
    some = places[:MAX_LINES]
    for values in (listing.suggestions, listing.readings):
        is_filled = as_mask(values.take(pa.array(some)).is_valid())
        if is_filled.any():
            return int(some[is_filled.argmax()])
    return int(some[0])


def _n_filled(values: pa.Array, places: Rows) -> int:
    some = values.take(pa.array(places))
    return len(some) - int(some.null_count)
