"""A product. Source: what a public integration sends."""

from __future__ import annotations

from pangoprep.entities import fields as f
from pangoprep.entities.base import Entity


class Product(
    Entity,
    object_type="product",
    key=("productId",),
    without=(
        "timezoneGmt",
        "internalCompanyId",
    ),
    custom_fields=True,
):
    """A product (``product``); the key is ``productId`` by our reading.

    No page of PangoCDP describes it: the fields are those that integrations send.
    """

    momCode: str | None = f.identifier(
        {"en": "Code of the model", "vi": "Mã mô hình"},
        personal=False,
        example="product",
        source="seen",
    )
    productId: str | None = f.identifier(
        {"en": "Product id", "vi": "Mã sản phẩm"},
        personal=False,
        headers=["Mã sản phẩm", "Mã hàng"],
        source="seen",
    )
    sku: str | None = f.identifier(
        {"en": "SKU", "vi": "Mã SKU"}, personal=False, headers=["Mã SKU"], source="seen"
    )
    name: str | None = f.text(
        {"en": "Name of the product", "vi": "Tên sản phẩm"},
        headers=["Tên sản phẩm", "Tên hàng"],
        source="seen",
    )
    price: float | None = f.decimal(
        {"en": "Price", "vi": "Giá"}, headers=["Đơn giá", "Giá", "Giá gốc"], source="seen"
    )
    productLink: str | None = f.url(
        {"en": "Page of the product", "vi": "Trang sản phẩm"}, source="seen"
    )
    reviewLink: str | None = f.url({"en": "Page of reviews", "vi": "Trang đánh giá"}, source="seen")
    imageLink: str | None = f.url({"en": "Picture", "vi": "Ảnh"}, source="seen")
    recordStatus: str | None = f.text(
        {"en": "Record status", "vi": "Trạng thái bản ghi"}, source="seen"
    )
    brand: str | None = f.text(
        {"en": "Brand", "vi": "Thương hiệu"}, headers=["Thương hiệu", "Nhãn hiệu"], source="seen"
    )
    categoryName: str | None = f.text(
        {"en": "Category", "vi": "Nhóm hàng"},
        headers=["Nhóm hàng", "Danh mục", "Ngành hàng"],
        source="seen",
    )
