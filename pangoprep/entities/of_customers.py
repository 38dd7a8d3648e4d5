"""The entities that are built in and tell of customers: a line each.

A frame of customers may be any of them: their headers are looked for first.
"""

# ruff: noqa: I001 - in the order in which they are listed

from pangoprep.entities.customer_identity import CustomerIdentity as CustomerIdentity
from pangoprep.entities.customer_relationship import CustomerRelationship as CustomerRelationship
from pangoprep.entities.customer_membership import CustomerMembership as CustomerMembership
from pangoprep.entities.customer_address import CustomerAddress as CustomerAddress
from pangoprep.entities.customer_email import CustomerEmail as CustomerEmail
from pangoprep.entities.customer_photo import CustomerPhoto as CustomerPhoto
