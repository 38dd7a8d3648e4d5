"""The studio: a widget in which rows are fixed by looking, over the workbench."""

from __future__ import annotations

import logging
import os
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pangoprep.upload import Client
    from pangoprep.workbench import Workbench

__all__ = ["open_studio"]

logger = logging.getLogger("pangoprep.studio")


def open_studio(
    bench: Workbench,
    *,
    client: Client | None = None,
    source: str | None = None,
    ledger: str | os.PathLike[str] | None = None,
) -> Any:
    """Return the widget that shows a workbench; without anywidget the workbench.

    Parameters
    ----------
    bench
        The rows.
    client, source, ledger
        What they are sent with; see `send`.
    """
    from pangoprep.studio.session import Session
    from pangoprep.studio.words import StudioWords

    if find_spec("anywidget") is None:
        logger.warning(StudioWords(bench.report.options.lang)("no.widget"))
        return bench
    from pangoprep.studio.widget import StudioWidget

    return StudioWidget(Session(bench, client=client, source=source, ledger=ledger))
