"""What a package index shows of the project: used by the build, by `[tool.hatch.metadata.hooks]`.

An index shows the README without the repository around it, so pictures and links must say where the
repository is. That is given when the archives are made: ``make dist ADDRESS=https://...``.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

ADDRESS_VARIABLE = "PANGOPREP_ADDRESS"
_LINK = re.compile(r"(?P<picture>!?)(?P<words>\[[^\]]*\])\((?P<target>[^)\s]+)\)")


def with_whole_links(text: str, address: str, version: str) -> str:
    """Point to a repository where a text points to files beside it, as they were in a version.

    Examples
    --------
    >>> with_whole_links("[a](docs/a.md#b) [c](#c)", "https://forge.example/p", "1.0")
    '[a](https://forge.example/p/blob/v1.0/docs/a.md#b) [c](#c)'
    """

    def whole(link: re.Match[str]) -> str:
        target = link["target"]
        if not re.match(r"[a-z]+:|#", target):
            kind = "raw" if link["picture"] else "blob"
            target = f"{address}/{kind}/v{version}/{target}"
        return f"{link['picture']}{link['words']}({target})"

    return _LINK.sub(whole, text)


class ProjectPage(MetadataHookInterface):
    """Sets the description, and the project's addresses where they are known."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add `readme` and `urls` to the metadata."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        address = os.environ.get(ADDRESS_VARIABLE, "").rstrip("/")
        if address:
            version = metadata["version"]
            text = with_whole_links(text, address, version)
            metadata["urls"] = {
                "Repository": address,
                "Documentation": f"{address}/blob/v{version}/docs/index.md",
                "Changelog": f"{address}/blob/v{version}/CHANGELOG.md",
                "Issues": f"{address}/issues",
            }
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
