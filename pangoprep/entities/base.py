"""What all six entities share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Optional

import pandas as pd
import pandera.pandas as pa

from pangoprep.entities import fields as f
from pangoprep.entities.rules import RowRule, as_check
from pangoprep.entities.schema import EntitySchema


class Entity(pa.DataFrameModel):
    """A PangoCDP object type as a Pandera model that cleans before it checks.

    Subclass one of the six to add checks of your own; ``df.pango`` and Pandera both apply them.
    """

    # Pandera takes every annotated attribute for a column, so the types are for checkers only.
    if TYPE_CHECKING:
        object_type: ClassVar[str]
        key: ClassVar[tuple[str, ...]]
        ignored_update_cfs: ClassVar[bool]
        rules: ClassVar[tuple[RowRule, ...]]

    object_type = ""  # the value of ``objectType`` in the API
    key = ()  # the fields that make two rows the same record
    ignored_update_cfs = False  # whether PangoCDP accepts ``ignoredUpdateCfs`` for it
    rules = ()  # what must hold between fields

    timezoneGmt: Optional[pd.Int64Dtype] = f.timezone()
    systemName: Optional[str] = f.text("System the record comes from", example="CRM")
    internalCompanyId: Optional[str] = f.text("Company within the organization")
    recordStatus: Optional[str] = f.choice(
        "Record status", "recordStatus", ("Active", "Deleted"), example="Active"
    )

    class Config:
        """Columns that are not PangoCDP's do not go out, so they do not come out either."""

        strict = "filter"

    @classmethod
    def build_schema_(cls, **options: Any) -> EntitySchema:
        """Build the schema that Pandera uses, with cleaning and the rules between fields."""
        plain = super().build_schema_(**options)
        checks = [*plain.checks, *(as_check(rule) for rule in cls.rules)]
        schema = EntitySchema(
            plain.columns, checks=checks, parsers=plain.parsers, index=plain.index, **options
        )
        schema.entity = cls
        return schema

    @classmethod
    def fields(cls) -> dict[str, f.FieldFacts]:
        """Return the facts of every field by name.

        Examples
        --------
        >>> import pangoprep as pp
        >>> pp.CustomerIdentity.fields()["dob"].type
        'Timestamp'
        """
        known = {name: f.facts_of(column) for name, column in cls.to_schema().columns.items()}
        return {name: replace(facts, name=name) for name, facts in known.items() if facts}
