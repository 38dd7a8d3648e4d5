"""How a studio is opened, and what there is without anywidget."""

from __future__ import annotations

import logging
import sys

import pandas as pd
import pytest

import pangoprep  # noqa: F401  # registers df.pango
from pangoprep.workbench import Workbench


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["12345678901234"]})


def test_a_frame_and_a_report_open_one_with_the_options_of_the_call(frame: pd.DataFrame) -> None:
    pytest.importorskip("anywidget")
    studio = frame.pango.studio("customer-identity", lang="vi", source="CRM")
    assert studio.report.options.lang == "vi"
    assert repr(studio) == (
        "<Studio of <Báo cáo customer-identity: 0 trong 1 dòng sẵn sàng, 1 bị giữ lại>>"
    )
    again = frame.pango.validate("customer-identity").studio(source="CRM")
    assert isinstance(again.bench, Workbench)


def test_its_state_holds_its_code_and_nothing_else(frame: pd.DataFrame) -> None:
    pytest.importorskip("anywidget")
    studio = frame.pango.studio("customer-identity")
    studio.bench.fix("phone", {"12345678901234": "0903112358"})
    state = studio.get_state()
    assert "0903112358" not in str(state)
    ours = {name for name in state if not name.startswith(("_", "layout", "tabbable", "tooltip"))}
    assert ours == set()


def test_without_anywidget_it_is_the_workbench_with_a_line_how_to_install(
    frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with caplog.at_level(logging.WARNING, "pangoprep.studio"):
        opened = frame.pango.studio("customer-identity")
    assert isinstance(opened, Workbench)
    assert "phone.unreadable" in opened._repr_html_()
    assert 'pip install "pangoprep[notebook]"' in caplog.text
