"""Decimal numbers, exact: what is written is what is sent, digit for digit.

A cell such as 1.250 can be a thousand and more or one and a quarter. Whether a point or a comma
separates decimals is decided for the column as a whole, by the cells that can be read one way only.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from pangoprep.columns.cell_text import TEXT
from pangoprep.columns.decimals import PRECISION
from pangoprep.columns.types import Mask
from pangoprep.normalizers.base import (
    Context,
    Normalized,
    filled,
    in_slices,
    join,
    joined,
    keep,
    matches,
    pick,
    put,
    replace,
)
from pangoprep.normalizers.decimal.evidence import DecimalEvidence, DecimalStyle
from pangoprep.normalizers.decimal.short_forms import SHORT_FORM, written_out
from pangoprep.normalizers.words import (
    compatible,
    replace_where,
    tidy,
    without_null_words,
    without_text_marks,
)

_DONG = r"(?i)(?:vn[đd]|đồng|đ(?:ô|o)ng|dong|[₫đd])"
_FOREIGN = r"(?i)(?:us ?\$|[$€£¥₩฿]|usd|eur|gbp|jpy|cny|krw|thb|sgd)"
_GROUP = "[1-9][0-9]{0,2}"  # thousands are separated from a number that does not begin with 0
_EITHER_POINT, _EITHER_COMMA = rf"\A{_GROUP}\.[0-9]{{3}}\z", rf"\A{_GROUP},[0-9]{{3}}\z"
_SPACED = rf"\A{_GROUP}(?:[ '’][0-9]{{3}})+(?:[.,][0-9]+)?\z"
# In these only a point, or only a comma, separates decimals.
_POINT = rf"\A(?:[0-9]*\.[0-9]+|{_GROUP}(?:,[0-9]{{3}})+\.[0-9]+|{_GROUP}(?:,[0-9]{{3}}){{2,}})\z"
_COMMA = rf"\A(?:[0-9]*,[0-9]+|{_GROUP}(?:\.[0-9]{{3}})+,[0-9]+|{_GROUP}(?:\.[0-9]{{3}}){{2,}})\z"
# As programs write numbers: nobody leaves four digits together, or a zero behind the point.
_MACHINE = r"\A(?:[0-9]{4,}\.[0-9]+|[0-9]+\.0|[0-9]+\.[0-9]{3}0|[0-9]+\.[0-9]{5,})\z"
_EXPONENT = r"\A[0-9](?:\.[0-9]+)?e[+-]?[0-9]{1,2}\z"
_CANONICAL = r"\A-?[0-9]{1,20}(?:\.[0-9]{1,18})?\z"


def normalize(values: pa.Array | pa.ChunkedArray, context: Context) -> Normalized:
    """Read decimal numbers; thousands may be separated and a currency may stand beside them.

    Gives Arrow decimals. The parameter ``percent`` says that a percent sign may follow. Rules:
    ``decimal.*``.
    """
    slices = [(_split(some, context), context.only(at)) for some, at in in_slices(values)]
    evidence = sum((_evidence(*some) for some in slices), DecimalEvidence())
    style = context.proved(evidence).decide(context.options)
    result = joined([_finish(split, style) for split, _ in slices])
    result.evidence = evidence
    return result


@dataclass(frozen=True)
class _Split:
    """Some values, by how they are read.

    ``by_point`` and ``by_comma`` are what a cell says where a point or a comma separates decimals;
    null where it says nothing then. ``short`` are texts such as 1tr250.
    """

    texts: pa.Array
    by_point: pa.Array
    by_comma: pa.Array
    machine: Mask
    either_point: Mask
    either_comma: Mask
    dong: Mask
    foreign: Mask
    short: Mask
    too_long: Mask


def _split(values: pa.Array, context: Context) -> _Split:
    texts = without_null_words(compatible(without_text_marks(tidy(values))))
    texts = replace_where(texts, "[−–]", r"\A(\D*)[−–]", r"\1-")
    core, minus = _without_sign(texts)
    core, dong = _without_money(core, _DONG)
    core, foreign = _without_money(core, _FOREIGN)
    if dong.any() or foreign.any():
        core, more = _without_sign(core)
        minus ^= more
    if context.parameters.get("percent"):
        core = replace(core, r"\s*%\z", "")
    short = matches(core, SHORT_FORM)
    spaced = matches(core, _SPACED)
    core = put(core, spaced, replace(pick(core, spaced), r"[ '’]", ""))
    exponent = matches(core, _EXPONENT)
    core = put(core, exponent, _in_full(pick(core, exponent)))
    plain = matches(core, r"\A[0-9]+\z")
    either_point = matches(core, _EITHER_POINT) & ~spaced & ~exponent
    either_comma = matches(core, _EITHER_COMMA) & ~spaced
    point = matches(core, _POINT) & ~either_point
    comma = matches(core, _COMMA) & ~either_comma
    machine = point & matches(core, _MACHINE) | exponent
    # What lies between thousands goes; then a comma becomes the point of decimals.
    signs = pc.if_else(pa.array(minus), pa.scalar("-", TEXT), pa.scalar("", TEXT))
    as_point = keep(replace(core, ",", ""), plain | point | either_point | either_comma)
    as_comma = replace(replace(core, r"\.", ""), ",", ".")
    as_comma = keep(as_comma, plain | comma | either_point | either_comma)
    by_point, by_comma = (_canonical(join(signs, one)) for one in (as_point, as_comma))
    by_point = keep(by_point, ~comma)
    by_comma = keep(by_comma, ~point)
    read = filled(by_point) | filled(by_comma)
    fits = matches(by_point, _CANONICAL) | matches(by_comma, _CANONICAL)
    return _Split(
        texts=texts,
        by_point=keep(by_point, fits),
        by_comma=keep(by_comma, fits),
        machine=machine,
        either_point=either_point,
        either_comma=either_comma,
        dong=dong,
        foreign=foreign,
        short=short,
        too_long=read & ~fits,
    )


def _without_sign(texts: pa.Array) -> tuple[pa.Array, Mask]:
    """Take off a sign before or behind a number, or the parentheses of a negative one."""
    minus = matches(texts, r"\A(?:-[^-]*|\([^()]*\)|[^-]*[0-9] ?-)\z") & matches(texts, "[0-9]")
    some = replace(pick(texts, minus), r"\A-\s*|\A\(\s*|\s*\)\z|\s*-\z", "")
    return replace(put(texts, minus, some), r"\A\+\s*", ""), minus


def _without_money(texts: pa.Array, money: str) -> tuple[pa.Array, Mask]:
    """Take off a currency before or behind a number; mark where there was one."""
    before, behind = rf"{money}\.?\s*([-+(]?[0-9].*)", rf"(.*[0-9]\)?)\s*{money}\.?"
    marked = matches(texts, rf"\A(?:{before})\z") | matches(texts, rf"\A(?:{behind})\z")
    some = pick(texts, marked)
    some = replace(replace(some, rf"\A{before}\z", r"\1"), rf"\A{behind}\z", r"\1")
    return put(texts, marked, some), marked


def _in_full(texts: pa.Array) -> pa.Array:
    """Write out numbers such as 1.5e-05, as programs write them: no digit is lost."""
    return pa.array([f"{Decimal(text):f}" for text in texts.to_pylist()], TEXT)


def _canonical(texts: pa.Array) -> pa.Array:
    """Leave out zeros that say nothing, at both ends."""
    texts = replace(replace(texts, r"\A(-?)0+([0-9])", r"\1\2"), r"\A(-?)\.", r"\10.")
    texts = replace(replace(texts, r"(\.[0-9]*[1-9])0+\z", r"\1"), r"\.0*\z", "")
    return replace(texts, r"\A-0\z", "0")


def _evidence(split: _Split, context: Context) -> DecimalEvidence:
    """Count the cells that can be read one way only."""
    counts = context.counts

    def n(where: Mask) -> int:
        return int(counts[where].sum())

    either = split.either_point | split.either_comma
    point = filled(split.by_point) & ~filled(split.by_comma)
    comma = filled(split.by_comma) & ~filled(split.by_point)
    sure = pc.coalesce(split.by_point, split.by_comma)
    decimals = pc.utf8_length(replace(keep(sure, ~either), r"\A[^.]*\.?", ""))
    return DecimalEvidence(
        # A đồng has no decimals: three digits behind a separator are thousands.
        n_point=n(point & ~split.machine | split.either_comma & split.dong),
        n_comma=n(comma | split.either_point & split.dong),
        n_machine=n(split.machine),
        n_point_either=n(split.either_point),
        n_comma_either=n(split.either_comma),
        n_dong=n(split.dong),
        n_foreign=n(split.foreign),
        scale=pc.max(decimals).as_py() or 0,
    )


def _finish(split: _Split, style: DecimalStyle) -> Normalized:
    """Make decimals of the texts, now that is known what the column proves."""
    either = split.either_point | split.either_comma
    # Nothing tells: what stands before three digits separates thousands.
    comma = pa.array(split.either_comma)
    thousands = put(split.by_comma, split.either_comma, split.by_point.filter(comma))
    other = put(split.by_point, split.either_comma, split.by_comma.filter(comma))
    told = {".": split.by_point, ",": split.by_comma}.get(style.mark, thousands)
    texts = put(pc.coalesce(split.by_point, split.by_comma), either, pick(told, either))
    conflict = either & (style.proof == "conflict")
    mixed = split.foreign & style.mixed
    texts = keep(texts, ~conflict & ~mixed)
    result = Normalized(texts.cast(pa.decimal128(PRECISION, style.scale)))
    good = filled(texts)
    result.flag("decimal.with_unit", (split.dong | split.foreign) & good)
    result.flag("decimal.ambiguous", either & good & (style.proof == "none"), other)
    result.flag("decimal.conflict", conflict & ~mixed)
    result.flag("decimal.mixed_money", mixed & filled(split.texts))
    result.flag("decimal.short_form", split.short, written_out(split.texts, split.short))
    result.flag("decimal.too_long", split.too_long)
    left = filled(split.texts) & ~good & ~conflict & ~mixed & ~split.short & ~split.too_long
    result.flag("decimal.unreadable", left)
    return result
