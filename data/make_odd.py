"""Make ``data/odd/``: small files of made-up customers, each oddly shaped in its own way.

::

    python data/make_odd.py --out data/odd

Every file has the same forty people, so that it is easy to see what the shape does.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import gzip
import io
import json
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
from synthetic.dice import Dice

N_PEOPLE = 40
_FAMILY = ["Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi"]
_MIDDLE = ["Văn", "Thị", "Minh", "Ngọc", "Đức"]
_GIVEN = ["An", "Bình", "Châu", "Dũng", "Hà", "Khánh", "Linh", "Phượng", "Quỳnh", "Tú"]
_CITIES = ["Hà Nội", "Đà Nẵng", "Hồ Chí Minh", "Cần Thơ"]
_EPOCH = dt.date(1960, 1, 1)
_STAMP = (2026, 6, 30, 0, 0, 0)

# Source: TCVN 5712:1993, VN3; written here once more, to test the one in the package against.
_TCVN3 = {
    **dict(zip("àáảãạăằắẳẵặâầấẩẫậ", "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË", strict=True)),
    **dict(zip("èéẻẽẹêềếểễệìíỉĩị", "ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞ", strict=True)),
    **dict(zip("òóỏõọôồốổỗộơờớởỡợ", "ßãáâä«åèæçé¬êíëìî", strict=True)),
    **dict(zip("ùúủũụưừứửữựỳýỷỹỵđĐ", "ïóñòô\xadõøö÷ùúýûüþ®§", strict=True)),
}


class Person(NamedTuple):
    """One made-up customer."""

    code: str
    name: str
    phone: str
    email: str
    born: dt.date
    gender: str
    city: str


def people(seed: int) -> list[Person]:
    """Draw the people; the same seed gives the same ones."""
    dice = Dice(seed, "odd")
    draws = zip(*(dice.below(N_PEOPLE, n) for n in (8, 5, 10, 10**7, 18_000, 2, 4)), strict=True)
    return [
        Person(
            f"C{1001 + i}",
            f"{_FAMILY[family]} {_MIDDLE[middle]} {_GIVEN[given]}",
            f"091{digits:07}",
            f"khach{1001 + i}@gmail.com",
            _EPOCH + dt.timedelta(days=int(days)),
            ["Nam", "Nữ"][sex],
            _CITIES[city],
        )
        for i, (family, middle, given, digits, days, sex, city) in enumerate(draws)
    ]


def titles(path: Path, some: list[Person]) -> None:
    """Titles above the header, an empty row, a total below."""
    with _workbook(path) as book:
        sheet = book.add_worksheet("Báo cáo")
        sheet.merge_range("A1:E1", "CÔNG TY TNHH MẪU")
        sheet.merge_range("A2:E2", "DANH SÁCH KHÁCH HÀNG THÁNG 6")
        sheet.write_row("A3", ["Ngày in:", "30/06/2026"])
        sheet.write_row("B5", ["Mã KH", " Họ và\ntên ", "SĐT", "Tỉnh/Thành phố"])
        for row, p in enumerate(some, 5):
            sheet.write_row(row + (row > 20), 1, [p.code, p.name, p.phone, p.city])
        sheet.write_row(len(some) + 8, 1, ["Tổng cộng:", len(some)])


def two_header_rows(path: Path, some: list[Person]) -> None:
    """Groups merged over the header; the customer's code merged over two rows of contacts."""
    with _workbook(path) as book:
        sheet = book.add_worksheet("KH")
        sheet.merge_range("A1:A2", "Mã khách hàng")
        sheet.merge_range("B1:C1", "Thông tin cá nhân")
        sheet.merge_range("D1:E1", "Liên hệ")
        sheet.write_row("B2", ["Họ tên", "Giới tính", "Điện thoại", "Email"])
        for row, p in enumerate(some, 2):
            sheet.write_row(row, 0, [p.code, p.name, p.gender, p.phone, p.email])


def macintosh_1904(path: Path, some: list[Person]) -> None:
    """Days counted from 1904, phone numbers as numbers, a hidden sheet of old rows."""
    with _workbook(path, date_1904=True) as book:
        old = book.add_worksheet("cũ")
        old.write_row("A1", ["Mã KH", "SĐT"])
        old.hide()
        sheet = book.add_worksheet("mới")
        sheet.activate()
        sheet.set_first_sheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row("A1", ["Mã KH", "Họ tên", "ĐT", "Ngày sinh"])
        for row, p in enumerate(some, 1):
            sheet.write_row(row, 0, [p.code, p.name, int(p.phone)])
            sheet.write_datetime(row, 3, dt.datetime.combine(p.born, dt.time()), day)


def windows_1258(path: Path, some: list[Person]) -> None:
    """Semicolons, Windows-1258, commas in values."""
    rows = [["Mã KH", "Họ và tên", "Số ĐT", "Tỉnh thành"]]
    rows += [[p.code, p.name, p.phone, f"{p.city}, Việt Nam"] for p in some]
    path.write_bytes(_in_1258(_csv(rows, ";")))


def unicode_text(path: Path, some: list[Person]) -> None:
    """Excel's "Unicode text": tabs, UTF-16."""
    rows = [["CustomerCode", "CustomerName", "PhoneNumber", "BirthDate"]]
    rows += [[p.code, p.name, p.phone, f"{p.born:%d/%m/%Y}"] for p in some]
    path.write_bytes(b"\xff\xfe" + _csv(rows, "\t").encode("utf-16-le"))


