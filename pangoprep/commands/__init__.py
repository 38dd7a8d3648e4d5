"""What the commands of ``pangoprep`` do; ``cli.py`` lists them and their options."""
