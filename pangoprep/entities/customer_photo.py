"""Customer Photo: pictures of a customer. Source: help page, entity table 6 of 6."""

from __future__ import annotations

from pangoprep.entities import fields as f
from pangoprep.entities.base import Entity


class CustomerPhoto(
    Entity,
    object_type="customer-identity-photo",
    key=("customerId", "imageUrl"),
):
    """One row per photo (``customer-identity-photo``); key ``customerId`` + ``imageUrl``.

    Needs ``customerId``, ``source`` and ``imageUrl``.
    """

    customerId: str = f.identifier("Customer id", required=True, example="00000000001")
    source: str = f.text("Source of the photo", required=True, example="Facebook")
    imageUrl: str = f.url(
        "Address of the photo",
        personal=True,
        required=True,
        example="https://domain.com/photo/pic1.png",
    )
