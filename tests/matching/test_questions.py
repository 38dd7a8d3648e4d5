"""What is asked about columns comes in the order in which a reader needs it."""

from __future__ import annotations

import pandas as pd
import pytest

import pangoprep as pp

SHOP = pd.DataFrame(
    {
        "Mã số": ["TB01", "TB02", "TB03"],
        "Tên khách": ["An", "Bình", "Chi"],
        "Di động": ["0912345678", "0912345679", "0912345670"],
        "X": ["nữ", "nam", "nữ"],
    }
)


def told(frame: pd.DataFrame) -> list[str]:
    """The first words of each question."""
    return [" ".join(question.split()[:5]) for question in frame.pango.map().questions]


def test_a_column_that_could_be_the_absent_id_comes_before_making_one() -> None:
    assert told(SHOP) == [
        "'Mã số' could be customerId",
        "No column is customerId. It",
        "'X' could be gender (it",
    ]
    with pytest.raises(pp.PangoprepError, match=r"Mã số.*could be customerId.*It can be made of"):
        SHOP.pango.validate()


def test_where_no_column_could_be_the_id_making_one_comes_first() -> None:
    assert told(SHOP.drop(columns="Mã số"))[0] == "No column is customerId. It"


def test_where_the_id_is_there_other_columns_are_asked_about_in_their_order() -> None:
    frame = SHOP.rename(columns={"Mã số": "Mã KH"}).assign(**{"Lần mua cuối": "1/2/2026"})
    assert [question.split("'")[1] for question in frame.pango.map().questions] == [
        "X",
        "Lần mua cuối",
    ]
