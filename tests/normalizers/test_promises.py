"""The promises of every normalizer, over arbitrary text and over damaged real cells.

Never raises; as many values as cells, in their order; null stays null; a value is canonical or
null; a null that was not one has a finding; a canonical value is read as itself.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any, cast

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pangoprep as pp
from pangoprep.normalizers import NORMALIZERS, base
from tests.normalizers.cells import context_for
from tests.normalizers.damage import damaged
from tests.normalizers.fuzz import fuzz
from tests.normalizers.promises import FIELDS, broken, normalize

# What can be written to a file; and letters that the normalizers look at.
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NEAR_TEXT = st.text("0123456789+-./:,;@ eEtTzđĐÃá»º'\"[]()\u0301\u0323\u200b", max_size=24)
CELLS = st.lists(st.none() | ANY_TEXT | NEAR_TEXT, max_size=8, unique=True)


def test_every_normalizer_is_tested() -> None:
    from pangoprep.entities import ENTITIES

    fields = {name: facts for kind in ENTITIES.values() for name, facts in kind.fields().items()}
    assert {fields[name].normalizer for name in FIELDS} == set(NORMALIZERS)


@pytest.mark.parametrize("name", FIELDS)
@settings(max_examples=25, deadline=None)
@given(cells=CELLS)
def test_promises_hold_for_arbitrary_text(name: str, cells: list[str | None]) -> None:
    assert broken(name, cells) == []


@pytest.mark.parametrize("name", FIELDS)
def test_promises_hold_for_damaged_cells(name: str) -> None:
    assert broken(name, damaged(name, 1_000, random.Random(name))) == []


def test_promises_hold_for_other_options() -> None:
    assert list(fuzz(20_000, seed=2026)) == []


@pytest.mark.parametrize("name", FIELDS)
def test_an_empty_column_stays_empty(name: str) -> None:
    assert len(normalize(name, pa.array([], pa.large_string())).values) == 0


@pytest.mark.parametrize("name", FIELDS)
def test_a_column_of_nulls_stays_null_without_a_word(name: str) -> None:
    result = normalize(name, pa.array([None, None], pa.large_string()))
    assert result.values.null_count == 2
    assert result.flags == []


@pytest.mark.parametrize("key", sorted(NORMALIZERS))
def test_what_is_canonical_at_a_glance_is_what_reading_gives(key: str) -> None:
    normalizer = NORMALIZERS[key]
    if normalizer.is_canonical is None:
        return
    name = next(name for name in FIELDS if _normalizer_of(name) == key)
    cells = sorted(set(damaged(name, 6_000, random.Random(7))))
    values, context = pa.array(cells, pa.large_string()), context_for(name, len(cells))
    glance = normalizer.is_canonical(values, context)
    assert glance.any()
    some = values.filter(pa.array(glance))
    result = normalizer.normalize(some, context_for(name, len(some)))
    assert result.values == some
    assert result.flags == []


class _Asked:
    """Options that remember which of them were looked at."""

    def __init__(self, options: pp.Options) -> None:
        self._options = options
        self.names: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.names.add(name)
        return getattr(self._options, name)


@pytest.mark.parametrize("key", sorted(NORMALIZERS))
def test_a_normalizer_names_the_options_that_it_looks_at(key: str) -> None:
    # What was made of a column is recalled as long as these stay.
    asked: set[str] = set()
    for name in FIELDS:
        if _normalizer_of(name) != key:
            continue
        for cells in (damaged(name, 500, random.Random(name)), ["05/06/1988"]):
            context = context_for(name, len(cells))
            told = _Asked(context.options)
            context = replace(context, options=cast("pp.Options", told))
            NORMALIZERS[key](pa.array(cells, pa.large_string()), context)
            asked |= told.names
    assert asked == set(NORMALIZERS[key].options)


def _normalizer_of(name: str) -> str:
    from pangoprep.entities import ENTITIES
    from tests.normalizers.cells import entity_of

    return str(ENTITIES[entity_of(name)].fields()[name].normalizer)


@pytest.mark.parametrize("name", FIELDS)
def test_a_column_reads_the_same_in_slices(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = pa.array(["1988", *damaged(name, 100, random.Random(name))], pa.large_string())
    in_one = said(normalize(name, cells))
    monkeypatch.setattr(base, "_SLICE", 3)
    assert said(normalize(name, cells)) == in_one


def said(result: base.Normalized) -> list[object]:
    """Return all that was made of a column; a rule's flags may come in several parts."""
    flags = sorted(
        (flag.rule, int(place), None if flag.suggestions is None else flag.suggestions[n].as_py())
        for flag in result.flags
        for n, place in enumerate(flag.places)
    )
    years = None if result.years is None else result.years.to_pylist()
    return [result.values.to_pylist(), flags, years, result.evidence]
