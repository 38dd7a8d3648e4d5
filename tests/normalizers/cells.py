"""Reading the case tables, and judging one cell of one field in a frame that is otherwise good."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pangoprep.entities import ENTITIES
from pangoprep.normalizers.base import Context
from pangoprep.options import Options
from pangoprep.report import Report

CASES = Path(__file__).parents[1] / "cases"
TODAY = dt.date(2026, 11, 21)

# Cells that nothing is to be said of, for the fields an entity cannot do without.
GOOD = {
    "orderId": "DH1",
    "orderStatus": "New",
    "items": [{"productSku": "A", "productName": "B"}],
    "customerId": "C1",
    "customerName": "Nguyễn An",
    "fullName": "Nguyễn An",
    "firstName": "Nguyễn",
    "lastName": "An",
    "phone": "+84 901 234 567",
    "email": "an@congty.vn",
    "relationshipId": "R1",
    "relationship": "wife",
    "membershipId": "M1",
    "membershipIssuedAt": "1584507164000",
    "addressType": "Live",
    "city": "Hồ Chí Minh",
    "district": "Tân Phú",
    "address": "278 Hòa Bình",
    "emailType": "Personal",
    "source": "CRM",
    "imageUrl": "https://domain.com/1.png",
}


@dataclass(frozen=True)
class Case:
    """One row of a case table."""

    field: str
    raw: str
    expected: str
    outcome: str
    rules: list[str]
    why: str
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.field} {self.raw} {self.options or ''}".strip()


def read_cases(table: str) -> list[Case]:
    """Read a case table; where it has no column ``field``, its name is the field."""
    with (CASES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [_case(row, table) for row in csv.DictReader(file)]


def read_columns(table: str) -> Iterator[tuple[list[str], list[str], list[str], str]]:
    """Read a table of whole columns: the cells, what they become, their outcomes, and the rule."""
    with (CASES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            cells, expected, outcomes = (
                [cell.strip() for cell in row[name].split("|")]
                for name in ("column", "expected", "outcome")
            )
            yield cells, expected, outcomes, row["rule"]


def _case(row: dict[str, str], table: str) -> Case:
    options = dict(part.split("=", 1) for part in (row.get("options") or "").split())
    name = row.get("field") or options.pop("field", table)
    return Case(
        field=name,
        raw=unescape(row["raw"]),
        expected=unescape(row["expected"]),
        outcome=row["outcome"],
        rules=row["rule"].split(),
        why=row["why"],
        options={option: _option(option, text) for option, text in options.items()},
    )


def unescape(text: str) -> str:
    r"""Turn ``\u0301``, ``\n`` and ``\t`` into the characters they stand for."""
    return re.sub(
        r"\\(?:u([0-9a-fA-F]{4})|([nt]))",
        lambda match: chr(int(match[1], 16)) if match[1] else {"n": "\n", "t": "\t"}[match[2]],
        text,
    )


def _option(name: str, text: str) -> Any:
    if name == "gender_codes":
        return dict([text.split(":")])
    if text in ("True", "False"):
        return text == "True"
    return int(text) if re.fullmatch(r"-?[0-9]+", text) else text


def entity_of(name: str) -> str:
    """Return the first entity that has a field."""
    return next(kind for kind, entity in ENTITIES.items() if name in entity.fields())


def judge(name: str, cells: Sequence[Any], **options: Any) -> Report:
    """Validate a frame that holds these cells in one field and is otherwise good."""
    entity = entity_of(name)
    fields = ENTITIES[entity].fields()
    good = {other: cell for other, cell in GOOD.items() if other in fields and other != name}
    if name == "city" and not fields["district"].required:  # it would lie in one of the cities
        good.pop("district", None)
    if entity == "order":
        good["customerName"] = "Nguyễn An"
    frame = pd.DataFrame({other: [cell] * len(cells) for other, cell in good.items()})
    for key in ("customerId", "membershipId", "orderId"):  # no two rows are the same record
        if key in frame:
            frame[key] = [f"{key[0].upper()}{row}" for row in range(len(cells))]
    frame[name] = cells if isinstance(cells, pd.Series) else pd.Series(cells, dtype=object)
    return frame.pango.validate(entity, **{"today": TODAY, **options})


def context_for(name: str, n_values: int, **options: Any) -> Context:
    """Return what a normalizer is told about values of a field."""
    known = Options(**{"today": TODAY, **options})
    parameters = ENTITIES[entity_of(name)].fields()[name].parameters
    hours = np.full(n_values, known.timezone_gmt, dtype=np.int64)
    return Context(known, parameters, np.ones(n_values, dtype=np.int64), hours)


def canonical(report: Report, name: str) -> list[str]:
    """Write a field's canonical values as the case tables write them; empty for null."""
    return [_written(value) for value in report.cleaned[name]]


def _written(value: Any) -> str:
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    if pd.isna(value):
        return ""
    return {"True": "true", "False": "false"}.get(str(value), str(value))


def rules_of(report: Report, name: str, row: int = 0) -> list[str]:
    """Return the rules that were found for one cell, in alphabetical order."""
    found = report.findings
    return sorted(found.loc[(found["row"] == row) & (found["field"] == name), "rule"])


def outcome_of(report: Report, row: int = 0) -> str:
    """Return the worst severity of a row; ``ok`` without any finding."""
    found = set(report.findings.loc[report.findings["row"] == row, "severity"])
    return next((kind for kind in ("error", "warning", "info") if kind in found), "ok")
