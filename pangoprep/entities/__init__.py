"""The entities that are built in. A new one is a file here and a line in one of two others.

The line goes into `of_customers.py` or `of_others.py`. The table below, the names of ``pangoprep``
and all else is told from that.
"""

from __future__ import annotations

from types import ModuleType

from pangoprep.close_names import did_you_mean
from pangoprep.entities import of_customers, of_others
from pangoprep.entities.base import Entity as Entity
from pangoprep.entities.base import EntityType, Model
from pangoprep.entities.base import Item as Item
from pangoprep.entities.of_customers import *  # noqa: F403
from pangoprep.entities.of_others import *  # noqa: F403
from pangoprep.errors import EntityError, UnknownEntityError
from pangoprep.sentence import Sentence


def _models(module: ModuleType) -> dict[str, type[Model]]:
    return {name: one for name, one in vars(module).items() if isinstance(one, EntityType)}


def _entities(module: ModuleType) -> dict[str, type[Entity]]:
    models = _models(module).values()
    return {one.object_type: one for one in models if issubclass(one, Entity)}


#: The models of entities, and of the objects in their lists, by the names of the classes.
MODELS: dict[str, type[Model]] = _models(of_customers) | _models(of_others)

#: Those that tell of customers, and that a frame of customers may be.
CUSTOMERS: dict[str, type[Entity]] = _entities(of_customers)

ENTITIES: dict[str, type[Entity]] = CUSTOMERS | _entities(of_others)


def entity_for(object_type: str | type[Entity]) -> type[Entity]:
    """Return the entity of an object type; a model of your own is returned as it is.

    Raises
    ------
    UnknownEntityError
        If there is none of that name; the message lists those there are.
    EntityError
        If a class says no object type.

    Examples
    --------
    >>> entity_for("customer-identity").key
    ('customerId',)
    """
    given = object_type if isinstance(object_type, type) else None
    if given is not None and issubclass(given, Entity) and given.object_type:
        return given
    if given is not None and issubclass(given, (Entity, Item)):
        name = given.__name__
        raise EntityError(
            Sentence(
                "{1} is no entity: it says no object_type. Write it as "
                'class {1}(pp.Entity, object_type="...", key=("...",)).',
                name,
            )
        )
    if isinstance(object_type, str) and object_type in ENTITIES:
        return ENTITIES[object_type]
    if not isinstance(object_type, str):
        kind = (
            Sentence("{1!r}", object_type)
            if isinstance(object_type, int)
            else object_type.__name__
            if isinstance(object_type, type)
            else Sentence("a {1}", type(object_type).__name__)
        )
        raise UnknownEntityError(
            Sentence(
                "No entity is called {1}. There are {2}; or give one of your own.",
                kind,
                ", ".join(ENTITIES),
            )
        )
    hint = did_you_mean(object_type, ENTITIES)
    if object_type.endswith((".toml", ".py")) or ".py:" in object_type:
        hint = Sentence(" To take it from its file, give pp.entity({1!r}).", object_type)
    raise UnknownEntityError(
        Sentence(
            "No entity is called {1!r}.{2} There are {3}.", object_type, hint, ", ".join(ENTITIES)
        )
    )
