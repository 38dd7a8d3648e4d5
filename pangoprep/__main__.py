"""``python -m pangoprep`` is the command line, and so is the script ``pangoprep``."""

from __future__ import annotations

from pangoprep.cli import main as run

if __name__ == "__main__":
    run()
