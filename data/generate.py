"""Make the sample data: made-up Vietnamese customers, and the damage real exports come with.

::

    python data/generate.py --rows 2000 --seed 2026 --out data/
    python data/generate.py --rows 1000000 --out big/ --only csv

The same rows and seed give the same ``customers_messy.csv``, byte for byte. Tests and benchmarks
put this folder on ``sys.path`` and call `customers` or `customers_and_truth`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
from synthetic.customers import customers, customers_and_truth
from synthetic.readme import readme
from synthetic.workbook import write_workbook

__all__ = ["customers", "customers_and_truth", "main", "write_csv"]

CSV_NAME = "customers_messy.csv"
WORKBOOK_NAME = "customers.xlsx"


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write ``frame`` the way Excel's "CSV UTF-8" does: with a byte-order mark."""
    frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Make the sample data of pangoprep.")
    parser.add_argument("--rows", type=int, default=2000, help="rows of the CSV (default 2000)")
    parser.add_argument("--seed", type=int, default=2026, help="default 2026")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder to fill")
    parser.add_argument("--only", choices=["csv", "xlsx"], help="make one file only")
    options = parser.parse_args(arguments)
    if options.rows < 1:
        parser.error("--rows must be 1 or more")

    options.out.mkdir(parents=True, exist_ok=True)
    if options.only != "xlsx":
        frame, truth = customers_and_truth(options.rows, options.seed)
        write_csv(frame, options.out / CSV_NAME)
        print(f"{len(frame):,} rows: {options.out / CSV_NAME}")
    if options.only != "csv":
        n_rows = write_workbook(options.out / WORKBOOK_NAME, options.seed)
        print(f"{n_rows:,} rows on six sheets: {options.out / WORKBOOK_NAME}")
    if options.only is None:
        (options.out / "README.md").write_text(
            readme(truth, options.seed), encoding="utf-8", newline="\n"
        )


if __name__ == "__main__":
    main()
