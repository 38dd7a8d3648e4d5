"""What became of an email. Source: help page "user-activity", which ends after trackId."""

from __future__ import annotations

from pangoprep.entities import fields as f
from pangoprep.entities.base import Entity


class EmailInteraction(
    Entity,
    object_type="email-interaction",
    key=("id",),
    without=("recordStatus",),
    custom_fields=True,
):
    """What became of an email (``email-interaction``); the key is ``id``.

    Needs ``id``, ``email``, ``serviceProvider``, ``event``, ``eventAt`` and ``actionAt``.
    """

    id: str = f.identifier(
        {"en": "Interaction id", "vi": "Mã tương tác"}, personal=False, required=True
    )
    email: str = f.email({"en": "Email", "vi": "Email"}, required=True)
    serviceProvider: str = f.text(
        {"en": "Email service", "vi": "Dịch vụ gửi email"}, required=True, example="Brevo"
    )
    eventAt: int = f.timestamp(
        {"en": "Time of the event", "vi": "Thời điểm sự kiện"},
        required=True,
        headers=["Thời điểm sự kiện", "Thời gian sự kiện"],
    )
    event: str = f.text({"en": "Event", "vi": "Sự kiện"}, required=True, headers=["Sự kiện"])
    actionAt: int = f.timestamp(
        {"en": "Time of the action", "vi": "Thời điểm hành động"},
        required=True,
        headers=["Thời điểm hành động"],
    )
    trackId: str | None = f.identifier(
        {"en": "Key of the campaign", "vi": "Mã chiến dịch"}, personal=False
    )
