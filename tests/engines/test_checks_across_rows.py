"""A check that only all rows together can answer is refused by its name over Dask frames, too."""

from __future__ import annotations

from pathlib import Path

import dask.dataframe as dd
import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.errors import UsageError
from tests.large.test_parts import Compared, Judged, Unique

PEOPLE = pd.DataFrame(
    {"customerId": ["1", "2"], "fullName": ["An", "Chi"], "phone": ["0912345678"] * 2}
)


class UniqueTogether(pp.CustomerIdentity):
    """A model two of whose columns must not repeat together."""

    class Config:
        unique = ["phone", "fullName"]  # noqa: RUF012 - as Pandera has it


@pytest.mark.parametrize(
    ("entity", "named"),
    [
        (Unique, "unique=phone"),
        (UniqueTogether, r"unique=phone \+ fullName"),
        (Compared, "longest first of phone"),
        (Judged, "more phones"),
    ],
)
def test_a_check_across_rows_is_refused_by_name(
    tmp_path: Path, entity: type[pp.Entity], named: str
) -> None:
    frame = dd.from_pandas(PEOPLE, npartitions=2)
    with pytest.raises(UsageError, match=named):
        frame.pango.validate(entity, folder=tmp_path / "report")
    with pytest.raises(UsageError, match=named):
        pp.validate_all({"people": frame}, entities={"people": entity}, folder=tmp_path / "all")
    assert list(tmp_path.iterdir()) == []
