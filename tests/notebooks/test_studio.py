"""The studio in a real JupyterLab, as stories of people who use it, to the record that is stored.

Stories end in the sandbox: what was clicked is what PangoCDP has. Beyond them: what a saved
notebook holds, colours and screen readers, and every width. One JupyterLab and one kernel serve all
of them; each test has a sandbox, a frame and a studio of its own.
`test_studio_page.py` and `test_marimo.py` tell the first story without a notebook and in marimo.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests.contrast import LOWEST_CONTRAST, READABLE
from tests.notebooks.jupyterlab_server import (
    CHANGE_THEME,
    CLEAR_ALL,
    CODE_CELLS,
    IN_KERNEL,
    IS_OPEN,
    RESTART,
    RUN_ALL,
    SAVE,
    SETTINGS,
    START_SECONDS,
    running_lab,
)

pytest.importorskip("jupyterlab")
pytest.importorskip("anywidget")

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
LOOK_SECONDS = 30
VIEWPORT = {"width": 1500, "height": 1600}
NOTEBOOK = "studio.ipynb"
# What is saved when somebody has this on must still hold no customer.
KEEPING = SETTINGS | {"@jupyter-widgets/jupyterlab-manager/plugin": {"saveState": True}}
#: Run before the notebook's one cell, which shows what `shown` has.
SETUP = """
import pandas as pd
import pangoprep as pp

if "cdp" in globals():
    cdp.stop()
cdp = pp.Sandbox(limits={limits}).start()
frame = pp.read("customers_messy.csv")
{more}
studio = frame.pango.studio({entity}client=cdp.client(limits={limits}), source="CRM"{options})
shown = [studio]

def stored(customer=None, field=None):
    records = cdp.records("customer-identity").set_index("customerId")
    return len(records) if customer is None else records.loc[customer, field]

def customer_of(column, cell):
    ready = studio.report.rows["state"].eq("ready").to_numpy()
    return studio.report.cleaned["customerId"][frame[column].eq(cell).to_numpy() & ready].iloc[0]
"""
CELL = "from IPython.display import display\ndisplay(*shown)"
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab")
    shutil.copy(ROOT / "data" / "customers_messy.csv", folder)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=[new_code_cell(CELL)], metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / NOTEBOOK)
    return folder


@pytest.fixture(scope="module")
def lab_page(home: Path, jupyter_environment: dict[str, str], browser: Any) -> Iterator[Any]:
    """A JupyterLab with the notebook open, its kernel idle."""
    with running_lab(home, jupyter_environment, KEEPING) as (url, token):
        page = browser.new_page(viewport=VIEWPORT)
        page.set_default_timeout(START_SECONDS * 1000)
        page.goto(f"{url}/lab/tree/{NOTEBOOK}?token={token}&reset")
        page.wait_for_function(IS_OPEN)
        yield page
        page.close()


@pytest.fixture
def open_studio(lab_page: Any) -> Open:
    """Show a studio of the sample file, or of a frame that ``more`` makes, in place of the last."""

    def opened(
        more: str = "", *, limits: Any = None, entity: str = "", options: str = "", n: int = 1
    ) -> Any:
        page = lab_page
        page.set_default_timeout(START_SECONDS * 1000)
        entity = f"{entity!r}, " if entity else ""
        setup = SETUP.format(limits=limits, entity=entity, options=options, more=more)
        assert kernel(page, setup) == ""
        show(page, n)
        page.set_default_timeout(LOOK_SECONDS * 1000)
        return page

    return opened


def show(page: Any, n: int = 1) -> None:
    """Run the cell; wait until so many studios are there, and nothing is asked any more."""
    page.evaluate(CLEAR_ALL)
    page.wait_for_function("() => !document.querySelector('.pps')")
    page.evaluate(RUN_ALL)
    assert [one["errors"] for one in page.evaluate(CODE_CELLS) if one["errors"]] == []
    page.wait_for_function(f"() => document.querySelectorAll('.pps .pps-panel').length === {n}")
    settled(page)


@pytest.fixture
def page(open_studio: Open) -> Any:
    return open_studio()


def settled(page: Any) -> None:
    page.wait_for_function("() => !document.querySelector('.pps[aria-busy]')")


def headline(page: Any, words: Any) -> None:
    """Wait until the headline says this, and what is below it is drawn, too."""
    page.locator(".pps-title", has_text=words).first.wait_for()
    settled(page)


def kernel(page: Any, code: str) -> str:
    told: str = page.evaluate(IN_KERNEL, code).strip()
    return told


def problem(page: Any, words: str) -> None:
    page.locator(".pps-problem", has_text=words).first.click()
    page.locator(".pps-middle h3", has_text=words).wait_for()
    page.wait_for_selector(".pps-middle .pps-table")


def tab(page: Any, name: str) -> None:
    page.locator(".pps").get_by_role("tab", name=name).click()
    settled(page)


def send_all(page: Any) -> None:
    tab(page, "Send")
    page.get_by_role("button", name=re.compile("^Send [0-9,]+ rows$")).click()
    page.get_by_role("heading", name="Result: Practice").wait_for()


def stored(page: Any) -> int:
    """How many records the sandbox has."""
    return int(kernel(page, "print(stored())"))


def record(page: Any, customer: str, field: str) -> str:
    """What the sandbox has of a customer."""
    return kernel(page, f"print(stored({customer!r}, {field!r}))")


COLUMNS = {"email": "Email", "phone": "SĐT"}


def sent_for(page: Any, text: str, field: str) -> str:
    """What the sandbox has of the first row sent whose cell had this text; of emails the domain."""
    code = f"""
