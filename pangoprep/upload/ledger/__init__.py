"""What is remembered of runs and rows, in SQLite."""
