"""How to say what to write in a call: in Python, or on the command line while that runs.

Messages that tell people what to write ask here for the words, so that a message of the command
line names its own options, ``--sheet A``, and one in a notebook an argument, ``sheet='A'``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from json import dumps
from typing import Any

from pangoprep.sentence import Sentence

_IN_PYTHON, _AS_COMMANDS = "python", "commands"
_spoken = [_IN_PYTHON]  # the last one is spoken, by all threads


@contextmanager
def command_line() -> Iterator[None]:
    """Say everything as the command line does, as long as this lasts.

    Examples
    --------
    >>> option("sheet", "Tháng 1")
    "sheet='Tháng 1'"
    >>> with command_line():
    ...     option("sheet", "Tháng 1")
    '--sheet "Tháng 1"'
    """
    _spoken.append(_AS_COMMANDS)
    try:
        yield
    finally:
        _spoken.pop()


def either(python: str, command: str) -> str:
    """Return what is said in Python, or what is said on the command line."""
    return python if _in_python() else command


def _in_python() -> bool:
    return _spoken[-1] == _IN_PYTHON


def option(name: str, value: Any) -> str:
    """Say how an option gets a value.

    Examples
    --------
    >>> option("header", 3)
    'header=3'
    """
    # Only one of them is made: what cannot be a text is an option in Python, and never in commands.
    return f"{name}={value!r}" if _in_python() else f"{_dashed(name)} {_quoted(value)}"


def option_name(name: str) -> str:
    """Say what an option is called.

    Examples
    --------
    >>> option_name("rows_at_once")
    'rows_at_once='
    >>> with command_line():
    ...     option_name("rows_at_once")
    '--rows-at-once'
    """
    return either(f"{name}=", _dashed(name))


def mapping(column: Any, field: str) -> str:
    """Say how a column becomes a field; ``""`` leaves it out.

    Examples
    --------
    >>> mapping("Số điện thoại", "phone")
    "mapping={'Số điện thoại': 'phone'}"
    >>> with command_line():
    ...     mapping("Số điện thoại", "phone")
    '--map "Số điện thoại=phone"'
    """
    if _in_python():
        return f"mapping={{{column!r}: {field!r}}}"
    return f"--map {_quoted(f'{column}={field}')}"


def column_as(field: str) -> str:
    """Say how some column becomes a field, where none is named.

    Examples
    --------
    >>> column_as("phone")
    "mapping={column: 'phone'}"
    >>> with command_line():
    ...     column_as("")
    '--map COLUMN='
    """
    return either(f"mapping={{column: {field!r}}}", f"--map COLUMN={field}")


def any_mapping() -> str:
    """Say how columns become fields, where none is named.

    Examples
    --------
    >>> any_mapping()
    'mapping={column: field}'
    """
    return either("mapping={column: field}", "--map COLUMN=FIELD")


def texts(fields: Sequence[str]) -> str:
    """Say how fields get a text that is to be written yet.

    Examples
    --------
    >>> texts(["source", "storeId"])
    'values={"source": "…", "storeId": "…"}'
    >>> with command_line():
    ...     texts(["source", "storeId"])
    '--set source=… --set storeId=…'
    """
    in_python = ", ".join(f'"{name}": "…"' for name in fields)
    return either(f"values={{{in_python}}}", " ".join(f"--set {name}=…" for name in fields))


def file_option(name: str) -> str:
    """Say how an option gets a file.

    Examples
    --------
    >>> file_option("ledger")
    'ledger=path'
    >>> with command_line():
    ...     file_option("ledger")
    '--ledger PATH'
    """
    return either(f"{name}=path", f"{_dashed(name)} PATH")


def values(field: str, how: str | Mapping[str, Any], place: str = "in the recipe") -> str:
    """Say how a field gets a value that no column has: a text, or how it is made.

    Parameters
    ----------
    field, how
        The field, and its value.
    place
        Where on the command line what is made is said, in the reader's language.

    Examples
    --------
    >>> values("systemName", "CRM")
    'values={"systemName": "CRM"}'
    >>> with command_line():
    ...     values("systemName", "CRM")
    ...     values("customerId", {"from": ["phone"]})
    '--set systemName=CRM'
    '[values] customerId = { from = ["phone"] } in the recipe'
    """
    if isinstance(how, str):
        return either(f'values={{"{field}": {_json(how)}}}', f"--set {_quoted(f'{field}={how}')}")
    inner = ", ".join(f"{name} = {_json(value)}" for name, value in how.items())
    written = f"[values] {field} = {{ {inner} }} {place}"
    return either(f'values={{"{field}": {_json(how)}}}', written)


def entity(name: str, verb: str = "validate") -> str:
    """Say how the entity is named.

    Examples
    --------
    >>> entity("order", "send")
    "df.pango.send('order')"
    """
    return either(f"df.pango.{verb}({name!r})", f"--entity {_quoted(name)}")


def frame_or_file() -> str:
    """Return what the rows that were given are in.

    Examples
    --------
    >>> frame_or_file()
    'frame'
    >>> with command_line():
    ...     frame_or_file()
    'file'
    """
    return either("frame", "file")


def columns_there(names: str) -> str:
    """Say which columns there are.

    Examples
    --------
    >>> columns_there("'Tên', 'SĐT'")
    "The frame has 'Tên', 'SĐT'."
    >>> with command_line():
    ...     columns_there("'Tên', 'SĐT'")
    "The file has 'Tên', 'SĐT'."
    """
    in_frame, in_file = Sentence("The frame has {1}.", names), Sentence("The file has {1}.", names)
    return either(in_frame, in_file)


def each_group(field: str, values: Sequence[str]) -> str:
    """Say how the groups of a wide file get what the file does not say of them.

    Examples
    --------
    >>> each_group("emailType", ["Personal", "Business"])
    "each={'emailType': ['Personal', 'Business']}"
    >>> with command_line():
    ...     each_group("emailType", ["Personal", "Business"])
    '--each emailType=Personal,Business'
    """
    command = f"--each {_quoted(f'{field}=' + ','.join(values))}"
    return either(f"each={{{field!r}: {list(values)!r}}}", command)


def unfolding(entity: str) -> str:
    """Say how rows of a wide file become long ones.

    Examples
    --------
    >>> unfolding("customer-identity-email")
    "df.pango.unfold('customer-identity-email')"
    >>> with command_line():
    ...     unfolding("customer-identity-email")
    'pangoprep unfold FILE --entity customer-identity-email --out LONG.csv'
    """
    command = f"pangoprep unfold FILE --entity {_quoted(entity)} --out LONG.csv"
    return either(f"df.pango.unfold({entity!r})", command)


def _dashed(name: str) -> str:
    return "--" + name.replace("_", "-")


def _quoted(value: Any) -> str:
    """Write a value as shells take it; in double quotes, which cmd.exe knows."""
    text = str(value)
    if re.fullmatch(r"[\w.,:/+@%=-]+", text):
        return text
    return '"' + text.replace('"', '\\"') + '"'


def _json(value: Any) -> str:
    return dumps(value, ensure_ascii=False)
