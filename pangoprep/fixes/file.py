"""The fixes file: fixes of personal fields and single cells, kept until the source changes."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np
import pandas as pd

from pangoprep import call_words as how
from pangoprep.argument_checks import path_of
from pangoprep.entities import Entity, entity_for
from pangoprep.error_words import environment_language
from pangoprep.errors import OptionError
from pangoprep.fixes.cell_hashes import Hashes, both, cells_of, hash_of_text, hashes_of, row_hashes
from pangoprep.fixes.sealing import Seal, key_path
from pangoprep.fixes.storage import Fix, Kind, changing, read_fixes
from pangoprep.language import language
from pangoprep.sentence import Sentence

#: By what a fix is found: the fix that was put in, and the one that stood there before.
Put = dict[str, tuple[Fix, Fix | None]]

# A first look at so many bits passes over nearly all rows.
_TAG_BITS = 24


@dataclass(frozen=True, repr=False)
class _NewFix:
    """A fix before it is sealed: of which cells, and what they are to hold."""

    kind: Kind
    entity: str
    field: str
    found: Hashes
    new: str | None


class FixesFile:
    """Fixes that last: next month the same bad cell is mended by itself and counted.

    A fix is found by a keyed hash of its row's key, its field and what the cell held; the new value
    is encrypted. The file and its key (``kv.fixes.key``, beside it) are their owner's alone. Move
    them together, and keep the key out of what you share. A cell that the source has changed is
    another cell: nothing is done to it.

    Parameters
    ----------
    path
        Such as ``"kv.fixes"``. Where there is no such file, it is made by the first fix.

    Examples
    --------
    >>> import pandas as pd, pangoprep as pp, tempfile
    >>> frame = pd.DataFrame({"customerId": ["C1"], "fullName": ["An"], "phone": ["09x2345678"]})
    >>> path = tempfile.mkdtemp() + "/kv.fixes"
    >>> fixes = pp.FixesFile(path)
    >>> fixes.add_rows(frame.pango.validate(), {0: {"phone": "0912345678"}})
    1
    >>> frame.pango.validate(fixes=path)
    <Report customer-identity: 1 of 1 row ready, 0 held>
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = path_of("fixes", path)
        self._seal, self._fixes = read_fixes(self.path)
        #: What the last call put in, each with what stood there before: for `take_back`.
        self.last_put: Put = {}

    def __len__(self) -> int:
        """How many fixes there are."""
        return len(self._fixes)

    def __repr__(self) -> str:
        words = language(environment_language())
        return f"<FixesFile {self.path.name}: {words('repr.fixes', n=len(self))}>"

    def counts(self) -> pd.DataFrame:
        """Count the fixes: entity, field, kind (``cell`` or ``value``), fixes."""
        found = Counter((fix.entity, fix.field, fix.kind) for fix in self._fixes.values())
        rows = [(*name, n) for name, n in sorted(found.items())]
        return pd.DataFrame(rows, columns=["entity", "field", "kind", "fixes"])

    def add(self, entity: str | type[Entity], fixes: Mapping[str, Mapping[str, str | None]]) -> int:
        """Add fixes of values: of every row that holds one, whosever it is; return how many.

        Parameters
        ----------
        entity
            Such as ``"customer-identity"``.
        fixes
            By field, cell to value: ``{"email": {"an@gmial.com": "an@gmail.com"}}``. None empties
            the cell.

        Raises
        ------
        UsageError
            If the entity is not known, a value is no text, or the file cannot be written.
        """
        object_type = entity_for(entity).object_type
        made = []
        for field, pairs in fixes.items():
            for cell, new in pairs.items():
                found = hash_of_text(str(cell))
                if not found.any():
                    raise OptionError("A fix of an empty cell belongs to one row: use add_rows.")
                made.append(_NewFix("value", object_type, field, found[0], _checked(new)))
        return self._put(made)

    def add_rows(self, report: Any, changes: Mapping[int, Mapping[str, str | None]]) -> int:
        """Add fixes of single cells; return how many.

        Parameters
        ----------
        report
            The report of the rows as they came.
        changes
            By the row's position, field to value: ``{3: {"phone": "0912345678"}}``. None empties
            the cell.

        Raises
        ------
        UsageError
            If there is no such row or field, or the file cannot be written.
        """
        examined = report.examined
        rows = sorted(changes)
        if rows and not 0 <= rows[0] <= rows[-1] < examined.n_rows:
            raise OptionError(
                Sentence("changes has a row that is not there: 0 to {1}.", examined.n_rows - 1)
            )
        came = examined.came(np.array(rows, dtype=np.int64))
        by_place = {place: changes[row] for place, row in enumerate(rows)}
        return self.add_cells(
            examined.entity.object_type, examined.entity.key, examined.sources, came, by_place
        )

    def add_cells(
        self,
        object_type: str,
        key: Sequence[str],
        sources: Mapping[str, Any],
        frame: pd.DataFrame,
        changes: Mapping[int, Mapping[str, str | None]],
    ) -> int:
        """Add fixes of cells of a frame; return how many.

        Parameters
        ----------
        object_type, key
            The entity, and the fields of its key.
        sources
            The frame's column of each field.
        frame
            The rows as they came.
        changes
            By position, field to value.
        """
        known = {name: column for name, column in sources.items() if column in frame.columns}
        named = row_hashes(frame, known, key)
        cells: dict[str, Hashes] = {}
        made = []
        for row, pairs in changes.items():
            for field, new in pairs.items():
                if field not in known:
                    raise OptionError(
                        Sentence("changes: {1!r} is no field with a column here.", field)
                    )
                if field not in cells:
                    cells[field] = hashes_of(cells_of(frame[known[field]]))
                found = both(named[row], cells[field][row])
                made.append(_NewFix("cell", object_type, field, found, _checked(new)))
        return self._put(made)

    def fields(self, object_type: str) -> list[str]:
        """Return the fields of an entity that have fixes."""
        return sorted({fix.field for fix in self._fixes.values() if fix.entity == object_type})

    def find(
        self, kind: Kind, object_type: str, field: str, found: Hashes
    ) -> Iterator[tuple[int, str | None]]:
        """Give the rows that have a fix, with the new value.

        Parameters
        ----------
        kind, object_type, field
            What to look for.
        found
            The hashes of the cells, or of cells and their rows' names.
        """
        tags = self._tags.get((kind, object_type, field))
        if tags is None or self._seal is None:
            return
        known: dict[bytes, tuple[str | None] | None] = {}
        for row in np.flatnonzero(np.isin(_tags_of(found, self._seal), tags)).tolist():
            content = found[row].tobytes()
            if content not in known:
                digest = self._seal.found_by(kind, object_type, field, content).hex()
                fix = self._fixes.get(digest)
                known[content] = None if fix is None else (self._seal.open(fix.new),)
            if (new := known[content]) is not None:
                yield row, new[0]

    @property
    def digest(self) -> str:
        """What tells this state of the file from others, and tells nothing of it."""
        content = "\n".join(sorted(f"{name} {fix.new}" for name, fix in self._fixes.items()))
        return blake2b(content.encode(), digest_size=16).hexdigest()

    @cached_property
    def _tags(self) -> dict[tuple[str, str, str], np.ndarray[Any, np.dtype[np.uint64]]]:
        found: dict[tuple[str, str, str], list[int]] = {}
        for fix in self._fixes.values():
            found.setdefault((fix.kind, fix.entity, fix.field), []).append(fix.tag)
        return {name: np.unique(np.array(tags, np.uint64)) for name, tags in found.items()}

    def _put(self, made: Sequence[_NewFix]) -> int:
        """Add fixes to those in the file, which other processes may have added to meanwhile."""
        self.last_put = {}
        if not made:
            return 0
        with changing(self.path) as (seal, fixes):
            new = {fix.found_by: fix for fix in (_sealed(one, seal) for one in made)}
            self.last_put = {name: (fix, fixes.get(name)) for name, fix in new.items()}
            fixes |= new
        self._now(seal, fixes)
        return len(new)

    def take_back(self, put: Put) -> None:
        """Have again what stood there before fixes were put in, but for those changed since."""
        if not put:
            return
        with changing(self.path) as (seal, fixes):
            for name, (fix, before) in put.items():
                if fixes.get(name) == fix:
                    del fixes[name]
                    fixes |= {} if before is None else {name: before}
        self._now(seal, fixes)

    def _now(self, seal: Seal, fixes: dict[str, Fix]) -> None:
        self._seal, self._fixes = seal, fixes
        self.__dict__.pop("_tags", None)


