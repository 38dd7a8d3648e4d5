"""A form of a campaign. Source: help page "meta-data"."""

from __future__ import annotations

from pangoprep.entities import fields as f
from pangoprep.entities.base import Entity
from pangoprep.entities.rules import InOrder


class MetaFormMarketing(
    Entity,
    object_type="meta-form-marketing",
    key=("formId",),
    custom_fields=True,
    rules=(InOrder("createdAt", "updatedAt"),),
):
    """A form of a campaign (``meta-form-marketing``); the key is ``formId``.

    Needs ``formId``, ``provider`` and ``name``.
    """

    formId: str = f.identifier(
        {"en": "Form id", "vi": "Mã biểu mẫu"},
        personal=False,
        required=True,
        headers=["Mã biểu mẫu"],
    )
    provider: str = f.text({"en": "Provider", "vi": "Nhà cung cấp"}, required=True)
    name: str = f.text(
        {"en": "Name of the form", "vi": "Tên biểu mẫu"},
        required=True,
        headers=["Tên sản phẩm", "Tên hàng"],
    )
    createdAt: int | None = f.timestamp({"en": "Time of creation", "vi": "Thời điểm tạo"})
    createdBy: str | None = f.text(
        {"en": "Created by", "vi": "Người tạo"}, holds="person", personal=True
    )
    updatedAt: int | None = f.timestamp({"en": "Time of update", "vi": "Thời điểm cập nhật"})
    updatedBy: str | None = f.text(
        {"en": "Updated by", "vi": "Người cập nhật"}, holds="person", personal=True
    )
