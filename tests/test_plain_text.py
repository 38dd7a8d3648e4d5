"""What is printed where the letters are few: Windows' code pages, and files that are redirected."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from pangoprep.plain_text import printable, use_utf8
from tests import forking

ROOT = Path(__file__).parents[1]
PAGES = ["cp1258", "cp1252", "cp437"]


class Done(NamedTuple):
    """How a process ended, and the bytes that it wrote."""

    returncode: int
    stdout: bytes
    stderr: bytes


def run(page: str, *arguments: str) -> Done:
    environment = {**os.environ, "PYTHONIOENCODING": page, "PYTHONUTF8": "0"}
    command = [sys.executable, *arguments]
    if not hasattr(os, "fork"):
        done = subprocess.run(command, capture_output=True, cwd=ROOT, check=False, env=environment)
        return Done(done.returncode, done.stdout, done.stderr)
    with tempfile.TemporaryDirectory() as folder:
        told, complained = Path(folder, "out"), Path(folder, "err")
        streams = [Path(os.devnull), told, complained]
        with forking.Process(command, streams, cwd=ROOT, env=environment) as process:
            code = process.wait(120)
        return Done(code, told.read_bytes(), complained.read_bytes())


@cache
def usual(*command: str) -> bytes:
    return run("utf-8", "-m", "pangoprep", *command).stdout


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "command",
    [("validate", "data/customers_messy.csv", "--lang", "vi"), ("rules", "--lang", "vi")],
    ids=lambda command: command[0],
)
def test_redirected_output_is_utf8_and_the_exit_code_means_what_it_says(
    page: str, command: tuple[str, ...]
) -> None:
    done = run(page, "-m", "pangoprep", *command)
    assert b"Traceback" not in done.stderr
    assert done.returncode == (1 if command[0] == "validate" else 0)
    assert done.stdout == usual(*command)
    assert done.stdout.decode("utf-8").strip()


@pytest.mark.parametrize("page", PAGES)
def test_an_error_is_told_in_every_code_page(page: str) -> None:
    done = run(page, "-m", "pangoprep", "validate", "không có.csv")
    assert done.returncode == 2
    assert "không có.csv" in done.stderr.decode("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_a_report_can_be_printed_in_every_code_page(page: str) -> None:
    code = (
        "import pangoprep as pp\n"
        "report = pp.sample().pango.validate(lang='vi')\n"
        "print(report)\nprint(repr(report))\n"
        "bundle = pp.validate_all({'customer-identity': pp.sample()}, lang='vi')\n"
        "print(bundle)\nprint(repr(bundle))\n"
        "print(pp.plan(pp.sample().head(50), source='CRM', lang='vi'))"
    )
    done = run(page, "-W", "error", "-c", code)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode(page)


def stream(page: str, *, terminal: bool = False) -> io.TextIOWrapper:
    class Raw(io.BytesIO):
        def isatty(self) -> bool:
            return terminal

    return io.TextIOWrapper(Raw(), page, write_through=True)


@pytest.mark.parametrize(
    ("text", "page", "shown"),
    [
        ("▲ Nguyễn Thị Ánh · 5 rows", "cp437", "! Nguyen Thi Ánh · 5 rows".replace("Á", "A")),
        ("▲ Đặng — “x” → ý", "ascii", '! Dang - "x" -> y'),
        ("Đặng Thế Ðức", "utf-8", "Đặng Thế Ðức"),
        ("中 \N{GRINNING FACE}", "cp1252", "? ?"),
        ("plain", "cp437", "plain"),
    ],
)
def test_letters_lose_their_marks_and_signs_become_letters(
    text: str, page: str, shown: str
) -> None:
    assert printable(text, stream(page)) == shown


def test_a_stream_without_an_encoding_or_with_an_unknown_one_takes_the_text_as_it_is() -> None:
    assert printable("▲", io.StringIO()) == "▲"
    assert printable("half of a letter: \ud83d", stream("utf-8")) == "half of a letter: ?"


def test_a_terminal_keeps_its_encoding_and_a_file_gets_utf8() -> None:
    file, terminal = stream("cp1258"), stream("cp1258", terminal=True)
    use_utf8(file, terminal, io.StringIO(), None)
    assert (file.encoding, terminal.encoding) == ("utf-8", "cp1258")
    for one in (file, terminal):
        one.write("▲ Thế")
    assert file.buffer.getvalue().decode("utf-8") == "▲ Thế"
    shown = terminal.buffer.getvalue().decode("cp1258")
    assert unicodedata.normalize("NFC", shown) == "! Thế"


@pytest.mark.parametrize("page", ["cp1258", "windows-1258"])
def test_the_vietnamese_code_page_keeps_all_marks(page: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), page)
    text = "Nguyễn Đức Hạnh, ẶỂỮ, khổ sở"
    assert unicodedata.normalize("NFC", printable(text, stream)) == text
    assert unicodedata.normalize("NFC", printable("▲ễ ✓ 你", stream)) == "!ễ + ?"
