"""What the page may say: checked here, since a page is outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pangoprep.errors import UsageError
from pangoprep.sentence import Sentence

#: The page asks for so many lines at once at most.
MAX_LINES = 100
_MAX_TEXT = 10_000
_MAX_PLACES = 1_000

#: What a page is told: plain values, as JSON has them.
Answer = dict[str, Any]


class Message:
    """One message from the page.

    Parameters
    ----------
    content
        What came: a JSON object with a ``type`` and an ``id``.

    Raises
    ------
    UsageError
        By every method, if what is asked for is not there or is something else.
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content

    @property
    def type(self) -> str:
        """What is asked."""
        return str(self._content.get("type"))

    @property
    def id(self) -> str:
        """The name that the answer repeats."""
        return str(self._content.get("id"))[:100]

    def has(self, name: str) -> bool:
        """Whether something is said by this name."""
        return self._content.get(name) is not None

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text."""
        found = self._content.get(name, default)
        if not isinstance(found, str) or len(found) > _MAX_TEXT:
            raise UsageError(Sentence("The studio expects a text as {1!r}.", name))
        return found

    def number(self, name: str, default: int = 0, most: int | None = None) -> int:
        """Return a whole number that is not negative; one that is too large is cut."""
        found = self._content.get(name, default)
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            raise UsageError(Sentence("The studio expects a whole number as {1!r}.", name))
        return found if most is None else min(found, most)

    def flag(self, name: str) -> bool:
        """Return whether something is so; it is not where nothing is said."""
        return self._content.get(name) is True

    def places(self, name: str) -> list[int]:
        """Return places in a list; none where nothing is said."""
        found = self._content.get(name) or []
        if not isinstance(found, list) or len(found) > _MAX_PLACES:
            raise UsageError(Sentence("The studio expects places as {1!r}.", name))
        if any(not isinstance(one, int) or isinstance(one, bool) or one < 0 for one in found):
            raise UsageError(Sentence("The studio expects places as {1!r}.", name))
        return found

    def texts(self, name: str) -> list[str]:
        """Return texts; none where nothing is said."""
        found = self._content.get(name) or []
        if not isinstance(found, list) or len(found) > _MAX_PLACES:
            raise UsageError(Sentence("The studio expects a text as {1!r}.", name))
        if any(not isinstance(one, str) or len(one) > _MAX_TEXT for one in found):
            raise UsageError(Sentence("The studio expects a text as {1!r}.", name))
        return found

    def value(self, name: str) -> Any:
        """Return whatever is said, for an option that checks itself."""
        return self._content.get(name)
