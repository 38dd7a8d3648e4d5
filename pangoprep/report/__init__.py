"""What a dry run says: facts (``summary``), tables, templates, and `Report`, which holds them."""

from pangoprep.report.report import Report

__all__ = ["Report"]
