"""A step reads again what it changed, and no more; what it means to other rows is told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.columns.cell_text import as_text
from pangoprep.pipeline import clean
from pangoprep.steps import cells_read_again, clean_field
from pangoprep.steps.changed_cells import is_one_memory
from pangoprep.workbench import rereading
from tests.workbench.random_steps import CUSTOMERS, TODAY, assert_as_from_scratch, messy

# Only what changed is read again


@pytest.fixture
def cleaned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows were cleaned at a time."""
    told: list[int] = []

    def counted(frame: pd.DataFrame, *arguments: Any, **keywords: Any) -> Any:
        told.append(len(frame))
        return clean(frame, *arguments, **keywords)

    monkeypatch.setattr(rereading, "clean", counted)
    return told


def dated(*cells: str | None) -> pd.DataFrame:
    numbers = range(len(cells))
    return pd.DataFrame(
        {
            "customerId": [f"C{n}" for n in numbers],
            "fullName": "An",
            "phone": [f"09123{n:05}" for n in numbers],
            "dob": list(cells),
        }
    )


def test_a_fixed_cell_keeps_what_its_column_proves(cleaned: list[int]) -> None:
    bench = dated(*["12/25/1990"] * 50, "05/06/1988", "x").pango.workbench("customer-identity")
    bench.fix("phone", {"0912300050": "0912 399 999"})  # the first step reads every row
    cleaned.clear()
    step = bench.fix("dob", {"x": "05/06/1988"})
    assert max(cleaned) == 1
    assert bench.report.cleaned["dob"].iloc[51] == bench.report.cleaned["dob"].iloc[50]
    assert step.readings == {"05/06/1988": "1988-05-06"}
    assert step.notes == ()
    assert_as_from_scratch(bench)


def test_rows_of_a_column_that_is_not_kept_in_mind_are_read_as_the_others_are() -> None:
    cells = ["05/06/1988"] * 20 + ["12/25/1990"] * 20
    bench = dated(*cells).astype({"dob": object}).pango.workbench("customer-identity")
    bench.fix("phone", {"0912300003": "0912345678"})
    assert_as_from_scratch(bench)
    frame = dated(*cells)
    bench = frame.pango.workbench("customer-identity")
    frame.pango.validate("customer-identity", day_first=False)  # what is kept in mind is another
    bench.fix("phone", {"0912300003": "0912345678"})
    assert_as_from_scratch(bench)


# What is given to a workbench beside its rows: with which no step may read all of them.
GIVEN: list[dict[str, Any]] = [
    {"values": {"systemName": "CRM", "yob": {"default": "1990"}}},
    {"values": {"customerGroup": {"default": "Bạc"}}},
    {"values": {"customerId": {"from": ["phone"]}}},
    {"values": {"address": "{ward}, {district}"}},
    {"fixes": {"gender": {"?": "male"}, "dob": {"1988": "1989"}}},
    {"mapping": {"customerGroup": "customFieldTexts.customField01"}},
    {"unreadable": "blank", "severity": {"email.typo": "error"}, "ignore": ["phone.extension"]},
]


@pytest.mark.parametrize("given", GIVEN, ids=str)
def test_steps_read_few_rows_whatever_the_workbench_was_given(
    cleaned: list[int], given: dict[str, Any]
) -> None:
    frame = messy(CUSTOMERS, 60, 11).astype("str").assign(timezoneGmt=["7", "8", None] * 20)
    bench = frame.pango.workbench("customer-identity", today=TODAY, **given)
    bench.fix_rows({3: {"phone": "0912345671", "dob": "25/12/1991"}, 4: {"gender": "Nam"}})
    bench.fix_rows({5: {"dob": "1989", "ward": "Phường 7"}, 6: {"customerId": "C-new"}})
    bench.blank("email", ["a@example.com"])
    bench.fix_rows({7: {"dob": None}, 9: {"createdAt": "05/06/2020 10:00", "timezoneGmt": "9"}})
    assert_as_from_scratch(bench)
    bench.undo(step=2)
    assert_as_from_scratch(bench)
    assert max(cleaned) < 30


