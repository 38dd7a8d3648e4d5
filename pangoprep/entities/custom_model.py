"""A record of a model of the organization's own. Source: help page "custom-model"."""

from __future__ import annotations

from pangoprep.entities import fields as f
from pangoprep.entities.base import Entity
from pangoprep.entities.rules import InOrder


class CustomModel(
    Entity,
    object_type="custom-model",
    key=(
        "momCode",
        "refId",
    ),
    without=("internalCompanyId",),
    custom_fields=True,
    ignored_update_cfs=True,
    rules=(InOrder("createdAt", "updatedAt"),),
):
    """One row per record of your own model (``custom-model``); key ``momCode`` + ``refId``.

    ``momCode`` says which model, ``refId`` is the record's id in your system. All else is in custom
    fields.
    """

    momCode: str = f.identifier(
        {"en": "Code of the model", "vi": "Mã mô hình"},
        personal=False,
        required=True,
        example="M-T5QMS-O-UIWWY-M",
    )
    refId: str = f.identifier(
        {"en": "Record's id in your system", "vi": "Mã bản ghi trong hệ thống của bạn"},
        required=True,
        headers=["Mã bản ghi", "Ref id"],
    )
    customerId: str | None = f.identifier({"en": "Customer id", "vi": "Mã khách hàng"})
    email: str | None = f.email({"en": "Email", "vi": "Email"})
    phone: str | None = f.phone({"en": "Phone", "vi": "Điện thoại"})
    leadId: str | None = f.identifier(
        {"en": "Lead id", "vi": "Mã khách tiềm năng"},
        headers=["Mã lead", "Mã khách tiềm năng", "Lead id"],
    )
    deviceId: str | None = f.identifier({"en": "Device id", "vi": "Mã thiết bị"})
    eventCtg: str | None = f.text({"en": "Event category", "vi": "Nhóm sự kiện"})
    event: str | None = f.text({"en": "Event", "vi": "Sự kiện"}, headers=["Sự kiện"])
    eventLabel: str | None = f.text({"en": "Event label", "vi": "Nhãn sự kiện"})
    ggCid: str | None = f.identifier({"en": "Google client id", "vi": "Mã trình duyệt Google"})
    ggTid: str | None = f.identifier(
        {"en": "Google tracking id", "vi": "Mã theo dõi Google"}, personal=False
    )
    fbPid: str | None = f.identifier(
        {"en": "Facebook page id", "vi": "Mã trang Facebook"}, personal=False
    )
    fbCId: str | None = f.identifier({"en": "Facebook client id", "vi": "Mã khách Facebook"})
    zoOAId: str | None = f.identifier({"en": "Zalo OA id", "vi": "Mã Zalo OA"}, personal=False)
    zoUId: str | None = f.identifier({"en": "Zalo user id", "vi": "Mã người dùng Zalo"})
    zoUAId: str | None = f.identifier(
        {"en": "Zalo user id by app", "vi": "Mã người dùng Zalo theo ứng dụng"}
    )
    cookieGroup01: str | None = f.text({"en": "Cookie group 1", "vi": "Nhóm cookie 1"})
    cookieGroup02: str | None = f.text({"en": "Cookie group 2", "vi": "Nhóm cookie 2"})
    cookieGroup03: str | None = f.text({"en": "Cookie group 3", "vi": "Nhóm cookie 3"})
    cookie01: str | None = f.identifier({"en": "Cookie 1", "vi": "Cookie 1"})
    cookie02: str | None = f.identifier({"en": "Cookie 2", "vi": "Cookie 2"})
    cookie03: str | None = f.identifier({"en": "Cookie 3", "vi": "Cookie 3"})
    tags: object | None = f.list({"en": "Tags", "vi": "Thẻ gắn"}, headers=["Thẻ", "Nhãn"])
    createdAt: int | None = f.timestamp({"en": "Time of creation", "vi": "Thời điểm tạo"})
    createdBy: str | None = f.text(
        {"en": "Created by", "vi": "Người tạo"}, holds="person", personal=True
    )
    updatedAt: int | None = f.timestamp({"en": "Time of update", "vi": "Thời điểm cập nhật"})
    updatedBy: str | None = f.text(
        {"en": "Updated by", "vi": "Người cập nhật"}, holds="person", personal=True
    )
