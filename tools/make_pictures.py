"""Draws pictures of docs/images: ``python -m tools.make_pictures``.

fix.png is the workbook of held rows: its cells, colors and reasons are read from a real one.
held.png is where a page of its own shows them.
map.png, bundle.png and plan.png are what shows itself in a cell; plot.png is `report.plot()`. Those
of JupyterLab come from ``PANGOPREP_PICTURES=folder pytest tests/notebooks/test_browser.py``; make
them small with ``python -m tools.small_pictures``, as these are.
"""

from __future__ import annotations

import shutil
import tempfile
from html import escape
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from playwright.sync_api import sync_playwright

import pangoprep as pp
from pangoprep.entities import ENTITIES
from pangoprep.samples import SAMPLES
from tools.small_pictures import make_small

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
_SHOWN_ROWS = range(1, 10)
_SHOWN_COLUMNS = "ABCDEFG"
_PIXELS_PER_WIDTH = 7.4
_HELD_HEIGHT = 420
_STYLE = """
body { margin: 0; background: #fff; font: 12px "Noto Sans", "Liberation Sans", sans-serif; }
table { border-collapse: collapse; table-layout: fixed; }
th, td { border: 1px solid #d4d4d4; padding: 3px 5px; height: 17px; text-align: left;
         overflow: hidden; vertical-align: top; }
th { background: #f2f2f2; color: #444; font-weight: 400; text-align: center; }
td { position: relative; }
td.told::after { content: ""; position: absolute; top: 0; right: 0; border: 4px solid;
                 border-color: #c00 #c00 transparent transparent; }
"""
_CELL_STYLE = """
body { margin: 0; background: #fff; color: #111; font: 13px "Noto Sans", sans-serif; }
main { width: 880px; padding: 12px; }
"""


def pictures() -> None:
    """Make what is shown, draw it, write the pictures."""
    report = pp.read(ROOT / "data" / "customers.xlsx", sheet="customer-identity").pango.validate()
    with tempfile.TemporaryDirectory() as folder:
        book = load_workbook(report.to_excel(Path(folder) / "fix.xlsx", lang="vi"))
    page = f"<style>{_STYLE}</style>{_table(book.worksheets[0])}"
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        tab = browser.new_page(device_scale_factor=1.5, viewport={"width": 1400, "height": 600})
        tab.set_content(page)
        tab.locator("table").screenshot(path=IMAGES / "fix.png")
        for name, shown in _in_cells().items():
            tab.set_content(f"<style>{_CELL_STYLE}</style><main>{shown._repr_html_()}</main>")
            tab.locator("main").screenshot(path=IMAGES / f"{name}.png")
        with tempfile.TemporaryDirectory() as folder:
            tab.set_viewport_size({"width": 1100, "height": 4_000})  # nothing is scrolled
            tab.goto(pp.sample().pango.validate().to_html(Path(folder) / "page.html").as_uri())
            tab.get_by_label("show shapes").first.check()
            box = tab.locator("details.pp-listed").first.bounding_box() or {}
            box = {**box, "height": _HELD_HEIGHT}
            tab.screenshot(path=IMAGES / "held.png", clip=box)
        browser.close()
    pp.sample().pango.validate().plot().figure.savefig(
        IMAGES / "plot.png", dpi=110, bbox_inches="tight"
    )
    for name in ("fix", *_in_cells(), "held", "plot"):
        make_small(IMAGES / f"{name}.png")


def _in_cells() -> dict[str, Any]:
    """What shows itself in a cell, beside reports and results, whose pictures are of JupyterLab."""
    odd = pp.read(ROOT / "data" / "odd" / "phiếu khảo sát.csv")
    sheets = {name: pp.sample(name) for name in SAMPLES if name in ENTITIES}
    return {
        "map": odd.pango.map("customer-identity"),
        "plan": pp.sample().pango.send(source="CRM", dry_run=True),
        "bundle": pp.validate_all(sheets),
    }


def _table(sheet: Any) -> str:
    widths = [sheet.column_dimensions[name].width * _PIXELS_PER_WIDTH for name in _SHOWN_COLUMNS]
    columns = "".join(f'<col style="width:{width:.0f}px">' for width in [30, *widths])
    letters = "".join(f"<th>{name}</th>" for name in ["", *_SHOWN_COLUMNS])
    rows = "".join(_row(sheet, number) for number in _SHOWN_ROWS)
    style = f"width:{30 + sum(widths):.0f}px"
    return f'<table style="{style}">{columns}<tr>{letters}</tr>{rows}</table>'


def _row(sheet: Any, number: int) -> str:
    cells = "".join(_cell(sheet[f"{name}{number}"]) for name in _SHOWN_COLUMNS)
    return f"<tr><th>{number}</th>{cells}</tr>"


def _cell(cell: Any) -> str:
    paper = f"background:#{cell.fill.fgColor.rgb[2:]};" if cell.fill.fill_type else ""
    ink = f"color:#{cell.font.color.rgb[2:]};" if cell.font.color and cell.font.b else ""
    weight = "font-weight:600" if cell.font.b else ""
    told = ' class="told"' if cell.comment else ""
    return f'<td{told} style="{paper}{ink}{weight}">{escape(str(cell.value or ""))}</td>'


if __name__ == "__main__":
    pictures()
