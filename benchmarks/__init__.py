"""How fast pangoprep is, as ratios against something else in the same run."""
