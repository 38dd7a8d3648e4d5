"""Writing frames to files, as a whole or part by part: the same rows either way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from pangoprep.argument_checks import writing
from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.decimals import decimal_texts
from pangoprep.columns.json_texts import join, json_texts, objects
from pangoprep.errors import OptionError
from pangoprep.memory import OF_PARTS, release_unused
from pangoprep.normalizers.formula import not_to_run
from pangoprep.planning import refuse_layered
from pangoprep.private_files import whole_file
from pangoprep.progress import Bar
from pangoprep.sentence import Sentence
from pangoprep.writing.sheet_titles import sheet_titles

_GROWING = (".csv", ".parquet", ".jsonl")
_MARK = "\ufeff".encode()  # without it Excel takes a CSV for Windows-1252
#: What a sheet has below its headings.
MAX_SHEET_ROWS = 1_048_575


def write_frame(frame: pd.DataFrame, path: Path, *, escape_formulas: bool = False) -> None:
    """Write a frame in the format of the file's name.

    Parameters
    ----------
    frame, path
        What and where.
    escape_formulas
        In CSV, put an apostrophe before cells and headers that a sheet would calculate. A workbook
        needs none: its cells say that they are text.

    Raises
    ------
    OptionError
        If the name ends in nothing we write.
    ColumnNamesError
        If two columns have one name, and it is no workbook.
    """
    if path.suffix.lower() == ".xlsx":
        with _workbook(path) as book:
            frame.to_excel(book, index=False)
        return
    refuse_layered(frame)  # a sheet has columns of one name, the other formats must not
    with Writer(path, escape_formulas=escape_formulas) as writer:
        writer.add(frame)


@contextmanager
def _workbook(path: Path) -> Iterator[pd.ExcelWriter[Any]]:
    """Open a workbook whose cells are what they are: a text is no formula and no link."""
    plain = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with (
        whole_file(path) as draft,
        pd.ExcelWriter(draft, engine="xlsxwriter", engine_kwargs=plain) as book,
    ):
        yield book


def labels(index: pd.Series) -> pd.Series:
    """Write labels of several levels, file and row, as one text."""
    if index.dtype != object or not len(index) or not isinstance(index.iloc[0], tuple):
        return index
    return index.map(lambda label: " row ".join(map(str, label)))


def write_parts(
    frames: Iterator[pd.DataFrame], n_rows: int, path: Path, *, escape_formulas: bool
) -> None:
    """Write frames under each other, so many rows in all, in the format of the file's name.

    Raises
    ------
    OptionError
        If a workbook has no room for them.
    """
    if path.suffix.lower() == ".xlsx":
        _refuse_more_than_a_sheet(n_rows, path)
        with writing(path):
            write_frame(pd.concat(list(frames)), path)
        return
    with (
        writing(path),
        Writer(path, escape_formulas=escape_formulas) as writer,
        Bar.over_file(str(path), "writing", n_rows) as bar,
    ):
        for frame in frames:
            writer.add(frame)
            bar.add(len(frame))
            del frame  # or it would lie beside the next while that is made
            release_unused(above=OF_PARTS)


def write_sheets(tables: Mapping[str, tuple[int, Iterator[pd.DataFrame]]], path: Path) -> None:
    """Write tables into one workbook, a sheet for each.

    Parameters
    ----------
    tables
        By name, how many rows each has, and its frames under each other.
    path
        Where.

    Raises
    ------
    OptionError
        If a sheet has no room for a table.
    """
    with writing(path), _workbook(path) as book:
        titles = sheet_titles(tables)
        for name, (n_rows, frames) in tables.items():
            _refuse_more_than_a_sheet(n_rows, path)
            rows = pd.concat(list(frames))
            rows.to_excel(book, sheet_name=titles[name], index=False)


def _refuse_more_than_a_sheet(n_rows: int, path: Path) -> None:
    if n_rows > MAX_SHEET_ROWS:
        raise OptionError(
            Sentence(
                "{1:,} rows are more than the {2:,} that a sheet has; end {3!r} in {4}.",
                n_rows,
                MAX_SHEET_ROWS,
                path.name,
                ", ".join(_GROWING),
            )
        )


def check_name(path: Path | None) -> None:
    """Refuse a file name that ends in nothing we write, before any work is done.

    Raises
    ------
    OptionError
        If it does.
    """
    kind = path.suffix.lower() if path is not None else ".csv"
    if kind not in (*_GROWING, ".xlsx"):
        raise OptionError(
            Sentence(
                "{1!r} cannot be written; end it in {2} or .xlsx.",
                str(path and path.name),
                ", ".join(_GROWING),
            )
        )


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Return a frame as CSV for people: escaped as in `write_frame`, in UTF-8 as Excel knows it.

    Examples
    --------
    >>> csv_bytes(pd.DataFrame({"Mã": ["KH1"]})).decode("utf-8-sig").splitlines()
    ['"Mã"', '"KH1"']
    """
    sink = pa.BufferOutputStream()
    sink.write(_MARK)
    csv.write_csv(_not_to_run(_flat(as_table(frame))), sink)
    content: bytes = sink.getvalue().to_pybytes()
    return content


