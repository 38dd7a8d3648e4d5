"""How many rows of a run have which state, by its journal.

Who looks at a run again and again reads what was added since, and not all of it.
"""

from __future__ import annotations

from pathlib import Path

from pangoprep.upload.ledger.journal_file import JournalReader, journal_path
from pangoprep.upload.ledger.journal_folding import rows_by_state

# Of so many journals it is kept how far they were read; ten megabytes for 20,000,000 rows.
_MAX_READERS = 4
_READERS: dict[str, tuple[tuple[int, int], JournalReader]] = {}


def journal_counts(path: Path, run_id: str) -> dict[int, int]:
    """Count the rows of a run's journal by state.

    Raises
    ------
    FileNotFoundError
        If it was put away.
    """
    path = path.absolute()
    file = journal_path(path, run_id)
    # Taken out, since threads that ask at once must not read on with the same one.
    known = _READERS.pop(str(file), None)
    found = file.stat()
    place = found.st_dev, found.st_ino
    reader = known[1] if known and known[0] == place else None
    if reader is None or reader.n_unread_rows < 0:  # another file, or one that was cut short
        reader = JournalReader(path, run_id)
    reader.read()
    counts = rows_by_state(reader.requests)
    _READERS[str(file)] = place, reader
    for oldest in list(_READERS)[:-_MAX_READERS]:
        _READERS.pop(oldest, None)
    return counts
