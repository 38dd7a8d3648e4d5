"""The sample data: made anew it is the same, and it holds the damage its README counts."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pandas as pd
import phonenumbers
import pytest
from generate import customers, customers_and_truth, main
from phonenumbers import PhoneNumberType
from python_calamine import CalamineWorkbook
from synthetic.customers import HEADERS, SHAPES
from synthetic.readme import FATES
from synthetic.workbook import ORPHAN_IDS, sheets

import pangoprep as pp
from pangoprep.entities import CUSTOMERS as ENTITIES
from pangoprep.matching import detect_entities, match_headers

DATA = Path(__file__).parents[2] / "data"
CSV = DATA / "customers_messy.csv"
WORKBOOK = DATA / "customers.xlsx"
README = (DATA / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def committed() -> pd.DataFrame:
    """The file as it is, every cell the text it holds."""
    return pd.read_csv(CSV, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def readme_counts() -> dict[tuple[str, str], int]:
    counts = {}
    field = ""
    for line in README.splitlines():
        if heading := re.match(r"### .* \(`(\w+)`\)", line):
            field = heading[1]
        elif row := re.match(r"\| (.+?) \| (?:[0-9.]+%|the rest) \| ([0-9,]+) \|", line):
            counts[field, row[1]] = int(row[2].replace(",", ""))
    return counts


# Made anew


def test_the_committed_files_are_what_the_generator_makes(tmp_path: Path) -> None:
    main(["--rows", "2000", "--seed", "2026", "--out", str(tmp_path)])
    assert (tmp_path / CSV.name).read_bytes() == CSV.read_bytes()
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == README
    made, kept = (CalamineWorkbook.from_path(path) for path in (tmp_path / WORKBOOK.name, WORKBOOK))
    assert made.sheet_names == kept.sheet_names
    for name in made.sheet_names:
        assert made.get_sheet_by_name(name).to_python() == kept.get_sheet_by_name(name).to_python()


def test_the_workbook_is_the_same_file_every_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        main(["--out", str(tmp_path / name), "--only", "xlsx"])
    first, second = ((tmp_path / name / WORKBOOK.name).read_bytes() for name in ("a", "b"))
    assert first == second


def test_the_command_line_works_from_any_folder(tmp_path: Path) -> None:
    command = [sys.executable, str(DATA / "generate.py"), "--rows", "10", "--only", "csv"]
    done = subprocess.run(
        [*command, "--out", "out"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert done.stdout == f"10 rows: {Path('out') / CSV.name}\n"
    assert len(pd.read_csv(tmp_path / "out" / CSV.name)) == 10
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [CSV.name]


def test_another_seed_gives_other_people() -> None:
    first, again, other = customers(200, 1), customers(200, 1), customers(200, 2)
    pd.testing.assert_frame_equal(first, again)
    assert (first["Họ và tên"] == other["Họ và tên"]).mean() < 0.1


@pytest.mark.parametrize("n_rows", [1, 2, 7, 40])
def test_few_rows_are_no_trouble(n_rows: int) -> None:
    frame, truth = customers_and_truth(n_rows, 3)
    assert len(frame) == len(truth.meant) == len(truth.held) == n_rows


def test_the_shares_hold_in_a_larger_file() -> None:
    _, truth = customers_and_truth(20_000, 5)
    for field, shapes in SHAPES.items():
        for shape in shapes[1:]:
            assert truth.count(field, shape.name) == max(1, round(shape.share * 20_000))
    assert truth.repeated.mean() == pytest.approx(0.02, abs=0.003)
    assert 0.85 < 1 - truth.held.mean() - truth.repeated.mean() < 0.92


# The CSV


def test_the_csv_is_what_excel_writes_and_pandas_reads() -> None:
    assert CSV.read_bytes().startswith(b"\xef\xbb\xbf" + "Mã KH,".encode())
    frame = pd.read_csv(CSV, dtype=str)
    assert frame.shape == (2000, 12)
    assert list(frame.columns) == list(HEADERS.values())
    assert all(isinstance(cell, str) for cell in frame["SĐT"].dropna())


def test_customers_gives_the_file_as_a_frame(committed: pd.DataFrame) -> None:
    made = customers(2000, 2026)
    pd.testing.assert_frame_equal(made.fillna(""), committed, check_dtype=False)
    assert made.isna().equals(committed == "")


def test_the_headers_are_recognized_as_customers() -> None:
    assert detect_entities(HEADERS.values()) == ["customer-identity"]
    expected = {header: field for field, header in HEADERS.items()}
    assert match_headers(HEADERS.values(), "customer-identity") == expected


def test_the_readme_counts_every_shape_of_every_column() -> None:
    _, truth = customers_and_truth(2000, 2026)
    shapes = [(field, shape.name) for field in SHAPES for shape in SHAPES[field]]
    assert readme_counts() == {shape: truth.count(*shape) for shape in shapes}
    assert all(n_rows > 0 for n_rows in readme_counts().values())
    for field in SHAPES:
        of_field = [n for (name, _), n in readme_counts().items() if name == field]
        assert sum(of_field) == 2000
    assert f"{truth.held.sum()} (" in README
    assert f"{truth.repeated.sum()} rows" in README


# What a cell of a shape looks like, told without the generator. Only shapes that cannot be
# mistaken for another are here.
PATTERNS = {
    ("customerId", "float"): r"[0-9]{9}\.0",
    ("customerId", "scientific, rounded"): r"1\.[0-9]{5}E\+11",
    ("customerId", "blank"): "",
    ("phone", "dots"): r"0[0-9]{3}\.[0-9]{3}\.[0-9]{3}",
    ("phone", "dashes"): r"0[0-9]{3}-[0-9]{3}-[0-9]{3}",
    ("phone", "brackets"): r"\([0-9]{3}\) [0-9]{3} [0-9]{4}",
    ("phone", "+84 (0)"): r"\+84 \(0\) [0-9 ]{11}",
    ("phone", "0084"): r"0084[0-9]{9}",
    ("phone", "lost zero"): r"[35789][0-9]{8}",
    ("phone", "lost zero, float"): r"[35789][0-9]{8}\.0",
    ("phone", "text marker"): r"'0[0-9]{9}",
    ("phone", "scientific, full"): r"[0-9]\.[0-9]{7}[1-9]E\+08",
    ("phone", "scientific, rounded"): r"8\.4[0-9]{4}E\+10",
    ("phone", "old mobile prefix"): r"01[2689][0-9]{8}",
    ("phone", "two numbers"): r"0[0-9]{9}(?: / |;|, )0[0-9]{9}",
    ("phone", "extension"): r".* ext [0-9]{2}",
    ("phone", "letter O"): r"O[0-9]{9}",
    ("phone", "placeholder"): r"0000000000|0123456789",
    ("phone", "blank"): "",
    ("email", "two @"): r".*@@.*",
    ("email", "no top-level domain"): r".*@gmail",
    ("email", "mailto"): r"mailto:.*",
    ("email", "mail client"): r".* <.*>",
    ("email", "inner space"): r".* @.*",
    ("email", "blank"): "",
    ("dob", "ISO"): r"(19[4-9]|20)[0-9]+-[0-9]{2}-[0-9]{2}",
    ("dob", "database"): r".* 00:00:00",
    ("dob", "compact"): r"[12][0-9]{7}",
    ("dob", "Excel serial"): r"[1-3][0-9]{4}",
    ("dob", "two-digit year"): r"[0-9]{2}/[0-9]{2}/[0-9]{2}",
    ("dob", "year only"): r"[0-9]{4}",
    ("dob", "month and year"): r"[0-9]{2}/[0-9]{4}",
    ("dob", "placeholder"): r"01/01/1900|00/00/0000|1900-01-01",
    ("dob", "blank"): "",
    ("gender", "float"): r"[12]\.0",
    ("gender", "unknown"): r"N|x",
    ("maritalStatus", "unknown"): r"Góa|widow",
    ("createdAt", "UTC"): r".*Z",
    ("createdAt", "twelve hours"): r".* (SA|CH)",
    ("createdAt", "Excel serial"): r"4[0-9]{4}\.[0-9]{10}",
    ("district", "with its kind"): r"(?:Q|TP|TX|H)\. .*",
}


@pytest.mark.parametrize("shape", PATTERNS, ids=lambda shape: " ".join(shape))
def test_the_file_holds_what_the_readme_counts(
    committed: pd.DataFrame, shape: tuple[str, str]
) -> None:
    cells = committed[HEADERS[shape[0]]]
    assert cells.str.fullmatch(PATTERNS[shape]).sum() == readme_counts()[shape]


@pytest.mark.parametrize("name", ["customers", "customer-identity", "customer-identity-address"])
def test_districts_and_wards_are_places_that_there_were(name: str) -> None:
    rules = pp.sample(name).pango.validate().findings["rule"]
    assert set(rules[rules.str.startswith(("district.", "ward."))]) <= {
        "ward.merged",
        "ward.divided",
    }


def test_decomposed_names_and_invisible_characters_are_counted(committed: pd.DataFrame) -> None:
    names = committed[HEADERS["fullName"]]
    decomposed = names.map(lambda name: name != unicodedata.normalize("NFC", name))
    assert decomposed.sum() == readme_counts()["fullName", "decomposed"]
    assert names.str.contains("\u200b").sum() == readme_counts()["fullName", "zero-width space"]
    assert names.str.contains("[Ã»º¡]").sum() == readme_counts()["fullName", "mojibake"]


def test_a_repeated_id_is_the_same_person(committed: pd.DataFrame) -> None:
    _, truth = customers_and_truth(2000, 2026)
    known = truth.meant.dropna(subset=["customerId", "fullName", "dob"])
    people = known.assign(fullName=known["fullName"].str.title()).groupby("customerId")
    assert (people["dob"].min() == people["dob"].max()).all()
    n_ids = truth.meant["customerId"].nunique()
    readable = truth.meant["customerId"].notna().sum()
    assert readable - n_ids == truth.repeated.sum()


# The truth


def test_the_true_numbers_are_valid_by_libphonenumber() -> None:
    _, truth = customers_and_truth(5000, 8)
    kinds = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE}
    for number in truth.meant["phone"].dropna():
        parsed = phonenumbers.parse(number, "VN")
        assert phonenumbers.number_type(parsed) in kinds, number[:4]


def test_held_rows_have_a_cell_that_holds_them_or_lack_what_is_required() -> None:
    _, truth = customers_and_truth(5000, 9)
    fates = pd.DataFrame(
        {field: column.have_fate("held") for field, column in truth.columns.items()}
    )
    unreachable = truth.meant["phone"].isna() & truth.meant["email"].isna()
    assert (truth.held == (fates.any(axis=1) | unreachable)).all()
    assert truth.meant.loc[~truth.held, ["customerId", "fullName"]].notna().all(axis=None)
    assert {shape.fate for shapes in SHAPES.values() for shape in shapes} == set(FATES)


# The workbook


def test_the_workbook_has_a_sheet_for_every_entity_and_its_headers_are_recognized() -> None:
    book = CalamineWorkbook.from_path(WORKBOOK)
    assert book.sheet_names == list(ENTITIES)
    for name in book.sheet_names:
        header, *rows = book.get_sheet_by_name(name).to_python()
        assert detect_entities(header) == [name]
        assert list(match_headers(header, name)) == header
        assert len(rows) >= 150


def test_children_belong_to_customers_of_the_first_sheet_but_for_a_few() -> None:
    book = sheets(2026)
    _, truth = customers_and_truth(300, 2027)
    known = set(truth.meant["customerId"].dropna())
    for name, (header, rows) in book.items():
        if name == "customer-identity":
            continue
        position = list(match_headers(header, name).values()).index("customerId")
        ids = [row[position] for row in rows]
        orphans = [child for child in ids if child not in known]
        assert set(orphans) <= set(ORPHAN_IDS)
        assert 0 < len(orphans) < 0.05 * len(ids)


def test_excel_made_numbers_and_dates_of_some_cells() -> None:
    sheet = CalamineWorkbook.from_path(WORKBOOK).get_sheet_by_name("customer-identity")
    header, *rows = sheet.to_python()
    phones = [row[header.index("SĐT")] for row in rows]
    births = [row[header.index("Ngày sinh")] for row in rows]
    assert {type(cell).__name__ for cell in phones} == {"str", "float"}
    assert {"str", "date", "float"} <= {type(cell).__name__ for cell in births}
