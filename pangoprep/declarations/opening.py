"""An entity by its name, or by the file that declares it."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from pangoprep.close_names import did_you_mean
from pangoprep.entities import Entity, entity_for
from pangoprep.errors import EntityError

# Entity -> the file that declares it, and the class in it.
_ORIGINS: WeakKeyDictionary[type, tuple[Path, str]] = WeakKeyDictionary()


def is_file(name: object) -> bool:
    """Whether the name of an entity is that of a file which declares one.

    Examples
    --------
    >>> [is_file(name) for name in ("order", "order.toml", "shop/entities.py:Order")]
    [False, True, True]
    """
    return isinstance(name, str) and re.search(r"(?i)\.(toml|py(:\w*)?)$", name) is not None


def entity(
    name: str | os.PathLike[str] | type[Entity], *, folder: str | os.PathLike[str] = ""
) -> type[Entity]:
    """Return an entity by its object type, or by the file that declares it.

    Parameters
    ----------
    name
        Such as ``"order"``, ``"cart.toml"`` (a declaration, see ``docs/declaring.md``) or
        ``"shop/entities.py:Cart"`` (a class in a file, which is run).
    folder
        Where the file is looked for, if not in the working directory.

    Raises
    ------
    EntityError
        If the file cannot be read, or what it declares cannot be used; the message says where.
    UnknownEntityError
        If there is no object type of that name.

    Examples
    --------
    >>> entity("order").key
    ('orderId',)
    """
    given = os.fspath(name) if isinstance(name, os.PathLike) else name
    if not isinstance(given, str) or not is_file(given):
        return entity_for(given)  # type: ignore[arg-type]
    file, class_name = given, ""
    if (found := re.fullmatch(r"(?is)(.*\.py):(\w*)", given)) is not None:
        file, class_name = found[1], found[2]
    path = Path(folder, Path(file).expanduser()).resolve()
    if path.suffix.lower() == ".toml":
        from pangoprep.declarations.declaration import Declaration

        made = Declaration.load(path).entity
    else:
        made = _of_module(_run(path), path.name, class_name)
        class_name = made.__name__
    _ORIGINS[made] = (path, class_name)
    return made


def file_of(entity: type[Entity], beside: Path | None = None) -> str | None:
    """Return the name by which `entity` finds it again, if a file declares it.

    Parameters
    ----------
    entity
        The class.
    beside
        The folder from which it is looked for; default: the working directory.
    """
    if entity not in _ORIGINS:
        return None
    path, class_name = _ORIGINS[entity]
    try:
        told = os.path.relpath(path, beside or Path.cwd())
    except ValueError:  # another drive of Windows
        told = str(path)
    return Path(told).as_posix() + (f":{class_name}" if class_name else "")


def _run(path: Path) -> ModuleType:
    """Run a file of Python; it may import its neighbors."""
    if not path.is_file():
        raise EntityError(f"There is no file {path.name} that could declare an entity.")
    name = f"pangoprep_declared_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise EntityError(f"{path.name} cannot be run as Python.")
    module = importlib.util.module_from_spec(spec)
    before = sys.modules.get(name)
    sys.modules[name] = module  # where annotations are looked up
    sys.path.insert(0, str(path.parent))
    reason = ""
    try:
        spec.loader.exec_module(module)
        return module
    except SyntaxError as error:
        reason = f"line {error.lineno}: it is no Python ({error.msg})"
    except (Exception, SystemExit) as error:
        lines = [one.lineno for one in extract_tb(error.__traceback__) if one.filename == str(path)]
        at = f"line {lines[-1]}: " if lines else ""
        reason = f"{at}{error}" if isinstance(error, EntityError) else _stopped(at, error)
    finally:
        sys.path.remove(str(path.parent))
    if before is None:
        del sys.modules[name]
    else:
        sys.modules[name] = before
    raise EntityError(f"{path.name}, {reason}".replace(", it", ": it"))


def _stopped(at: str, error: BaseException) -> str:
    said = f": {error}" if isinstance(error, ImportError) else ""
    return f"{at}running it stopped with {type(error).__name__}{said}"


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
        there = f" It has {', '.join(own)}." if own else " It has none."
        hint = did_you_mean(class_name, own)
        raise EntityError(f"{file} has no entity called {class_name!r}.{hint}{there}")
    written = {name: one for name, one in own.items() if one.__module__ == module.__name__}
    if len(written) == 1:
        only: type[Entity] = next(iter(written.values()))
        return only
    if not written:
        raise EntityError(f"{file} declares no entity: no class of pp.Entity with an object_type.")
    raise EntityError(f"{file} declares {', '.join(written)}; name one: {file}:{[*written][0]}.")
