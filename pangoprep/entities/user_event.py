"""What a user did. Source: what a public integration sends."""

from __future__ import annotations

from pangoprep.entities import fields as f
from pangoprep.entities.base import Entity


class UserEvent(
    Entity,
    object_type="user-event",
    key=(),
    without=(
        "timezoneGmt",
        "systemName",
        "internalCompanyId",
    ),
    custom_fields=True,
):
    """What a user did (``user-event``).

    No page of PangoCDP describes it: the fields are those that an integration sends. None of them
    is an id, so that only rows that are equal in every field are the same record.
    """

    source: str | None = f.identifier(
        {"en": "Model's code", "vi": "Mã mô hình"}, personal=False, source="seen"
    )
    sourceId: str | None = f.identifier({"en": "Record's id", "vi": "Mã bản ghi"}, source="seen")
    condition: str | None = f.text({"en": "Condition", "vi": "Điều kiện"}, source="seen")
    channel: str | None = f.text({"en": "Channel", "vi": "Kênh"}, source="seen")
    eventCtg: str | None = f.text({"en": "Event category", "vi": "Nhóm sự kiện"}, source="seen")
    eventCtg2: str | None = f.text(
        {"en": "Event category, second level", "vi": "Nhóm sự kiện cấp 2"}, source="seen"
    )
    eventCtg3: str | None = f.text(
        {"en": "Event category, third level", "vi": "Nhóm sự kiện cấp 3"}, source="seen"
    )
    eventName: str | None = f.text(
        {"en": "Event", "vi": "Tên sự kiện"}, headers=["Tên sự kiện", "Sự kiện"], source="seen"
    )
    eventAt: int | None = f.timestamp(
        {"en": "Time of the event", "vi": "Thời điểm sự kiện"},
        headers=["Thời điểm sự kiện", "Thời gian sự kiện"],
        source="seen",
    )
    value: float | None = f.decimal({"en": "Value", "vi": "Giá trị"}, source="seen")
    eventLabels: object | None = f.list({"en": "Event labels", "vi": "Nhãn sự kiện"}, source="seen")
    eventLabel2s: object | None = f.list(
        {"en": "Event labels, second level", "vi": "Nhãn sự kiện cấp 2"}, source="seen"
    )
    eventLabel3s: object | None = f.list(
        {"en": "Event labels, third level", "vi": "Nhãn sự kiện cấp 3"}, source="seen"
    )
    customerId: str | None = f.identifier(
        {"en": "Customer id", "vi": "Mã khách hàng"}, source="seen"
    )
    phone: str | None = f.phone({"en": "Phone", "vi": "Điện thoại"}, source="seen")
    zaloOAId: str | None = f.identifier(
        {"en": "Zalo OA id", "vi": "Mã Zalo OA"}, personal=False, source="seen"
    )
    zaloUserId: str | None = f.identifier(
        {"en": "Zalo user id", "vi": "Mã người dùng Zalo"}, source="seen"
    )
    note: str | None = f.text({"en": "Note", "vi": "Ghi chú"}, personal=True, source="seen")
    recordStatus: str | None = f.text(
        {"en": "Record status", "vi": "Trạng thái bản ghi"}, source="seen"
    )
