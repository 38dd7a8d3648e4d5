"""The words customers are made of. Weights are rough shares, in thousandths where they are large.

Family names: the usual published ranking (Nguyễn about 38 %, Trần 11 %, Lê 10 %, Phạm 7 % ...).
Mobile prefixes: by operator, as in force since 2018; only ranges that are open as a whole.
Provinces: as before the merger of July 2025, which is what exports still hold.
"""

from __future__ import annotations

FAMILY_NAMES = {
    "Nguyễn": 380, "Trần": 110, "Lê": 95, "Phạm": 70, "Hoàng": 30, "Huỳnh": 25, "Phan": 45,
    "Vũ": 22, "Võ": 20, "Đặng": 21, "Bùi": 20, "Đỗ": 14, "Hồ": 13, "Ngô": 13, "Dương": 10,
    "Lý": 6, "Đinh": 9, "Trương": 15, "Lương": 7, "Mai": 7, "Trịnh": 6, "Tô": 4, "Cao": 5,
    "Lâm": 6, "Châu": 3, "Tạ": 3, "Quách": 2, "Thái": 3, "La": 2,
}  # fmt: skip

MIDDLE_NAMES = {
    "male": {
        "Văn": 300, "Hữu": 70, "Đức": 70, "Minh": 90, "Quang": 60, "Ngọc": 40, "Thanh": 50,
        "Xuân": 30, "Công": 40, "Đình": 50, "Quốc": 60, "Tuấn": 40, "Anh": 30, "Hoàng": 50,
        "Gia": 30, "Bá": 20,
    },
    "female": {
        "Thị": 380, "Ngọc": 110, "Thu": 60, "Thanh": 70, "Minh": 40, "Phương": 50, "Bích": 30,
        "Kim": 50, "Mỹ": 30, "Hồng": 50, "Thùy": 40, "Quỳnh": 30, "Diệu": 20, "Khánh": 30,
    },
}  # fmt: skip

GIVEN_NAMES = {
    "male": {
        "Anh": 50, "Hùng": 50, "Dũng": 45, "Tuấn": 50, "Minh": 45, "Nam": 40, "Long": 35,
        "Hải": 40, "Sơn": 35, "Thắng": 30, "Thành": 35, "Cường": 30, "Đức": 30, "Hiếu": 30,
        "Trung": 30, "Hoàng": 30, "Huy": 35, "Khoa": 25, "Phúc": 25, "Phong": 25, "Quân": 25,
        "Tú": 20, "Việt": 20, "Bình": 25, "Khánh": 20, "Đạt": 25, "Kiên": 20, "Lâm": 20,
        "Nghĩa": 15, "Tài": 20, "Toàn": 20, "Vinh": 20,
    },
    "female": {
        "Anh": 50, "Lan": 45, "Hương": 50, "Hoa": 40, "Mai": 40, "Linh": 50, "Trang": 45,
        "Thảo": 40, "Hà": 40, "Hằng": 35, "Nga": 35, "Ngân": 25, "Ngọc": 35, "Nhung": 30,
        "Phương": 40, "Quỳnh": 25, "Thu": 30, "Thủy": 35, "Trâm": 20, "Trinh": 20, "Vân": 30,
        "Vy": 25, "Yến": 30, "Dung": 25, "Giang": 20, "Hiền": 30, "Loan": 20, "Ly": 15,
        "My": 20, "Tuyết": 20, "Xuân": 15, "Châu": 15,
    },
}  # fmt: skip

MOBILE_PREFIXES = {
    # Viettel
    "096": 60, "097": 70, "098": 70, "086": 30, "032": 25, "033": 30, "034": 30, "035": 30,
    "036": 30, "037": 30, "038": 30, "039": 25,
    # MobiFone
    "090": 60, "093": 50, "070": 15, "076": 15, "077": 15, "078": 15, "079": 15,
    # VinaPhone
    "091": 55, "094": 50, "088": 20, "081": 12, "082": 12, "083": 12, "084": 12, "085": 12,
    # Vietnamobile and Gmobile
    "092": 15, "056": 8, "058": 8, "059": 4,
}  # fmt: skip

# The eleven-digit prefixes that became ten-digit ones in September 2018: new -> old.
OLD_MOBILE_PREFIXES = {
    "070": "0120", "079": "0121", "077": "0122", "076": "0126", "078": "0128",
    "083": "0123", "084": "0124", "085": "0125", "081": "0127", "082": "0129",
    "032": "0162", "033": "0163", "034": "0164", "035": "0165", "036": "0166",
    "037": "0167", "038": "0168", "039": "0169",
    "056": "0186", "058": "0188", "059": "0199",
}  # fmt: skip

