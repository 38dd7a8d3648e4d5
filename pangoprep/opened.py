"""What a report opens: the workbench and the studio, which know reports; not the other way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pangoprep.report import Report

if TYPE_CHECKING:
    from pangoprep.workbench import Workbench


def _workbench_of(report: Report) -> Workbench:
    from pangoprep.workbench import Workbench

    return Workbench.of(report)


def _studio_of(report: Report, **arguments: Any) -> Any:
    from pangoprep.studio import open_studio

    return open_studio(_workbench_of(report), **arguments)


Report.openers = {"workbench": _workbench_of, "studio": _studio_of}
