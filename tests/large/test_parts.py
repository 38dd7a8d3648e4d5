"""A file taken in parts gives, row for row, what it gives as one frame."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pandera
import pytest

import pangoprep as pp
from pangoprep.errors import ReadError, UsageError
from pangoprep.large.examined_parts import ExaminedParts
from pangoprep.large.parts import examine_parts
from pangoprep.large.request import FileRequest
from pangoprep.planning import plan_columns
from pangoprep.reading import scan
from pangoprep.report import Report
from pangoprep.steps.examined import ExaminedFrame
from pangoprep.upload import send
from tests.engines.test_equality import order_lines

ADDRESSES = Path(__file__).parents[1] / "cases" / "addresses.csv"
N_ROWS = 400


def messy(seed: int) -> pd.DataFrame:
    """Rows whose dates, numbers and keys are settled by few rows somewhere in the file."""
    random = np.random.default_rng(seed)

    def some(*cells: str | None) -> list[str | None]:
        """Take the first four times out of five, the others in turn."""
        shares = [0.8] + [0.2 / (len(cells) - 1)] * (len(cells) - 1)
        return [cells[n] for n in random.choice(len(cells), N_ROWS, p=shares)]

    frame = pd.DataFrame(
        {
            "Mã KH": [f"C{n}" for n in random.integers(0, N_ROWS, N_ROWS)],
            "Họ tên": some("Nguyễn Văn An", "Trần Thị Bình", None, "  lê thị  chi"),
            "SĐT": [f"09{n:08}" for n in random.integers(0, 10**6, N_ROWS)],
            "Email": some(None, "a@example.com", "b@@example", "c@gmail.con"),
            "Ngày sinh": some("05/06/1988", "03/04/1990", "1990-01-02", "x", "12/12/99", None),
            "Ngày tạo": some("05/06/2021", "900000000", "07/08/2020 10:00", "31/02/2020"),
            "Ngày cập nhật": some("2023-02-03", "900000000", "360000000"),
            "Giới tính": some("Nam", "nữ", "?", None),
            "Nhóm khách hàng": some("Vàng", "vàng ", "VANG", "Bạc", "bạc", "Bắc", "  Vàng"),
        }
    )
    for column, cells in {
        "Ngày sinh": ["25/12/1988", "12/25/1988"],
        "Ngày tạo": ["25/12/2020", "12/25/2020", "1600000000000"],
        "Ngày cập nhật": ["1600000000000"],
    }.items():
        for cell in cells:
            if random.random() < 0.5:
                frame.loc[random.integers(N_ROWS), column] = cell
    frame["Mã KH"] = frame["Mã KH"].mask(frame.index % 19 == 5, frame["Mã KH"].str.lower())
    frame["Mã KH"] = frame["Mã KH"].mask(
        frame.index % 23 == 7, frame["Mã KH"].str.replace("C", "c-0")
    )
    return frame


def both_ways(path: Path, n_rows: int, **how: Any) -> tuple[Report, Report]:
    whole = FileRequest(path=str(path), **how).report()
    parts = FileRequest(path=str(path), rows_at_once=n_rows, **how).report()
    assert isinstance(whole.examined, ExaminedFrame)
    assert isinstance(parts.examined, ExaminedParts)
    return whole, parts


def assert_alike(whole: Report, parts: Report, folder: Path) -> None:
    for name in ("ready", "held", "superseded", "cleaned", "rows", "findings"):
        pd.testing.assert_frame_equal(getattr(parts, name), getattr(whole, name))
    pd.testing.assert_frame_equal(parts.reveal(), whole.reveal())
    pd.testing.assert_frame_equal(parts.summary(), whole.summary())
    assert parts.facts == whole.facts
    assert str(parts) == str(whole)
    assert parts.to_json(lang="vi") == whole.to_json(lang="vi")
    assert parts.to_markdown() == whole.to_markdown()
    for reveal in (False, True):
        tables = []
        for report in (whole, parts):
            path = report.write_findings(folder / "found.parquet", reveal=reveal)
            tables.append(pd.read_parquet(path))
        pd.testing.assert_frame_equal(tables[1], tables[0])
    assert tables[0]["value"].equals(whole.reveal()["value"].astype(tables[0]["value"].dtype))
    pages, sheets = [], []
    for report in (whole, parts):
        page = report.to_html(folder / "report.html").read_text("utf-8")
        pages.append(without_time(page))
        book = report.to_excel(folder / "fix.xlsx")
        sheets.append(pd.read_excel(book, sheet_name=None, dtype=str, engine="calamine"))
    assert pages[1] == pages[0]
    assert list(sheets[0]) == list(sheets[1])
    for name, sheet in sheets[0].items():
        pd.testing.assert_frame_equal(sheets[1][name], sheet)


def without_time(page: str) -> str:
    return re.sub(r"20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} [+-][0-9]{4}", "", page)


@pytest.mark.parametrize("seed", range(6))
def test_parts_give_what_the_whole_gives(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "a.csv"
    messy(seed).to_csv(path, index=False)
    duplicates = ("last", "first", "hold")[seed % 3]
    options = {"duplicates": duplicates, "day_first": seed % 2 == 0}
    whole, parts = both_ways(path, 83 + seed, options=options)
    assert (whole.n_superseded > 20) == (duplicates != "hold")
    n_found = whole.summary().set_index("rule")["rows"]
    assert n_found["duplicate.near"] > 20
    assert n_found["spelling.varies"] > 20
    assert_alike(whole, parts, tmp_path)


@pytest.mark.parametrize(
    "options",
    [
        {"unreadable": "blank"},
        {"severity": {"duplicate.superseded": "error", "phone.unreadable": "warning"}},
        {"severity": {"duplicate.near": "error", "spelling.varies": "error"}},
        {"ignore": ["date.ambiguous", "date.conflict"], "timezone_gmt": 0},
    ],
)
def test_options_hold_for_parts_too(tmp_path: Path, options: dict[str, Any]) -> None:
    path = tmp_path / "a.csv"
    messy(3).to_csv(path, index=False)
    assert_alike(*both_ways(path, 50, options=options), tmp_path)


def test_addresses_are_renewed_in_parts_as_in_a_frame(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    cases = pd.read_csv(ADDRESSES, dtype=str)[["city", "district", "ward"]]
    rows = pd.concat([cases] * 6, ignore_index=True)
    rows.insert(0, "customerId", [f"C{n}" for n in range(len(rows))])
    rows.assign(fullName="An", email="an@congty.vn").to_csv(path, index=False)
    whole, parts = both_ways(path, 50, options={"addresses": "2025"})
    assert whole.summary().set_index("rule")["rows"]["ward.renewed"] > 100
    assert_alike(whole, parts, tmp_path)


def test_years_that_a_later_part_tells_are_written_too(tmp_path: Path) -> None:
    rows = pd.DataFrame({"customerId": [f"C{n}" for n in range(40)], "fullName": "An"})
    rows["dob"] = ["15/06/1988"] * 30 + ["1990"] * 10
    rows.assign(city="Hà Nội", email="an@congty.vn").to_csv(tmp_path / "a.csv", index=False)
    values = {"systemName": "CRM"}
    whole = pp.read(tmp_path / "a.csv").pango.clean("customer-identity", values=values)
    for name in ("out.csv", "out.parquet", "out.jsonl"):
        pp.scan(tmp_path / "a.csv", rows=10).pango.clean(
            "customer-identity", values=values, out=tmp_path / name
        )
    found = pd.read_parquet(tmp_path / "out.parquet")
    assert found.columns.tolist() == whole.columns.tolist()
    assert found["yob"].sum() == whole["yob"].sum() == 1990 * 10
    assert pd.read_csv(tmp_path / "out.csv")["yob"].sum() == 1990 * 10
    assert pd.read_json(tmp_path / "out.jsonl", lines=True)["yob"].sum() == 1990 * 10


def test_fixes_decide_for_the_column_too(tmp_path: Path) -> None:
    recipe = tmp_path / "a.toml"
    recipe.write_text(
        'version = 1\nentity = "customer-identity"\n[mapping]\n"Mã KH" = "customerId"\n'
        '"Họ tên" = "fullName"\n"SĐT" = "phone"\n"Ngày sinh" = "dob"\n'
    )
    fixes = pp.FixesFile(tmp_path / "a.fixes")
    fixes.add("customer-identity", {"dob": {"x": "12/25/1990"}})
    path = tmp_path / "a.csv"
    frame = messy(0)[["Mã KH", "Họ tên", "SĐT"]].assign(**{"Ngày sinh": "05/06/1988"})
    frame.loc[300, "Ngày sinh"] = "x"
    frame.to_csv(path, index=False)
    whole, parts = both_ways(path, 100, recipe=recipe, fixes=fixes)
    assert_alike(whole, parts, tmp_path)
    assert "date.ambiguous" not in parts.summary()["rule"].tolist()


def test_a_key_of_two_columns_and_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "xuất"
    folder.mkdir()
    random = np.random.default_rng(0)
    for month in ("1", "2"):
        pd.DataFrame(
            {
                "customerId": [f"C{n}" for n in random.integers(0, 9, 90)],
                "email": [f"nva{n}@gmail.com" for n in random.integers(0, 9, 90)],
                "emailType": "home",
            }
        ).to_csv(folder / f"{month}.csv", index=False)
    whole, parts = both_ways(folder, 40, entity="customer-identity-email")
    assert parts.n_superseded > 50
    assert_alike(whole, parts, tmp_path)
    assert isinstance(parts.ready.index, pd.MultiIndex)


@pytest.mark.parametrize(
    ("last", "n_again", "order"),
    [
        ("25/12/1988", 3, "day first"),  # nothing was proved before
        ("05/07/1988", 0, "nothing proved"),
        ("1988-12-25", 0, "nothing proved"),
    ],
)
def test_only_parts_that_the_whole_reads_otherwise_are_read_again(
    tmp_path: Path, last: str, n_again: int, order: str
) -> None:
    path = tmp_path / "a.csv"
    frame = messy(0)[["Mã KH", "Họ tên", "SĐT"]].assign(**{"Ngày sinh": "05/06/1988"})
    frame.loc[N_ROWS - 1, "Ngày sinh"] = last
    frame.to_csv(path, index=False)
    whole, parts = both_ways(path, 100)
    assert (whole.n_read_again, parts.n_read_again) == (0, n_again)
    assert_alike(whole, parts, tmp_path)


def test_what_the_first_part_proves_holds_for_those_after_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    frame = messy(0)[["Mã KH", "Họ tên", "SĐT"]].assign(**{"Ngày sinh": "05/06/1988"})
    frame.loc[0, "Ngày sinh"] = "25/12/1988"
    frame.to_csv(path, index=False)
    whole, parts = both_ways(path, 100)
    assert isinstance(parts.examined, ExaminedParts)
    assert parts.examined.n_read_again == 0
    assert_alike(whole, parts, tmp_path)


class Unique(pp.CustomerIdentity):
    """A model whose column must not repeat."""

    phone: str = pandera.Field(unique=True)


class Compared(pp.CustomerIdentity):
    """A model with a check that looks at all values."""

    @pandera.check("phone", name="longest first")
    def longest_first(cls, values: Any) -> Any:  # noqa: N805
        return values.str.len() <= len(values.iloc[0])


class Judged(pp.CustomerIdentity):
    """A model with a check of the whole frame."""

    @pandera.dataframe_check(name="more phones than names")
    def phones(cls, frame: Any) -> Any:  # noqa: N805
        return frame["phone"].notna().sum() > 0


@pytest.mark.parametrize(
    ("entity", "named"),
    [(Unique, "unique=phone"), (Compared, "longest first of phone"), (Judged, "more phones")],
)
def test_a_check_across_rows_is_refused_by_name(
    tmp_path: Path, entity: type[pp.Entity], named: str
) -> None:
    path = tmp_path / "a.csv"
    messy(0).to_csv(path, index=False)
    frames = lambda: scan(path, rows=100)  # noqa: E731
    with pytest.raises(UsageError, match=named):
        examine_parts(frames, lambda frame: plan_columns(frame, entity))


class Alone(pp.CustomerIdentity):
    """A model with a check of each value."""

    @pandera.check("fullName", element_wise=True, name="no Trần")
    def no_tran(cls, value: str) -> bool:  # noqa: N805
        return not value.startswith("Trần")


def test_a_check_of_each_value_finds_what_it_finds_in_one_frame(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    messy(0).to_csv(path, index=False)
    frames = lambda: scan(path, rows=100)  # noqa: E731
    parts = Report(examine_parts(frames, lambda frame: plan_columns(frame, Alone)))
    whole = pp.read(path).pango.validate(Alone)
    assert "check.failed" in whole.summary()["rule"].to_list()
    assert_alike(whole, parts, tmp_path)


def test_a_large_report_is_sent_as_a_frame_is(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("PANGO_DATA_DIR", str(tmp_path / "home"))
    path = tmp_path / "a.csv"
    messy(5).to_csv(path, index=False)
    report, parts = both_ways(path, 60)
    assert len(list(parts.ready_parts())) == len(list(parts.rows_parts())) > 3
    every = []
    for one in (report, parts):
        with pp.Sandbox(limits=None) as cdp:
            # One after the other, so that requests can be compared.
            settings = cdp.client_settings | {"in_flight": 1}
            keywords = {"client": pp.Client(**settings), "source": "CRM"}
            plan = send(one, **keywords, ledger=tmp_path / "none", dry_run=True)
            result = send(one, **keywords, ledger=tmp_path / f"ledger-{len(every)}")
            every.append((plan.counts, plan.payloads, plan.n_bytes, result, stored(cdp)))
    (*told, one, stored_by_one), (*as_parts, other, stored_by_other) = every
    assert told == as_parts
    assert one.counts == other.counts
    assert stored_by_one == stored_by_other
    assert one.n_requests == other.n_requests
    pd.testing.assert_frame_equal(other.rows, one.rows, check_dtype=False)
    assert sum(map(len, other.rows_parts())) == len(one.rows) == report.n_rows


@pytest.mark.parametrize(("is_sorted", "n_again"), [(True, 0), (False, 5)])
def test_orders_of_one_row_per_item_may_lie_in_several_parts(
    tmp_path: Path, is_sorted: bool, n_again: int
) -> None:
    path = tmp_path / "a.csv"
    lines = order_lines(np.random.default_rng(3), is_sorted=is_sorted)
    lines["Ngày đặt hàng"] = "2021-06-05"  # so that no part is read again for its dates
    lines["Tổng tiền hàng"] = "30000"
    lines["Đơn giá"] = "10000"
    lines["SĐT khách hàng"] = None
    lines.drop(index=120).to_csv(path, index=False)
    whole, parts = both_ways(path, 40, entity="order")
    assert isinstance(parts.examined, ExaminedParts)
    assert parts.examined.n_read_again == n_again
    assert min(whole.n_ready, whole.n_joined, whole.n_held) > 10
    assert_alike(whole, parts, tmp_path)


def stored(cdp: pp.Sandbox) -> list[dict[str, Any]]:
    return cdp.records("customer-identity").to_dict("records")


def test_a_file_that_changes_between_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    messy(0).to_csv(path, index=False)
    report = FileRequest(path=str(path), rows_at_once=100).report()
    path.write_text(path.read_text("utf-8") + "C9,An,0912345678,,,,,\n", "utf-8")
    with pytest.raises(ReadError, match="was changed"):
        len(report.superseded)
