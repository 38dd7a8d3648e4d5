"""Phone numbers: a region's plan, other regions, and cells that hold more than a number."""

from pangoprep.normalizers.phone.normalizer import is_canonical, normalize

__all__ = ["is_canonical", "normalize"]
