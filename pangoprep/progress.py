"""A progress bar of rows, on stderr: a widget in a notebook, a line in a terminal, else nothing.

It can never end the work it shows: a bar that cannot be drawn is given up.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

from pangoprep.error_words import environment_language
from pangoprep.language import language

logger = logging.getLogger("pangoprep.progress")


class Bar:
    """A progress bar; there is none where nobody would see it.

    Parameters
    ----------
    label
        Stands before the bar.
    n_rows
        How many rows there are, if that is known.
    show
        Whether to show it; None: in a notebook or a terminal only.
    is_kept
        Whether it stays when the work is done.
    bar_format
        How tqdm writes it; empty for tqdm's own way.
    unit
        What it counts, in tqdm's own way.
    """

    def __init__(
        self,
        label: str,
        n_rows: int | None = None,
        *,
        show: bool | None = None,
        is_kept: bool = True,
        bar_format: str = "",
        unit: str = "rows",
    ) -> None:
        self._bar: Any = None
        with self._given_up_on_error():
            if _is_wanted(show):
                self._bar = _bar_class()(
                    total=n_rows,
                    desc=label,
                    unit=unit if bar_format else f" {unit}",
                    unit_scale=not bar_format,
                    bar_format=bar_format or None,
                    leave=is_kept,
                    dynamic_ncols=not is_kept,
                    file=sys.stderr,
                    mininterval=0 if bar_format else 0.1,
                )

    @classmethod
    def over_file(cls, path: str, doing: str, n_rows: int | None = None) -> Bar:
        """Return a bar for work on a file's rows: in a terminal only, and gone afterwards.

        Parameters
        ----------
        path
            The file.
        doing
            ``reading``, ``checking`` or ``writing``.
        n_rows
            How many rows there are, if that is known.
        """
        words = language(environment_language())
        label = words(f"progress.{doing}", file=Path(path).name)
        unit = words("progress.unit")
        return cls(label, n_rows, show=is_terminal(), is_kept=False, unit=unit)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._given_up_on_error():
            if self._bar is not None:
                self._bar.close()

    def add(self, n_rows: int) -> None:
        """Go on by so many rows."""
        with self._given_up_on_error():
            if self._bar is not None:
                self._bar.update(n_rows)

    def show(self, look: Callable[[], tuple[int, str]]) -> None:
        """Stand at so many rows, with some words behind the bar; look only if anybody sees it."""
        with self._given_up_on_error():
            if self._bar is not None:
                self._bar.n, words = look()
                self._bar.set_postfix_str(words, refresh=False)
                self._bar.refresh()

    @contextmanager
    def _given_up_on_error(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001 - a closed pipe, a lost terminal, a dead widget
            logger.warning("The progress bar is given up (%s)", type(error).__name__)
            if self._bar is not None:
                self._bar.disable = True  # or it would try once more when it is collected
            self._bar = None


def is_terminal() -> bool:
    """Whether a person reads stderr in a terminal."""
    return sys.stderr is not None and sys.stderr.isatty()


def _in_notebook() -> bool:
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return hasattr(shell, "kernel")


def _is_wanted(show: bool | None) -> bool:
    if show is not None:
        return show and sys.stderr is not None
    return _in_notebook() or is_terminal()


def _bar_class() -> Any:
    # tqdm.auto would warn where ipywidgets is missing; a line of text serves as well.
    if _in_notebook() and find_spec("ipywidgets") is not None:
        from tqdm.notebook import tqdm
    else:
        from tqdm.std import tqdm

    class RowBar(tqdm):
        monitor_interval = 0  # no thread that outlives the work

        def __del__(self) -> None:
            with suppress(Exception):
                super().__del__()

    return RowBar
