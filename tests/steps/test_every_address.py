"""Every ward of both maps, as people write them: none is unknown, and each is renewed rightly."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

import pangoprep as pp
from pangoprep.normalizers.words import unmarked
from pangoprep.report import Report
from pangoprep.tables import read_mapping, read_table

KINDS = {
    "Phường ": "P.", "Xã ": "X. ", "Thị trấn ": "TT ", "Quận ": "Q.", "Huyện ": "H. ",
    "Thị xã ": "TX ", "Thành phố ": "TP. ", "Đặc khu ": "Đặc khu ",
}  # fmt: skip


def before() -> pd.DataFrame:
    table = pd.DataFrame(read_table("wards").to_pylist())
    table = table[table["ward"] != ""].reset_index(drop=True)
    return table.rename(columns={"province": "city"})


def today() -> pd.DataFrame:
    successors = read_mapping("provinces", "name", "merged_into")
    wards = before().query("merged_into != ''")
    wards = wards.assign(city=wards["city"].map(successors), ward=wards["merged_into"])
    wards["ward"] = wards["ward"].str.split("; ")
    return wards.explode("ward")[["city", "ward"]].drop_duplicates(ignore_index=True)


def report_on(places: pd.DataFrame, addresses: str = "suggest") -> Report:
    frame = places.assign(customerId=[f"C{n}" for n in range(len(places))], fullName="An")
    frame["email"] = "an@congty.vn"
    return pp.validate(frame, "customer-identity", addresses=addresses)  # type: ignore[arg-type]


def short(names: pd.Series) -> pd.Series:
    pattern = "^(" + "|".join(KINDS) + ")"
    return names.str.replace(pattern, lambda found: KINDS[found[1]], regex=True)


def plain(names: pd.Series) -> pd.Series:
    return pd.Series(unmarked(pa.array(names, pa.large_string())).to_pylist(), names.index)


WAYS = {
    "in full": lambda names: names,
    "short": short,
    "without marks": plain,
    "short and without marks": lambda names: plain(short(names)),
    "in capitals": lambda names: names.str.upper(),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("places", [before, today], ids=["before", "today"])
def test_a_right_address_is_not_warned_of(places: object, way: str) -> None:
    rows = places()[["city", *(["district"] if places is before else []), "ward"]]  # type: ignore[operator]
    levels = rows.columns[1:]
    found = set(report_on(rows.assign(**rows[levels].apply(WAYS[way]))).findings["rule"])
    assert found <= {"ward.merged", "ward.divided", "province.merged"}
    assert found or places is today


def test_every_ward_that_became_one_is_renewed_to_that_one() -> None:
    rows = before()
    ready = report_on(rows[["city", "district", "ward"]], addresses="2025").ready
    became_one = ~rows["merged_into"].str.contains("; ") & (rows["merged_into"] != "")
    assert became_one.sum() > 9_000
    ready, rows = ready[became_one.to_numpy()], rows[became_one]
    assert ready["ward"].to_list() == rows["merged_into"].to_list()
    successors = read_mapping("provinces", "name", "merged_into")
    assert ready["city"].to_list() == rows["city"].map(successors).to_list()
    assert ready["district"].isna().all()
