"""How large a request's body may be: PangoCDP does not say, so refusals tell."""

from __future__ import annotations

import re

from pangoprep.errors import RequestRefusedError

# What servers and gateways write where they do not answer 413: "request entity too large",
# "PAYLOAD_TOO_LARGE", "Request body is too long", "Maximum upload size exceeded". A field's own
# length is something else, so the words must be about the request.
_TOO_LARGE = re.compile(
    r"(?<![\w.\]])(?:request|payload|body|entity)[\W_]*"
    r"(?:(?:entity|content|body|payload|size|length|is|was)[\W_]*)*(?:too[\W_]*(?:large|big|long)|exceed)"
    r"|(?<![\w.\]])max(?:imum)?[\W_]+(?:upload|request|payload|body)[\W_]+size",
    re.IGNORECASE,
)


def is_too_large(error: RequestRefusedError) -> bool:
    """Tell whether a refusal is about the size of the request.

    Examples
    --------
    >>> is_too_large(RequestRefusedError("status 413", 413))
    True
    >>> is_too_large(RequestRefusedError("PAYLOAD_TOO_LARGE", 400))
    True
    >>> is_too_large(RequestRefusedError("entries[3].fullName is too long", 400))
    False
    """
    return error.status == 413 or _TOO_LARGE.search(error.reason) is not None


class BodySize:
    """The smallest size that was refused in a run; larger requests are divided before they go out.

    Examples
    --------
    >>> size = BodySize()
    >>> size.refused(9_000)
    >>> size.is_over(9_000), size.is_over(8_999)
    (True, False)
    >>> size.accepted(10_000)  # so it was not the size
    >>> size.is_over(9_000)
    False
    """

    def __init__(self) -> None:
        self._refused: int | None = None

    def is_over(self, n_bytes: int) -> bool:
        """Whether so many bytes would be refused, as far as is known."""
        return self._refused is not None and n_bytes >= self._refused

    def refused(self, n_bytes: int) -> None:
        """Take in that a body of so many bytes was refused for its size."""
        self._refused = n_bytes if self._refused is None else min(self._refused, n_bytes)

    def accepted(self, n_bytes: int) -> None:
        """Take in that a body of so many bytes was accepted."""
        if self.is_over(n_bytes):
            self._refused = None
