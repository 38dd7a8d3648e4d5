"""``validate_all`` over Dask frames says what it says of frames in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.errors import OptionError
from pangoprep.sandbox import Sandbox
from tests.engines.test_equality import FRAMES, alike, as_dask, cut


def people_and_emails(seed: int) -> dict[str, Any]:
    """Customers of whom some are held, and emails of them, of others, and of nobody."""
    random = np.random.default_rng(seed)
    people = FRAMES["customers"](random)
    emails = FRAMES["memberships"](random)
    ids = people["Mã KH"].fillna("C999").to_numpy()
    emails["customerId"] = [*random.choice(ids, len(emails) - 9), *["C999"] * 9]
    frames = {"customer-identity": people, "customer-identity-email": emails}
    return {
        name: dd.from_map(lambda part: part, cut(frame, random), meta=frame.iloc[:0])
        for name, frame in frames.items()
    }


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"duplicates": "hold", "customers": ["C999"]},
        {"severity": {"reference.unknown_customer": "error"}, "lang": "vi"},
    ],
)
def test_frames_are_checked_against_each_other(tmp_path: Path, options: dict[str, Any]) -> None:
    frames = people_and_emails(len(options))
    whole = pp.validate_all({name: one.compute() for name, one in frames.items()}, **options)
    bundle = pp.validate_all(frames, folder=tmp_path / "bundle", **options)
    told = whole["customer-identity-email"].summary()["rule"].to_list()
    assert "reference.customer_held" in told
    for name, report in bundle.items():
        for table in ("ready", "held", "rows", "findings"):
            alike(getattr(report, table), getattr(whole[name], table))
        assert report.facts == whole[name].facts
    assert repr(bundle) == repr(whole)
    found, expected = bundle.findings.compute(), whole.findings
    assert found["message"].to_list() == expected["message"].to_list()
    assert sorted(path.name for path in (tmp_path / "bundle").iterdir()) == [
        "customer-identity",
        "customer-identity-email",
        "manifest.json",
    ]


class Employee(pp.Entity, object_type="employee", key=("employeeId",),
               references={"managerId": "employee", "shopId": "shop"}):  # fmt: skip
    """Names rows of its own frame, and those of another that names it."""

    employeeId: str = pp.field.identifier("Employee", required=True)
    managerId: str | None = pp.field.identifier("Manager")
    shopId: str | None = pp.field.identifier("Shop")
    phone: str | None = pp.field.phone("Phone")


class Shop(pp.Entity, object_type="shop", key=("shopId",), references={"headId": "employee"}):
    """Names employees, who name it."""

    shopId: str = pp.field.identifier("Shop", required=True)
    headId: str | None = pp.field.identifier("Head", required=True)


def staff(n_rows: int, random: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Long chains of managers, some of whom are held, twice there, or nobody."""
    ids = np.array([f"E{n}" for n in range(n_rows)])
    people = pd.DataFrame({
        "employeeId": ids,
        "managerId": [None, *(f"E{n // 2 if n % 3 else n - 1}" for n in range(1, n_rows))],
        "shopId": random.choice(["S1", "S2", "S3", "S9", None], n_rows),
        "phone": random.choice(["0912345678", "x"], n_rows, p=[0.97, 0.03]),
    })  # fmt: skip
    people.loc[2, "phone"] = "x"
    people.loc[random.integers(0, n_rows, 5), "employeeId"] = "E7"
    people.loc[random.integers(0, n_rows, 5), "managerId"] = "E-nobody"
    heads = [*ids[random.integers(0, n_rows, 3)], None]
    shops = pd.DataFrame({"shopId": ["S1", "S2", "S3", "S4"], "headId": heads})
    return {"people": people.sample(frac=1, random_state=1), "shops": shops}


@pytest.mark.parametrize("names", [("people",), ("people", "shops")])
def test_rows_may_name_rows_of_their_own_frame_and_frames_each_other(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    random = np.random.default_rng(len(names))
    entities: dict[str, Any] = {"people": Employee, "shops": Shop}
    entities = {name: entities[name] for name in names}
    made = staff(90, random)
    frames = {name: as_dask(cut(made[name], random)) for name in names}
    whole = pp.validate_all({n: one.compute() for n, one in frames.items()}, entities=entities)
    assert whole["people"].n_held > 10
    assert whole["people"].n_ready > 5
    found = pp.validate_all(frames, entities=entities, folder=tmp_path / "bundle")
    for name, report in found.items():
        for table in ("ready", "held", "rows", "findings"):
            alike(getattr(report, table), getattr(whole[name], table))
        assert report.facts == whole[name].facts
    assert sorted(one.name for one in (tmp_path / "bundle").iterdir()) == ["manifest.json", *names]


def test_a_bundle_is_there_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    frames = people_and_emails(0)
    with pytest.raises(pp.UsageError):
        pp.validate_all({**frames, "customer-identity-photo": frames["customer-identity"]},
                        folder=tmp_path / "bundle")  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_a_client_stays_here(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="customers="):
        pp.validate_all(people_and_emails(0), folder=tmp_path / "b", ledger=tmp_path / "a.db")


def test_sending_is_one_run_from_this_process(tmp_path: Path) -> None:
    frame = people_and_emails(0)["customer-identity"]
    whole = frame.compute().pango.validate()
    plan = frame.pango.send(folder=tmp_path / "plan", dry_run=True)
    assert plan.n_to_send == whole.n_ready
    with Sandbox() as cdp:
        result = frame.pango.send(
            folder=tmp_path / "sent", source="CRM", client=cdp.client(), ledger=tmp_path / "a.db"
        )
        assert result.counts["accepted"] == whole.n_ready == len(cdp.records(whole.entity))
    assert result.rows["row"].to_list() == list(range(whole.n_rows))


def test_cleaning_and_mapping_are_those_of_one_frame(tmp_path: Path) -> None:
    frame = people_and_emails(0)["customer-identity"]
    cleaned = frame.pango.clean(folder=tmp_path / "clean", timezone_gmt=9)
    alike(cleaned, frame.compute().pango.clean(timezone_gmt=9))
    assert frame.pango.map().fields == frame.compute().pango.map().fields
