"""What the verbs raise has no frames that hold rows."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pandas as pd
import pandera.pandas as pandera
import pytest

import pangoprep as pp
from pangoprep import boundary
from pangoprep.errors import CheckError, PangoprepError, UnexpectedError
from pangoprep.upload.engine import run as run_module

PACKAGE = Path(pp.__file__).parent
CANARY = "0987654321"


def people(n_rows: int = 3) -> pd.DataFrame:
    return pd.DataFrame({"customerId": range(n_rows), "fullName": "Canary", "phone": CANARY})


def frames_below(error: BaseException | None) -> Iterator[FrameType]:
    """Give the frames of our code and of what it calls, over causes and contexts."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        trace, is_below = error.__traceback__, False
        while trace is not None:
            is_below = is_below or PACKAGE in Path(trace.tb_frame.f_code.co_filename).parents
            if is_below:
                yield trace.tb_frame
            trace = trace.tb_next
        error = error.__cause__ or error.__context__


def assert_holds_nothing(error: BaseException, n_frames: int = 1) -> None:
    frames = list(frames_below(error))
    assert {Path(frame.f_code.co_filename).name for frame in frames} <= {"boundary.py"}
    assert len(frames) <= n_frames
    for frame in frames:
        assert CANARY not in "".join(map(repr, frame.f_locals.values()))
    assert CANARY not in f"{error} {getattr(error, '__notes__', '')}"


def calls(folder: Path) -> dict[str, Callable[[], object]]:
    (folder / "text").write_text("no ledger, but long enough to be looked at " * 100)
    csv = folder / "a.csv"
    people().to_csv(csv, index=False)
    bad = folder / "bad.csv"
    bad.write_bytes(
        f"customerId,fullName,phone\n1,Canary,{CANARY}\n".encode() + b"\xff\xfe\x00" * 9
    )
    ledger = {"source": "CRM", "ledger": folder / "text", "client": client()}
    report = people().pango.validate()
    return {
        "no such entity": lambda: people().pango.validate("customers"),
        "no such option": lambda: people().pango.validate(day=1),
        "no such column": lambda: people().pango.clean(mapping={"phone": "SĐT"}),
        "a key is missing": lambda: people()[["phone"]].pango.validate("customer-identity"),
        "two columns of a name": lambda: pd.concat([people()] * 2, axis=1).pango.map(),
        "no source": lambda: people().pango.send(),
        "no ledger": lambda: people().pango.send(**ledger),
        "no ledger, awaited": lambda: asyncio.run(people().pango.asend(**ledger)),
        "no such run": lambda: people().pango.resume("none", ledger=folder / "none"),
        "no frame": lambda: pp.validate_all({"a": people(), "b": [CANARY]}),
        "a file that is none": lambda: pp.read(folder / "none.csv"),
        "a file that is no text": lambda: pp.read(bad),
        "scan, no such option": lambda: pp.scan(csv).pango.validate(day=1),
        "scan, no source": lambda: pp.scan(csv).pango.send(),
        "scan, no such format": lambda: pp.scan(csv).pango.clean(out="x.docx"),
        "scan, frames": lambda: list(pp.scan(bad)),
        "no fixed file": lambda: pp.read_fixed(folder / "none.xlsx", people()),
        "an uploader's call": lambda: pp.upload.send(report, sample=-1, source="CRM"),
    }


def client() -> pp.Client:
    return pp.Client(
        token="token",
        api_key="key",
        ingest_url="http://localhost:1/",
        auth_url="http://localhost:1/",
    )


def test_an_error_of_ours_ends_at_the_verb(tmp_path) -> None:
    for name, call in calls(tmp_path).items():
        with pytest.raises(PangoprepError) as caught:
            call()
        assert_holds_nothing(caught.value), name
        assert caught.value.__context__ is None, name


def test_a_mistake_of_ours_says_where_and_no_value(monkeypatch, tmp_path) -> None:
    def mistaken(*arguments: Any, **options: Any) -> None:
        raise KeyError(CANARY)

    monkeypatch.setattr(run_module, "Sender", mistaken)  # inside the thread that sends
    with pytest.raises(UnexpectedError, match=r"run\.py:") as caught:
        people().pango.send(client=client(), source="CRM", ledger=tmp_path / "ledger")
    assert_holds_nothing(caught.value)


def test_a_mistake_before_sending_says_where(monkeypatch) -> None:
    from pangoprep import pipeline

    def mistaken(*arguments: Any, **options: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(pipeline, "clean", mistaken)
    with pytest.raises(ZeroDivisionError) as caught:
        people().pango.validate()
    assert_holds_nothing(caught.value)
    [note] = caught.value.__notes__
    assert note.startswith("pangoprep: raised at keywords.py:")
    assert "> accessor.py:" in note
    assert "pipeline.py:" in note


def test_frames_can_be_kept_for_those_who_mend_it(monkeypatch) -> None:
    monkeypatch.setenv(boundary.FRAMES_VARIABLE, "1")
    with pytest.raises(PangoprepError) as caught:
        people().pango.validate("customers")
    assert len(list(frames_below(caught.value))) > 2


class Alone(pp.CustomerIdentity):
    """A model whose check stumbles."""

    @pandera.check("fullName", name="stumbles")
    def stumbles(cls, values: pd.Series) -> pd.Series:  # noqa: N805
        raise LookupError("in a check of the caller's own")


def test_the_callers_own_check_is_shown_from_where_it_begins() -> None:
    with pytest.raises(CheckError) as caught:
        people().pango.validate(Alone)
    cause = caught.value.__cause__
    assert isinstance(cause, LookupError)
    assert cause.__traceback__ is not None
    assert Path(cause.__traceback__.tb_frame.f_code.co_filename) == Path(__file__)
    assert_holds_nothing(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent to a thread")
def test_an_interrupted_validate_keeps_no_rows() -> None:
    frame = people(200_000).assign(
        fullName=[f"Canary {n}" for n in range(200_000)],
        phone=[f"09{n:08d}" for n in range(200_000)],
    )
    main, started = threading.main_thread().ident, threading.Event()

    def interrupt() -> None:
        started.wait()
        threading.Event().wait(0.05)
        signal.pthread_kill(main, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()

    def validate() -> None:
        started.set()
        while True:
            frame.pango.validate()

    with pytest.raises(KeyboardInterrupt) as caught:
        validate()
    thread.join()
    frames = list(frames_below(caught.value))
    assert {Path(frame.f_code.co_filename).name for frame in frames} <= {"boundary.py"}
    assert "Canary" not in repr([frame.f_locals for frame in frames])
