"""The bar: seen in a terminal, never in the way of the work."""

from __future__ import annotations

import io
import logging
import sys

import pytest

from pangoprep.progress import Bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Dying(Terminal):
    is_dead = False

    def write(self, text: str) -> int:
        if self.is_dead:
            raise RuntimeError(text)
        return super().write(text)


def test_a_file_is_shown_in_a_terminal_and_gone_afterwards(monkeypatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with Bar.over_file("/data/khách.csv", "checking", 10) as bar:
        bar.add(10)
    assert "checking khách.csv" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r")


def test_its_words_are_the_readers(monkeypatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("PANGOPREP_LANG", "vi")
    with Bar.over_file("/data/khách.csv", "reading") as bar:
        bar.add(10)
    assert "đang đọc khách.csv" in terminal.getvalue()
    assert "dòng" in terminal.getvalue()
    assert "row" not in terminal.getvalue()


@pytest.mark.parametrize("stderr", [io.StringIO(), None])
def test_nobody_sees_it_elsewhere(monkeypatch, stderr) -> None:
    monkeypatch.setattr(sys, "stderr", stderr)
    with Bar.over_file("a.csv", "checking") as bar:
        bar.add(1)
        bar.show(lambda: 1 / 0)  # nobody looks
    assert stderr is None or stderr.getvalue() == ""


def test_a_bar_that_cannot_be_drawn_is_given_up(monkeypatch, caplog) -> None:
    terminal = Dying()
    monkeypatch.setattr(sys, "stderr", terminal)
    bar = Bar("customer-identity", 10, show=True)
    terminal.is_dead = True
    with caplog.at_level(logging.WARNING, logger="pangoprep.progress"), bar:
        bar.show(lambda: (1, "x"))
        bar.show(lambda: (2, "y"))
    assert [record.getMessage() for record in caplog.records] == [
        "The progress bar is given up (RuntimeError)"
    ]


def test_a_look_that_fails_ends_nothing(monkeypatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    with Bar("customer-identity", 10, show=True) as bar:
        bar.show(lambda: 1 / 0)
        bar.add(1)
