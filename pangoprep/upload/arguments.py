"""What `send` may be called with, checked before anything else happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from unicodedata import normalize

from pangoprep.argument_checks import choice_of, flag_of, names_of, text_of
from pangoprep.call_words import either, option
from pangoprep.close_names import did_you_mean
from pangoprep.entities import ENTITIES, Entity
from pangoprep.errors import OptionError, UsageError
from pangoprep.sentence import Sentence
from pangoprep.upload.http.account import without_strays
from pangoprep.upload.rows.batches import Envelope
from pangoprep.upload.rows.payload import CUSTOM_GROUPS
from pangoprep.upload.rows.prepared import Prepared, model_of

#: Stands for the source in a dry run that was not given one.
NO_SOURCE = "SOURCE"


@dataclass(frozen=True, kw_only=True)
class SendOptions:
    """The arguments of `send` that say what is sent; see there."""

    source: str | None = None
    init_data: bool = False
    je_config_id: str | None = None
    je_event_key: str | None = None
    ignored_update_cfs: Sequence[str] = ()
    resend: bool = False
    resolve_unknown: Literal["keep", "resend"] = "keep"
    sample: int | None = None
    clear: Sequence[str] = ()
    ref_ids: bool = False

    def __post_init__(self) -> None:
        """Write names in one form: a stray space must not make another source or event."""
        for name in ("source", "je_config_id", "je_event_key"):
            if isinstance(value := getattr(self, name), str):
                object.__setattr__(self, name, normalize("NFC", without_strays(value)))

    def check(self, report: Prepared, *, dry_run: bool) -> None:
        """Refuse what cannot be meant of a report's rows.

        Raises
        ------
        UsageError
            Saying what to write instead.
        """
        if self.source is None and not dry_run:
            said = either('source="CRM"', "--source CRM")
            raise UsageError(
                Sentence("PangoCDP wants to know where the rows come from: {1}.", said)
            )
        for name in ("source", "je_config_id", "je_event_key"):
            value = getattr(self, name)
            if value is not None:
                text_of(name, value)
        for name in ("init_data", "resend", "ref_ids"):
            flag_of(name, getattr(self, name))
        entity = model_of(report)
        choice_of("resolve_unknown", self.resolve_unknown, ("keep", "resend"))
        self._check_ignored(entity)
        sample = self.sample
        is_number = isinstance(sample, int) and not isinstance(sample, bool)
        most = self.envelope(entity.object_type).max_rows
        if sample is not None and not (is_number and 1 <= sample <= most):
            raise OptionError(
                Sentence("{1} cannot be used; give 1 to {2} rows.", option("sample", sample), most)
            )
        self._check_clear(report)

    def _check_ignored(self, entity: type[Entity]) -> None:
        names = names_of("ignored_update_cfs", self.ignored_update_cfs)
        if names and not entity.ignored_update_cfs:
            raise UsageError(
                Sentence(
                    "PangoCDP has no ignored_update_cfs for {1!r}; it has them for {2}.",
                    entity.object_type,
                    ", ".join((name for name, one in ENTITIES.items() if one.ignored_update_cfs)),
                )
            )
        if bad := [name for name in names if not _inner_name(name).startswith("customField")]:
            raise OptionError(
                Sentence(
                    "ignored_update_cfs names custom fields, such as 'customField01'; {1!r} "
                    "is none.",
                    bad[0],
                )
            )

    def _check_clear(self, report: Prepared) -> None:
        entity = model_of(report)
        names = names_of("clear", self.clear)
        # A part is not read for nothing.
        columns = next((part.columns for part in report.ready_parts()), ()) if names else ()
        for name in names:
            if name not in entity.fields():
                hint = did_you_mean(name, entity.fields())
                raise UsageError(
                    Sentence(
                        "clear={1!r}: {2!r} has no such field.{3}", name, entity.object_type, hint
                    )
                )
            if name in entity.key:
                raise UsageError(Sentence("clear={1!r}: this field is part of the key.", name))
            if name not in columns:
                raise UsageError(
                    Sentence(
                        "clear={1!r}: the frame has no such column, so every record would lose "
                        "its value. If that is meant, add the column, empty.",
                        name,
                    )
                )

    def envelope(self, object_type: str) -> Envelope:
        """Return what every request says besides its rows."""
        return Envelope(
            object_type=object_type,
            source=self.source or NO_SOURCE,
            je_config_id=self.je_config_id,
            je_event_key=self.je_event_key,
            ignored_update_cfs=tuple(
                dict.fromkeys(_inner_name(name) for name in self.ignored_update_cfs)
            ),
            init_data=self.init_data,
        )

    @property
    def journey(self) -> tuple[str, str]:
        """The journey keys, empty where not given."""
        return (self.je_config_id or "", self.je_event_key or "")

    def for_ledger(self) -> dict[str, Any]:
        """Return what is kept, so that the run can be resumed."""
        return {
            "source": self.source,
            "init_data": self.init_data,
            "je_config_id": self.je_config_id,
            "je_event_key": self.je_event_key,
            "ignored_update_cfs": list(self.ignored_update_cfs),
            "resend": self.resend,
            "clear": list(self.clear),
            "ref_ids": self.ref_ids,
        }


def _inner_name(name: str) -> str:
    name = without_strays(name)
    group, _, inner = name.partition(".")
    return inner if group in CUSTOM_GROUPS and inner else name
