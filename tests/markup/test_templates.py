"""What fills a template in is escaped, and what it lacks is an error, not a gap."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from pangoprep.markup.card import CardTable, render_card
from pangoprep.markup.templates import environment_for

HOSTILE = "<script>alert('x')</script>"


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_everything_a_card_is_given_is_escaped(lang: str) -> None:
    told = render_card(
        HOSTILE, eyebrow=HOSTILE, notes=[HOSTILE, ""], asked=[HOSTILE], body=(HOSTILE, HOSTILE),
        tables=[CardTable([[HOSTILE, 1_234]], [HOSTILE]), CardTable([], ["nothing"])], lang=lang,
    )  # fmt: skip
    assert "<script>" not in told
    assert told.count("&lt;script&gt;") == 8
    assert ("1,234" if lang == "en" else "1.234") in told
    assert "nothing" not in told


def test_a_template_that_lacks_something_says_so() -> None:
    with pytest.raises(UndefinedError, match="'eyebrow' is undefined"):
        environment_for("en").get_template("card.html").render()
