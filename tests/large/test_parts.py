"""A file taken in parts gives, row for row, what it gives as one frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pangoprep.errors import ReadError
from pangoprep.large.parts import Checked, check
from pangoprep.large.ready import large_report
from pangoprep.large.request import FileRequest
from pangoprep.large.witnesses import WITNESSES, ask, beside
from pangoprep.upload.rows.payload import Encoder

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
    return frame


def checked_both_ways(path: Path, n_rows: int, **how: Any) -> tuple[Checked, Checked]:
    whole = check(FileRequest(path=str(path), **how))
    parts = check(FileRequest(path=str(path), rows_at_once=n_rows, **how))
    assert whole.report is not None
    assert parts.report is None
    return whole, parts


def assert_alike(whole: Checked, parts: Checked) -> None:
    report, found = whole.report, list(parts.reports("testing"))
    assert report is not None
    assert parts.totals.as_json() == whole.totals.as_json()
    for name in ("ready", "held", "superseded"):
        together = pd.concat([getattr(part, name) for part in found])
        pd.testing.assert_frame_equal(together, getattr(report, name), check_dtype=False)
    starts = np.cumsum([0, *(part.n_rows for part in found)])
    for name in ("rows", "findings"):
        tables = [getattr(part, name) for part in found]
        together = pd.concat(
            [table.assign(row=table["row"] + start)
             for table, start in zip(tables, starts, strict=False)], ignore_index=True,
        )  # fmt: skip
        pd.testing.assert_frame_equal(together, getattr(report, name), check_dtype=False)
    revealed = pd.concat([part.reveal()["value"] for part in found], ignore_index=True)
    pd.testing.assert_series_equal(revealed, report.reveal()["value"], check_dtype=False)


@pytest.mark.parametrize("seed", range(6))
def test_parts_give_what_the_whole_gives(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "a.csv"
    messy(seed).to_csv(path, index=False)
    duplicates = ("last", "first", "hold")[seed % 3]
    options = {"duplicates": duplicates, "day_first": seed % 2 == 0}
    whole, parts = checked_both_ways(path, 83 + seed, options=options)
    assert (whole.totals.n_superseded > 20) == (duplicates != "hold")
    assert_alike(whole, parts)


@pytest.mark.parametrize(
    "options",
    [
        {"unreadable": "blank"},
        {"severity": {"duplicate.superseded": "error", "phone.unreadable": "warning"}},
        {"ignore": ["date.ambiguous", "date.conflict"], "timezone_gmt": 0},
    ],
)
def test_options_hold_for_parts_too(tmp_path: Path, options: dict[str, Any]) -> None:
    path = tmp_path / "a.csv"
    messy(3).to_csv(path, index=False)
    assert_alike(*checked_both_ways(path, 50, options=options))


def test_fixes_decide_for_the_column_too(tmp_path: Path) -> None:
    recipe = tmp_path / "a.toml"
    recipe.write_text(
        'version = 1\nentity = "customer-identity"\n[mapping]\n"Mã KH" = "customerId"\n'
        '"Họ tên" = "fullName"\n"SĐT" = "phone"\n"Ngày sinh" = "dob"\n'
        '[fixes.dob]\nx = "12/25/1990"\n'
    )
    path = tmp_path / "a.csv"
    frame = messy(0)[["Mã KH", "Họ tên", "SĐT"]].assign(**{"Ngày sinh": "05/06/1988"})
    frame.loc[300, "Ngày sinh"] = "x"
    frame.to_csv(path, index=False)
    whole, parts = checked_both_ways(path, 100, recipe=recipe)
    assert_alike(whole, parts)
    assert "date.ambiguous" not in parts.totals.summary()["rule"].tolist()


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
    whole, parts = checked_both_ways(folder, 40, entity="customer-identity-email")
    assert parts.totals.n_superseded > 50
    assert parts.totals.as_json() == whole.totals.as_json()
    ready = pd.concat([part.ready for part in parts.reports("testing")])
    assert [tuple(label) for label in ready.index] == [
        tuple(label) for label in whole.report.ready.index
    ]


@pytest.mark.parametrize("column", ["Ngày sinh", "Ngày tạo"])
@pytest.mark.parametrize("sign", WITNESSES)
def test_a_witness_says_what_it_stands_for(column: str, sign: str) -> None:
    frame = messy(0)[["Mã KH", "Họ tên", "SĐT"]].assign(**{column: "x"})
    request = FileRequest(path="")
    plan = request.plan(frame)
    [name] = [name for name, source in plan.sources.items() if source == column]
    options = request.options_for(plan)
    assert ask(frame, plan, options, {})[name] == frozenset()
    told = beside(frame, plan, {name: frozenset({sign})})
    assert len(told) == len(frame) + 1
    assert ask(told, plan, options, {})[name] == {sign}
    both = beside(frame, plan, {name: frozenset(WITNESSES)})
    assert ask(both, plan, options, {})[name] == set(WITNESSES)


def test_a_large_report_is_what_the_uploader_takes(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("PANGO_DATA_DIR", str(tmp_path / "home"))
    path = tmp_path / "a.csv"
    messy(5).to_csv(path, index=False)
    whole, parts = checked_both_ways(path, 60)
    report = whole.report
    assert report is not None
    with large_report(parts) as large:
        assert (large.entity, large.n_rows) == (report.entity, report.n_rows)
        assert large.ready_rows.tolist() == report.ready_rows.tolist()
        pd.testing.assert_frame_equal(
            large.rows, report.rows, check_dtype=False, check_column_type=False
        )
        fields = list(report.examined.entity.fields())
        one, other = (
            next(Encoder(ready, fields, ["customerId"]).chunks(N_ROWS))
            for ready in (large.ready, report.ready)
        )
        assert one == other
        assert list((tmp_path / "home").iterdir()) == []  # it has no name


def test_a_file_that_changes_between_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    messy(0).to_csv(path, index=False)
    checked = check(FileRequest(path=str(path), rows_at_once=100))
    path.write_text(path.read_text("utf-8") + "C9,An,0912345678,,,,,\n", "utf-8")
    with pytest.raises(ReadError, match="was changed"):
        list(checked.reports("testing"))
