"""Long rows of a wide file: ``unfold``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import pangoprep as pp


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    path = tmp_path / "wide.csv"
    path.write_text("Mã KH,Email,Email 2\n1,a@b.vn,c@d.vn\n2,,e@f.vn\n", encoding="utf-8")
    return path


def test_a_wide_file_becomes_long(run: Any, wide: Path, tmp_path: Path) -> None:
    asked = run("map", wide, "--entity", "customer-identity")
    entity = "customer-identity-email"
    assert f"pangoprep unfold FILE --entity {entity} --out LONG.csv" in asked.stdout
    out = tmp_path / "long.csv"
    each = ("--each", "emailType=Personal, Business")
    done = run("unfold", wide, "--entity", entity, "--out", out, *each)
    assert (done.returncode, done.stdout) == (0, f"3 rows of {entity} were made from 2 rows.\n")
    assert pp.read(out).to_dict("list") == {
        "customerId": ["1", "1", "2"],
        "email": ["a@b.vn", "c@d.vn", "e@f.vn"],
        "emailType": ["Personal", "Business", "Business"],
    }
    assert run("validate", out).returncode == 0


def test_what_tells_rows_apart_is_asked_for(run: Any, wide: Path, tmp_path: Path) -> None:
    wide.write_text("Mã KH,Địa chỉ 1,Địa chỉ 2\n1,12 Lê Lợi,3 Hai Bà Trưng\n", encoding="utf-8")
    refused = run(
        "unfold", wide, "--entity", "customer-identity-address", "--out", tmp_path / "l.csv"
    )
    assert refused.returncode == 2
    assert "Say it of each group: --each addressType=" in refused.stderr


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["--shared", "Emial"], "The file has no column 'Emial', which --shared names. Did you"),
        (["--each", "emailType=Personal"], "--each emailType must have a value for each of the 2"),
        (["--each", "emailTyp=a,b"], "--each names 'emailTyp', no field of"),
    ],
)
def test_what_does_not_fit_is_said_in_options(
    run: Any, wide: Path, tmp_path: Path, words: list[str], wanted: str
) -> None:
    entity = ("--entity", "customer-identity-email")
    refused = run("unfold", wide, *entity, "--out", tmp_path / "l.csv", *words)
    assert refused.returncode == 2
    assert wanted in refused.stderr
