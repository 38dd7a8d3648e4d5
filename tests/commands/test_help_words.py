"""The help of every command in Vietnamese: the table has all of it and no more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from pangoprep.cli import app
from pangoprep.commands.help_words import in_vietnamese, say_help_in_vietnamese
from pangoprep.tables import read_mapping

DRAWN = {
    "Usage:", "Arguments", "Options", "Commands", "[required]", "[default:",
    "Show this message and exit.", "[OPTIONS]", "COMMAND", "[ARGS]...",
}  # fmt: skip

METAVARS = {
    "<path>", "<str>", "<int>", "NAME", "FILE", "ROW", "ROWS", "CHARACTER", "HOURS", "SHARE",
    "RULE", "COLUMN", "FIELD", "COLUMN=FIELD", "FIELD=VALUE", "FIELD=VALUES", "FAULT",
}  # fmt: skip


def helps(command: Any) -> Iterator[str]:
    yield command.help
    yield from filter(None, (getattr(one, "help", None) for one in command.params))
    for one in getattr(command, "commands", {}).values():
        yield from helps(one)


def sentences(help_text: str) -> Iterator[str]:
    for paragraph in help_text.split("\n\n"):
        lines = [line.strip() for line in paragraph.split("\n")]
        if paragraph.startswith("\b"):
            yield from (line for line in lines if "  " in line or ":" in line)
        else:
            yield " ".join(lines)


def test_every_help_is_in_the_table_and_the_table_has_no_more() -> None:
    told = {one for text in helps(typer.main.get_command(app)) for one in sentences(text)}
    words = read_mapping("help_words", "en", "vi")
    assert told - set(words) == set()
    assert set(words) - told - DRAWN - METAVARS == set()
    assert all(vi.strip() and vi != en for en, vi in words.items())


def test_a_page_of_help_is_in_vietnamese(capsys: pytest.CaptureFixture[str]) -> None:
    command: Any = typer.main.get_command(app)
    say_help_in_vietnamese(command)
    pages = {}
    for words in (["--help"], ["validate", "--help"], ["ledger", "repair", "--help"]):
        with pytest.raises(SystemExit):
            command(words, prog_name="pangoprep")
        pages[words[0]] = capsys.readouterr().out
    assert pages["--help"].startswith("Cách dùng: pangoprep [TÙY_CHỌN] LỆNH [ĐỐI_SỐ]...")
    assert "\n  Lần đầu:  pangoprep map customers.xlsx" in pages["--help"]
    assert "Kiểm tra mọi dòng; không có gì rời khỏi máy này." in pages["validate"]
    assert "[bắt buộc]" in pages["validate"]
    assert "Khôi phục sổ theo dõi" in pages["ledger"]
    for page in pages.values():
        assert not {"Usage:", "Options:", "Arguments:", "Commands:"} & set(page.split())


def paths(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, one in getattr(command, "commands", {}).items():
        yield from paths(one, (*path, name))


def test_what_stands_for_a_value_is_in_vietnamese(capsys: pytest.CaptureFixture[str]) -> None:
    """Values of a choice, such as en|vi, are what is typed."""
    pages = []
    for said_in in ("en", "vi"):
        command: Any = typer.main.get_command(app)
        if said_in == "vi":
            say_help_in_vietnamese(command)
        for path in paths(command):
            with pytest.raises(SystemExit):
                command([*path, "--help"], prog_name="pangoprep")
        pages.append(capsys.readouterr().out)
    english, vietnamese = (
        set(re.findall(r"^ +--[a-z-]+ (\S*[^\W\d_]\S*)(?:  |$)", page, re.MULTILINE))
        for page in pages
    )
    choices = {one for one in english if "|" in one}
    assert english - choices == METAVARS
    assert not english - choices & vietnamese
    assert len(vietnamese) == len(english)


def test_what_the_table_lacks_stays() -> None:
    assert in_vietnamese("The recipe (TOML).\n\nNobody said this.") == (
        "Công thức (TOML).\n\nNobody said this."
    )
