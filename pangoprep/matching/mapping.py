"""Which column of a frame becomes which field, with confidence and reasons."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from pangoprep.errors import ColumnNamesError, OptionError
from pangoprep.matching.contents import contradicts, kind_in_words, kind_of, look
from pangoprep.matching.spelling import CERTAIN, Claim, claims, is_custom_field

if TYPE_CHECKING:
    from pangoprep.entities import Entity
    from pangoprep.entities.fields import FieldFacts

_FROM_CONTENT = 0.5
_IGNORED = ""  # mapping={"Ghi chú": ""}: leave the column out


@dataclass(frozen=True)
class Match:
    """What one column could be.

    Parameters
    ----------
    column
        The frame's column.
    claims
        The fields it could be, best first.
    is_certain
        Whether the best one is taken.
    """

    column: Any
    claims: tuple[Claim, ...] = ()
    is_certain: bool = False


@dataclass(frozen=True)
class ColumnMap:
    """Which column becomes which field. Made by ``df.pango.map()``.

    Parameters
    ----------
    entity
        Object type.
    matches
        One per column of the frame, in order.
    rivals
        Fields that several columns have the same right to, and those columns.
    """

    entity: str
    matches: tuple[Match, ...]
    rivals: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    @property
    def fields(self) -> dict[Any, str]:
        """Column -> field, for the columns taken without asking."""
        return {m.column: m.claims[0].field for m in self.matches if m.is_certain}

    @property
    def uncertain(self) -> dict[Any, list[str]]:
        """Column -> fields it could be, for the columns that need your word."""
        return {
            m.column: [claim.field for claim in m.claims]
            for m in self.matches
            if m.claims and not m.is_certain
        }

    @property
    def unclaimed(self) -> list[Any]:
        """Columns that look like no field; they are not sent.

        They can be, as custom fields: ``mapping={"Hạng thẻ": "customFieldTexts.customField01"}``.
        """
        return [m.column for m in self.matches if not m.claims]

    def table(self) -> pd.DataFrame:
        """Return one row per column and field: column, field, confidence, taken, why."""
        rows = [
            (m.column, c.field, c.confidence, m.is_certain and not place, c.reason)
            for m in self.matches
            for place, c in enumerate(m.claims or (Claim("", 0.0, 9, "no field"),))
        ]
        return pd.DataFrame(rows, columns=["column", "field", "confidence", "taken", "why"])

    @property
    def questions(self) -> list[str]:
        """What is asked, one sentence per column or field."""
        asked = [
            f"{len(columns)} columns could be {name} ({', '.join(map(repr, columns))}): choose one,"
            f" such as mapping={{{columns[0]!r}: {name!r}}}"
            for name, columns in self.rivals.items()
        ]
        among = {column for columns in self.rivals.values() for column in columns}
        for m in self.matches:
            if m.claims and not m.is_certain and m.column not in among:
                could = " or ".join(f"{c.field} ({c.reason})" for c in m.claims)
                asked.append(
                    f"{m.column!r} could be {could}: if it is, "
                    f"mapping={{{m.column!r}: {m.claims[0].field!r}}}"
                )
        return asked

    def __repr__(self) -> str:
        return (
            f"<ColumnMap {self.entity}: {len(self.fields)} of {len(self.matches)} columns matched, "
            f"{len(self.uncertain)} to be asked, {len(self.unclaimed)} unclaimed>"
        )

    def _repr_html_(self) -> str:
        table = self.table().assign(
            confidence=lambda t: t["confidence"].map("{:.0%}".format),
            taken=lambda t: t["taken"].map({True: "yes", False: ""}),
        )
        asked = "".join(f"<li>{escape(question)}</li>" for question in self.questions)
        return (
            f"<p>{escape(repr(self)[1:-1])}</p>{table.to_html(index=False)}"
            f"{f'<p><b>Asked:</b></p><ul>{asked}</ul>' if asked else ''}"
        )


def map_columns(
    frame: pd.DataFrame, entity: type[Entity], mapping: Mapping[Any, str] | None = None
) -> ColumnMap:
    """Match the columns of a frame to the fields of an entity.

    How a header is written decides; what the column holds confirms it, or makes it uncertain
    where the two contradict each other.

    Parameters
    ----------
    frame
        The frame; without rows only headers count.
    entity
        The entity.
    mapping
        What the caller says, column to field; it wins. A column mapped to ``""`` is left out.

    Raises
    ------
    ColumnNamesError
        If ``mapping`` names a column or field that does not exist, or one field twice.

    Examples
    --------
    >>> import pangoprep as pp
    >>> frame = pd.DataFrame(columns=["Mã KH", "Họ tên", "SĐT", "SĐT phụ", "Ghi chú"])
    >>> found = map_columns(frame, pp.CustomerIdentity)
    >>> found
    <ColumnMap customer-identity: 3 of 5 columns matched, 0 to be asked, 2 unclaimed>
    >>> found.fields["SĐT"]
    'phone'
    """
    chosen = check_mapping(mapping, list(frame.columns), entity)
    facts = entity.fields()
    found = {column: _claims(frame, column, entity, facts, chosen) for column in frame.columns}
    taken: dict[str, Any] = {name: column for column, name in chosen.items() if name}
    rivals: dict[str, list[Any]] = {}
    for name, columns in _contenders(found, taken).items():
        if len(columns) == 1:
            taken[name] = columns[0]
        else:
            rivals[name] = columns
    winners = {column: name for name, column in taken.items()}
    matches = []
    for column, could_be in found.items():
        if column in winners:
            own = [c for c in could_be if c.field == winners[column]]
            matches.append(Match(column, tuple(own), is_certain=True))
        elif column in chosen:
            matches.append(Match(column))
        else:  # a field that has its column is asked about no more
            left = tuple(c for c in could_be if c.field not in taken)
            matches.append(Match(column, left))
    return ColumnMap(entity.object_type, tuple(matches), rivals)


def check_mapping(
    mapping: Mapping[Any, str] | None, columns: Sequence[Any], entity: type[Entity]
) -> dict[Any, str]:
    """Refuse a mapping that does not fit the frame or the entity."""
    if mapping is None:
        return {}
    if not isinstance(mapping, Mapping):
        raise OptionError("mapping must map columns to fields, such as {'SĐT': 'phone'}.")
    if absent := [name for name in mapping if name not in columns]:
        msg = f"mapping names columns the frame does not have: {_listed(absent)}."
        raise ColumnNamesError(msg)
    fields = entity.fields()
    unknown = [
        name
        for name in mapping.values()
        if name != _IGNORED and name not in fields and not is_custom_field(str(name), entity)
    ]
    if unknown:
        msg = f"mapping names fields that {entity.object_type!r} does not have: {_listed(unknown)}."
        raise ColumnNamesError(msg)
    targets = [name for name in mapping.values() if name != _IGNORED]
    if twice := sorted({name for name in targets if targets.count(name) > 1}):
        msg = f"mapping gives two columns to {_listed(twice)}; a field has one column."
        raise ColumnNamesError(msg)
    return dict(mapping)


def clash_message(rivals: Mapping[str, Sequence[Hashable]], object_type: str) -> str:
    """Ask which of several columns is meant."""
    cases = "; ".join(
        f"{len(names)} columns could be {name} ({_listed(names)})" for name, names in rivals.items()
    )
    name, names = next(iter(rivals.items()))
    return (
        f"{cases}: {object_type!r} takes one column per field. "
        f"Choose one, such as mapping={{{names[0]!r}: {name!r}}}, or rename the others."
    )


def _claims(
    frame: pd.DataFrame,
    column: Any,
    entity: type[Entity],
    facts: Mapping[str, FieldFacts],
    chosen: Mapping[Any, str],
) -> list[Claim]:
    if column in chosen:
        name = chosen[column]
        return [Claim(name, 1.0, 0, "you said so")] if name != _IGNORED else []
    if not isinstance(column, str):
        return []
    spelled = claims(column, entity)
    series = frame[column]
    if not len(series):
        return spelled
    best = spelled[0] if spelled else None
    if best and best.confidence >= CERTAIN:
        if best.rank and best.field in facts and (kind := contradicts(series, facts[best.field])):
            reason = f"{best.reason}; but it holds {kind_in_words(kind)}"
            return [Claim(best.field, _FROM_CONTENT, 4, reason)]
        return spelled
    kind = look(series)
    if not kind:
        return spelled
    words = f"it holds {kind_in_words(kind)}"
    fitting = [c for c in spelled if c.field in facts and kind_of(facts[c.field]) == kind]
    if fitting:
        return [c._replace(confidence=c.confidence + 0.2, reason=f"{c.reason}; {words}")
                for c in fitting]  # fmt: skip
    # Nothing in the header speaks for the field that usually holds such values.
    usual = [name for name, known in facts.items() if kind_of(known) == kind and kind != "date"]
    return [Claim(usual[0], _FROM_CONTENT, 4, words)] if usual else spelled


def _contenders(
    found: Mapping[Any, Sequence[Claim]], taken: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """Return the columns with the best right to each field that is not taken."""
    ranks: dict[str, list[tuple[int, Any]]] = {}
    for column, could_be in found.items():
        if could_be and could_be[0].confidence >= CERTAIN and could_be[0].field not in taken:
            ranks.setdefault(could_be[0].field, []).append((could_be[0].rank, column))
    best = {name: min(rank for rank, _ in all_) for name, all_ in ranks.items()}
    return {name: [c for rank, c in all_ if rank == best[name]] for name, all_ in ranks.items()}


def _listed(names: Sequence[Any]) -> str:
    return ", ".join(repr(name) for name in names)
