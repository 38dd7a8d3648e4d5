"""Makes screenshots small: ``python -m tools.small_pictures docs/images/*.png``.

A page has few colors, so 256 of them show no difference, at less than half the bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

_MAX_COLORS = 256


def make_small(path: Path) -> None:
    """Write a picture once more with at most 256 colors, where that is smaller."""
    with Image.open(path) as picture:
        if picture.mode == "P":
            return
        few = picture.convert("RGB").quantize(_MAX_COLORS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    for _name in sys.argv[1:]:
        make_small(Path(_name))
