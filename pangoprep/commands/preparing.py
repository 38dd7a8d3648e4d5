"""``validate`` and ``clean``: checking a file of any size, and writing what is ready."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from pangoprep.commands.output import HELD, READY, as_json, note, say, table, write_frame
from pangoprep.commands.parts import Totals, check_parts, parts_to_send
from pangoprep.commands.request import Request
from pangoprep.errors import OptionError
from pangoprep.report import Report
from pangoprep.report.text import render_text

_PAGES = (".html", ".json", ".md", ".xlsx")


def validate_file(
    request: Request, out: Path | None, recipe_out: Path | None, *, json: bool, lang: str
) -> int:
    """Check a file and say what was found."""
    if out is not None and out.suffix.lower() not in _PAGES:
        raise OptionError(f"{out.name!r} cannot be written; end it in {', '.join(_PAGES)}.")
    with Bar(request.path) as bar:
        totals, _, report = check_parts(request, lambda part: bar.add(part.n_rows))
    if report is None and out is not None:
        raise OptionError(
            f"The file has {totals.n_rows:,} rows; a report of its own needs one that fits into "
            f"one part ({request.rows_at_once:,} rows). Use --json for the counts."
        )
    if report is not None and out is not None:
        _write_report(report, out, lang)
    if recipe_out is not None:
        _save_recipe(request, recipe_out)
    _say_totals(totals, report, json=json, lang=lang)
    for path in filter(None, (out, recipe_out)):
        note(f"Written: {path}")
    return HELD if totals.n_held else READY


def clean_file(request: Request, out: Path, held: Path | None, *, json: bool, lang: str) -> int:
    """Write the ready rows of a file, canonical; and the held ones, as they came."""
    with Bar(request.path) as bar:
        totals, across, report = check_parts(request, lambda part: bar.add(part.n_rows))
    if report is not None:
        write_frame(report.ready, out)
        if held is not None:
            if held.suffix.lower() == ".xlsx":
                report.to_excel(held, lang=lang)
            else:
                write_frame(report.held, held)
    else:
        if held is not None:
            raise OptionError("--held needs a file that fits into one part; see --help.")
        with Bar(request.path) as bar, PartWriter(out) as writer:
            for part in parts_to_send(request, across):
                writer.add(part.ready)
                bar.add(part.n_rows)
    _say_totals(totals, report, json=json, lang=lang)
    for path in filter(None, (out, held)):
        note(f"Written: {path}")
    return HELD if totals.n_held else READY


class PartWriter:
    """Writes frames of one shape under each other, to CSV or Parquet."""

    def __init__(self, path: Path) -> None:
        if path.suffix.lower() not in (".csv", ".parquet"):
            raise OptionError(f"A file this large can be written as .csv or .parquet, not as "
                              f"{path.suffix!r}.")  # fmt: skip
        self._path = path
        self._writer: Any = None
        self._schema: Any = None

    def __enter__(self) -> PartWriter:
        return self

    def add(self, frame: pd.DataFrame) -> None:
        """Write a frame."""
        content = pa.Table.from_pandas(frame, schema=self._schema, preserve_index=False)
        content = content.replace_schema_metadata(None)
        if self._writer is None:
            # A column without a value in the first part has no type yet.
            fields = [
                pa.field(f.name, pa.list_(pa.string()) if pa.types.is_null(f.type) else f.type)
                for f in content.schema
            ]
            self._schema = pa.schema(fields)
            content = content.cast(self._schema)
            if self._path.suffix.lower() == ".csv":
                self._writer = csv.CSVWriter(str(self._path), self._flat(content).schema)
            else:
                self._writer = pq.ParquetWriter(self._path, self._schema)
        is_csv = self._path.suffix.lower() == ".csv"
        self._writer.write_table(self._flat(content) if is_csv else content)

    @staticmethod
    def _flat(content: pa.Table) -> pa.Table:
        """Write lists as JSON: a CSV has none."""
        import json

        for place, one in enumerate(content.schema):
            if pa.types.is_list(one.type):
                texts = [
                    None if cell is None else json.dumps(cell, ensure_ascii=False)
                    for cell in content.column(place).to_pylist()
                ]
                content = content.set_column(place, one.name, pa.array(texts, type=pa.string()))
        return content

    def __exit__(self, *_: object) -> None:
        if self._writer is not None:
            self._writer.close()


class Bar:
    """A progress bar of rows, in a terminal only."""

    def __init__(self, path: str) -> None:
        from tqdm.std import tqdm

        tqdm.monitor_interval = 0
        self._bar = tqdm(desc=Path(path).name, unit=" rows", unit_scale=True, disable=None,
                         leave=False)  # fmt: skip

    def __enter__(self) -> Bar:
        return self

    def add(self, n_rows: int) -> None:
        """Go on by so many rows."""
        self._bar.update(n_rows)

    def __exit__(self, *_: object) -> None:
        self._bar.close()


def _write_report(report: Report, out: Path, lang: str) -> None:
    write: dict[str, Callable[..., Any]] = {
        ".html": report.to_html,
        ".json": report.to_json,
        ".md": report.to_markdown,
        ".xlsx": report.to_excel,
    }
    write[out.suffix.lower()](out, lang=lang)


def _save_recipe(request: Request, path: Path) -> None:
    frame = next(request.frames())
    recipe = request.report(frame).recipe(request.source or "")
    recipe.save(path)


def _say_totals(totals: Totals, report: Report | None, *, json: bool, lang: str) -> None:
    for line in totals.notes:
        note(f"Note: {line}")
    if json:
        as_json(totals.as_json())
    elif report is not None:
        say(render_text(report.facts, lang))
        for line in report.mapping.questions:
            say(f"Asked: {line}")
        if report.mapping.unclaimed:
            say(f"Not sent: {', '.join(map(repr, report.mapping.unclaimed))}.")
    else:
        say(
            f"{totals.n_ready:,} of {totals.n_rows:,} rows are ready for {totals.entity}; "
            f"{totals.n_held:,} are held, {totals.n_superseded:,} superseded.\n"
        )
        shown = totals.summary()
        shown["share"] = (shown["share"] * 100).map("{:.1f} %".format)
        say(table(shown))
