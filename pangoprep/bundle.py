"""``validate_all``: frames that belong together, checked against each other."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import pyarrow as pa

from pangoprep.argument_checks import check_frames, instance_of, path_of
from pangoprep.boundary import verb
from pangoprep.columns.types import Mask
from pangoprep.entities import Entity, entity_for
from pangoprep.errors import OptionError, UnknownEntityError, UsageError
from pangoprep.fixes.file import FixesFile, GivenFixes, fixes_apart
from pangoprep.keywords import given, taken, written_out
from pangoprep.matching.fixes import Fixes
from pangoprep.matching.written_values import check_written
from pangoprep.options import Options, make_options
from pangoprep.pipeline import examine
from pangoprep.planning import PartPlan, plan_columns
from pangoprep.report.bundle import Bundle
from pangoprep.report.report import Report
from pangoprep.steps.references import CUSTOMER, Customers, known_customers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from pangoprep.upload import Client

Frames = Mapping[str, pd.DataFrame] | str | os.PathLike[str]


@verb
@written_out
def validate_all(
    frames: Frames, *, customers: Iterable[object] = (), client: Client | None = None,
    ledger: str | os.PathLike[str] | None = None, values: Mapping[str, Any] | None = None,
    fixes: Mapping[str, Fixes] | FixesFile | str | os.PathLike[str] | None = None,
    folder: str | os.PathLike[str] | None = None, timezone_gmt: int = 7, day_first: bool = True,
    excel_1904: bool = False, decimal_mark: Literal[".", ","] | None = None,
    phone_region: str = "VN", phone_format: Literal["national", "e164"] = "national",
    gender_codes: Mapping[str, str] | None = None,
    addresses: Literal["suggest", "2025"] = "suggest",
    unreadable: Literal["hold", "blank"] = "hold",
    duplicates: Literal["last", "first", "hold"] = "last",
    severity: Mapping[str, str] | None = None, ignore: Collection[str] = (),
    lang: Literal["en", "vi"] = "en", today: dt.date | None = None,
) -> Bundle:  # fmt: skip
    """Check several frames as one bundle, without sending anything.

    A relationship, membership, address, email or photo whose customer is held is held with it. One
    whose customer is neither in the bundle nor known from earlier sends gets a warning.

    Parameters
    ----------
    frames
        Frames by entity, such as ``{"customer-identity": df1, "customer-membership": df2}``; or
        the path of a workbook, each sheet a frame. Another name than an entity's will do where the
        columns tell the entity.
    customers
        Ids of customers that PangoCDP has already.
    client, ledger
        The account whose earlier sends count too, and where they are remembered; as for
        ``df.pango.send``.
    values
        What is added to rows: of all frames, such as ``{"systemName": "CRM"}``, and of some by
        their names, such as ``{"customer-identity": {"customerId": {"from": ["phone"]}}}``.
    fixes
        A fixes file, such as ``"kv.fixes"``, for all frames; or what cells mean, by frame and
        field: ``{"customer-identity": {"gender": {"x": "male"}}}``.
    timezone_gmt, ..., today
        How cells are read; see `pangoprep.Options`.
    folder
        Of Dask frames: where the reports lie, one folder for each frame; see ``ddf.pango``.

    Returns
    -------
    Bundle
        A report per frame, and what there is to say of them together.

    Raises
    ------
    UsageError
        If there is no frame, or a frame, its entity or an option cannot be used.

    Examples
    --------
    >>> import pandas as pd, pangoprep as pp
    >>> people = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["123"]})
    >>> photos = pd.DataFrame({"customerId": ["1"], "source": "web", "imageUrl": "http://a.vn/1"})
    >>> bundle = pp.validate_all({"customer-identity": people, "customer-identity-photo": photos})
    >>> bundle["customer-identity-photo"].findings[["rule", "suggestion"]].to_numpy().tolist()
    [['reference.customer_held', 'customer-identity row 0 is held']]
    """
    keywords = given(locals(), "frames")
    folder = keywords.pop("folder", None)
    if is_dask(frames):
        return _validate_dask(frames, keywords, folder)
    if folder is not None:
        raise OptionError("folder= is where reports of Dask frames lie; these are none.")
    frames = _read_all(frames)
    if not frames:
        raise UsageError("There is no frame to validate.")
    is_known = known_before(**taken(keywords, ("customers", "client", "ledger")))
    added = _values_by_frame(keywords.pop("values", None), frames)
    said = _fixes_by_frame(keywords.pop("fixes", None), frames)
    options = make_options(keywords) if keywords else None
    plans = {
        label: _plan(label, frame, options, added[label], said[label])
        for label, frame in frames.items()
    }
    labels = [label for label in frames if plans[label].entity.object_type == CUSTOMER]
    people = Customers(is_known)
    reports: dict[str, Report] = {}
    for label in sorted(frames, key=lambda label: label not in labels):
        report = examine(frames[label], plans[label], people)
        reports[label] = report
        if label in labels:
            examined = report.examined
            people.add(label, examined.canonical_rows(), examined.is_held, examined.index)
    return Bundle({label: reports[label] for label in frames})


def _validate_dask(frames: Any, keywords: dict[str, Any], folder: Any) -> Bundle:
    """Check Dask frames; what the ledger of this machine knows stays here."""
    from pangoprep.engines.dask_bundle import validate_dask

    if keywords.get("client") is not None or keywords.get("ledger") is not None:
        raise OptionError(
            "With Dask frames the workers have neither client nor ledger; give the ids of "
            "customers that PangoCDP has already as customers=[...]."
        )
    is_known = known_before(**taken(keywords, ("customers", "client", "ledger")))
    added = _values_by_frame(keywords.pop("values", None), frames)
    said = _fixes_by_frame(keywords.pop("fixes", None), frames)
    options = make_options(keywords) if keywords else None
    return validate_dask(
        frames,
        lambda label, head: _plan(label, head, options, added[label], said[label]),
        is_known,
        folder,
    )


def is_dask(frames: object) -> bool:
    """Whether some frames by name are all Dask's."""
    if not isinstance(frames, Mapping) or not frames:
        return False
    return all(type(one).__module__.split(".")[0] == "dask" for one in frames.values())


