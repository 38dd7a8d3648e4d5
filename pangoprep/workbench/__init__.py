"""The workbench: rows are fixed step by step, in plain Python; each step can be undone."""

from pangoprep.workbench.step import Step
from pangoprep.workbench.workbench import Workbench

__all__ = ["Step", "Workbench"]
