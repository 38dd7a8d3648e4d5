"""What the system refuses is told in our words, in the reader's language."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

import pangoprep as pp
from pangoprep.error_words import in_vietnamese
from pangoprep.system_errors import _REASONS, reason_of


@pytest.mark.parametrize("number", _REASONS, ids=errno.errorcode.get)
def test_a_reason_is_told_by_its_number(number: int) -> None:
    told = reason_of(OSError(number, "Không rõ"))
    assert told == os.strerror(number)
    assert in_vietnamese(told) != told


def test_other_reasons_are_the_systems_own() -> None:
    assert reason_of(OSError(errno.ELOOP, "Too many links")) == "Too many links"


def test_a_refused_file_is_told_in_vietnamese(tmp_path: Path) -> None:
    (tmp_path / "crm.toml").mkdir()
    with pytest.raises(pp.PangoprepError, match=r"không đọc được: đây là thư mục"):
        pp.sample("customers").pango.validate(recipe=tmp_path / "crm.toml", lang="vi")
