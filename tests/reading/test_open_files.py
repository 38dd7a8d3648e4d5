"""``pp.read`` of what is open already, and of addresses."""

from __future__ import annotations

import gzip
import io
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.errors import ReadError

TEXT = "Mã KH;SĐT\nC1;0912345678\nC2;0987654321\n"
ROWS = [["C1", "0912345678"], ["C2", "0987654321"]]


def packed(name: str = "a.csv") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, TEXT)
    return content.getvalue()


def workbook() -> bytes:
    content = io.BytesIO()
    pd.DataFrame(ROWS, columns=["Mã KH", "SĐT"]).to_excel(content, index=False)
    return content.getvalue()


def parquet() -> bytes:
    return pd.DataFrame(ROWS, columns=["Mã KH", "SĐT"]).to_parquet()


FILES: dict[str, Callable[[], IO[Any]]] = {
    "bytes": lambda: io.BytesIO(TEXT.encode()),
    "utf-16": lambda: io.BytesIO(TEXT.encode("utf-16")),
    "text": lambda: io.StringIO(TEXT),
    "gzip": lambda: io.BytesIO(gzip.compress(TEXT.encode())),
    "zip": lambda: io.BytesIO(packed()),
    "xlsx": lambda: io.BytesIO(workbook()),
    "parquet": lambda: io.BytesIO(parquet()),
}


@pytest.mark.parametrize("kind", FILES)
def test_an_open_file_is_read_as_its_path_would_be(kind: str, tmp_path: Path) -> None:
    frame = pp.read(FILES[kind]())
    assert frame.to_numpy().tolist() == ROWS
    content = FILES[kind]().read()
    path = tmp_path / "export"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    pd.testing.assert_frame_equal(frame, pp.read(path))
    assert frame.attrs["pangoprep.source"]["file"].startswith("the open file")


def test_a_file_of_a_disk_keeps_its_name_and_starts_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "khách.csv"
    path.write_text(f"x;y\n{TEXT}", "utf-8")
    with path.open("rb") as file:
        file.readline()
        frame = pp.read(file)
    assert frame.to_numpy().tolist() == ROWS
    assert frame.attrs["pangoprep.source"]["file"] == "khách.csv"


def test_a_stream_that_comes_in_bits_is_read_to_its_end() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, theirs.makefile("rb", buffering=0) as stream:
        ours.sendall(TEXT[:20].encode())
        ours.sendall(TEXT[20:].encode())
        ours.shutdown(socket.SHUT_WR)
        assert pp.read(stream).to_numpy().tolist() == ROWS


def test_a_sheet_of_an_open_workbook_is_chosen_as_ever() -> None:
    content = io.BytesIO()
    with pd.ExcelWriter(content) as book:
        for name in ("một", "hai"):
            pd.DataFrame(ROWS, columns=["Mã KH", "SĐT"]).to_excel(
                book, sheet_name=name, index=False
            )
    content.seek(0)
    assert pp.read(content, sheet="hai").to_numpy().tolist() == ROWS


class _Gives:
    def __init__(self, given: object) -> None:
        self.given = given

    def read(self, n: int) -> object:
        return self.given


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    closed = io.BytesIO(b"x")
    closed.close()
    with pytest.raises(ReadError, match="the open file cannot be read: I/O operation on closed"):
        pp.read(closed)
    with (tmp_path / "new.csv").open("wb") as file, pytest.raises(ReadError, match=r"new\.csv"):
        pp.read(file)
    with pytest.raises(ReadError, match="the open file is empty"):
        pp.read(io.BytesIO())
    with pytest.raises(ReadError, match=r"its read\(\) gives int, no bytes"):
        pp.read(_Gives(5))  # type: ignore[arg-type]
    with pytest.raises(ReadError, match="the archive is damaged"):
        pp.read(io.BytesIO(packed()[:40]))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://an:s3cret@crm.vn/export.csv?token=s3cret", "https://crm.vn/… is an address"),
        ("HTTP://crm.vn", "urllib.request.urlopen"),
        ("s3://bucket/s3cret.csv", "fsspec.open"),
        ("https://docs.google.com/spreadsheets/d/s3cret", "download it as xlsx or CSV"),
        ("file:///s3cret.csv", "without file://"),
    ],
)
def test_an_address_is_told_with_what_to_do_and_without_secrets(address: str, words: str) -> None:
    for read in (pp.read, pp.scan):
        with pytest.raises(ReadError) as caught:
            read(address)
        assert words in str(caught.value)
        assert "s3cret" not in str(caught.value)


def test_a_path_that_looks_like_an_address_is_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ab:").mkdir()
    (tmp_path / "ab:" / "x.csv").write_text(TEXT, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert pp.read("ab://x.csv").to_numpy().tolist() == ROWS
