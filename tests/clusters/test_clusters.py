"""Near-equal spellings are grouped, and what are two values never."""

from __future__ import annotations

import random
import time

import pytest

import pangoprep as pp
from pangoprep.clusters.clusters import Cluster, find_clusters
from pangoprep.clusters.marks import marks_of

FIELDS = {
    **pp.CustomerMembership.fields(),
    **pp.CustomerAddress.fields(),
    **pp.CustomerIdentity.fields(),
}


def clusters(values: list[str], field: str = "customerGroup") -> list[Cluster]:
    """The clusters of texts; the first is in most rows, each next one in one row less."""
    counts = range(len(values) + 100, 100, -1)
    return find_clusters(values, counts, FIELDS[field])


def grouped(values: list[str], field: str = "customerGroup") -> list[tuple[str, ...]]:
    return sorted(cluster.values for cluster in clusters(values, field))


@pytest.mark.parametrize(
    ("values", "likeness"),
    [
        (["Vàng", "VÀNG", "vàng ", "Vàng."], "case"),
        (["Khánh Hoà", "Khánh Hòa", "Kha\u0301nh Hoa\u0300"], "case"),
        (["Thuý", "Thúy"], "case"),
        (["Quý", "Qúy"], "case"),
        (["Vật lý", "Vật lí", "VẬT LÝ"], "case"),
        (["Mỹ phẩm", "Mĩ phẩm", "My\u0303 phẩm"], "case"),
        (["Công ty Mỹ Á", "Công ti Mĩ Á", "cong ty my a"], "marks"),
        (["Quận 1", "quận 01", "Quận  1"], "case"),
        (["Hà Nội", "Ha Noi", "hanoi", "Hà Nôi"], "marks"),
        (["Kim cương", "Kim cuơng", "Kim cưong"], "case"),
        (["Đắk Lắk", "Dak Lak", "Đăk Lăk"], "marks"),
        (["Đà Nẵng", "Đà Nẳng"], "marks"),  # hỏi for ngã
        (["Gold Member", "Member Gold", "member, gold"], "order"),
        (["Cầu Giấy, Hà Nội", "Hà Nội, Cầu Giấy", "ha noi - cau giay"], "order"),
        (["Thẻ vàng hạng nhất", "hạng nhất thẻ vàng"], "order"),
        (["Platinum", "Platnum", "Platinun", "Platiunm"], "typing"),
        (["Hà Nội", "Hà Nộij", "Hà Nôị"], "typing"),
        (["Khách hàng thân thiết", "Khachs hàng thân thiết"], "typing"),
    ],
)
def test_near_equal_spellings_are_one_group(values: list[str], likeness: str) -> None:
    (found,) = clusters([*values, "Bạc"])
    assert (found.values, found.likeness) == (tuple(values), likeness)
    assert found.name == values[0].strip()
    assert set(found.fixes) == set(values) - {found.name}


@pytest.mark.parametrize(
    "values",
    [
        ["Bạc", "Bắc", "bac"],  # what has no marks can be either
        ["Kiên Giang", "Tiền Giang", "Hà Giang", "Hậu Giang", "An Giang"],
        ["Hòa Bình", "Bình Hòa"],
        ["Phường Hòa Bình", "Phường Bình Hòa"],
        ["Quận 1", "Quận 2", "Quận 11"],
        ["10 - 20", "20 - 10"],
        ["1.5 lít", "15 lít"],
        ["A+", "A", "A&B", "AB", "B"],
        ["Gold", "Bold", "Cold"],
        ["SP001", "SP002", "SP010"],
        ["Thương", "Thường", "Thưởng"],
        ["Nghỉ", "Nghĩ"],
        ["Thúy", "Thúi", "Tay", "Tai", "Quy", "Qui", "Kỳ", "Kỹ"],
        ["2023", "2024"],
    ],
)
def test_different_values_stay_apart(values: list[str]) -> None:
    assert grouped(values) == []


