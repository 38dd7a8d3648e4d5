"""What a customer did with a product. Source: help page "user-activity"."""

from __future__ import annotations

from pangoprep.entities import fields as f
from pangoprep.entities.base import Entity
from pangoprep.entities.rules import AnyOf


class CustomerProductActivity(
    Entity,
    object_type="customer-product-activity",
    key=("actionId",),
    custom_fields=True,
    ignored_update_cfs=True,
    rules=(AnyOf((("customerPhone",), ("customerEmail",))),),
):
    """What a customer did with a product (``customer-product-activity``); key ``actionId``.

    Needs ``actionId``, ``action``, ``actionAt``, ``customerId``, ``customerName``, ``productSku``,
    ``productName`` and ``productCategoryId``; ``customerPhone`` or ``customerEmail``.
    """

    actionId: str = f.identifier(
        {"en": "Action id", "vi": "Mã hành động"},
        personal=False,
        required=True,
        headers=["Mã hành động"],
    )
    action: str = f.text({"en": "Action", "vi": "Hành động"}, required=True, headers=["Hành động"])
    actionAt: int = f.timestamp(
        {"en": "Time of the action", "vi": "Thời điểm hành động"},
        required=True,
        headers=["Thời điểm hành động"],
    )
    actionStatus: str | None = f.text({"en": "Status of the action", "vi": "Trạng thái hành động"})
    textResult: str | None = f.text(
        {"en": "Result as text", "vi": "Kết quả dạng chữ"}, personal=True
    )
    boolResult: bool | None = f.boolean({"en": "Result as yes or no", "vi": "Kết quả đúng sai"})
    longResult: int | None = f.integer(
        {"en": "Result as a whole number", "vi": "Kết quả số nguyên"}
    )
    doubleResult: float | None = f.decimal(
        {"en": "Result as a decimal", "vi": "Kết quả số thập phân"}
    )
    customerId: str = f.identifier({"en": "Customer id", "vi": "Mã khách hàng"}, required=True)
    customerName: str = f.name(
        {"en": "Customer's name", "vi": "Tên khách hàng"},
        required=True,
        headers=["Tên khách hàng", "Họ tên khách hàng", "Khách hàng", "Tên KH"],
    )
    customerPhone: str | None = f.phone(
        {"en": "Customer's phone", "vi": "Điện thoại khách hàng"},
        headers=["SĐT khách hàng", "Số điện thoại khách hàng", "Điện thoại khách hàng"],
    )
    customerEmail: str | None = f.email(
        {"en": "Customer's email", "vi": "Email khách hàng"}, headers=["Email khách hàng"]
    )
    productSku: str = f.identifier(
        {"en": "SKU of the product", "vi": "Mã SKU sản phẩm"},
        personal=False,
        required=True,
        example="SKU001",
        headers=["SKU", "Mã SKU", "Mã sản phẩm", "Mã hàng", "Mã SP"],
    )
    productName: str = f.text(
        {"en": "Name of the product", "vi": "Tên sản phẩm"},
        required=True,
        headers=["Tên sản phẩm", "Tên hàng", "Sản phẩm", "Tên SP"],
    )
    productCategory: str | None = f.text(
        {"en": "Category of the product", "vi": "Nhóm sản phẩm"}, headers=["Nhóm hàng", "Danh mục"]
    )
    productCategoryId: str = f.identifier(
        {"en": "Id of the product's category", "vi": "Mã nhóm sản phẩm"},
        personal=False,
        required=True,
        headers=["Mã nhóm hàng", "Mã danh mục"],
    )
    productImageLink: str | None = f.url({"en": "Picture of the product", "vi": "Ảnh sản phẩm"})
    productLink: str | None = f.url({"en": "Page of the product", "vi": "Trang sản phẩm"})
    price: float | None = f.decimal(
        {"en": "Price", "vi": "Giá"}, headers=["Đơn giá", "Giá", "Giá gốc"]
    )
    quantity: int | None = f.integer(
        {"en": "Quantity", "vi": "Số lượng"}, bits=32, headers=["Số lượng", "SL"]
    )
