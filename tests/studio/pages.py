"""Asks a session as a page does: what the tests of the studio share."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pandas as pd

import pangoprep as pp
from pangoprep.studio.session import Session

ROOT = Path(__file__).parents[2]


class Page:
    """Asks as a page does; what cannot be done fails the test unless it is expected."""

    def __init__(self, session: Session) -> None:
        self.session, self._ids = session, itertools.count()
        self.heard: list[dict[str, Any]] = []
        session.desk.on_message(self.heard.append)

    def ask(self, kind: str, **content: Any) -> dict[str, Any]:
        """Ask; return the answer as the browser gets it."""
        asked = {"type": kind, "id": str(next(self._ids)), **content}
        answer = json.loads(json.dumps(self.session.answer(json.loads(json.dumps(asked)))))
        assert answer["reply_to"] == asked["id"]
        return answer

    def refused(self, kind: str, **content: Any) -> str:
        """Ask for what cannot be done; return why not."""
        answer = self.ask(kind, **content)
        assert answer["type"] == "refused"
        return answer["text"]


def messy() -> pd.DataFrame:
    return pp.read(ROOT / "data" / "customers_messy.csv")


def page_of(**columns: list[Any]) -> Page:
    n_rows = len(next(iter(columns.values())))
    usual = {"customerId": [f"C{n}" for n in range(n_rows)], "fullName": ["An"] * n_rows}
    phones = {"phone": [f"09123456{n:02}" for n in range(n_rows)]}
    frame = pd.DataFrame({**usual, **phones, **columns})
    return Page(Session(frame.pango.workbench("customer-identity")))


def group_of(page: Page, problem: str, text: str) -> int:
    groups = page.ask("groups", problem=problem)["items"]
    return next(group["id"] for group in groups if group["text"] == text)
