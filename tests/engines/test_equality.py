"""One frame, a file in parts and Dask say the same of every row, whatever the cut and the options.

The frames are nasty on purpose; cuts are random, with a seed, and leave partitions empty.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest

import pangoprep  # noqa: F401 - registers ddf.pango
from pangoprep.called_plan import plan_call
from pangoprep.engines.report import FolderReport
from pangoprep.large.parts import examine_parts
from pangoprep.report import Report

N_ROWS = 300


def customers(random: np.random.Generator) -> pd.DataFrame:
    """Columns that few cells decide: dates, milliseconds, keys, hours from GMT, totals."""

    def some(*cells: Any) -> list[Any]:
        shares = [0.7] + [0.3 / (len(cells) - 1)] * (len(cells) - 1)
        return [cells[n] for n in random.choice(len(cells), N_ROWS, p=shares)]

    frame = pd.DataFrame(
        {
            "Mã KH": [f"{'Cc'[n % 2]}{n}" for n in random.integers(0, N_ROWS, N_ROWS)],
            "Họ tên": some("Nguyễn Văn An", "Trần Thị Bình", None, "  lê thị  chi", "NguyÔn"),
            "SĐT": [f"09{n:08}" for n in random.integers(0, 10**6, N_ROWS)],
            "Email": some(None, "a@example.com", "b@@example", "c@gmail.con", "=1+1"),
            "Ngày sinh": some("05/06/1988", "03/04/1990", "1990-01-02", "x", "1988", None),
            "Ngày tạo": some("05/06/2021", "900000000", "07/08/2020 10:00", "31/02/2020"),
            "Giới tính": some("Nam", "nữ", "?", None),
            "Thành phố": some("Hà Nội", "Ha Noi", "HÀ NỘI", "Huế", "hue", None),
            "Nghề nghiệp": some("Kế toán", "kế toán", "KE TOAN", "Giáo viên", None),
            "timezoneGmt": some("7", "9", None, "x"),
            "Quận": some("Q. Hoàn Kiếm", "Thuận Hóa", "Quận 1", "TP Huế", None),
            "Phường": some("Hàng Bạc", "P. Phú Hội", "Vĩnh Ninh", "Phường Hoàn Kiếm", None),
            "Ghi chú": some("a", None),
        }
    )
    frame.loc[random.integers(0, N_ROWS, 9), "Mã KH"] = "C-007"
    frame.loc[random.integers(0, N_ROWS, 9), "Mã KH"] = "c7"
    for column, cells in {
        "Ngày sinh": ["25/12/1988", "12/25/1988"],
        "Ngày tạo": ["25/12/2020", "1600000000000"],
    }.items():
        for cell in cells:
            if random.random() < 0.5:
                frame.loc[random.integers(N_ROWS), column] = cell
    if random.random() < 0.5:
        frame.loc[N_ROWS - 1] = ["Tổng cộng: 299", *[None] * (len(frame.columns) - 1)]
    return frame


def memberships(random: np.random.Generator) -> pd.DataFrame:
    """Rows whose key has two fields."""
    n = N_ROWS
    return pd.DataFrame(
        {
            "customerId": [f"C{k}" for k in random.integers(0, 20, n)],
            "email": [f"a{k}@gmail.com" for k in random.integers(0, 9, n)],
            "emailType": random.choice(["home", "work", "x"], n),
        }
    )


def typed(random: np.random.Generator) -> pd.DataFrame:
    """Columns that are no text: numbers, times, lists, categories, labels of their own."""
    frame = customers(random)
    return frame.assign(
        **{
            "Mã KH": random.integers(0, 200, N_ROWS),
            "Ngày sinh": pd.Timestamp("1988-06-05"),
            "Giới tính": pd.Categorical(frame["Giới tính"]),
            "Ghi chú": random.random(N_ROWS),
        }
    ).set_axis([f"row {n % 200}" for n in range(N_ROWS)])


def order_lines(random: np.random.Generator, *, is_sorted: bool) -> pd.DataFrame:
    """Orders row by row: what one row leaves empty another says, or says otherwise."""
    n_rows = 200
    ids = random.integers(0, 60, n_rows)
    ids = np.sort(ids) if is_sorted else ids

    def of_order(*cells: Any) -> list[Any]:
        """Take one for each order, and leave it out of some of its rows."""
        told = [cells[n * 7 % len(cells)] for n in ids]
        kept = random.random(n_rows) < 0.7
        return [cell if keep else None for cell, keep in zip(told, kept, strict=True)]

    def of_item(*cells: Any) -> list[Any]:
        return [cells[n] for n in random.integers(0, len(cells), n_rows)]

    frame = pd.DataFrame(
        {
            "STT": [str(n) for n in range(n_rows)],
            "Mã đơn hàng": [f"{'Dd'[n % 9 == 0 and n % 2]}H{n}" for n in ids.tolist()],
            "Trạng thái đơn hàng": of_order("Xong", "Xong", "xong", "Hủy"),
            "Mã khách hàng": [f"K{n}" for n in ids],
            "Tên khách hàng": of_order("Lê An", "Võ  Bình"),
            "SĐT khách hàng": of_order("0912345678", *["912345678"] * 8, "123", None),
            "Ngày đặt hàng": of_order("05/06/2021", "900000000", "07/08/2020 10:00", None),
            "Tổng tiền hàng": of_order("30000", "1.250", "1250,5"),
            "Mã sản phẩm": of_item(*"ABC" * 9, None),
            "Tên sản phẩm": of_item("Áo", "Bút", "áo "),
            "Số lượng": of_item(*"12345678" * 5, "x", None),
            "Đơn giá": of_item("10000", "1.250", "2,5", None),
        }
    )
    frame.loc[17, "Trạng thái đơn hàng"] = "Khác"
    frame.loc[random.integers(n_rows), "Ngày đặt hàng"] = "25/12/2020"
    frame.loc[60, "Mã đơn hàng"] = None
    frame.loc[90, [name for name in frame if name not in ("Mã đơn hàng", "Số lượng")]] = None
    frame.loc[90, "STT"] = "Tổng cộng"
    frame.loc[120] = list(frame)  # the headers again
    return frame


LINES: list[dict[str, Any]] = [
    {},
    {"severity": {"items.contradiction": "warning", "duplicate.near": "error"}},
    {"unreadable": "blank", "ignore": ["items.joined"], "lang": "vi"},
    {"severity": {"items.contradiction": "info", "spelling.varies": "error"}},
]


@pytest.mark.parametrize("options", LINES, ids=range(len(LINES)))
def test_orders_row_by_row_are_the_same_whatever_the_cut(
    tmp_path: Path, options: dict[str, Any]
) -> None:
    number = LINES.index(options)
    random = np.random.default_rng(number + 10)
    parts = cut(order_lines(random, is_sorted=number % 2 == 0), random)
    ddf = as_dask(parts)
    parts = [part.compute() for part in ddf.partitions]
    frame = pd.concat(parts)
    whole = frame.pango.validate("order", **options)
    assert min(whole.n_ready, whole.n_joined, whole.n_held) > 5
    report = ddf.pango.validate("order", folder=tmp_path / "report", **options)
    assert isinstance(report, FolderReport)
    filled = [part for part in parts if len(part)]
    of_file = Report(
        examine_parts(lambda: iter(filled), lambda head: plan_call(frame, "order", options))
    )
    assert_same(report, whole)
    for name in ("ready", "cleaned", "rows", "findings"):  # what came has the types of Dask
        alike(getattr(of_file, name), getattr(whole, name))
    assert of_file.to_json() == whole.to_json()
    for one in (report, of_file):
        assert one.n_joined_by_record is not None
        np.testing.assert_array_equal(one.n_joined_by_record, whole.n_joined_by_record)


FRAMES = {"customers": customers, "memberships": memberships, "typed": typed}
OPTIONS: list[dict[str, Any]] = [
    {},
    {"duplicates": "first", "day_first": False},
    {"duplicates": "hold", "unreadable": "blank"},
    {"severity": {"duplicate.superseded": "error", "phone.unreadable": "warning"}},
    {"severity": {"duplicate.near": "error"}},
    {"severity": {"spelling.varies": "error"}, "values": {"systemName": "CRM"}},
    {"ignore": ["date.ambiguous", "date.conflict"], "timezone_gmt": 0, "lang": "vi"},
    {"today": dt.date(1988, 1, 1), "phone_format": "e164"},
    {"addresses": "2025"},
]


def cut(frame: pd.DataFrame, random: np.random.Generator) -> list[pd.DataFrame]:
    """Cut a frame anywhere, some parts empty."""
    at = np.sort(random.integers(0, len(frame) + 1, random.integers(0, 6)))
    at = np.append(np.repeat(at, random.integers(1, 3, len(at))), len(frame))
    return [frame.iloc[a:b] for a, b in zip([0, *at], at, strict=False)]


def as_dask(parts: list[pd.DataFrame]) -> Any:
    return dd.from_map(lambda part: part, parts, meta=parts[0].iloc[:0])


def entity_of(name: str) -> str:
    return "customer-identity-email" if name == "memberships" else "customer-identity"


def alike(other: Any, whole: Any, *, check_dtype: bool = True) -> None:
    other = other if isinstance(other, pd.DataFrame) else other.compute()
    if pd.__version__ < "3":
        other, whole = _plain(other), _plain(whole)
    pd.testing.assert_frame_equal(
        other, whole, check_index_type=False, check_dtype=check_dtype, check_column_type=check_dtype
    )


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Give up which kind of text, and which unit of time: old versions of Parquet keep neither."""
    kinds = {name: _PLAIN[kind.kind] for name, kind in frame.dtypes.items() if kind.kind in _PLAIN}
    texts = [name for name, kind in frame.dtypes.items() if isinstance(kind, pd.StringDtype)]
    return frame.astype({**kinds, **dict.fromkeys(texts, "object")})


