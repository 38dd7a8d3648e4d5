"""``ddf.pango``: registered once Dask's frames are loaded, without loading them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

_FRAMES = "dask.dataframe"


def register_when_loaded() -> None:
    """Register ``ddf.pango``: now if Dask's frames are loaded, else when they will be."""
    if _FRAMES in sys.modules:
        _register()
    elif not any(isinstance(finder, _Waiting) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Waiting())


def _register() -> None:
    from dask.dataframe.extensions import register_dataframe_accessor

    from pangoprep.engines.dask_accessor import DaskAccessor

    register_dataframe_accessor("pango")(DaskAccessor)


class _Waiting(MetaPathFinder):
    """Stands aside until Dask's frames are imported, then lets them be found and registers."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - asked by Python
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """Find Dask's frames as everybody does; know nothing of anything else."""
        if fullname != _FRAMES:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Registering(spec.loader)
        return spec


class _Registering(Loader):
    """Loads a module as its own loader does, then registers."""

    def __init__(self, own: Any) -> None:
        self._own = own

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Make the module."""
        made: ModuleType | None = self._own.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        """Load the module, and register."""
        spec = module.__spec__
        if spec is not None:
            spec.loader = module.__loader__ = self._own
        self._own.exec_module(module)
        _register()
