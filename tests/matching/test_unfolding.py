"""Wide files: several addresses or emails of one customer beside each other."""

from __future__ import annotations

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.errors import ColumnNamesError, OptionError

ADDRESS, EMAIL = "customer-identity-address", "customer-identity-email"
TYPES = {"addressType": ["Live", "Work"]}
KINDS = {"emailType": ["Personal", "Business"]}


def wide(**columns: list[object]) -> pd.DataFrame:
    first = {"Mã KH": ["1", "2", "3"], "Họ tên": ["An", "Bình", "Chi"]}
    return pd.DataFrame(first | columns, index=[10, 11, 12])


ADDRESSES = wide(
    **{
        "Địa chỉ 1": ["12 Lê Lợi", "5 Trần Phú", None],
        "Quận 1": ["Quận 1", "Ba Đình", None],
        "Tỉnh 1": ["TP.HCM", "Hà Nội", None],
        "Địa chỉ 2": ["1 Hai Bà Trưng", " ", "9 Lý Thường Kiệt"],
        "Quận/Huyện 2": ["Hoàn Kiếm", None, "Hà Đông"],
        "Tỉnh/TP 2": ["Hà Nội", None, "Hà Nội"],
    }
)


def test_each_group_is_a_row_and_keeps_the_index() -> None:
    long = ADDRESSES.pango.unfold(ADDRESS, each=TYPES)
    assert long.index.to_list() == [10, 10, 11, 12]
    assert long.columns.to_list() == ["customerId", "addressType", "city", "district", "address"]
    assert long["address"].to_list() == [
        "12 Lê Lợi", "1 Hai Bà Trưng", "5 Trần Phú", "9 Lý Thường Kiệt",
    ]  # fmt: skip
    assert long["addressType"].to_list() == ["Live", "Work", "Live", "Work"]
    assert long.pango.validate(ADDRESS).n_ready == 4


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Email", "Email 2"), ("Email 1", "Email 2"), ("Email1", "Email2"), ("email_1", "email_2"),
        ("E-mail (1)", "E-mail (2)"), ("Email #1", "Email #2"), ("Email.1", "Email.2"),
        ("Email", "Email 1"),
    ],
)  # fmt: skip
def test_ways_to_number(first: str, second: str) -> None:
    frame = wide(**{second: ["x@y.vn", None, "z@t.vn"], first: ["a@b.vn", "c@d.vn", None]})
    long = frame.pango.unfold(EMAIL, each=KINDS)
    assert long["email"].to_list() == ["a@b.vn", "x@y.vn", "c@d.vn", "z@t.vn"]
    assert frame.pango.map("customer-identity").numbered[EMAIL] == [first, second]


@pytest.mark.parametrize("header", ["Email 2024", "Email 31/12", "Email 1.5", "2"])
def test_other_numbers_make_no_group(header: str) -> None:
    frame = wide(**{"Email": ["a@b.vn"] * 3, header: ["x@y.vn"] * 3})
    with pytest.raises(ColumnNamesError, match="No columns are numbered fields"):
        frame.pango.unfold(EMAIL)
    assert not frame.pango.map("customer-identity").numbered


def test_columns_without_a_number_go_with_the_first_group_or_where_they_are_shared() -> None:
    frame = wide(
        **{"Địa chỉ": ["a"] * 3, "Quận": ["b"] * 3, "Tỉnh": ["c"] * 3, "Địa chỉ 2": ["d"] * 3}
    )
    once = frame.pango.unfold(ADDRESS, each=TYPES)
    assert once.loc[10, "city"].isna().to_list() == [False, True]
    assert once.loc[10, "customerId"].to_list() == ["1", "1"]
    both = frame.pango.unfold(ADDRESS, each=TYPES, shared=["Tỉnh"])
    assert both.loc[10, "city"].to_list() == ["c", "c"]
    assert both.loc[10, "district"].isna().to_list() == [False, True]


