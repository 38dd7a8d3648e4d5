"""The choices a caller may make, checked once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

import numpy as np

from pangoprep import call_words as how
from pangoprep.close_names import did_you_mean
from pangoprep.deprecation import new_names
from pangoprep.error_words import environment_language
from pangoprep.errors import OptionError
from pangoprep.findings import SEVERITIES, rules
from pangoprep.keywords import unknown_option
from pangoprep.sentence import Sentence, any_of

# Rules that are not the caller's to decide, and why.
_DEMANDED = {
    "required.missing": "PangoCDP refuses such records",
    "required.incomplete": "PangoCDP refuses such records",
    "required.any_of": "PangoCDP refuses such records",
    "column.several": "which column is sent must be chosen",
    "duplicate.key": "let the last or the first one win instead",
    **dict.fromkeys(
        ("row.surplus_cells", "row.missing_cells", "row.broken_quote", "row.bad_bytes"),
        "nothing of such a row could be read",
    ),
}
_TOLD = {"duplicate.superseded": "a row that is not sent always has its reason"}

#: The languages a report speaks.
LANGUAGES = ("en", "vi")

# What is as it is now, unless somebody said it.
_OF_NOW: dict[str, Callable[[], object]] = {"lang": environment_language, "today": dt.date.today}


def _nothing_said() -> Any:
    return None


@dataclass(frozen=True, kw_only=True)
class Options:
    """How cells are read and what happens to those that cannot be.

    Parameters
    ----------
    timezone_gmt
        Whole hours east of Greenwich, -12 to 14, for dates without a written offset.
        A ``timezoneGmt`` column wins over it, row by row.
    day_first
        How to read ``05/06/1988`` when nothing else in the column decides.
    decimal_mark
        What separates decimals, ``","`` or ``"."``, where a column does not tell; None reads
        1.250 and 1,250 there as thousands, with a warning.
    excel_1904
        Whether Excel's day numbers count from 1904, as in a CSV file that was saved from a
        workbook of Excel for Mac. `read` knows this of a workbook by itself.
    phone_region
        Two-letter code of the region whose national numbers are expected.
    phone_format
        ``"national"`` (``0912345678``) or ``"e164"`` (``+84912345678``).
        Numbers of other regions are always E.164.
    gender_codes
        The file's own codes, such as ``{"0": "female"}``; they win over the word table.
    addresses
        ``"2025"`` writes provinces and wards by the map since 2025-07-01 where that is certain, and
        leaves out districts that need not be given; ``"suggest"`` only offers them.
    unreadable
        ``"hold"`` keeps a row with an unreadable cell back; ``"blank"`` sends it without the cell,
        unless that is an id, or what every record needs.
    duplicates
        Which of several rows with one key is sent: ``"last"``, ``"first"``, or none (``"hold"``).
    severity
        What the caller makes of a finding, by rule: ``{"email.typo": "error"}`` holds those rows,
        ``{"phone.unreadable": "warning"}`` sends them without the cell. ``docs/rules.md`` lists
        the rules.
    ignore
        Rules not to report; cells are read as ever, and unreadable ones are left empty.
    lang
        The language of the report and of errors, ``"en"`` or ``"vi"``. Default: what the
        environment variable ``PANGOPREP_LANG`` says, else English.
    today
        The day after which a birth date lies in the future. Default: the current day.

    Raises
    ------
    OptionError
        For a value that is not one of those above.

    Examples
    --------
    >>> Options(phone_format="e164").phone_format
    'e164'
    """

    timezone_gmt: int = 7
    day_first: bool = True
    excel_1904: bool = False
    decimal_mark: Literal[".", ","] | None = None
    phone_region: str = "VN"
    phone_format: Literal["national", "e164"] = "national"
    gender_codes: Mapping[str, str] | None = field(default=None, hash=False)
    addresses: Literal["suggest", "2025"] = "suggest"
    unreadable: Literal["hold", "blank"] = "hold"
    duplicates: Literal["last", "first", "hold"] = "last"
    severity: Mapping[str, str] | None = field(default=None, hash=False)
    ignore: Collection[str] = ()
    # Not compared: cells are read alike in every language, so they need not be read again.
    lang: Literal["en", "vi"] = field(default_factory=_nothing_said, compare=False)
    today: dt.date = field(default_factory=_nothing_said)

    def __post_init__(self) -> None:
        """Check every value, so that a typing error ends here and not in the data."""
        self._keep("_unsaid", {name for name in _OF_NOW if getattr(self, name) is None})
        for name in vars(self)["_unsaid"]:
            self._keep(name, _OF_NOW[name]())
        for name, allowed in _choices().items():
            if not _is_one_of(value := getattr(self, name), allowed):
                _refuse(name, value, any_of([repr(choice) for choice in allowed]))
        # A cell of a column is a NumPy number; keep Python's, for reprs and recipes.
        self._keep("timezone_gmt", _hours(self.timezone_gmt))
        if self.decimal_mark is not None and not _is_one_of(self.decimal_mark, (".", ",")):
            _refuse("decimal_mark", self.decimal_mark, "'.' or ','")
        for name in ("day_first", "excel_1904"):
            if not isinstance(answer := getattr(self, name), (bool, np.bool_)):
                _refuse(name, answer, "True or False")
            self._keep(name, bool(answer))
        if not isinstance(self.today, dt.date) or isinstance(self.today, dt.datetime):
            _refuse("today", self.today, "a datetime.date")
        self._check_region()
        self._keep("gender_codes", _codes(self.gender_codes))
        self._keep("severity", _severities(self.severity))
        self._keep("ignore", _ignored(self.ignore))

    def as_of_now(self) -> Options:
        """Return these with the day and the language as they are now, where nobody said them."""
        nothing: Any = dict.fromkeys(vars(self)["_unsaid"])
        return replace(self, **nothing)

    def is_unsaid(self, name: str) -> bool:
        """Whether nobody said the day or the language, so that they are as they were then."""
        return name in vars(self)["_unsaid"]

    def _keep(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _check_region(self) -> None:
        if _is_one_of(self.phone_region, ("VN",)):  # the default needs no library
            return
        from phonenumbers import SUPPORTED_REGIONS

        if not _is_one_of(self.phone_region, SUPPORTED_REGIONS):
            _refuse("phone_region", self.phone_region, "a two-letter region code such as 'VN'")


def make_options(given: Mapping[str, Any]) -> Options:
    """Turn keyword arguments into `Options`, naming those that do not exist.

    Raises
    ------
    OptionError
        For an unknown name or a value out of range.
    """
    given = new_names(given)
    known = [option.name for option in fields(Options)]
    if unknown := [name for name in given if name not in known]:
        raise unknown_option(unknown[0], known)
    return Options(**given)


@cache
def _choices() -> dict[str, tuple[str, ...]]:
    """Return the words that an option may be, by its name."""
    kinds = get_type_hints(Options)
    return {name: get_args(kind) for name, kind in kinds.items() if get_origin(kind) is Literal}


def _hours(given: Any) -> int:
    whole = isinstance(given, (int, np.integer)) and not isinstance(given, bool)
    if not whole or not -12 <= given <= 14:
        _refuse("timezone_gmt", given, "a whole number of hours from -12 to 14")
    return int(given)


def _codes(given: Any) -> dict[str, str]:
    """Return a copy of the caller's codes, as text; plain, so that options can be pickled."""
    wanted = "a mapping to 'male', 'female' or 'undefined'"
    if given is not None and not isinstance(given, Mapping):
        _refuse("gender_codes", given, wanted)
    codes = {str(code): word for code, word in (given or {}).items()}
    for word in codes.values():
        if not _is_one_of(word, ("male", "female", "undefined")):
            _refuse("gender_codes", word, wanted)
    return codes


