"""Entities that a file of Python declares; the file is run."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Any
from zlib import crc32

from pangoprep.close_names import did_you_mean
from pangoprep.entities import Entity
from pangoprep.errors import EntityError
from pangoprep.sentence import Sentence, sentence_of

#: How the modules are called that files become.
PREFIX = "pangoprep_declared_"


def class_of_file(path: Path, class_name: str) -> type[Entity]:
    """Run a file of Python and return an entity of it; without a name, its only one.

    Raises
    ------
    EntityError
        If it cannot be run, or has no such class.
    """
    return _of_module(run_file(path), path.name, class_name)


def run_file(path: Path) -> ModuleType:
    """Run a file of Python; it may import its neighbors.

    Raises
    ------
    EntityError
        If it cannot be run.
    """
    if not path.is_file():
        raise EntityError(Sentence("There is no file {1} that could declare an entity.", path.name))
    name = f"{PREFIX}{path.stem}"
    if getattr(sys.modules.get(name), "__file__", str(path)) != str(path):  # of another folder
        name += f"_{crc32(str(path).encode()):08x}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise EntityError(Sentence("{1} cannot be run as Python.", path.name))
    module = importlib.util.module_from_spec(spec)
    before = sys.modules.get(name)
    sys.modules[name] = module  # where annotations are looked up
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
        return module
    except SyntaxError as error:
        at = _line(error.lineno)
        reason: str = Sentence("it is no Python ({1})", error.msg)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever that file does
        lines = [one.lineno for one in extract_tb(error.__traceback__) if one.filename == str(path)]
        at = _line(lines[-1] if lines else None)
        reason = sentence_of(error) if isinstance(error, EntityError) else _stopped(error)
    finally:
        sys.path.remove(str(path.parent))
    if before is None:
        del sys.modules[name]
    else:
        sys.modules[name] = before
    raise EntityError(Sentence("{1}{2}: {3}", path.name, at, reason))


def _line(number: int | None) -> str:
    return Sentence(", line {1}", number) if number else ""


def _stopped(error: BaseException) -> str:
    said = f": {error}" if isinstance(error, ImportError) else ""
    return Sentence("running it stopped with {1}{2}", type(error).__name__, said)


def _of_module(module: ModuleType, file: str, class_name: str) -> type[Entity]:
    own: dict[str, Any] = {
        name: one
        for name, one in vars(module).items()
        if isinstance(one, type) and issubclass(one, Entity) and one.object_type
    }
    if class_name:
        if class_name in own:
            found: type[Entity] = own[class_name]
            return found
        there = Sentence(" It has {1}.", ", ".join(own)) if own else " It has none."
        hint = did_you_mean(class_name, own)
        raise EntityError(
            Sentence("{1} has no entity called {2!r}.{3}{4}", file, class_name, hint, there)
        )
    written = {name: one for name, one in own.items() if one.__module__ == module.__name__}
    if len(written) == 1:
        only: type[Entity] = next(iter(written.values()))
        return only
    if not written:
        raise EntityError(
            Sentence("{1} declares no entity: no class of pp.Entity with an object_type.", file)
        )
    first = next(iter(written))
    raise EntityError(
        Sentence("{1} declares {2}; name one: {1}:{3}.", file, ", ".join(written), first)
    )
