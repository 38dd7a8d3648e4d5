"""The token: asked for, kept in memory, renewed before it ends."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from pangoprep.errors import CredentialsRefusedError

#: A token is renewed this long before its end, or after four fifths of a short life.
EARLY_SECONDS = 60.0


class Secret:
    """A text that no repr, log or traceback shows; None is an empty one.

    Examples
    --------
    >>> Secret("hunter2")
    Secret('•••')
    """

    __slots__ = ("_text",)

    def __init__(self, text: str | None) -> None:
        self._text = "" if text is None else text

    def reveal(self) -> str:
        """Return the text, for the one place that needs it."""
        return self._text

    @property
    def is_text(self) -> bool:
        """Whether it is a text at all, and not what a caller gave instead."""
        return isinstance(self._text, str)

    def matches(self, pattern: str) -> bool:
        """Tell whether the whole text fits a regular expression."""
        return re.fullmatch(pattern, self._text) is not None

    def __repr__(self) -> str:
        return "Secret('•••')"

    def __bool__(self) -> bool:
        return self._text != "" if isinstance(self._text, str) else True

    def __eq__(self, other: object) -> bool:
        return self._text == (other._text if isinstance(other, Secret) else other)

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> str:
        raise TypeError("A secret cannot be saved.")


@dataclass(frozen=True, slots=True)
class _Token:
    text: Secret
    good_until: float
    boot: str


Fetch = Callable[[Mapping[str, Secret]], Awaitable[tuple[Secret, float]]]


class TokenKeeper:
    """Keeps one account's token.

    Parameters
    ----------
    login
        What a token is asked for with; empty or partial if a token is given.
    token
        A token given by the user, of unknown age.
    """

    def __init__(self, login: Mapping[str, Secret], token: Secret | None) -> None:
        self.login = login
        self._token = None if token is None else _Token(token, float("inf"), "")

    @property
    def can_renew(self) -> bool:
        """Whether there is all it takes to ask for a token."""
        return len(self.login) == 3

    async def get(self, steady: float, boot: str, gate: asyncio.Lock, fetch: Fetch) -> Secret:
        """Return a token that is good for a while; ask for one if there is none.

        Parameters
        ----------
        steady, boot
            The time now. A token of another boot is of unknown age.
        gate
            Lets one ask while the others wait.
        fetch
            Asks: takes the credentials, returns the token and the seconds it lives.
        """
        async with gate:
            token = self._token
            if token is not None and token.boot in ("", boot) and steady < token.good_until:
                return token.text
            if not self.can_renew:
                raise CredentialsRefusedError(
                    "The token has expired or is not accepted, and cannot be renewed. Give a new "
                    "one, or username, api_key and cdp_gkey."
                )
            text, lifetime = await fetch(self.login)
            early = min(EARLY_SECONDS, lifetime / 5)
            self._token = _Token(text, steady + lifetime - early, boot)
            return self._token.text

    def drop(self, refused: Secret) -> None:
        """Forget a token that was refused, unless another one has replaced it."""
        if self._token is not None and self._token.text is refused:
            self._token = None
