"""The customer file: twelve columns of people who do not exist, and what should become of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from . import dates, emails, phones, words
from .dice import Dice, Integers
from .shapes import Column, Shape, choose, digits, join
from .vocabulary import FAMILY_NAMES, GIVEN_NAMES, MIDDLE_NAMES, STREETS

HEADERS = {
    "customerId": "Mã KH",
    "fullName": "Họ và tên",
    "phone": "SĐT",
    "email": "Email",
    "dob": "Ngày sinh",
    "gender": "Giới tính",
    "maritalStatus": "Tình trạng hôn nhân",
    "address": "Địa chỉ",
    "district": "Quận/Huyện",
    "city": "Tỉnh/Thành phố",
    "createdAt": "Ngày tạo",
    "customerGroup": "Hạng KH",
}
SHAPES: dict[str, list[Shape]] = {
    "customerId": words.ID_SHAPES,
    "fullName": words.NAME_SHAPES,
    "phone": phones.SHAPES,
    "email": emails.SHAPES,
    "dob": dates.BIRTH_SHAPES,
    "gender": words.GENDER_SHAPES,
    "maritalStatus": words.MARITAL_SHAPES,
    "address": words.ADDRESS_SHAPES,
    "district": words.DISTRICT_SHAPES,
    "city": words.CITY_SHAPES,
    "createdAt": dates.CREATION_SHAPES,
    "customerGroup": words.GROUP_SHAPES,
}
REPEATED_SHARE = 0.02


@dataclass(frozen=True)
class Truth:
    """What a careful reader makes of the file.

    Parameters
    ----------
    meant
        One row per row of the file, with API field names: the canonical id, name, phone, email,
        gender, and ``dob`` and ``createdAt`` in milliseconds; null where nothing can be read.
    held
        True where the row cannot be sent whatever the other rows hold.
    repeated
        True where the row carries the id of an earlier one.
    columns
        The shape of every cell, by field.
    """

    meant: pd.DataFrame
    held: pd.Series
    repeated: pd.Series
    columns: dict[str, Column]

    def count(self, field: str, name: str) -> int:
        """Count the rows whose cell has this shape."""
        return int(self.columns[field].are(name).sum())


def customers(n_rows: int, seed: int) -> pd.DataFrame:
    """Make a messy customer file.

    Parameters
    ----------
    n_rows
        How many rows; shares of damage stay the same.
    seed
        The same seed gives the same rows.

    Returns
    -------
    pandas.DataFrame
        Twelve text columns with Vietnamese headers, blank cells as nulls.
    """
    return customers_and_truth(n_rows, seed)[0]


def customers_and_truth(n_rows: int, seed: int) -> tuple[pd.DataFrame, Truth]:
    """Make a messy customer file and what should become of it."""
    columns = {field: Column(field, shapes, n_rows, seed) for field, shapes in SHAPES.items()}
    source = _repeats(columns["customerId"], n_rows, seed)
    repeated = source != np.arange(n_rows)

    ids = _ids(columns["customerId"], n_rows, seed).take(pa.array(source))
    female = Dice(seed, "gender").below(n_rows, 100)[source] < 54
    name = _names(columns["fullName"], female, source, seed)
    days = dates.birth_days(n_rows, Dice(seed, "dob"))[source]
    created, second = dates.creation_times(n_rows, Dice(seed, "createdAt"))
    city, district = words.places(n_rows, Dice(seed, "places"))
    gender = pc.if_else(pa.array(female), "female", "male")

    true_phone, phone = phones.phones(columns["phone"])
    years = pa.array(days // 365.25 + dates.FIRST_DAY.year).cast(pa.int64())
    true_email, email = emails.emails(columns["email"], plain(name), years)
    true_dob, dob = dates.moments(columns["dob"], days, np.zeros_like(days))
    true_created, created_at = dates.moments(columns["createdAt"], created, second)

    written = {
        "customerId": columns["customerId"].write({"customerId": ids}),
        "fullName": columns["fullName"].write({"fullName": name}),
        "phone": phone,
        "email": email,
        "dob": dob,
        "gender": columns["gender"].write({"gender": gender}),
        "maritalStatus": columns["maritalStatus"].write({"maritalStatus": _marital(n_rows, seed)}),
        "address": columns["address"].write({"address": _addresses(n_rows, seed)}),
        "district": columns["district"].write({"district": district}),
        "city": columns["city"].write({"city": city}),
        "createdAt": created_at,
        "customerGroup": columns["customerGroup"].write({"rows": np.arange(n_rows)}),
    }
    frame = pa.table({HEADERS[field]: cells for field, cells in written.items()}).to_pandas()

    upper = pa.array(columns["fullName"].are("upper case"))
    true_gender = pc.if_else(
        pa.array(columns["gender"].are("undefined", "unknown")), "undefined", gender
    )
    meant = pa.table(
        {
            "customerId": _where_read(columns["customerId"], ids),
            "fullName": _where_read(
                columns["fullName"], pc.if_else(upper, pc.utf8_upper(name), name)
            ),
            "phone": true_phone,
            "email": true_email,
            "gender": _where_read(columns["gender"], true_gender),
            "dob": true_dob,
            "createdAt": true_created,
        }
    ).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    held = np.any([column.have_fate("held") for column in columns.values()], axis=0)
    held |= (meant["phone"].isna() & meant["email"].isna()).to_numpy()
    return frame, Truth(meant, pd.Series(held), pd.Series(repeated), columns)


def plain(texts: pa.Array) -> pa.Array:
    """Write Vietnamese without marks, in lower case."""
    bare = pc.replace_substring_regex(pc.utf8_normalize(texts, "NFD"), r"\p{Mn}", "")
    return pc.replace_substring(pc.utf8_lower(bare), "đ", "d")


def _where_read(column: Column, texts: pa.Array) -> pa.Array:
    unusable = column.have_fate("null") | column.have_fate("held")
    return pc.if_else(pa.array(unusable), None, texts)


def _repeats(column: Column, n: int, seed: int) -> Integers:
    """Give for each row the row whose person it holds: itself, or an earlier one."""
    dice = Dice(seed, "repeats")
    rows = np.arange(n)
    repeats = dice.allot(n, [REPEATED_SHARE]) == 1
    earlier = (dice.below(n, 2**31) / 2**31 * rows).astype(np.int64)
    # Only a readable id can be seen to repeat, and a person is repeated from the first mention.
    readable = column.are("plain", "float", "outer spaces")
    usable = repeats & readable & ~repeats[earlier] & readable[earlier] & (rows > 0)
    # A text id cannot be read as a float, so a repeat must not ask for that.
    usable &= ~column.are("float")
    return np.where(usable, earlier, rows)


def _ids(column: Column, n: int, seed: int) -> pa.Array:
    """Make different ids, in the styles of three systems."""
    rows = np.arange(n, dtype=np.int64)
    # Multiplying by a number without common factors visits every id once, in no visible order.
    number = pa.array(100_000_000 + rows * 31_415_927 % 800_000_000).cast(pa.string())
    style = Dice(seed, "id styles").weighted(n, [60, 30, 10])
    style[column.are("float")] = 1
    return pc.choose(pa.array(style), join("C", number), number, join("00", digits(rows, 7)))


def _names(column: Column, female: NDArray[np.bool_], source: Integers, seed: int) -> pa.Array:
    """Draw full names that go with the gender."""
    n = len(source)
    dice = Dice(seed, "names")
    mojibake = column.are("mojibake")
    parts = []
    for part in (FAMILY_NAMES, MIDDLE_NAMES, GIVEN_NAMES):
        of_gender = [part, part] if part is FAMILY_NAMES else [part["male"], part["female"]]
        drawn = []
        for weights in of_gender:
            names = list(weights)
            first_safe = next(name for name in names if words.survives_garbling(name))
            safe = [name if words.survives_garbling(name) else first_safe for name in names]
            rows = pa.array(dice.weighted(n, list(weights.values()))[source])
            usual, safe_ones = pa.array(names).take(rows), pa.array(safe).take(rows)
            drawn.append(pc.if_else(pa.array(mojibake), safe_ones, usual))
        parts.append(pc.if_else(pa.array(female), drawn[1], drawn[0]))
    # A name without any mark would not be garbled at all.
    parts[0] = pc.if_else(pa.array(mojibake), "Nguyễn", parts[0])
    return pc.binary_join_element_wise(*parts, " ")


def _addresses(n: int, seed: int) -> pa.Array:
    dice = Dice(seed, "address")
    number = pa.array(dice.between(n, 1, 500)).cast(pa.string())
    return join(number, " ", choose(dice, STREETS, n))


def _marital(n: int, seed: int) -> pa.Array:
    return choose(Dice(seed, "marital"), ["Single", "Married", "Divorced"], n, [38, 55, 7])
