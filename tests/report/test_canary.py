"""Marked values and secrets in the outputs that take more than one report or file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp

MARKED = {
    "customerId": ["CANARYID1", "CANARYID2"],
    "fullName": ["Canary Zulu", "Canary Kilo"],
    "phone": ["987650001", "canary 12"],
    "email": ["canary.one@gmial.com", "canary@bad@canary"],
    "dob": ["23/11/1983", "31/02/1984 canary"],
    "address": ["12 Canary Street", "34 Canary Street"],
}
VALUES = ["canary", "987650001", "1983", "23/11"]
SECRETS = {"username": "secret-user", "api_key": "secret-key", "cdp_gkey": "secret-gkey"}


@pytest.fixture
def frames() -> dict[str, pd.DataFrame]:
    people = pd.DataFrame(MARKED)
    photos = people[["customerId"]].assign(source="Zalo", imageUrl="https://a.vn/1")
    return {"customer-identity": people, "customer-identity-photo": photos}


def clean_of(text: str, hidden: list[str]) -> bool:
    return not any(one.casefold() in text.casefold() for one in hidden)


def shown_by(bundle: pp.Bundle, folder: Path) -> dict[str, str]:
    report = bundle["customer-identity"]
    figure = report.plot()
    texts = [text.get_text() for axes in figure.axes for text in axes.get_yticklabels()]
    return {
        "repr": repr(bundle),
        "str": str(bundle),
        "cell": bundle._repr_html_(),
        "page": bundle.to_html(folder / "a.html", lang="vi").read_text(encoding="utf-8"),
        "markdown": bundle.to_markdown(),
        "json": bundle.to_json(),
        "findings": bundle.findings.to_csv(),
        "summary": bundle.summary().to_csv(),
        "plot": " ".join([*texts, figure.get_suptitle()]),
        "diff": report.diff(report).to_csv(),
        "facts": repr(report.facts),
    }


def test_no_form_of_a_bundle_shows_values_or_secrets(
    frames: dict[str, pd.DataFrame], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    client = pp.Client(**SECRETS)
    bundle = pp.validate_all(
        frames, client=client, ledger=tmp_path / "a.db", customers=["CANARYID1"]
    )
    shown = shown_by(bundle, tmp_path) | {"log": caplog.text}
    hidden = [*VALUES, *SECRETS.values()]
    assert [name for name, text in shown.items() if not clean_of(text, hidden)] == []
    with pytest.raises(pp.HeldError) as caught:
        bundle.raise_if_held()
    assert clean_of(repr(caught.value), hidden)


def test_the_workbook_has_the_values_and_nothing_else_of_its_way_back(
    frames: dict[str, pd.DataFrame], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    caplog.set_level("DEBUG")
    path = pp.validate_all(frames).to_excel(tmp_path / "fix.xlsx")
    cells = [c.value for sheet in openpyxl.load_workbook(path) for row in sheet for c in row]
    assert "canary 12" in cells
    others: list[Any] = [
        frames["customer-identity"].iloc[::-1],
        {name: frame.iloc[::-1] for name, frame in frames.items()},
        {"customer-identity": frames["customer-identity"]},
    ]
    for other in others:
        with pytest.raises(pp.UsageError) as caught:
            pp.read_fixed(path, other)
        assert clean_of(str(caught.value), VALUES)
    pp.read_fixed(path, frames)
    assert clean_of(caplog.text, VALUES)
