"""What all entities share, and how they are declared."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any
from weakref import WeakKeyDictionary

import pandas as pd
import pandera.pandas as pa
from pandera.api.dataframe.model_components import FieldInfo
from pandera.engines.pandas_engine import Engine
from pandera.errors import SchemaInitError

from pangoprep.close_names import did_you_mean
from pangoprep.entities import fields as f
from pangoprep.entities.declaring import (
    canonical_type,
    check_declared,
    check_names,
    facts_for,
    label_of,
    refuse_twice,
)
from pangoprep.entities.rules import RowRule, as_check
from pangoprep.entities.schema import EntitySchema
from pangoprep.errors import EntityError, UnknownFieldError
from pangoprep.options import Options
from pangoprep.sentence import Sentence

# The facts of each entity, made once: matching columns asks for them often.
_FACTS: WeakKeyDictionary[type, dict[str, f.FieldFacts]] = WeakKeyDictionary()


class FieldsByName(dict[str, f.FieldFacts]):
    """The facts of fields; a name that is none of them says which was meant."""

    def __missing__(self, name: object) -> f.FieldFacts:
        raise UnknownFieldError(
            Sentence("There is no field {1!r}.{2}", name, did_you_mean(name, self))
        )


@dataclass(frozen=True)
class Declared:
    """What an entity says of itself as a whole."""

    object_type: str = ""
    key: tuple[str, ...] = ()
    ignored_update_cfs: bool = False
    custom_fields: bool = False
    rules: tuple[RowRule, ...] = ()
    without: tuple[str, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict)
    options: Options = field(default_factory=Options)


class EntityType(type(pa.DataFrameModel)):  # type: ignore[misc]  # pandera is untyped to mypy
    """Gives entities class attributes; Pandera would take those in the class body for columns."""

    _declared: Declared

    def __init__(
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **declared: Any
    ) -> None:
        super().__init__(name, bases, namespace, **declared)
        # A class that is carried here from another process gets its members later: its schema would
        # be made, and kept, without them. It was checked where it was written; ours are by a test.
        adds = set(namespace) - {"__module__", "__qualname__", "__doc__"} or declared
        if adds and not cls.__module__.startswith(f"{__package__}."):
            cls.check_declaration()

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
    def references(cls) -> Mapping[str, str]:
        """The fields that name a record of another entity, and which."""
        return cls._declared.references

    @property
    def options(cls) -> Options:
        """How cells are read where a call does not say otherwise."""
        return cls._declared.options.as_of_now()


class Model(pa.DataFrameModel, metaclass=EntityType):
    """What `Entity` and `Item` share: fields, rules, and a schema that cleans."""

    _declared = Declared()

    class Config:
        """Columns that are not PangoCDP's do not go out, so they do not come out either."""

        strict = "filter"

    def __init_subclass__(cls, **declared: Any) -> None:
        """Take the class keywords; a subclass of an entity keeps what it does not change."""
        known = [one.name for one in fields(Declared)]
        if unknown := [name for name in declared if name not in known]:
            raise EntityError(
                Sentence(
                    "{1}: {2!r} is no class keyword; there are {3}.",
                    cls.__name__,
                    unknown[0],
                    ", ".join(known),
                )
            )
        cls._declared = replace(cls._declared, **check_declared(cls.__name__, declared))
        super().__init_subclass__()

    @classmethod
    def _collect_check_infos(cls, key: str) -> list[Any]:
        """Give Pandera copies of its checks: it takes their names out, which others need too."""
        infos = [copy.copy(info) for info in super()._collect_check_infos(key)]
        for info in infos:
            info.check_kwargs = dict(info.check_kwargs)
        return infos

    @classmethod
    def check_declaration(cls) -> None:
        """Refuse a declaration that cannot be used.

        Raises
        ------
        EntityError
            If it cannot; done when a class is made.
        """
        try:
            cls.to_schema()
            names = [*cls.fields()]
        except (SchemaInitError, TypeError, ValueError) as error:
            if isinstance(error, EntityError):
                raise
            raise EntityError(Sentence("{1} cannot be used: {2}", cls.__name__, error)) from error
        check_names(cls.__name__, names, cls.key, cls.rules, cls.references)
        own = (one for one in vars(cls).values() if isinstance(one, FieldInfo))
        refuse_twice(cls.__name__, [(one.original_name, one.name) for one in own])

    @classmethod
    def build_schema_(cls, **options: Any) -> EntitySchema:
        """Build the schema that Pandera uses, with cleaning and the rules between fields."""
        plain = super().build_schema_(**options)
        checks = [*plain.checks, *(as_check(rule) for rule in cls.rules)]
        for name in cls._declared.without:
            del plain.columns[name]
        for name, column in plain.columns.items():
            facts = f.facts_of(column)
            # A field declared anew, with checks of the caller's own, is still PangoCDP's field.
            if facts is None and (facts := cls._inherited_facts(name)):
                facts = replace(facts, required=facts.required or not column.nullable)
            facts = facts or facts_for(cls.__name__, column)
            column.metadata = {**(column.metadata or {}), **f.metadata_of(facts)}
            kind = canonical_type(facts)
            column.dtype = None if kind is None else Engine.dtype(kind)
        schema = EntitySchema(
            plain.columns, checks=checks, parsers=plain.parsers, index=plain.index, **options
        )
        schema.entity = cls
        return schema

    @classmethod
    def _inherited_facts(cls, name: str) -> f.FieldFacts | None:
        parents = (parent for parent in cls.__mro__[1:] if isinstance(parent, EntityType))
        known = (parent.fields().get(name) for parent in parents)
        return next((facts for facts in known if facts), None)

    @classmethod
    def fields(cls) -> dict[str, f.FieldFacts]:
        """Return the facts of every field by name.

        Raises
        ------
        UnknownFieldError
            If a field is asked for that the entity has not, such as ``fields()["Phone"]``.

        Examples
        --------
        >>> import pangoprep as pp
        >>> pp.CustomerIdentity.fields()["dob"].type
        'Timestamp'
        >>> pp.CustomerIdentity.fields()["Phone"]
        Traceback (most recent call last):
        pangoprep.errors.UnknownFieldError: There is no field 'Phone'. Did you mean 'phone'?
        """
        if cls not in _FACTS:
            known = cls._facts_as_declared()
            if not all(known.values()):
                columns = cls.to_schema().columns.items()
                known = {name: f.facts_of(column) for name, column in columns}
            _FACTS[cls] = {
                name: replace(facts, name=name, label=facts.label or label_of(name))
                for name, facts in known.items()
                if facts
            }
        return FieldsByName(_FACTS[cls])

    @classmethod
    def _facts_as_declared(cls) -> dict[str, f.FieldFacts | None]:
        """Return what makers of fields said, None for other columns.

        A schema costs far more: to make one, Pandera loads each kind of frame that it knows.
        """
        declared = (one for _, one in cls.__fields__.values())
        return {
            one.name: f.facts_of(one) for one in declared if one.name not in cls._declared.without
        }


