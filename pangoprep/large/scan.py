"""``pp.scan``: a file of any size, in parts, with the same verbs as a frame.

Keywords that stand in several signatures are declared once: see `written_out`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from pangoprep.argument_checks import path_of
from pangoprep.boundary import verb
from pangoprep.entities import Entity
from pangoprep.error_words import environment_language
from pangoprep.keywords import given, taken, written_out
from pangoprep.language import language
from pangoprep.large.outputs import write_held, write_ready
from pangoprep.large.part_sizes import ROWS_AT_ONCE, usual_rows
from pangoprep.large.request import FileRequest
from pangoprep.matching.keywords import EntityKeywords
from pangoprep.planning import find_columns
from pangoprep.private_files import placed_together
from pangoprep.reading.found_files import find_files
from pangoprep.reading.frames import read
from pangoprep.reading.frames import scan as scan_frames
from pangoprep.report import Report
from pangoprep.writing.formats import check_name
from pangoprep.writing.targets import check_targets

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from pangoprep.fixes.file import GivenFixes
    from pangoprep.matching.mapping import ColumnMap
    from pangoprep.matching.recipes import Recipe
    from pangoprep.part_plan import PartPlan
    from pangoprep.steps.references import Records
    from pangoprep.upload import Client, Plan, Result

ObjectType = str | type[Entity] | None
FileName = str | os.PathLike[str]


class Scan:
    r"""A file, folder or glob that is gone through in parts; made by `pangoprep.scan`.

    Going through it gives frames, as often as you like. ``scan.pango`` has the verbs of
    ``df.pango``: `validate`, `clean`, `send`, `map`. What they say of a row is what they would say
    of all rows in one frame; each part is read once, and again only where the whole decides that
    its dates are read otherwise.

    Examples
    --------
    >>> import pangoprep as pp, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "large.csv"
    >>> _ = path.write_text("Mã KH,Họ tên,SĐT\n" + "C1,An,0912345678\n" * 5, "utf-8")
    >>> scan = pp.scan(path, rows=2)
    >>> scan
    <Scan of large.csv: frames of at most 2 rows>
    >>> [len(frame) for frame in scan]
    [2, 2, 1]
    >>> scan.pango.validate()
    <Report customer-identity: 1 of 5 rows ready, 0 held, 4 superseded>
    """

    def __init__(self, path: FileName, rows: int, reading: Mapping[str, Any]) -> None:
        self._path, self._rows, self._reading = os.fspath(path), rows, dict(reading)

    @verb
    def __iter__(self) -> Iterator[pd.DataFrame]:
        yield from scan_frames(self._path, rows=self._rows, **self._reading)

    @verb
    def whole(self) -> pd.DataFrame:
        """Return all rows as one frame, as `pangoprep.read` does; they have to fit into memory."""
        return read(self._path, **self._reading)

    @property
    def pango(self) -> ScanAccessor:
        """The verbs of ``df.pango``, for all rows."""
        return ScanAccessor(self._path, self._rows, self._reading)

    def checked(self, plan: PartPlan, records: Records) -> Report:
        """Check every row by a plan that was made, and against the records it may name."""
        return self.pango.request(None, {}).planned_as(plan).report(records)

    def __repr__(self) -> str:
        """Name the file."""
        name = Path(self._path).name or self._path
        words = language(environment_language())
        return f"<{words('repr.scan', name=name, rows=self._rows)}>"


class ScanAccessor:
    """``scan.pango``: the verbs of ``df.pango`` for a file of any size.

    Every method takes the options that those of ``df.pango`` take.
    """

    def __init__(self, path: str, rows: int, reading: Mapping[str, Any]) -> None:
        self._path, self._rows, self._reading = path, rows, reading

    @verb
    def map(
        self,
        object_type: ObjectType = None,
        *,
        mapping: Mapping[Any, str] | None = None,
        values: Mapping[str, Any] | None = None,
        lang: Literal["en", "vi"] | None = None,
    ) -> ColumnMap:
        """Tell which column is which field, from the first part; see ``df.pango.map``."""
        head = next(scan_frames(self._path, rows=self._rows, **self._reading))
        return find_columns(head, object_type, mapping, values, lang)

    @verb
    @written_out
    def validate(
        self, object_type: ObjectType = None, *, timezone_gmt: int = 7, day_first: bool = True,
        excel_1904: bool = False, decimal_mark: Literal[".", ","] | None = None,
        phone_region: str = "VN", phone_format: Literal["national", "e164"] = "national",
        gender_codes: Mapping[str, str] | None = None,
        addresses: Literal["suggest", "2025"] = "suggest",
        unreadable: Literal["hold", "blank"] = "hold",
        duplicates: Literal["last", "first", "hold"] = "last",
        severity: Mapping[str, str] | None = None, ignore: Collection[str] = (),
        lang: Literal['en', 'vi'] | None = None, today: dt.date | None = None,
        mapping: Mapping[Any, str] | None = None, fixes: GivenFixes | None = None,
        values: Mapping[str, Any] | None = None,
        recipe: Recipe | str | os.PathLike[str] | None = None,
    ) -> Report:  # fmt: skip
        """Check every row without sending anything.

        Parameters
        ----------
        object_type, timezone_gmt, ..., recipe
            As for ``df.pango.validate``.

        Returns
        -------
        Report
            As of one frame, in every form. Its rows lie on disk until they are asked for, in a
            file without a name that goes with the process. `Report.superseded` and
            `Report.to_excel` read the file once more.

        Raises
        ------
        UsageError
            If the entity, the columns or an option cannot be used, or a model of your own has a
            check across rows (``unique``, or one that is not ``element_wise``).
        ReadError
            If the file cannot be read, or was changed while it was.
        """
        return self.request(object_type, given(locals(), "object_type")).report()

    @verb
    @written_out
    def clean(
        self, object_type: ObjectType = None, *, out: FileName, held: FileName | None = None,
        timezone_gmt: int = 7, day_first: bool = True, excel_1904: bool = False,
        decimal_mark: Literal[".", ","] | None = None, phone_region: str = "VN",
        phone_format: Literal["national", "e164"] = "national",
        gender_codes: Mapping[str, str] | None = None,
        addresses: Literal["suggest", "2025"] = "suggest",
        unreadable: Literal["hold", "blank"] = "hold",
        duplicates: Literal["last", "first", "hold"] = "last",
        severity: Mapping[str, str] | None = None, ignore: Collection[str] = (),
        lang: Literal['en', 'vi'] | None = None, today: dt.date | None = None,
        mapping: Mapping[Any, str] | None = None, fixes: GivenFixes | None = None,
        values: Mapping[str, Any] | None = None,
        recipe: Recipe | str | os.PathLike[str] | None = None,
    ) -> Report:  # fmt: skip
        r"""Write the ready rows, canonical, and return the report.

        Parameters
        ----------
        object_type, timezone_gmt, ..., recipe
            As for ``df.pango.clean``.
        out
            The file to write: ``.csv``, ``.parquet``, ``.jsonl``, or ``.xlsx`` up to the rows that
            a sheet has. It is there when all of it is, and the held rows are.
        held
            Where to write the held rows, as they came; ``.xlsx`` is a workbook for fixing them.

        Examples
        --------
        >>> import pandas as pd, pangoprep as pp, tempfile, pathlib
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> _ = (folder / "a.csv").write_text("Mã KH,Họ tên,SĐT\nC1,An,912345678\n", "utf-8")
        >>> pp.scan(folder / "a.csv").pango.clean(out=folder / "ready.parquet")
        <Report customer-identity: 1 of 1 row ready, 0 held>
        >>> pd.read_parquet(folder / "ready.parquet")["phone"].to_list()
        ['0912345678']
        """
        keywords = given(locals(), "object_type")
        ready, rest = path_of("out", keywords.pop("out")), keywords.pop("held", None)
        rest = path_of("held", rest) if rest is not None else None
        check_name(ready)
        check_name(rest)
        request = self.request(object_type, keywords)
        check_targets([ready, rest], request.sources)
        report = request.report()
        with placed_together():
            write_ready(report, ready)
            if rest is not None:
                write_held(report, rest)
        return report

    @verb
    @written_out
    def send(
        self, object_type: ObjectType = None, *, dry_run: bool = False, source: str | None = None,
        init_data: bool = False, je_config_id: str | None = None, je_event_key: str | None = None,
        ignored_update_cfs: Sequence[str] = (), resend: bool = False,
        resolve_unknown: Literal["keep", "resend"] = "keep", sample: int | None = None,
        clear: Sequence[str] = (), ref_ids: bool = False, client: Client | None = None,
        ledger: str | os.PathLike[str] | None = None, progress: bool | None = None,
        user: str | None = None, file: str | None = None, timezone_gmt: int = 7,
        day_first: bool = True, excel_1904: bool = False,
        decimal_mark: Literal[".", ","] | None = None, phone_region: str = "VN",
        phone_format: Literal["national", "e164"] = "national",
        gender_codes: Mapping[str, str] | None = None,
        addresses: Literal["suggest", "2025"] = "suggest",
        unreadable: Literal["hold", "blank"] = "hold",
        duplicates: Literal["last", "first", "hold"] = "last",
        severity: Mapping[str, str] | None = None, ignore: Collection[str] = (),
        lang: Literal['en', 'vi'] | None = None, today: dt.date | None = None,
        mapping: Mapping[Any, str] | None = None, fixes: GivenFixes | None = None,
        values: Mapping[str, Any] | None = None,
        recipe: Recipe | str | os.PathLike[str] | None = None,
    ) -> Result | Plan:  # fmt: skip
        """Send the ready rows in one run, and say what became of every row.

        Parameters
        ----------
        object_type, source, ..., recipe
            As for ``df.pango.send``.
        """
        from pangoprep import upload

        options = given(locals(), "object_type", "upload")
        arguments = taken(options, upload.SEND_KEYWORDS)
        request = self.request(object_type, options)
        arguments.setdefault("file", Path(self._path).name)
        if arguments.get("source") is None:
            arguments["source"] = request.source
        return upload.send(request.report(), **arguments)

    def request(self, object_type: ObjectType, options: Mapping[str, Any]) -> FileRequest:
        """Say what is asked of the file."""
        options = dict(options)
        becoming = EntityKeywords.taken_from(options)
        return FileRequest(
            path=self._path,
            entity=object_type,
            recipe=becoming.recipe,
            mapping=becoming.mapping or {},
            fixes=becoming.fixes or {},
            values=becoming.values or {},
            options=options,
            reading={name: how for name, how in self._reading.items() if how is not None},
            rows_at_once=self._rows,
            always_in_parts=True,
        )


@verb
def scan(
    path: FileName,
    *,
    rows: int | None = None,
    sheet: str | int | None = None,
    header: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
) -> Scan:
    r"""Take a file of any size in parts: go through its frames, or use ``.pango`` for all of it.

    Parameters
    ----------
    path, sheet, header, encoding, delimiter
        As for `read`. A workbook is read as a whole; it cannot be larger than Excel allows.
    rows
        The most rows of a frame; of a wide table it has fewer. No frame holds rows of two files.
        Default: 262,144; or 349,525 of a file with no more than 256 MiB of text.

    Raises
    ------
    ReadError
        If there is no such file. Going through it raises as `read` does; frames given before stay
        good.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "large.csv"
    >>> _ = path.write_text("Mã KH,SĐT\n" + "C1,0912345678\n" * 5, "utf-8")
    >>> [len(frame) for frame in scan(path, rows=2)]
    [2, 2, 1]
    """
    how: dict[str, Any] = {
        "sheet": sheet, "header": header, "encoding": encoding, "delimiter": delimiter,
    }  # fmt: skip
    # Refuses what cannot be meant.
    scan_frames(path, rows=ROWS_AT_ONCE if rows is None else rows, **how)
    find_files(path)
    return Scan(path, usual_rows(path) if rows is None else rows, how)