def _severities(given: Any) -> dict[str, str]:
    """Return a copy of the caller's severities, by rule."""
    wanted = "a mapping of rules to 'error', 'warning' or 'info'"
    if given is not None and not isinstance(given, Mapping):
        _refuse("severity", given, wanted)
    severities = dict(given or {})
    for rule, word in severities.items():
        _check_rule("severity", rule)
        if not _is_one_of(word, SEVERITIES):
            _refuse("severity", word, wanted)
        if rule in _DEMANDED and word != "error":
            raise OptionError(
                Sentence("severity: {1!r} stays an error; {2}.", rule, _DEMANDED[rule])
            )
    return severities


def _ignored(given: Any) -> tuple[str, ...]:
    if isinstance(given, (str, Mapping)) or not isinstance(given, Collection):
        _refuse("ignore", given, "a list of rules")
    for rule in given:
        _check_rule("ignore", rule)
        if why := {**_DEMANDED, **_TOLD}.get(rule):
            raise OptionError(Sentence("ignore: {1!r} is always reported; {2}.", rule, why))
    return tuple(dict.fromkeys(given))


def _check_rule(option: str, rule: object) -> None:
    if not _is_one_of(rule, rules()):
        hint = did_you_mean(rule, rules())
        raise OptionError(
            Sentence("{1}: there is no rule {2!r}.{3} See docs/rules.md.", option, rule, hint)
        )


def _is_one_of(value: Any, allowed: Collection[str]) -> bool:
    return isinstance(value, str) and value in allowed


def _refuse(name: str, value: object, wanted: str) -> None:
    raise OptionError(Sentence("{1} cannot be used; give {2}.", how.option(name, value), wanted))
