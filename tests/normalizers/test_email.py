"""What is particular to email cells: suggestions, several addresses, placeholders."""

from __future__ import annotations

import pandas as pd
import pytest

from pangoprep.tables import read_table
from tests.normalizers.cells import canonical, judge, rules_of
from tests.normalizers.promises import read

TYPOS = read_table("email_typos").to_pylist()


def test_every_mistyped_domain_is_kept_with_the_meant_one_as_a_suggestion() -> None:
    report = judge("email", [f"An.Nguyen@{row['typo'].upper()}" for row in TYPOS])
    meant = [f"an.nguyen@{row['domain']}" for row in TYPOS]
    assert report.reveal().sort_values("row")["suggestion"].to_list() == meant
    # A domain without an ending of two letters is no domain: that row is held.
    ends = [row["typo"].rpartition(".") for row in TYPOS]
    kept = [f"an.nguyen@{start}.{end}" if start and len(end) > 1 else "" for start, _, end in ends]
    assert canonical(report, "email") == kept
    assert set(report.findings["rule"]) == {"email.typo", "email.unreadable"}
    assert report.n_held == kept.count("")


def test_common_domains_are_no_typing_errors() -> None:
    cells = [f"an.nguyen@{row['domain']}" for row in read_table("email_domains").to_pylist()]
    report = judge("email", cells)
    assert canonical(report, "email") == cells
    assert len(report.findings) == 0


def test_placeholders_are_empty_in_every_case() -> None:
    rows = read_table("email_placeholders").to_pylist()
    made = {"local": "{}@gmail.com", "domain": "nguyen.an@{}", "address": "{}"}
    cells = [made[row["kind"]].format(row["text"]) for row in rows]
    cells += [cell.upper() for cell in cells] + [f" {cell} " for cell in cells]
    report = judge("email", cells)
    assert canonical(report, "email") == [""] * len(cells)
    assert set(report.findings["rule"]) == {"email.placeholder"}


@pytest.mark.parametrize(
    ("cell", "suggestion"),
    [
        ("an@gmail,com", "an@gmail.com"),
        ("an nguyen@gmail.com", "annguyen@gmail.com"),
        ("an@congty.vn (cũ)", "an@congty.vn"),
        ("Nguyen Van An an@congty.vn", "an@congty.vn"),
        ("an@congty.vn 0912345678", "an@congty.vn"),
        ("an@@gmail.com", None),
        ("an@gmail", None),
        ("ab--cd@ab--cd.vn", None),
    ],
)
def test_what_was_meant_is_suggested_not_decided(cell: str, suggestion: str | None) -> None:
    report = judge("email", [cell])
    assert canonical(report, "email") == [""]
    assert rules_of(report, "email") == ["email.unreadable"]
    found = report.reveal()["suggestion"][0]
    assert (None if pd.isna(found) else found) == suggestion


@pytest.mark.parametrize(
    "between", ["; ", ", ", " ", " / ", "|", "\n", " - ", " và ", " hoặc ", ";;"]
)
def test_the_first_of_several_addresses_is_kept_and_the_others_named(between: str) -> None:
    cells = [between.join(["An@congty.vn", "binh@congty.vn", "chi@congty.vn"])]
    report = judge("email", cells)
    assert canonical(report, "email") == ["an@congty.vn"]
    assert rules_of(report, "email") == ["email.multiple"]
    assert report.reveal()["suggestion"].to_list() == ["binh@congty.vn; chi@congty.vn"]


def test_quotes_around_one_of_several_addresses_are_no_part_of_it() -> None:
    cells = [
        """ 'an@congty.vn', "binh@congty.vn" """,
        "an@congty.vn; 'an@congty.vn'",
        "[ 'an@congty.vn' ]",
    ]
    assert read("email", cells) == ["an@congty.vn"] * 3


def test_long_cells_do_not_take_long() -> None:
    cells = ["a" * 100_000 + "@gmail.com", "a@" * 50_000, "<" * 100_000, "a." * 50_000 + "@b.vn"]
    assert read("email", cells) == [None] * 4


def test_bytes_and_mixed_objects_are_read() -> None:
    report = judge("email", pd.Series([b"an@congty.vn", "AN@congty.vn", None, 5], dtype=object))
    assert canonical(report, "email") == ["an@congty.vn", "an@congty.vn", "", ""]
