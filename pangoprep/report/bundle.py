"""One report over several frames that belong together."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pangoprep.argument_checks import flag_of, path_of
from pangoprep.boundary import verb
from pangoprep.entities.entity_references import in_order_of_references
from pangoprep.errors import HeldError
from pangoprep.language import Language
from pangoprep.private_files import write_private_text
from pangoprep.report.report import Report, written
from pangoprep.report.thresholds import held_of, in_one, share_of, thresholds, what_fails
from pangoprep.sentence import Sentence

if TYPE_CHECKING:
    import os


class Bundle(Mapping[str, Report]):
    """The reports of several frames, by name; made by `pangoprep.validate_all`.

    Personal values are masked as in `Report`.

    Parameters
    ----------
    reports
        A report per frame.
    frames
        The frames, where they are not what the reports hold.
    """

    def __init__(
        self, reports: Mapping[str, Report], frames: Mapping[str, Any] | None = None
    ) -> None:
        self._reports = dict(reports)
        self._given = None if frames is None else dict(frames)

    def __getitem__(self, name: str) -> Report:
        return self._reports[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._reports)

    def __len__(self) -> int:
        return len(self._reports)

    @property
    def frames(self) -> dict[str, Any]:
        """The frames that were validated, as they came."""
        if self._given is not None:
            return dict(self._given)
        return {name: next(report.examined.frames()) for name, report in self.items()}

    @property
    def ok(self) -> bool:
        """Whether no row of any frame is held."""
        return all(report.ok for report in self.values())

    @property
    def n_rows(self) -> int:
        """How many rows came in."""
        return sum(report.n_rows for report in self.values())

    @property
    def n_ready(self) -> int:
        """How many rows would be sent."""
        return sum(report.n_ready for report in self.values())

    @property
    def n_held(self) -> int:
        """How many rows would not be sent."""
        return sum(report.n_held for report in self.values())

    @property
    def n_not_records(self) -> int:
        """How many rows are no records."""
        return sum(report.n_not_records for report in self.values())

    @property
    def n_left_out(self) -> int:
        """How many rows somebody left out in a workbench."""
        return sum(report.n_left_out for report in self.values())

    @property
    def n_judged(self) -> int:
        """How many rows there are without the lines that are no records."""
        return sum(report.n_judged for report in self.values())

    @property
    def n_superseded(self) -> int:
        """How many rows give way to another row with their key."""
        return sum(report.n_superseded for report in self.values())

    @cached_property
    def findings(self) -> pd.DataFrame:
        """The findings of all frames, with the frame's name in front; values are masked."""
        return self._together({name: report.findings for name, report in self.items()})

    def summary(self) -> pd.DataFrame:
        """Count findings by frame, rule and field."""
        return self._together({name: report.summary() for name, report in self.items()})

    @verb
    def raise_if_held(self, max_held: float | str = 0.0) -> None:
        """Stop a script where rows are held.

        Parameters
        ----------
        max_held
            The share of all rows that may be held without stopping: ``0.05`` or ``"5%"``.

        Raises
        ------
        HeldError
            If more rows are held.
        OptionError
            If ``max_held`` is not a share.
        """
        share = share_of("max_held", max_held)
        if self.n_held <= share * self.n_judged:
            return
        each = [f"{name} ({r.n_held:,})" for name, r in self.items() if r.n_held]
        raise HeldError(
            Sentence(
                "{1}: {2}. See bundle.findings; nothing was sent.",
                held_of(self.n_held, self.n_judged),
                ", ".join(each),
            )
        )

    @verb
    def raise_if(
        self, *, max_held: float | str | None = None, fail_on: Collection[str] = ()
    ) -> None:
        """Stop a job where more is wrong than it may be, in any frame.

        Parameters
        ----------
        max_held
            The share of all rows that may be held, as for `raise_if_held`. Default: it does not
            count.
        fail_on
            Rules and severities that may not occur; see `Report.raise_if`.

        Raises
        ------
        HeldError
            If one of them is exceeded; the message counts by frame, without values.
        OptionError
            If nothing, no share, or no rule is given.

        Examples
        --------
        >>> import pandas as pd, pangoprep as pp
        >>> people = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
        >>> bundle = pp.validate_all({"customer-identity": people})
        >>> bundle.raise_if(max_held="100%", fail_on=["email.typo"])
        >>> bundle.raise_if(fail_on=["phone.unreadable"])
        Traceback (most recent call last):
        pangoprep.errors.HeldError: customer-identity: phone.unreadable was found in 1 row.
        """
        share, names = thresholds(max_held, fail_on)
        told = what_fails([], self.n_judged, self.n_held, share, ())
        for name, report in self.items():
            found = what_fails(report.blocks, report.n_judged, report.n_held, None, names)
            told += [Sentence("{1}: {2}", name, line) for line in found]
        if told:
            raise HeldError(in_one(told))

    def send(self, **arguments: Any) -> dict[str, Any]:
        """Send what is ready of every frame, records that others name first; what waits stays.

        Parameters
        ----------
        **arguments
            As for ``df.pango.send``: ``source``, ``client``, ``ledger``, ``dry_run`` and so on.

        Returns
        -------
        dict
            A Result per frame, or a Plan with ``dry_run=True``.

        Examples
        --------
        >>> import pandas as pd, pangoprep as pp
        >>> people = {"customerId": ["1"], "fullName": ["An"], "phone": ["0912345678"]}
        >>> bundle = pp.validate_all({"customer-identity": pd.DataFrame(people)})
        >>> bundle.send(source="CRM", dry_run=True)["customer-identity"].n_to_send
        1
        """
        from pangoprep.upload import send

        order = in_order_of_references({n: r.examined.entity for n, r in self.items()})
        results = {name: send(self[name], **arguments) for names in order for name in names}
        return {name: results[name] for name in self}

    def to_html(
        self, path: str | os.PathLike[str], *, lang: str | None = None, reveal: bool = False
    ) -> Path:
        """Write one page over all frames, and return its path; see `Report.to_html`."""
        from pangoprep.report.faces.html import render_bundle_page

        target = path_of("path", path)
        flag_of("reveal", reveal)
        write_private_text(target, render_bundle_page(self, self._words(lang).code, reveal=reveal))
        return target

    def to_markdown(
        self, path: str | os.PathLike[str] | None = None, *, lang: str | None = None
    ) -> str:
        """Return the reports as Markdown, one after the other; write them where a path is given."""
        parts = [f"# {self._headline(self._words(lang))}"]
        parts += [report.to_markdown(lang=lang) for report in self.values()]
        return written("\n\n".join(parts), path)

    def to_json(
        self, path: str | os.PathLike[str] | None = None, *, lang: str | None = None
    ) -> str:
        """Return the reports as JSON by name; write it where a path is given."""
        from pangoprep.report.faces.document import bundle_document

        facts = {name: report.facts for name, report in self.items()}
        told = bundle_document(facts, self._words(lang).code)
        return written(json.dumps(told, ensure_ascii=False, indent=1), path)

    def to_excel(
        self, path: str | os.PathLike[str], *, lang: str | None = None, warnings: bool = False
    ) -> Path:
        """Write the held rows of every frame into one workbook, a sheet for each.

        ``pangoprep.read_fixed(path, frames)`` takes it back. See `Report.to_excel`.

        Examples
        --------
        >>> import pandas as pd, pangoprep as pp, tempfile
        >>> people = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
        >>> frames = {"customer-identity": people}
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pp.validate_all(frames).to_excel(folder + "/fix.xlsx")
        ...     fixed = pp.read_fixed(path, frames)
        >>> list(fixed)
        ['customer-identity']
        """
        from pangoprep.report.fixing.workbook import write_workbook

        target = path_of("path", path)
        examined = {name: report.examined for name, report in self.items()}
        write_workbook(examined, target, self._words(lang), warnings=warnings)
        return target

    def __repr__(self) -> str:
        """Say the outcome in one line."""
        from pangoprep.plain_text import printable

        told = self._words(None)(
            "repr.bundle", n=len(self), ready=self.n_ready, rows=self.n_judged, held=self.n_held
        )
        return printable(f"<{told}>")

    def __str__(self) -> str:
        """Return the outcome as text, in letters that standard output can print."""
        from pangoprep.plain_text import printable
        from pangoprep.report.faces.text import render_bundle_text

        facts = {name: report.facts for name, report in self.items()}
        words = self._words()
        return printable(render_bundle_text(self._headline(words), facts, words.code))

    def _repr_html_(self) -> str:
        from pangoprep.report.faces.html import render_bundle

        return render_bundle(self, self._words().code)

    @property
    def lang(self) -> str:
        """The language it speaks, unless a call names another."""
        return self._words().code

    def _words(self, lang: str | None = None) -> Language:
        return next(iter(self.values())).words(lang)

    def _headline(self, words: Language) -> str:
        frames = words("bundle.frames", n=len(self))
        return words.headline(
            frames, self.n_rows, self.n_ready, self.n_held, self.n_superseded, self.n_not_records,
            n_joined=sum(report.n_joined for report in self.values()),
            n_left_out=self.n_left_out,
            n_lost=sum(report.n_lost_letters for report in self.values()),
        )  # fmt: skip

    def _together(self, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        named = [table.assign(frame=name) for name, table in tables.items()]
        table = pd.concat(named, ignore_index=True)
        return table[["frame", *table.columns.drop("frame")]]
