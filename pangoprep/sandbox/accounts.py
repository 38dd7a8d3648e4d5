"""Who may send: the practice account and its tokens."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from hmac import compare_digest


@dataclass(frozen=True, slots=True)
class PracticeAccount:
    """The practice account of one sandbox. They open nothing else, so they may be shown."""

    username: str
    api_key: str
    cdp_gkey: str

    @classmethod
    def invented(cls) -> PracticeAccount:
        """Make an account up, a new one for every new store."""
        return cls(
            username=f"practice-{secrets.token_hex(4)}",
            api_key=f"practice-key-{secrets.token_hex(12)}",
            cdp_gkey=f"practice-organization-{secrets.token_hex(4)}",
        )

    @property
    def version_2(self) -> dict[str, str]:
        """What the same account is known by in version 2 of the API; it follows from the rest."""
        made = {
            name: hashlib.sha256(f"{name} {self.cdp_gkey} {self.api_key}".encode()).hexdigest()
            for name in ("org_id", "app_id", "refresh_token")
        }
        return {
            "org_id": f"org-{made['org_id'][:8]}",
            "app_id": f"practice-app-{made['app_id'][:8]}",
            "account": self.username,
            "refresh_token": f"practice-refresh-{made['refresh_token'][:24]}",
        }


def same_secret(given: str, expected: str) -> bool:
    """Compare without telling by the time taken how much of it was right."""
    return compare_digest(given.encode("utf-8", "replace"), expected.encode())


class Tokens:
    """The tokens given out, each good until its end.

    Parameters
    ----------
    lifetime_seconds
        How long a token lives. PangoCDP says 1,800.
    """

    def __init__(self, lifetime_seconds: float) -> None:
        self.lifetime_seconds = lifetime_seconds
        self._ends: dict[str, float] = {}

    def issue(self, at: float) -> str:
        """Give out a token at second ``at``."""
        self._ends = {token: end for token, end in self._ends.items() if end > at}
        token = secrets.token_urlsafe(32)
        self._ends[token] = at + self.lifetime_seconds
        return token

    def accepts(self, token: str, at: float) -> bool:
        """Whether ``token`` is one of ours and still alive at second ``at``."""
        return self._ends.get(token, at) > at

    def revoke(self) -> None:
        """End every token at once."""
        self._ends.clear()