LANDLINE_AREAS = {"028": 50, "024": 50, "0236": 15, "0274": 10, "0251": 10, "0292": 10, "0225": 10}

# Area codes until 2017, where the old number cannot be taken for one of today: new -> old.
OLD_LANDLINE_AREAS = {"024": "04", "0236": "0511", "0274": "0650", "0292": "0710"}

PLACES = {
    "Hồ Chí Minh": (300, "Quận 1|Quận 3|Quận 7|Bình Thạnh|Tân Phú|Tân Bình|Gò Vấp|Bình Chánh"),
    "Hà Nội": (260, "Ba Đình|Đống Đa|Cầu Giấy|Hoàn Kiếm|Hai Bà Trưng|Thanh Xuân|Hà Đông|Long Biên"),
    "Đà Nẵng": (60, "Hải Châu|Thanh Khê|Sơn Trà|Ngũ Hành Sơn|Liên Chiểu"),
    "Hải Phòng": (50, "Hồng Bàng|Ngô Quyền|Lê Chân|Kiến An"),
    "Cần Thơ": (45, "Ninh Kiều|Cái Răng|Bình Thủy|Ô Môn"),
    "Bình Dương": (55, "Thủ Dầu Một|Dĩ An|Thuận An|Bến Cát"),
    "Đồng Nai": (50, "Biên Hòa|Long Khánh|Long Thành|Nhơn Trạch"),
    "Khánh Hòa": (30, "Nha Trang|Cam Ranh|Ninh Hòa"),
    "Nghệ An": (30, "Vinh|Cửa Lò|Diễn Châu|Quỳnh Lưu"),
    "Thừa Thiên Huế": (25, "Huế|Hương Thủy|Hương Trà"),
    "Lâm Đồng": (25, "Đà Lạt|Bảo Lộc|Đức Trọng"),
    "Quảng Ninh": (25, "Hạ Long|Cẩm Phả|Móng Cái"),
}

# What stands before the names above; before all others, "Q." for Quận.
KINDS_OF_DISTRICTS = {
    "TP.": "Thủ Dầu Một|Dĩ An|Thuận An|Bến Cát|Biên Hòa|Long Khánh|Nha Trang|Cam Ranh|Vinh|Huế"
           "|Đà Lạt|Bảo Lộc|Hạ Long|Cẩm Phả|Móng Cái",
    "TX.": "Ninh Hòa|Cửa Lò|Hương Thủy|Hương Trà",
    "H.": "Bình Chánh|Long Thành|Nhơn Trạch|Diễn Châu|Quỳnh Lưu|Đức Trọng",
}  # fmt: skip

CITY_SPELLINGS = {
    "Hồ Chí Minh": ["TP. Hồ Chí Minh", "TP.HCM", "TPHCM", "Ho Chi Minh", "Sài Gòn"],
    "Hà Nội": ["TP Hà Nội", "HN", "Ha Noi", "HÀ NỘI"],
}

STREETS = [
    "Nguyễn Huệ", "Lê Lợi", "Trần Hưng Đạo", "Hai Bà Trưng", "Lý Thường Kiệt", "Nguyễn Trãi",
    "Cách Mạng Tháng 8", "Điện Biên Phủ", "Phan Chu Trinh", "Hòa Bình", "Võ Văn Tần", "Láng",
    "Nguyễn Văn Cừ", "Hoàng Hoa Thám", "Lê Duẩn", "Phạm Văn Đồng", "30 Tháng 4", "Giải Phóng",
]  # fmt: skip

EMAIL_DOMAINS = {
    "gmail.com": 720, "yahoo.com": 70, "yahoo.com.vn": 60, "hotmail.com": 40, "outlook.com": 40,
    "icloud.com": 30, "congty-mau.vn": 20, "cuahang-mau.vn": 20,
}  # fmt: skip

MISTYPED_DOMAINS = ["gmial.com", "gmai.com", "gamil.com", "gmal.com", "yaho.com", "hotmal.com"]

GROUPS = {"Thường": 500, "Bạc": 200, "Vàng": 120, "Kim cương": 40, "VIP": 40, "vip": 20}

NULL_WORDS = ["N/A", "NULL", "null", "-", "không có", "Không", "khong co", "n/a", "none"]