def test_a_step_that_changes_what_a_column_proves_says_so(cleaned: list[int]) -> None:
    bench = dated(*["05/06/1988"] * 50, "12/25/1990").pango.workbench("customer-identity")
    before = bench.report.cleaned["dob"].iloc[0]
    bench.fix_rows({0: {"fullName": "Chi"}})
    cleaned.clear()
    step = bench.fix("dob", {"12/25/1990": "25/12/1990"})
    assert max(cleaned) == 51
    assert len(step.notes) == 1
    assert "dob" in step.notes[0]
    assert bench.report.cleaned["dob"].iloc[0] != before
    assert_as_from_scratch(bench)
    bench.undo()
    assert bench.report.cleaned["dob"].iloc[0] == before
    assert_as_from_scratch(bench)


def test_a_key_that_changes_meets_the_others(cleaned: list[int]) -> None:
    frame = dated(*["01/02/1990"] * 40)
    bench = frame.pango.workbench("customer-identity")
    bench.fix_rows({0: {"fullName": "Chi"}})
    cleaned.clear()
    bench.fix("customerId", {"C7": "C3"})
    assert max(cleaned) == 1
    assert bench.report.examined.is_superseded.nonzero()[0].tolist() == [3]
    bench.fix("customerId", {"C9": "c-03"})
    assert_as_from_scratch(bench)
    bench.undo(2)
    assert not bench.report.examined.is_superseded.any()
    assert_as_from_scratch(bench)


def test_the_policy_for_duplicates_reads_no_cell_again(cleaned: list[int]) -> None:
    frame = dated(*["01/02/1990"] * 40).assign(customerId=["C1", "C1", *"abcdefghij"] + ["z"] * 28)
    bench = frame.pango.workbench("customer-identity")
    bench.fix_rows({0: {"fullName": "Chi"}})
    cleaned.clear()
    bench.set(duplicates="first")
    assert not cleaned
    assert_as_from_scratch(bench)


def test_checks_across_rows_are_done_on_all(cleaned: list[int]) -> None:
    class Own(pp.CustomerIdentity):
        class Config:
            unique = ["phone"]  # noqa: RUF012

    frame = dated(*["01/02/1990"] * 40)
    bench = frame.pango.workbench(Own)
    bench.fix_rows({0: {"fullName": "Chi"}})
    cleaned.clear()
    bench.fix("phone", {"0912300003": "0912300004"})
    assert max(cleaned) == 40
    assert bench.report.n_held == 2
    assert_as_from_scratch(bench)


def test_numbers_beside_a_fixed_one_stay_what_they_are() -> None:
    frame = dated(*["01/02/1990"] * 40).assign(phone=np.arange(912345600.0, 912345640.0))
    bench = frame.pango.workbench("customer-identity")
    bench.fix_rows({0: {"phone": "0912 345 999"}})
    bench.fix_rows({1: {"phone": "0912 345 998"}})
    assert_as_from_scratch(bench)
    assert bench.undo(2).what
    assert bench.frame["phone"].dtype == "float64"
    assert_as_from_scratch(bench)


def test_earlier_states_are_kept_as_cells(cleaned: list[int]) -> None:
    bench = messy(CUSTOMERS, 60, 4).pango.workbench("customer-identity", today=TODAY)
    bench.fix_rows({3: {"phone": "0912345000"}, 1: {"phone": None}})
    (taken,) = bench._history._taken
    assert [rows.tolist() for rows, _ in taken[2].cells.values()] == [[1, 3]]
    assert not taken[2].columns


def test_what_no_step_changes_any_more_is_kept_once() -> None:
    frame = messy(CUSTOMERS, 60, 3)
    bench = frame.pango.workbench("customer-identity")
    bench.fix_rows({3: {"phone": "0912345671"}})
    bench.replace("fullName", "Trần", "Tran")
    bench.fix_rows({4: {"phone": "0912345672", "email": "an@example.com"}})

    def is_the_first(field: str) -> bool:
        pair = as_text(bench.frame[field]), as_text(bench._history.first.frame[field])
        return is_one_memory(*pair)

    bench.undo(step=2)
    assert [is_the_first(field) for field in ("fullName", "phone", "email")] == [True, False, False]
    assert_as_from_scratch(bench)
    bench.undo(step=1)
    assert bench.steps["rows"].tolist() == [1]
    assert not is_the_first("phone")
    bench.undo()
    assert is_the_first("phone")
    assert is_the_first("email")


