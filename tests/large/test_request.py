"""How often a file is opened, and that its parts are the same whichever way they came."""

from __future__ import annotations

import gzip
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.errors import ReadError
from pangoprep.large.part_sizes import MAX_BYTES, ROWS_AT_ONCE, ROWS_OF_SMALLER, usual_rows
from pangoprep.large.record_cuts import RecordCuts
from pangoprep.large.request import FileRequest
from pangoprep.reading import frames as frames_module
from pangoprep.reading.kinds import open_table

_ROWS = [f"C{n},An,a{n}@b.vn\n" for n in range(30)]


def _files(folder: Path, *lengths: int) -> Path:
    rows = iter(_ROWS)
    for number, length in enumerate(lengths):
        some = "".join(next(rows) for _ in range(length))
        (folder / f"{number}.csv").write_text(f"Mã KH,Họ tên,Email\n{some}\n", "utf-8")
    return folder if len(lengths) > 1 else folder / "0.csv"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were opened."""
    names: list[str] = []

    @contextmanager
    def noted(part: Any, how: Any) -> Iterator[Any]:
        names.append(part.name)
        with open_table(part, how) as table:
            yield table

    monkeypatch.setattr(frames_module, "open_table", noted)
    return names


@pytest.mark.parametrize("rows_at_once", [1, 7, 13, 17, 29, 30, 31])
@pytest.mark.parametrize("lengths", [(30,), (13, 17), (1, 12, 17)])
def test_every_file_is_opened_once(
    lengths: tuple[int, ...], rows_at_once: int, tmp_path: Path, opened: list[str]
) -> None:
    path = _files(tmp_path, *lengths)
    request = FileRequest(path=str(path), rows_at_once=rows_at_once)
    report = request.report()
    assert report.n_ready == 30
    assert opened == [f"{number}.csv" for number in range(len(lengths))]
    assert (request.whole() is None) == (rows_at_once < 30)


@pytest.mark.parametrize("is_asked_before", [False, True])
def test_no_part_is_kept_beside_the_next(is_asked_before: bool, tmp_path: Path) -> None:
    path = _files(tmp_path, 30)
    request = FileRequest(path=str(path), rows_at_once=7, always_in_parts=True)
    if is_asked_before:
        assert request.planned.entity.object_type == "customer-identity"
    given: list[weakref.ref[pd.DataFrame]] = []
    for frame in RecordCuts(request.frames, request.plan)():
        assert [one() for one in given] == [None] * len(given)
        given.append(weakref.ref(frame))
        del frame
    assert len(given) == 5


@pytest.mark.parametrize("lengths", [(30,), (13, 17)])
def test_the_parts_are_those_of_a_scan(lengths: tuple[int, ...], tmp_path: Path) -> None:
    path = _files(tmp_path, *lengths)
    expected = [*pp.scan(path, rows=7)]
    request = FileRequest(path=str(path), rows_at_once=7)
    assert request.whole() is None
    for _ in range(2):  # those that were read to find out how large it is, and those read anew
        for got, other in zip(request.frames(), expected, strict=True):
            pd.testing.assert_frame_equal(got, other)
            assert got.index.equals(other.index)


def test_who_looks_at_the_head_gets_all_parts_afterwards(tmp_path: Path, opened: list[str]) -> None:
    request = FileRequest(path=str(_files(tmp_path, 30)), rows_at_once=7)
    assert request.planned.entity.object_type == "customer-identity"
    assert request.report().n_ready == 30
    assert opened == ["0.csv"]


def test_a_file_that_changes_before_its_parts_are_taken_is_refused(tmp_path: Path) -> None:
    path = _files(tmp_path, 30)
    request = FileRequest(path=str(path), rows_at_once=7)
    assert request.whole() is None
    path.write_text(path.read_text("utf-8") + "C99,An,z@b.vn\n", "utf-8")
    with pytest.raises(ReadError, match="changed while it was read"):
        request.report()


def test_a_file_of_less_text_has_larger_parts(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.touch()
    os.truncate(path, MAX_BYTES)  # without content, so it takes no room
    assert usual_rows(path) == ROWS_OF_SMALLER
    os.truncate(path, MAX_BYTES + 1)
    assert usual_rows(path) == ROWS_AT_ONCE
    # Of a compressed file the size tells nothing.
    packed = path.with_suffix(".csv.gz")
    packed.write_bytes(gzip.compress(b"a"))
    assert usual_rows(packed) == ROWS_AT_ONCE
