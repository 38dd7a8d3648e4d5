"""The entities that are built in and tell of something else: a line each.

A frame is taken for one of them only where it has all that it needs.
"""

# ruff: noqa: I001 - in the order in which they are listed

from pangoprep.entities.order import Order as Order
from pangoprep.entities.order import OrderItem as OrderItem
from pangoprep.entities.lead_information import LeadInformation as LeadInformation
from pangoprep.entities.custom_model import CustomModel as CustomModel
from pangoprep.entities.customer_product_activity import (
    CustomerProductActivity as CustomerProductActivity,
)
from pangoprep.entities.email_interaction import EmailInteraction as EmailInteraction
from pangoprep.entities.meta_survey import MetaSurvey as MetaSurvey
from pangoprep.entities.meta_survey import SurveyQuestion as SurveyQuestion
from pangoprep.entities.meta_form_marketing import MetaFormMarketing as MetaFormMarketing
from pangoprep.entities.product import Product as Product
from pangoprep.entities.user_event import UserEvent as UserEvent
