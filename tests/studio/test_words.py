"""What the page says, in English and Vietnamese."""

from __future__ import annotations

import re

from pangoprep.studio.module import module_text
from pangoprep.studio.session import Session
from pangoprep.tables import read_table
from pangoprep.workbench.acting import Acting
from tests.studio.pages import Page, messy


def test_words_are_there_in_both_languages() -> None:
    words = read_table("studio_words").to_pylist()
    assert len({row["key"] for row in words}) == len(words)
    for row in words:
        assert row["en"].strip()
        assert row["vi"].strip()
        assert set(_names(row["en"])) == set(_names(row["vi"])), row["key"]
    frame = messy()
    opened = Page(Session(frame.pango.workbench(lang="vi"))).ask("open")
    assert opened["state"]["headline"].startswith("1.791 trong số 2.000 dòng")
    assert opened["words"]["tab.fix"] == "Sửa lỗi"


def test_a_page_in_vietnamese_says_its_steps_and_refusals_in_vietnamese() -> None:
    page = Page(Session(messy().pango.workbench(lang="vi")))
    told = page.ask("act", action="fix_rows", row=0, field="phone", new="0912345678")
    assert told["state"]["undo"] == "sửa ô của Số điện thoại"
    refused = page.refused("act", action="fix_rows", row=0, field="phone", new="12")
    assert refused.startswith("Không dùng được giá trị mới của 'phone': Không phải số điện thoại")
    page.ask("act", action="set", name="day_first", new=False)
    assert page.ask("undo")["text"] == "Đã hoàn tác: tùy chọn “Thứ tự ngày và tháng”"
    no_steps = {"report", "would_replace", "would_set"}
    methods = {name for name in vars(Acting) if not name.startswith("_")} - no_steps
    assert {f"step.{name}" for name in methods | {"read_fixed"}} <= set(
        page.session.desk.words.page
    )


def _names(text: str) -> list[str]:
    return [part.split("}")[0] for part in text.split("{")[1:]]


def test_every_word_that_the_page_says_is_there() -> None:
    script = module_text()
    said = set(re.findall(r'this\.w\("([a-z_.0-9]+)"', script))
    said |= set(re.findall(r'this\.button\("([a-z_.]+)"', script))
    said |= set(re.findall(r'this\.w\(\w+ \? "([a-z_.]+)" : "([a-z_.]+)"\)', script)[0])
    said -= {"help.close", "rejected", "steps"}  # they say another word
    known = set(read_table("studio_words")["key"].to_pylist())
    assert said - known == set()
