"""A page of the sample file."""

from __future__ import annotations

import pytest

from pangoprep.studio.session import Session
from tests.studio.pages import Page, messy


@pytest.fixture
def page() -> Page:
    return Page(Session(messy().pango.workbench()))
