"""A list of leads without ids goes out with one command and a recipe of at most ten lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import pangoprep as pp

LEADS = """Họ tên,SĐT,Email,Số nhà,Đường,Nguồn
Nguyễn Văn An,0912345678,nguyenan@gmail.com,12,Lê Lợi,Facebook
Trần Thị Bình,+84 912 345 679,,,Nguyễn Huệ,Zalo
Trần Thị Bình,912345679,b@gmail.com,,Nguyễn Huệ,Web
Lê Chi,12,c@gmail.com,5,,Web
"""
RECIPE = """version = 1
entity = "{entity}"
source = "Leads"

[values]
systemName = "CRM"
{key} = {{ from = ["phone"] }}
"""


@pytest.mark.parametrize(
    ("entity", "key"), [("customer-identity", "customerId"), ("lead-information", "leadId")]
)
def test_from_file_to_sandbox(
    run: Any, cdp: pp.Sandbox, account: dict[str, str], tmp_path: Path, entity: str, key: str
) -> None:
    file, recipe = tmp_path / "leads.csv", tmp_path / "leads.toml"
    file.write_text(LEADS, encoding="utf-8")
    recipe.write_text(RECIPE.format(entity=entity, key=key), encoding="utf-8")
    assert len(recipe.read_text("utf-8").splitlines()) <= 10
    done = run("send", file, "--recipe", recipe, "--json", **account)
    assert done.returncode == 1, done.stderr  # one row is held
    counts = json.loads(done.stdout)["counts"]
    assert {state: n for state, n in counts.items() if n} == {
        "accepted": 2, "superseded": 1, "held": 1
    }  # fmt: skip
    records = cdp.records(entity)
    # Ids are the canonical phones; of two rows of one phone the last is sent.
    assert records[key].to_list() == ["0912345678", "0912345679"]
    assert records["systemName"].to_list() == ["CRM", "CRM"]
    assert records["email"].to_list() == ["nguyenan@gmail.com", "b@gmail.com"]
    # Once more: nothing is sent twice.
    again = json.loads(run("send", file, "--recipe", recipe, "--json", **account).stdout)["counts"]
    assert {state: n for state, n in again.items() if n} == {
        "unchanged": 2, "superseded": 1, "held": 1
    }  # fmt: skip
