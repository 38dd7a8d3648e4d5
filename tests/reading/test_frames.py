"""Reading: every cell text as it was written, in whatever encoding and layout."""

from __future__ import annotations

import csv
import gzip
import io
import json
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pangoprep as pp
from pangoprep.columns.cell_text import TEXT_DTYPE
from pangoprep.errors import MissingColumnError, OptionError, ReadError
from pangoprep.normalizers.legacy_fonts import _TCVN3, _vni_table
from pangoprep.reading import frames as frames_module
from pangoprep.reading import read, scan
from pangoprep.reading.pieces import SOURCE

HEADER = ["Mã KH", "Họ và tên", "SĐT", "Ghi chú"]
ROWS = [
    ["C001", "Nguyễn Văn An", "0912345678", "khách quen"],
    ["002", "Trần Thị Bưởi", "912345679", ""],
    ["C003", "Lê Hoàng Đức", "+84 912 345 680", "gọi sau 5 giờ, buổi chiều"],
]


def as_csv(rows: list[list[str]], delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def written(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def cells(frame: pd.DataFrame) -> list[list[str]]:
    return frame.fillna("").to_numpy().tolist()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_encoding_and_delimiter_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = as_csv([HEADER, *ROWS], delimiter)
    frame = read(written(tmp_path / "khách hàng tháng 6.csv", text, encoding))
    assert list(frame.columns) == HEADER
    assert cells(frame) == ROWS
    assert set(frame.dtypes) == {TEXT_DTYPE}
    assert frame.index.tolist() == [2, 3, 4]
    assert frame.attrs[SOURCE]["delimiter"] == delimiter
    assert frame.attrs[SOURCE]["encoding"].startswith(encoding[:6].strip("-").upper()[:5])


def in_1258(text: str) -> bytes:
    """Windows-1258 writes a letter with its circumflex or breve as one, and the tone behind it."""
    out = ""
    for letter in text:
        apart = unicodedata.normalize("NFD", letter)
        tones = "".join(c for c in apart if c in "\u0300\u0301\u0303\u0309\u0323")
        base = unicodedata.normalize("NFC", "".join(c for c in apart if c not in tones))
        out += base + tones
    return out.encode("cp1258")


def test_windows_1258_is_found_and_composed(tmp_path: Path) -> None:
    frame = read(written(tmp_path / "a.csv", in_1258(as_csv([HEADER, *ROWS]))))
    assert list(frame.columns) == HEADER
    assert cells(frame) == ROWS
    assert frame.attrs[SOURCE]["encoding"] == "Windows-1258"


def typed_for(text: str, font: str) -> str:
    table = {v: k for k, v in (_TCVN3 if font == "tcvn3" else _vni_table()).items()}
    return "".join(table.get(letter, table.get(letter.lower(), letter)) for letter in text)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
@pytest.mark.parametrize(("font", "words"), [("tcvn3", "TCVN3"), ("vni", "VNI")])
def test_old_fonts_are_named_and_converted_if_asked(
    tmp_path: Path, font: str, words: str, encoding: str
) -> None:
    rows = [["Mã KH", "Họ và tên"], ["1", "nguyễn thị bưởi"], ["2", "phạm đức huy"]]
    path = written(tmp_path / "a.csv", typed_for(as_csv(rows), font), encoding)
    with pytest.raises(ReadError, match=rf"a.csv is typed for the font {words}.*'{font}'"):
        read(path)
    frame = read(path, encoding=font)
    assert cells(frame) == rows[1:]
    assert [name.lower() for name in frame.columns] == ["mã kh", "họ và tên"]


def test_an_old_font_in_a_workbook_is_named(tmp_path: Path) -> None:
    names = [typed_for(text, "tcvn3") for text in ("nguyễn thị bưởi", "phạm đức", "lê đình")]
    pd.DataFrame({"ID": ["1", "2", "3"], "Name": names}).to_excel(tmp_path / "a.xlsx", index=False)
    with pytest.raises(ReadError, match="TCVN3"):
        read(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx", encoding="tcvn3")["Name"].tolist()[1] == "phạm đức"


def test_text_in_no_known_encoding_is_not_guessed(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "Name,City\r\nJosé,Curaçao\r\n", "latin-1")
    with pytest.raises(ReadError, match="name its encoding"):
        read(path)
    assert cells(read(path, encoding="cp1252")) == [["José", "Curaçao"]]
    with pytest.raises(OptionError, match="encoding='klingon'"):
        read(path, encoding="klingon")


def test_titles_above_the_header_and_blank_rows_are_passed_over(tmp_path: Path) -> None:
    text = "DANH SÁCH KHÁCH HÀNG\n\nNgày xuất:,01/06/2026\n" + as_csv([HEADER, ROWS[0]])
    text += "\n,,,\n" + as_csv(ROWS[1:])
    frame = read(written(tmp_path / "a.csv", text))
    assert list(frame.columns) == HEADER
    assert cells(frame) == ROWS
    assert frame.index.tolist() == [5, 8, 9]
    assert frame.attrs[SOURCE]["header_row"] == 4


def test_words_for_nothing_and_numbers_stay_text(tmp_path: Path) -> None:
    text = "id,a,b,c\n007,NA,1.50,1E5\n,null,TRUE,-0\n"
    frame = read(written(tmp_path / "a.csv", text))
    assert cells(frame) == [["007", "NA", "1.50", "1E5"], ["", "null", "TRUE", "-0"]]


def test_a_value_may_have_line_ends_quotes_and_delimiters(tmp_path: Path) -> None:
    rows = [["Mã KH", "Ghi chú"], ["1", 'một\nhai "ba", bốn'], ["2", "x"]]
    frame = read(written(tmp_path / "a.csv", as_csv(rows)))
    assert cells(frame) == rows[1:]
    assert frame.index.tolist() == [2, 3]


def test_broken_rows_come_in_empty_and_are_named(tmp_path: Path) -> None:
    text = "Mã KH,Tên,SĐT\nC1,An,0912345671\nC2,Bình, Văn,092\nC3,0912345673\n"
    text += "C4,Chi,0912345674\nC5,Dũng\nC6,Em,0912345675\n"
    frame = read(written(tmp_path / "a.csv", text)).rename(columns={"Tên": "fullName"})
    assert frame.index.tolist() == [2, 3, 4, 5, 6, 7]
    empty = [""] * 3
    assert cells(frame) == [
        ["C1", "An", "0912345671"], empty, empty, ["C4", "Chi", "0912345674"], ["C5", "Dũng", ""],
        ["C6", "Em", "0912345675"],
    ]  # fmt: skip
    notes = frame.attrs[SOURCE]["notes"]
    assert [note[:9] for note in notes] == ["1 row (3)", "1 row (4)", "1 row (6)"]
    assert frame.attrs[SOURCE]["lines"] == {"lines": 7, "header": 1, "rows": 6}
    findings = frame.pango.validate("customer-identity").findings
    assert findings.groupby("index")["rule"].first().to_dict() == {
        3: "row.surplus_cells", 4: "row.missing_cells", 6: "required.any_of",
    }  # fmt: skip


def test_trailing_delimiters_are_no_column(tmp_path: Path) -> None:
    frame = read(written(tmp_path / "a.csv", "Mã KH,Tên\nC1,An,\nC2,Bình,\n"))
    assert list(frame.columns) == ["Mã KH", "Tên"]
    frame = read(written(tmp_path / "a.csv", "Mã KH,Tên,\nC1,An\nC2,Bình\n"))
    assert cells(frame) == [["C1", "An"], ["C2", "Bình"]]


def test_a_column_without_header_keeps_its_values(tmp_path: Path) -> None:
    frame = read(written(tmp_path / "a.csv", "Mã KH,,Tên\nC1,x,An\n"))
    assert list(frame.columns) == ["Mã KH", "column B", "Tên"]


def test_the_wrong_delimiter_is_said(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "Mã KH,Tên\n" + "C1;An;x\n" * 20)
    with pytest.raises(ReadError, match="delimiter"):
        read(path, delimiter=";", header=1)
    with pytest.raises(OptionError, match="one ASCII character"):
        read(path, delimiter=";;")


def test_without_a_header_the_columns_have_letters(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "C1,0912345678\nC2,0912345679\n")
    with pytest.raises(ReadError, match="header=0"):
        read(path)
    frame = read(path, header=0)
    assert list(frame.columns) == ["column A", "column B"]
    assert frame.index.tolist() == [1, 2]


def test_excels_own_word_for_the_delimiter(tmp_path: Path) -> None:
    frame = read(written(tmp_path / "a.csv", "sep=;\nMã KH;Tên\nC1;An, Bình\n"))
    assert cells(frame) == [["C1", "An, Bình"]]
    assert frame.index.tolist() == [3]


def test_one_column_is_a_table(tmp_path: Path) -> None:
    assert cells(read(written(tmp_path / "a.csv", "Email\na@b.vn\nc@d.vn\n"))) == [
        ["a@b.vn"],
        ["c@d.vn"],
    ]


def test_json_lines_keep_numbers_as_written(tmp_path: Path) -> None:
    lines = '{"customerId": "C1", "phone": 912345678, "point": 1.50, "tags": ["a", "ă"]}\n\n'
    lines += '{"customerId": "C2", "ok": true, "customFieldTexts": {"customField01": "x"}}\n'
    frame = read(written(tmp_path / "a.jsonl", lines))
    assert list(frame.columns) == [
        "customerId", "phone", "point", "tags", "ok", "customFieldTexts.customField01",
    ]  # fmt: skip
    assert cells(frame) == [
        ["C1", "912345678", "1.50", '["a", "ă"]', "", ""],
        ["C2", "", "", "", "true", "x"],
    ]
    assert frame.index.tolist() == [1, 3]


def test_a_json_list_is_read_too(tmp_path: Path) -> None:
    frame = read(written(tmp_path / "a.json", json.dumps([{"a": "1"}, {"a": None, "b": 2}])))
    assert cells(frame) == [["1", ""], ["", "2"]]


@pytest.mark.parametrize("text", ['{"a": 1}\n{"a": \n', '{"a": 1}\n[1]\n', '{"a": ' + "[" * 99999])
def test_broken_json_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ReadError, match="JSON"):
        read(written(tmp_path / "a.jsonl", text))


def test_parquet_is_read_as_text(tmp_path: Path) -> None:
    table = pa.table(
        {
            "Mã KH": ["C1", None],
            "SĐT": pa.array([912345678, None]),
            "Điểm": [1.0, 2.5],
            "Ngày sinh": pa.array([582310800000, None], pa.timestamp("ms")),
            "ok": [True, None],
            "tags": [["a", "b"], None],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    frame = read(tmp_path / "a.parquet")
    assert set(frame.dtypes) == {TEXT_DTYPE}
    assert cells(frame)[0] == [
        "C1", "912345678", "1.0", "1988-06-14 17:00:00.000", "true", '["a", "b"]',
    ]  # fmt: skip
    assert cells(frame)[1] == ["", "", "2.5", "", "", ""]
    assert frame.index.tolist() == [1, 2]


def test_gzip_and_zip_are_unpacked(tmp_path: Path) -> None:
    content = as_csv([HEADER, *ROWS]).encode()
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(content))
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xuất/khách.csv", content)
        archive.writestr("xuất/readme.md", "nothing")
        archive.writestr("__MACOSX/xuất/._khách.csv", "nothing")
    for name in ("a.csv.gz", "b.zip"):
        assert cells(read(tmp_path / name)) == ROWS
    assert read(tmp_path / "b.zip").attrs[SOURCE]["file"] == "b.zip/xuất/khách.csv"


@pytest.mark.parametrize("packed", ["parquet", "xlsx", "jsonl"])
def test_any_format_may_be_packed(tmp_path: Path, packed: str) -> None:
    frame = pd.DataFrame(ROWS, columns=HEADER)
    plain = tmp_path / f"a.{packed}"
    if packed == "parquet":
        frame.to_parquet(plain)
    elif packed == "xlsx":
        frame.to_excel(plain, index=False)
    else:
        frame.to_json(plain, orient="records", lines=True)
    (tmp_path / f"b.{packed}.gz").write_bytes(gzip.compress(plain.read_bytes()))
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.write(plain, plain.name)
    for path in (tmp_path / f"b.{packed}.gz", tmp_path / "c.zip"):
        assert cells(read(path)) == ROWS


def test_a_folder_or_glob_of_one_shape_is_one_frame(tmp_path: Path) -> None:
    written(tmp_path / "tháng 1.csv", as_csv([HEADER, ROWS[0]]))
    written(tmp_path / "tháng 2.csv", as_csv([HEADER, ROWS[1]], ";"))
    turned = [[row[1], row[0], *row[2:]] for row in (HEADER, ROWS[2])]
    written(tmp_path / "tháng 3.csv", as_csv(turned), "utf-16")
    written(tmp_path / "~$tháng 3.xlsx", "locked")
    for path in (tmp_path, str(tmp_path / "tháng *.csv")):
        frame = read(path)
        assert cells(frame) == ROWS
        assert frame.index.tolist() == [(f"tháng {n}.csv", 2) for n in (1, 2, 3)]
        assert frame.attrs[SOURCE]["files"] == [f"tháng {n}.csv" for n in (1, 2, 3)]
        parts = list(scan(path))
        assert [part.index.tolist()[0][0] for part in parts] == [
            f"tháng {n}.csv" for n in (1, 2, 3)
        ]
        assert [row for part in parts for row in cells(part)] == ROWS
    findings = read(tmp_path).pango.validate("customer-identity").findings
    assert ("tháng 2.csv", 2) in findings["index"].tolist()


def test_files_of_different_shape_are_refused(tmp_path: Path) -> None:
    written(tmp_path / "a.csv", as_csv([HEADER, ROWS[0]]))
    written(tmp_path / "b.csv", "Mã KH,Tên\nC1,An\n")
    with pytest.raises(ReadError, match=r"b\.csv lacks 'Họ và tên'.* and adds 'Tên'"):
        read(tmp_path)
    with pytest.raises(ReadError, match=r"b\.csv lacks"):
        list(scan(tmp_path))


def test_row_numbers_stay_with_their_rows(tmp_path: Path) -> None:
    frame = read(written(tmp_path / "a.csv", as_csv([HEADER, *ROWS])))
    part = frame[frame["SĐT"].str.startswith("9")].sort_index(ascending=False)
    assert part.index.tolist() == [3]
    assert part.attrs[SOURCE]["file"] == "a.csv"
    report = part.pango.validate("customer-identity")
    assert report.findings["index"].tolist() == [3]


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 100_000])
def test_scan_gives_the_same_rows_as_read(tmp_path: Path, rows: int) -> None:
    lines = [[f"C{n}", f"Tên {n}", f"09{n:08}", ""] for n in range(300)]
    path = written(tmp_path / "a.csv", as_csv([HEADER, *lines]))
    frames = list(scan(path, rows=rows))
    assert {len(frame) for frame in frames[:-1]} <= {rows}
    assert 0 < len(frames[-1]) <= rows
    pd.testing.assert_frame_equal(pd.concat(frames), read(path))


@pytest.mark.parametrize(("cells", "lengths"), [(1200, [300]), (1199, [299, 1]), (1, [1] * 300)])
def test_a_wide_table_has_fewer_rows_in_each_frame(
    cells: int, lengths: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames_module, "_MAX_CELLS", cells)
    lines = [[f"C{n}", f"Tên {n}", f"09{n:08}", ""] for n in range(300)]
    path = written(tmp_path / "a.csv", as_csv([HEADER, *lines]))
    assert [len(frame) for frame in scan(path, rows=400)] == lengths


@pytest.mark.parametrize("rows", [0, -1, True, 2.5])
def test_scan_wants_a_number_of_rows(tmp_path: Path, rows: Any) -> None:
    with pytest.raises(OptionError, match="rows="):
        scan(written(tmp_path / "a.csv", "a,b\n"), rows=rows)


def test_a_table_without_rows_is_a_frame_without_rows(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "Mã KH,Tên\n")
    assert read(path).shape == (0, 2)
    assert [len(frame) for frame in scan(path)] == [0]


_CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\x1a"), max_size=9)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(_CELL, _CELL), min_size=1, max_size=6),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8-sig", "utf-16"]),
)
def test_every_cell_comes_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], mark: str, encoding: str
) -> None:
    lines = [["Mã KH", "SĐT", "end"], *([a, b, "x"] for a, b in rows)]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark, quoting=csv.QUOTE_ALL).writerows(lines)
    path = written(tmp_path_factory.mktemp("csv") / "a.csv", out.getvalue(), encoding)
    assert cells(read(path, delimiter=mark, header=1)) == lines[1:]


