"""What pages have listed and chosen: problems, groups, values, and the rows behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.clusters.clusters import Cluster
from pangoprep.columns.types import Rows
from pangoprep.errors import UsageError
from pangoprep.normalizers.base import as_mask
from pangoprep.studio.desk import Desk
from pangoprep.studio.listing import Group, Listing, listing_of
from pangoprep.studio.messages import Message
from pangoprep.studio.row_table import cell_texts
from pangoprep.workbench.problems import problem_block

#: The rows behind values are kept of so many values that pages asked for.
MAX_SETS = 8
_One = TypeVar("_One")


class Selection:
    """Finds what a message of a page means by its places.

    Parameters
    ----------
    desk
        The rows.
    rows_back
        Gives the rows that PangoCDP refused in the last send, each with its words.
    """

    def __init__(self, desk: Desk, rows_back: Callable[[], Mapping[int, str]]) -> None:
        self._desk, self.rows_back = desk, rows_back
        # What is known of the rows as they are now, by problem.
        self._version = desk.version
        self._listings: dict[str, Listing] = {}
        self._groups: dict[tuple[str, bool], list[Group]] = {}
        self._clusters: dict[str, list[Cluster]] = {}
        # Rows have the same positions after every step.
        self._sets: dict[int, Rows] = {}
        self._n_sets = 0

    def _forget_older(self) -> None:
        if self._version != self._desk.version:
            self._version = self._desk.version
            self._listings.clear()
            self._groups.clear()
            self._clusters.clear()

    def listing(self, message: Message) -> Listing:
        """Return the listing of the problem that a page looks at."""
        self._forget_older()
        if message.has("listing") and message.number("listing") != self._desk.version:
            raise UsageError(self._desk.words("list.changed"))
        problem = message.text("problem")
        if problem not in self._listings:
            field, _, rule = problem.partition("|")
            examined = self._desk.bench.report.examined
            block = problem_block(examined, field, rule)
            if block is None:
                raise UsageError(self._desk.words("list.changed"))
            self._listings[problem] = listing_of(examined, block)
        return self._listings[problem]

    def groups(self, message: Message) -> list[Group]:
        """Return the groups of the problem that a page looks at."""
        listing, revealed = self.listing(message), self._desk.is_revealed
        known = message.text("problem"), revealed
        if known not in self._groups:
            self._groups[known] = listing.groups(revealed=revealed)
        return self._groups[known]

    def clusters(self, message: Message) -> list[Cluster]:
        """Return the near-equal spellings in the field of the problem that a page looks at.

        These are spellings of the whole column, whether they are a problem or not.
        """
        field = self.listing(message).field
        if field not in self._clusters:
            self._clusters[field] = self._desk.bench.cluster(field)
        return self._clusters[field]

    def chosen_clusters(self, message: Message) -> list[Cluster]:
        """Return the clusters that a page has chosen."""
        return _numbered(message, self.clusters(message))

    def values(self, message: Message) -> list[str | None]:
        """Return the values that a page has chosen, as cells hold them; None for empty ones."""
        if message.flag("clusters"):
            return [value for one in self.chosen_clusters(message) for value in one.values]
        return self.listing(message).texts(self.places(message).tolist())

    def patterns(self, message: Message) -> list[tuple[str, list[str | None]]]:
        """Return the patterns that a page has chosen, each with its values."""
        if message.flag("clusters") or (message.flag("all") and not message.has("but_groups")):
            return []
        listing, chosen = self.listing(message), _numbered(message, self.groups(message))
        return [(one.text, listing.texts(one.places.tolist())) for one in chosen]

    def places(self, message: Message) -> Rows:
        """Return the places of the values that a page has chosen, by themselves or by groups.

        Or all of them, or all of one group, but some.
        """
        listing = self.listing(message)
        if message.flag("all"):
            but = self._places_named(message, "but_values", "but_groups")
            return np.setdiff1d(self.listed_places(message), but, assume_unique=True)
        places = self._places_named(message, "values", "groups")
        return places[places < len(listing)]

    def _places_named(self, message: Message, values: str, groups: str) -> Rows:
        """Return the places of values, and those of all values of some groups; ascending."""
        chosen = [np.asarray(message.places(values), dtype=np.int64)]
        if numbers := message.places(groups):
            known = self.groups(message)
            chosen += [known[number].places for number in numbers if number < len(known)]
        return np.unique(np.concatenate(chosen))

    def listed_places(self, message: Message) -> Rows:
        """Return the places of the values that a page lists: those of a group, or all."""
        if not message.has("group"):
            return np.arange(len(self.listing(message)))
        groups, number = self.groups(message), message.number("group")
        if number >= len(groups):
            raise UsageError(self._desk.words("list.changed"))
        return groups[number].places

    @staticmethod
    def is_whole(message: Message) -> bool:
        """Whether a page has chosen all that a problem has, and not all but some."""
        but = message.places("but_values") or message.places("but_groups")
        return message.flag("all") and not message.has("group") and not but

    def rows(self, message: Message) -> Rows:
        """Return the positions of the rows that a page asks for, ascending."""
        if message.flag("rejected"):
            return np.array(sorted(self.rows_back()), dtype=np.int64)
        if message.flag("left_out"):
            return np.flatnonzero(self._desk.bench.report.examined.is_left_out)
        if message.has("set"):
            if (number := message.number("set")) not in self._sets:
                raise UsageError(self._desk.words("list.changed"))
            return self._sets[number]
        listing = self.listing(message)
        if message.flag("clusters"):
            examined = self._desk.bench.report.examined
            cells = cell_texts(self._desk.bench.frame[examined.sources[listing.field]])
            wanted = pa.array(self.values(message), cells.type)
            return np.flatnonzero(as_mask(pc.is_in(cells, wanted, skip_nulls=True)))
        is_some = message.flag("all") or message.has("values") or message.has("groups")
        if self.is_whole(message) or not is_some:
            return listing.rows
        return listing.rows_at(self.places(message))

    def keep_rows(self, message: Message, rows: Rows) -> int | None:
        """Keep the rows behind chosen values: a page goes on looking at them after a step.

        Returns
        -------
        int or None
            What the page calls them by; None for rows that are found anew.
        """
        if not message.has("listing"):
            return message.number("set") if message.has("set") else None
        self._n_sets += 1
        self._sets[self._n_sets] = rows
        self._sets.pop(self._n_sets - MAX_SETS, None)
        return self._n_sets


def _numbered(message: Message, known: list[_One]) -> list[_One]:
    """Return those of a list that a page has chosen by their numbers: some, or all but some."""
    if message.flag("all"):
        but = {*message.places("but_groups")}
        return [one for number, one in enumerate(known) if number not in but]
    return [known[number] for number in message.places("groups") if number < len(known)]
