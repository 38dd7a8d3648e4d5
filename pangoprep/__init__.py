"""pangoprep: clean, check and send customer data to PangoCDP from pandas and Jupyter."""

from pangoprep.entities import (
    CustomerAddress,
    CustomerEmail,
    CustomerIdentity,
    CustomerMembership,
    CustomerPhoto,
    CustomerRelationship,
)

__all__ = [
    "CustomerAddress",
    "CustomerEmail",
    "CustomerIdentity",
    "CustomerMembership",
    "CustomerPhoto",
    "CustomerRelationship",
]
