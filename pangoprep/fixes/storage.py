"""A fixes file on disk: read whole, changed by one process at a time, never seen half-written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from pangoprep.argument_checks import writing
from pangoprep.errors import OptionError, UsageError
from pangoprep.fixes.sealing import Seal, key_path, new_secret, seal_of
from pangoprep.private_files import lock_beside, make_private, make_private_folder, replace_private
from pangoprep.sentence import Sentence
from pangoprep.system_errors import reason_of

VERSION = 1
_HEAD = "pangoprep fixes"
MAX_WAIT_SECONDS = 30.0

#: ``cell``: of one row, found by its key. ``value``: of all rows that hold it.
Kind = Literal["cell", "value"]


@dataclass(frozen=True, repr=False)
class Fix:
    """A fix as it is kept: where, by what it is found, and the new value sealed."""

    kind: Kind
    entity: str
    field: str
    found_by: str
    tag: int
    new: str
    since: str


def read_fixes(path: Path) -> tuple[Seal | None, dict[str, Fix]]:
    """Return the seal of a fixes file and its fixes; no seal where nobody has put a fix yet.

    Raises
    ------
    OptionError
        If the file or its key cannot be used, or one of them is gone.
    """
    # The key is looked for first: it is written after the file, so it never stands alone by our
    # doing, wherever a process ends.
    has_key = key_path(path).exists()
    if path.exists():
        if not has_key and _is_only_begun(path):
            return None, {}
        seal = seal_of(path)
        return seal, _read(path, seal)
    if has_key:
        raise OptionError(
            Sentence(
                "The fixes file {1!r} is gone, but its key {2!r} is there. Put the file "
                "back, or take the key away.",
                path.name,
                key_path(path).name,
            )
        )
    return None, {}


@contextmanager
def changing(path: Path) -> Iterator[tuple[Seal, dict[str, Fix]]]:
    """Give a fixes file's seal and fixes to one process at a time; write them when it is done.

    The file and its key are made where there are none. What is written takes the file's place at
    once, so nobody reads half of it.

    Raises
    ------
    UsageError
        If another process does not let go of it, or it cannot be written.
    OptionError
        If the file or its key cannot be used.
    """
    with writing(path):
        make_private_folder(path.parent)
    if (lock := lock_beside(path, MAX_WAIT_SECONDS)) is None:
        raise UsageError(
            Sentence(
                "{1!r} is being changed by another program, for {2:.0f} seconds now. No "
                "fix was added; try again when that is done.",
                path.name,
                MAX_WAIT_SECONDS,
            )
        )
    try:
        seal, fixes = read_fixes(path)
        with writing(path):
            seal = seal or _begin(path)
        yield seal, fixes
        with writing(path):
            replace_private(path, _content(seal, fixes))
    finally:
        lock.release()


def _begin(path: Path) -> Seal:
    """Make a fixes file and its key.

    A process that ends between the two leaves a file with no fixes and no key, which the next one
    makes anew.
    """
    secret = new_secret()
    seal = Seal(secret)
    replace_private(path, _content(seal, {}))
    replace_private(key_path(path), secret)
    return seal


def _content(seal: Seal, fixes: Mapping[str, Fix]) -> bytes:
    lines = [json.dumps({_HEAD: VERSION, "key": seal.name})]
    lines += [json.dumps(asdict(fix)) for fix in fixes.values()]
    return ("\n".join(lines) + "\n").encode()


def _is_only_begun(path: Path) -> bool:
    try:
        (line,) = path.read_text(encoding="utf-8").splitlines()
        return bool(json.loads(line)[_HEAD] == VERSION)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _read(path: Path, seal: Seal) -> dict[str, Fix]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        head = json.loads(lines[0]) if lines else {}
        version = head[_HEAD]
    except OSError as error:
        reason = Sentence("cannot be read: {1}", reason_of(error))
    except (ValueError, KeyError, TypeError):
        reason = Sentence("is no fixes file")
    else:
        if version != VERSION:
            reason = Sentence(
                "has version {1!r}; this pangoprep reads version {2}", version, VERSION
            )
        elif head.get("key") != seal.name:
            reason = Sentence("was made with another key than {1!r}", key_path(path).name)
        else:
            fixes = [_fix_of(line) for line in lines[1:]]
            if None not in fixes:
                make_private(path)  # it may have been copied here
                return {fix.found_by: fix for fix in fixes if fix is not None}
            reason = Sentence("is damaged in line {1}", fixes.index(None) + 2)
    raise OptionError(Sentence("{1!r} {2}. Take a backup of it, with its key.", path.name, reason))


def _fix_of(line: str) -> Fix | None:
    try:
        return Fix(**json.loads(line))
    except (ValueError, TypeError):
        return None
