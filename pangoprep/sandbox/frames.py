"""What the sandbox holds, as pandas frames."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json

from pangoprep.sandbox.catalog import DOCUMENTED, Catalog
from pangoprep.sandbox.rules import CUSTOM_FIELD_GROUPS
from pangoprep.sandbox.traffic import NO_ANSWER, LogColumns
from pangoprep.sandbox.written_numbers import decode, encode

_TEXT = pd.StringDtype("pyarrow", na_value=np.nan)

#: Seed type -> how Arrow reads it. What is not here is text.
_ARROW = {
    "integer": pa.int64(),
    "Long": pa.int64(),
    "Timestamp": pa.int64(),
    "Boolean": pa.bool_(),
    "List": pa.list_(pa.string()),
}

# Numbers that Arrow's reader would round.
_DECIMAL = ("Double", "Float")

#: How pandas holds it.
_PANDAS = {
    pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype(), pa.string(): _TEXT,
}  # fmt: skip

# A record must fit into one block of Arrow's reader, and merged ones can outgrow a request.
_BLOCK_BYTES = 64 * 1024 * 1024


def records_frame(
    object_type: str, records: Sequence[str], catalog: Catalog = DOCUMENTED, *, all_fields: bool
) -> pd.DataFrame:
    """Turn stored records (JSON texts) into a frame with the API's field names as columns.

    Parameters
    ----------
    object_type, records
        One entity's records.
    catalog
        The object types there are.
    all_fields
        False: only the key and the fields that some record has.
    """
    rules = catalog.rules_of(object_type)
    # Objects are not Arrow's to read: custom fields and keys of maps have no types that it knows.
    objects = [name for name, rule in rules.items() if rule.type in catalog.objects]
    # Nor are decimals, whose digits it would round.
    decimals = [name for name, rule in rules.items() if rule.type in _DECIMAL]
    # Nor is what may be a text or something else.
    loose = [name for name, rule in rules.items() if rule.check.loose]
    aside = {*objects, *decimals, *loose}
    if aside:
        entries = [decode(record) for record in records]
        taken = {name: [entry.pop(name, None) for entry in entries] for name in aside}
        records = [encode(entry) for entry in entries]
    fields = {name: _arrow(rule.type) for name, rule in rules.items() if name not in aside}
    table = _read(records, fields)
    if groups := [name for name in CUSTOM_FIELD_GROUPS if name in table.column_names]:
        # Read once more: Arrow guesses the types inside, and takes a text like 2020-01-01 for a
        # time; only the names it found are of use.
        for group in groups:
            value_type = _arrow(CUSTOM_FIELD_GROUPS[group][1])
            fields[group] = pa.struct(
                [(field.name, value_type) for field in table.schema.field(group).type]
            )
        table = _flat(_read(records, fields), groups)
    for name in aside:
        filled = pa.array([value is not None or None for value in taken[name]], pa.bool_())
        table = table.append_column(name, filled)
    table = table.select([*rules, *(name for name in table.column_names if name not in rules)])
    shown = [
        name
        for name in table.column_names
        if all_fields or name in catalog.keys[object_type] or table[name].null_count < len(table)
    ]
    frame: pd.DataFrame = table.select(shown).to_pandas(types_mapper=_PANDAS.get)
    for name in objects:
        if name in frame:
            frame[name] = pd.Series(taken[name], index=frame.index, dtype=object)
    for name in loose:
        if name in frame:
            frame[name] = pd.Series(map(_text, taken[name]), index=frame.index, dtype=_TEXT)
    for name in decimals:
        if name in frame:
            frame[name] = _decimals(taken[name], frame.index)
    for name in shown:
        if pa.types.is_list(table.schema.field(name).type):  # lists, not arrays
            frame[name] = pd.Series(table[name].to_pylist(), dtype=object)
    return frame


def _text(value: Any) -> str | None:
    return value if value is None or type(value) is str else encode(value)


def _decimals(values: Sequence[Any], index: pd.Index) -> pd.Series:
    """Put numbers into a column as `ready` has them; as they are, if they have too many digits."""
    numbers = [None if value is None else Decimal(str(value)) for value in values]
    try:
        made = pa.array(numbers)
        if not pa.types.is_decimal128(made.type):
            made = made.cast(pa.decimal128(38, 0))
    except pa.ArrowInvalid:
        return pd.Series(numbers, index=index, dtype=object)
    return pd.Series(pd.array(made, dtype=pd.ArrowDtype(made.type)), index=index)


def _arrow(seed_type: str) -> pa.DataType:
    return _ARROW.get(seed_type, pa.string())


def _read(records: Sequence[str], fields: dict[str, pa.DataType]) -> pa.Table:
    schema = pa.schema(list(fields.items()))
    if not records:
        return schema.empty_table()
    return pa.json.read_json(
        pa.BufferReader("\n".join(records).encode()),
        read_options=pa.json.ReadOptions(use_threads=False, block_size=_BLOCK_BYTES),
        parse_options=pa.json.ParseOptions(explicit_schema=schema),
    )


def _flat(table: pa.Table, groups: Sequence[str]) -> pa.Table:
    """Give every custom field a column of its own, after the others."""
    for group in groups:
        values = table[group]
        table = table.drop_columns(group)
        for name in sorted(field.name for field in values.type):
            table = table.append_column(f"{group}.{name}", pc.struct_field(values, name))
    return table


def events_frame(
    object_type: str,
    events: Sequence[tuple[str, str | None, str | None]],
    catalog: Catalog = DOCUMENTED,
) -> pd.DataFrame:
    """Turn journey events into a frame: the key fields, ``jeConfigId``, ``jeEventKey``."""
    names = [*catalog.keys[object_type], "jeConfigId", "jeEventKey"]
    rows = [(*json.loads(key), config_id, event_key) for key, config_id, event_key in events]
    return pd.DataFrame(rows, columns=names).astype(_TEXT)


def requests_frame(log: LogColumns) -> pd.DataFrame:
    """Turn the log into a frame in order of arrival; no status: the connection was cut."""
    status = pd.array(log.status, dtype="Int64")
    status[status == NO_ANSWER] = pd.NA
    frame = pd.DataFrame(
        {
            "at": np.array(log.at, dtype="float64"),
            "path": pd.array(log.path, dtype=_TEXT),
            "status": status,
            "n_entries": pd.array(log.n_entries, dtype="Int64"),
        }
    )
    return frame.sort_values("at", kind="stable", ignore_index=True)