class Writer:
    """Writes frames of one shape under each other: CSV, Parquet or JSON lines.

    The file is there when all of it is: see `whole_file`.
    """

    def __init__(self, path: Path, *, escape_formulas: bool = False) -> None:
        check_name(path)
        self._escape_formulas = escape_formulas
        self._path, self._kind = path, path.suffix.lower()
        self._opened = ExitStack()
        self._file: Any = None
        self._writer: Any = None
        self._schema: Any = None

    def __enter__(self) -> Writer:
        return self

    def add(self, frame: pd.DataFrame) -> None:
        """Write a frame."""
        self._file = self._file or self._new_file()
        if self._kind == ".jsonl":
            self._file.write(_json_lines(frame).encode())
            return
        content = as_table(frame, self._schema)
        self._schema = content.schema
        if self._kind == ".csv":
            content = _flat(content)
            content = _not_to_run(content) if self._escape_formulas else content
        if self._writer is None:
            self._writer = self._open(content.schema)
        self._writer.write_table(content)

    def _new_file(self) -> Any:
        draft = self._opened.enter_context(whole_file(self._path))
        return self._opened.enter_context(draft.open("wb"))

    def _open(self, schema: pa.Schema) -> Any:
        if self._kind == ".parquet":
            return self._opened.enter_context(pq.ParquetWriter(self._file, schema))
        self._file.write(_MARK)
        return self._opened.enter_context(csv.CSVWriter(self._file, schema))

    def __exit__(self, *failed: Any) -> None:
        self._opened.__exit__(*failed)


def _json_lines(frame: pd.DataFrame) -> str:
    """Write a frame as JSON lines, decimals digit for digit: pandas makes floats of them."""
    if not len(frame):
        return ""
    content = as_table(frame) if len(frame.columns) else None
    if content is None or not all(map(_is_json, content.schema.types)):
        return str(frame.to_json(orient="records", lines=True, force_ascii=False))
    pieces = []
    for place, one in enumerate(content.schema):
        texts = json_texts(content.column(place).combine_chunks())
        name = json.dumps(one.name, ensure_ascii=False)
        pieces.append(join(f"{name}:", pc.fill_null(texts, "null")))
    return "".join(f"{line}\n" for line in objects(pieces).to_pylist())


def _is_json(kind: pa.DataType) -> bool:
    """Whether JSON has values of a type, but for floats and times, which pandas writes."""
    if pa.types.is_list(kind):
        return _is_json(kind.value_type)
    if pa.types.is_struct(kind):
        return all(_is_json(one.type) for one in kind)
    if pa.types.is_dictionary(kind):
        return _is_json(kind.value_type)
    tests = (pa.types.is_boolean, pa.types.is_integer, pa.types.is_decimal, pa.types.is_null,
             pa.types.is_string, pa.types.is_large_string)  # fmt: skip
    return any(test(kind) for test in tests)


def as_table(frame: pd.DataFrame, schema: pa.Schema | None = None) -> pa.Table:
    """Return a frame as an Arrow table, of the given schema or of one that fits any such frame."""
    content = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
    content = content.replace_schema_metadata(None)
    if schema is not None:
        return content
    # Only lists have no type where there is none of them.
    fields = [
        pa.field(f.name, pa.list_(pa.string()) if pa.types.is_null(f.type) else f.type)
        for f in content.schema
    ]
    return content.cast(pa.schema(fields))


def _not_to_run(content: pa.Table) -> pa.Table:
    """Escape what a sheet would calculate, in cells and headers."""
    for place, one in enumerate(content.schema):
        kind = one.type.value_type if pa.types.is_dictionary(one.type) else one.type
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            texts = content.column(place).cast(TEXT).combine_chunks()
            content = content.set_column(place, one.name, not_to_run(texts))
    names = pa.array([str(name) for name in content.column_names], TEXT)
    return content.rename_columns(not_to_run(names).to_pylist())


def _flat(content: pa.Table) -> pa.Table:
    """Write lists as JSON, which a CSV has none of, and decimals without idle zeros."""
    for place, one in enumerate(content.schema):
        if pa.types.is_list(one.type):
            texts = json_texts(content.column(place).combine_chunks()).cast(pa.string())
            content = content.set_column(place, one.name, texts)
        elif pa.types.is_decimal(one.type):
            texts = decimal_texts(content.column(place).combine_chunks()).cast(pa.string())
            content = content.set_column(place, one.name, texts)
    return content
