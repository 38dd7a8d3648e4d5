"""Writes docs/rules.md from pangoprep/tables/rules.csv: ``python -m tools.make_rules``."""

from __future__ import annotations

from pathlib import Path

from pangoprep.tables import read_table

PAGE = Path(__file__).parents[1] / "docs" / "rules.md"

_HEAD = """\
# Rules

<!-- Made by tools/make_rules.py from pangoprep/tables/rules.csv; change the table. -->

Every finding has the id of its rule. Ids are stable: use them in
`validate(severity={"email.typo": "error"}, ignore=["phone.lost_zero"])` and to filter
`report.findings`.

| severity | what happens to the row |
|---|---|
| ✖&nbsp;error | it is held: not sent until the cell is fixed |
| ▲&nbsp;warning | it is sent; somebody should look |
| ● info | it is sent; a note on what was repaired |

`required.missing`, `required.any_of` and `duplicate.key` stay errors, since PangoCDP refuses such
records; so does `column.several`, since nobody has said which column is meant, and so do
`row.surplus_cells`, `row.missing_cells`, `row.broken_quote` and `row.bad_bytes`, since nothing of
such a row could be read. `duplicate.superseded` cannot be ignored, since a row
that is not sent always has its reason. An error made a warning sends the row without the cell that
could not be read.

| rule | severity | meaning, and what to do | ý nghĩa và cách xử lý |
|---|---|---|---|
"""
_SIGNS = {"error": "✖", "warning": "▲", "info": "●"}


def page() -> str:
    """Return the page."""
    lines = [
        f"| `{row['rule']}` | {_SIGNS[row['severity']]}&nbsp;{row['severity']} "
        f"| **{row['meaning']}.** {row['action']}. "
        f"| **{row['meaning_vi']}.** {row['action_vi']}. |\n"
        for row in read_table("rules").to_pylist()
    ]
    return _HEAD + "".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
