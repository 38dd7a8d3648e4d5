"""What a person does in a notebook's studio, and what the kernel and the sandbox have then."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.notebooks.jupyterlab_server import CLEAR_ALL, CODE_CELLS, IN_KERNEL, RUN_ALL

NOTEBOOK = "studio.ipynb"
LOOK_SECONDS = 30
COLUMNS = {"email": "Email", "phone": "SĐT"}
Open = Callable[..., Any]


def show(page: Any, n: int = 1) -> None:
    """Run the cell; wait until so many studios are there, and nothing is asked any more."""
    page.evaluate(CLEAR_ALL)
    page.wait_for_function("() => !document.querySelector('.pps')")
    page.evaluate(RUN_ALL)
    assert [one["errors"] for one in page.evaluate(CODE_CELLS) if one["errors"]] == []
    page.wait_for_function(f"() => document.querySelectorAll('.pps .pps-panel').length === {n}")
    settled(page)


def settled(page: Any) -> None:
    page.wait_for_function("() => !document.querySelector('.pps[aria-busy]')")


def headline(page: Any, words: Any) -> None:
    """Wait until the headline says this, and what is below it is drawn, too."""
    page.locator(".pps-title", has_text=words).first.wait_for()
    settled(page)


def kernel(page: Any, code: str) -> str:
    told: str = page.evaluate(IN_KERNEL, code).strip()
    return told


def problem(page: Any, words: str) -> None:
    page.locator(".pps-problem", has_text=words).first.click()
    page.locator(".pps-middle h3", has_text=words).wait_for()
    page.wait_for_selector(".pps-middle .pps-table")


def tab(page: Any, name: str) -> None:
    page.locator(".pps").get_by_role("tab", name=name).click()
    settled(page)


def send_all(page: Any) -> None:
    tab(page, "Send")
    page.get_by_role("button", name=re.compile("^Send [0-9,]+ rows?$")).click()
    page.get_by_role("heading", name="Result: Practice").wait_for()


def stored(page: Any) -> int:
    """How many records the sandbox has."""
    return int(kernel(page, "print(stored())"))


def record(page: Any, customer: str, field: str) -> str:
    """What the sandbox has of a customer."""
    return kernel(page, f"print(stored({customer!r}, {field!r}))")


def sent_for(page: Any, text: str, field: str) -> str:
    """What the sandbox has of the first row sent whose cell had this text; of emails the domain."""
    code = f"""
rows = frame[{COLUMNS[field]!r}].str.contains({text!r}, na=False).to_numpy()
rows = rows & studio.report.rows['state'].eq('ready').to_numpy()
told = stored(studio.report.cleaned['customerId'][rows].iloc[0], {field!r})
print('@' + told.split('@')[1] if isinstance(told, str) and '@' in told else told)
"""
    return kernel(page, code)
