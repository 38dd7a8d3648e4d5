"""``pp.validate``, ``pp.clean`` and the others: the verbs of ``df.pango``, for every frame.

Keywords that stand in several signatures are declared once: see `written_out`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pangoprep.accessor import PangoAccessor
from pangoprep.arrow_frames import ArrowFrame, Frame, as_pandas, like
from pangoprep.boundary import verb
from pangoprep.called_plan import ObjectType
from pangoprep.keywords import given, written_out
from pangoprep.matching.mapping import ColumnMap
from pangoprep.report import Report

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Collection, Sequence

    import pandas as pd

    from pangoprep.entities import Entity
    from pangoprep.fixes.file import GivenFixes
    from pangoprep.matching.recipes import Recipe
    from pangoprep.upload import Client, Plan, Result

FrameT = TypeVar("FrameT", bound="pd.DataFrame | ArrowFrame")


@verb
def map(  # noqa: A001 - the verb's name
    frame: Frame,
    object_type: ObjectType = None,
    *,
    mapping: Mapping[Any, str] | None = None,
    values: Mapping[str, Any] | None = None,
    items: Frame | None = None,
    lang: Literal["en", "vi"] | None = None,
) -> ColumnMap:
    """Tell which column is which field, with confidence and reasons.

    Parameters
    ----------
    frame
        A frame of pandas, or whatever speaks Arrow: polars, pyarrow, DuckDB, ibis.
    object_type, mapping, values, items, lang
        As for ``df.pango.map``.

    Examples
    --------
    >>> import pyarrow as pa, pangoprep as pp
    >>> pp.map(pa.table({"Mã KH": ["1"], "SĐT": ["0912345678"]})).fields
    {'Mã KH': 'customerId', 'SĐT': 'phone'}
    """
    accessor = PangoAccessor(as_pandas(frame))
    return accessor.map(object_type, mapping=mapping, values=values, items=items, lang=lang)


@verb
@written_out
def validate(
    frame: Frame, object_type: ObjectType = None, *, items: Frame | None = None,
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
    values: Mapping[str, Any] | None = None, recipe: Recipe | str | os.PathLike[str] | None = None,
) -> Report:  # fmt: skip
    """Check every row without sending anything.

    Parameters
    ----------
    frame
        A frame of pandas, or whatever speaks Arrow: polars, pyarrow, DuckDB, ibis.
    object_type, items, timezone_gmt, ..., recipe
        As for ``df.pango.validate``.

    Returns
    -------
    Report
        All findings, and the rows split into ready and held; its tables are pandas frames.

    Raises
    ------
    UsageError
        If the frame, the entity, the columns or an option cannot be used.

    Examples
    --------
    >>> import pyarrow as pa, pangoprep as pp
    >>> frame = pa.table({"customerId": ["1"], "fullName": ["An"], "SĐT": [912345678]})
    >>> pp.validate(frame, phone_format="e164")
    <Report customer-identity: 1 of 1 row ready, 0 held>
    """
    keywords = given(locals(), "frame", "object_type")
    return PangoAccessor(as_pandas(frame)).validate(object_type, **keywords)


@verb
@written_out
def clean(
    frame: FrameT, object_type: ObjectType = None, *, items: Frame | None = None,
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
    values: Mapping[str, Any] | None = None, recipe: Recipe | str | os.PathLike[str] | None = None,
) -> FrameT:  # fmt: skip
    """Return every row with canonical values; cells that cannot be read are null.

    Parameters
    ----------
    frame
        A frame of pandas, or whatever speaks Arrow: polars, pyarrow, DuckDB, ibis.
    object_type, items, timezone_gmt, ..., recipe
        As for ``df.pango.clean``.

    Returns
    -------
    DataFrame
        Of the kind that was given; of DuckDB's relations a table of pyarrow, which it can query.

    Examples
    --------
    >>> import pyarrow as pa, pangoprep as pp
    >>> frame = pa.table({"customerId": ["1"], "fullName": ["An"], "SĐT": [912345678]})
    >>> pp.clean(frame)["phone"].to_pylist()
    ['0912345678']
    """
    keywords = given(locals(), "frame", "object_type")
    cleaned = PangoAccessor(as_pandas(frame)).clean(object_type, **keywords)
    result: FrameT = like(frame, cleaned)
    return result


@verb
def unfold(
    frame: FrameT,
    object_type: str | type[Entity],
    *,
    each: Mapping[str, Sequence[Any]] | None = None,
    shared: Collection[Any] = (),
) -> FrameT:
    """Make long rows of a wide file: one of each group of numbered columns.

    Parameters
    ----------
    frame
        A frame of pandas, or whatever speaks Arrow: polars, pyarrow, DuckDB, ibis.
    object_type, each, shared
        As for ``df.pango.unfold``.

    Returns
    -------
    DataFrame
        Of the kind that was given, with PangoCDP's fields.

    Examples
    --------
    >>> import pyarrow as pa, pangoprep as pp
    >>> wide = pa.table({"Mã KH": ["1"], "Email 1": ["a@b.vn"], "Email 2": ["c@d.vn"]})
    >>> each = {"emailType": ["Personal", "Business"]}
    >>> pp.unfold(wide, "customer-identity-email", each=each)["email"].to_pylist()
    ['a@b.vn', 'c@d.vn']
    """
    long = PangoAccessor(as_pandas(frame)).unfold(object_type, each=each, shared=shared)
    result: FrameT = like(frame, long)
    return result


@verb
@written_out
def plan(
    frame: Frame, object_type: ObjectType = None, *, items: Frame | None = None,
    source: str | None = None, init_data: bool = False, je_config_id: str | None = None,
    je_event_key: str | None = None, ignored_update_cfs: Sequence[str] = (), resend: bool = False,
    resolve_unknown: Literal["keep", "resend"] = "keep", sample: int | None = None,
    clear: Sequence[str] = (), ref_ids: bool = False, client: Client | None = None,
    ledger: str | os.PathLike[str] | None = None, progress: bool | None = None,
    user: str | None = None, file: str | None = None, timezone_gmt: int = 7, day_first: bool = True,
    excel_1904: bool = False, decimal_mark: Literal[".", ","] | None = None,
    phone_region: str = "VN", phone_format: Literal["national", "e164"] = "national",
    gender_codes: Mapping[str, str] | None = None,
    addresses: Literal["suggest", "2025"] = "suggest",
    unreadable: Literal["hold", "blank"] = "hold",
    duplicates: Literal["last", "first", "hold"] = "last",
    severity: Mapping[str, str] | None = None, ignore: Collection[str] = (),
    lang: Literal['en', 'vi'] | None = None, today: dt.date | None = None,
    mapping: Mapping[Any, str] | None = None, fixes: GivenFixes | None = None,
    values: Mapping[str, Any] | None = None, recipe: Recipe | str | os.PathLike[str] | None = None,
) -> Plan:  # fmt: skip
    """Say what `send` would do: requests, bytes, finish time. Nothing is sent.

    Parameters
    ----------
    frame, object_type, items, source, ..., recipe
        As for `send`. Without credentials it does not know what was sent before.
    """
    keywords = given(locals(), "frame", "object_type")
    return PangoAccessor(as_pandas(frame)).plan(object_type, **keywords)


@verb
@written_out
def send(
    frame: Frame, object_type: ObjectType = None, *, items: Frame | None = None,
    source: str | None = None, init_data: bool = False, je_config_id: str | None = None,
    je_event_key: str | None = None, ignored_update_cfs: Sequence[str] = (), resend: bool = False,
    resolve_unknown: Literal["keep", "resend"] = "keep", sample: int | None = None,
    clear: Sequence[str] = (), ref_ids: bool = False, client: Client | None = None,
    ledger: str | os.PathLike[str] | None = None, progress: bool | None = None,
    user: str | None = None, file: str | None = None, timezone_gmt: int = 7, day_first: bool = True,
    excel_1904: bool = False, decimal_mark: Literal[".", ","] | None = None,
    phone_region: str = "VN", phone_format: Literal["national", "e164"] = "national",
    gender_codes: Mapping[str, str] | None = None,
    addresses: Literal["suggest", "2025"] = "suggest",
    unreadable: Literal["hold", "blank"] = "hold",
    duplicates: Literal["last", "first", "hold"] = "last",
    severity: Mapping[str, str] | None = None, ignore: Collection[str] = (),
    lang: Literal['en', 'vi'] | None = None, today: dt.date | None = None,
    mapping: Mapping[Any, str] | None = None, fixes: GivenFixes | None = None,
    values: Mapping[str, Any] | None = None, recipe: Recipe | str | os.PathLike[str] | None = None,
) -> Result:  # fmt: skip
    """Send the ready rows to PangoCDP and say what became of every row.

    Parameters
    ----------
    frame
        A frame of pandas, or whatever speaks Arrow: polars, pyarrow, DuckDB, ibis.
    object_type, items, source, ..., recipe
        As for ``df.pango.send``; for a dry run there is `plan`.

    Returns
    -------
    Result
        ``result.rows`` has one row per input row.
    """
    keywords = given(locals(), "frame", "object_type")
    result: Any = PangoAccessor(as_pandas(frame)).send(object_type, **keywords)
    return result  # type: ignore[no-any-return]