def test_a_step_taken_out_leaves_the_cells_of_other_columns_as_they_are() -> None:
    bench = messy(CUSTOMERS, 60, 3).pango.workbench("customer-identity")
    names = bench.frame["fullName"]
    bench.fix("phone", {"123": "0912000000"})
    bench.fix_rows({3: {"phone": "0912345671", "fullName": "Lê Chi"}})
    bench.fix("fullName", {"Lê Chi": "Lê Chín"})
    bench.leave_out([5])
    bench.set(duplicates="first")
    bench.undo(step=1)
    assert bench.steps["rows"].tolist()[:3] == [1, 1, 1]
    assert bench.frame["fullName"].iloc[3] == "Lê Chín"
    assert bench.frame["fullName"].drop(3).equals(names.drop(3))
    assert (bench.frame["phone"] == "123").any()
    assert_as_from_scratch(bench)
    bench.undo(4)
    assert bench.frame.equals(bench._history.first.frame)


def test_a_bench_on_a_report_reads_as_the_report_did() -> None:
    # A column named like a custom field that PangoCDP's naming does not know is told of.
    frame = messy(CUSTOMERS, 30, 3).assign(**{"customFieldThings.one": "x"})
    bench = frame.pango.validate("customer-identity").workbench()
    told = bench.report.findings.query("rule == 'column.custom_field'")
    assert len(told) == 30
    bench.fix_rows({0: {"fullName": "Mai"}})
    assert len(bench.report.findings.query("rule == 'column.custom_field'")) == 30
    assert_as_from_scratch(bench)
    # What was left out stays so in a bench on its report.
    bench.leave_out([1], reason="test row")
    again = bench.report.workbench()
    again.fix_rows({0: {"fullName": "Mai Lan"}})
    assert again.report.findings.query("rule == 'row.left_out'")["row"].tolist() == [1]


def test_rows_of_items_are_read_together() -> None:
    frame = pd.DataFrame(
        {
            "orderId": ["T1", "T1", "T2"],
            "orderStatus": ["Done", None, "Done"],
            "customerId": ["C1", None, "C2"],
            "customerName": ["An", None, "Chi"],
            "items.productSku": ["P1", "P2", "P3"],
            "items.productName": ["Áo", "Mũ", "Áo"],
            "items.quantity": ["1", "x", "2"],
            "items.price": ["10000", "20000", "30000"],
        },
        dtype="str",
    )
    bench = frame.pango.validate("order").workbench()
    assert bench.report.examined.item_list == "items"
    bench.fix("items.quantity", {"x": "3"})
    assert bench.report.examined.item_list == "items"
    assert_as_from_scratch(bench)


def test_nothing_is_said_of_how_a_row_that_is_left_out_is_spelled() -> None:
    frame = messy(CUSTOMERS, 40, 5)
    bench = frame.pango.workbench("customer-identity")
    (row, *others) = bench.report.findings.query("rule == 'spelling.varies'")["row"].tolist()
    bench.leave_out([row], reason="test row")
    found = bench.report.findings
    assert found[found["row"] == row]["rule"].tolist() == ["row.left_out"]
    assert found.query("rule == 'spelling.varies'")["row"].tolist() == others
    assert_as_from_scratch(bench)


def test_a_step_reads_the_rows_that_it_changes_and_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = messy(CUSTOMERS, 3_000, 7).pango.workbench("customer-identity")
    n_read = []

    def counted(frame: pd.DataFrame, *args: Any, **kwargs: Any) -> Any:
        n_read.append(len(frame))
        return clean(frame, *args, **kwargs)

    monkeypatch.setattr(rereading, "clean", counted)
    bench.fix_rows({4: {"phone": "0912345670"}})  # the first step, too
    bench.fix_rows({5: {"dob": "25/12/1991"}, 6: {"customerId": "C-new"}})
    bench.undo()
    bench.redo()
    assert n_read == [1, 2, 2, 2]


