"""What a send may be told besides its source: offered by the tab, read from what a page says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pangoprep.errors import UsageError
from pangoprep.sentence import Sentence
from pangoprep.studio.desk import Desk
from pangoprep.studio.messages import Answer, Message
from pangoprep.studio.problems import field_label

_FLAGS = ("init_data", "resend", "ref_ids")
_TEXTS = ("je_config_id", "je_event_key")
_LISTS = ("clear", "ignored_update_cfs")
_CHOICES = {"resolve_unknown": ("keep", "resend")}


def offered(desk: Desk) -> list[Answer]:
    """Return the options of a send: name, kind, label and text; of some what can be chosen.

    Parameters
    ----------
    desk
        The rows.
    """
    examined, words = desk.bench.report.examined, desk.words
    entity = examined.entity
    fields = [name for name in examined.facts if name in {*examined.sources}]
    listed = {
        "clear": [name for name in fields if name in entity.fields() and name not in entity.key],
        "ignored_update_cfs": [name for name in fields if name.startswith("customField")]
        if entity.ignored_update_cfs
        else [],
    }
    kinds = [
        *((name, "flag", []) for name in _FLAGS),
        *((name, "list", listed[name]) for name in _LISTS if listed[name]),
        *((name, "text", []) for name in _TEXTS),
        *((name, "choice", [*choices]) for name, choices in _CHOICES.items()),
    ]
    return [
        {
            "name": name,
            "kind": kind,
            "label": words(f"send.{name}"),
            "text": words(f"send.{name}.text"),
            "choices": [
                {
                    "value": one,
                    "label": words(f"send.{name}.{one}")
                    if kind == "choice"
                    else field_label(examined.facts[one], one, words),
                }
                for one in choices
            ],
        }
        for name, kind, choices in kinds
    ]


def told(message: Message) -> dict[str, Any]:
    """Return the options that a page names, as `send` takes them; it checks what they mean.

    Raises
    ------
    UsageError
        If an option is none, or of another kind.
    """
    given = message.value("options") or {}
    if not isinstance(given, Mapping):
        raise UsageError("The studio expects a mapping as 'options'.")
    found: dict[str, Any] = {}
    for name, value in given.items():
        is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
        known = (
            (name in _FLAGS and isinstance(value, bool))
            or (name in (*_TEXTS, *_CHOICES) and isinstance(value, str))
            or (name in _LISTS and is_list)
        )
        if not known:
            raise UsageError(
                Sentence("The studio does not know {1!r} as an option of a send.", str(name)[:40])
            )
        if value not in ("", []):
            found[name] = value
    return found
