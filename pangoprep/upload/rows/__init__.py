"""Rows on their way out: as JSON entries, as hashes, in batches."""
