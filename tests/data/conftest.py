"""The generator of the sample data, as the tests see it."""

from __future__ import annotations

import sys
from pathlib import Path

DATA = Path(__file__).parents[2] / "data"
# The generator is a script beside its files, not a part of the package.
sys.path.insert(0, str(DATA))
