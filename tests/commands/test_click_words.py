"""What Click says of a wrong call, in Vietnamese; and what else commands say by themselves."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pangoprep.cli import main
from pangoprep.tables import read_table

Call = Callable[..., tuple[int | str | None, str, str]]

CALLS = {
    "validate": "Lỗi: Thiếu đối số ",
    "clean a.csv": "Lỗi: Thiếu tùy chọn '--out'.",
    "valdate": "Lỗi: Không có lệnh 'valdate'.",
    "validate a.csv --lng vi": "Lỗi: Không có tùy chọn --lng.",
    "validate a.csv --lang": "Lỗi: Tùy chọn '--lang' cần có giá trị.",
    "validate a.csv --json=1": "Lỗi: Tùy chọn '--json' không nhận giá trị.",
    "validate a.csv b.csv": "Lỗi: Thừa đối số: b.csv.",
    "runs a b": "Lỗi: Thừa đối số: a b.",
    "validate a.csv --header x": "Lỗi: Giá trị của '--header' không hợp lệ: ",
}


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    def called(*words: str) -> tuple[int | str | None, str, str]:
        monkeypatch.setattr(sys, "argv", ["pangoprep", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err

    return called


@pytest.mark.parametrize("words", CALLS)
def test_a_wrong_call_is_told_in_vietnamese(
    call: Call, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setenv("PANGOPREP_LANG", "vi")
    code, out, err = call(*words.split())
    assert (code, out) == (2, "")
    assert not {"Usage:", "Try", "Error:"} & set(err.split())
    assert CALLS[words] in err
    monkeypatch.setenv("PANGOPREP_LANG", "en")
    code, _, err = call(*words.split())
    assert code == 2
    assert "Error: " in err
    assert "Lỗi" not in err


def test_the_exit_code_of_a_command_stays(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANGOPREP_LANG", "vi")
    assert call("--version")[0] in (0, None)
    assert call("rules", "--help")[:1] == (0,)
    data = Path(__file__).parents[2] / "data" / "odd" / "phiếu khảo sát.csv"
    assert call("read", str(data))[0] in (0, None)
    code, _, err = call("read", "nope.csv")
    assert (code, err.startswith("Lỗi: Không có tệp 'nope.csv'")) == (2, True)


def test_rules_are_listed_in_the_language_of_the_environment(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PANGOPREP_LANG", "vi")
    assert "Không phải số điện thoại hợp lệ" in call("rules")[1]
    assert "Not a valid phone number" in call("rules", "--lang", "en")[1]


def test_the_samples_are_saved_in_the_language_of_the_environment(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PANGOPREP_LANG", "vi")
    told = call("demo", "--save", str(tmp_path / "s"))[1]
    assert f"tệp trong {tmp_path / 's'}: dữ liệu trong data/" in told
    assert 'Để chạy các notebook: pip install "pangoprep[all]"' in told


def test_a_sentence_has_no_hole_that_is_not_filled() -> None:
    for row in read_table("click_words").to_pylist():
        holes = [set(re.findall(r"\{[0-9]\}", row[code])) for code in ("en", "vi")]
        assert holes[1] <= holes[0], row["en"]
