"""``refId``: the name a row has in PangoCDP's callback, so that the ledger knows it again.

It is made of the run, the request's number, and the row's keyed hashes, with a tag that only this
ledger can make; so the ledger need not keep one per row, and a ``refId`` tells nothing of a value.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from pangoprep.upload.rows.fingerprints import SIZE, fingerprint

REF_ID = "refId"

_NUMBER_BYTES, _CONTENT_BYTES, _TAG_BYTES = 4, 8, 4
_BYTES = 2 * _NUMBER_BYTES + SIZE + _CONTENT_BYTES

#: What a ``refId`` adds to an entry: its name, and four letters for three bytes.
REF_ID_BYTES = len(',"refId":""') + (_BYTES + _TAG_BYTES) * 4 // 3


@dataclass(frozen=True, slots=True)
class RefId:
    """What a ``refId`` says.

    Parameters
    ----------
    run, request
        The run's number in the ledger, and the request's place in the order of all requests.
    key, content
        The row's key hash, and the first half of its content hash.
    """

    run: int
    request: int
    key: bytes
    content: bytes


class RefIds:
    """Makes and reads the ``refId`` of rows of one ledger.

    Parameters
    ----------
    key
        The ledger's hash key.

    Examples
    --------
    >>> ref_ids = RefIds(b"k")
    >>> [entry] = ref_ids.into([b'{"customerId":"C1"}'], 3, 7, [bytes(range(32))])
    >>> text = entry[28:-2].decode()
    >>> len(text), ref_ids.read(text).request, RefIds(b"other").read(text)
    (48, 7, None)
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def into(
        self, entries: Sequence[bytes], run: int, request: int, marks: Sequence[bytes]
    ) -> list[bytes]:
        """Return entries with their ``refId``; ``marks`` are the rows' key and content hashes."""
        where = run.to_bytes(_NUMBER_BYTES, "big") + request.to_bytes(_NUMBER_BYTES, "big")
        texts = [self._text(where + mark[: SIZE + _CONTENT_BYTES]) for mark in marks]
        return [
            entry[:-1] + b',"refId":"' + text + b'"}'
            for entry, text in zip(entries, texts, strict=True)
        ]

    def read(self, text: str) -> RefId | None:
        """Read a ``refId``; None if this ledger has not made it."""
        try:
            content = urlsafe_b64decode(text.encode("ascii"))
        except ValueError:
            return None
        said, tag = content[:_BYTES], content[_BYTES:]
        if len(content) != _BYTES + _TAG_BYTES or tag != self._tag(said):
            return None
        numbers, rest = said[: 2 * _NUMBER_BYTES], said[2 * _NUMBER_BYTES :]
        return RefId(
            int.from_bytes(numbers[:_NUMBER_BYTES], "big"),
            int.from_bytes(numbers[_NUMBER_BYTES:], "big"),
            rest[:SIZE],
            rest[SIZE:],
        )

    def _text(self, said: bytes) -> bytes:
        return urlsafe_b64encode(said + self._tag(said))

    def _tag(self, said: bytes) -> bytes:
        return fingerprint(self._key, "refId", said)[:_TAG_BYTES]
