"""The README of the data folder: what is in the files, with counts of the damage."""

from __future__ import annotations

from .customers import HEADERS, SHAPES, Truth
from .workbook import ORPHAN_IDS, WRONG, sheets

FATES = {
    "same": "read",
    "null": "nothing to read: left blank",
    "held": "**unreadable: the row is held**",
}

INTRODUCTION = """\
# Sample data

**These people do not exist.** Names are drawn from common Vietnamese name parts, phone numbers are
random digits behind an operator's prefix, email addresses are a name with a number, addresses are
put together from street names. If a number or an address belongs to somebody, that is chance: never
call or write to one. Nothing here was taken from a real customer list.

| file | what it is |
|---|---|
| `customers_messy.csv` | {n_rows:,} rows, 12 columns; UTF-8 with byte-order mark, as Excel writes |
| `customers.xlsx` | six sheets, one per entity, {n_sheet_rows:,} rows in all |
| `shop_orders.xlsx` | 80 orders and, on a second sheet, their 155 lines; `make_shop.py` makes it |
| `generate.py` | makes both files and this page |

```
python data/generate.py --rows {n_rows} --seed {seed} --out data/
```

makes them anew; with `--rows 1000000 --out big/ --only csv` it makes a large file with the same
shares of damage. The same rows and seed always give the same file, byte for byte.

Read it as text, so that nothing is damaged a second time:

```python
df = pd.read_csv("data/customers_messy.csv", dtype=str)
```

## Damage in `customers_messy.csv`

Of {n_rows:,} rows, {n_held:,} ({held:.1%}) cannot be sent as they are: a cell in them must not be
guessed, or there is no id, no name, or neither phone nor email. {n_repeated:,} rows
({repeated:.1%}) repeat the customer id of an earlier row.
"""

WORKBOOK = """\

## `customers.xlsx`

Numbers and dates are typed the way Excel types what is pasted into it, so phone numbers have lost
their zeros and birth dates are date cells. About one in a hundred child rows belongs to a customer
the first sheet does not have ({orphans}).

| sheet | rows | headers | what is wrong here and there |
|---|--:|---|---|
"""


def readme(truth: Truth, seed: int) -> str:
    """Write the page for the CSV that ``truth`` belongs to."""
    n_rows = len(truth.held)
    workbook = sheets(seed)
    lines = [
        INTRODUCTION.format(
            n_rows=n_rows,
            seed=seed,
            n_sheet_rows=sum(len(rows) for _, rows in workbook.values()),
            n_held=int(truth.held.sum()),
            held=truth.held.mean(),
            n_repeated=int(truth.repeated.sum()),
            repeated=truth.repeated.mean(),
        )
    ]
    for field, header in HEADERS.items():
        lines += [
            f"\n### {header} (`{field}`)\n",
            "| cells | share | rows | what it is | a careful reader |",
            "|---|--:|--:|---|---|",
        ]
        for shape in SHAPES[field]:
            n_cells = truth.count(field, shape.name)
            share = f"{shape.share:.1%}" if shape.share else "the rest"
            lines.append(
                f"| {shape.name} | {share} | {n_cells:,} | {shape.note} | {FATES[shape.fate]} |"
            )
    lines.append(WORKBOOK.format(orphans=", ".join(f"`{name}`" for name in ORPHAN_IDS)))
    text = "\n".join(lines)
    for name, (header, rows) in workbook.items():
        text += f"| {name} | {len(rows)} | {', '.join(header)} | {WRONG[name]} |\n"
    return text
