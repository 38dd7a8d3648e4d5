"""The whole job on a sample file: check it, show what is wrong, send it to a local PangoCDP."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pangoprep.errors import UsageError
from pangoprep.large.writing import write_frame
from pangoprep.private_files import make_private_folder
from pangoprep.reading import read
from pangoprep.report import Report
from pangoprep.samples import sample_path, save_samples

_N_SHOWN = 12


def run(data: Path | None = None, out: Path = Path("out")) -> bool:
    """Run the demo and print every step; return whether the states add up to the rows read.

    Parameters
    ----------
    data
        A file of customers; None: the sample's.
    out
        Where to put the report, the ledger and what became of every row.

    Raises
    ------
    UsageError
        If the file is not there.
    """
    from pangoprep.sandbox import Sandbox

    if data is None:
        data = sample_path("customers_messy.csv")
    if not data.is_file():
        raise UsageError(f"There is no file {data}. Without --data, the sample's is taken.")
    make_private_folder(out)
    frame = read(data)
    _say(f"1. Read {data.name}", f"{len(frame):,} rows, {len(frame.columns)} columns")

    report = frame.pango.validate()
    page = report.to_html(out / "report.html")
    _say("2. Check it without sending anything", f"{report.headline}\n")
    print(_percentages(report.summary()).to_string(index=False))
    print(f"\nThe report as a page: {page}")

    with Sandbox() as cdp:
        _say("3. Send what is ready to a PangoCDP on this machine", f"at {cdp.url}")
        result = frame.pango.send(
            source="CRM", client=cdp.client(), ledger=out / "demo.db", resend=True
        )
        n_stored = len(cdp.records(report.entity))
    rows = result.rows
    write_frame(rows, out / "rows.csv", escape_formulas=True)

    _say("4. What became of every row", "")
    for state, n_rows in result.counts.items():
        print(f"   {state:<11}{n_rows:>7,}")
    total = sum(result.counts.values())
    print(f"   {'together':<11}{total:>7,} of {len(frame):,} rows read; {n_stored:,} are stored\n")
    _print_reasons(rows, report)
    print(f"\nEvery row with its state and reason: {out / 'rows.csv'}")
    return bool(total == len(frame) == len(rows))


def save_into(folder: Path) -> None:
    """Copy the sample data and the notebooks, and say where they are."""
    n_files = len(save_samples(folder))
    print(f"{n_files} files are in {folder}: the data in data/, the notebooks in notebooks/.")
    print(f'To run the notebooks: pip install "pangoprep[all]", jupyter lab {folder / "notebooks"}')


def _say(step: str, detail: str) -> None:
    print(f"\n{step}\n   {detail}" if detail else f"\n{step}\n")


def _percentages(summary: pd.DataFrame) -> pd.DataFrame:
    return summary.assign(share=(summary["share"] * 100).map("{:.1f} %".format))


def _print_reasons(rows: pd.DataFrame, report: Report) -> None:
    """Print why rows were not accepted, with their numbers."""
    of_report = rows["state"].isin(["held", "superseded"])
    causes = pd.Series(report.causes(rows["row"].to_numpy()), rows.index)
    reasons = rows["reason"].mask(of_report, causes)
    groups = rows[reasons != ""].groupby(["state", reasons])
    for (state, reason), group in sorted(groups, key=lambda group: -len(group[1])):
        numbers = ", ".join(map(str, group["index"].head(_N_SHOWN)))
        more = f" and {len(group) - _N_SHOWN:,} more" if len(group) > _N_SHOWN else ""
        print(f"   {state}, {reason}: row {numbers}{more}")
