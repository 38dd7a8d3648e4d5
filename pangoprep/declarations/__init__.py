"""Declarations of entities outside of Python: TOML files, files of classes, sample payloads."""

from pangoprep.declarations.declaration import Declaration
from pangoprep.declarations.opening import entity

__all__ = ["Declaration", "entity"]
