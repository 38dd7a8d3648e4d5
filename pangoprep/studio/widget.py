"""The studio as a widget: carries messages between a page and its session, and keeps nothing.

Only the page's own code and style are synced traits, which JupyterLab can save into a notebook.
All that is shown travels as custom messages, which it never saves.
"""

from __future__ import annotations

import sys
import weakref
from typing import Any

import anywidget

from pangoprep.studio.module import module_text, style_text
from pangoprep.studio.session import Session


class StudioWidget(anywidget.AnyWidget):
    """Shows a session in JupyterLab, Notebook 7, VS Code, Colab and marimo.

    Parameters
    ----------
    session
        What the pages talk with.
    """

    _esm = module_text()
    _css = style_text()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        session.desk.on_message(self.send)
        self.on_msg(self._on_message)
        _after_every_cell(session)

    def _on_message(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if isinstance(content, dict):
            self.send(self._session.answer(content))

    @property
    def bench(self) -> Any:
        """The workbench whose rows the studio shows: ``bench.report``, ``bench.code()``."""
        return self._session.desk.bench

    @property
    def report(self) -> Any:
        """The report as it is now."""
        return self._session.desk.bench.report

    def __repr__(self) -> str:
        return f"<Studio of {self._session.desk.bench.report!r}>"


def _after_every_cell(session: Session) -> None:
    """Have steps shown that a cell took on the workbench, as soon as it has run."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is None:
        return
    weakly_desk = weakref.ref(session.desk)

    def look(*_: object) -> None:
        if (desk := weakly_desk()) is not None:
            desk.look()

    shell.events.register("post_run_cell", look)
