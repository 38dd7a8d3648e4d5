"""The parts normalizers are made of, on slices: Arrow's kernels have been wrong about those."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pangoprep  # noqa: F401 - registers df.pango
from pangoprep.columns.cell_text import TEXT
from pangoprep.normalizers.base import among, choose, keep, put


@st.composite
def slices(draw: st.DrawFn) -> tuple[pa.Array, np.ndarray]:
    """Draw a slice of a column, and marks for its values."""
    texts = draw(st.lists(st.none() | st.sampled_from(["", "a", "bb", "Huế"]), min_size=1))
    start = draw(st.integers(0, len(texts)))
    values = pa.array(texts, TEXT).slice(start, draw(st.integers(0, len(texts))))
    marks = draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values)))
    return values, np.array(marks, dtype=bool)


@given(slices())
def test_what_is_kept_put_and_chosen_of_a_slice_is_its_own(drawn: tuple[pa.Array, np.ndarray]):
    values, where = drawn
    texts = values.to_pylist()
    kept = [text if marked else None for text, marked in zip(texts, where, strict=True)]
    assert keep(values, where).to_pylist() == kept
    others = pa.array(["x"] * int(where.sum()), TEXT)
    changed = ["x" if marked else text for text, marked in zip(texts, where, strict=True)]
    assert put(values, where, others).to_pylist() == changed
    assert choose(where, pa.scalar("x", TEXT), values).to_pylist() == changed
    found = [bool(text) and marked for text, marked in zip(texts, where, strict=True)]
    assert among(values, where, ".").tolist() == found
    assert pc.coalesce(keep(values, where), values).to_pylist() == texts


@pytest.mark.parametrize("start", [0, 3])
def test_a_sliced_frame_reads_like_a_copy_of_it(start: int):
    n_rows = 25_000  # enough that no column is put into dictionary form
    whole = pd.DataFrame(
        {
            "customerId": [f"KH{n}.0" if n % 3 else f"{n}.0" for n in range(n_rows)],
            "fullName": [f"Nguyễn  Thị Hoa {n}" for n in range(n_rows)],
            "phone": [f"9{n:08}" if n % 2 else f"x{n}" for n in range(n_rows)],
            "email": [f"AN{n}@Gmail.com" if n % 2 else f"an{n}@gmail" for n in range(n_rows)],
            "dob": [
                f"{1 + n % 28}/5/{1950 + n % 50}" if n % 5 else f"năm {n}" for n in range(n_rows)
            ],
        }
    )
    part = whole.iloc[start:]
    copied = pd.DataFrame(part.to_dict("list"), index=part.index)
    one = part.pango.validate("customer-identity")
    other = copied.pango.validate("customer-identity")
    pd.testing.assert_frame_equal(one.cleaned, other.cleaned)
    pd.testing.assert_frame_equal(one.findings, other.findings)
