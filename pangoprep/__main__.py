"""``python -m pangoprep`` is the command line, and so is the script ``pangoprep``."""

from __future__ import annotations

from pangoprep.cli import main

if __name__ == "__main__":
    main()
