"""Stories of people who fix rows in a real JupyterLab, from the click to the stored record.

Stories end in the sandbox: what was clicked is what PangoCDP has. The first story is told without
a notebook in `test_studio_page.py`, and in marimo in `test_marimo.py`.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.notebooks.jupyterlab_server import (
    CODE_CELLS,
)
from tests.notebooks.studio.driving import (
    Open,
    headline,
    kernel,
    problem,
    record,
    send_all,
    sent_for,
    settled,
    stored,
)

pytestmark = pytest.mark.browser


def test_a_pattern_is_repaired(page: Any) -> None:
    headline(page, "1,791 of 2,000 rows are ready")
    problem(page, "Not an email address")
    page.get_by_label("Choose *@@gmail.com").check()
    page.get_by_text("Replace text within").click()
    page.get_by_label("Text to replace").fill("@@")
    page.get_by_label("New text").fill("@")
    page.get_by_role("button", name="Replace", exact=True).click()
    headline(page, "1,796 of 2,000 rows are ready")
    send_all(page)
    assert page.locator(".pps-counts").inner_text().count("1,796") == 1
    assert stored(page) == 1796
    assert sent_for(page, "@@gmail.com", "email") == "@gmail.com"
    assert kernel(page, "print(frame.equals(pp.read('customers_messy.csv')))") == "True"


def test_a_value_is_typed_and_a_cell_of_a_row_edited(page: Any) -> None:
    problem(page, "maritalStatus")
    page.get_by_label("New value for").fill("Single")
    page.evaluate("() => { document.querySelector('.pps [role=status]').heard = true; }")
    page.get_by_label("Choose Góa").check()  # what was typed before stays
    page.get_by_label("New value for").press("Enter")
    page.get_by_text("6 rows changed").wait_for()
    # Screen readers hear of what changes in an element that they know.
    assert page.evaluate("() => document.querySelector('.pps [role=status]').heard")
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Undone: fix maritalStatus").wait_for()
    page.get_by_role("button", name="Redo").click()
    page.get_by_text("Done again").wait_for()
    problem(page, "Not a valid phone number")
    page.get_by_role("button", name="Show rows").click()
    cell = page.get_by_role("button", name=re.compile("^Row [0-9]+, SĐT")).first
    row = re.search(r"Row (\d+)", cell.get_attribute("aria-label"))[1]  # type: ignore[index]
    cell.click()
    page.get_by_role("textbox", name=f"Row {row}, SĐT").fill("0912 345 678")
    page.keyboard.press("Enter")
    page.get_by_text("1 row changed, 1 fewer held").wait_for()
    settled(page)  # the focus is on the cell that took its place
    assert page.evaluate("() => document.activeElement.matches('.pps-rows .pps-cell')")
    send_all(page)
    customer = kernel(page, f"print(studio.report.cleaned['customerId'].loc[{row}])")
    assert record(page, customer, "phone") == "0912345678"
    widowed = kernel(page, "print(customer_of('Tình trạng hôn nhân', 'Góa'))")
    assert record(page, widowed, "maritalStatus") == "Single"


def test_a_value_that_cannot_be_used_is_refused_in_words_and_a_better_one_taken(page: Any) -> None:
    problem(page, "Not a valid phone number")
    page.get_by_role("button", name="Every value").click()
    page.get_by_label(re.compile("^Choose h•")).first.check()
    page.get_by_label("New value for").fill("12")
    page.get_by_role("button", name="Fix", exact=True).click()
    page.get_by_role("alert").get_by_text("Nothing was changed").wait_for()
    headline(page, "173 are held")
    page.get_by_label("New value for").fill("0987 654 321")
    page.get_by_role("button", name="Fix", exact=True).click()
    headline(page, re.compile("17[12] are held"))
    send_all(page)
    assert stored(page) > 1791
    assert (
        kernel(page, "print('0987654321' in set(cdp.records('customer-identity')['phone']))")
        == "True"
    )


def test_the_keyboard_alone(page: Any) -> None:
    page.locator(".pps").evaluate("root => root.focus()")
    press = page.keyboard.press
    press("?")
    page.get_by_role("dialog", name="Keyboard shortcuts").wait_for()
    press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    page.locator(".pps").evaluate("root => root.focus()")
    press("/")
    page.keyboard.type("maritalStatus")
    press("Escape")
    press("j")
    page.locator(".pps-middle h3", has_text="maritalStatus").wait_for()
    page.wait_for_selector(".pps-middle .pps-table")
    press("*")
    press("f")
    page.keyboard.type("Single")
    press("Enter")
    page.get_by_text("8 rows changed, 7 fewer held").wait_for()
    press("Escape")
    press("u")
    headline(page, "173 are held")
    press("Shift+U")
    headline(page, "166 are held")
    press("5")
    page.get_by_text("PRACTICE", exact=True).wait_for()
    while page.evaluate("() => document.activeElement.dataset.key") != "send.all":
        press("Tab")
    press("Enter")
    page.get_by_role("heading", name="Result: Practice").wait_for()
    assert stored(page) == int(kernel(page, "print(studio.report.n_ready)")) == 1797
    widowed = kernel(page, "print(customer_of('Tình trạng hôn nhân', 'Góa'))")
    assert record(page, widowed, "maritalStatus") == "Single"
    # The notebook around has heard nothing of it: these keys cut and insert cells there.
    assert len(page.evaluate(CODE_CELLS)) == 1


def test_an_analyst_with_the_readme_alone_leaves_no_more_than_40_rows_held(page: Any) -> None:
    """From 173 held rows in at most 15 clicks and entries, without Python."""
    n_actions = 0

    def click(place: Any) -> None:
        nonlocal n_actions
        n_actions += 1
        place.click()
        settled(page)

    def enter(text: str) -> None:  # typed, and the key Enter
        nonlocal n_actions
        n_actions += 2
        page.get_by_label("New value for").fill(text)
        page.get_by_label("New value for").press("Enter")

    headline(page, "173 are held")
    click(page.get_by_role("button", name="Accept all 6 suggestions"))  # O912… for 0912…
    headline(page, "167 are held")
    click(page.locator(".pps-problem", has_text="Not an email address"))
    click(page.get_by_label("Choose *gmail.com"))
    enter("*@gmail.com")
    headline(page, "155 are held")
    click(page.get_by_role("button", name="Empty what cannot be read in every column"))
    told = page.get_by_role("group", name="If every cell that cannot be read").inner_text()
    assert "155 rows are held now, 55 then" in told
    click(page.get_by_role("button", name="Empty them"))
    headline(page, "55 are held")
    click(page.locator(".pps-problem.pps-is-error", has_text="fullName"))
    click(page.get_by_label(re.compile("^Choose all [0-9]+$")))
    enter("Khách hàng")
    headline(page, "43 are held")
    click(page.locator(".pps-problem", has_text="A required field is empty"))
    click(page.get_by_role("button", name="Make it from phone, email"))
    headline(page, "39 are held")  # whose phone, email or id nobody but the source knows
    assert n_actions <= 15
    problem(page, "phone or email")
    page.get_by_role("button", name=re.compile("^Leave all [0-9]+ rows out$")).click()
    page.locator(".pps-legend", has_text="left out").wait_for()
    code = "print(studio.report.left_out['Mã KH'].isin(frame['Mã KH']).sum())"
    n_left_out = int(kernel(page, code))
    headline(page, f"{39 - n_left_out} are held")  # nobody's problem any more
    send_all(page)
    assert stored(page) == int(kernel(page, "print(studio.report.n_ready)")) > 1_900
    names = "cdp.records('customer-identity')['fullName'].eq('Khách hàng').sum()"
    assert kernel(page, f"print({names})") == "12"


def test_in_vietnamese(open_studio: Open) -> None:
    page = open_studio(options=", lang='vi'")
    headline(page, "173 dòng bị giữ lại")
    page.get_by_role("button", name="Nhận cả 6 gợi ý").click()
    headline(page, "167 dòng bị giữ lại")
    page.locator(".pps").get_by_role("tab", name="Gửi").click()
    page.get_by_role("button", name="Gửi 1.797 dòng").click()
    page.get_by_role("heading", name="Kết quả: Thực hành").wait_for()
    assert stored(page) == 1797
    assert sent_for(page, "O9", "phone").startswith("09")


def test_a_step_of_a_cell_shows_at_once_and_is_taken_back_alone(page: Any) -> None:
    at_fault = "'email', '@@', '@', rule='email.unreadable'"
    kernel(page, f"studio.bench.replace({at_fault})")
    headline(page, "1,797 of 2,000 rows are ready")
    page.get_by_role("button", name="Accept all 6 suggestions").click()
    headline(page, "1,803 of 2,000 rows are ready")
    page.get_by_role("button", name="Steps taken (2)").click()
    page.get_by_role("button", name="Undo step 2, accept suggestions for phone").click()
    headline(page, "1,797 of 2,000 rows are ready")
    send_all(page)
    assert stored(page) == 1797
    assert sent_for(page, "@@gmail.com", "email") == "@gmail.com"
