"""Writes docs/report_json.md from docs/report.schema.json: ``python -m tools.make_report_json``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "report_json.md"

_HEAD = """\
# The report as JSON

<!-- Made by tools/make_report_json.py from docs/report.schema.json; change the schema. -->

`report.to_json("report.json")` writes what the report says for other programs, and for
`report.diff("report.json")` next month; so does `pangoprep validate FILE --out report.json`.
[report.schema.json](report.schema.json) describes it as a JSON schema
([2020-12](https://json-schema.org/draft/2020-12/schema)); this page is made from it.

```python
import json

import pangoprep as pp

report = pp.read("data/customers_messy.csv").pango.validate()
told = json.loads(report.to_json())
print(told["format"], told["n_rows"], told["n_ready"], told["n_held"], told["n_superseded"])
```

```text
pangoprep.report/1 2000 1791 173 36
```

{notes}

A bundle writes `{{"format": "pangoprep.bundle/1", "reports": {{name: report}}}}`.

| member | type | meaning |
|---|---|---|
"""


def page() -> str:
    """Return the page."""
    schema = json.loads((DOCS / "report.schema.json").read_text(encoding="utf-8"))
    _, _, notes = schema["description"].partition(". ")
    head = _HEAD.format(notes=notes)
    return head + "".join(_rows(schema, ""))


def _rows(schema: dict[str, Any], path: str) -> Iterator[str]:
    for name, told in schema.get("properties", {}).items():
        member = f"{path}.{name}".lstrip(".")
        choices = told.get("anyOf", [told])
        types = " or ".join(_type(choice) for choice in choices)
        described = (part.get("description") for part in (told, *choices))
        meaning = " ".join(dict.fromkeys(filter(None, described)))
        yield f"| `{member}` | {types} | {meaning} |\n"
        for choice in choices:
            yield from _rows(choice, member)
            yield from _rows(choice.get("items") or {}, f"{member}[]")


def _type(told: dict[str, Any]) -> str:
    if "const" in told:
        return f"`{told['const']}`"
    if "enum" in told:
        return ", ".join(f"`{value}`" for value in told["enum"])
    return str(told["type"])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
