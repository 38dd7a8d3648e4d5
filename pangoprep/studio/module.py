"""The page's one ES module: its parts, joined; there is no build step, and nothing is loaded."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).parent / "page"
#: Each part adds what it draws to the class of `studio`; the last one hands it out.
PARTS = (
    "elements", "list", "studio", "fix", "rows", "columns", "options", "duplicates", "send",
    "keyboard", "entry",
)  # fmt: skip


def module_text() -> str:
    """Return the module that draws the studio, as a widget and the local page take it."""
    return "\n".join((PAGE / f"{name}.js").read_text("utf-8") for name in PARTS)


def style_text() -> str:
    """Return its style."""
    return (PAGE / "studio.css").read_text("utf-8")
