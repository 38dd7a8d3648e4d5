"""What pages have listed and chosen: problems, groups, values, and the rows behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
        found = self.clusters(message)
        return [found[number] for number in message.places("groups") if number < len(found)]

    def values(self, message: Message) -> list[str | None]:
        """Return the values that a page has chosen, as cells hold them; None for empty ones."""
        if message.flag("clusters"):
            return [value for one in self.chosen_clusters(message) for value in one.values]
        return self.listing(message).texts(self.places(message).tolist())

    def patterns(self, message: Message) -> list[tuple[str, list[str | None]]]:
        """Return the patterns that a page has chosen, each with its values."""
        if message.flag("clusters"):
            return []
        listing, groups = self.listing(message), self.groups(message)
        chosen = [groups[number] for number in message.places("groups") if number < len(groups)]
        return [(one.text, listing.texts(one.places.tolist())) for one in chosen]

    def places(self, message: Message) -> Rows:
        """Return the places of the values that a page has chosen, by themselves or by groups."""
        listing = self.listing(message)
        if message.flag("all"):
            return np.arange(len(listing))
        chosen = [np.asarray(message.places("values"), dtype=np.int64)]
        if numbers := message.places("groups"):
            groups = self.groups(message)
            chosen += [groups[number].places for number in numbers if number < len(groups)]
        places = np.unique(np.concatenate(chosen))
        return places[places < len(listing)]

    def rows(self, message: Message) -> Rows:
        """Return the positions of the rows that a page asks for."""
        if message.flag("rejected"):
            return np.array(sorted(self.rows_back()), dtype=np.int64)
        listing = self.listing(message)
        if message.flag("clusters"):
            examined = self._desk.bench.report.examined
            cells = cell_texts(self._desk.bench.frame[examined.sources[listing.field]])
            wanted = pa.array(self.values(message), cells.type)
            return np.flatnonzero(as_mask(pc.is_in(cells, wanted, skip_nulls=True)))
        if message.flag("all"):
            return listing.rows
        if message.has("values") or message.has("groups"):
            return listing.rows_at(self.places(message).tolist())
        return listing.rows
