"""Phone numbers: a region's plan, other regions, and cells that hold more than a number."""

from pangoprep.normalizers.phone.column import normalize_column
from pangoprep.normalizers.phone.normalizer import is_canonical

__all__ = ["is_canonical", "normalize_column"]
