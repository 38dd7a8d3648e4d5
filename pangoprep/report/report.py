"""The report of one frame for one entity: what its rows say, in every form for people."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from pangoprep.argument_checks import flag_of, path_of
from pangoprep.boundary import verb
from pangoprep.errors import UsageError
from pangoprep.private_files import write_private_text
from pangoprep.report.checked_rows import CheckedRows
from pangoprep.report.facts.summary import Summary, summarize
from pangoprep.sentence import Sentence

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


class Report(CheckedRows):
    """All findings of a frame for an entity, and its rows split into ready and held.

    A third kind is rare: a row is *superseded* if another row with its key is sent instead. Lines
    that are no records are a fourth, rows left out in the workbench a fifth. Always, ``n_rows ==
    n_ready + n_held + n_superseded + n_not_records + n_left_out``; in a file with one row per item
    ``n_joined`` rows are sent in the record of another row, and add to that. Made by
    ``df.pango.validate()``.

    Personal values are masked everywhere but in `ready`, `cleaned`, `held`, `superseded`,
    `reveal`, `to_excel` and where a form is asked to reveal them.

    Examples
    --------
    >>> import pandas as pd, pangoprep
    >>> frame = pd.DataFrame(
    ...     {"customerId": ["1", "2"], "fullName": ["An", "Chi"], "phone": ["912345678", "123"]}
    ... )
    >>> report = frame.pango.validate("customer-identity")
    >>> report
    <Report customer-identity: 1 of 2 rows ready, 1 held>
    >>> report.findings[["row", "rule", "value"]].values.tolist()
    [[0, 'phone.lost_zero', '9••••••78'], [1, 'phone.unreadable', '1••']]
    >>> print(frame.loc[1:].pango.validate("customer-identity"))
    0 of 1 row is ready for customer-identity; 1 is held.
    <BLANKLINE>
    Field  Rule              Rows    Share  What to do
    ✖ 1 error
    phone  phone.unreadable     1  100.0 %  Correct it in the source
    <BLANKLINE>
    What PangoCDP will get: Nothing, since no row is ready.
    """

    #: What opens a workbench or a studio on a report: they know reports, not the other way round.
    openers: ClassVar[Mapping[str, Callable[..., Any]]] = {}

    @cached_property
    def facts(self) -> Summary:
        """Everything the report says, worked out once and apart from how it looks."""
        return summarize(self.examined, self.examined.tally())

    @property
    def headline(self) -> str:
        """The outcome in one sentence."""
        return self.words().headline(
            self.entity,
            self.n_rows,
            self.n_ready,
            self.n_held,
            self.n_superseded,
            self.n_not_records,
            self.n_joined,
            self.n_left_out,
            self.n_lost_letters,
        )

    def to_html(
        self, path: str | os.PathLike[str], *, lang: str | None = None, reveal: bool = False
    ) -> Path:
        """Write the report as a page of its own and return its path.

        The page needs nothing from elsewhere. It shows some held rows as they came, has the first
        2,000 of them as a CSV to download, and a list of findings that can be filtered.

        Parameters
        ----------
        path
            The file to write.
        lang
            ``"en"`` or ``"vi"``; default: what `validate` was given.
        reveal
            Whether personal values are shown and downloaded as they are. Else they are masked, and
            their columns are not in the download. Mind where you send the page.

        Examples
        --------
        >>> import pandas as pd, pangoprep, tempfile
        >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
        >>> report = frame.pango.validate("customer-identity")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     report.to_html(folder + "/report.html", lang="vi").name
        'report.html'
        """
        from pangoprep.report.faces.html import render_page

        target = path_of("path", path)
        flag_of("reveal", reveal)
        code = self.words(lang).code
        write_private_text(target, render_page(self.facts, self.examined, code, reveal=reveal))
        return target

    def to_excel(
        self, path: str | os.PathLike[str], *, lang: str | None = None, warnings: bool = False
    ) -> Path:
        """Write the held rows into a workbook for people to fix, and return its path.

        It has the caller's own columns with their values, not masked: bad cells are coloured and
        commented, the reasons and what is suggested stand beside the row, and an x in "Leave out"
        takes the row out. `pangoprep.read_fixed` merges back what was changed. Nothing in it is a
        formula. If more rows are held than a sheet has room for, it ends with a word about the
        others.

        Parameters
        ----------
        path
            The ``.xlsx`` file to write.
        lang
            ``"en"`` or ``"vi"``; default: what `validate` was given.
        warnings
            Whether rows that are ready and have a warning are in it, too.

        Raises
        ------
        OptionError
            If the name does not end in ``.xlsx``.
        UsageError
            If two columns would have one heading, somebody has saved the file that is there since
            it was made, or it cannot be written.

        Examples
        --------
        >>> import pandas as pd, pangoprep, tempfile
        >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     frame.pango.validate("customer-identity").to_excel(folder + "/fix.xlsx").name
        'fix.xlsx'
        """
        from pangoprep.report.fixing.workbook import write_workbook

        target = path_of("path", path)
        flag_of("warnings", warnings)
        write_workbook({self.entity: self.examined}, target, self.words(lang), warnings=warnings)
        return target

    def to_markdown(
        self, path: str | os.PathLike[str] | None = None, *, lang: str | None = None
    ) -> str:
        """Return the report as Markdown, and write it where a path is given.

        Parameters
        ----------
        path
            The file to write, or None.
        lang
            ``"en"`` or ``"vi"``; default: what `validate` was given.

        Examples
        --------
        >>> import pandas as pd, pangoprep
        >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
        >>> frame.pango.validate("customer-identity").to_markdown().splitlines()[0]
        '## 0 of 1 row is ready for customer-identity; 1 is held.'
        """
        from pangoprep.report.faces.text import render_markdown

        return written(render_markdown(self.facts, self.words(lang).code), path)

    def to_json(
        self, path: str | os.PathLike[str] | None = None, *, lang: str | None = None
    ) -> str:
        """Return the facts as JSON, and write it where a path is given.

        ``docs/report.md`` describes the document. `diff` takes it as what was before.

        Parameters
        ----------
        path
            The file to write, or None.
        lang
            ``"en"`` or ``"vi"``, the language of its sentences; default: what `validate` was given.

        Examples
        --------
        >>> import json, pandas as pd, pangoprep
        >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
        >>> told = json.loads(frame.pango.validate("customer-identity").to_json())
        >>> told["format"], told["n_held"]
        ('pangoprep.report/1', 1)
        """
        from pangoprep.report.faces.document import write

        return written(write(self.facts, self.words(lang).code), path)

    def diff(self, other: Report | str | os.PathLike[str]) -> pd.DataFrame:
        """Say what got better or worse since an earlier report on the same entity.

        Shares of rows decide, since the frames may differ in length.

        Parameters
        ----------
        other
            The earlier report, or the file that its `to_json` wrote.

        Returns
        -------
        DataFrame
            rule, field, severity, rows_before, rows, share_before, share, verdict (``better``,
            ``worse``, ``new``, ``gone``, ``same``); its first line counts the held rows.

        Raises
        ------
        UsageError
            If the other report is about another entity, or its file cannot be read.

        Examples
        --------
        >>> import pandas as pd, pangoprep
        >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
        >>> before = frame.pango.validate("customer-identity")
        >>> now = frame.assign(phone="0912345678").pango.validate("customer-identity")
        >>> now.diff(before)[["rule", "rows_before", "rows", "verdict"]].to_numpy().tolist()
        [['held', 1, 0, 'gone'], ['phone.unreadable', 1, 0, 'gone']]
        """
        from pangoprep.report.faces.document import document, read
        from pangoprep.report.facts.difference import difference

        if not isinstance(other, (Report, str, os.PathLike)):
            raise UsageError(
                Sentence(
                    "report.diff takes a report or the path of one, not {1}.", type(other).__name__
                )
            )
        before = (
            document(other.facts) if isinstance(other, Report) else read(path_of("other", other))
        )
        return difference(before, document(self.facts))

    @verb
    def workbench(self) -> Any:
        """Return a `pangoprep.Workbench` on these rows: fix them step by step, undo any step.

        Examples
        --------
        >>> import pandas as pd, pangoprep
        >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
        >>> frame.pango.validate("customer-identity").workbench()
        <Workbench after 0 steps: <Report customer-identity: 0 of 1 row ready, 1 held>>
        """
        return self.openers["workbench"](self)

    @verb
    def studio(
        self,
        *,
        client: Any = None,
        source: str | None = None,
        ledger: str | os.PathLike[str] | None = None,
    ) -> Any:
        """Show the studio on these rows, in a notebook; see ``df.pango.studio``."""
        return self.openers["studio"](self, client=client, source=source, ledger=ledger)

    def plot(self, *, lang: str | None = None) -> Figure:
        """Draw the findings by rule and the completeness of every column.

        Parameters
        ----------
        lang
            ``"en"`` or ``"vi"``; default: what `validate` was given.

        Returns
        -------
        matplotlib.figure.Figure
            Shown by a notebook; elsewhere ``figure.savefig(path)``.

        Raises
        ------
        UsageError
            If matplotlib is not installed.

        Examples
        --------
        >>> import pandas as pd, pangoprep
        >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
        >>> len(frame.pango.validate("customer-identity").plot().axes)
        2
        """
        from pangoprep.report.faces.plot import draw

        figure: Figure = draw(self.facts, self.words(lang))
        return figure

    def __repr__(self) -> str:
        """Say the outcome in one line."""
        from pangoprep.plain_text import printable

        words, n_held = self.words(), self.n_held
        others = {
            "repr.superseded": self.n_superseded,
            "repr.no_records": self.n_not_records,
            "repr.left_out": self.n_left_out,
            "repr.joined": self.n_joined,
        }
        told = words(
            "repr.report", entity=self.entity, ready=self.n_ready, rows=self.n_judged, held=n_held
        )
        more = "".join(words(key, n=n) for key, n in others.items() if n)
        return printable(f"<{told}{more}>")

    def __str__(self) -> str:
        """Return the report as text, in letters that standard output can print."""
        from pangoprep.plain_text import printable
        from pangoprep.report.faces.text import render_text

        return printable(render_text(self.facts, self.options.lang))

    def _repr_html_(self) -> str:
        from pangoprep.markup.templates import load_templates
        from pangoprep.report.faces.html import render_cell

        # Loading the templates takes as long as a column's facts: it need not wait for them.
        with ThreadPoolExecutor(1) as beside:
            beside.submit(load_templates, self.options.lang)
            facts = self.facts
        return render_cell(facts, self.options.lang, examined=self.examined)


def written(text: str, path: str | os.PathLike[str] | None) -> str:
    """Return a text, and write it where a path is given, for its owner alone."""
    if path is not None:
        write_private_text(path_of("path", path), text)
    return text
