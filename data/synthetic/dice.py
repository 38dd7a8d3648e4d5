"""Seeded draws that give the same answer with every version of numpy.

``numpy.random.Generator`` may change its streams between versions; the raw bits of PCG64 may not
(NEP 19). So everything here is made from raw bits.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


class Dice:
    """A stream of draws of its own for each name, so that columns do not disturb each other.

    Parameters
    ----------
    seed
        The seed of the whole data set.
    name
        What is drawn, such as ``"phone"``.
    """

    def __init__(self, seed: int, name: str) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence([seed, crc32(name.encode())]))

    def below(self, n: int, high: int) -> Integers:
        """Draw ``n`` whole numbers from 0 to ``high - 1``, all equally often."""
        raw = self._bits.random_raw(n) >> np.uint64(11)
        return (raw.astype(np.float64) * 2.0**-53 * high).astype(np.int64)

    def between(self, n: int, low: int, high: int) -> Integers:
        """Draw ``n`` whole numbers from ``low`` to ``high``, both included."""
        return self.below(n, high - low + 1) + low

    def weighted(self, n: int, weights: list[int]) -> Integers:
        """Draw ``n`` positions of ``weights``, each as often as its weight says."""
        edges = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(edges, self.below(n, int(edges[-1])), side="right").astype(np.int64)

    def order(self, n: int) -> Integers:
        """Put 0 to ``n - 1`` in a random order."""
        return np.argsort(self._bits.random_raw(n), kind="stable").astype(np.int64)

    def allot(self, n: int, shares: list[float]) -> Integers:
        """Give each of ``n`` rows a kind: exactly its share of them, but at least one row.

        Kind 0 takes what is left; ``shares[k]`` is the share of kind ``k + 1``.
        """
        kinds = np.zeros(n, dtype=np.int64)
        order = self.order(n)
        start = 0
        for kind, share in enumerate(shares, start=1):
            n_rows = max(1, round(share * n))
            kinds[order[start : start + n_rows]] = kind
            start += n_rows
        return kinds
