"""Web addresses."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.normalizers.promises import read

LABEL = st.from_regex(r"\A[a-z0-9ơữđ]([a-z0-9-]{0,8}[a-z0-9])?\Z")
HOST = st.builds(lambda labels: ".".join(labels), st.lists(LABEL, min_size=2, max_size=4))
REST = st.text("abcƯ019/?#&=%._~+-", max_size=12)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["http", "https"]), HOST, st.sampled_from(["", ":8080"]), REST)
def test_an_address_is_itself_in_every_form(scheme: str, host: str, port: str, rest: str) -> None:
    address = f"{scheme}://{host}{port}/{rest}"
    forms = [address, f" {address}\n", f"<{address}>", f'"{address}"', f"'{address}"]
    forms += [f"{scheme.upper()}://{host}{port}/{rest}", f"{scheme.title()}://{host}{port}/{rest}"]
    assert read("imageUrl", forms) == [address] * len(forms)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["ftp", "file", "javascript", "data", "mailto", ""]), HOST, REST)
def test_other_schemes_are_refused(scheme: str, host: str, rest: str) -> None:
    assert read("imageUrl", [f"{scheme}://{host}/{rest}", f"{scheme}:{host}/{rest}"]) == [
        None,
        None,
    ]
