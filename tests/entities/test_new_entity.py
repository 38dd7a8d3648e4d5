"""A new entity is its model and its line in ENTITIES: all else is told from the model."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROGRAM = """
import json, sys
import pandas as pd
import pangoprep as pp
from pangoprep.entities import ENTITIES, fields as f


class StoreVisit(pp.Entity, object_type="store-visit", key=("visitId",)):
    visitId: str = f.identifier("Visit id", required=True)
    customerId: str = f.identifier("Customer id", required=True)
    visitedAt: pd.Int64Dtype = f.timestamp("Time of the visit", required=True)
    greeter: str | None = f.name("Who greeted")


ENTITIES["store-visit"] = StoreVisit
frame = pd.DataFrame(
    {
        "visit id": ["V1", "V2", "V2", "V3"],
        "Mã KH": ["C1", "C2", "", "C3"],
        "VISITED_AT": ["15/06/2024", "x", "16/06/2024", "17/06/2024"],
        "Greeter": ["An", "Bình", None, "Nguyễn Văn Chi"],
    }
)
told = {"map": list(frame.pango.map().fields.values())}
for lang in ("en", "vi"):
    report = frame.pango.validate(lang=lang)
    told[lang] = [report.entity, report.n_ready, report.n_held]
    page = report.to_html(sys.argv[1] + "/page.html").read_text("utf-8")
    told[lang + " page"] = "store-visit" in page and "Nguyễn Văn Chi" not in page
    told[lang + " repr"] = "store-visit" in repr(report) and "store-visit" in report._repr_html_()
    report.to_json(sys.argv[1] + "/report.json")
    report.to_markdown(sys.argv[1] + "/report.md")
    book = report.to_excel(sys.argv[1] + "/fix.xlsx")
    fixed = pp.read_fixed(book, frame)
    told[lang + " fixed"] = fixed.shape == frame.shape
told["recipe"] = frame.pango.validate(recipe=report.recipe("CRM")).n_ready
customers = pd.DataFrame({"customerId": ["C1"], "fullName": ["An"], "phone": ["0912345678"]})
together = pp.validate_all({"customer-identity": customers, "store-visit": frame})
told["together"] = [together["store-visit"].n_rows, together["customer-identity"].n_ready]
plan = frame.pango.send(source="CRM", dry_run=True)
told["plan"] = [plan.n_to_send, sorted(plan.masked_payload()["entries"][0])]
told["pandera"] = StoreVisit.validate(
    frame.rename(columns=frame.pango.map().fields).iloc[[0, 3]]
)["visitId"].tolist()
print(json.dumps(told, default=str))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What a fresh interpreter says that knows one entity more."""
    folder = tmp_path_factory.mktemp("new")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, str(folder)],
        capture_output=True, text=True, check=False, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_its_columns_are_matched_and_tell_it(told: dict[str, object]) -> None:
    assert told["map"] == ["visitId", "customerId", "visitedAt", "greeter"]


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_every_form_of_its_report_is_there(told: dict[str, object], lang: str) -> None:
    assert told[lang] == ["store-visit", 2, 2]
    assert told[f"{lang} page"] is True
    assert told[f"{lang} repr"] is True
    assert told[f"{lang} fixed"] is True


def test_it_goes_with_a_recipe_with_other_frames_and_to_pangocdp(told: dict[str, object]) -> None:
    assert told["recipe"] == 2
    assert told["together"] == [4, 1]
    assert told["plan"] == [2, ["customerId", "greeter", "timezoneGmt", "visitId", "visitedAt"]]
    assert told["pandera"] == ["V1", "V3"]