def _values_by_frame(
    values: Mapping[str, Any] | None, labels: Iterable[str]
) -> dict[str, dict[str, Any]]:
    """Give each frame the values that all have, and those under its name."""
    given = {} if values is None else values
    if not isinstance(given, Mapping):
        check_written(given)
    labels = list(labels)
    for_all = check_written({n: how for n, how in given.items() if n not in labels})
    return {label: {**for_all, **check_written(given.get(label, {}))} for label in labels}


def _fixes_by_frame(given: Any, labels: Iterable[str]) -> dict[str, GivenFixes]:
    """Give each frame its fixes, and all of them the fixes file."""
    said, file = fixes_apart({} if given is None else given)
    if file is not None:
        return dict.fromkeys(labels, file)
    if not isinstance(said, Mapping) or not set(said) <= set(labels):
        raise OptionError(
            "fixes must be a fixes file, or name frames of this bundle: "
            '{"customer-identity": {"gender": {"x": "male"}}}.'
        )
    return {label: said.get(label, {}) for label in labels}


def _plan(
    label: str,
    frame: pd.DataFrame,
    options: Options | None,
    values: Mapping[str, Any],
    fixes: GivenFixes,
) -> PartPlan:
    entity: type[Entity] | None
    try:
        entity = entity_for(label)
    except UnknownEntityError:
        entity = None
    return plan_columns(frame, entity, options, fixes=fixes, values=values)


def _read_all(frames: Frames) -> dict[str, pd.DataFrame]:
    if isinstance(frames, Mapping):
        check_frames("frames", frames)
        return dict(frames)
    from pangoprep.reading.excel.workbook import sheet_names
    from pangoprep.reading.frames import read

    path = path_of("frames", frames)
    if not path.is_file():
        raise UsageError(f"There is no workbook {path.name!r}; give a path or a mapping of frames.")
    with path.open("rb") as file:
        names = sheet_names(file, path.name)
    return {name: read(path, sheet=name) for name in names}


def known_before(
    customers: Iterable[object] = (),
    client: Client | None = None,
    ledger: str | os.PathLike[str] | None = None,
) -> Callable[[pa.Array], Mask]:
    """Mark the ids of customers that are named here or were accepted in earlier sends."""
    if isinstance(customers, (str, bytes, Mapping)) or not isinstance(customers, Iterable):
        raise UsageError("customers must be a list of ids.")
    if client is not None:
        from pangoprep.upload import Client

        instance_of("client", client, Client, "a pp.Client")
    if ledger is not None:
        path_of("ledger", ledger)
    told = known_customers(customers)
    if client is None:
        return told

    def among_both(ids: pa.Array) -> Mask:
        from pangoprep.upload.ledger.accepted_before import was_accepted

        keys = pd.DataFrame({"customerId": pd.array(ids.to_pylist(), dtype="str")})
        return told(ids) | was_accepted(keys, CUSTOMER, client, ledger)

    return among_both
