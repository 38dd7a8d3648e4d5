"""Phone numbers: a region's plan, other regions, and cells that hold more than a number."""

from pangoprep.normalizers.phone.normalizer import normalize
from pangoprep.normalizers.phone.usual import is_canonical, read_usual

__all__ = ["is_canonical", "normalize", "read_usual"]
