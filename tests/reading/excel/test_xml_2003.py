"""XML spreadsheets of Excel 2003, as programs export them under the name of a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pangoprep.errors import ReadError
from pangoprep.reading import read
from pangoprep.reading.pieces import SOURCE

_START = """<?xml version="1.0" encoding="UTF-8"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style ss:ID="Default"/><Style ss:ID="s1"><NumberFormat ss:Format="00000"/></Style>
<Style ss:ID="s2" ss:Parent="s1"/><Style ss:ID="s3"><NumberFormat ss:Format="#,##0"/></Style>
</Styles>"""


def cell(value: str, kind: str = "String", **attributes: object) -> str:
    more = "".join(f' ss:{name}="{value}"' for name, value in attributes.items())
    return f'<Cell{more}><Data ss:Type="{kind}">{value}</Data></Cell>'


HEADER = f"<Row>{cell('Mã KH')}{cell('Họ tên')}{cell('SĐT')}</Row>"


def sheet(rows: str, name: str = "KH", before: str = "", after: str = "") -> str:
    return f'<Worksheet ss:Name="{name}"><Table>{before}{rows}</Table>{after}</Worksheet>'


def book(tmp_path: Path, *sheets: str, start: str = _START, name: str = "xuất.xls") -> Path:
    path = tmp_path / name
    path.write_text(f"{start}{''.join(sheets)}</Workbook>", encoding="utf-8")
    return path


def cells(frame: Any) -> list[list[str]]:
    return frame.fillna("").values.tolist()


_BOLD = '<B xmlns="http://www.w3.org/TR/REC-html40">Lê</B> Lợi'
ROWS = f"""<Row>{cell("DANH SÁCH", MergeAcross=2)}</Row>
{HEADER.replace("<Row>", '<Row ss:Index="3">')}
<Row>{cell("1", "Number")}{cell("An &amp; Con")}{cell("0912345678")}</Row>
<Row ss:Hidden="1">{cell("2", "Number", StyleID="Default")}
{cell("912345678", "Number", Index=3)}</Row>
<Row ss:Index="8">{cell("1234", "Number", StyleID="s3", MergeDown=1)}
{cell(_BOLD)}{cell("1988-06-15T00:00:00.000", "DateTime")}</Row>
<Row>{cell("9.12345678E8", "Number", Index=2)}{cell("1", "Boolean")}</Row>"""
COLUMN = '<Column ss:StyleID="s2"/><Column ss:Hidden="1"/>'


def test_cells_are_where_the_file_puts_them(tmp_path: Path) -> None:
    frame = read(book(tmp_path, sheet(ROWS, before=COLUMN, after="<AutoFilter/>")))
    assert frame.index.tolist() == [4, 5, 8, 9]
    assert cells(frame) == [
        ["00001", "An & Con", "0912345678"],
        ["2", "", "912345678"],
        ["1234", "Lê Lợi", "1988-06-15"],
        ["1234", "912345678", "TRUE"],
    ]
    source = frame.attrs[SOURCE]
    assert (source["format"], source["sheet"]) == ("XML spreadsheet", "KH")
    assert source["notes"] == [
        "xuất.xls is an XML spreadsheet (2003), whatever its name says.",
        "Merged cells: 1. Every row below the first holds the value.",
        "Rows hidden by a filter: 1 (row 5). They are read like the others; delete in the file "
        "what is not meant.",
        "Hidden columns, read like the others: 1 ('Họ tên').",
    ]


@pytest.mark.parametrize(
    ("formula", "data", "text"),
    [
        ("=DATE(1988,6,15)", "", "=DATE(1988,6,15)"),
        ("=RC[-1]", '<Data ss:Type="Number"></Data>', "=RC[-1]"),
        ("=TenKhach", "", "=(TenKhach)"),
        ("=RC[-1]", '<Data ss:Type="String"></Data>', ""),
        ("=RC[-1]", '<Data ss:Type="String">An</Data>', "An"),
        ("=1/0", '<Data ss:Type="Error">#DIV/0!</Data>', "#DIV/0!"),
    ],
)
def test_a_formula_is_its_value_or_itself(
    tmp_path: Path, formula: str, data: str, text: str
) -> None:
    made = f'<Cell ss:Formula="{formula}">{data}</Cell>'
    row = f"<Row>{cell('C1')}{made}{cell('0912345678')}</Row>"
    assert cells(read(book(tmp_path, sheet(HEADER + row)))) == [["C1", text, "0912345678"]]


def test_a_sheet_is_chosen(tmp_path: Path) -> None:
    row = f"<Row>{cell('C1')}</Row>"
    hidden = "<WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions>"
    sheets = [sheet(HEADER + row, "A", after=hidden), sheet("", "B"), sheet(HEADER + row, "C")]
    path = book(tmp_path, *sheets)
    assert read(path).attrs[SOURCE]["sheet"] == "C"
    assert read(path, sheet="A").attrs[SOURCE]["sheet"] == "A"
    with pytest.raises(ReadError, match=r"no sheet 'D'\. It has 'A', 'B', 'C'"):
        read(path, sheet="D")
    with pytest.raises(ReadError, match="2 sheets that hold something: 'C', 'D'"):
        read(book(tmp_path, *sheets, sheet(HEADER + row, "D")))


_BOMB = "<!DOCTYPE x [" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10 if n else 'ha' * 10}'>" for n in range(12)
)  # fmt: skip


@pytest.mark.parametrize(
    ("start", "rows", "words"),
    [
        (_START.replace("<Workbook", f"{_BOMB}]><Workbook"), "<Row/>", "document type"),
        (
            _START.replace("<Workbook", "<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x'><Workbook"),
            "<Row/>", "document type",
        ),
        (_START, f"<Row>{cell('R&D')}</Row>", "damaged in line 7"),
        (_START, f"<Row>{cell('x', Index=99999)}</Row>", "16,384 is the most"),
        (_START, "<Row ss:Index='3000000'><Cell/></Row>", "more than 1,048,576 rows"),
        (_START, f"<Row ss:Index='1048500'/>{'<Row/>' * 76}", "no visible sheet"),
        (_START, f"<Row ss:Index='1048500'/>{'<Row/>' * 77}", "more than 1,048,576 rows"),
        (
            _START, f"{HEADER}<Row>{cell('x', Index=16000)}</Row>" + HEADER * 5_000,
            "which no table does",
        ),
        (_START, "", "no visible sheet of it holds anything"),
    ],
)  # fmt: skip
def test_what_is_damaged_or_means_harm_is_refused(
    tmp_path: Path, start: str, rows: str, words: str
) -> None:
    with pytest.raises(ReadError, match=words):
        read(book(tmp_path, sheet(rows), start=start))


def test_a_line_above_and_no_prefix_do_not_matter(tmp_path: Path) -> None:
    text = sheet(HEADER + f"<Row>{cell('C1', Index=2)}</Row>")
    path = book(tmp_path, text.replace("ss:", ""), start=f"\n  {_START}")
    assert cells(read(path)) == [["", "C1", ""]]
