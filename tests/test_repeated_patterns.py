"""Cells and headers of one pattern, 100,000 letters long: whatever reads text reads it once.

What is looked at is the processor's time against that for half the length: about 2 where each
letter costs the same, 4 where each costs as much as there are. The long run has twice the letters.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.normalizers import NORMALIZERS
from tests.normalizers.cells import judge

N_LETTERS = 200_000 if os.environ.get("PANGOPREP_LONG") else 100_000
PATTERNS = [
    "a", "A", "ă", "Đ", "e\u0301", "0", "09", "9.", "1/", "1,", "1 ", "1e", " ", "\n", "\u00a0",
    "\u200b", "(", ")", ")(", "[", "{", '"', "'", '"a', "=", "=(", "+", "-", "/", "\\", "@", "a@",
    "@a.", "_", "|", "a,", "&amp;", "%20", "http://", "thi ", "\u0300", '="', "# ", "số ",
]  # fmt: skip
FIELDS: dict[str, str] = {}
for entity in pp.ENTITIES.values():
    for name, facts in entity.fields().items():
        if facts.item is None:
            FIELDS.setdefault(facts.normalizer, name)


def repeated(n_letters: int) -> list[str]:
    return [(pattern * n_letters)[:n_letters] for pattern in PATTERNS]


def ratio(read: Callable[[int], Any]) -> float:
    """Return the time for twice the length; the better of two, where one says too much."""

    def seconds(n_letters: int) -> float:
        start = time.process_time()
        read(n_letters)
        return time.process_time() - start

    read(100)  # what is loaded or compiled once
    found = [seconds(N_LETTERS) / max(seconds(N_LETTERS // 2), 0.05)]
    if found[0] >= 3:
        found.append(seconds(N_LETTERS) / max(seconds(N_LETTERS // 2), 0.05))
    return min(found)


def test_every_normalizer_has_a_field() -> None:
    assert set(FIELDS) == set(NORMALIZERS)


@pytest.mark.parametrize("normalizer", sorted(NORMALIZERS))
def test_cells(normalizer: str) -> None:
    assert ratio(lambda n_letters: judge(FIELDS[normalizer], repeated(n_letters)).findings) < 3


def test_headers() -> None:
    def match(n_letters: int) -> None:
        frame = pd.DataFrame({name: ["x"] for name in repeated(n_letters)})
        frame.assign(customerId="1").pango.map()

    assert ratio(match) < 3


@pytest.mark.parametrize("place", ["cell", "quoted cell", "header", "line"])
def test_reading(tmp_path: Path, place: str) -> None:
    def read(n_letters: int) -> None:
        path = tmp_path / "a.csv"
        for text in repeated(n_letters):
            quoted = '"' + text.replace('"', '""') + '"'
            path.write_text(
                {
                    "cell": f"customerId,note\n1,{text}\n2,x\n",
                    "quoted cell": f"customerId,note\n1,{quoted}\n2,x\n",
                    "header": f"customerId,{quoted}\n1,x\n2,x\n",
                    "line": f"{text}\n1,x\n2,x\n",
                }[place],
                encoding="utf-8",
            )
            try:
                pp.read(path)
            except pp.UsageError:
                continue

    assert ratio(read) < 3
