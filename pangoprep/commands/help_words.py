"""The help of the command line in Vietnamese. Source: ``tables/help_words.csv``.

Help is written in English beside each option. For a reader of Vietnamese the finished command is
gone through once, and Click's own words are put in when it draws the page.
"""

from __future__ import annotations

from typing import Any

from pangoprep.tables import read_mapping

_OF_DRAWING = ("[required]", "[default:")


def say_help_in_vietnamese(command: Any) -> None:
    """Put the help of a command, its options and its commands into Vietnamese.

    Parameters
    ----------
    command
        A command of Click, or of the copy of Click that comes with Typer: their names differ.
    """
    command.context_class = _vietnamese(command.context_class)
    command.help = _said(command.help)
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = _said(parameter.help)
    for one in getattr(command, "commands", {}).values():
        say_help_in_vietnamese(one)


def in_vietnamese(text: str) -> str:
    r"""Say a help in Vietnamese, paragraph by paragraph; what the table lacks stays.

    Examples
    --------
    >>> in_vietnamese("List the runs, the latest first.")
    'Liệt kê các lượt gửi, mới nhất trước.'
    """
    words = read_mapping("help_words", "en", "vi")
    paragraphs = text.split("\n\n")
    for place, paragraph in enumerate(paragraphs):
        if paragraph.startswith("\b"):  # lines that stay as they are
            lines = paragraph.split("\n")
            known = ((line, line.strip()) for line in lines)
            paragraphs[place] = "\n".join(
                line.replace(bare, words.get(bare, bare)) if bare else line for line, bare in known
            )
        else:
            whole = " ".join(paragraph.split())
            paragraphs[place] = words.get(whole, paragraph)
    return "\n\n".join(paragraphs)


def _said(text: str | None) -> str | None:
    return text and in_vietnamese(text)


def _vietnamese(context_class: Any) -> Any:
    """Return a context whose pages have Vietnamese words."""
    words = read_mapping("help_words", "en", "vi")

    def said(names: str) -> str:
        """Say what stands for a value, such as FILE or [OPTIONS]; names of options stay."""
        return " ".join(words.get(name, name) for name in names.split(" "))

    class HelpFormatter(context_class.formatter_class):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, said(args), prefix or f"{words['Usage:']} ")

        def write_heading(self, heading: str) -> None:
            super().write_heading(words.get(heading, heading))

        def write_dl(self, rows: Any, *arguments: Any, **options: Any) -> None:
            told = [(said(name), words.get(text, text)) for name, text in rows]
            for mark in _OF_DRAWING:
                told = [(name, text.replace(mark, words[mark])) for name, text in told]
            super().write_dl(told, *arguments, **options)

    class HelpContext(context_class):
        formatter_class = HelpFormatter

    return HelpContext
