"""Follows the pages where only a wheel is installed: ``python -m tests.docs.in_a_wheel PAGES``.

`tools/try_wheel.py` copies this and `examples.py` beside an environment and runs it there. The data
is what the wheel brings. A page's first example must run; the page may then come to one that needs
an extra, if the message names it, and is left there.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pangoprep as pp
from pangoprep.samples import save_samples
from tests.docs.examples import Block, blocks, run


@contextmanager
def desk() -> Iterator[None]:
    """Work in a folder with the wheel's sample data, with an account at a PangoCDP."""
    before = Path.cwd()
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        pp.Sandbox(limits=None) as cdp,
    ):
        os.chdir(folder)
        save_samples(Path())
        Path("customers.csv").write_bytes(Path("data/customers_messy.csv").read_bytes())
        os.environ["PANGO_DATA_DIR"] = str(Path(folder) / "home")
        os.environ["COLUMNS"] = "100"
        for name, value in cdp.client_settings.items():
            if name != "limits":
                os.environ[f"PANGO_{name.upper()}"] = value
        try:
            yield
        finally:
            os.chdir(before)


def follow(page: Path) -> tuple[int, str]:
    """Run a page's examples; say how many ran, and where it needs more than the wheel."""
    names: dict[str, Any] = {"__name__": "example"}
    todo: list[Block] = [block for block in blocks(page) if not block.reason]
    for place, block in enumerate(todo):
        try:
            run(block, names)
        except (pp.UsageError, ModuleNotFoundError) as error:
            if place == 0 or not needs_an_extra(error):
                raise
            return place, f"{block.place}: {error}"
    return len(todo), ""


def needs_an_extra(error: Exception) -> bool:
    """Tell whether our message, or the package that a page imports itself, is one of an extra."""
    if isinstance(error, ModuleNotFoundError):
        return error.name in ("dask", "matplotlib", "ipywidgets", "anywidget")
    return 'pip install "pangoprep[' in str(error)


def main(pages: list[Path]) -> int:
    """Follow every page; print what became of each; return how many went wrong."""
    wrong = 0
    print(f"Python {sys.version.split()[0]}, pangoprep {pp.__version__} in {pp.__path__[0]}")
    for page in pages:
        with desk():
            try:
                n_run, rest = follow(page)
            except BaseException:  # noqa: BLE001 - the other pages are followed, too
                wrong += 1
                print(f"WRONG {page.name}\n{traceback.format_exc()}")
            else:
                print(f"{n_run:3} examples  {page.name}{rest and '  then ' + rest}")
    print(f"{len(pages) - wrong} passed, {wrong} failed")
    return wrong


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.exit(min(main([Path(page).resolve() for page in sys.argv[1:]]), 1))
