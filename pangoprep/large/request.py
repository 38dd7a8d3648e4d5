"""What a command was asked: which file, how to read it, how it becomes an entity."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from pangoprep.argument_checks import whole_number_of
from pangoprep.called_plan import join_tables, plan_tables
from pangoprep.declarations import entity as open_entity
from pangoprep.entities import ENTITIES, Entity
from pangoprep.error_words import language_of
from pangoprep.errors import OptionError, ReadError, UsageError
from pangoprep.fixes.file import GivenFixes, fixes_apart
from pangoprep.large.part_sizes import MAX_BYTES, ROWS_AT_ONCE, n_plain_bytes
from pangoprep.large.parts import examine_parts
from pangoprep.large.sheets_in import sheets_of
from pangoprep.matching.column_map import ColumnMap
from pangoprep.matching.recipes import Recipe, load_recipe
from pangoprep.matching.written_values import check_written
from pangoprep.options import make_options
from pangoprep.part_plan import PartPlan
from pangoprep.pipeline import examine
from pangoprep.planning import find_columns, plan_columns
from pangoprep.progress import Bar
from pangoprep.reading import read, scan
from pangoprep.reading.found_files import find_files
from pangoprep.reading.frames import read_or_scan
from pangoprep.reading.pieces import SOURCE
from pangoprep.reading.sheet import UsualSheet
from pangoprep.report import Report
from pangoprep.row_readings import mapping_of, options_of, values_of
from pangoprep.sentence import Sentence
from pangoprep.steps.references import Records

# How all files of a call are written; the rest is said of one table.
_OF_FILES = ("encoding", "delimiter")


@dataclass(kw_only=True)
class FileRequest:
    """A file and how it becomes an entity.

    Parameters
    ----------
    path
        File, folder or glob.
    entity
        Object type, its class, or the file that declares it; without it the recipe's, or told
        from the columns.
    entity_of_sheet
        The same for some sheets, where each of a workbook is asked for; an empty name leaves a
        sheet out.
    recipe
        A recipe, or the path of one.
    mapping
        Column -> field, from the command line.
    options
        Options given on the command line; they win over the recipe's.
    reading
        How to read the file: sheet, header, encoding, delimiter; these win over the recipe's.
    rows_at_once
        Take a file of more rows in parts of so many. Default: one that is large in memory.
    always_in_parts
        Take a smaller file in parts too; nothing is read to find out how large it is.
    fixes
        What some cells mean, by field; they win over the recipe's. Or a fixes file.
    values
        What is added to rows, by field; it wins over the recipe's.
    items, items_sheet
        The file of the rows' items, and the sheet; without a file another sheet of the same.
    kept
        How a run that is resumed read its rows; what is given wins, and is compared later.
    may_lack
        Whether a column that every record needs may be missing; all rows are held then.
    """

    path: str
    entity: str | type[Entity] | None = None
    recipe: Recipe | str | os.PathLike[str] | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    reading: Mapping[str, Any] = field(default_factory=dict)
    rows_at_once: int | None = None
    always_in_parts: bool = False
    fixes: GivenFixes = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    items: str | None = None
    items_sheet: str | None = None
    kept: Mapping[str, Any] | None = None
    may_lack: bool = False
    entity_of_sheet: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the recipe at once, so that a mistake in it is the first thing said."""
        if self.rows_at_once is not None:
            whole_number_of("rows_at_once", self.rows_at_once, 1)
        self._said, self._fixes_file = fixes_apart(self.fixes)
        self.known: Recipe | None = None
        if self.entity is not None:
            self.entity = open_entity(self.entity)
        if self.recipe is not None:
            self.known = load_recipe(self.recipe, self.entity)
        if self.known is not None:
            self.entity = self.entity or self.known.object_type
            self.options = {**self.known.options, **self.options}
            usual = dict(self.known.reading)
            for name in ("sheet", "items_sheet"):
                if isinstance(usual.get(name), str):
                    usual[name] = UsualSheet(usual[name])
            self.reading = {**usual, **self.reading}
            self._said = {**self.known.fixes, **self._said}
            self.values = {**self.known.values, **check_written(self.values)}
        self.reading = dict(self.reading)
        self.items_sheet = self.items_sheet or self.reading.pop("items_sheet", None)
        self._plan: PartPlan | None = None
        self._frame: pd.DataFrame | None = None
        self._begun: Iterator[pd.DataFrame] | None = None
        self._is_read = self.always_in_parts
        self._state: list[tuple[Path, int, int]] | None = None

    @property
    def source(self) -> str | None:
        """The name of the system the data comes from, if the recipe says it."""
        return (self.known.source or None) if self.known else None

    def whole(self, max_bytes: int = MAX_BYTES) -> pd.DataFrame | None:
        """Read the file as one frame; None if it is to be taken in parts."""
        if not self._is_read and self._is_plainly_larger(max_bytes):
            self._is_read = True
        if not self._is_read:
            self._refuse_changed()
            with Bar.over_file(self.path, "reading") as bar:
                found = read_or_scan(
                    self.path, max_bytes, self.rows_at_once, self.rows_at_once or ROWS_AT_ONCE,
                    on_rows=bar.add, **self.reading,
                )  # fmt: skip
            if isinstance(found, pd.DataFrame):
                self._frame = found
            else:
                self._begun = found
            self._is_read = True
        return self._frame

    def joined(self) -> pd.DataFrame | None:
        """Read the file as `whole` does; where its items are in a table of their own, both."""
        frame = self.whole()
        if self._plan is not None or not self.has_items:
            return frame
        frame, items = self.tables()
        keywords = {**self._keywords(), "items": items}
        self._frame, self._plan = plan_tables(frame, self.entity, keywords, self.kept)
        return self._frame

    def column_map(self) -> ColumnMap:
        """Match the columns by the head of the file; with items, by all rows of both tables."""
        lang = language_of({**self.options, "recipe": self.known})
        if self.has_items:
            joined = join_tables(*self.tables(), self.entity, self._keywords(), may_ask=True)
            return joined.column_map.also(joined.item_keys).spoken(lang)
        frame = next(self.frames())
        given = self.known.decided_for(frame) if self.known else {}
        return find_columns(frame, self.entity, {**given, **self.mapping}, self.values, lang)

    def tables(self, max_bytes: int = MAX_BYTES) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Read the rows, and their items."""
        frame = self.whole(max_bytes)
        if frame is None:
            raise UsageError(
                Sentence(
                    "{1} is taken in parts, and its items could lie in any of "
                    "them. Put both into one file with one row per item, or raise --rows-at-once.",
                    Path(self.path).name,
                )
            )
        how = {name: self.reading[name] for name in self.reading if name in _OF_FILES}
        items = read(self.items or self.path, sheet=self.items_sheet, **how)
        told = [table.attrs[SOURCE] for table in (frame, items)]
        if self.items in (None, self.path) and told[0].get("sheet") == told[1].get("sheet"):
            raise UsageError(
                Sentence(
                    "The sheet {1!r} is that of the items; say which one has "
                    "the rows they belong to: --sheet NAME.",
                    told[0].get("sheet", ""),
                )
            )
        return frame, items

    def _keywords(self) -> dict[str, Any]:
        fixes = self._fixes_file or self._said
        return {
            **self.options, "mapping": self.mapping, "fixes": fixes, "values": self.values,
            "recipe": self.known,
        }  # fmt: skip

    @property
    def files(self) -> list[str]:
        """What is read: the rows, and their items."""
        return [self.path, *([self.items] if self.items else [])]

    @property
    def sources(self) -> list[Any]:
        """Every file that is read: the rows, their items, the recipe, the fixes."""
        paths = [file.path for one in self.files for file in find_files(one)]
        return [*paths, self.recipe, self.fixes]

    @property
    def has_items(self) -> bool:
        """Whether the rows' items are in a table of their own."""
        return bool(self.items or self.items_sheet)

    def _is_plainly_larger(self, max_bytes: int) -> bool:
        """Whether the size of plain text tells at once that it is to be taken in parts."""
        n_bytes = n_plain_bytes(self.path)
        return n_bytes is not None and n_bytes > max_bytes

    def frames(self) -> Iterator[pd.DataFrame]:
        """Give the file in parts; every time the same.

        Raises
        ------
        ReadError
            If the file was changed since the first time.
        """
        self._refuse_changed()
        begun, self._begun = self._begun, None
        if begun is not None:  # what was read to find out how large the file is
            yield from begun
            return
        yield from scan(self.path, rows=self.rows_at_once or ROWS_AT_ONCE, **self.reading)

    def _refuse_changed(self) -> None:
        files = sorted({file.path for file in find_files(self.path)})
        state = [(file, file.stat().st_size, file.stat().st_mtime_ns) for file in files]
        if self._state not in (None, state):
            raise ReadError(
                Sentence(
                    "{1} was changed while it was read. Wait until it is complete, "
                    "then read it again.",
                    Path(self.path).name,
                )
            )
        self._state = state

    def plan(self, frame: pd.DataFrame) -> PartPlan:
        """Match the columns and settle the options; the first part of a file decides for all."""
        if self._plan is None:
            mapping, new = dict(self.mapping), []
            if self.known is not None:
                new = self.known.new_columns(frame, self.mapping)
                mapping = self.known.mapping_for(frame, self.mapping)
            given, values = dict(self.options), self.values
            if self.kept is not None:
                mapping = mapping_of(self.kept, frame, mapping)
                given = {**options_of(self.kept), **given}
                values = values_of(self.kept, values)
            options = make_options(given) if given else None
            self._plan = plan_columns(
                frame, self.entity, options, mapping=mapping, fixes=self._said,
                fixes_file=self._fixes_file, values=values, may_lack=self.may_lack,
                new_columns=new,
            )  # fmt: skip
        return self._plan

    def planned_as(self, plan: PartPlan) -> FileRequest:
        """Take what the rows become from elsewhere."""
        self._plan = plan
        return self

    @property
    def planned(self) -> PartPlan:
        """What the rows become, told from the head of the file."""
        frame = self.joined()
        if frame is None:
            parts = self.frames()
            frame = next(parts)
            self._begun = chain(iter([frame]), parts)  # who asks this takes the parts next
        return self.plan(frame)

    def report(self, records: Records | None = None) -> Report:
        """Check the file, in one frame if it fits; with ``records``, also against them."""
        frame = self.joined()
        if frame is not None:
            with Bar.over_file(self.path, "checking", len(frame)) as bar:
                report = examine(frame, self.plan(frame), records)
                bar.add(len(frame))
            return report
        name = Path(self.path).name
        return Report(examine_parts(self._watched, self.plan, records, name=name))

    def _watched(self) -> Iterator[pd.DataFrame]:
        """Give the parts, and show how far that is."""
        with Bar.over_file(self.path, "checking") as bar:
            for frame in self.frames():
                n_rows = len(frame)
                yield frame
                del frame  # or it would lie beside the next while that is read
                bar.add(n_rows)

    def of_sheets(self) -> list[FileRequest]:
        """Ask the same of each sheet of the workbook that is not left out.

        A sheet that is called like an entity is one, where nothing else says what it is.
        """
        if self.has_items:
            raise UsageError(
                "Every sheet is an entity of its own, so none holds the items of another. "
                "Leave out --every-sheet, or --items and --items-sheet."
            )
        sheets, said = sheets_of(self.path), self.entity_of_sheet
        if strange := [name for name in said if name not in sheets]:
            raise OptionError(
                Sentence(
                    "--entity names the sheet {1!r}, which {2!r} does not have; there are {3}.",
                    strange[0],
                    Path(self.path).name,
                    ", ".join(sheets),
                )
            )
        taken = [name for name in sheets if said.get(name) != ""]
        if not taken:
            raise UsageError(Sentence("Every sheet of {1!r} is left out.", Path(self.path).name))
        return [
            replace(
                self,
                reading={**self.reading, "sheet": name},
                entity=said.get(name) or self.entity or (name if name in ENTITIES else None),
                entity_of_sheet={},
            )
            for name in taken
        ]
