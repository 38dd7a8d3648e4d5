"""Phone numbers: a region's plan, other regions, and cells that hold more than a number."""

from pangoprep.normalizers.phone.column import normalize_column
from pangoprep.normalizers.phone.normalizer import is_canonical
from pangoprep.normalizers.phone.other_form import HOME, written_otherwise

__all__ = ["HOME", "is_canonical", "normalize_column", "written_otherwise"]
