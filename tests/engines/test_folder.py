"""The folder of a report: there as a whole, or not at all."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import dask.dataframe as dd
import fsspec
import pandas as pd
import pytest

import pangoprep  # noqa: F401 - registers ddf.pango
from pangoprep.engines.folder import MANIFEST, Folder, FolderStage, PartFile
from pangoprep.errors import OptionError, ReadError, UnexpectedError, UsageError
from pangoprep.sandbox import Sandbox
from pangoprep.upload import send

PEOPLE = pd.DataFrame(
    {
        "customerId": ["1", "2", "3", "2"],
        "fullName": ["An", "Bình", "Chi", "Bình"],
        "phone": ["912345678", "0912345679", "123", "0912345679"],
    }
)


def people(n_parts: int = 2) -> Any:
    return dd.from_pandas(PEOPLE, npartitions=n_parts)


@pytest.mark.parametrize("scheme", ["", "file://", "memory://"])
def test_any_address_takes_a_report(tmp_path: Path, scheme: str) -> None:
    address = (
        f"memory://{uuid4().hex}/báo cáo" if scheme == "memory://" else f"{scheme}{tmp_path}/r"
    )
    report = people().pango.validate(folder=address)
    assert report.folder == address
    system, path = fsspec.core.url_to_fs(address)
    manifest = json.loads(system.cat_file(f"{path}/{MANIFEST}"))
    assert (manifest["entity"], manifest["n_rows"], manifest["parts"]) == (
        "customer-identity", 4, [2, 2],
    )  # fmt: skip
    assert "0912345679" not in json.dumps(manifest)
    assert report.ready["phone"].compute().to_list() == ["0912345678", "0912345679"]
    assert report.held.compute()["phone"].to_list() == ["123"]
    assert report.held.compute()["reason"].to_list() == ["phone: not a valid phone number"]
    assert "reason" not in report.held_rows(reason=False).columns
    above = system.ls(path.rpartition("/")[0], detail=False)
    assert len(above) == 1  # nothing unfinished is left


def test_its_files_are_parquet_for_anybody(tmp_path: Path) -> None:
    people().pango.validate(folder=tmp_path / "r")
    ready = pd.read_parquet(tmp_path / "r" / "ready")
    assert ready["customerId"].to_list() == ["1", "2"]
    states = pd.read_parquet(tmp_path / "r" / "rows")["state"].to_list()
    assert states == ["ready", "superseded", "held", "ready"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_it_is_its_owners_alone(tmp_path: Path) -> None:
    people().pango.validate(folder=tmp_path / "r")
    assert stat.S_IMODE((tmp_path / "r").stat().st_mode) == 0o700


def test_a_second_report_takes_the_place_of_the_first_and_the_first_says_so(
    tmp_path: Path,
) -> None:
    first = people().pango.validate(folder=tmp_path / "r")
    second = people(1).pango.validate(folder=tmp_path / "r")
    assert len(second.rows.compute()) == 4
    with pytest.raises(ReadError, match="Another report was written"):
        len(first.rows)
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_of_a_report_that_was_replaced_nothing_is_read_and_nothing_sent(tmp_path: Path) -> None:
    first = people().pango.validate(folder=tmp_path / "r")
    before = [first.ready, first.held, first.rows, first.findings, first.cleaned]
    assert str(first)
    other = PEOPLE.assign(fullName="Dũng")
    dd.from_pandas(other, npartitions=2).pango.validate(folder=tmp_path / "r")
    for frame in before:
        with pytest.raises(ReadError, match="Another report was written"):
            frame.compute()
    with pytest.raises(ReadError, match="Another report was written"):
        first.to_html(tmp_path / "r.html")
    with Sandbox() as cdp:
        result = send(first, source="CRM", client=cdp.client(), ledger=tmp_path / "a.db")
        assert "Another report was written" in result.reason + str(result.error)
        assert (result.counts["unsent"], result.n_requests) == (2, 0)
        assert not len(cdp.records("customer-identity"))


def test_where_a_disk_is_mounted_no_report_can_take_its_place() -> None:
    mounted = [path for path in ("/proc", "/sys") if Path(path).is_mount()]
    if not mounted:
        pytest.skip("nothing is mounted at a known place")
    with pytest.raises(OptionError, match="where a disk is mounted"):
        people().pango.validate(folder=mounted[0])


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(OptionError, match="something else than a report"):
        people().pango.validate(folder=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("folder", [None, "", 3, b"r", "nosuch://r"])
def test_what_is_no_folder_is_said(folder: Any) -> None:
    with pytest.raises(OptionError, match="folder"):
        people().pango.validate(folder=folder)


def broken(part: pd.DataFrame) -> pd.DataFrame:
    if "3" in part["customerId"].to_list():
        raise KeyError("0912345679")
    return part


def test_a_report_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyError):  # the caller's own
        people().map_partitions(broken, meta=PEOPLE.iloc[:0]).pango.validate(folder=tmp_path / "r")
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_cannot_take_its_place_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = people().pango.validate(folder=tmp_path / "r")
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name.endswith(".unfinished"):
            raise PermissionError("in use")
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", fail)
        with pytest.raises(UsageError, match="cannot be written"):
            people(1).pango.validate(folder=tmp_path / "r")
    assert len(before.rows.compute()) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_an_object_store_that_fails_while_files_are_moved_keeps_no_half_of_a_report(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = f"memory://{uuid4().hex}/r"
    system, path = fsspec.core.url_to_fs(address)
    move, moved = type(system).mv, []

    def fail(self: Any, source: str, target: str, **how: Any) -> None:
        if moved:
            raise OSError("gone away")
        moved.append(target)
        move(self, source, target, **how)

    with monkeypatch.context() as patch:
        patch.setattr(type(system), "mv", fail)
        with pytest.raises((OSError, UnexpectedError)):
            people().pango.validate(folder=address)
    assert moved
    assert not system.exists(path)
    assert len(people().pango.validate(folder=address).rows.compute()) == 4


def test_what_goes_wrong_in_a_task_is_told_without_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise KeyError("0912345679")

    monkeypatch.setattr("pangoprep.engines.cleaning.tally", fail)
    with pytest.raises(UnexpectedError) as caught:
        people().pango.validate(folder=tmp_path / "r")
    assert "0912345679" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert list(tmp_path.iterdir()) == []


def test_a_changed_file_is_not_loaded(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path))
    file = PartFile(folder, "a.arrow")
    slot = file.put_object({"a": 1})
    file.close()
    assert FolderStage(folder).get_object(slot) == {"a": 1}
    (tmp_path / "a.arrow").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(ReadError, match="were changed"):
        FolderStage(folder).get_object(slot)


def test_partitions_that_differ_when_computed_again_are_refused(tmp_path: Path) -> None:
    asked: list[int] = []

    def grow(number: int) -> pd.DataFrame:
        """Give a row more each time; the second partition proves how the first is read."""
        asked.append(number)
        born = "25/12/1988" if number else "05/06/1988"
        ids = [f"{number}-{row}" for row in range(2_500 + len(asked))]
        people = {"customerId": ids, "fullName": "An", "phone": "0912345678", "dob": born}
        return pd.DataFrame(people)

    frame = dd.from_map(grow, [0, 1], meta=grow(0).iloc[:0])
    with pytest.raises(ReadError, match="not the same when they were computed again"):
        frame.pango.validate(folder=tmp_path / "r")


def test_every_kind_of_label_and_cell_is_kept(tmp_path: Path) -> None:
    odd = PEOPLE.assign(note=[{"a": 1}, 3, "x", None], phone="123").set_axis(
        pd.Index([("a", 1), "b", 3, None], dtype=object)
    )
    frame = dd.from_map(lambda part: part, [odd.iloc[:2], odd.iloc[2:]], meta=odd.iloc[:0])
    report = frame.pango.validate(folder=tmp_path / "r")
    whole = frame.compute().pango.validate()
    assert report.held.compute()["phone"].to_list() == whole.held["phone"].to_list()
    assert report.reveal()["value"].to_list() == whole.reveal()["value"].to_list()
    assert len(report.held.compute()) == report.n_held == 4
