"""The code of a model is said once, and its custom fields by name; a recipe keeps both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp

CODE = "M-T5QMS-O-UIWWY-M"
RANK, POINTS = "customFieldTexts.customField01", "customFieldLongs.customFieldLong01"
GIVEN: dict[str, Any] = {
    "values": {"momCode": CODE}, "mapping": {"Hạng thẻ": RANK, "Điểm": POINTS},
}  # fmt: skip
ENTRIES = [
    {"momCode": CODE, "refId": "T1", "customFieldTexts": {"customField01": "Vàng"},
     "customFieldLongs": {"customFieldLong01": 1250}},
    {"momCode": CODE, "refId": "T2", "customFieldTexts": {"customField01": "Bạc"},
     "customFieldLongs": {"customFieldLong01": 300}},
]  # fmt: skip


def cards(**more: list[Any]) -> pd.DataFrame:
    told = {"Mã bản ghi": ["T1", "T2"], "Hạng thẻ": ["Vàng", "Bạc"], "Điểm": ["1.250", "300"]}
    return pd.DataFrame(told | more)


def sent(frame: pd.DataFrame, *entity: Any, **given: Any) -> list[dict[str, Any]]:
    plan = frame.pango.send(*entity, source="CRM", dry_run=True, **given)
    return [entry for payload in plan.payloads for entry in json.loads(payload)["entries"]]


def test_a_code_said_once_stands_in_every_record() -> None:
    report = cards().pango.validate("custom-model", **GIVEN)
    assert report.ready["momCode"].to_list() == [CODE] * 2
    assert f"momCode = {CODE}, 2 rows" in str(report)
    cleaned = cards().pango.clean("custom-model", **GIVEN)
    assert cleaned["momCode"].to_list() == [CODE] * 2
    assert sent(cards(), "custom-model", **GIVEN) == ENTRIES


def test_a_recipe_keeps_the_code_and_the_custom_fields(tmp_path: Path) -> None:
    path = tmp_path / "cards.toml"
    cards().pango.validate("custom-model", **GIVEN).recipe().save(path)
    text = path.read_text(encoding="utf-8")
    assert f'momCode = "{CODE}"' in text
    assert f'"Hạng thẻ" = "{RANK}"' in text
    assert sent(cards(), recipe=path) == ENTRIES


def test_the_sandbox_stores_what_was_said_once(tmp_path: Path) -> None:
    with pp.Sandbox() as cdp:
        result = cards().pango.send(
            "custom-model", source="CRM", client=cdp.client(), ledger=tmp_path / "l.db", **GIVEN
        )
        assert result.counts["accepted"] == 2
        stored = cdp.records("custom-model")
    assert stored["momCode"].to_list() == [CODE] * 2


def test_a_column_of_codes_gives_way_to_a_value_and_keeps_its_cells_under_a_default() -> None:
    frame = cards(momCode=["M-OTHER-O-OTHER-M", None])
    once = frame.pango.validate("custom-model", **GIVEN)
    assert once.ready["momCode"].to_list() == [CODE] * 2
    filled = frame.pango.validate("custom-model", values={"momCode": {"default": CODE}})
    assert filled.ready["momCode"].to_list() == ["M-OTHER-O-OTHER-M", CODE]


def test_records_of_two_models_are_two_though_their_ids_are_one() -> None:
    same = cards(**{"Mã bản ghi": ["T1", "T1"]})
    of_one = same.pango.validate("custom-model", **GIVEN)
    assert (of_one.n_ready, of_one.n_superseded) == (1, 1)
    of_two = same.assign(momCode=[None, "M-OTHER-O-OTHER-M"])
    assert of_two.pango.validate(
        "custom-model", values={"momCode": {"default": CODE}}
    ).n_ready == 2  # fmt: skip


def test_a_declared_model_finds_its_custom_fields_by_their_headers(tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_text(
        'version = 1\nextends = "custom-model"\n[fields]\n'
        f'"{RANK}" = {{ kind = "text", label = "Rank", headers = ["Hạng thẻ"] }}\n'
        f'"{POINTS}" = {{ kind = "integer", label = "Points", headers = ["Điểm"] }}\n',
        encoding="utf-8",
    )
    card = pp.entity(tmp_path / "card.toml")
    assert sent(cards(), card, values=GIVEN["values"]) == ENTRIES
    report = cards(Điểm=["x", "300"]).pango.validate(card, values=GIVEN["values"])
    assert f"`{POINTS}` Points" in report.to_markdown()
    assert '<span class="pp-soft">Points</span>' in report._repr_html_()
    unnamed = cards(Điểm=["x", "300"]).pango.validate("custom-model", **GIVEN)
    assert "Custom field" not in unnamed.to_markdown() + unnamed._repr_html_()


@pytest.mark.parametrize(
    ("entity", "frame", "offered"),
    [
        ("custom-model", {"refId": ["1"]}, 'said once: values={"momCode": "…"}'),
        ("custom-model", {"momCode": ["M"]}, None),  # a record's id is never the same in every row
        ("order", {"orderId": ["1"], "customerId": ["1"], "customerName": ["An"], "items": ["[]"]},
         'values={"orderStatus": "…"}'),
        ("customer-identity", {"fullName": ["An"], "phone": ["1"]}, None),
    ],
)  # fmt: skip
def test_a_missing_field_is_offered_as_a_value_where_one_can_be(
    entity: str, frame: dict[str, list[str]], offered: str | None
) -> None:
    with pytest.raises(pp.UsageError) as raised:
        pd.DataFrame(frame).pango.validate(entity)
    assert (offered or "said once") in str(raised.value) or not offered
    assert ("said once" in str(raised.value)) == bool(offered)