def old_font(path: Path, some: list[Person]) -> None:
    """Typed for the font TCVN3, from before Unicode."""
    rows = [["Mã KH", "Họ và tên", "Điện thoại", "Giới tính"]]
    rows += [[p.code, p.name, p.phone, p.gender] for p in some]
    letters = str.maketrans(_TCVN3)
    path.write_bytes(_csv(rows, ",").translate(letters).encode("latin-1"))


def no_header(path: Path, some: list[Person]) -> None:
    """No header at all."""
    rows = [[p.code, p.name, p.phone, p.email] for p in some]
    path.write_text(_csv(rows, ","), encoding="utf-8", newline="")


def nested(path: Path, some: list[Person]) -> None:
    """JSON lines with objects in objects, and fields that only some lines have."""
    lines = [
        {"customer": {"code": p.code, "fullName": p.name},
         "contact": {"phone": int(p.phone[1:])} if i % 2 else {"email": p.email}}
        for i, p in enumerate(some)
    ]  # fmt: skip
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    path.write_text(text, encoding="utf-8", newline="")


def three_months(path: Path, some: list[Person]) -> None:
    """A zip of three months, one with its columns in another order and other delimiters."""
    header = ["Mã KH", "Họ và tên", "SĐT"]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for month in range(3):
            rows = [header, *([p.code, p.name, p.phone] for p in some[month::3])]
            if month == 1:
                rows = [row[::-1] for row in rows]
            info = zipfile.ZipInfo(f"xuất/tháng {month + 4}.csv", _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, _csv(rows, ",;\t"[month]).encode("utf-8-sig"))


def broken_rows(path: Path, some: list[Person]) -> None:
    """Two rows with a comma too many, a blank row, line ends within quotes."""
    rows = [["Mã KH", "Họ tên", "SĐT", "Địa chỉ"]]
    rows += [[p.code, p.name, p.phone, f"{p.city}\n(nhà riêng)"] for p in some]
    lines = [_csv([row], ",") for row in rows]
    lines[7] = f"{some[6].code},{some[6].name},{some[6].phone},12 Láng, {some[6].city}\r\n"
    lines[9] = f"{some[8].code},{some[8].name}, Jr,{some[8].phone},{some[8].city}\r\n"
    lines.insert(20, "\r\n")
    path.write_text("".join(lines), encoding="utf-8-sig", newline="")


def survey(path: Path, some: list[Person]) -> None:
    """A form's answers: numbered questions with notes, the time of the answer."""
    rows = [["Timestamp", "1. Họ và tên (*)", "2. Số điện thoại (bắt buộc)",
             "3. Ngày sinh (dd/mm/yyyy)", "4. Bạn biết chúng tôi qua đâu?", "Mã KH"]]  # fmt: skip
    rows += [["30/06/2026 09:15:00", p.name, p.phone, f"{p.born:%d/%m/%Y}", "Facebook", p.code]
             for p in some]  # fmt: skip
    path.write_text(_csv(rows, ","), encoding="utf-8", newline="")


def packed_members(path: Path, some: list[Person]) -> None:
    """Membership cards, gzipped, with pipes and snake_case."""
    rows = [["MA_THE", "MA_KH", "HANG_THE", "NGAY_CAP_THE"]]
    rows += [[f"T{i:05}", p.code, "Vàng", "20240115"] for i, p in enumerate(some)]
    path.write_bytes(gzip.compress(_csv(rows, "|").encode(), mtime=0))


FILES: dict[str, Callable[[Path, list[Person]], None]] = {
    "titles.xlsx": titles,
    "two_header_rows.xlsx": two_header_rows,
    "macintosh_1904.xlsx": macintosh_1904,
    "windows_1258.csv": windows_1258,
    "unicode_text.txt": unicode_text,
    "old_font.csv": old_font,
    "no_header.csv": no_header,
    "nested.jsonl": nested,
    "three_months.zip": three_months,
    "broken_rows.csv": broken_rows,
    "phiếu khảo sát.csv": survey,
    "packed_members.csv.gz": packed_members,
}


def main(arguments: list[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Make pangoprep's oddly shaped sample files.")
    parser.add_argument("--seed", type=int, default=2026, help="default 2026")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "odd")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, write in FILES.items():
        write(options.out / name, people(options.seed))


def _csv(rows: list[list[str]], delimiter: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def _workbook(path: Path, **options: bool) -> xlsxwriter.Workbook:
    book = xlsxwriter.Workbook(path, options)
    book.set_properties({"created": dt.datetime(*_STAMP)})
    return book


def _in_1258(text: str) -> bytes:
    """Write circumflex and breve with their letter, and the tone behind it."""
    out = []
    for letter in text:
        apart = unicodedata.normalize("NFD", letter)
        tones = [c for c in apart if c in "\u0300\u0301\u0303\u0309\u0323"]
        base = "".join(c for c in apart if c not in tones)
        out.append(unicodedata.normalize("NFC", base) + "".join(tones))
    return "".join(out).encode("cp1258")


if __name__ == "__main__":
    main()
