"""The Pandera schema behind an entity: it cleans a frame, then lets Pandera check it."""

from __future__ import annotations

from typing import Any

from pandera.api.pandas.container import DataFrameSchema


class EntitySchema(DataFrameSchema):
    """A schema."""

    entity: Any = None

    @classmethod
    def get_backend(cls, check_obj: Any = None, check_type: Any = None) -> Any:
        """Use Pandera's backend for its own schema class; it is registered for that one only."""
        return DataFrameSchema.get_backend(check_obj, check_type)