def test_a_name_that_stands_there_twice_is_a_header_still(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "SĐT,SĐT,Khác\n1,2,An\n3,4,Chi\nSĐT,SĐT,Khác\n")
    frame = read(path)
    assert frame.columns.tolist() == ["SĐT (column A)", "SĐT (column B)", "Khác"]
    assert len(frame) == 3
    assert next(iter(scan(path))).columns.tolist() == frame.columns.tolist()


@pytest.mark.parametrize("reader", [pp.read, pp.scan])
def test_of_columns_of_one_name_the_harmless_ones_do_no_harm_and_others_are_asked_about(
    tmp_path: Path, reader: Any
) -> None:
    lines = "Mã KH,Họ tên,SĐT,Ghi chú,Ghi chú\nC1,An,0912345678,a,b\n"
    headers_again = lines + "Mã KH,Họ tên,SĐT,Ghi chú,Ghi chú\n"
    report = reader(written(tmp_path / "notes.csv", headers_again)).pango.validate()
    assert (report.n_ready, report.n_held, report.n_not_records) == (1, 0, 1)
    phones = reader(written(tmp_path / "phones.csv", lines.replace("Ghi chú", "SĐT")))
    with pytest.raises(MissingColumnError, match=r"'SĐT \(column C\)' could be phone"):
        phones.pango.validate()
    chosen = {"SĐT (column D)": "phone"}
    assert phones.pango.map(mapping=chosen).fields["SĐT (column D)"] == "phone"


def test_rows_longer_than_what_is_looked_at_first(tmp_path: Path) -> None:
    note = "x" * 200_000
    text = f"Mã KH,Ghi chú\nC1,{note}\nC2,{note}\n"
    assert cells(read(written(tmp_path / "a.csv", text))) == [["C1", note], ["C2", note]]


@pytest.mark.parametrize("delimiter", ["ă", "", ";;", '"', "\0"])
def test_a_delimiter_is_one_ascii_character(tmp_path: Path, delimiter: str) -> None:
    with pytest.raises(OptionError, match="one ASCII character"):
        read(written(tmp_path / "a.csv", "Mã KH,SĐT\nC1,09\n"), delimiter=delimiter)