rows = frame[{COLUMNS[field]!r}].str.contains({text!r}, na=False).to_numpy()
rows = rows & studio.report.rows['state'].eq('ready').to_numpy()
told = stored(studio.report.cleaned['customerId'][rows].iloc[0], {field!r})
print('@' + told.split('@')[1] if isinstance(told, str) and '@' in told else told)
"""
    return kernel(page, code)


# Stories, from the click to the stored record


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
    settled(page)  # the focus is on the same button of the group that took its place
    assert page.evaluate("() => document.activeElement.dataset.key") == "win-0-0"
    send_all(page)
    assert record(page, customer, "phone") == phone


def test_what_the_files_own_codes_mean_is_said_once(page: Any) -> None:
    tab(page, "Options")
    page.get_by_label("N", exact=True).select_option("female")
    page.get_by_text("fewer held").wait_for()
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


def test_other_cells_run_while_it_sends_and_it_stops_well(open_studio: Open) -> None:
    page = open_studio(limits={60: 3})
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
    page.wait_for_function(IS_OPEN)
    page.locator(".pps").get_by_role("tab", name="Fix").click()
    page.get_by_text("run the cell of the studio again").wait_for()
    page = open_studio("frame = frame.head(60)")
    tab(page, "Send")
    page.get_by_text(re.compile(f"PRACTICE · finished · .*{n_stored} accepted")).first.wait_for()


# What it holds, and who can use it


def test_a_saved_notebook_holds_no_customer(
    page: Any, home: Path, personal_values: set[str]
) -> None:
    page.get_by_role("button", name="Show values").click()
    page.get_by_role("button", name="Hide values").wait_for()
    problem(page, "Not an email address")
    page.get_by_role("button", name="Every value").click()
    page.get_by_role("button", name="Show rows").click()
    page.get_by_text("The rows behind").wait_for()
    seen = page.locator(".pps").inner_text()
    assert sum(value in seen for value in personal_values) > 20  # they are there to be leaked
    for name in ("Columns", "Duplicates"):
        tab(page, name)
    send_all(page)
    page.evaluate(SAVE)
    saved = (home / NOTEBOOK).read_text("utf-8")
    state = json.loads(saved)["metadata"]["widgets"]
    assert "StudioWidget" in json.dumps(state)
    assert [value for value in personal_values if value in saved] == []


TABS = ("Fix", "Columns", "Options", "Duplicates", "Send")


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_it_can_be_read_and_used_by_everybody(open_studio: Open, theme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = open_studio()
    page.evaluate(CHANGE_THEME, theme)
    is_light = "true" if theme.endswith("Light") else "false"
    page.wait_for_function(f"() => document.body.dataset.jpThemeLight === '{is_light}'")
    page.get_by_role("button", name="Show rows").click()
    page.get_by_text("The rows behind").wait_for()
    for name in TABS:
        tab(page, name)
        if name == "Send":
            page.get_by_text("More options").click()
        root = page.locator(".pps")
        found = axe.Axe().run(page, context=".pps").response["violations"]
        told = [(one["id"], one["nodes"][0]["html"][:200]) for one in found]
        assert told == [], name
        assert root.evaluate(LOWEST_CONTRAST) >= READABLE, name


def test_it_fits_phones_and_wide_screens(page: Any) -> None:
    page.get_by_role("button", name="Show rows").click()
    page.get_by_text("The rows behind").wait_for()
    for name in (*TABS[1:], "Fix"):
        tab(page, name)
        for width in (360, 700, 1200, 2000):
            page.locator(".pps").evaluate(
                "(root, width) => { root.parentElement.style.width = `${width}px`; }", width
            )
            wide = page.locator(".pps").evaluate("root => root.scrollWidth - root.clientWidth")
            assert wide <= 0, (width, name)


@pytest.mark.long
def test_a_million_rows(open_studio: Open) -> None:
    """The page holds what it shows and no more; the stop leaves the states adding up."""
    more = "from benchmarks.sample import customers\nframe = customers(1_000_000)"
    page = open_studio(more)
    page.set_default_timeout(START_SECONDS * 1000)
    before = int(kernel(page, "print(studio.report.n_held)"))
    problem(page, "Not a valid phone number")
    page.get_by_role("button", name=re.compile("^Accept all [0-9,]+ suggestions")).click()
    page.get_by_text("fewer held").wait_for()
    after = int(kernel(page, "print(studio.report.n_held)"))
    assert after < before
    headline(page, f"{after:,} are held")
    page.get_by_role("button", name="Every value").click()
    values = page.locator("[data-scroll=list]")
    n_lines = int(values.locator("table").get_attribute("aria-rowcount"))
    values.evaluate("box => { box.scrollTop = box.scrollHeight; }")
    values.locator(f"tr[aria-rowindex='{n_lines}']").wait_for()
    page.get_by_role("button", name="Show rows").click()
    page.get_by_text("The rows behind").wait_for()
    assert page.locator(".pps tr").count() < 100
    page.get_by_role("button", name="Undo").click()
    headline(page, f"{before:,} are held")
    tab(page, "Send")
    page.get_by_role("button", name="Send 50 first").click()
    page.get_by_text(re.compile("[0-9,]{4,} accepted")).wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("heading", name="Result: Practice").wait_for()
    counted = kernel(page, "print(len(cdp.records('customer-identity')))")
    told = page.locator(".pps-counts tr", has_text="PangoCDP received it").inner_text()
    assert re.search(rf"\b{int(counted):,}\b", told)
