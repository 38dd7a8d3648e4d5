"""What a run needs of the machine: a clock, a lock, a place for files."""