class Entity(Model):
    """A PangoCDP object type as a Pandera model that cleans before it checks.

    Subclass it to declare an object type, or a subclass of it to add fields and checks of your
    own; `df.pango` takes the class where it takes an object type, and Pandera applies the same
    checks. A column declared without a maker of `pangoprep.field` is a field too: its annotation
    (``str``, ``int``, ``float``, ``bool``, ``datetime``) says how it is cleaned.

    Parameters
    ----------
    object_type
        The value of ``objectType`` in the API.
    key
        The fields that make two rows the same record; without any, only rows that are equal in
        every field are.
    rules
        What must hold between the fields of a row, such as `pangoprep.AnyOf` and
        `pangoprep.InOrder`.
    references
        Fields that name a record of another entity, such as ``{"customerId":
        "customer-identity"}``. Those called ``customerId``, ``customerEmail`` and
        ``customerPhone`` name a customer without that.
    without
        Fields that all entities have and this one has not.
    custom_fields
        Whether PangoCDP's table has custom fields.
    ignored_update_cfs
        Whether PangoCDP accepts ``ignoredUpdateCfs``.
    options
        How cells are read where a call does not say otherwise.

    Raises
    ------
    EntityError
        When the class is made, if the declaration cannot be used: a key or rule that names no
        field, a column whose type says nothing of how it is cleaned.

    Examples
    --------
    >>> import pandas as pd, pangoprep as pp
    >>> class Visit(pp.Entity, object_type="store-visit", key=("visitId",)):
    ...     visitId: str = pp.field.identifier("Visit", required=True, headers=["Mã lượt ghé"])
    ...     spent: float = pp.field.decimal("Money spent", headers=["Chi tiêu"])
    >>> frame = pd.DataFrame({"Mã lượt ghé": ["V1"], "Chi tiêu": ["1.250.000đ"]})
    >>> frame.pango.validate(Visit)
    <Report store-visit: 1 of 1 row ready, 0 held>
    """

    timezoneGmt: pd.Int64Dtype | None = f.timezone()
    systemName: str | None = f.text("System the record comes from", example="CRM")
    internalCompanyId: str | None = f.text("Company within the organization")
    recordStatus: str | None = f.choice(
        ("Active", "Deleted"), "Record status", words="recordStatus", example="Active"
    )


class Item(Model):
    """An object inside a record, such as a line of an order; declared as an `Entity` is.

    Examples
    --------
    >>> import pandas as pd, pangoprep as pp
    >>> class Line(pp.Item):
    ...     sku: str = pp.field.identifier("SKU", required=True, personal=False)
    ...     price: float = pp.field.decimal("Price")
    >>> class Basket(pp.Entity, object_type="basket", key=("basketId",)):
    ...     basketId: str = pp.field.identifier("Basket", required=True)
    ...     lines: list = pp.field.items(Line, "Lines", required=True)
    >>> cell = [{"sku": "A1", "price": "35.000đ"}, {"price": 5}]
    >>> report = pd.DataFrame({"basketId": ["1"], "lines": [cell]}).pango.validate(Basket)
    >>> report.findings[["field", "rule", "message"]].values[0].tolist()
    ['lines.sku', 'required.missing', 'A required field is empty (sku; lines 2). Fill it in the source.']
    """  # noqa: E501
