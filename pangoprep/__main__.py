"""``python -m pangoprep`` is the command line, and so is the script ``pangoprep``."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from pangoprep.cli import main


def run() -> None:
    """Run the command line and leave at once.

    Arrow's reading threads may outlive the work; a Python that shuts down while one of them is busy
    aborts the process: https://github.com/apache/arrow/issues/34314
    """
    code: object = 0
    try:
        main()
    except SystemExit as end:
        code = end.code
    with suppress(OSError):  # nobody may be reading any more
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    run()
