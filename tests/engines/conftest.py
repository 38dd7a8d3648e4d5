"""Dask runs in this process unless a test says otherwise: the same each time, and quick."""

from __future__ import annotations

from collections.abc import Iterator

import dask
import pytest


@pytest.fixture(autouse=True)
def _in_this_process() -> Iterator[None]:
    with dask.config.set(scheduler="synchronous"):
        yield
