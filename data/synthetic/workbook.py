"""The workbook: one sheet per entity, typed the way Excel types what people paste into it."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from .customers import HEADERS, customers_and_truth
from .dice import Dice
from .vocabulary import FAMILY_NAMES, GIVEN_NAMES, MIDDLE_NAMES, PLACES, STREETS
from .wards import WARDS

N_CUSTOMERS = 300
ORPHAN_IDS = ["C999000001", "C999000002", "C999000003"]
"""Customers that the first sheet does not have."""

WRONG = {
    "customer-identity": "as in the CSV",
    "customer-relationship": "no relationship id, no name, a relation PangoCDP does not know, "
    "phone numbers without zero or too short, a day that does not exist",
    "customer-membership": "thousands separators, half points, no day of issue, one card twice",
    "customer-identity-address": "no district, an unknown type, an end before the start",
    "customer-identity-email": "no @, a yes or no that is neither, words in two languages",
    "customer-identity-photo": "addresses without `https://`, no source",
}
"""What is wrong on each sheet, in words; in every so-many-th row, so that each has some of it."""

Row = list[Any]
Sheet = tuple[list[str], list[Row]]


class _Draws:
    """One draw at a time, which is fast enough for a few hundred rows."""

    def __init__(self, seed: int, name: str) -> None:
        self._numbers = iter(Dice(seed, name).below(50_000, 10**6).tolist())

    def chance(self, share: float) -> bool:
        return next(self._numbers) < share * 10**6

    def below(self, high: int) -> int:
        return next(self._numbers) * high // 10**6

    def choose(self, words: Any) -> Any:
        words = list(words)
        return words[self.below(len(words))]

    def phone(self) -> Any:
        number = f"09{self.choose('0134678')}{self.below(10**6):06}{self.below(10)}"
        # A column of numbers has no leading zeros.
        return int(number) if self.chance(0.3) else number

    def name(self) -> str:
        gender = self.choose(["male", "female"])
        parts = (FAMILY_NAMES, MIDDLE_NAMES[gender], GIVEN_NAMES[gender])
        return " ".join(self.choose(part) for part in parts)

    def day(self, first_year: int, last_year: int) -> datetime:
        years = last_year - first_year + 1
        return datetime(first_year + self.below(years), 1 + self.below(12), 1 + self.below(28))


def sheets(seed: int) -> dict[str, Sheet]:
    """Make the six sheets: header and rows of each, by object type."""
    identity, ids = _identity(seed)
    return {
        "customer-identity": identity,
        "customer-relationship": _relationships(ids, _Draws(seed, "relationship")),
        "customer-membership": _memberships(ids, _Draws(seed, "membership")),
        "customer-identity-address": _addresses(ids, _Draws(seed, "addresses")),
        "customer-identity-email": _emails(ids, _Draws(seed, "emails")),
        "customer-identity-photo": _photos(ids, _Draws(seed, "photos")),
    }


def write_workbook(path: Path, seed: int) -> int:
    """Write the workbook and give the number of rows on its sheets."""
    import xlsxwriter  # not everybody who wants the CSV has it

    n_rows = 0
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"}) as book:
        # The moment of writing would make every file different.
        book.set_properties({"title": "Made-up customers", "created": datetime(2026, 1, 1)})
        for name, (header, rows) in sheets(seed).items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, header, book.add_format({"bold": True}))
            for position, row in enumerate(rows, start=1):
                sheet.write_row(position, 0, row)
            sheet.freeze_panes(1, 0)
            sheet.autofit()
            n_rows += len(rows)
    return n_rows


def _identity(seed: int) -> tuple[Sheet, list[str]]:
    frame, truth = customers_and_truth(N_CUSTOMERS, seed + 1)
    rows = [[_as_pasted(cell) for cell in row] for row in frame.itertuples(index=False)]
    ids = truth.meant["customerId"].dropna().unique().tolist()
    return (list(HEADERS.values()), rows), ids


def _as_pasted(cell: Any) -> Any:
    """Make of a text what Excel makes of it: a number, a date, or the text."""
    if not isinstance(cell, str):
        return None
    if re.fullmatch(r"[1-9][0-9]{0,10}", cell):
        return int(cell)
    if re.fullmatch(r"[0-9]{1,2}/[0-9]{1,2}/(19|20)[0-9]{2}", cell):
        day, month, year = map(int, cell.split("/"))
        try:
            return datetime(year, month, day) if year > 1900 else cell
        except ValueError:
            return cell
    return cell


def _child_id(ids: list[str], draws: _Draws, position: int) -> str:
    return str(draws.choose(ORPHAN_IDS if position % 75 == 50 else ids))


def _relationships(ids: list[str], draws: _Draws) -> Sheet:
    header = ["customerId", "relationshipId", "relationship", "fullName", "phone", "dob", "gender",
              "recordStatus"]  # fmt: skip
    words = ["vợ", "Chồng", "Con gái", "con trai", "Bố", "mẹ", "father", "mother", "child", "wife"]
    rows: list[Row] = []
    for k in range(200):
        relation = "bạn" if k % 50 == 3 else draws.choose(words)
        number = draws.phone() if draws.chance(0.7) else None
        born = draws.day(1950, 2015)
        rows.append([
            _child_id(ids, draws, k),
            None if k % 100 == 70 else f"R{k + 1:05}",
            relation,
            None if k % 100 == 11 else draws.name(),
            "091234" if k % 100 == 23 else number,
            "31/02/1990" if k % 100 == 37 else born,
            draws.choose(["Nam", "Nữ", "nu", "M", "F", None]),
            draws.choose(["Active", "active", None]),
        ])  # fmt: skip
    return header, rows


def _memberships(ids: list[str], draws: _Draws) -> Sheet:
    header = ["Mã thẻ", "Mã KH", "Tên khách hàng", "SĐT khách hàng", "Hạng thẻ", "Ngày cấp thẻ",
              "Điểm đã tích", "Điểm khả dụng", "Điểm đã đổi", "Trạng thái thẻ"]  # fmt: skip
    rows: list[Row] = []
    for k in range(300):
        earned = draws.below(20) * 500
        redeemed = earned // 5
        spelled = draws.choose([f"{earned:,}", f"{earned:,}".replace(",", "."), earned, earned])
        rows.append([
            f"M{k + 1:06}",
            _child_id(ids, draws, k),
            draws.name(),
            draws.phone(),
            draws.choose(["Vàng", "Bạc", "VIP", "Thường", "vip"]),
            None if k % 100 == 41 else draws.day(2016, 2025),
            "12.5" if k % 100 == 53 else spelled,
            earned - redeemed,
            redeemed,
            draws.choose(["Active", "Hoạt động", "Khóa"]),
        ])  # fmt: skip
    # The same card twice: the later row counts.
    rows.append([*rows[0][:4], "VIP", *rows[0][5:]])
    return header, rows


def _addresses(ids: list[str], draws: _Draws) -> Sheet:
    header = ["customerId", "Loại địa chỉ", "Địa chỉ", "Phường/Xã", "Quận/Huyện", "Tỉnh/Thành phố",
              "countryAlphaCode2", "startTime", "endTime"]  # fmt: skip
    kinds = ["Quê quán", "cơ quan", "Live", "Work"]
    rows: list[Row] = []
    for k in range(250):
        city = draws.choose(PLACES)
        start = draws.day(2005, 2018)
        end = draws.day(2019, 2025) if draws.chance(0.3) else None
        if k % 100 == 61:
            start, end = draws.day(2019, 2025), draws.day(2005, 2018)
        row = [
            _child_id(ids, draws, k),
            "tạm trú?" if k % 100 == 71 else draws.choose(kinds),
            f"{1 + draws.below(400)} {draws.choose(STREETS)}",
        ]
        districts = PLACES[city][1].split("|")
        district = None if k % 50 == 33 else draws.choose(districts)
        rows.append([
            *row,
            draws.choose(WARDS[district or districts[0]].split("|")),
            district,
            city,
            draws.choose(["VN", "vn", "VN", None]),
            start,
            end,
        ])  # fmt: skip
    return header, rows


def _emails(ids: list[str], draws: _Draws) -> Sheet:
    header = ["Customer ID", "Email", "Email type", "Is primary", "Record status"]
    rows: list[Row] = []
    for k in range(200):
        address = f"lienhe{k:03}@{draws.choose(['congty-mau.vn', 'cuahang-mau.vn'])}"
        rows.append([
            _child_id(ids, draws, k),
            address.replace("@", "") if k % 50 == 17 else address,
            draws.choose(["Business", "Personal", "công ty", "cá nhân"]),
            "maybe" if k % 100 == 60 else draws.choose(["true", "false", "có", "không", 1, 0]),
            draws.choose(["Active", "active", "đã xóa"]),
        ])  # fmt: skip
    return header, rows


def _photos(ids: list[str], draws: _Draws) -> Sheet:
    header = ["customerId", "source", "imageUrl", "recordStatus"]
    rows: list[Row] = []
    for k in range(150):
        lead = "" if k % 50 == 29 else "https://"
        rows.append([
            _child_id(ids, draws, k),
            None if k % 100 == 30 else draws.choose(["Facebook", "Zalo", "CRM"]),
            f"{lead}example.com/photos/{k + 1:04}.png",
            draws.choose(["Active", "active", None]),
        ])  # fmt: skip
    return header, rows
