"""Declarations of entities outside of Python: TOML files, files of classes, sample payloads."""

from pangoprep.declarations.declaration import Declaration, entity, file_of, is_file

__all__ = ["Declaration", "entity", "file_of", "is_file"]
