"""A bar for long work on a file's rows, in a terminal only."""

from __future__ import annotations

from pathlib import Path


class Bar:
    """A progress bar of rows; there is none where nobody would see it.

    Parameters
    ----------
    path
        The file.
    doing
        What is being done to it.
    n_rows
        How many rows there are, if that is known.
    """

    def __init__(self, path: str, doing: str, n_rows: int | None = None) -> None:
        from tqdm.std import tqdm

        tqdm.monitor_interval = 0  # no thread of its own
        self._bar = tqdm(
            total=n_rows, desc=f"{doing} {Path(path).name}", unit=" rows", unit_scale=True,
            disable=None, leave=False, dynamic_ncols=True,
        )  # fmt: skip

    def __enter__(self) -> Bar:
        return self

    def add(self, n_rows: int) -> None:
        """Go on by so many rows."""
        self._bar.update(n_rows)

    def __exit__(self, *_: object) -> None:
        self._bar.close()
