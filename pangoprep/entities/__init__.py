"""The entities that are built in. A new one is a file here and a line below."""

from __future__ import annotations

from pangoprep.close_names import did_you_mean
from pangoprep.entities.base import Entity, Item
from pangoprep.entities.custom_model import CustomModel
from pangoprep.entities.customer_address import CustomerAddress
from pangoprep.entities.customer_email import CustomerEmail
from pangoprep.entities.customer_identity import CustomerIdentity
from pangoprep.entities.customer_membership import CustomerMembership
from pangoprep.entities.customer_photo import CustomerPhoto
from pangoprep.entities.customer_product_activity import CustomerProductActivity
from pangoprep.entities.customer_relationship import CustomerRelationship
from pangoprep.entities.email_interaction import EmailInteraction
from pangoprep.entities.lead_information import LeadInformation
from pangoprep.entities.meta_form_marketing import MetaFormMarketing
from pangoprep.entities.meta_survey import MetaSurvey, SurveyQuestion
from pangoprep.entities.order import Order, OrderItem
from pangoprep.entities.product import Product
from pangoprep.entities.user_event import UserEvent
from pangoprep.errors import EntityError, UnknownEntityError
from pangoprep.sentence import Sentence

#: Those that tell of customers, and that a frame of customers may be.
CUSTOMERS: dict[str, type[Entity]] = {
    "customer-identity": CustomerIdentity,
    "customer-relationship": CustomerRelationship,
    "customer-membership": CustomerMembership,
    "customer-identity-address": CustomerAddress,
    "customer-identity-email": CustomerEmail,
    "customer-identity-photo": CustomerPhoto,
}

ENTITIES: dict[str, type[Entity]] = {
    **CUSTOMERS,
    "order": Order,
    "lead-information": LeadInformation,
    "custom-model": CustomModel,
    "customer-product-activity": CustomerProductActivity,
    "email-interaction": EmailInteraction,
    "meta-survey": MetaSurvey,
    "meta-form-marketing": MetaFormMarketing,
    "product": Product,
    "user-event": UserEvent,
}


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


__all__ = [
    "CUSTOMERS",
    "ENTITIES",
    "CustomModel",
    "CustomerAddress",
    "CustomerEmail",
    "CustomerIdentity",
    "CustomerMembership",
    "CustomerPhoto",
    "CustomerProductActivity",
    "CustomerRelationship",
    "EmailInteraction",
    "Entity",
    "Item",
    "LeadInformation",
    "MetaFormMarketing",
    "MetaSurvey",
    "Order",
    "OrderItem",
    "Product",
    "SurveyQuestion",
    "UserEvent",
    "entity_for",
]
