"""Every public argument with values of every wrong kind: it works, or says what was expected."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pangoprep as pp
from pangoprep import upload
from pangoprep.errors import PangoprepError
from pangoprep.large.scan import ScanAccessor


class Hostile:
    """Answers to nothing."""

    def __repr__(self) -> str:
        return "Hostile"

    def __str__(self) -> str:
        raise ValueError("no")

    def __bool__(self) -> bool:
        raise ValueError("no")

    def __eq__(self, other: object) -> bool:
        raise ValueError("no")

    def __len__(self) -> int:
        raise ValueError("no")

    __hash__ = object.__hash__


WRONG: list[Any] = [
    5, -1, 10**30, 2.5, float("nan"), float("inf"), True, 1j,
    "", "x", "a\0b", "\ud800", "x" * 5_000, b"x", [], [5], ["x"], ("x",), {}, {"x": 5}, {5: "x"},
    {"x"}, dt.date(2026, 1, 1), np.int64(3), np.array([1, 2]), pd.NA, pd.DataFrame({"a": [1]}),
    pd.Series([1]), object(), int, Hostile(), iter([1]), Path("a\0b"),
]  # fmt: skip


@pytest.fixture(scope="module")
def desk(world_class: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """Everything that calls need, made once: what one call leaves is there for the next."""
    tmp_path = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch, closing(world_class(tmp_path / "world")) as world:
        patch.setenv("PANGO_DATA_DIR", str(tmp_path / "home"))
        yield made_desk(world, tmp_path)


@pytest.fixture(autouse=True)
def folder(desk: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk.folder)


def made_desk(world: Any, tmp_path: Path) -> SimpleNamespace:
    frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["0912345678"]})
    source = tmp_path / "people.csv"
    frame.to_csv(source, index=False)
    client = world.client()
    sent = frame.pango.send("customer-identity", source="CRM", client=client, ledger=world.ledger)
    report = frame.pango.validate("customer-identity")
    fixed = report.to_excel(tmp_path / "fix.xlsx")
    account = {"username": "u", "api_key": "k", "cdp_gkey": "g"}
    return SimpleNamespace(
        frame=frame, source=source, client=client, ledger=world.ledger, run_id=sent.run_id,
        report=report, fixed=fixed, account=account, result=sent, folder=tmp_path,
    )  # fmt: skip


# Name -> how it is called, and with what besides the argument that is tried.
CALLS: dict[str, tuple[Callable[..., Any], Callable[[SimpleNamespace], Any], dict[str, Any]]] = {}


def call(
    name: str, function: Callable[..., Any], of: Any, **usual: Callable[[SimpleNamespace], Any]
) -> None:
    CALLS[name] = (function, of, usual)


def own(desk: SimpleNamespace) -> Any:
    return desk.frame.pango


call("Client", pp.Client.__init__, lambda desk: pp.Client,
     username=lambda desk: "u", api_key=lambda desk: "k", cdp_gkey=lambda desk: "g")  # fmt: skip
call("Limits", pp.Limits.__init__, lambda desk: pp.Limits)
call("Options", pp.Options.__init__, lambda desk: pp.Options)
call("Fault", pp.Fault.__init__, lambda desk: pp.Fault, kind=lambda desk: "slow")
call(
    "Sandbox", pp.Sandbox.__init__, lambda desk: lambda **given: pp.Sandbox(**given).start().stop()
)
call("read", pp.read, lambda desk: pp.read, path=lambda desk: desk.source)
call("scan", pp.scan, lambda desk: lambda **given: list(pp.scan(**given)),
     path=lambda desk: desk.source)  # fmt: skip
call("read_fixed", pp.read_fixed, lambda desk: pp.read_fixed,
     path=lambda desk: desk.fixed, frame=lambda desk: desk.frame)  # fmt: skip
call("validate_all", pp.validate_all, lambda desk: pp.validate_all,
     frames=lambda desk: {"customer-identity": desk.frame})  # fmt: skip
call("runs", pp.runs, lambda desk: pp.runs, ledger=lambda desk: desk.ledger)
call("status", pp.status, lambda desk: pp.status,
     run_id=lambda desk: desk.run_id, ledger=lambda desk: desk.ledger)  # fmt: skip
call("map", pp.PangoAccessor.map, lambda desk: own(desk).map)
call("validate", pp.PangoAccessor.validate, lambda desk: own(desk).validate)
call("clean", pp.PangoAccessor.clean, lambda desk: own(desk).clean)
call("send", pp.PangoAccessor.send, lambda desk: own(desk).send,
     source=lambda desk: "CRM", client=lambda desk: desk.client,
     ledger=lambda desk: desk.ledger)  # fmt: skip
call("plan", pp.PangoAccessor.send, lambda desk: lambda **given: own(desk).send(
    **{"dry_run": True, **given}),
     source=lambda desk: "CRM", client=lambda desk: desk.client,
     ledger=lambda desk: desk.ledger)  # fmt: skip
call("resume", pp.PangoAccessor.resume, lambda desk: own(desk).resume,
     run_id=lambda desk: desk.run_id, client=lambda desk: desk.client,
     ledger=lambda desk: desk.ledger)  # fmt: skip
for verb in ("map", "validate", "clean", "send"):
    call(f"scan.{verb}", getattr(ScanAccessor, verb),
         lambda desk, verb=verb: getattr(pp.scan(desk.source).pango, verb),
         **({"source": lambda desk: "CRM", "client": lambda desk: desk.client,
             "ledger": lambda desk: desk.ledger} if verb == "send" else {}),
         **({"out": lambda desk: desk.folder / "out.csv"} if verb == "clean" else {}))  # fmt: skip
call("upload.send", upload.send, lambda desk: upload.send,
     report=lambda desk: desk.report, source=lambda desk: "CRM",
     client=lambda desk: desk.client, ledger=lambda desk: desk.ledger)  # fmt: skip
call("upload.resume", upload.resume, lambda desk: upload.resume,
     report=lambda desk: desk.report, run_id=lambda desk: desk.run_id,
     client=lambda desk: desk.client, ledger=lambda desk: desk.ledger)  # fmt: skip
call("Result.write_rows", pp.Result.write_rows, lambda desk: desk.result.write_rows)
call("Report.write_findings", pp.Report.write_findings, lambda desk: desk.report.write_findings,
     path=lambda desk: desk.folder / "out.csv")  # fmt: skip
call("Report.recipe", pp.Report.recipe, lambda desk: desk.report.recipe)
call("Result.to_excel", pp.Result.to_excel, lambda desk: desk.result.to_excel)
call("Result.retry", pp.Result.retry, lambda desk: desk.result.retry)
for name in ("to_html", "to_excel", "to_markdown", "to_json"):
    call(f"Report.{name}", getattr(pp.Report, name),
         lambda desk, name=name: getattr(desk.report, name),
         path=lambda desk: desk.folder / "out")  # fmt: skip
call("Report.raise_if_held", pp.Report.raise_if_held, lambda desk: desk.report.raise_if_held)
call("Report.diff", pp.Report.diff, lambda desk: desk.report.diff)
call("Recipe.load", pp.Recipe.load, lambda desk: pp.Recipe.load,
     path=lambda desk: desk.folder / "kv.toml")  # fmt: skip
call("Recipe.save", pp.Recipe.save, lambda desk: desk.report.recipe().save,
     path=lambda desk: desk.folder / "kv.toml")  # fmt: skip

# A clock and a transport are seams for tests; what stands in for them is called, not checked.
SEAMS = {"clock", "transport", "self"}


def arguments() -> Iterator[tuple[str, str]]:
    for name, (function, *_) in CALLS.items():
        for argument in inspect.signature(function).parameters.values():
            if argument.name in SEAMS:
                continue
            yield name, argument.name


@pytest.mark.parametrize(("name", "argument"), sorted(set(arguments())))
def test_every_error_is_ours(name, argument, desk, recwarn) -> None:
    _, of, usual = CALLS[name]
    function = of(desk)
    wrong = []
    for value in WRONG:
        given = {key: make(desk) for key, make in usual.items() if key != argument}
        try:
            function(**{**given, argument: value})
        except PangoprepError as error:
            wrong += [] if str(error).strip() else [f"no words for {value!r:.40}"]
        except BaseException as error:  # noqa: BLE001 - every one is told of
            wrong.append(
                f"{type(value).__name__} {value!r:.30}: {type(error).__name__}: {error!s:.90}"
            )
    assert not wrong, "\n".join(wrong)
