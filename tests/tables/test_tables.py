"""What holds for every table: text, unique keys, composed lower-case words, a stated source."""

from __future__ import annotations

import re
import unicodedata
from importlib.resources import files

import pyarrow as pa
import pytest

from pangoprep.errors import UsageError
from pangoprep.tables import TABLES, read_mapping, read_table

# The columns that must differ from row to row.
KEYS: dict[str, tuple[str, ...]] = {
    "booleans": ("word",),
    "choices": ("choice", "word"),
    "countries": ("alpha2",),
    "country_names": ("name",),
    "date_placeholders": ("date",),
    "email_domains": ("domain",),
    "email_placeholders": ("kind", "text"),
    "email_typos": ("typo",),
    "lacking_words": ("word",),
    "months": ("word",),
    "null_words": ("word",),
    "phone_areas_2017": ("old",),
    "phone_mobile_2018": ("old",),
    "phone_mobile_codes": ("code",),
    "phone_subscribers_2008": ("first_digit",),
    "phone_words": ("word",),
    "province_names": ("word",),
    "provinces": ("name",),
}

# The columns that cells are compared with, after folding.
WORDS: dict[str, str] = {
    "booleans": "word",
    "choices": "word",
    "country_names": "name",
    "email_domains": "domain",
    "email_placeholders": "text",
    "email_typos": "typo",
    "lacking_words": "word",
    "months": "word",
    "null_words": "word",
    "phone_words": "word",
    "province_names": "word",
}

TABLES_FOLDER = files("pangoprep.tables")


def texts(name: str, column: str) -> list[str]:
    return read_table(name).column(column).to_pylist()


def test_every_reference_table_has_its_key_stated() -> None:
    assert set(KEYS) <= set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_file_is_plain_utf8_with_unix_line_ends(name: str) -> None:
    content = TABLES_FOLDER.joinpath(f"{name}.csv").read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    text = content.decode("utf-8")
    assert text == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("name", TABLES)
def test_every_value_is_text_without_outer_space(name: str) -> None:
    table = read_table(name)
    assert table.num_rows > 0
    assert all(kind == pa.string() for kind in table.schema.types)
    for column in table.columns:
        assert column.null_count == 0
        assert all(value == value.strip() for value in column.to_pylist())


@pytest.mark.parametrize("name", sorted(KEYS))
def test_keys_are_unique(name: str) -> None:
    rows = [tuple(row[column] for column in KEYS[name]) for row in read_table(name).to_pylist()]
    assert [row for row in rows if rows.count(row) > 1] == []


@pytest.mark.parametrize(("name", "column"), sorted(WORDS.items()))
def test_words_are_stored_as_folded_cells_look(name: str, column: str) -> None:
    for word in texts(name, column):
        assert word
        assert word == unicodedata.normalize("NFC", word).casefold()
        assert word == re.sub(r"\s+", " ", word)


@pytest.mark.parametrize("name", TABLES)
def test_sources_names_the_table(name: str) -> None:
    assert f"`{name}.csv`" in TABLES_FOLDER.joinpath("SOURCES.md").read_text(encoding="utf-8")


def test_a_table_is_read_once() -> None:
    assert read_table("months") is read_table("months")


def test_an_unknown_table_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match=r"'words'.*months"):
        read_table("words")


def test_codes_that_look_like_numbers_or_nulls_stay_text() -> None:
    assert "NA" in texts("countries", "alpha2")
    assert "033" in texts("phone_mobile_2018", "new")
    assert "n/a" in texts("null_words", "word")


def test_read_mapping_takes_only_the_rows_asked_for() -> None:
    gender = read_mapping("choices", "word", "value", choice="gender")
    assert set(gender.values()) == {"male", "female", "undefined"}
    assert "vợ" not in gender
    assert read_mapping("choices", "word", "value", choice="relationship")["vợ"] == "wife"
