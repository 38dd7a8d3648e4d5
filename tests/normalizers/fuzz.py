"""Send damaged cells through every normalizer and list the promises that break.

python -m tests.normalizers.fuzz --cells 1000000 --seed 1

Without a seed, every run makes up other cells; it says which seed it took.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator

from tests.normalizers.damage import damaged
from tests.normalizers.promises import FIELDS, broken

BATCH = 5_000
# The home region and form of numbers matter to phones, the hours from GMT to dates.
OPTIONS: tuple[dict[str, object], ...] = (
    {},
    {"phone_format": "e164", "timezone_gmt": -12, "day_first": False},
    {"phone_region": "US", "timezone_gmt": 14},
    {"phone_region": "GB", "phone_format": "e164", "timezone_gmt": 0},
)


def fuzz(n_cells: int, seed: int) -> Iterator[str]:
    """Yield every broken promise among ``n_cells`` cells, shared out over the fields."""
    dice = random.Random(seed)
    batches = max(len(FIELDS), -(-n_cells // BATCH))
    size = -(-n_cells // batches)
    for batch in range(batches):
        name, options = FIELDS[batch % len(FIELDS)], dice.choice(OPTIONS)
        for message in broken(name, damaged(name, size, dice), **options):
            yield f"{message} {options or ''}".strip()


def main() -> int:
    """Run from the command line; the exit code is 1 if a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = parser.parse_args()
    start, n_broken = time.monotonic(), 0
    for message in fuzz(given.cells, given.seed):
        n_broken += 1
        if n_broken <= 50:
            print(message)
    seconds = time.monotonic() - start
    print(
        f"{given.cells:,} cells, {n_broken:,} broken promises, {seconds:.0f} s, seed {given.seed}"
    )
    return int(n_broken > 0)


if __name__ == "__main__":
    sys.exit(main())
