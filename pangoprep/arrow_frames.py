"""Frames of other libraries: taken through Arrow, and given back as they came."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from pangoprep.errors import UsageError
from pangoprep.sentence import Sentence

_TEXT = pd.StringDtype("pyarrow", na_value=np.nan)
# What is a table, but one that is computed elsewhere or later; by the first word of its module.
_WAYS = {
    "polars": "call frame.collect() first",
    "dask": "use frame.pango, or call frame.compute() first",
    "pyspark": "call frame.toPandas() first",
    "sqlalchemy": "call pandas.read_sql(...) first",
    "modin": "call frame.modin.to_pandas() first",
    "cudf": "call frame.to_pandas() first",
    "xarray": "call data.to_dataframe() first",
}


class ArrowFrame(Protocol):
    """Whatever speaks Arrow: frames of polars, pyarrow, DuckDB, ibis and others."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Give the rows as a stream of Arrow."""


Frame = pd.DataFrame | ArrowFrame


def as_pandas(frame: Any) -> pd.DataFrame:
    """Return a frame as pandas; one of pandas as it is.

    Parameters
    ----------
    frame
        One row per record. Cells keep their Arrow types: a null is a null, and whole numbers stay
        whole.

    Raises
    ------
    UsageError
        If it is no frame; the message says what to call.

    Examples
    --------
    >>> as_pandas(pa.table({"id": [1, None]}))["id"].to_list()
    [1, <NA>]
    """
    if isinstance(frame, pd.DataFrame):
        return frame
    if isinstance(frame, pd.Series) or not hasattr(frame, "__arrow_c_stream__"):
        raise UsageError(
            Sentence("A frame is needed, not {1}; {2}.", _kind_of(frame), _way_from(frame))
        )
    try:
        table = pa.RecordBatchReader.from_stream(frame).read_all()
    except pa.ArrowInvalid as error:  # a stream of one column, such as a polars.Series
        raise UsageError(
            Sentence("A frame is needed, not {1}: its Arrow stream is no table.", _kind_of(frame))
        ) from error
    return _plain(table).to_pandas(types_mapper=_dtype_of)


def like(given: Any, result: pd.DataFrame) -> Any:
    """Return a pandas frame as the kind that was given.

    What is DuckDB's belongs to a connection, and a stream is read once: both come back as tables of
    pyarrow.
    """
    if isinstance(given, pd.DataFrame):
        return result
    table = pa.Table.from_pandas(result, preserve_index=False).replace_schema_metadata(None)
    library = type(given).__module__.partition(".")[0]
    if library == "polars":
        return sys.modules["polars"].DataFrame(table)
    if library == "ibis":
        return sys.modules["ibis"].memtable(table)
    if isinstance(given, pa.RecordBatch):
        return table.combine_chunks().to_batches()[0]
    return table


def _plain(table: pa.Table) -> pa.Table:
    """Write views, which not every version of pandas and Arrow can work with, as texts."""
    kinds = [_without_view(field.type) for field in table.schema]
    fields = [field.with_type(kind) for field, kind in zip(table.schema, kinds, strict=True)]
    return table.cast(pa.schema(fields, table.schema.metadata))


def _without_view(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_string_view(kind):
        return pa.large_string()
    if pa.types.is_dictionary(kind) and pa.types.is_string_view(kind.value_type):
        return pa.dictionary(kind.index_type, pa.large_string(), kind.ordered)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.large_list(_without_view(kind.value_type))
    return kind


def _dtype_of(kind: pa.DataType) -> Any:
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _TEXT
    if pa.types.is_dictionary(kind) or pa.types.is_nested(kind):
        return None
    return pd.ArrowDtype(kind)


def _kind_of(frame: Any) -> str:
    kind = type(frame)
    library = kind.__module__.partition(".")[0]
    return kind.__name__ if library in ("builtins", "") else f"{library}.{kind.__name__}"


def _way_from(frame: Any) -> str:
    if isinstance(frame, pd.Series):
        return "call frame.to_frame() first"
    if isinstance(frame, str) or hasattr(frame, "__fspath__"):
        return "read a file with pp.read(path) first"
    if isinstance(frame, Mapping | list | tuple | np.ndarray):
        return "make one with pandas.DataFrame(data) first"
    library = type(frame).__module__.partition(".")[0]
    return _WAYS.get(library, "turn it into a pandas.DataFrame first")
