"""Carrying a caller's model to other processes, as a notebook has it: in ``__main__``.

cloudpickle carries such a class by value, but of a class method only its function: Pandera's marks
on it, which make it a check, stay behind. They travel beside the class.
"""

from __future__ import annotations

from typing import Any

from pangoprep.entities import Entity

Marks = list[tuple[type, str, dict[str, Any]]]

_OF_PYTHON = {"__module__", "__name__", "__qualname__", "__doc__", "__annotations__", "__wrapped__"}


def marks_of(entity: type[Entity]) -> Marks:
    """Return what is marked on the methods of a model and of those it is made from."""
    found: Marks = []
    for one in entity.__mro__:
        if not issubclass(one, Entity) or one.__module__.startswith("pangoprep."):
            continue
        for name, member in vars(one).items():
            if isinstance(member, classmethod | staticmethod):
                marks = {key: mark for key, mark in vars(member).items() if key not in _OF_PYTHON}
                found += [(one, name, marks)] if marks else []
    return found


def put_marks(marks: Marks) -> None:
    """Mark methods as they were marked."""
    for entity, name, told in marks:
        member: Any = vars(entity)[name]
        for key, mark in told.items():
            if key not in vars(member):
                setattr(member, key, mark)
