"""Writes docs/commands.md from the command line itself: ``python -m tools.make_commands``."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from pangoprep.cli import app

PAGE = Path(__file__).parents[1] / "docs" / "commands.md"

_HEAD = """\
# Commands

<!-- Made by tools/make_commands.py from pangoprep/cli.py; change the help texts there. -->

Everything `pangoprep --help` and `pangoprep COMMAND --help` say.
[The command line](command_line.md) shows how they go together.

| exit code | means |
|--:|---|
| 0 | every row is ready, or arrived |
| 1 | rows are held |
| 2 | the call or the file cannot be used; nothing was done |
| 3 | sending met trouble, or was stopped |
| 130 | Ctrl-C before anything was sent |

`pangoprep --install-completion` teaches your shell to complete commands and options.

| command | what it does |
|---|---|
"""


def page() -> str:
    """Return the page."""
    commands = dict(_commands(typer.main.get_group(app)))
    listed = [
        f"| [`{name}`](#{name.replace(' ', '-')}) | {_paragraphs(command)[0]} |\n"
        for name, command in commands.items()
    ]
    sections = [_section(name, command) for name, command in commands.items()]
    return _HEAD + "".join(listed) + "".join(sections)


def _commands(group: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{above}{name} ")
        else:
            yield above + name, command


def _section(name: str, command: Any) -> str:
    arguments = [entry for entry in command.params if entry.param_type_name == "argument"]
    options = [entry for entry in command.params if entry.param_type_name == "option"]
    named = [_place(entry) for entry in arguments]
    usage = " ".join(["pangoprep", name, *named, *["[OPTIONS]"] * bool(options)])
    lines = [f"\n## {name}\n\n", "\n\n".join(_paragraphs(command)), f"\n\n```text\n{usage}\n```\n"]
    if command.params:
        lines.append("\n| option | meaning |\n|---|---|\n")
        lines += [f"| `{_place(entry)}` | {_meaning(entry)} |\n" for entry in arguments]
        lines += [f"| `{_spelled(entry)}` | {_meaning(entry)} |\n" for entry in options]
    return "".join(lines)


def _paragraphs(command: Any) -> list[str]:
    text = inspect.cleandoc(command.help)
    return [" ".join(part.split()) for part in text.split("\n\n")]


def _place(argument: Any) -> str:
    name = argument.name.upper()
    return name if argument.required else f"[{name}]"


def _spelled(option: Any) -> str:
    name = option.metavar or option.opts[0].strip("-").replace("-", "_").upper()
    value = "" if option.is_flag else f" {name}"
    return f"{option.opts[0]}{value}".replace("|", "\\|")


def _meaning(entry: Any) -> str:
    meaning = entry.help.replace("|", "\\|")
    if entry.param_type_name == "option" and entry.required:
        return f"{meaning} **Needed.**"
    if getattr(entry, "is_flag", False) or not entry.default:
        return str(meaning)
    return f"{meaning} Default: `{entry.default}`."


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
