"""``python -m pangoprep`` is the command line."""

from pangoprep.cli import main

if __name__ == "__main__":
    main()
