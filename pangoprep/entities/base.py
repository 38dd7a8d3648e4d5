"""What all six entities share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import pandera.pandas as pa

from pangoprep.entities import fields as f
from pangoprep.entities.rules import RowRule, as_check
from pangoprep.entities.schema import EntitySchema
from pangoprep.options import Options


@dataclass(frozen=True)
class Declared:
    """What an entity says of itself as a whole."""

    object_type: str = ""
    key: tuple[str, ...] = ()
    ignored_update_cfs: bool = False
    custom_fields: bool = False
    rules: tuple[RowRule, ...] = ()
    options: Options = field(default_factory=Options)


class EntityType(type(pa.DataFrameModel)):  # type: ignore[misc]  # pandera is untyped to mypy
    """Gives entities class attributes; Pandera would take those in the class body for columns."""

    _declared: Declared

    @property
    def object_type(cls) -> str:
        """The value of ``objectType`` in the API."""
        return cls._declared.object_type

    @property
    def key(cls) -> tuple[str, ...]:
        """The fields that make two rows the same record."""
        return cls._declared.key

    @property
    def ignored_update_cfs(cls) -> bool:
        """Whether PangoCDP accepts ``ignoredUpdateCfs`` for this entity."""
        return cls._declared.ignored_update_cfs

    @property
    def custom_fields(cls) -> bool:
        """Whether PangoCDP's table of this entity has custom fields."""
        return cls._declared.custom_fields

    @property
    def rules(cls) -> tuple[RowRule, ...]:
        """What must hold between the fields of a row."""
        return cls._declared.rules

    @property
    def options(cls) -> Options:
        """How cells are read where a call does not say otherwise."""
        return cls._declared.options


class Entity(pa.DataFrameModel, metaclass=EntityType):
    """A PangoCDP object type as a Pandera model that cleans before it checks.

    Subclass one of the six to add fields or checks of your own; `df.pango` takes the class where
    it takes an object type, and Pandera applies the same checks.
    """

    _declared = Declared()

    timezoneGmt: pd.Int64Dtype | None = f.timezone()
    systemName: str | None = f.text("System the record comes from", example="CRM")
    internalCompanyId: str | None = f.text("Company within the organization")
    recordStatus: str | None = f.choice(
        "Record status", "recordStatus", ("Active", "Deleted"), example="Active"
    )

    class Config:
        """Columns that are not PangoCDP's do not go out, so they do not come out either."""

        strict = "filter"

    def __init_subclass__(cls, **declared: Any) -> None:
        """Take the class keywords; a subclass of an entity keeps what it does not change."""
        cls._declared = replace(cls._declared, **declared)
        super().__init_subclass__()

    @classmethod
    def build_schema_(cls, **options: Any) -> EntitySchema:
        """Build the schema that Pandera uses, with cleaning and the rules between fields."""
        plain = super().build_schema_(**options)
        checks = [*plain.checks, *(as_check(rule) for rule in cls.rules)]
        for name, column in plain.columns.items():
            # A field declared anew, with checks of the caller's own, is still PangoCDP's field.
            if f.facts_of(column) is None and (facts := cls._inherited_facts(name)):
                facts = replace(facts, required=facts.required or not column.nullable)
                column.metadata = {**(column.metadata or {}), **f.metadata_of(facts)}
        schema = EntitySchema(
            plain.columns, checks=checks, parsers=plain.parsers, index=plain.index, **options
        )
        schema.entity = cls
        return schema

    @classmethod
    def _inherited_facts(cls, name: str) -> f.FieldFacts | None:
        parents = (parent for parent in cls.__mro__[1:] if isinstance(parent, EntityType))
        known = (parent.fields().get(name) for parent in parents if parent is not Entity)
        return next((facts for facts in known if facts), None)

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
