"""Groups of near-equal spellings in a column, for a person to decide."""
