"""Cells that a sheet would calculate, in the CSV files we write."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.cli import main
from pangoprep.writing.formats import Writer, write_frame

RUN = [
    '=HYPERLINK("http://evil.example","x")', "=1+1", "@SUM(A1)", "+1+1", "-2+3", "-x", "-(1)",
    "+cmd|' /C c'!A0", " =1+1", "\t=1+1", "\n@a", "\u00a0=1", "\ufeff=1", "=", "＝1+1", "＋1-1",
    "－1+1", "＠SUM(1)",
]  # fmt: skip
STAY = [
    "An",
    "a=b",
    "1-1",
    "-5",
    "+84912345678",
    "-1.5",
    "+84 912 345 678",
    "'=1",
    "",
    "12/5",
    "[1]",
]


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("dtype", [object, "str", "category", "string[python]"])
def test_what_would_run_is_escaped_and_nothing_else(tmp_path, dtype) -> None:
    frame = pd.DataFrame(
        {
            "=A1": pd.Series([*RUN, *STAY, None], dtype=dtype),
            "n": range(-len(RUN), len(STAY) + 1),
        }
    )
    write_frame(frame, tmp_path / "a.csv", escape_formulas=True)
    header, *rows = cells(tmp_path / "a.csv")
    assert header == ["'=A1", "n"]
    assert [row[0] for row in rows] == [*(f"'{cell}" for cell in RUN), *STAY, ""]
    assert [int(row[1]) for row in rows] == frame["n"].to_list()


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_for_programs_they_stay(tmp_path, name) -> None:
    frame = pd.DataFrame({"a": [*RUN, *STAY]})
    write_frame(frame, tmp_path / name, escape_formulas=name != "a.csv")
    read = {"a.csv": pd.read_csv, "a.jsonl": pd.read_json, "a.parquet": pd.read_parquet}[name]
    options = {"a.csv": {"keep_default_na": False, "dtype": str}, "a.jsonl": {"lines": True}}
    assert read(tmp_path / name, **options.get(name, {}))["a"].astype(str).to_list() == [
        *RUN,
        *STAY,
    ]


def test_in_parts_it_is_the_same(tmp_path) -> None:
    frame = pd.DataFrame({"a": [*RUN, *STAY]})
    with Writer(tmp_path / "parts.csv", escape_formulas=True) as writer:
        for start in range(0, len(frame), 7):
            writer.add(frame.iloc[start : start + 7])
    write_frame(frame, tmp_path / "whole.csv", escape_formulas=True)
    assert (tmp_path / "parts.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    people = {
        "customerId": ["1", "@SUM(A1)", "3"],
        "fullName": ["An", "Bình", "+1+1"],
        "phone": ["12", "0912345678", "12"],
    }
    pd.DataFrame(people).to_csv(path, index=False)
    return path


@pytest.mark.parametrize(
    ("option", "held_is_escaped", "ready_is_escaped"),
    [([], True, False), (["--escape-formulas"], True, True), (["--keep-formulas"], False, False)],
)
@pytest.mark.parametrize("parts", [[], ["--rows-at-once", "1"]])
def test_the_command_line(
    source, tmp_path, monkeypatch, option, held_is_escaped, ready_is_escaped, parts
) -> None:
    ready, held = tmp_path / "ready.csv", tmp_path / "held.csv"
    command = ["pangoprep", "clean", source, "--entity", "customer-identity", "--out", ready]
    monkeypatch.setattr("sys.argv", [*map(str, command), "--held", str(held), *option, *parts])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert cells(held)[2][1] == ("'+1+1" if held_is_escaped else "+1+1")
    assert cells(ready)[1][0] == ("'@SUM(A1)" if ready_is_escaped else "@SUM(A1)")


def test_what_was_escaped_is_read_as_it_was(tmp_path) -> None:
    frame = pd.DataFrame(
        {"customerId": ["=KH1", "KH2"], "phone": ["+84-912-345-678", "0912345678"]}
    )
    frame = frame.assign(fullName="An")
    write_frame(frame, tmp_path / "a.csv", escape_formulas=True)
    assert cells(tmp_path / "a.csv")[1][:2] == ["'=KH1", "'+84-912-345-678"]
    ready = pp.read(tmp_path / "a.csv").pango.validate("customer-identity").ready
    assert ready["customerId"].to_list() == ["=KH1", "KH2"]
    assert ready["phone"].to_list() == ["0912345678"] * 2


@pytest.mark.parametrize(
    ("cell", "rules"),
    [
        ("@SUM(A1)", ["id.formula"]),
        ("=KH001", ["id.formula"]),
        ("+1+1", ["id.formula"]),
        ("-a", ["id.formula"]),
        ('=HYPERLINK("x")', ["cell.formula_not_calculated"]),
        ("+84912345678", []),
        ("-5", []),
        ("KH-1", []),
        ("an@vidu.vn", []),
    ],
)
def test_an_id_that_is_a_formula_is_a_finding(cell, rules) -> None:
    frame = pd.DataFrame({"customerId": [cell, "B2"], "fullName": "An", "phone": "0912345678"})
    findings = frame.pango.validate("customer-identity").findings
    assert sorted(findings["rule"]) == sorted(rules)
