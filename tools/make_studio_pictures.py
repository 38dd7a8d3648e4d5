"""Draws pictures and the animation of the studio: ``python -m tools.make_studio_pictures``.

All of them are of the real page with the sample file, its values masked; the animation is the first
minute of work: suggestions accepted, a pattern repaired, what is ready sent to a PangoCDP on this
machine. A dot shows where is clicked.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

import pangoprep as pp
from pangoprep.studio.local_page import LocalPage
from pangoprep.studio.session import Session
from tools.small_pictures import make_small

IMAGES = Path(__file__).parents[1] / "docs" / "images"
_SIZE = {"width": 1180, "height": 900}
_SHRUNK = (760, 580)
_COLORS = 48
_LOOPS = 3
_LOOK, _CLICK = 1_800, 700  # milliseconds
_DOT = """place => {
  document.querySelector('#dot')?.remove();
  if (!place) return;
  const dot = document.createElement('div');
  dot.id = 'dot';
  dot.style.cssText = `position:fixed;left:${place.x - 12}px;top:${place.y - 12}px;width:24px;
    height:24px;border-radius:50%;background:#e08a00aa;border:2px solid #a35f00;z-index:99;
    pointer-events:none`;
  document.body.append(dot);
}"""


class Film:
    """Frames of a page, each with how long it stays."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._frames: list[Image.Image] = []
        self._stays: list[int] = []

    def take(self, milliseconds: int = _LOOK) -> None:
        """Take the page as it is."""
        picture = Image.open(BytesIO(self._page.screenshot())).convert("RGB")
        self._frames.append(picture.resize(_SHRUNK, Image.Resampling.LANCZOS))
        self._stays.append(milliseconds)

    def click(self, place: Any, milliseconds: int = _LOOK) -> None:
        """Show where is clicked, click, and show what comes of it."""
        place.scroll_into_view_if_needed()
        box = place.bounding_box()
        middle = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        self._page.evaluate(_DOT, middle)
        self.take(_CLICK)
        self._page.evaluate(_DOT, None)
        place.click()
        _settle(self._page)
        self.take(milliseconds)

    def save(self, path: Path) -> None:
        """Write the animation, of one palette."""
        every = Image.new("RGB", (_SHRUNK[0], _SHRUNK[1] * len(self._frames)))
        for place, frame in enumerate(self._frames):
            every.paste(frame, (0, place * _SHRUNK[1]))
        # The octree keeps colors that few pixels have.
        palette = every.quantize(_COLORS, method=Image.Quantize.FASTOCTREE)
        first, *others = (one.quantize(palette=palette, dither=0) for one in self._frames)
        first.save(
            path, save_all=True, append_images=others, duration=self._stays, loop=_LOOPS,
            optimize=True,
        )  # fmt: skip


def pictures() -> None:
    """Drive the page and write what it shows."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as browsers:
        browser = browsers.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for scheme in ("light", "dark"):
            page = _opened(browser, folder, pp.sample(), color_scheme=scheme)
            page.locator(".pps-problem", has_text="Not an email address").click()
            page.get_by_label("Choose *gmail.com").check()
            page.get_by_label("New value for").fill("*@gmail.com")
            _shoot(page, f"studio-{scheme}")
        page = _opened(browser, folder, _shop())
        _shoot(page, "studio-columns", full_page=True)
        page = _opened(browser, folder, pp.sample())
        film = Film(page)
        _play(film, page)
        film.save(IMAGES / "studio.gif")
        _shoot(page, "studio-send", full_page=True)
        browser.close()


def _opened(browser: Any, folder: str, frame: Any, **look: Any) -> Any:
    bench = frame.pango.workbench("customer-identity")
    served = LocalPage(Session(bench, source="CRM", ledger=Path(folder) / "ledger.db"))
    served.start()
    page = browser.new_page(viewport=_SIZE, **look)
    page.goto(served.url)
    page.wait_for_selector(".pps-panel > *")
    _settle(page)
    return page


def _settle(page: Any) -> None:
    page.wait_for_function("() => !document.querySelector('.pps[aria-busy]')")
    page.wait_for_timeout(400)  # until the bar has moved


def _shop() -> Any:
    """A shop's export: its City is a district, and it has two columns of emails."""
    import pandas as pd

    return pd.DataFrame(
        {
            "Mã KH": ["C1", "C2", "C3"],
            "Họ tên": ["Lê An", "Trần Chi", "Vũ Tú"],
            "Phone": ["0912345670", "0912345671", "0912345672"],
            "Email": ["an@congty.vn", "chi@congty.vn", "tu@congty.vn"],
            "E-mail": ["cskh@congty.vn"] * 3,
            "City": ["Quận 1", "Cầu Giấy", "Hải Châu"],
            "Province": ["Hồ Chí Minh", "Hà Nội", "Đà Nẵng"],
            "Hạng thẻ": ["Vàng", "Bạc", "Vàng"],
        }
    )


def _play(film: Film, page: Any) -> None:
    film.take()
    film.click(page.get_by_role("button", name="Accept all 6 suggestions"))
    film.click(page.locator(".pps-problem", has_text="Not an email address"))
    film.click(page.get_by_label("Choose *gmail.com"), _CLICK)
    page.get_by_label("New value for").fill("*@gmail.com")
    film.take(_CLICK)
    film.click(page.get_by_role("button", name="Fix", exact=True))
    film.click(page.get_by_role("tab", name="Send"))
    button = page.get_by_role("button", name=re.compile("^Send [0-9,]+ rows$"))
    film.click(button, _CLICK)
    page.get_by_role("heading", name="Result: Practice").wait_for()
    _settle(page)
    film.take(2 * _LOOK)


def _shoot(page: Any, name: str, *, full_page: bool = False) -> None:
    page.screenshot(path=IMAGES / f"{name}.png", full_page=full_page)
    make_small(IMAGES / f"{name}.png")


if __name__ == "__main__":
    pictures()
