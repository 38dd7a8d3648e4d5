"""One row per order. Source: help page "transaction"."""

from __future__ import annotations

from pangoprep.entities import fields as f
from pangoprep.entities.base import Entity, Item
from pangoprep.entities.rules import Expected, InOrder, TotalOfItems


class OrderItem(Item, custom_fields=True):
    """A line of an order.

    The help page ends after ``discountPercent``; the fields behind it an integration sends.
    """

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
    price: float | None = f.decimal(
        {"en": "Price", "vi": "Giá"}, headers=["Đơn giá", "Giá", "Giá gốc"]
    )
    price4Sale: float | None = f.decimal(
        {"en": "Price in this order", "vi": "Giá bán trong đơn"},
        headers=["Giá bán", "Giá khuyến mãi"],
    )
    imageLink: str | None = f.url({"en": "Picture", "vi": "Ảnh"})
    productLink: str | None = f.url({"en": "Page of the product", "vi": "Trang sản phẩm"})
    quantity: int | None = f.integer(
        {"en": "Quantity", "vi": "Số lượng"}, bits=32, headers=["Số lượng", "SL"]
    )
    unit: str | None = f.text(
        {"en": "Unit", "vi": "Đơn vị tính"}, example="Package", headers=["Đơn vị tính", "ĐVT"]
    )
    discount: float | None = f.decimal(
        {"en": "Discount, an amount", "vi": "Tiền giảm giá"},
        headers=["Giảm giá", "Chiết khấu", "Tiền giảm giá"],
    )
    discountPercent: float | None = f.percent(
        {"en": "Discount in percent", "vi": "Phần trăm giảm giá"},
        example="8.2",
        headers=["% giảm giá", "% chiết khấu"],
    )
    orderId: str | None = f.identifier(
        {"en": "Order id", "vi": "Mã đơn hàng"},
        personal=False,
        headers=[
            "Mã đơn hàng",
            "Mã đơn",
            "Số đơn hàng",
            "Mã hóa đơn",
            "Số hóa đơn",
            "Order no",
            "Order number",
        ],
        source="seen",
    )
    orderDate: int | None = f.timestamp(
        {"en": "Date of the order", "vi": "Ngày đặt hàng"},
        headers=[
            "Ngày đặt hàng",
            "Ngày đặt",
            "Ngày đơn hàng",
            "Thời gian đặt hàng",
            "Ngày mua hàng",
        ],
        source="seen",
    )
    totalProductCost: float | None = f.decimal(
        {"en": "Cost of the products", "vi": "Tiền hàng"},
        headers=["Tổng tiền hàng", "Tiền hàng"],
        source="seen",
    )
    totalCost: float | None = f.decimal(
        {"en": "Cost of the line", "vi": "Thành tiền"},
        headers=["Tổng tiền", "Tổng cộng"],
        source="seen",
    )
    addedAt: int | None = f.timestamp(
        {"en": "Time of adding", "vi": "Thời điểm thêm"}, source="seen"
    )
    updatedAt: int | None = f.timestamp(
        {"en": "Time of update", "vi": "Thời điểm cập nhật"}, source="seen"
    )


