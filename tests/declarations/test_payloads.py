"""Declarations made of sample payloads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import pangoprep as pp
from pangoprep.cli import app
from pangoprep.declarations.content import same_model

MODEL = {
    "objectType": "custom-model",
    "source": "CRM",
    "entries": [
        {
            "momCode": "M-T5QMS-O",
            "refId": "R-778",
            "customerId": None,
            "phone": "0912345678",
            "customFieldTexts": {"customField01": "Vàng", "customField02": "lan@example.com",
                                 "customField03": None},
            "customFieldLongs": {"customFieldLong01": 5},
            "customFieldTimestamps": {"customFieldTimestamp01": 1584507164000},
            "customFieldListTexts": {"customFieldList01": ["thân thiết"]},
            "shopAddress": {"street": "12 Hoa Bình"},
        }
    ],
}  # fmt: skip
CART = {
    "cartId": "G-20991",
    "customerId": "C120901",
    "hotline": "0987654321",
    "fullName": "Nguyễn Thị Lan",
    "leftAt": 1584507164000,
    "expires": "2026-11-30",
    "total": 1250000.75,
    "points": 12,
    "isGift": False,
    "page": "https://shop.example.vn/gio-hang",
    "note": "gọi sau 5 giờ",
    "tags": ["quà"],
    "empty": None,
    "items": [{"sku": "A1", "price": 35000, "options": [{"name": "Màu"}]}, {"sku": "A2"}],
    "0912345678": {"a": 1},
}


def kinds(made: pp.Declaration) -> dict[str, str]:
    return {name: told["kind"] for name, told in made._content["fields"].items()}


def leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [one for inner in value.values() for one in leaves(inner)]
    if isinstance(value, list):
        return [one for inner in value for one in leaves(inner)]
    return [value] if isinstance(value, str) and value not in ("custom-model", "CRM") else []


def test_kinds_are_told_by_the_values() -> None:
    made = pp.entity_from(CART, "shopping-cart")
    assert kinds(made) == {
        "cartId": "identifier", "customerId": "identifier", "hotline": "phone", "fullName": "name",
        "leftAt": "timestamp", "expires": "date_text", "total": "decimal", "points": "integer",
        "isGift": "boolean", "page": "url", "note": "text", "tags": "list", "empty": "text",
        "items": "items",
    }  # fmt: skip
    assert made.entity.key == ("cartId",)
    assert made.entity.fields()["cartId"].required
    item = made.entity.fields()["items"].item
    assert [*item.fields()] == ["sku", "price", "options"]
    assert [*item.fields()["options"].item.fields()] == ["name"]
    assert "no value of it" in made.notes["empty"]
    assert "look like values, not like fields, are left out (1)" in made.notes[""]
    assert {name for name, facts in made.entity.fields().items() if facts.personal} >= {
        "note", "tags", "empty", "fullName", "hotline", "customerId",
    }  # fmt: skip


def test_a_model_gets_what_the_built_in_one_lacks() -> None:
    made = pp.entity_from(MODEL)
    assert made.entity.object_type == "custom-model"
    assert made.entity.key == ("momCode", "refId")
    assert kinds(made) == {
        "customFieldTexts.customField01": "text",
        "customFieldTexts.customField02": "email",
        "customFieldTexts.customField03": "text",
        "customFieldLongs.customFieldLong01": "integer",
        "customFieldTimestamps.customFieldTimestamp01": "timestamp",
        "customFieldListTexts.customFieldList01": "list",
    }
    assert "shopAddress is an object of its own" in made.notes[""]
    assert pp.entity_from(MODEL["entries"]).entity.object_type == "custom-model"
    assert same_model(pp.entity_from(json.dumps(MODEL)).entity, made.entity)


@pytest.mark.parametrize(("payload", "name"), [(MODEL, None), (CART, "shopping-cart")])
def test_no_value_of_the_payload_is_in_the_declaration(
    payload: dict[str, Any], name: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "payload.json"
    path.write_text(json.dumps(payload), encoding="utf-8")
    out, code = tmp_path / "own.toml", tmp_path / "own.py"
    named = ["--object-type", name] if name else []
    done = CliRunner().invoke(app, ["entity", "from", str(path), "--out", str(out), *named])
    assert done.exit_code == 0, done.output
    CliRunner().invoke(app, ["entity", "from", str(path), "--out", str(code), *named])
    assert same_model(pp.entity(out), pp.entity(code))
    written = out.read_text("utf-8") + code.read_text("utf-8") + done.output
    assert [value for value in leaves(payload) if value in written] == []
    assert "0912345678" not in written
    assert "# The sample holds no value of it" in out.read_text("utf-8")


def test_what_was_declared_is_sent() -> None:
    entity = pp.entity_from(CART, "shopping-cart").entity
    frame = pd.DataFrame(
        {"cartId": ["1"], "total": ["1.250.000đ"], "items": ['[{"sku": "A1", "price": 5}]']}
    )
    with pp.Sandbox(entities=[entity]) as cdp:
        result = frame.pango.send(entity, source="Web", client=cdp.client())
        assert result.counts["accepted"] == 1


@pytest.mark.parametrize(("name", "values", "kind", "doubt"), [
    ("price", [35000], "integer", "takes decimals"),
    ("boughtAt", [1584507164], "timestamp", "seconds"),
    ("orderId", [1584507164000], "timestamp", "named like an id"),
    ("contact", ["0912345678"], "phone", "is it an id"),
    ("bought", ["15/06/2026"], "text", "reads as a date"),
    ("number", ["00125"], "identifier", "zeros in front"),
    ("at", ["1584507164000"], "text", "Milliseconds as text"),
    ("mixed", ["a", 1], "text", "several types"),
    ("email2", ["lan@"], "text", "Kept from sight"),
    ("customerEmail", ["lan@"], "text", "Kept from sight"),
    ("flags", [[]], "list", "empty"),
    ("ok", [True], "boolean", ""),
])  # fmt: skip
def test_where_a_sample_does_not_tell_a_comment_says_so(
    name: str, values: list[Any], kind: str, doubt: str
) -> None:
    records = [{"id": "1", name: value} for value in values]
    made = pp.entity_from(records, "thing")
    assert kinds(made)[name] == kind
    assert doubt in made.notes.get(name, "")
    assert name in made.notes or not doubt


@pytest.mark.parametrize(("payload", "told"), [
    ('{"a": 1', r"no JSON \(line 1"), ("[]", "must be a record"), ('["a"]', "must be a record"),
    ({"a": 1}, "which object type"), ("none.json", "none.json cannot be read"),
    ({"objectType": "x", "entries": []}, "must be a record"),
])  # fmt: skip
def test_what_is_no_payload_is_told(payload: Any, told: str) -> None:
    with pytest.raises(pp.EntityError, match=told):
        pp.entity_from(payload)