@pytest.mark.parametrize("other", ["E-mail 1", "Email_1"])
def test_two_columns_of_one_group_are_asked_about(other: str) -> None:
    frame = wide(**{name: ["a@b.vn"] * 3 for name in ("Email 1", other, "Email 2")})
    with pytest.raises(ColumnNamesError, match=f"could be email \\('Email 1', '{other}'\\)"):
        frame.pango.unfold(EMAIL, each=KINDS)


def test_no_group_is_left_out_however_many_there_are() -> None:
    frame = wide(**{f"Email {number}": [f"a{number}@b.vn"] * 3 for number in range(1, 31)})
    long = frame.pango.unfold(EMAIL, each={"emailType": ["Personal"] * 30})
    assert len(long) == 90


def test_what_does_not_fit_is_said() -> None:
    with pytest.raises(ColumnNamesError, match=r"each=\{'addressType': \['Hometown', 'Live'\]\}"):
        ADDRESSES.pango.unfold(ADDRESS)
    with pytest.raises(OptionError, match="a value for each of the 2 groups"):
        ADDRESSES.pango.unfold(ADDRESS, each={"addressType": ["Live"]})
    with pytest.raises(OptionError, match="Did you mean 'addressType'"):
        ADDRESSES.pango.unfold(ADDRESS, each={"adressType": ["Live", "Work"]})
    with pytest.raises(ColumnNamesError, match="has no column 'Tinh 1'"):
        ADDRESSES.pango.unfold(ADDRESS, each=TYPES, shared=["Tinh 1"])
    with pytest.raises(OptionError, match="shared must list columns"):
        ADDRESSES.pango.unfold(ADDRESS, each=TYPES, shared="Tỉnh 1")


def test_map_points_to_it_only_where_rows_could_be_made() -> None:
    found = ADDRESSES.assign(**{"SĐT 1": "0912345678", "SĐT 2": "0912345679"}).pango.map(
        "customer-identity"
    )
    assert list(found.numbered) == [ADDRESS]
    assert any("df.pango.unfold('customer-identity-address')" in q for q in found.questions)


def test_other_frames_come_back_as_they_came() -> None:
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"Mã KH": ["1"], "Email 1": ["a@b.vn"], "Email 2": ["c@d.vn"]})
    long = pp.unfold(table, EMAIL, each=KINDS)
    assert long.to_pydict()["emailType"] == ["Personal", "Business"]


def test_the_rows_of_a_file_are_named(tmp_path: object) -> None:
    path = f"{tmp_path}/wide.csv"
    frame = wide(**{"Email 1": ["a@b.vn", "x", None], "Email 2": [None, "c@d.vn", "y"]})
    frame.to_csv(path, index=False)
    report = pp.read(path).pango.unfold(EMAIL, each=KINDS).pango.validate(EMAIL)
    assert report.held.index.to_list() == [3, 4]  # the header is row 1


def test_two_groups_of_one_kind_are_refused_and_one_of_no_kind_is_left_out() -> None:
    three = wide(**{f"Địa chỉ {n}": [f"{n} Lê Lợi"] * 3 for n in (1, 2, 3)})
    with pytest.raises(OptionError, match="the same of two groups, Live"):
        three.pango.unfold(ADDRESS, each={"addressType": ["Live", "Work", "Live"]})
    for nothing in ("", None):
        rows = three.pango.unfold(ADDRESS, each={"addressType": ["Live", nothing, "Work"]})
        assert rows["address"].tolist() == ["1 Lê Lợi", "3 Lê Lợi"] * 3
    kinds = {f"Loại địa chỉ {n}": ["Live", "Work", "Hometown"] for n in (1, 2, 3)}
    assert len(three.assign(**kinds).pango.unfold(ADDRESS)) == 9  # columns tell them
    emails = wide(**{"Email 1": ["a@b.vn"] * 3, "Email 2": ["c@d.vn"] * 3})
    both = emails.pango.unfold(EMAIL, each={"emailType": ["Personal", "Personal"]})
    assert len(both) == 6  # an email's kind is no part of its key
