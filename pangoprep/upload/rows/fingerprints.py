"""Keyed hashes: how the ledger knows rows without knowing values."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from pangoprep.upload.http.tokens import Secret
from pangoprep.upload.rows.batches import Envelope

SIZE = 16


def fingerprint(key: bytes, *parts: str | bytes | Secret) -> bytes:
    """Hash some texts; no other split of the same letters gives the same hash.

    Examples
    --------
    >>> fingerprint(b"k", "ab", "c") == fingerprint(b"k", "a", "bc")
    False
    """
    digest = blake2b(key=key, digest_size=SIZE)
    for part in parts:
        digest.update(_framed(part))
    return digest.digest()


def _framed(part: str | bytes | Secret) -> bytes:
    text = part.reveal() if isinstance(part, Secret) else part
    content = text.encode() if isinstance(text, str) else text
    return len(content).to_bytes(8, "big") + content


class RowMarks:
    """Marks rows: 16 bytes for their key, then 16 for their content.

    The content includes the source and the fields not to be updated: the same record from another
    source says something else.

    Parameters
    ----------
    key
        The ledger's hash key.
    envelope
        What the requests say besides their rows.
    """

    def __init__(self, key: bytes, envelope: Envelope) -> None:
        self._key = blake2b(b"key", key=key, digest_size=SIZE)
        self._content = blake2b(key=key, digest_size=SIZE)
        variant = (envelope.source, *sorted(envelope.ignored_update_cfs))
        self._content.update(b"content" + fingerprint(key, *variant))

    def mark(self, keys: Sequence[bytes], entries: Sequence[bytes]) -> list[bytes]:
        """Mark rows, given what identifies them and all they say."""
        marks = []
        for row_key, entry in zip(keys, entries, strict=True):
            of_key, of_content = self._key.copy(), self._content.copy()
            of_key.update(row_key)
            of_content.update(entry)
            marks.append(of_key.digest() + of_content.digest())
        return marks
