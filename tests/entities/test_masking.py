"""Personal values show nowhere but where they may: marked ones are looked for in every output."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

import pangoprep as pp
from pangoprep.entities import CUSTOMERS as ENTITIES
from pangoprep.entities.custom_fields import custom_field
from pangoprep.entities.masking import hide, mask
from pangoprep.options import Options
from pangoprep.pipeline import prepare

PERSONAL = {
    (name, field): facts
    for name, entity in ENTITIES.items()
    for field, facts in entity.fields().items()
    if facts.personal
}
# A good cell, a cell that is mended, and one that cannot be read, for each kind of value.
MARKED: dict[str, tuple[str, str, str]] = {
    "text": ("Zulu Canaryfine", "  Kilo   CANARYMENDED ", "Nguyá»…n Canarygarbled"),
    "id": ("CANARYID001", "7340987.0", "7.34E+11"),
    "phone": ("0912345670", "987650001", "canary 0912"),
    "email": ("canary.fine@gmail.com", " CANARY.mended@Gmial.com ", "canary@bad@canary worse"),
    "date": ("23/11/1983", "24-11-83", "31/02/1984 canary"),
    "date_text": ("23/11/1983", "24-11-83", "31/02/1984 canary"),
    "year": ("1983", "1984.0", "canary 83"),
    "list": ('["Canaryone", "Canarytwo"]', "Canarythree; Canaryfour", '["Canaryfive", {'),
    "url": ("https://canary.vn/one", " HTTPS://canary.vn/two ", "canary.vn/three"),
}
SHORTEST = 4  # of shorter texts every other word holds one


def marked_frame(entity: Any) -> pd.DataFrame:
    """Three rows, one per kind of cell; what is not personal is as it should be."""
    plain = {
        "relationship": "child", "addressType": "Live", "city": "Huế", "emailType": "Personal",
        "source": "Zalo", "membershipIssuedAt": "2020-01-01", "gender": "nam",
    }  # fmt: skip
    columns: dict[str, Any] = {}
    for name, facts in entity.fields().items():
        if facts.personal:
            columns[name] = list(MARKED[facts.normalizer])
        elif name in plain:
            columns[name] = plain[name]
    if entity.custom_fields:
        columns["customFieldTexts.customField01"] = list(MARKED["text"])
        columns["customFieldLongs.customFieldLong01"] = ["73409871", "73.409.872", "canarylong"]
    frame = pd.DataFrame(columns, index=["x", "y", "z"])
    if "dob" in frame:
        frame = frame.drop(columns="dob2", errors="ignore")
    return frame


def secrets_of(report: pp.Report, frame: pd.DataFrame) -> set[str]:
    """Every personal value, as it came and as it was cleaned, folded for searching."""
    fields = set(report.cleaned.columns) & {
        *(name for name, facts in ENTITIES[report.entity].fields().items() if facts.personal),
        *(name for name in report.cleaned.columns if custom_field(name)),
    }
    found = [cell for name in fields for cell in frame.get(name, pd.Series(dtype=object))]
    found += [cell for name in fields for cell in report.cleaned[name].to_list()]
    texts = {
        folded(str(part))
        for cell in found
        for part in (cell if isinstance(cell, list) else [cell])
        if isinstance(cell, list) or pd.notna(cell)
    }
    return {text for text in texts if len(text) >= SHORTEST}


def folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().strip()


def outputs(report: pp.Report, frame: pd.DataFrame, folder: Path) -> dict[str, str]:
    """Everything a report shows or writes, but for what may hold values."""
    shown = {
        "repr": repr(report),
        "str": str(report),
        "headline": report.headline,
        "cell": report._repr_html_(),
        "findings": report.findings.to_csv(),
        "rows": report.rows.to_csv(),
        "summary": report.summary().to_csv(),
        "options": repr(report.options),
    }
    for lang in ("en", "vi"):
        shown[f"page {lang}"] = report.to_html(folder / "a.html", lang=lang).read_text("utf-8")
        shown[f"markdown {lang}"] = report.to_markdown(lang=lang)
        shown[f"json {lang}"] = report.to_json(lang=lang)
    try:
        report.raise_if_held()
    except pp.HeldError as error:
        shown["held"] = repr(error)
    try:
        ENTITIES[report.entity].validate(frame, lazy=True)
    except SchemaErrors as errors:
        shown["pandera"] = repr(errors) + errors.failure_cases.to_csv() + str(errors)
    return shown


@pytest.mark.parametrize("policy", [{}, {"unreadable": "blank", "duplicates": "hold"}])
@pytest.mark.parametrize("name", ENTITIES)
def test_no_personal_value_shows(
    name: str, policy: dict[str, Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    entity = ENTITIES[name]
    frame = marked_frame(entity)
    frame = pd.concat([frame, frame.iloc[:1]])  # a duplicate names its key
    report = prepare(frame, name, Options(**policy))
    secrets = secrets_of(report, frame)
    assert len(secrets) > 5
    shown = outputs(report, frame, tmp_path) | {"log": caplog.text}
    shown = {output: folded(text) for output, text in shown.items()}
    leaks = [(output, one) for output, text in shown.items() for one in secrets if one in text]
    assert leaks == []
    assert not [output for output, text in shown.items() if "canary" in text]


@pytest.mark.parametrize("name", ENTITIES)
def test_where_values_may_show_they_do(name: str) -> None:
    frame = marked_frame(ENTITIES[name])
    report = prepare(frame, name)
    pd.testing.assert_frame_equal(report.held_rows(reason=False), frame.loc[report.held.index])
    values = report.reveal()
    assert values["value"].isin(frame.to_numpy().ravel()).any()
    assert "canary" in values.to_csv().casefold()
    assert "canary" in report.cleaned.to_csv().casefold()


def test_reveal_is_findings_with_values() -> None:
    report = prepare(marked_frame(pp.CustomerIdentity), "customer-identity")
    masked, open_ = report.findings, report.reveal()
    same = ["row", "index", "field", "rule", "severity", "message"]
    pd.testing.assert_frame_equal(masked[same], open_[same])
    assert list(masked.columns) == list(open_.columns)
    for column in ("key", "value", "suggestion"):
        pd.testing.assert_series_equal(masked[column].isna(), open_[column].isna())
    assert (masked["value"] != open_["value"])[masked["field"] == "phone"].all()


# The masks by themselves


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("phone", "0912345678", "0•••••••78"),
        ("phone", "+84 912 345 678", "+•• ••• ••• •78"),
        ("phone", "12345678", "1•••••••"),
        ("phone", "1", "•"),
        ("customerId", "C120901341", "C•••••••41"),
        ("customerId", "C", "•"),
        ("customerId", "(7)", "(•)"),
        ("customerId", "7-", "•-"),
        ("fullName", "Nguyễn Văn An", "N••••• ••• ••"),
        ("fullName", "Nguye\u0302\u0303n", "N•••••••"),
        ("fullName", "An", "A•"),
        ("fullName", "", ""),
        ("dob", "15/06/1988", "••/••/••••"),
        ("yob", "1988", "••••"),
        ("dob2", "1988-06-15", "••••-••-••"),
        ("email", "an.nguyen@gmail.com", "a•.••••••@gmail.com"),
        ("email", "a@gmail.com", "•@gmail.com"),
        ("email", "AN@Gmail.COM", "A•@Gmail.COM"),
        ("email", "an@", "a•@"),
        ("email", "0912345678", "0•••••••••"),
        ("email", "hỏi @ Nguyễn Văn An", "h•• @ •••••• ••• ••"),
        ("email", "an@x.vn (Nguyễn An)", "a•@•.•• (•••••• ••)"),
        ("email", "a@b.vn; binh@c.vn", "a@•.••; ••••@c.vn"),
        ("gender", "nam", "nam"),
        ("city", "Huế", "Huế"),
    ],
)
def test_what_a_mask_leaves(field: str, value: str, shown: str) -> None:
    facts = pp.CustomerIdentity.fields()[field]
    assert mask(pa.array([value, None]), facts).to_pylist() == [shown, None]


def test_what_no_field_declares_is_not_masked() -> None:
    assert mask(pa.array(["x1"]), None).to_pylist() == ["x1"]


@given(st.text(max_size=20), st.sampled_from(sorted({name for _, name in PERSONAL})))
def test_a_mask_keeps_the_length_and_shows_three_characters_at_most(text: str, field: str) -> None:
    facts = next(facts for (_, name), facts in PERSONAL.items() if name == field)
    if facts.normalizer == "email" and "@" in text:
        return  # the domain shows
    text = text.encode("utf-8", "replace").decode()
    shown: str = mask(pa.array([text]), facts).to_pylist()[0]
    assert len(shown) == len(text)
    pairs = list(zip(text, shown, strict=True))
    letters = [told for told, left in pairs if told.isalpha() or told.isdecimal()]
    assert sum(told == left for told, left in pairs if told in letters) <= 3
    assert not letters or text != shown


@given(st.text(max_size=20))
def test_what_is_hidden_has_no_letter_left(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    hidden: str = hide(pa.array([text])).to_pylist()[0]
    # Arrow's Unicode is older than Python's: what it does not know, it leaves.
    known = [one for one in hidden if one.isalnum() and unicodedata.ucd_3_2_0.category(one) != "Cn"]
    assert known == []


def test_a_note_behind_a_number_does_not_show() -> None:
    fields = pp.CustomerIdentity.fields()
    told = mask(pa.array(["0912345678 (Mai)", "0912345678 x", "0912345678.0"]), fields["phone"])
    assert told.to_pylist() == ["0••••••••• (•••)", "0••••••••• •", "0•••••••••.0"]