_PLAIN = {"M": "datetime64[ns]"}


def assert_same(report: Report, whole: Report, *, kinds_of_what_came: bool = True) -> None:
    """Compare every form of two reports; what came may be of another kind of text."""
    for name in ("ready", "cleaned", "rows", "findings"):
        alike(getattr(report, name), getattr(whole, name))
    for name in ("held", "superseded", "not_records"):
        alike(getattr(report, name), getattr(whole, name), check_dtype=kinds_of_what_came)
    alike(report.reveal(), whole.reveal())
    assert report.facts == whole.facts
    assert str(report) == str(whole)
    assert repr(report) == repr(whole)
    assert report.to_json() == whole.to_json()


# Every option with customers; with the others those that their columns or labels have a part in.
ALIKE = [("customers", number) for number in range(len(OPTIONS))]
ALIKE += [(name, number) for name in ("memberships", "typed") for number in (0, 1, 2, 3)]


@pytest.mark.parametrize(("name", "number"), ALIKE)
def test_a_frame_parts_and_dask_say_the_same(tmp_path: Path, name: str, number: int) -> None:
    random = np.random.default_rng([len(name), number])
    entity, options = entity_of(name), OPTIONS[number]
    parts = cut(FRAMES[name](random), random)
    ddf = as_dask(parts)
    parts = [part.compute() for part in ddf.partitions]  # with the types that Dask gives texts
    frame = pd.concat(parts)
    whole = frame.pango.validate(entity, **options)
    report = ddf.pango.validate(entity, folder=tmp_path / "report", **options)
    assert isinstance(report, FolderReport)
    assert_same(report, whole)
    if frame.index.is_unique and name != "typed":  # what is read from files: labels, and text
        filled = [part for part in parts if len(part)]
        of_file = examine_parts(
            lambda: iter(filled),
            lambda head: plan_call(frame, entity, options),
        )
        assert_same(Report(of_file), whole, kinds_of_what_came=False)
