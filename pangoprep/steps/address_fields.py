"""Which fields of an entity are an address: country, province, district and ward."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pangoprep.entities.fields import FieldFacts


@dataclass(frozen=True)
class AddressFields:
    """The fields of one address; a name is empty where the entity has no such field.

    ``line`` is where the street stands, and sometimes all the rest.
    """

    country: str
    city: str
    district: str
    ward: str
    needs_district: bool = False
    line: str = ""


def address_fields(facts: Mapping[str, FieldFacts]) -> Iterator[AddressFields]:
    """Give the addresses of an entity: its own, that of a store; then its other provinces.

    ``storeCity`` goes with ``storeDistrict``: the same words before.
    """
    lines = [n for n, known in facts.items() if known.holds == "address" and known.item is None]
    provinces = [n for n, known in facts.items() if is_province(known) and known.item is None]
    for name, known in facts.items():
        if known.holds == "district" and known.item is None:
            before = name[: -len("district")]
            wanted = [f"{before}City", name, f"{before}Ward"] if before else ["city", name, "ward"]
            if wanted[0] in facts:
                country = "" if before else "country"
                found = [n if n in facts else "" for n in (country, *wanted)]
                line = lines.pop() if lines and not before else ""
                yield AddressFields(found[0], found[1], found[2], found[3], known.required, line)
                provinces = [n for n in provinces if n != wanted[0]]
    for name in provinces:
        country = "country" if name == "city" and "country" in facts else ""
        line = lines.pop() if lines and name == "city" else ""
        yield AddressFields(country, name, "", "", line=line)
    for line in lines:
        yield AddressFields("", "", "", "", line=line)


def is_unit(known: FieldFacts) -> bool:
    """Whether a field holds districts or wards: what one means depends on its row."""
    return known.holds in ("district", "ward")


def is_read_by_row(known: FieldFacts) -> bool:
    """Whether what is suggested for a cell depends on its row."""
    return is_unit(known) or known.holds == "address"


def is_province(known: FieldFacts) -> bool:
    """Whether a field holds provinces."""
    return known.normalizer == "province"