class Order(
    Entity,
    object_type="order",
    key=("orderId",),
    custom_fields=True,
    rules=(
        Expected("customerEmail"),
        InOrder("createdAt", "updatedAt"),
        TotalOfItems("totalProductCost", "items"),
    ),
):
    """One row per order (``order``); the key is ``orderId``.

    Needs ``orderId``, ``orderStatus``, ``customerId``, ``customerName`` and ``items``. The help
    page asks for ``customerEmail`` too; shops without it send orders, so that is a warning.
    """

    orderId: str = f.identifier(
        {"en": "Order id", "vi": "Mã đơn hàng"},
        personal=False,
        required=True,
        headers=[
            "Mã đơn hàng",
            "Mã đơn",
            "Số đơn hàng",
            "Mã hóa đơn",
            "Số hóa đơn",
            "Order no",
            "Order number",
        ],
    )
    orderStatus: str = f.text(
        {"en": "Status of the order", "vi": "Trạng thái đơn hàng"},
        required=True,
        example="PaymentAbandoment",
        headers=["Trạng thái đơn hàng", "Trạng thái đơn", "Tình trạng đơn hàng"],
    )
    orderDate: int | None = f.timestamp(
        {"en": "Date of the order", "vi": "Ngày đặt hàng"},
        headers=[
            "Ngày đặt hàng",
            "Ngày đặt",
            "Ngày đơn hàng",
            "Thời gian đặt hàng",
            "Ngày mua hàng",
        ],
    )
    customerId: str = f.identifier({"en": "Customer id", "vi": "Mã khách hàng"}, required=True)
    customerName: str = f.name(
        {"en": "Customer's name", "vi": "Tên khách hàng"},
        required=True,
        headers=["Tên khách hàng", "Họ tên khách hàng", "Khách hàng", "Tên KH"],
    )
    customerEmail: str | None = f.email(
        {"en": "Customer's email", "vi": "Email khách hàng"}, headers=["Email khách hàng"]
    )
    customerPhone: str | None = f.phone(
        {"en": "Customer's phone", "vi": "Điện thoại khách hàng"},
        headers=["SĐT khách hàng", "Số điện thoại khách hàng", "Điện thoại khách hàng"],
    )
    createdBy: str | None = f.text(
        {"en": "Created by", "vi": "Người tạo"}, holds="person", personal=True
    )
    createdAt: int | None = f.timestamp({"en": "Time of creation", "vi": "Thời điểm tạo"})
    updatedBy: str | None = f.text(
        {"en": "Updated by", "vi": "Người cập nhật"}, holds="person", personal=True
    )
    updatedAt: int | None = f.timestamp({"en": "Time of update", "vi": "Thời điểm cập nhật"})
    deliveryMethod: str | None = f.text(
        {"en": "Delivery method", "vi": "Phương thức giao hàng"},
        headers=["Phương thức giao hàng", "Phương thức vận chuyển", "Đơn vị vận chuyển"],
    )
    deliveryDate: int | None = f.timestamp(
        {"en": "Date of delivery", "vi": "Ngày giao hàng"},
        future=True,
        headers=["Ngày giao hàng", "Ngày giao"],
    )
    deliveryStatus: str | None = f.text(
        {"en": "Delivery status", "vi": "Trạng thái giao hàng"},
        headers=["Trạng thái giao hàng", "Tình trạng giao hàng"],
    )
    shippingCost: float | None = f.decimal(
        {"en": "Shipping cost", "vi": "Phí vận chuyển"},
        example="35000",
        headers=["Phí vận chuyển", "Phí ship", "Phí giao hàng"],
    )
    paymentMethod: str | None = f.text(
        {"en": "Payment method", "vi": "Phương thức thanh toán"},
        headers=["Phương thức thanh toán", "Hình thức thanh toán"],
    )
    paymentStatus: str | None = f.text(
        {"en": "Payment status", "vi": "Trạng thái thanh toán"},
        headers=["Trạng thái thanh toán", "Tình trạng thanh toán"],
    )
    vatCost: float | None = f.decimal(
        {"en": "VAT, an amount", "vi": "Tiền thuế VAT"}, headers=["Tiền thuế", "Tiền thuế VAT"]
    )
    vatPercent: float | None = f.percent(
        {"en": "VAT in percent", "vi": "Thuế suất VAT"},
        example="10",
        headers=["Thuế suất", "% VAT", "Thuế suất VAT"],
    )
    discount: float | None = f.decimal(
        {"en": "Discount, an amount", "vi": "Tiền giảm giá"},
        headers=["Tiền giảm giá", "Giảm giá đơn hàng"],
    )
    discountPercent: float | None = f.percent(
        {"en": "Discount in percent", "vi": "Phần trăm giảm giá"},
        example="8.2",
        headers=["% giảm giá đơn hàng"],
    )
    totalProductCost: float | None = f.decimal(
        {"en": "Cost of the products", "vi": "Tiền hàng"}, headers=["Tổng tiền hàng", "Tiền hàng"]
    )
    totalCost: float | None = f.decimal(
        {"en": "Cost before discount", "vi": "Tổng tiền trước giảm giá"},
        headers=["Tổng tiền", "Tổng cộng"],
    )
    totalCostWithVat: float | None = f.decimal(
        {"en": "Cost with VAT", "vi": "Tổng tiền có VAT"},
        headers=["Tổng tiền có VAT", "Tổng tiền sau thuế"],
    )
    items: object = f.items(
        OrderItem,
        {"en": "Lines of the order", "vi": "Các dòng hàng"},
        required=True,
        headers=["Danh sách sản phẩm", "Chi tiết đơn hàng", "Các sản phẩm"],
    )
    momCode: str | None = f.identifier(
        {"en": "Code of the model", "vi": "Mã mô hình"},
        personal=False,
        example="order",
        source="seen",
    )
