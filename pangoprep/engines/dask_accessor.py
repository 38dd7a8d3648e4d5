"""``ddf.pango``: the verbs of ``df.pango`` for a Dask frame.

Loaded with Dask's frames, whoever asks for those: so it loads what it needs on first use.

Keywords that stand in several signatures are declared once: see `written_out`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from pangoprep.boundary import verb
from pangoprep.called_plan import plan_call, source_of
from pangoprep.entities import Entity
from pangoprep.keywords import given, taken, written_out
from pangoprep.planning import find_columns

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from pangoprep.engines.report import FolderReport
    from pangoprep.fixes.file import GivenFixes
    from pangoprep.matching.mapping import ColumnMap
    from pangoprep.matching.recipes import Recipe
    from pangoprep.upload import Client, Plan, Result

ObjectType = str | type[Entity] | None
Address = str | os.PathLike[str]


class DaskAccessor:
    """Clean, check and send a Dask frame of customer data, on all workers.

    The verbs of ``df.pango`` with the same options and the same results, row for row, whatever the
    partitions; the order of rows is the order of partitions. What is made lies in a folder that
    all workers reach: a path, or any address that fsspec knows.
    """

    def __init__(self, frame: Any) -> None:
        self._frame = frame

    @verb
    def map(
        self,
        object_type: ObjectType = None,
        *,
        mapping: Mapping[Any, str] | None = None,
        values: Mapping[str, Any] | None = None,
        lang: Literal["en", "vi"] | None = None,
    ) -> ColumnMap:
        """Tell which column is which field, from the first rows; see ``df.pango.map``."""
        from pangoprep.engines.dask_tasks import head_of_frame

        head, _ = head_of_frame(self._frame.to_delayed())
        return find_columns(head, object_type, mapping, values, lang)

    @verb
    @written_out
    def validate(
        self, object_type: ObjectType = None, *, folder: Address | None = None,
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
    ) -> FolderReport:  # fmt: skip
        """Check every row without sending anything.

        Parameters
        ----------
        object_type, timezone_gmt, ..., recipe
            As for ``df.pango.validate``. They are settled here, "today" too, and hold for all
            workers.
        folder
            Where the report lies: a path or an fsspec address that all workers reach. It is there
            when all of it is; an earlier report in its place goes.

        Returns
        -------
        FolderReport
            As of one frame, in every form. Its ``ready``, ``held``, ``findings`` and ``rows`` are
            Dask frames on the folder's Parquet files.

        Raises
        ------
        UsageError
            If the entity, the columns, an option or the folder cannot be used, or a model of your
            own has a check across rows (``unique``, or one that is not ``element_wise``).

        Examples
        --------
        >>> import dask.dataframe as dd, pandas as pd, pangoprep, tempfile
        >>> people = {"customerId": ["1"], "fullName": ["An"], "phone": ["912345678"]}
        >>> ddf = dd.from_pandas(pd.DataFrame(people), npartitions=1)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     report = ddf.pango.validate(folder=folder + "/report")
        ...     report.ready["phone"].compute().to_list()
        ['0912345678']
        """
        return self._examine(object_type, given(locals(), "object_type"))

    @verb
    @written_out
    def clean(
        self, object_type: ObjectType = None, *, folder: Address | None = None,
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
    ) -> Any:  # fmt: skip
        """Return every row with canonical values as a Dask frame; see ``df.pango.clean``.

        Parameters
        ----------
        object_type, folder, timezone_gmt, ..., recipe
            As for `validate`. The frame reads from the folder.
        """
        return self._examine(object_type, given(locals(), "object_type")).cleaned

    @verb
    @written_out
    def send(
        self, object_type: ObjectType = None, *, folder: Address | None = None,
        dry_run: bool = False, source: str | None = None, init_data: bool = False,
        je_config_id: str | None = None, je_event_key: str | None = None,
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

        One sender, in this process, takes the rows from the folder, in the order of the
        partitions; workers never send.

        Parameters
        ----------
        object_type, dry_run, ..., recipe
            As for ``df.pango.send``.
        folder
            As for `validate`.
        """
        from pangoprep import upload

        keywords = given(locals(), "object_type", "upload")
        arguments = taken(keywords, upload.SEND_KEYWORDS)
        arguments["source"] = source_of(arguments.get("source"), keywords, object_type)
        result: Result | Plan = upload.send(self._examine(object_type, keywords), **arguments)
        return result

    def _examine(self, object_type: ObjectType, keywords: dict[str, Any]) -> FolderReport:
        from pangoprep.engines.dask_run import examine_dask

        folder = keywords.pop("folder", None)
        plan_of = partial(plan_call, object_type=object_type, keywords=keywords)
        return examine_dask(self._frame, plan_of, folder)
