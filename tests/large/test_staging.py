"""Tables set aside on disk."""

from __future__ import annotations

import mmap
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import pangoprep as pp
from pangoprep.large.staging import Stage

_TABLES = [
    pa.table({"n": [1, None, 3], "text": pa.array(["a", None, "Đỗ"], pa.large_string())}),
    pa.table({"empty": pa.array([], pa.large_string())}),
    pa.table({"word": pa.array(["x", None, "x"]).dictionary_encode(), "flag": [True, None, False]}),
    pa.table({"list": [["a"], None, []]}),
    pa.table({"many": np.arange(5_000)}),  # longer than what the system reads at once
    pa.table({}),
]


@pytest.mark.parametrize("can_map", [True, False])
def test_tables_come_back_as_they_were(can_map: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not can_map:  # as on some network drives

        def refuse(*_: object, **__: object) -> None:
            raise OSError(19, "No such device")

        monkeypatch.setattr(mmap, "mmap", refuse)
    stage = Stage()
    slots = [stage.put(table) for table in _TABLES for _ in range(3)]
    every = [table for table in _TABLES for _ in range(3)]
    for slot, table in [*zip(slots, every, strict=True)][::-1]:
        assert stage.get(slot).equals(table)
        for name in table.column_names:
            assert stage.get(slot, [name]).equals(table.select([name]))


def test_what_was_read_stays_when_more_is_set_aside() -> None:
    stage = Stage()
    slot = stage.put(_TABLES[4])
    before = stage.get(slot)
    for _ in range(3):
        stage.put(_TABLES[4])
    del stage
    assert before.equals(_TABLES[4])


def test_columns_that_repeat_themselves_are_one_frame_again(tmp_path: Path) -> None:
    """Some parts have few words, others none or only new ones, and one has a word changed."""
    words = ["Nam", "nữ", "", "x"]
    rows = [f"C{n},Tên {n % 3},a{n}@b.vn,{words[n % 4] if n < 40 else ''}\n" for n in range(60)]
    path = tmp_path / "a.csv"
    path.write_text("Mã KH,Họ tên,Email,Giới tính\n" + "".join(rows), "utf-8")
    one, parts = pp.read(path).pango.validate(), pp.scan(path, rows=7).pango.validate()
    some = np.array([0, 6, 7, 39, 40, 59])
    for rows_asked in (None, some):
        expected = one.examined.canonical_rows(rows_asked).reset_index(drop=True)
        got = parts.examined.canonical_rows(rows_asked).reset_index(drop=True)
        assert got.equals(expected)
        assert (got.dtypes == expected.dtypes).all()