def _sealed(fix: _NewFix, seal: Seal) -> Fix:
    digest = seal.found_by(fix.kind, fix.entity, fix.field, fix.found.tobytes()).hex()
    tag = int(_tags_of(fix.found[None], seal)[0])
    today = dt.datetime.now(dt.UTC).date().isoformat()
    return Fix(fix.kind, fix.entity, fix.field, digest, tag, seal.close(fix.new), today)


#: What ``fixes=`` takes: fixes by field, or a fixes file.
GivenFixes = Mapping[str, Mapping[str, str]] | FixesFile | str | os.PathLike[str]


def fixes_apart(given: Any) -> tuple[Any, FixesFile | None]:
    """Part what ``fixes=`` was given into fixes by field and a fixes file.

    Raises
    ------
    OptionError
        If there is no such file.
    """
    if isinstance(given, FixesFile):
        return {}, given
    if not isinstance(given, (str, os.PathLike)):
        return given, None
    path = path_of("fixes", given)
    if not path.exists() and not key_path(path).exists():
        raise OptionError(
            Sentence("There is no fixes file {1!r}. It is made by what is fixed: ", path.name)
            + how.either(
                Sentence(
                    "pp.read_fixed(..., fixes={1!r}), or pp.FixesFile(...).add(...).", path.name
                ),
                "pangoprep merge --fixes PATH.",
            )
        )
    return {}, FixesFile(path)


def _tags_of(found: Hashes, seal: Seal) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Return a few bits of each row's hashes, made with the secret."""
    one, other = map(np.uint64, seal.tags)
    mixed = found[:, 0] * one ^ found[:, 1] * other
    mixed ^= mixed >> np.uint64(32)
    return (mixed * one) >> np.uint64(64 - _TAG_BITS)


def _checked(new: object) -> str | None:
    if not isinstance(new, str | None):
        raise OptionError("A fix is a text, or None to empty the cell.")
    return new
