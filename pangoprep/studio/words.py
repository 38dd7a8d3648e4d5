"""The studio's own words, in English and Vietnamese. Source: ``tables/studio_words.csv``."""

from __future__ import annotations

from functools import cache

from pangoprep.language import Language, language
from pangoprep.tables import read_mapping


class StudioWords:
    """Says things in one language.

    Parameters
    ----------
    code
        ``"en"`` or ``"vi"``.

    Examples
    --------
    >>> StudioWords("en")("frees", n=1200), StudioWords("vi")("frees", n=1200)
    ('makes 1,200 ready', 'thêm 1.200 sẵn sàng')
    """

    def __init__(self, code: str) -> None:
        self.report: Language = language(code)
        self.code = code
        #: What the page says, with names in braces where numbers go.
        self.page = _texts(code)

    def __call__(self, key: str, /, **values: object) -> str:
        """Say something; whole numbers among the values are written for reading."""
        one = f"{key}.one"
        text = self.page[one] if values.get("n") == 1 and one in self.page else self.page[key]
        written = {
            name: self.report.count(value) if isinstance(value, int) else value
            for name, value in values.items()
        }
        return text.format(**written)


@cache
def _texts(code: str) -> dict[str, str]:
    return read_mapping("studio_words", "key", code)
