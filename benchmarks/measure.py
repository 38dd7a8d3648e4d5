"""Timing and tables for the benchmarks."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Timing:
    """Seconds of each round of one contender."""

    name: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median round."""
        return median(self.seconds)


def compete(contenders: dict[str, Callable[[], Any]], n_rounds: int) -> dict[str, Timing]:
    """Time contenders in turn, so that a noisy machine is noisy for all of them."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(n_rounds):
        for name, run in contenders.items():
            gc.collect()
            start = time.perf_counter()
            result = run()
            seconds[name].append(time.perf_counter() - start)
            del result
    return {name: Timing(name, tuple(found)) for name, found in seconds.items()}


def ratio(one: Timing, other: Timing) -> float:
    """The median of the ratios, round by round."""
    return median(a / b for a, b in zip(one.seconds, other.seconds, strict=True))


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Write a Markdown table; all columns but the first are numbers."""
    lines = [header, ["---", *["--:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
