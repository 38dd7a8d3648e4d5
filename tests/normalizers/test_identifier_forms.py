"""Identity and card numbers: their digits are known, other ids keep every character."""

from __future__ import annotations

import pandas as pd

from tests.normalizers.cells import judge


def test_lost_zeros_are_suggested_where_a_province_has_that_number() -> None:
    cells = ["1088012345", "79188001234", "12345678", "99988001234", "1234567"]
    report = judge("identityNo", cells)
    found = report.reveal()
    found = found[found["rule"] == "id.lost_zeros"].sort_values("row")
    assert found["row"].to_list() == [0, 1, 2, 3, 4]
    suggested = [text if pd.notna(text) else None for text in found["suggestion"]]
    assert suggested == ["001088012345", "079188001234", "012345678", None, None]
    assert report.n_held == 0


def test_one_card_in_three_spellings_is_one_member() -> None:
    cells = ["9704 1142 9262 1098", "9704114292621098", "9704-1142-9262-1098"]
    report = judge("membershipId", cells)
    assert (report.n_ready, report.n_superseded) == (1, 2)
