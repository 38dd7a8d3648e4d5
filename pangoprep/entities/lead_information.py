"""One row per lead. Source: help page "lead"."""

from __future__ import annotations

from pangoprep.entities import fields as f
from pangoprep.entities.base import Entity
from pangoprep.entities.rules import AnyOf, InOrder

_YES_OR_NO = {
    "có": "Yes",
    "không": "No",
    "true": "Yes",
    "false": "No",
    "1": "Yes",
    "0": "No",
    "x": "Yes",
}


class LeadInformation(
    Entity,
    object_type="lead-information",
    key=("leadId",),
    custom_fields=True,
    ignored_update_cfs=True,
    rules=(
        AnyOf((("fullName",), ("firstName", "lastName"))),
        InOrder("createdAt", "updatedAt"),
    ),
):
    """One row per lead (``lead-information``); the key is ``leadId``.

    Needs ``leadId`` and ``phone``; ``fullName``, or ``firstName`` and ``lastName``.
    """

    leadId: str = f.identifier(
        {"en": "Lead id", "vi": "Mã khách tiềm năng"},
        required=True,
        headers=["Mã lead", "Mã khách tiềm năng", "Lead id"],
    )
    phone: str = f.phone({"en": "Phone", "vi": "Điện thoại"}, required=True)
    email: str | None = f.email({"en": "Email", "vi": "Email"})
    customerId: str | None = f.identifier({"en": "Customer id", "vi": "Mã khách hàng"})
    fullName: str | None = f.name({"en": "Full name", "vi": "Họ và tên"})
    firstName: str | None = f.name({"en": "First name (the family name)", "vi": "Họ (firstName)"})
    lastName: str | None = f.name({"en": "Last name (the given name)", "vi": "Tên gọi (lastName)"})
    dob: int | None = f.birth_date({"en": "Date of birth", "vi": "Ngày sinh"}, year_to=None)
    gender: str | None = f.gender({"en": "Gender", "vi": "Giới tính"})
    status: str | None = f.text({"en": "Status", "vi": "Trạng thái"})
    gaTid: str | None = f.identifier(
        {"en": "Google Analytics tracking id", "vi": "Mã theo dõi Google Analytics"}, personal=False
    )
    gaCid: str | None = f.identifier(
        {"en": "Google Analytics client id", "vi": "Mã trình duyệt Google Analytics"}
    )
    o2oCid: str | None = f.identifier({"en": "O2O client id", "vi": "Mã khách O2O"})
    formKey: str | None = f.identifier(
        {"en": "Key of the form", "vi": "Khóa biểu mẫu"}, personal=False
    )
    formName: str | None = f.text(
        {"en": "Name of the form", "vi": "Tên biểu mẫu"}, headers=["Tên biểu mẫu"]
    )
    formVs: str | None = f.text({"en": "Version of the form", "vi": "Phiên bản biểu mẫu"})
    tags: object | None = f.list({"en": "Tags", "vi": "Thẻ gắn"}, headers=["Thẻ", "Nhãn"])
    sourceChannel: str | None = f.choice(
        ("Online", "Offline"),
        {"en": "Channel through which the lead came", "vi": "Kênh nguồn"},
        words="sourceChannel",
    )
    sourceName: str | None = f.text({"en": "Source through which the lead came", "vi": "Tên nguồn"})
    sourceNameLevel2: str | None = f.text({"en": "Source, second level", "vi": "Nguồn cấp 2"})
    sourceNameLevel3: str | None = f.text({"en": "Source, third level", "vi": "Nguồn cấp 3"})
    doubleOptIn: str | None = f.choice(
        ("Yes", "No"),
        {"en": "Double opt-in", "vi": "Xác nhận hai bước"},
        words=_YES_OR_NO,
    )
    singleOptIn: str | None = f.choice(
        ("Yes", "No"),
        {"en": "Single opt-in", "vi": "Xác nhận một bước"},
        words=_YES_OR_NO,
    )
    facebookId: str | None = f.identifier({"en": "Facebook id", "vi": "Mã Facebook"})
    zaloId: str | None = f.identifier({"en": "Zalo id", "vi": "Mã Zalo"})
    linkedin: str | None = f.identifier({"en": "LinkedIn", "vi": "LinkedIn"})
    twitterId: str | None = f.identifier({"en": "Twitter id", "vi": "Mã Twitter"})
    instagramId: str | None = f.identifier({"en": "Instagram id", "vi": "Mã Instagram"})
    prospectLevel: int | None = f.integer(
        {"en": "Prospect level", "vi": "Mức độ tiềm năng"}, bits=32
    )
    createdAt: int | None = f.timestamp({"en": "Time of creation", "vi": "Thời điểm tạo"})
    createdBy: str | None = f.text(
        {"en": "Created by", "vi": "Người tạo"}, holds="person", personal=True
    )
    updatedAt: int | None = f.timestamp({"en": "Time of update", "vi": "Thời điểm cập nhật"})
    updatedBy: str | None = f.text(
        {"en": "Updated by", "vi": "Người cập nhật"}, holds="person", personal=True
    )
