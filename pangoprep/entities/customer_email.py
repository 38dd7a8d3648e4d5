"""Customer Email: a customer's further addresses. Source: help page, entity table 5 of 6."""

from __future__ import annotations

import pandas as pd

from pangoprep.entities import fields as f
from pangoprep.entities.base import Entity


class CustomerEmail(
    Entity,
    object_type="customer-identity-email",
    key=("customerId", "email"),
):
    """One row per email address (``customer-identity-email``); key ``customerId`` + ``email``.

    Needs ``customerId``, ``email`` and ``emailType``.
    """

    customerId: str = f.identifier("Customer id", required=True, example="00000000001")
    email: str = f.email("Email address", required=True)
    emailType: str = f.choice(
        ("Business", "Personal"), "Email type", words="emailType", required=True, example="Business"
    )
    primary: pd.BooleanDtype | None = f.boolean("Is the primary address", example="true")
