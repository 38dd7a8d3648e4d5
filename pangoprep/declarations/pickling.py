"""Carrying classes that a file declares to other processes, which read the file for themselves.

Such a class has no module that a worker could import. A file of Python is run again there, once in
each process; a declaration in TOML is read again.
"""

from __future__ import annotations

import copyreg
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from pangoprep.declarations.modules import PREFIX, run_file
from pangoprep.entities.base import EntityType


def carry(made: type, read: Callable[[str], type], path: Path) -> None:
    """Let a class that a declaration in TOML made be read again from its file."""
    _DECLARED[made] = read, (str(path),)


def _place_of(made: type) -> Any:
    """Say how a class is found again; its name, where its module can be imported."""
    if made in _DECLARED:
        return _DECLARED[made]
    if made.__module__.startswith(PREFIX):
        return _of_file, (sys.modules[made.__module__].__file__, made.__qualname__)
    return made.__qualname__


def _of_file(path: str, name: str) -> Any:
    ours = [one for module, one in [*sys.modules.items()] if module.startswith(PREFIX)]
    found: Any = next((one for one in ours if one.__file__ == path), None) or run_file(Path(path))
    for part in name.split("."):
        found = getattr(found, part)
    return found


_DECLARED: WeakKeyDictionary[type, tuple[Callable[[str], type], tuple[str]]] = WeakKeyDictionary()
copyreg.pickle(EntityType, _place_of)  # classes are its instances
