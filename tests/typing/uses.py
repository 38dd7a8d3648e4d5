"""Right and wrong uses, for mypy and pyright; never run. A wrong one that passes is an error."""

from __future__ import annotations

from pathlib import Path

import pandas
import polars
import pyarrow

import pangoprep as pp
from pangoprep.entities import Entity


def right(frame: polars.DataFrame, table: pyarrow.Table, client: pp.Client) -> None:
    report: pp.Report = pp.validate(frame, "customer-identity", timezone_gmt=7, lang="vi")
    n_ready: int = report.n_ready
    cleaned: polars.DataFrame = pp.clean(frame, phone_format="e164", unreadable="blank")
    plan: pp.Plan = pp.plan(table, pp.CustomerIdentity, source="CRM")
    result: pp.Result = pp.send(
        table, source="CRM", client=client, clear=["email"], resolve_unknown="resend"
    )
    found: pp.ColumnMap = pp.map(frame, mapping={"SĐT": "phone"})
    pp.validate(frame, recipe=Path("crm.toml"), fixes={"gender": {"x": "male"}}, ignore=["a"])
    pp.scan("big.csv").pango.validate(day_first=False, duplicates="hold")
    pp.scan("big.csv").pango.clean(out="ready.csv", severity={"email.typo": "error"})
    model: type[Entity] = pp.CustomerIdentity
    print(n_ready, cleaned, plan, result, found, model)


def right_around_the_verbs(frame: polars.DataFrame, rows: pandas.DataFrame) -> None:
    long: polars.DataFrame = pp.unfold(frame, "customer-identity-email", shared=["Mã KH"])
    read: pandas.DataFrame = pp.read("book.xlsx", sheet="Khách", header=2)
    bundle: pp.Bundle = pp.validate_all({"customer-identity": rows, "order": rows}, lang="vi")
    bundle.raise_if(max_held="5%", fail_on=["error"])
    report = bundle["order"]
    report.raise_if(max_held=0.05)
    page: Path = report.to_html("report.html", reveal=True)
    fixed: pandas.DataFrame = pp.read_fixed("fix.xlsx", rows)
    runs: pandas.DataFrame = pp.runs(practice=True)
    facts: str = pp.CustomerIdentity.fields()["phone"].type
    print(long, read, page, fixed, runs, facts, pp.status("run", lang="vi"))


def wrong(frame: polars.DataFrame, client: pp.Client) -> None:
    pp.validate(frame, timezone_gtm=7)  # type: ignore[call-arg]
    pp.validate(frame, timezone_gmt="7")  # type: ignore[arg-type]
    pp.validate(frame, phone_format="E164")  # type: ignore[arg-type]
    pp.validate(frame, lang="fr")  # type: ignore[arg-type]
    pp.validate([1, 2])  # pyright: ignore[reportArgumentType]
    pp.clean(frame, duplicates="none")  # type: ignore[arg-type]
    pp.clean(frame, recipe=5)  # type: ignore[arg-type]
    pp.send(frame, source="CRM", dry_run=True)  # type: ignore[call-arg]
    pp.send(frame, source=1, client=client)  # type: ignore[arg-type]
    pp.send(frame, source="CRM", resolve_unknown="drop")  # type: ignore[arg-type]
    pp.scan("big.csv").pango.validate(unreadable="skip")  # type: ignore[arg-type]
    pp.scan("big.csv").pango.clean()  # type: ignore[call-arg]
    result: pp.Result = pp.plan(frame)  # type: ignore[assignment]
    print(result)


def wrong_around_the_verbs(frame: polars.DataFrame, rows: pandas.DataFrame) -> None:
    pp.unfold(frame)  # type: ignore[call-arg]
    pp.read("book.xlsx", heder=2)  # type: ignore[call-arg]
    pp.validate_all({"order": rows}, lang="fr")  # type: ignore[arg-type]
    pp.validate(frame).raise_if(max_hold=1)  # type: ignore[call-arg]
    pp.validate(frame).to_html("report.html", reveal="yes")  # type: ignore[arg-type]
    pp.status("run", lang="fr")  # type: ignore[arg-type]
    pp.runs(practise=True)  # type: ignore[call-arg]
    days: int = pp.validate(frame).headline  # type: ignore[assignment]
    print(days)
