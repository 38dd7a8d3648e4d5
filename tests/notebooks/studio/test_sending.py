"""Stories of what is decided and sent in a real JupyterLab, from the click to the stored record."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.notebooks.jupyterlab_server import (
    IS_OPEN,
    RESTART,
    SAVE,
    START_SECONDS,
)
from tests.notebooks.studio.driving import (
    Open,
    headline,
    kernel,
    record,
    send_all,
    sent_for,
    settled,
    show,
    stored,
    tab,
)

pytestmark = pytest.mark.browser


def test_a_file_without_ids_and_names_is_completed_from_the_checklist(open_studio: Open) -> None:
    lacking = "frame = frame.drop(columns='Mã KH').rename(columns={'Họ và tên': 'Ghi'})"
    page = open_studio(lacking, entity="customer-identity")
    headline(page, "0 of 2,000 rows are ready")
    page.get_by_role("heading", name="What every record needs").wait_for()
    page.get_by_role("button", name="Make it from phone, email").click()
    page.locator(".pps-checklist li", has_text="customerId").locator(".pps-good").wait_for()
    choose = page.get_by_label("choose the column of fullName")
    choose.select_option(choose.locator("option", has_text="Ghi: ").get_attribute("value"))
    page.locator(".pps-checklist li", has_text="fullName").locator(".pps-good").wait_for()
    page.locator(".pps-title", has_text=re.compile("^1,[78]")).wait_for()
    send_all(page)
    assert stored(page) == int(kernel(page, "print(studio.report.n_ready)"))
    row = "studio.report.ready.iloc[0]"
    customer = kernel(page, f"print({row}['customerId'])")
    assert customer == kernel(page, f"print({row}['phone'])") == record(page, customer, "phone")
    assert record(page, customer, "fullName") == kernel(page, f"print({row}['fullName'])")


SHOP = """
frame = pd.DataFrame({
    "Mã KH": [f"C{n}" for n in range(6)], "Họ tên": ["An", "Chi", "Tú", "Bình", "Hà", "Na"],
    "Phone": [f"091234567{n}" for n in range(6)],
    "Email": [f"a{n}@congty.vn" for n in range(6)], "E-mail": "chung@congty.vn",
    "City": ["Quận 1", "Cầu Giấy", "Hải Châu", "Quận 3", "Ninh Kiều", "Đống Đa"],
    "Province": ["Hồ Chí Minh", "Hà Nội", "Đà Nẵng", "Hồ Chí Minh", "Cần Thơ", "Hà Nội"],
    "Chứng từ": [f"T{n}" for n in range(6)],
})
"""


def test_columns_that_stand_against_each_other_are_chosen_and_one_becomes_a_custom_field(
    open_studio: Open,
) -> None:
    page = open_studio(SHOP, entity="customer-identity")
    headline(page, "0 of 6 rows are ready")
    page.get_by_role("button", name="Use Email as email").click()
    headline(page, "6 of 6 rows are ready")
    page.get_by_role("button", name="Use City as district").click()
    page.get_by_role("button", name="Use City as district").wait_for(state="detached")
    page.get_by_label("Field of Chứng từ").select_option("customFieldTexts.customField01")
    page.locator("option:checked", has_text="customFieldTexts.customField01").wait_for(
        state="attached"
    )
    settled(page)
    page.get_by_label("Field", exact=True).select_option("gender")
    page.get_by_label("Value for every row").fill("female")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("gender = female").wait_for()
    tab(page, "Send")
    page.get_by_text("More options").click()
    page.get_by_label("Let PangoCDP call back what it stored").check()
    page.get_by_label("Size of the sample").fill("2")
    page.get_by_label("Size of the sample").press("Tab")
    page.get_by_role("button", name="Send 2 first").click()
    page.get_by_role("heading", name="Result: Practice").wait_for()
    assert stored(page) == 6
    told = [record(page, "C2", name) for name in ("email", "district", "city", "gender")]
    assert told == ["a2@congty.vn", "Quận Hải Châu", "Đà Nẵng", "female"]
    assert record(page, "C2", "customFieldTexts.customField01") == "T2"


def test_of_two_rows_with_one_key_the_chosen_one_is_sent(page: Any) -> None:
    tab(page, "Duplicates")
    group = page.locator(".pps-panel-duplicates .pps-card").first
    row = int(
        group.locator("tr", has=page.get_by_role("button", name="Send this one"))
        .locator("th")
        .first.inner_text()
    )
    customer = kernel(page, f"print(studio.report.cleaned['customerId'].loc[{row}])")
    phone = kernel(page, f"print(studio.report.cleaned['phone'].loc[{row}])")
    group.get_by_role("button", name="Send this one").click()
    page.get_by_text("33 keys are shared").wait_for()
    settled(page)  # the group stays where it was, with its new winner and nothing to press
    assert page.evaluate("() => document.activeElement.dataset.key") == "pair-0"
    assert group.locator("tbody tr", has_text="is sent").locator("th").inner_text() == str(row)
    assert group.get_by_role("button").count() == 0
    send_all(page)
    assert record(page, customer, "phone") == phone


def test_what_the_files_own_codes_mean_is_said_once(page: Any) -> None:
    tab(page, "Options")
    page.get_by_label("N", exact=True).select_option("female")
    page.get_by_text("as many rows are held as before").wait_for()
    settled(page)
    customer = kernel(page, "print(customer_of('Giới tính', 'N'))")
    send_all(page)
    assert record(page, customer, "gender") == "female"


def test_rows_that_pangocdp_refuses_come_back_with_its_words_and_are_sent_again(
    open_studio: Open,
) -> None:
    poison = "frame = frame.head(60)\nbad = frame.pango.validate().ready['customerId'].iloc[7]\n"
    page = open_studio(poison + "cdp.faults[:] = [pp.Fault('poison', key=bad)]")
    send_all(page)
    n_ready = int(kernel(page, "print(studio.report.n_ready)"))
    assert stored(page) == n_ready - 1
    page.get_by_role("button", name="Show the row that came back").click()
    rows = page.locator(".pps-rows tbody tr")
    rows.first.wait_for()
    assert rows.count() == 1
    assert "INVALID_DATA" in rows.locator(".pps-reason").inner_text()
    kernel(page, "cdp.faults.clear()")
    rows.get_by_role("button", name=re.compile("Họ và tên")).click()
    page.keyboard.type("Nguyễn Sửa")
    page.keyboard.press("Enter")
    page.get_by_text("1 row changed").wait_for()
    send_all(page)
    page.locator(".pps-counts tr", has_text="unchanged").wait_for()
    assert stored(page) == n_ready
    assert kernel(page, "print(stored(bad, 'fullName'))") == "Nguyễn Sửa"


def test_two_studios_on_one_frame_and_two_views_of_one(open_studio: Open) -> None:
    page = open_studio()
    second = "other = frame.pango.studio(client=cdp.client(), source='CRM')"
    assert kernel(page, f"{second}\nshown = [studio, other, studio]") == ""
    show(page, 3)
    views = page.locator(".pps")
    views.nth(0).locator(".pps-problem", has_text="Not an email").click()
    views.nth(0).get_by_label("Choose *@@gmail.com").check()
    views.nth(0).get_by_role("button", name="Empty the cells").click()
    for view, words in ((0, "1,796"), (1, "1,791"), (2, "1,796")):
        views.nth(view).locator(".pps-title", has_text=words).wait_for()
    views.nth(2).get_by_role("tab", name="Send").click()
    views.nth(2).get_by_role("button", name="Send 1,796 rows").click()
    views.nth(2).get_by_role("heading", name="Result: Practice").wait_for()
    assert stored(page) == 1796
    assert sent_for(page, "@@gmail.com", "email") == "nan"  # the emptied cell


def test_other_cells_run_while_it_sends_and_it_stops_well(open_studio: Open) -> None:
    page = open_studio(limits={3600: 3})
    tab(page, "Send")
    page.get_by_role("button", name="Send 1,791 rows").click()
    page.get_by_text("150 accepted").wait_for()
    assert kernel(page, "print(6 * 7)") == "42"
    page.evaluate(SAVE)  # or the browser asks whether to leave
    page.reload()
    page.wait_for_function(IS_OPEN)
    page.locator(".pps").get_by_role("tab", name="Send").click(timeout=START_SECONDS * 1000)
    page.get_by_text("150 accepted").first.wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("heading", name="Result: Practice").wait_for()
    counts = page.locator(".pps-counts").inner_text()
    assert re.search(r"accepted\s+150", counts)
    assert re.search(r"unsent\s+1,641", counts)
    assert stored(page) == 150


def test_after_a_restart_it_says_so_and_the_ledger_tells_of_earlier_runs(
    open_studio: Open,
) -> None:
    page = open_studio("frame = frame.head(60)")
    send_all(page)
    n_stored = stored(page)
    page.evaluate(RESTART)
    said = page.get_by_role("alert").get_by_text("knows nothing of this studio any more")
    said.wait_for()  # before anything is asked
    page.wait_for_function(IS_OPEN)
    page.locator(".pps").get_by_role("tab", name="Options").click()
    page.wait_for_function("() => document.querySelector('.pps[aria-busy]')")
    assert said.is_visible()
    page = open_studio("frame = frame.head(60)")
    tab(page, "Send")
    page.get_by_text(re.compile(f"PRACTICE · finished · .*{n_stored} accepted")).first.wait_for()
