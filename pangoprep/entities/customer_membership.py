"""Customer Membership: a customer's card. Source: help page, entity table 3 of 6."""

from __future__ import annotations

import pandas as pd

from pangoprep.entities import fields as f
from pangoprep.entities.base import Entity
from pangoprep.entities.rules import AnyOf, InOrder


class CustomerMembership(
    Entity,
    object_type="customer-membership",
    key=("membershipId",),
    ignored_update_cfs=True,
    custom_fields=True,
    rules=(
        AnyOf((("customerId",), ("customerEmail",), ("customerPhone",))),
        InOrder("membershipIssuedAt", "membershipUpdatedAt"),
    ),
):
    """One row per membership (``customer-membership``); the key is ``membershipId``.

    Needs ``membershipId`` and ``membershipIssuedAt``; one of ``customerId``, ``customerEmail`` and
    ``customerPhone``.
    """

    customerId: str | None = f.identifier("Customer id", example="C110000001")
    customerEmail: str | None = f.email("Customer's email")
    customerPhone: str | None = f.phone("Customer's phone", example="0359677xxx")
    customerName: str | None = f.name("Customer's name", example="Dee Nguyen")
    membershipId: str = f.identifier(
        "Member or card id", required=True, example="0359677xxx", parameters={"form": "card"}
    )
    membershipType: str | None = f.text("Membership type", example="VIP")
    status: str | None = f.text("Status of the membership", example="Active")
    membershipIssuedAt: pd.Int64Dtype = f.timestamp(
        "Time of issuing", required=True, example="1584507164000"
    )
    membershipUpdatedAt: pd.Int64Dtype | None = f.timestamp(
        "Time of update", example="1584507164000"
    )
    earnPoint: pd.Int64Dtype | None = f.integer("Points earned", example="5000")
    loyaltyPoint: pd.Int64Dtype | None = f.integer("Loyalty points", example="3500")
    redeemPoint: pd.Int64Dtype | None = f.integer("Points redeemed", example="1200")
