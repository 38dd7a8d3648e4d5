"""``df.pango``: guards and forwards, keeps nothing.

Keywords that stand in several signatures are declared once: see `written_out`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from pangoprep.arrow_frames import Frame, as_pandas
from pangoprep.boundary import verb
from pangoprep.called_plan import ObjectType, join_tables, plan_tables, source_of
from pangoprep.keywords import given, taken, written_out
from pangoprep.matching.unfolding import unfold
from pangoprep.pipeline import examine
from pangoprep.planning import find_columns
from pangoprep.report import Report

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Collection, Sequence

    from pangoprep.entities import Entity
    from pangoprep.fixes.file import GivenFixes
    from pangoprep.matching.mapping import ColumnMap
    from pangoprep.matching.recipes import Recipe
    from pangoprep.upload import Client, Plan, Result
    from pangoprep.workbench import Workbench


@pd.api.extensions.register_dataframe_accessor("pango")
class PangoAccessor:
    """Clean, check and send a frame of customer data.

    Every method takes the options of `pangoprep.Options` as keywords, and three that say how the
    frame becomes the entity: ``mapping={"SĐT": "phone"}`` for columns whose headers do not tell,
    ``fixes={"gender": {"x": "male"}}`` for cells, and ``recipe="crm.toml"`` for all of it (see
    `pangoprep.Recipe`). ``values={"systemName": "CRM"}`` adds what the file lacks, see
    ``docs/values.md``. A default counts where neither the recipe nor the entity says otherwise.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    @verb
    def map(
        self, object_type: ObjectType = None, *, mapping: Mapping[Any, str] | None = None,
        values: Mapping[str, Any] | None = None, items: Frame | None = None,
        lang: Literal['en', 'vi'] | None = None,
    ) -> ColumnMap:  # fmt: skip
        """Tell which column is which field, with confidence and reasons.

        `validate`, `clean` and `send` do the same by themselves; look here to see what they would
        do, and what they would leave out because they are not sure.

        Parameters
        ----------
        object_type
            Such as ``"customer-identity"``; without it the entity is told from the columns.
        mapping
            What you know, column to field; it wins.
        values
            What you add to rows, by field; fields it says all of need no column.
        items
            The items of the rows, such as the lines of orders, where they are a table of their own.
        lang
            The language of questions and reasons. Default: what ``PANGOPREP_LANG`` says, else
            English.

        Examples
        --------
        >>> import pandas as pd, pangoprep
        >>> found = pd.DataFrame({"Mã KH": ["1"], "SĐT phụ": ["0912345678"]}).pango.map()
        >>> found
        <ColumnMap customer-identity: 1 of 2 columns matched, 1 to be asked, 0 unclaimed>
        >>> found.uncertain
        {'SĐT phụ': ['phone']}
        """
        if items is not None:
            said = {"mapping": mapping, "values": values}
            joined = join_tables(self._frame, as_pandas(items), object_type, said)
            return joined.column_map.spoken(lang)
        return find_columns(self._frame, object_type, mapping, values, lang)

    @verb
    def unfold(
        self, object_type: str | type[Entity], *, each: Mapping[str, Sequence[Any]] | None = None,
        shared: Collection[Any] = (),
    ) -> pd.DataFrame:  # fmt: skip
        """Make long rows of a wide file: one of each group of numbered columns.

        Columns such as *Address1*, *Địa chỉ 2* or *Email (2)* hold several addresses or emails of
        one customer, each of which is a record of its own in PangoCDP.

        Parameters
        ----------
        object_type
            What the rows are to be, such as ``"customer-identity-address"``.
        each
            What is to stand in all rows of a group, by field, in the order of the groups:
            ``{"addressType": ["Live", "Work"]}``. A group is left out where ``""`` stands for a
            field of the key.
        shared
            Columns without a number whose cells every row needs. Those of the key are repeated
            anyway; others go with the first group.

        Returns
        -------
        pandas.DataFrame
            Cells as they came, under PangoCDP's fields. Each row has the index of the row it was
            made of, so that findings name the rows of the file. A group whose cells are all empty
            makes no row.

        Raises
        ------
        ColumnNamesError
            If no columns are numbered fields of the entity, two of one group are the same field,
            or nothing tells the rows of one customer apart.
        OptionError
            If ``each`` or ``shared`` do not fit the frame, or ``each`` says the same of two groups.

        Examples
        --------
        >>> import pandas as pd, pangoprep
        >>> wide = pd.DataFrame({"Mã KH": ["1", "2"], "Email": ["a@b.vn", None],
        ...                      "Email 2": ["c@d.vn", "e@f.vn"]})
        >>> each = {"emailType": ["Personal", "Business"]}
        >>> wide.pango.unfold("customer-identity-email", each=each)
          customerId   email emailType
        0          1  a@b.vn  Personal
        0          1  c@d.vn  Business
        1          2  e@f.vn  Business
        """
        return unfold(self._frame, object_type, each, shared)

    @verb
    @written_out
    def validate(
        self, object_type: ObjectType = None, *, items: Frame | None = None, timezone_gmt: int = 7,
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
    ) -> Report:  # fmt: skip
        """Check every row without sending anything.

        Parameters
        ----------
        object_type
            Such as ``"customer-identity"``; without it the entity is told from the columns.
        items
            The items of the rows, such as the lines of orders, where they are a table of their own
            with the key of the rows; see ``docs/orders.md``.
        timezone_gmt, day_first, excel_1904, phone_region, phone_format, gender_codes
            How cells are read; see `pangoprep.Options`.
        unreadable, duplicates, severity, ignore
            What happens to rows of which something is found.
        lang, today
            The language of the report, and the day after which a birth date lies in the future.
        mapping, fixes, recipe
            How the frame becomes the entity.

        Returns
        -------
        Report
            All findings, and the rows split into ready and held.

        Raises
        ------
        UsageError
            If the entity, the columns or an option cannot be used.

        Examples
        --------
        >>> import pandas as pd, pangoprep
        >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "SĐT": ["912345678"]})
        >>> frame.pango.validate()
        <Report customer-identity: 1 of 1 row ready, 0 held>
        """
        return self._prepare(object_type, given(locals(), "object_type"))

    @verb
    @written_out
    def workbench(
        self, object_type: ObjectType = None, *, items: Frame | None = None, timezone_gmt: int = 7,
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
    ) -> Workbench:  # fmt: skip
        """Return a workbench: rows are fixed step by step, and each step can be undone.

        It takes the keywords of `validate`. ``docs/workbench.md`` shows how one works with it;
        `studio` shows it in a notebook.

        Examples
        --------
        >>> import pandas as pd, pangoprep
        >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
        >>> bench = frame.pango.workbench()
        >>> bench.fix("phone", {"123": "0912345678"}).n_freed
        1
        """
        from pangoprep.workbench import Workbench

        keywords = given(locals(), "object_type", "Workbench")
        return Workbench(*plan_tables(self._frame, object_type, keywords, may_lack=True))

    @verb
    @written_out
    def studio(
        self, object_type: ObjectType = None, *, items: Frame | None = None,
        client: Client | None = None, source: str | None = None,
        ledger: str | os.PathLike[str] | None = None, timezone_gmt: int = 7, day_first: bool = True,
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
    ) -> Any:  # fmt: skip
        """Show the studio: fix rows by looking, and send them, in the notebook.

        Parameters
        ----------
        object_type
            Such as ``"customer-identity"``; without it the entity is told from the columns.
        items
            The items of the rows, where they are a table of their own; see `validate`.
        client
            Who sends for real; default: credentials from the environment. Practice needs none.
        source, ledger
            What a send is offered with; see `send`.
        timezone_gmt, ..., recipe
            As for `validate`.

        Returns
        -------
        Widget
            ``.bench`` is the workbench behind it, ``.report`` the report as it is now. Without
            anywidget (``pip install "pangoprep[notebook]"``) the workbench itself.
        """
        from pangoprep.studio import open_studio

        keywords = given(locals(), "object_type", "open_studio")
        arguments = taken(keywords, ["client", "source", "ledger"])
        bench = self.workbench(object_type, **keywords)
        if (recipe := keywords.get("recipe")) is not None:
            arguments["source"] = source_of(
                arguments.get("source"), {"recipe": recipe}, object_type
            )
        return open_studio(bench, **arguments)

    @verb
    @written_out
    def clean(
        self, object_type: ObjectType = None, *, items: Frame | None = None, timezone_gmt: int = 7,
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
    ) -> pd.DataFrame:  # fmt: skip
        """Return every row with canonical values; cells that cannot be read are null.

        It takes the keywords of `validate`.

        The result has the caller's index and PangoCDP's field names; columns that are no field of
        the entity are left out. To send, call `send` on the original frame: it knows which cells
        were unreadable and holds their rows.

        Examples
        --------
        >>> import pandas as pd, pangoprep
        >>> frame = pd.DataFrame(
        ...     {"customerId": ["1"], "fullName": ["An"], "phone": ["+84 912345678"]}
        ... ).assign(dob="15/06/1988")
        >>> frame.pango.clean(timezone_gmt=7)[["phone", "dob", "timezoneGmt"]].values.tolist()
        [['0912345678', 582310800000, 7]]
        """
        return self._prepare(object_type, given(locals(), "object_type")).cleaned

    @verb
    @written_out
    def plan(
        self, object_type: ObjectType = None, *, items: Frame | None = None,
        source: str | None = None, init_data: bool = False, je_config_id: str | None = None,
        je_event_key: str | None = None, ignored_update_cfs: Sequence[str] = (),
        resend: bool = False, resolve_unknown: Literal["keep", "resend"] = "keep",
        sample: int | None = None, clear: Sequence[str] = (), ref_ids: bool = False,
        client: Client | None = None, ledger: str | os.PathLike[str] | None = None,
        progress: bool | None = None, user: str | None = None, file: str | None = None,
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
    ) -> Plan:  # fmt: skip
        """Say what `send` would do: requests, bytes, finish time. Nothing is sent.

        It takes the keywords of `send`. Without credentials it does not know what was sent before.

        Examples
        --------
        >>> import pandas as pd, pangoprep
        >>> frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "SĐT": ["912345678"]})
        >>> frame.pango.plan().n_requests
        1
        """
        keywords = {**given(locals(), "object_type"), "dry_run": True}
        planned: Plan = self._send(object_type, keywords)
        return planned

    @verb
    @written_out
    def send(
        self, object_type: ObjectType = None, *, items: Frame | None = None, dry_run: bool = False,
        source: str | None = None, init_data: bool = False, je_config_id: str | None = None,
        je_event_key: str | None = None, ignored_update_cfs: Sequence[str] = (),
        resend: bool = False, resolve_unknown: Literal["keep", "resend"] = "keep",
        sample: int | None = None, clear: Sequence[str] = (), ref_ids: bool = False,
        client: Client | None = None, ledger: str | os.PathLike[str] | None = None,
        progress: bool | None = None, user: str | None = None, file: str | None = None,
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
    ) -> Result | Plan:  # fmt: skip
        """Send the ready rows to PangoCDP and say what became of every row.

        Sending the same frame again goes on where the last run stopped and sends only what
        changed. Ctrl-C stops well and returns the result so far.

        Parameters
        ----------
        object_type
            Such as ``"customer-identity"``; without it the entity is told from the columns.
        items
            The items of the rows, where they are a table of their own; see `validate`.
        source
            The name of the system the data comes from, such as ``"CRM"``; PangoCDP requires it.
        client
            A `pangoprep.Client`; default: credentials from the environment.
        init_data
            Whether this is the initial load.
        je_config_id, je_event_key
            Journey event configuration: PangoCDP creates an event for every record.
        ignored_update_cfs
            Custom fields not to update on records that exist.
        ledger
            Path of the ledger; default: in the user's data directory.
        dry_run
            Return the plan and send nothing.
        resend
            Send rows again that were accepted with the same content.
        resolve_unknown
            ``"resend"`` sends the rows again whose answer was lost while events were on; an event
            may then fire twice. ``"keep"`` leaves them unknown.
        sample
            Send so many rows first, and the others only if all of those are accepted.
        clear
            Fields whose empty cells are sent as null.
        ref_ids
            Give each record a ``refId``, by which PangoCDP's callback names it; see `confirm`. An
            entity that has a ``refId`` of its own keeps that.
        progress
            Whether to show a progress bar; default: where one can be seen.
        user, file
            Who sends, and which file, for the record kept of the run.
        timezone_gmt, ..., recipe
            As for `validate`.

        Returns
        -------
        Result or Plan
            ``result.rows`` has one row per input row; with ``dry_run=True`` the plan.

        Raises
        ------
        UsageError
            If the entity, the columns, an option or the credentials cannot be used.
        """
        result: Result | Plan = self._send(object_type, given(locals(), "object_type"))
        return result

    @verb
    @written_out
    def resume(
        self, run_id: str, object_type: ObjectType = None, *, items: Frame | None = None,
        client: Client | None = None, ledger: str | os.PathLike[str] | None = None,
        resolve_unknown: Literal["keep", "resend"] = "keep", progress: bool | None = None,
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
    ) -> Result:  # fmt: skip
        """Go on with a run that was stopped or killed, with the options it was sent with.

        Parameters
        ----------
        run_id
            The run, from ``result.run_id`` or `pangoprep.runs`.
        object_type, timezone_gmt, ..., recipe
            Nothing, usually: the rows are read as the run read them, by the mapping and options the
            ledger keeps. Fixes are not kept; give them as in the call that was stopped.
        items, client, ledger, resolve_unknown, progress, user, file
            As for `send`.

        Raises
        ------
        UsageError
            If the ledger has no such run, it still runs, it sent another entity, another account
            sent it, or what is given here reads the rows in another way.
        """
        from pangoprep import upload

        keywords = given(locals(), "run_id", "object_type", "upload")
        before = upload.status(run_id, ledger=keywords.get("ledger"))
        object_type = object_type if object_type is not None else before.entity
        arguments = taken(keywords, upload.SEND_KEYWORDS)
        report = self._prepare(object_type, keywords, before.reading)
        return upload.resume(report, run_id, **arguments)

    @verb
    @written_out
    async def asend(
        self, object_type: ObjectType = None, *, items: Frame | None = None, dry_run: bool = False,
        source: str | None = None, init_data: bool = False, je_config_id: str | None = None,
        je_event_key: str | None = None, ignored_update_cfs: Sequence[str] = (),
        resend: bool = False, resolve_unknown: Literal["keep", "resend"] = "keep",
        sample: int | None = None, clear: Sequence[str] = (), ref_ids: bool = False,
        client: Client | None = None, ledger: str | os.PathLike[str] | None = None,
        progress: bool | None = None, user: str | None = None, file: str | None = None,
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
    ) -> Result | Plan:  # fmt: skip
        """Do what `send` does, awaited; it takes the same keywords."""
        from pangoprep import upload

        keywords = given(locals(), "object_type", "upload")
        report, arguments = self._ready(object_type, keywords)
        return await upload.asend(report, **arguments)

    def _send(self, object_type: ObjectType, keywords: dict[str, Any]) -> Any:
        from pangoprep import upload

        report, arguments = self._ready(object_type, keywords)
        return upload.send(report, **arguments)

    def _ready(self, object_type: ObjectType, keywords: dict[str, Any]) -> tuple[Report, Any]:
        """Return the report to send, and the arguments to send it with."""
        from pangoprep import upload

        arguments = taken(keywords, upload.SEND_KEYWORDS)
        arguments["source"] = source_of(arguments.get("source"), keywords, object_type)
        return self._prepare(object_type, keywords), arguments

    def _prepare(
        self,
        object_type: ObjectType,
        keywords: dict[str, Any],
        kept: Mapping[str, Any] | None = None,
    ) -> Report:
        return examine(*plan_tables(self._frame, object_type, keywords, kept))
