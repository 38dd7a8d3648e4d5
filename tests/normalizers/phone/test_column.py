"""What only the column says of a phone number."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from pangoprep.normalizers import NORMALIZERS
from pangoprep.normalizers.phone.column import PhoneEvidence
from tests.normalizers.cells import canonical, context_for, judge, rules_of

MOBILES = [f"0912{100_000 + 7 * place}" for place in range(60)]


@pytest.mark.parametrize(
    ("cells", "rules"),
    [
        (["0438251234"], ["phone.legacy_area", "phone.lone_landline"]),
        (["2838123456"], ["phone.lone_landline", "phone.lost_zero"]),
        (["02838123456"], ["phone.lone_landline"]),
        (["02838123456", "0438251234"], []),
        (["0438251234", "02838123456"], ["phone.legacy_area", "phone.lone_landline"]),
        (["0438251234", "0438251235", "0438251236", "0438251237"], ["phone.legacy_area"]),
    ],
    ids=str,
)
def test_a_landline_among_mobiles(cells: list[str], rules: list[str]) -> None:
    assert rules_of(judge("phone", cells + MOBILES), "phone", 0) == rules


def test_landlines_of_a_short_column_are_no_exception() -> None:
    assert rules_of(judge("phone", ["02838123456", *MOBILES[:19]]), "phone", 0) == []


@pytest.mark.parametrize("form", ["national", "e164"])
def test_numbers_of_services_are_no_mobiles(form: str) -> None:
    services = ["19001234", "1800 6789", "+84 1900 123456"] * 9
    few = judge("phone", ["02838123456", *MOBILES[:19], *services], phone_format=form)
    assert rules_of(few, "phone", 0) == []
    enough = judge("phone", ["02838123456", *MOBILES[:20], *services], phone_format=form)
    assert rules_of(enough, "phone", 0) == ["phone.lone_landline"]


@pytest.mark.parametrize("number", ["0999999999", "0900000000", "0909090909", "+84911111111"])
def test_one_filler_for_many_customers_is_a_hint(number: str) -> None:
    report = judge("phone", [*MOBILES, number, number, number])
    assert rules_of(report, "phone", 61) == ["phone.shared_filler"]
    assert len(report.findings) == 3
    assert report.ok
    assert canonical(report, "phone")[61].endswith(number[-9:])
    assert rules_of(judge("phone", [*MOBILES, number, number]), "phone", 61) == []


def test_a_number_shared_by_a_family_is_none() -> None:
    assert judge("phone", ["0912384756"] * 5).findings.empty
    assert judge("phone", ["0912345678"] * 30).findings.empty  # examples are full of it


def test_what_the_other_parts_prove_counts() -> None:
    part = pa.array(["0999999999", "0438251234"], pa.large_string())
    context = context_for("phone", 2)
    alone = NORMALIZERS["phone"](part, context)
    assert {flag.rule for flag in alone.flags} == {"phone.legacy_area"}
    elsewhere = NORMALIZERS["phone"](
        pa.array(["0999999999", *MOBILES], pa.large_string()), context_for("phone", 61)
    )
    assert isinstance(elsewhere.evidence, PhoneEvidence)
    for _ in range(2):
        elsewhere.evidence += PhoneEvidence(easy=elsewhere.evidence.easy)
    told = pd.Series([elsewhere.evidence]).item()
    context = context_for("phone", 2)
    object.__setattr__(context, "elsewhere", told)
    found = NORMALIZERS["phone"](part, context)
    assert {flag.rule for flag in found.flags} == {
        "phone.legacy_area",
        "phone.lone_landline",
        "phone.shared_filler",
    }


def test_evidence_shows_no_number() -> None:
    cells = pa.array(["0999999999"] * 3 + MOBILES, pa.large_string())
    evidence = NORMALIZERS["phone"](cells, context_for("phone", len(cells))).evidence
    assert "999" not in repr(evidence)
