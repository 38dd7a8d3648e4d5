"""The six customer entities. A new one is a file here and a line below."""

from __future__ import annotations

from pangoprep.close_names import did_you_mean
from pangoprep.entities.base import Entity, Item
from pangoprep.entities.customer_address import CustomerAddress
from pangoprep.entities.customer_email import CustomerEmail
from pangoprep.entities.customer_identity import CustomerIdentity
from pangoprep.entities.customer_membership import CustomerMembership
from pangoprep.entities.customer_photo import CustomerPhoto
from pangoprep.entities.customer_relationship import CustomerRelationship
from pangoprep.errors import UnknownEntityError

ENTITIES: dict[str, type[Entity]] = {
    "customer-identity": CustomerIdentity,
    "customer-relationship": CustomerRelationship,
    "customer-membership": CustomerMembership,
    "customer-identity-address": CustomerAddress,
    "customer-identity-email": CustomerEmail,
    "customer-identity-photo": CustomerPhoto,
}


def entity_for(object_type: str | type[Entity]) -> type[Entity]:
    """Return the entity of an object type; a model of your own is returned as it is.

    Raises
    ------
    UnknownEntityError
        If there is none of that name; the message lists those there are.

    Examples
    --------
    >>> entity_for("customer-identity").key
    ('customerId',)
    """
    given = object_type if isinstance(object_type, type) else None
    if given is not None and issubclass(given, Entity) and given.object_type:
        return given
    if isinstance(object_type, str) and object_type in ENTITIES:
        return ENTITIES[object_type]
    if not isinstance(object_type, str):
        kind = (
            f"{object_type!r}"
            if isinstance(object_type, int)
            else object_type.__name__
            if isinstance(object_type, type)
            else f"a {type(object_type).__name__}"
        )
        raise UnknownEntityError(
            f"No entity is called {kind}. There are {', '.join(ENTITIES)}; or give one of your own."
        )
    hint = did_you_mean(object_type, ENTITIES)
    raise UnknownEntityError(
        f"No entity is called {object_type!r}.{hint} There are {', '.join(ENTITIES)}."
    )


__all__ = [
    "ENTITIES",
    "CustomerAddress",
    "CustomerEmail",
    "CustomerIdentity",
    "CustomerMembership",
    "CustomerPhoto",
    "CustomerRelationship",
    "Entity",
    "Item",
    "entity_for",
]
