"""Dates and times: written forms, numbers, and the order of day and month."""

from pangoprep.normalizers.date.normalizer import normalize, normalize_text

__all__ = ["normalize", "normalize_text"]
