"""Writes docs/errors.md from pangoprep/errors.py: ``python -m tools.make_errors``."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

from pangoprep import errors
from pangoprep.errors import PangoprepError, UploadError

PAGE = Path(__file__).parents[1] / "docs" / "errors.md"

_HEAD = """\
# Errors

<!-- Made by tools/make_errors.py from pangoprep/errors.py; change the classes there. -->

A bad cell is a [finding](rules.md), not an error. An error says that a call could not be done.
Every error we raise is a `pp.PangoprepError`, and every message says what to do next. None holds a
personal value or a secret.

```python
import pangoprep as pp

try:
    pp.read("data/customers.csv")
except pp.UsageError as error:
    print(error)
```

```text
There is no file 'data/customers.csv'. Check the spelling, or give the full path.
```

The command line prints the same sentence and ends with an [exit code](commands.md).

## The tree

```text
{tree}
```

## What each means

**Transient** errors may pass: sending tries again by itself before it gives up. **Terminal** ones
stay until somebody changes something. `error.transient` says which an upload error is.
[Sending](sending.md) says what happens to the rows.

`pp` has {public}; the others are in
`pangoprep.errors`.

| error | is a | upload | meaning |
|---|---|---|---|
"""


def page() -> str:
    """Return the page."""
    classes = list(_below(PangoprepError))
    public = [f"`{name}`" for name in ("PangoprepError", "UsageError", "HeldError", "UploadError")]
    head = _HEAD.format(tree=_tree(), public=", ".join(public[:-1]) + f" and {public[-1]}")
    return head + "".join(_row(kind) for kind in classes)


def _tree() -> str:
    """Return the drawn tree on top of the module."""
    text = inspect.cleandoc(errors.__doc__ or "")
    drawn = text[text.index("PangoprepError") : text.index("\n\nA bad cell")]
    return inspect.cleandoc(drawn).replace("``", "")


def _below(kind: type[PangoprepError]) -> Iterator[type[PangoprepError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _below(below)


def _row(kind: type[PangoprepError]) -> str:
    bases = ", ".join(f"`{base.__name__}`" for base in kind.__bases__)
    transient = ""
    if issubclass(kind, UploadError) and kind is not UploadError:
        transient = "transient" if kind.transient else "terminal"
    meaning = (inspect.getdoc(kind) or "").splitlines()[0].replace("``", "`")
    return f"| `{kind.__name__}` | {bases} | {transient} | {meaning} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
