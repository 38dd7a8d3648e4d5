"""``validate_all``: frames that belong together, checked against each other.

Keywords that stand in several signatures are declared once: see `written_out`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import pandas as pd

from pangoprep.argument_checks import instance_of, path_of
from pangoprep.boundary import verb
from pangoprep.declarations import entity as open_entity
from pangoprep.entities import Entity, entity_for
from pangoprep.errors import OptionError, UnknownEntityError, UsageError
from pangoprep.fixes.file import FixesFile, GivenFixes, fixes_apart
from pangoprep.keywords import given, taken, written_out
from pangoprep.large.scan import Scan
from pangoprep.matching.fixes import Fixes
from pangoprep.matching.written_values import check_written
from pangoprep.options import Options, make_options
from pangoprep.part_plan import PartPlan
from pangoprep.pipeline import examine
from pangoprep.planning import plan_columns
from pangoprep.report.bundle import Bundle
from pangoprep.report.report import Report
from pangoprep.sentence import Sentence
from pangoprep.steps.references import Records
from pangoprep.together import check_together, known_before

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from pangoprep.upload import Client

Frame: TypeAlias = pd.DataFrame | Scan
Frames = Mapping[Any, Any] | str | os.PathLike[str]
Entities = Mapping[str, Any] | Iterable[Any]


@verb
@written_out
def validate_all(
    frames: Frames, *, entities: Entities = (), customers: Iterable[object] = (),
    known: Mapping[str, Iterable[object]] | None = None, client: Client | None = None,
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
    lang: Literal['en', 'vi'] | None = None, today: dt.date | None = None,
) -> Bundle:  # fmt: skip
    """Check several frames as one bundle, without sending anything.

    A row that names a record of another entity, such as the customer of a card, is held where that
    one is held. One whose record is neither in the bundle nor known from earlier sends gets a
    warning. ``customerId``, ``customerEmail`` and ``customerPhone`` name a customer; what else
    names a record, an entity says as ``references``.

    Parameters
    ----------
    frames
        Frames by entity, such as ``{"customer-identity": df1, "customer-membership": df2}``, of
        pandas or Dask, or of `pangoprep.scan`; or the path of a workbook, each sheet a frame.
        Another name than an entity's will do where the columns tell the entity. A class of your own
        may stand for its name: ``{Visit: df3}``.
    entities
        Your own, where a name does not say it: by the frame's name, ``{"visits": Visit}``, or a
        list of them, for frames that are called like their object type. Also names and files, as
        `pangoprep.entity` takes them.
    customers
        Ids of customers that PangoCDP has already.
    known
        Ids of other records that it has, by object type: ``{"store": ["S1", "S2"]}``.
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
    entities, labels = _entities_by_frame(keywords.pop("entities", ()), frames)
    frames = dict(zip(labels, frames.values(), strict=True))
    planned: dict[str, type[Entity]] = {}
    known = taken(keywords, ("customers", "known", "client", "ledger"))
    is_known = known_before(**known, entities=planned.values())
    added = _values_by_frame(keywords.pop("values", None), frames)
    said = _fixes_by_frame(keywords.pop("fixes", None), frames)
    options = make_options(keywords) if keywords else None
    plans = {
        label: _plan(_head(frame), entities[label], options, added[label], said[label])
        for label, frame in frames.items()
    }
    planned |= {label: plan.entity for label, plan in plans.items()}

    def checked(label: str, records: Records) -> Report:
        frame, plan = frames[label], plans[label]
        if isinstance(frame, Scan):
            return frame.checked(plan, records)
        return examine(frame, plan, records)

    return Bundle(check_together(planned, checked, is_known), frames)


def _validate_dask(frames: Any, keywords: dict[str, Any], folder: Any) -> Bundle:
    """Check Dask frames; what the ledger of this machine knows stays here."""
    from pangoprep.engines.dask_bundle import validate_dask

    if keywords.get("client") is not None or keywords.get("ledger") is not None:
        raise OptionError(
            "With Dask frames the workers have neither client nor ledger; give the ids of "
            "customers that PangoCDP has already as customers=[...]."
        )
    entities, labels = _entities_by_frame(keywords.pop("entities", ()), frames)
    frames = dict(zip(labels, frames.values(), strict=True))
    is_known = known_before(**taken(keywords, ("customers", "known", "client", "ledger")))
    added = _values_by_frame(keywords.pop("values", None), frames)
    said = _fixes_by_frame(keywords.pop("fixes", None), frames)
    options = make_options(keywords) if keywords else None
    return validate_dask(
        frames,
        lambda label, head: _plan(head, entities[label], options, added[label], said[label]),
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


def _entities_by_frame(
    given: Any, frames: Mapping[Any, Any]
) -> tuple[dict[str, type[Entity] | None], list[str]]:
    """Say of which entity each frame is, if its name or the caller says it; and the frames' names.

    Raises
    ------
    UsageError
        If two frames get the same name, or an entity belongs to no frame.
    """
    labels = [entity_for(one).object_type if isinstance(one, type) else one for one in frames]
    if len(set(labels)) < len(labels):
        raise UsageError("Two frames have the same name; give each its own.")
    named = {
        label: entity_for(one)
        for label, one in zip(labels, frames, strict=True)
        if isinstance(one, type)
    }
    if isinstance(given, Mapping):
        if strange := [name for name in given if name not in labels]:
            raise OptionError(
                Sentence(
                    "entities names {1!r}, which is no frame of this bundle; there are {2}.",
                    strange[0],
                    ", ".join(labels),
                )
            )
        named |= {label: open_entity(one) for label, one in given.items()}
    elif isinstance(given, (str, bytes, type)) or not isinstance(given, Iterable):
        raise OptionError('entities must be a list, or entities by frame: {"visits": Visit}.')
    else:
        for entity in map(open_entity, given):
            if entity.object_type not in labels:
                raise OptionError(
                    Sentence(
                        "No frame of this bundle is called {1!r}; say which one it is: "
                        'entities={{"{2}": {3}}}.',
                        entity.object_type,
                        labels[0],
                        entity.__name__,
                    )
                )
            named[entity.object_type] = entity
    return {label: named.get(label) or _by_name(label) for label in labels}, labels


def _by_name(label: str) -> type[Entity] | None:
    try:
        return entity_for(label)
    except UnknownEntityError:
        return None


def _head(frame: Frame) -> pd.DataFrame:
    """Return the rows that tell what the others become."""
    return next(iter(frame)) if isinstance(frame, Scan) else frame


def _plan(
    frame: pd.DataFrame,
    entity: type[Entity] | None,
    options: Options | None,
    values: Mapping[str, Any],
    fixes: GivenFixes,
) -> PartPlan:
    return plan_columns(frame, entity, options, fixes=fixes, values=values)


def _read_all(frames: Frames) -> dict[Any, Frame]:
    if isinstance(frames, Mapping):
        for frame in frames.values():
            instance_of("frames", frame, (pd.DataFrame, Scan), "frames by name")
        return dict(frames)
    instance_of("frames", frames, (str, os.PathLike), "frames by name, or the path of a workbook")
    from pangoprep.reading.excel.workbook import sheet_names
    from pangoprep.reading.frames import read

    path = path_of("frames", frames)
    if not path.is_file():
        raise UsageError(
            Sentence("There is no workbook {1!r}; give a path or a mapping of frames.", path.name)
        )
    with path.open("rb") as file:
        names = sheet_names(file, path.name)
    return {name: read(path, sheet=name) for name in names}
