"""Web pages named like workbooks: what a person sees is what is read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pangoprep.errors import ReadError
from pangoprep.reading import read, scan
from pangoprep.reading.pieces import SOURCE

HEADER = "<tr><th>Mã KH</th><th>Họ tên</th><th>SĐT</th></tr>"
ROW = "<tr><td>C1</td><td>Nguyễn An</td><td>0912345678</td></tr>"
PAGE = f"<table>{HEADER}{ROW}</table>"
CUSTOMER = ["C1", "Nguyễn An", "0912345678"]


def page(tmp_path: Path, text: str | bytes, name: str = "xuất.xls") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def cells(frame: Any) -> list[list[str]]:
    return frame.fillna("").values.tolist()


@pytest.mark.parametrize(
    "text",
    [
        PAGE,
        f"\ufeff{PAGE}",
        f"\ufeff\r\n  <div>Kỳ 06/2026</div>{PAGE}",
        f"<!DOCTYPE html><HTML><HEAD><title>x</title></HEAD><BODY>{PAGE.upper()}</BODY></HTML>",
        f'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">{PAGE}',
        f"<!-- made by a program --><style>td {{color: red}}</style>{PAGE}",
        f"<br />\n<b>Notice</b>: undefined index\n{PAGE}",
        f"Danh sách khách hàng<br>{PAGE}",
        PAGE.replace("</td>", "").replace("</th>", "").replace("</tr>", ""),
        PAGE.replace("<tr>", "<tbody><tr class=x height='20'>").replace("<td>", "<td\nx:str>"),
        "<center><table><tr><td><table><tr><td>Công ty A</td></tr></table></td></tr>"
        f"<tr><td>{PAGE}</td></tr></table></center>",
    ],
)  # fmt: skip
def test_a_table_is_read_whatever_stands_before_it(tmp_path: Path, text: str) -> None:
    frame = read(page(tmp_path, text))
    assert [[cell.casefold() for cell in row] for row in cells(frame)] == [
        [cell.casefold() for cell in CUSTOMER]
    ]
    source = frame.attrs[SOURCE]
    assert source["format"] == "web page"
    assert "xuất.xls is a web page, whatever its name says" in source["notes"][0]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("12 Lê Lợi<br>Quận 1", "12 Lê Lợi\nQuận 1"),
        ("<p>12 Lê Lợi</p>\n<p>Quận 1</p>", "12 Lê Lợi\nQuận 1"),
        ("  Nguyễn\n   An&nbsp;", "Nguyễn An"),
        ("Hoa &amp; Con &lt;HN&gt; &#7877;", "Hoa & Con <HN> ễ"),
        ("<span style='DISPLAY: none'>19880615</span>15/06/1988", "15/06/1988"),
        ("<span hidden>1</span><b><font color=red>0912</font></b>345678", "0912345678"),
        ("<script>document.write('x')</script>An<!-- Bình -->", "An"),
        ("<select><option>Nam<option selected>Nữ</select>", "Nữ"),
        ("<input type='text' value='An'><input type=hidden value='token'>", "An"),
        ("<a href='http://127.0.0.1:9' onclick='y()'>An</a><img src='http://127.0.0.1:9'>", "An"),
        ("<table><tr><td>12 Lê Lợi</td></tr><tr><td>Quận 1</td></tr></table>", "12 Lê Lợi\nQuận 1"),
        ("0.5", "0.5"),
        ("1 &lt; 2", "1 < 2"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_cell_is_what_is_shown(tmp_path: Path, cell: str, text: str) -> None:
    header = "<tr><th>Mã KH<th>Họ tên<th>SĐT</tr>"
    row = f"<tr><td>C1</td><td>{cell}</td><td>09</td></tr>"
    frame = read(page(tmp_path, f"<table>{header}{ROW}{row}</table>"))
    assert cells(frame) == [CUSTOMER, ["C1", text, "09"]]


def test_rows_have_the_numbers_a_spreadsheet_gives_them(tmp_path: Path, libreoffice: str) -> None:
    text = (
        "<h1>DS</h1>abc<br>def<p>para</p><div>Kỳ 06</div><br><table><tr><td>x</td><td>y</td></tr>"
        f"<tr><td>z</td></tr></table><table><tr><td>Cty</td></tr></table><p>b</p>{PAGE}<p>end</p>"
    )
    path = page(tmp_path, f'<html><meta charset="utf-8"><body>{text}</body></html>', "a.html")
    subprocess.run(
        [libreoffice, f"-env:UserInstallation={(tmp_path / 'lo').as_uri()}", "--headless",
         "--infilter=HTML (StarCalc)", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76",
         "--outdir", str(tmp_path), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    lines = (tmp_path / "a.csv").read_text("utf-8").splitlines()
    (place,) = (n for n, line in enumerate(lines, 1) if line.startswith("C1,"))
    frame = read(path)
    assert frame.index.tolist()[0] == place
    assert cells(frame)[0] == CUSTOMER


def test_spans_are_merged_cells_and_hidden_rows_are_told(tmp_path: Path) -> None:
    frame = read(
        page(
            tmp_path,
            "<table><tr><th rowspan=2>Mã KH<th colspan=2>Khách<tr><th>Tên<th>SĐT"
            "<tr><td rowspan=2>C1<td>An<td>09<tr style='display:none'><td>Bình<td>08</table>",
        )
    )
    assert list(frame.columns) == ["Mã KH", "Tên", "SĐT"]
    assert cells(frame) == [["C1", "An", "09"], ["C1", "Bình", "08"]]
    notes = " ".join(frame.attrs[SOURCE]["notes"])
    assert "Hidden rows: 1 (row 4)." in notes
    assert "Merged cells: 2." in notes


def test_pages_of_a_report_are_one_table(tmp_path: Path) -> None:
    second = f"<table>{HEADER}{ROW.replace('C1', 'C2')}</table>"
    frame = read(page(tmp_path, f"{PAGE}<p>Trang 1</p>{second}"))
    assert frame["Mã KH"].tolist() == ["C1", "Mã KH", "C2"]
    assert frame.index.tolist() == [2, 4, 5]
    assert frame.pango.validate("customer-identity").not_records.index.tolist() == [4]


def test_several_tables_are_asked_about(tmp_path: Path) -> None:
    other = "<table><tr><th>Mã thẻ<th>Hạng thẻ<tr><td>T1<td>VIP</table>"
    path = page(tmp_path, PAGE + other)
    with pytest.raises(
        ReadError, match=r"another in 3\. Name one by its position, from sheet=0 to"
    ):
        read(path)
    assert cells(read(path, sheet=1)) == [["T1", "VIP"]]
    assert cells(next(scan(path, sheet=0))) == [CUSTOMER]
    with pytest.raises(ReadError, match="has no table 2"):
        read(path, sheet=2)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (PAGE.encode("utf-16"), None),
        (b"<meta charset=windows-1252>" + PAGE.encode(), None),  # it is UTF-8 all the same
        (b"<meta charset='windows-1258'>" + PAGE.encode("cp1258", "xmlcharrefreplace"), None),
        (b"<meta charset='nonsense'>" + PAGE.encode(), None),
        (PAGE.encode("ascii", "xmlcharrefreplace"), None),
        (PAGE.encode("utf-8"), "utf-8"),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, content: bytes, encoding: str | None) -> None:
    assert cells(read(page(tmp_path, content), encoding=encoding)) == [CUSTOMER]


def archive(pages: list[tuple[str, str]]) -> str:
    names = "".join(
        f"<x:ExcelWorksheet><x:Name>{name}</x:Name><x:WorksheetSource"
        f' HRef="Book1_files/sheet00{n}.htm"/></x:ExcelWorksheet>'
        for n, (name, _) in enumerate(pages, 1)
    )
    parts = [("Book1.htm", f"<html><head><xml>{names}</xml></head></html>")]
    parts += [(f"Book1_files/sheet00{n}.htm", text) for n, (_, text) in enumerate(pages, 1)]
    return "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=B\n\n" + "".join(
        f"--B\nContent-Location: file:///C:/{place}\nContent-Transfer-Encoding: 8bit\n"
        f'Content-Type: text/html; charset="utf-8"\n\n{text}\n\n'
        for place, text in parts
    ) + "--B--\n"  # fmt: skip


def test_a_web_archive_is_read_by_its_sheets(tmp_path: Path) -> None:
    path = page(tmp_path, archive([("Khách", PAGE), ("Sheet2", "<table><tr><td></table>")]))
    frame = read(path)
    assert cells(frame) == [CUSTOMER]
    assert frame.attrs[SOURCE]["sheet"] == "Khách"
    path = page(tmp_path, archive([("Khách", PAGE), ("Khác", PAGE.replace("C1", "C2"))]))
    with pytest.raises(ReadError, match="2 sheets that hold something: 'Khách', 'Khác'"):
        read(path)
    assert read(path, sheet="Khác")["Mã KH"].tolist() == ["C2"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<html><body>Đăng nhập</body></html>", "web page without a table"),
        ("<html><div id=app></div><table></table>", "loads it from elsewhere"),
        ("<table>" * 100 + PAGE, "tables within each other"),
        ("<table><tr>" + "<td>x" * 20_000, "16,384 is the most"),
        ("<table>" + "<tr><td colspan=9999>x" * 60_000, "which no table does"),
        ("<table><tr>" + "<td rowspan=60000>a" * 3_000 + "<tr><td>b" * 20_000, "no table does"),
        ("<table>" + "<tr>" * 1_100_000, "more than 1,048,576 rows"),
        ("MIME-Version: 1.0\nContent-Type: multipart/related; boundary=B\n\n--B--", "without a p"),
    ],
)  # fmt: skip
def test_what_holds_no_table_or_too_much_says_so(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ReadError, match=words):
        read(page(tmp_path, text))


def test_reading_a_page_takes_time_in_proportion() -> None:
    # In a process of its own, with a bound on its processor time that a slow reader would pass.
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (60, 60))\n"
        "from pangoprep.reading.page.html import read_page\n"
        "for unit in '<div> <b> <!-- <a&x &#; & </ <! <td> <?'.split():\n"
        "    read_page('<table><tr><td>x</td></tr></table>' + unit * 300_000, 'a')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_text_that_begins_with_a_bracket_is_no_page(tmp_path: Path) -> None:
    frame = read(page(tmp_path, "<Mã KH>,Tên\nC1,<table>\n", "a.csv"))
    assert cells(frame) == [["C1", "<table>"]]
    frame = read(page(tmp_path, "Mã KH\tTên\nC1\t<table>\n"))
    assert cells(frame) == [["C1", "<table>"]]
