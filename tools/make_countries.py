"""Make ``pangoprep/tables/countries.csv`` from pycountry (codes) and Babel (CLDR names).

Run it after either package has a new version: ``python tools/make_countries.py``.
"""

from __future__ import annotations

import csv
import io
import sys
import unicodedata
from pathlib import Path

import pycountry
from babel import Locale

TABLE = Path(__file__).parents[1] / "pangoprep" / "tables" / "countries.csv"
COLUMNS = ("alpha2", "alpha3", "name_en", "name_vi")


def countries_csv() -> str:
    """Return the table's text: one row per ISO 3166-1 country, by its two-letter code."""
    english = Locale("en").territories
    vietnamese = Locale("vi").territories
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for country in sorted(pycountry.countries, key=lambda country: country.alpha_2):
        names = (english[country.alpha_2], vietnamese[country.alpha_2])
        composed = (unicodedata.normalize("NFC", name) for name in names)
        writer.writerow((country.alpha_2, country.alpha_3, *composed))
    return text.getvalue()


if __name__ == "__main__":
    TABLE.write_text(countries_csv(), encoding="utf-8", newline="\n")
    sys.stdout.write(f"Wrote {TABLE.name}.\n")
