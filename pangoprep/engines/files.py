"""The Parquet files of a report in a folder: their names, writing and reading them."""

from __future__ import annotations

import io
import json
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandas.api.types import is_object_dtype

from pangoprep.columns.cell_text import TEXT_DTYPE
from pangoprep.engines.folder import Folder
from pangoprep.findings import SEVERITIES
from pangoprep.steps.as_pandas import is_items

#: A folder for each table, in it a file for each part.
READY, HELD, FINDINGS, ROWS = TABLES = ("ready", "held", "findings", "rows")
#: What the report itself needs beside them.
STAGED, TOLD = "staged", "told"
# Tables whose index holds the caller's row labels; the others have a column of them.
_LABELED = (READY, HELD)


def file_of(table: str, number: int) -> str:
    """Name the file of a part.

    Examples
    --------
    >>> file_of("ready", 12)
    'ready/part-00012.parquet'
    """
    return f"{table}/part-{number:05}.{'parquet' if table in TABLES else 'arrow'}"


def as_parquet(frame: pd.DataFrame, table: str) -> bytes:
    """Write the frame of a part as Parquet; what Arrow has no type for is written as text."""
    try:
        content = pa.Table.from_pandas(frame, preserve_index=table in _LABELED)
    except (pa.ArrowException, TypeError, ValueError):
        frame = frame.copy(deep=False)
        for place in range(len(frame.columns)):
            if is_object_dtype(frame.dtypes.iloc[place]):
                frame.isetitem(place, frame.iloc[:, place].map(_as_text, na_action="ignore"))
        if is_object_dtype(frame.index.dtype):
            frame.index = frame.index.map(_as_text)
        content = pa.Table.from_pandas(frame, preserve_index=table in _LABELED)
    # A column without any value has a type too, or the files of two parts differ.
    kind = pa.list_(pa.string()) if table == READY else pa.string()
    fields = [one.with_type(kind) if pa.types.is_null(one.type) else one for one in content.schema]
    content = content.cast(pa.schema(fields, content.schema.metadata))
    file = io.BytesIO()
    pq.write_table(_without_arrow_types(content), file)
    return file.getvalue()


def _without_arrow_types(content: pa.Table) -> pa.Table:
    """Leave out of what is said for pandas the types of Arrow, whose names it cannot read."""
    metadata = dict(content.schema.metadata)
    described = json.loads(metadata[b"pandas"])
    for column in described["columns"]:
        if column["numpy_type"].endswith("[pyarrow]"):
            column["numpy_type"] = "object"
    return content.replace_schema_metadata({**metadata, b"pandas": json.dumps(described).encode()})


def read_parquet(folder: Folder, table: str, number: int) -> pd.DataFrame:
    """Read the frame of a part, with the types that a frame in memory has."""
    content = io.BytesIO(folder.read(file_of(table, number)))
    return _as_frame(pq.read_table(content, use_threads=False, pre_buffer=False), table)


def no_rows(folder: Folder, table: str) -> pd.DataFrame:
    """Return a table's columns and types, without rows."""
    with folder.open(file_of(table, 0)) as file:
        return _as_frame(pq.read_schema(file).empty_table(), table)


def _as_frame(content: pa.Table, table: str) -> pd.DataFrame:
    frame: pd.DataFrame = content.to_pandas(types_mapper=_arrow_type)
    described = (content.schema.pandas_metadata or {}).get("columns", [])
    texts = {one["field_name"] for one in described if one["numpy_type"] == "str"}
    for name, column in zip(content.column_names, content.columns, strict=True):
        is_list = pa.types.is_list(column.type) and not is_items(column.type)
        if is_list and name in frame:  # Arrow makes arrays of lists
            frame[name] = pd.Series(column.to_pylist(), index=frame.index, dtype=object)
        elif name in texts and name in frame:  # pandas before 3 makes objects of them
            frame[name] = frame[name].astype(TEXT_DTYPE)
    if table == FINDINGS:
        severity = pd.CategoricalDtype(SEVERITIES, ordered=True)
        frame["severity"] = frame["severity"].astype(severity)
    return frame


def _arrow_type(kind: pa.DataType) -> pd.ArrowDtype | None:
    """Return the type of pandas that a frame in memory has for decimals and lists of objects."""
    return pd.ArrowDtype(kind) if pa.types.is_decimal(kind) or is_items(kind) else None


def _as_text(cell: Any) -> str:
    return " row ".join(map(str, cell)) if isinstance(cell, tuple) else str(cell)
