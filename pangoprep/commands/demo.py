"""The whole job on a sample file: check it, show what is wrong, send it to a local PangoCDP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pangoprep.commands.output import language as asked_language
from pangoprep.commands.output import table
from pangoprep.errors import UsageError
from pangoprep.language import Language, language
from pangoprep.private_files import make_private_folder
from pangoprep.reading import read
from pangoprep.report import Report
from pangoprep.report.facts.row_groups import by_state_and_reason
from pangoprep.samples import sample_path, save_samples
from pangoprep.sentence import Sentence
from pangoprep.writing.formats import write_frame

if TYPE_CHECKING:
    import pandas as pd

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

    words = language(asked_language())
    if data is None:
        data = sample_path("customers_messy.csv")
    if not data.is_file():
        raise UsageError(
            Sentence("There is no file {1}. Without --data, the sample's is taken.", data)
        )
    make_private_folder(out)
    frame = read(data)
    _say(
        words("demo.read", file=data.name),
        words("demo.size", rows=len(frame), columns=len(frame.columns)),
    )

    report = frame.pango.validate(lang=words.code)
    page = report.to_html(out / "report.html")
    _say(words("demo.check"), f"{report.headline}\n")
    print(table(_in_words(report.summary().to_dict("records"), words)))
    print(f"\n{words('demo.page', path=page)}")

    with Sandbox() as cdp:
        _say(words("demo.send"), words("demo.where", url=cdp.url))
        result = frame.pango.send(
            source="CRM", client=cdp.client(), ledger=out / "demo.db", resend=True, lang=words.code
        )
        n_stored = len(cdp.records(report.entity))
    rows = result.rows
    write_frame(rows, out / "rows.csv", escape_formulas=True)

    _say(words("demo.rows"), "")
    names = {state: words(f"state.{state}") for state in result.counts}
    width = max(map(len, [*names.values(), words("demo.together")])) + 1
    for state, n_rows in result.counts.items():
        print(f"   {names[state]:<{width}}{words.count(n_rows):>7}")
    total = sum(result.counts.values())
    of_all = words("demo.of_all", rows=len(frame), stored=n_stored)
    print(f"   {words('demo.together'):<{width}}{words.count(total):>7} {of_all}\n")
    _print_reasons(rows, report, words)
    print(f"\n{words('demo.out', path=out / 'rows.csv')}")
    return bool(total == len(frame) == len(rows))


def save_into(folder: Path) -> None:
    """Copy the sample data and the notebooks, and say where they are."""
    words = language(asked_language())
    print(words("demo.saved", n=len(save_samples(folder)), folder=folder))
    how = f'pip install "pangoprep[all]", jupyter lab {folder / "notebooks"}'
    print(words("demo.notebooks", how=how))


def _say(step: str, detail: str) -> None:
    print(f"\n{step}\n   {detail}" if detail else f"\n{step}\n")


def _in_words(summary: list[dict[Any, Any]], words: Language) -> list[dict[Any, Any]]:
    return [
        {**one, "severity": words(f"severity.{one['severity']}"),
         "share": f"{words.decimal(one['share'] * 100)} %"}
        for one in summary
    ]  # fmt: skip


def _print_reasons(rows: pd.DataFrame, report: Report, words: Language) -> None:
    """Print why rows were not accepted, with their numbers."""
    for state, reason, labels in by_state_and_reason(rows, report.causes):
        numbers = ", ".join(map(str, labels[:_N_SHOWN]))
        if len(labels) > _N_SHOWN:
            numbers += " " + words("demo.more", n=len(labels) - _N_SHOWN)
        told = words("demo.reason", state=words(f"state.{state}"), reason=reason, numbers=numbers)
        print(f"   {told}")
