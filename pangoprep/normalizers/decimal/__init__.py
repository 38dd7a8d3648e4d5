"""Decimal numbers such as money: exact, their separators decided by the column."""

from pangoprep.normalizers.decimal.evidence import DecimalEvidence
from pangoprep.normalizers.decimal.normalizer import normalize

__all__ = ["DecimalEvidence", "normalize"]
