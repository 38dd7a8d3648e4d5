"""What became of every row: the states, the plan, the result, progress."""