def test_names_are_grouped_by_how_they_are_written_only() -> None:
    values = ["Nguyễn Văn An", "NGUYỄN VĂN AN", "Nguyen Van An", "An Nguyễn Văn", "Nguyễn Văn Ân"]
    assert grouped(values, "fullName") == [("Nguyễn Văn An", "NGUYỄN VĂN AN")]
    assert grouped(["Trần Bình", "tran binh", "Trân Bình"], "fullName") == []
    assert grouped(["Lý An", "Lí An", "Mỹ", "Mĩ"], "fullName") == []
    assert grouped(["Trần Bình", "tran binh", "Tran Binhh"], "fullName") == [
        ("Trần Bình", "tran binh")
    ]


def test_known_readings_are_never_mixed_and_give_the_name() -> None:
    (found,) = clusters(["Sài Gòn", "TP.HCM", "Hồ Chí Minhh", "Hà Nội", "Hà Nam"], "city")
    assert found.name == "Hồ Chí Minh"
    assert found.fixes == {"Hồ Chí Minhh": "Hồ Chí Minh"}
    assert found.n_changed == 103
    (found,) = clusters(["Kiên Gianng", "Tiền Giang"], "city")
    assert (found.name, found.values) == ("Kiên Giang", ("Kiên Gianng",))
    (found,) = clusters(["actvie", "Active", "inactive", "active"], "recordStatus")
    assert (found.name, set(found.fixes)) == ("Active", {"actvie"})
    assert clusters(["nam", "NAM", "nữ", "nu"], "gender") == []  # all of them are read


def test_the_most_frequent_is_proposed_in_its_tidy_form() -> None:
    found = find_clusters(["ha noi", "Hà  Nội"], [3, 40], FIELDS["customerGroup"])
    assert (found[0].name, found[0].n_changed) == ("Hà Nội", 43)


@pytest.mark.parametrize("field", ["customerId", "phone", "email", "dob", "photos", "earnPoint"])
def test_spellings_of_such_fields_are_two_values(field: str) -> None:
    with pytest.raises(pp.UsageError, match="two spellings"):
        clusters(["a1", "A1"], field)


def test_no_value_is_in_a_repr() -> None:
    assert repr(clusters(["Trần Bình", "TRẦN BÌNH"], "fullName")) == (
        "[<Cluster of 2 spellings in 203 rows>]"
    )


def test_every_value_is_in_one_group_at_most_whatever_their_order() -> None:
    chance = random.Random(7)
    words = [
        "hà",
        "nội",
        "thẻ",
        "vàng",
        "gold",
        "platinum",
        "platnum",
        "bạc",
        "bắc",
        "bac",
        "kim",
        "cương",
    ]
    made = (" ".join(chance.choices(words, k=chance.randint(1, 4))) for _ in range(400))
    values = list(dict.fromkeys(made))
    counts = [chance.randint(1, 9) for _ in values]
    found = find_clusters(values, counts, FIELDS["customerGroup"])
    together = [value for cluster in found for value in cluster.values]
    assert found
    assert len(together) == len(set(together))
    assert set(together) <= set(values)


@pytest.mark.parametrize(
    ("values", "counts", "name"),
    [
        (["Vàg", "Vàng", "vàng"], [1, 1, 1], "Vàng"),
        (["Vàg", "vàng", "Vàng"], [2, 1, 1], "Vàng"),
        (["Platnum", "Platinum"], [3, 3], "Platinum"),
        (["Platinum", "Platnum", "platinum"], [1, 2, 3], "Platinum"),
    ],
)
def test_a_slip_names_no_cluster(values: list[str], counts: list[int], name: str) -> None:
    (found,) = find_clusters(values, counts, FIELDS["customerGroup"])
    assert found.name.lower() == name.lower()
    assert set(found.fixes) == set(values) - {found.name}


def test_marks_do_not_depend_on_composition() -> None:
    assert marks_of("Hoà") == marks_of("ho\u0300a") == marks_of("HÒA")
    assert marks_of("giá") == marks_of("gía")
    assert marks_of("Hoa") != marks_of("Hòa")


@pytest.mark.long
def test_many_values_take_seconds() -> None:
    chance = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    values = list(
        {"".join(chance.choices(letters, k=chance.randint(5, 12))) for _ in range(100_000)}
    )
    times = []
    for some in (values[:10_000], values):
        start = time.process_time()
        find_clusters(some, [1] * len(some), FIELDS["customerGroup"])
        times.append(time.process_time() - start)
    assert times[1] / times[0] < 25  # ten times the values: not their square
