"""Why the system refused, told by its number: its own words are in the language of the machine."""

from __future__ import annotations

import errno

from pangoprep.sentence import Sentence

_REASONS = {
    errno.ENOENT: Sentence("No such file or directory"),
    errno.EACCES: Sentence("Permission denied"),
    errno.EPERM: Sentence("Operation not permitted"),
    errno.EISDIR: Sentence("Is a directory"),
    errno.ENOTDIR: Sentence("Not a directory"),
    errno.EEXIST: Sentence("File exists"),
    errno.ENOSPC: Sentence("No space left on device"),
    errno.EDQUOT: Sentence("Disk quota exceeded"),
    errno.EROFS: Sentence("Read-only file system"),
    errno.EFBIG: Sentence("File too large"),
    errno.ENAMETOOLONG: Sentence("File name too long"),
    errno.EMFILE: Sentence("Too many open files"),
    errno.EIO: Sentence("Input/output error"),
    errno.EADDRINUSE: Sentence("Address already in use"),
}


def reason_of(error: OSError) -> str:
    """Return why the system refused; a sentence of ours where the number is a usual one.

    Examples
    --------
    >>> reason_of(FileNotFoundError(errno.ENOENT, "Không tìm thấy"))
    'No such file or directory'
    >>> reason_of(OSError("closed"))
    'OSError'
    """
    known = _REASONS.get(error.errno or 0)
    return known or error.strerror or type(error).__name__