@pytest.fixture
def read_cells(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many cells of a column were read, each time one was."""
    n_read: list[int] = []
    for stage in (clean_field, cells_read_again):

        def counted(series: pd.Series, *args: Any, anew: Any = stage.clean_anew) -> Any:
            n_read.append(len(series))
            return anew(series, *args)

        monkeypatch.setattr(stage, "clean_anew", counted)
    return n_read


def test_a_map_cleans_no_column_again_that_has_fixes(read_cells: list[int]) -> None:
    frame = messy(CUSTOMERS, 300, 8)
    bench = frame.pango.workbench("customer-identity", today=TODAY)
    bench.fix_rows({4: {"phone": "0912345670"}, 7: {"email": "an@example.com"}})
    bench.replace("fullName", "Trần", "Tran")
    read_cells.clear()
    bench.map("customerGroup", "")
    bench.undo()
    bench.fix_rows({9: {"phone": "0912345671"}})
    bench.undo(2)
    assert bench.report.n_rows == 300
    bench.constants(systemName="CRM")
    assert 0 < max(read_cells) < 200  # names with the text; nothing was read as a whole
    assert_as_from_scratch(bench)


# Local times, and instants whose day is another one elsewhere: 2024-06-30 20:00 and 23:00 at GMT.
TIMES = ["30/06/2024", "2024-06-30 08:00:00", "2024-06-30T20:00:00Z", "1719788400000", "45473.5",
         "29/06/2024 9:30 CH", "2024", "x", None, "31/02/2024", "0"]  # fmt: skip


@pytest.mark.parametrize("hours", [-11, 3, 4])
def test_another_zone_moves_local_times_and_reads_instants_again(
    hours: int, read_cells: list[int]
) -> None:
    n = len(TIMES)
    cells = [*TIMES, *["30/06/2024"] * 40]
    frame = dated(*cells).assign(createdAt=cells, dob2=cells)
    bench = frame.pango.workbench("customer-identity", today=dt.date(2024, 6, 30))
    bench.fix_rows({n: {"dob": "2024-06-29T12:00:00Z"}})
    read_cells.clear()
    bench.set(timezone_gmt=hours)
    assert max(read_cells, default=0) <= 3
    assert_as_from_scratch(bench)
    read_cells.clear()
    bench.fix_rows({n + 1: {"dob": "1719600000000"}})
    bench.undo(2)
    assert bench.report.n_rows == len(cells)
    assert max(read_cells) <= 4  # what was fixed since is an instant, too
    assert_as_from_scratch(bench)


PHONES = ["0912345678", "+84 912 345 679", "912345670", "01234567890", "0838251234", "0211",
          "028 3825 1234", "0912345671 - 0912345672", "0912345673 ext 4", "19001234", "1800 6789",
          "0999999999", "O912345674", "+6591234567", "(04) 38251234",
          "+1 650 253 0000", None, "x"]  # fmt: skip


def test_numbers_are_written_otherwise_without_a_look_at_most_cells(read_cells: list[int]) -> None:
    usual = [f"0912{n:06}" for n in range(60)]
    cells = [*PHONES, *usual]
    frame = dated(*cells).assign(phone=cells).drop(columns="dob")
    bench = frame.pango.workbench("customer-identity", today=TODAY)
    bench.fix_rows({len(PHONES): {"phone": "+84912345675"}})
    read_cells.clear()
    bench.set(phone_format="e164")
    assert bench.report.ready["phone"].iloc[-1] == "+84912000059"
    assert 0 < max(read_cells) <= len(PHONES)
    assert_as_from_scratch(bench)
    read_cells.clear()
    bench.fix("phone", {usual[1]: "091234567 6"})
    bench.set(phone_format="national")
    assert 0 < max(read_cells) <= len(PHONES)
    assert_as_from_scratch(bench)


@pytest.mark.parametrize("n_mobiles", [19, 20])
def test_what_numbers_prove_is_the_same_in_either_form(n_mobiles: int) -> None:
    odd = ["0438251234 - 0912345678", *["19001234", "1900 123456", "x"] * 3]
    cells = [*odd, *[f"0912{n:06}" for n in range(n_mobiles)]]
    frame = dated(*cells).assign(phone=cells).drop(columns="dob")
    bench = frame.pango.workbench("customer-identity", today=TODAY)
    for form in ("e164", "national"):
        bench.set(phone_format=form)
        found = bench.report.findings
        assert (found["rule"] == "phone.lone_landline").sum() == (n_mobiles == 20)
        assert_as_from_scratch(bench)


DATES = ["01/02/35", "29/02/00", "01/01/00", "2030-01-01", "33000", "45473", "1462", "366",
         "2031", "1", "2024-06-30", "01/07/2024", "1719788400000", "05/2026", "31/06/2024",
         "x", None]  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [{"today": dt.date(2040, 1, 1)}, {"today": dt.date(1999, 1, 1)}, {"excel_1904": True}],
)
def test_dates_that_no_option_reads_otherwise_are_not_read_again(
    options: dict[str, Any], read_cells: list[int]
) -> None:
    cells = [*DATES, *["25/12/1990"] * 60]
    frame = dated(*cells).assign(createdAt=cells)
    bench = frame.pango.workbench("customer-identity", today=dt.date(2024, 6, 30))
    bench.fix_rows({len(DATES): {"dob": "2024-06-29"}})
    read_cells.clear()
    bench.set(**options)
    assert 0 < max(read_cells) <= len(DATES) + 1
    assert_as_from_scratch(bench)
    read_cells.clear()
    bench.fix_rows({len(DATES) + 1: {"dob": "24/12/90"}})
    bench.undo(2)
    assert bench.report.n_rows == len(cells)
    assert max(read_cells) <= len(DATES) + 2
    assert_as_from_scratch(bench)


def test_the_order_of_day_and_month_is_read_again_only_where_the_option_decides(
    read_cells: list[int],
) -> None:
    bench = dated("25/12/1990", *["01/02/1990"] * 40).pango.workbench("customer-identity")
    read_cells.clear()
    bench.set(day_first=False)
    bench.set(unreadable="blank")
    assert bench.undo(2)
    assert bench.report.n_rows == 41
    assert not read_cells
    bench.blank("dob", ["25/12/1990"])
    bench.set(day_first=False)
    assert max(read_cells) == 41  # 01/02/1990 is another day now
    assert_as_from_scratch(bench)


def test_a_column_left_out_stays_left_out() -> None:
    people = pd.DataFrame(
        {"customerId": ["1"], "fullName": ["An"], "phone": ["0912345678"], "Email": ["a@b.vn"]}
    )
    bench = people.pango.validate(mapping={"Email": ""}).workbench()
    bench.set(phone_format="e164")
    assert "email" not in bench.report.ready
    assert "'Email': ''" in bench.code()
    bench.map("Email", "email")
    assert bench.report.ready["email"].tolist() == ["a@b.vn"]


def test_a_step_that_changes_what_a_column_of_numbers_proves_says_so() -> None:
    costs = ["1.250", "2.500", "4", "4.00", "1,250.50"]
    columns = {name: ["x"] * 5 for name in ("orderStatus", "customerId", "customerName")}
    keys = {"orderId": list("abcde"), "orderDate": ["2021-05-06"] * 5}
    bench = pd.DataFrame({**keys, **columns, "totalCost": costs}).pango.workbench("order")
    assert not bench.fix("totalCost", {"4.00": "5"}).notes
    (note,) = bench.fix("totalCost", {"1,250.50": "7"}).notes
    assert "2 other cells change" in note  # 1.25 is 1,250 now; a 4 stays a 4
    assert bench.report.cleaned["totalCost"].tolist()[:3] == [1250, 2500, 4]


def test_codes_of_genders_that_other_cells_explain_are_told() -> None:
    bench = dated(*["01/02/1990"] * 4).assign(gender=["1", "0", "1", "0"])
    bench = bench.pango.workbench("customer-identity")
    (note,) = bench.fix_rows({0: {"gender": "2"}}).notes
    assert "gender" in note
    assert "2 other cells change" in note
