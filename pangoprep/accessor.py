"""``df.pango``: guards and forwards, keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import signature
from typing import TYPE_CHECKING, Any

import pandas as pd

from pangoprep.boundary import verb
from pangoprep.entities import Entity
from pangoprep.matching.recipes import load_recipe
from pangoprep.matching.row_readings import mapping_of, options_of
from pangoprep.options import make_options
from pangoprep.pipeline import prepare
from pangoprep.planning import find_columns
from pangoprep.report import Report

if TYPE_CHECKING:
    from pangoprep.matching.mapping import ColumnMap
    from pangoprep.upload import Plan, Result

ObjectType = str | type[Entity] | None


@pd.api.extensions.register_dataframe_accessor("pango")
class PangoAccessor:
    """Clean, check and send a frame of customer data.

    Every method takes the options of `pangoprep.Options` as keywords: ``timezone_gmt=7``,
    ``day_first=True``, ``phone_region="VN"``, ``phone_format="national"``, ``gender_codes=None``,
    ``unreadable="hold"``, ``duplicates="last"``, ``excel_1904=False``, ``severity=None``,
    ``ignore=()``, ``lang="en"``. And three that say how the frame becomes the entity:
    ``mapping={"SĐT": "phone"}`` for columns whose headers do not tell,
    ``fixes={"gender": {"x": "male"}}`` for cells, and ``recipe="crm.toml"`` for all of it (see
    `pangoprep.Recipe`).
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    @verb
    def map(
        self, object_type: ObjectType = None, *, mapping: Mapping[Any, str] | None = None
    ) -> ColumnMap:
        """Tell which column is which field, with confidence and reasons.

        `validate`, `clean` and `send` do the same by themselves; look here to see what they would
        do, and what they would leave out because they are not sure.

        Parameters
        ----------
        object_type
            Such as ``"customer-identity"``; without it the entity is told from the columns.
        mapping
            What you know, column to field; it wins.

        Examples
        --------
        >>> import pandas as pd, pangoprep
        >>> found = pd.DataFrame({"Mã KH": ["1"], "SĐT phụ": ["0912345678"]}).pango.map()
        >>> found
        <ColumnMap customer-identity: 1 of 2 columns matched, 1 to be asked, 0 unclaimed>
        >>> found.uncertain
        {'SĐT phụ': ['phone']}
        """
        return find_columns(self._frame, object_type, mapping)

    @verb
    def validate(self, object_type: ObjectType = None, **options: Any) -> Report:
        """Check every row without sending anything.

        Parameters
        ----------
        object_type
            Such as ``"customer-identity"``; without it the entity is told from the columns.
        **options
            How cells are read; see `pangoprep.Options`.

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
        <Report customer-identity: 1 of 1 rows ready, 0 held>
        """
        return self._prepare(object_type, options)

    @verb
    def clean(self, object_type: ObjectType = None, **options: Any) -> pd.DataFrame:
        """Return every row with canonical values; cells that cannot be read are null.

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
        return self._prepare(object_type, options).cleaned

    @verb
    def send(
        self,
        object_type: ObjectType = None,
        *,
        source: str | None = None,
        client: Any = None,
        init_data: bool = False,
        je_config_id: str | None = None,
        je_event_key: str | None = None,
        ignored_update_cfs: tuple[str, ...] | list[str] = (),
        ledger: Any = None,
        dry_run: bool = False,
        resend: bool = False,
        resolve_unknown: str = "keep",
        sample: int | None = None,
        clear: tuple[str, ...] | list[str] = (),
        progress: bool | None = None,
        user: str | None = None,
        file: str | None = None,
        **options: Any,
    ) -> Result | Plan:
        """Send the ready rows to PangoCDP and say what became of every row.

        Sending the same frame again goes on where the last run stopped and sends only what
        changed. Ctrl-C stops well and returns the result so far.

        Parameters
        ----------
        object_type
            Such as ``"customer-identity"``; without it the entity is told from the columns.
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
        progress
            Whether to show a progress bar; default: where one can be seen.
        user, file
            Who sends, and which file, for the record kept of the run.
        **options
            How cells are read; see `pangoprep.Options`.

        Returns
        -------
        Result or Plan
            ``result.rows`` has one row per input row; with ``dry_run=True`` the plan.

        Raises
        ------
        UsageError
            If the entity, the columns, an option or the credentials cannot be used.
        """
        from pangoprep import upload

        return upload.send(
            self._prepare(object_type, options),
            source=_source(source, options),
            client=client,
            init_data=init_data,
            je_config_id=je_config_id,
            je_event_key=je_event_key,
            ignored_update_cfs=ignored_update_cfs,
            ledger=ledger,
            dry_run=dry_run,
            resend=resend,
            resolve_unknown=resolve_unknown,
            sample=sample,
            clear=clear,
            progress=progress,
            user=user,
            file=file,
        )

    @verb
    def resume(
        self,
        run_id: str,
        object_type: ObjectType = None,
        *,
        client: Any = None,
        ledger: Any = None,
        resolve_unknown: str = "keep",
        progress: bool | None = None,
        user: str | None = None,
        file: str | None = None,
        **options: Any,
    ) -> Result:
        """Go on with a run that was stopped or killed, with the options it was sent with.

        Parameters
        ----------
        run_id
            The run, from ``result.run_id`` or `pangoprep.runs`.
        object_type, **options
            Nothing, usually: the rows are read as the run read them, by the mapping and options the
            ledger keeps. Fixes are not kept; give them as in the call that was stopped.
        client, ledger, resolve_unknown, progress, user, file
            As for `send`.

        Raises
        ------
        UsageError
            If the ledger has no such run, it still runs, it sent another entity, another account
            sent it, or what is given here reads the rows in another way.
        """
        from pangoprep import upload

        before = upload.status(run_id, ledger)
        object_type = object_type if object_type is not None else before.entity
        return upload.resume(
            self._prepare(object_type, options, before.reading),
            run_id,
            client=client,
            ledger=ledger,
            resolve_unknown=resolve_unknown,
            progress=progress,
            user=user,
            file=file,
        )

    @verb
    async def asend(self, object_type: ObjectType = None, **arguments: Any) -> Result | Plan:
        """Do what `send` does, awaited; it takes the same arguments."""
        from pangoprep import upload

        known = signature(upload.asend).parameters
        options = {name: arguments.pop(name) for name in list(arguments) if name not in known}
        arguments["source"] = _source(arguments.get("source"), options)
        return await upload.asend(self._prepare(object_type, options), **arguments)

    def _prepare(
        self,
        object_type: ObjectType,
        given: dict[str, Any],
        kept: Mapping[str, Any] | None = None,
    ) -> Report:
        given = dict(given)
        mapping, fixes = given.pop("mapping", None), given.pop("fixes", None)
        if (wanted := given.pop("recipe", None)) is not None:
            recipe = load_recipe(wanted)
            object_type = object_type if object_type is not None else recipe.entity
            mapping = {**recipe.mapping_for(self._frame), **(mapping or {})}
            fixes = {**recipe.fixes, **({} if fixes is None else fixes)}
            given = {**recipe.options, **given}
        if kept is not None:
            mapping = mapping_of(kept, self._frame, mapping)
            given = {**options_of(kept), **given}
        options = make_options(given) if given else None
        return prepare(self._frame, object_type, options, mapping=mapping, fixes=fixes)


def _source(given: str | None, options: Mapping[str, Any]) -> str | None:
    """Return the source of a send: as it was given, or the recipe's."""
    if given is None and options.get("recipe") is not None:
        return load_recipe(options["recipe"]).source or None
    return given
