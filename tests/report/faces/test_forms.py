"""The report as text, Markdown, JSON and a plot."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.language import language
from pangoprep.options import LANGUAGES
from pangoprep.tables import read_table

SCHEMA = Path(__file__).parents[3] / "docs" / "report.schema.json"


def test_the_text_is_a_table(report: pp.Report) -> None:
    lines = str(report).splitlines()
    assert " ".join(lines[:2]) == report.headline
    assert lines[3].split() == ["Field", "Rule", "Rows", "Share", "What", "to", "do"]
    assert lines[4].startswith("✖ ")
    assert max(map(len, lines)) <= 80
    widths = {line.index(" %") for line in lines if " %" in line}
    assert len(widths) == 1  # the numbers stand below each other
    n_left = len(report.summary()) - 20
    assert f"… {n_left} more kinds; see report.summary()" in lines
    assert "\n" not in repr(report)


def test_markdown_cannot_be_broken_by_a_cell() -> None:
    odd = "a|b`c\nd*e_[x](http://y)<b>"
    frame = pd.DataFrame(
        {"customerId": ["1"], "fullName": ["An"], "phone": ["0912345678"], "maritalStatus": [odd]}
    ).assign(**{odd: "x"})
    text = frame.pango.validate("customer-identity").to_markdown()
    assert "``a\\|b`c d*e_[x](http://y)<b>``" in text.replace("`` ", "``").replace(" ``", "``")
    tables = [line for line in text.splitlines() if line.startswith("|")]
    bars = {line.replace("\\|", "").count("|") for line in tables}
    assert bars <= {5, 7, 8}
    assert "\\[x\\](http://y)\\<b\\>" in text


def test_markdown_says_what_the_text_says(report: pp.Report, tmp_path: Path) -> None:
    text = report.to_markdown(tmp_path / "report.md")
    assert (tmp_path / "report.md").read_text(encoding="utf-8") == text
    assert all(fact.rule in text for fact in report.facts.rules)
    assert all(f"`{column.field}`" in text for column in report.facts.columns)
    assert "sẵn sàng" in report.to_markdown(lang="vi")


def test_json_follows_its_schema(report: pp.Report, tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    text = report.to_json(tmp_path / "report.json")
    assert (tmp_path / "report.json").read_text(encoding="utf-8") == text
    nothing = report.held.head(0).pango.validate()
    for one in (text, report.to_json(lang="vi"), nothing.to_json()):
        jsonschema.validate(json.loads(one), schema, jsonschema.Draft202012Validator)


def test_json_counts_are_those_of_the_report(report: pp.Report) -> None:
    told = json.loads(report.to_json())
    counts = ("n_rows", "n_ready", "n_held", "n_superseded")
    assert [told[name] for name in counts] == [getattr(report, name) for name in counts]
    assert [(r["rule"], r["field"], r["n_rows"]) for r in told["rules"]] == [
        (fact.rule, fact.field, fact.n_rows) for fact in report.facts.rules
    ]


def test_the_plot_shows_every_rule_and_column(report: pp.Report, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    figure = report.plot(lang="vi")
    rules, columns = figure.axes
    labels = [label.get_text() for label in rules.get_yticklabels()]
    first = report.facts.rules[0]
    assert labels[-1] == f"✖ {first.field}\n{first.rule}"
    assert rules.get_xscale() == "log"  # the largest has many times the rows of the smallest
    fields = [label.get_text() for label in columns.get_yticklabels()]
    assert fields == [column.field for column in report.facts.columns][::-1]
    assert rules.get_title(loc="left").endswith(
        f"(đang hiện 25 trong số {len(report.facts.rules)})"
    )
    figure.savefig(tmp_path / "plot.png")
    assert (tmp_path / "plot.png").stat().st_size > 10_000


def test_every_word_and_rule_is_there_in_both_languages() -> None:
    for row in read_table("report_words").to_pylist():
        assert row["en"]
        assert row["vi"]
        # {n:row|rows} is a word that goes with a number; Vietnamese needs none.
        braces = [sorted(re.findall(r"\{([^:}]*)\}", row[code])) for code in LANGUAGES]
        assert braces[0] == braces[1], row["key"]
    for row in read_table("rules").to_pylist():
        for code in LANGUAGES:
            assert language(code).meaning(row["rule"])
            assert language(code).action(row["rule"])


@pytest.mark.parametrize(
    ("n_bytes", "told"), [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (2**31, "2.1 GB")]
)
def test_sizes_are_told_in_their_unit(n_bytes: int, told: str) -> None:
    assert language("en").size(n_bytes) == told


@pytest.mark.parametrize(
    ("share", "told"),
    [(0, "0,0 %"), (0.0001, "<0,1 %"), (0.5, "50,0 %"), (0.9999, ">99,9 %"), (1, "100,0 %")],
)
def test_shares_never_round_something_to_nothing_nor_to_all(share: float, told: str) -> None:
    assert language("vi").percent(share) == told


def test_every_field_has_a_name_in_vietnamese() -> None:
    declared = {
        facts.label
        for entity in pp.ENTITIES.values()
        for facts in entity.fields().values()
        if not facts.label_vi  # declared in both languages
    }
    listed = {row["en"]: row["vi"] for row in read_table("field_labels").to_pylist()}
    assert set(listed) == declared | {"Custom field"}
    assert all(listed.values())
    assert language("vi").label("Phone") == "Số điện thoại"
    assert language("vi").label("A label of my own") == "A label of my own"


def test_what_is_counted_agrees_with_its_number() -> None:
    words = language("en")
    told = [words.headline("x", *counts) for counts in ((1, 0, 1, 0), (4, 1, 1, 0, 1, 1))]
    assert told[0] == "0 of 1 row is ready for x; 1 is held."
    assert told[1] == (
        "1 of 3 rows is ready for x; 1 is held; 1 is sent in the record of another row; "
        "1 line is no record."
    )
    assert words.headline("x", 2, 2, 0, 0) == "2 of 2 rows are ready for x."
    assert words.headline("x", 2, 2, 0, 0, n_lost=1).endswith("lost letters of 1 cell.")
    assert words("counts.info", n=1) == "1 note on what was repaired"
    assert words("download", n=1) == "Download the failing rows (CSV; 1 row)"
