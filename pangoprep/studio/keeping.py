"""What is kept for next month's file: the recipe, and beside it the fixes of cells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pangoprep.call_words import either, option
from pangoprep.fixes.file import FixesFile
from pangoprep.fixes.sealing import key_path
from pangoprep.studio.desk import Desk
from pangoprep.studio.messages import Answer, Message


class KeepingPart:
    """Writes what the steps leave for next month into the folder of the kernel.

    Parameters
    ----------
    desk
        The rows.
    source
        Where the rows come from, unless a page says otherwise.
    """

    def __init__(self, desk: Desk, source: str | None) -> None:
        self._desk, self._source = desk, source or ""
        self._recipe: Path | None = None
        self.answers: dict[str, Callable[[Message], Answer]] = {"recipe": self._keep}

    def _keep(self, message: Message) -> Answer:
        """Save the recipe, and fixes of personal fields and single cells into the fixes file."""
        bench, words = self._desk.bench, self._desk.words
        self._recipe = self._recipe or free_path(bench.report.entity, ".toml")
        source = message.text("source") if message.has("source") else self._source
        bench.recipe(source).save(self._recipe)
        told = [words("recipe.saved", path=str(self._recipe.absolute()))]
        fixes = bench.report.examined.fixes_file or FixesFile(f"{bench.report.entity}.fixes")
        n_fixes = bench.save_fixes(fixes)
        kept = {"recipe": str(self._recipe)}
        if n_fixes:
            key = key_path(fixes.path).name
            told.append(words("fixes.saved", n=n_fixes, path=str(fixes.path), key=key))
        if n_left_out := bench.report.n_left_out:
            told.append(words("recipe.left_out", n=n_left_out))
        if n_fixes or len(fixes):
            kept["fixes"] = str(fixes.path)
        said = [option(name, path) for name, path in kept.items()]
        code = either(
            f"frame.pango.studio({', '.join(said)})", f"pangoprep studio FILE {' '.join(said)}"
        )
        return {"type": "saved", "text": " ".join(told), "code": code}


def free_path(name: str, suffix: str) -> Path:
    """Return a path on which no file is: a file of somebody else is not written over."""
    path, number = Path(f"{name}{suffix}"), 2
    while path.exists():
        path, number = Path(f"{name}-{number}{suffix}"), number + 1
    return path
