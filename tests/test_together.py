"""Rows that name records of other entities, declared as one likes: frames, files in parts, Dask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dask
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.entities.entity_references import in_order_of_references
from pangoprep.errors import OptionError
from tests.engines.test_equality import alike, cut

REFERENCE = "reference."


class Store(pp.Entity, object_type="store", key=("storeId",)):
    storeId: str = pp.field.identifier("Store", required=True)
    openedAt: int = pp.field.timestamp("When it was opened", required=True)


class Visit(
    pp.Entity,
    object_type="store-visit",
    key=("visitId",),
    references={"storeId": "store", "guestPhone": "customer-identity"},
):
    visitId: str = pp.field.identifier("Visit", required=True)
    storeId: str = pp.field.identifier("Store", required=True)
    customerId: str = pp.field.identifier("Customer")
    guestPhone: str = pp.field.phone("Guest's phone")


class Complaint(
    pp.Entity, object_type="complaint", key=("id",), references={"visitId": "store-visit"}
):
    id: str = pp.field.identifier("Complaint", required=True)
    visitId: str = pp.field.identifier("Visit", required=True)


class Category(pp.Entity, object_type="category", key=("code",), references={"parent": "category"}):
    code: str = pp.field.identifier("Code", required=True)
    parent: str = pp.field.identifier("Parent")
    since: int = pp.field.timestamp("Since", required=True)


STORES = pd.DataFrame(
    {"storeId": ["S1", "S2", "S3", "S3"], "openedAt": ["2020-01-02", "x", "x", "2021-01-02"]}
)
PEOPLE = pd.DataFrame(
    {"customerId": ["C1", "C2"], "fullName": "An", "phone": ["0912345678", "0912345679"]}
).assign(email=["a@gmail.com", "b@@gmail"], gender=["Nam", "Nữ"])
PEOPLE.loc[1, "fullName"] = None
VISITS = pd.DataFrame(
    {
        "visitId": [f"V{n}" for n in range(7)],
        "storeId": ["S1", "S2", "S3", "S9", "S1", "S1", "S1"],
        "customerId": ["C1", None, None, None, "C2", "C9", None],
        "guestPhone": [None, None, None, None, None, None, "+84 912 345 679"],
    }
)
COMPLAINTS = pd.DataFrame({"id": ["1", "2", "3"], "visitId": ["V0", "V1", "V9"]})
FRAMES: dict[Any, pd.DataFrame] = {
    Complaint: COMPLAINTS, Visit: VISITS, "customer-identity": PEOPLE, Store: STORES,
}  # fmt: skip


def found(report: pp.Report) -> list[tuple[int, str, str]]:
    """The findings about references: row, field, rule."""
    table = report.findings
    table = table[table["rule"].str.startswith(REFERENCE)].sort_values(["row", "field"])
    return list(zip(table["row"], table["field"], table["rule"], strict=True))


def test_declared_references_are_checked_like_those_of_customers() -> None:
    bundle = pp.validate_all(FRAMES)
    assert list(bundle) == ["complaint", "store-visit", "customer-identity", "store"]
    assert found(bundle["store-visit"]) == [
        (1, "storeId", "reference.record_held"),
        (3, "storeId", "reference.unknown_record"),
        (4, "customerId", "reference.customer_held"),
        (5, "customerId", "reference.unknown_customer"),
        (6, "guestPhone", "reference.customer_held"),
    ]
    visits = bundle["store-visit"].findings.set_index("row")
    assert visits.loc[1, "suggestion"] == "store row 1 is held"
    assert "(store)" in visits.loc[1, "message"]
    assert visits.loc[6, "suggestion"] == "customer-identity row 1 is held"
    # Who waits, others wait for.
    assert found(bundle["complaint"]) == [
        (1, "visitId", "reference.record_held"),
        (2, "visitId", "reference.unknown_record"),
    ]
    assert (
        "của bản ghi đó" in pp.validate_all(FRAMES, lang="vi")["complaint"].findings["message"][0]
    )


@pytest.mark.parametrize("turn", range(4))
def test_the_order_of_frames_does_not_matter(turn: int) -> None:
    every = list(FRAMES.items())
    turned = pp.validate_all(dict([*every[turn:], *every[:turn]]))
    for name, report in pp.validate_all(FRAMES).items():
        pd.testing.assert_frame_equal(report.rows, turned[name].rows)


def test_records_that_are_told_are_known() -> None:
    bundle = pp.validate_all(FRAMES, known={"store": ["S9", "S2"]}, customers=["C9"])
    assert [rule for *_, rule in found(bundle["store-visit"])] == [
        "reference.record_held", "reference.customer_held", "reference.customer_held"
    ]  # fmt: skip
    for wrong in ({"store": "S9"}, ["S9"], {1: ["S9"]}):
        with pytest.raises(pp.UsageError, match="list"):
            pp.validate_all(FRAMES, known=wrong)  # type: ignore[arg-type]


def test_records_sent_before_are_known_and_named_ones_go_first(tmp_path: Path) -> None:
    with pp.Sandbox(limits=None, entities=[Store, Visit, Complaint]) as cdp:
        how: dict[str, Any] = {"client": cdp.client(), "ledger": tmp_path / "runs.db"}
        pd.DataFrame({"storeId": ["S9"], "openedAt": "2020-01-02"}).pango.send(
            Store, source="x", **how
        )
        bundle = pp.validate_all(FRAMES, **how)
        assert (3, "storeId", "reference.unknown_record") not in found(bundle["store-visit"])
        results = bundle.send(source="x", **how)
        sent = pp.runs(how["ledger"], practice=True)["entity"].to_list()[::-1][1:]
        assert {name: one.counts["accepted"] for name, one in results.items()} == {
            name: report.n_ready for name, report in bundle.items()
        }
        assert sent.index("store") < sent.index("store-visit") < sent.index("complaint")


def test_own_entities_are_named_by_frame_or_by_type() -> None:
    frames = {"shops": STORES, "seen": VISITS}
    bundle = pp.validate_all(frames, entities={"shops": Store, "seen": Visit})
    assert bundle["seen"].findings["suggestion"].to_list().count("shops row 1 is held") == 1
    typed = {"store": STORES, "store-visit": VISITS}
    bundle = pp.validate_all(typed, entities=[Store, Visit])
    assert [report.entity for report in bundle.values()] == ["store", "store-visit"]
    for wrong, said in (
        ({"shop": Store}, "no frame of this bundle"),
        ([Complaint], "'complaint'"),
        (Store, "must be a list"),
    ):
        with pytest.raises(OptionError, match=said):
            pp.validate_all(frames, entities=wrong)
    with pytest.raises(pp.UsageError, match="same name"):
        pp.validate_all({"store": STORES, Store: STORES})


def test_a_declaration_in_a_file_does_too(tmp_path: Path) -> None:
    path = tmp_path / "visit.toml"
    pp.Declaration(Visit).save(path)
    bundle = pp.validate_all({"seen": VISITS, Store: STORES}, entities={"seen": path})
    assert (1, "storeId", "reference.record_held") in found(bundle["seen"])


def test_rows_of_one_frame_may_name_each_other(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "code": ["A", "A1", "A11", "B", "B1", "C1"],
            "parent": [None, "A", "A1", None, "B", "Z"],
            "since": ["x", *["2020-01-02"] * 5],
        }
    )
    report = pp.validate_all({Category: frame})["category"]
    assert found(report) == [
        (1, "parent", "reference.record_held"),
        (2, "parent", "reference.record_held"),
        (5, "parent", "reference.unknown_record"),
    ]
    strict = {"severity": {"reference.unknown_record": "error"}}
    assert pp.validate_all({Category: frame}, **strict)["category"].n_held == 4
    parts = {Category: dd.from_pandas(frame, npartitions=2)}
    with dask.config.set(scheduler="synchronous"):
        [of_parts] = pp.validate_all(parts, folder=tmp_path / "report").values()
        told = of_parts.findings.compute()
    pd.testing.assert_series_equal(told["rule"], report.findings["rule"])


def test_frames_may_name_each_other() -> None:
    class Boss(pp.Entity, object_type="boss", key=("id",), references={"team": "team"}):
        id: str = pp.field.identifier("Id", required=True)
        team: str = pp.field.identifier("Team")

    class Team(pp.Entity, object_type="team", key=("id",), references={"boss": "boss"}):
        id: str = pp.field.identifier("Id", required=True)
        boss: str = pp.field.identifier("Boss")
        since: int = pp.field.timestamp("Since", required=True)

    teams = pd.DataFrame({"id": ["T1", "T2"], "boss": ["B2", "B1"], "since": ["x", "2020-01-02"]})
    bosses = pd.DataFrame({"id": ["B1", "B2"], "team": ["T1", "T2"]})
    bundle = pp.validate_all({Boss: bosses, Team: teams})
    # T1 cannot be read; B1 is of T1, T2 is led by B1, B2 is of T2, T1 is led by B2.
    assert (bundle["boss"].n_held, bundle["team"].n_held) == (2, 2)
    assert pp.validate_all({Boss: bosses, Team: teams.assign(since="2020-01-02")}).ok


def test_a_key_of_several_fields_is_named_by_all_of_them() -> None:
    class Note(
        pp.Entity,
        object_type="note",
        key=("noteId",),
        references={"momCode": "custom-model", "refId": "custom-model"},
    ):
        noteId: str = pp.field.identifier("Note", required=True)
        momCode: str = pp.field.identifier("Model")
        refId: str = pp.field.identifier("Record")

    models = pd.DataFrame({"momCode": ["M1", "M2"], "refId": ["1", "2"]})
    notes = pd.DataFrame(
        {"noteId": ["a", "b", "c"], "momCode": ["M1", "M1", "M2"], "refId": ["1", "2", "2"]}
    )
    bundle = pp.validate_all({Note: notes, "custom-model": models})
    assert found(bundle["note"]) == [(1, "momCode", "reference.unknown_record")]

    class Lost(pp.Entity, object_type="lost", key=("id",), references={"model": "custom-model"}):
        id: str = pp.field.identifier("Id", required=True)
        model: str = pp.field.identifier("Model")

    with pytest.raises(pp.EntityError, match=r"momCode \+ refId"):
        pp.validate_all({Lost: pd.DataFrame({"id": ["1"], "model": ["M1"]})})


def test_a_declared_reference_wins_over_the_name_of_the_field() -> None:
    class Ticket(pp.Entity, object_type="ticket", key=("id",), references={"customerId": "store"}):
        id: str = pp.field.identifier("Id", required=True)
        customerId: str = pp.field.identifier("Who has it", required=True)

    tickets = pd.DataFrame({"id": ["1", "2"], "customerId": ["S1", "C1"]})
    bundle = pp.validate_all({Ticket: tickets, Store: STORES, "customer-identity": PEOPLE})
    assert found(bundle["ticket"]) == [(1, "customerId", "reference.unknown_record")]


def test_the_plain_frame_alone_says_nothing_of_others() -> None:
    assert found(VISITS.pango.validate(Visit)) == []


def partitioned(frame: pd.DataFrame, seed: int) -> Any:
    parts = cut(frame, np.random.default_rng(seed))
    return dd.from_map(lambda part: part, parts, meta=frame.iloc[:0])


def many(seed: int) -> dict[Any, pd.DataFrame]:
    random = np.random.default_rng(seed)

    def some(prefix: str, n_rows: int) -> list[str]:
        return [f"{prefix}{n}" for n in random.integers(0, 60, n_rows)]

    stores = pd.DataFrame({"storeId": some("S", 50), "openedAt": "2020-01-02"})
    stores.loc[random.random(50) < 0.3, "openedAt"] = "x"
    visits = pd.DataFrame({"visitId": some("V", 120), "storeId": some("S", 120)})
    visits["customerId"] = [None if n % 3 else f"C{n % 4}" for n in range(120)]
    complaints = pd.DataFrame({"id": some("", 80), "visitId": some("V", 80)})
    return {Complaint: complaints, Visit: visits, "customer-identity": PEOPLE, Store: stores}


@pytest.mark.parametrize("seed", range(3))
def test_parts_and_dask_say_the_same(seed: int, tmp_path: Path) -> None:
    frames = many(seed)
    options: dict[str, Any] = [
        {}, {"duplicates": "hold"}, {"severity": {"reference.unknown_record": "error"}}
    ][seed]  # fmt: skip
    divided = {name: partitioned(frame, seed) for name, frame in frames.items()}
    with dask.config.set(scheduler="synchronous"):
        frames = {name: frame.compute() for name, frame in divided.items()}
    whole = pp.validate_all(frames, **options)
    rules = {rule for report in whole.values() for *_, rule in found(report)}
    assert len(rules) >= 3
    with dask.config.set(scheduler="synchronous"):
        bundle = pp.validate_all(divided, folder=tmp_path / "bundle", **options)
        for name, report in bundle.items():
            for table in ("ready", "held", "rows", "findings"):
                alike(getattr(report, table), getattr(whole[name], table))
            assert report.facts == whole[name].facts

    scans: dict[Any, pp.Scan] = {}
    for name, frame in frames.items():
        path = tmp_path / f"{getattr(name, 'object_type', name)}.csv"
        frame.to_csv(path, index=False)
        scans[name] = pp.scan(path, rows=17)
    mixed = {**scans, Store: pp.read(tmp_path / "store.csv")}
    for given in (scans, mixed):
        parts = pp.validate_all(given, **options)
        assert list(parts.frames.values()) == list(given.values())
        for name, report in parts.items():
            rows, expected = report.rows, whole[name].rows
            assert rows["state"].to_list() == expected["state"].to_list()
            assert [rule for *_, rule in found(report)] == [rule for *_, rule in found(whole[name])]


class Sold(pp.Item, references={"productId": "product"}):
    productId: str = pp.field.identifier("Product", required=True, personal=False)
    quantity: int = pp.field.integer("Quantity", required=True)


class Receipt(pp.Entity, object_type="receipt", key=("receiptId",)):
    receiptId: str = pp.field.identifier("Receipt", required=True)
    sold: list = pp.field.items(Sold, required=True)


def test_items_may_name_records_in_a_cell_and_row_by_row(tmp_path: Path) -> None:
    products = pd.DataFrame({"productId": ["A", "B"], "price": ["1", "1tr2"]})
    items = {name: {"productId": name, "quantity": 1} for name in "ABZ"}
    cells = pd.DataFrame(
        {
            "receiptId": ["R1", "R2", "R3"],
            "sold": [[items["A"], items["B"]], [items["A"]], [items["A"], items["Z"]]],
        }
    )
    rows = cells.explode("sold", ignore_index=True)
    rows = pd.concat([rows[["receiptId"]], pd.DataFrame([*rows.pop("sold")])], axis="columns")
    rows.to_csv(tmp_path / "rows.csv", index=False)
    in_cells = pp.validate_all({Receipt: cells, "product": products})["receipt"]
    by_rows = pp.validate_all({Receipt: rows, "product": products})["receipt"]
    in_parts = pp.validate_all(
        {Receipt: pp.scan(tmp_path / "rows.csv", rows=2), "product": products}
    )["receipt"]
    held, unknown = "reference.record_held", "reference.unknown_record"
    told = in_cells.findings[["row", "field", "rule"]].values.tolist()
    assert told == [[0, "sold.productId", held], [2, "sold.productId", unknown]]
    assert "sold 2" in in_cells.findings["message"].iloc[0]
    assert in_cells.rows["state"].tolist() == ["held", "ready", "ready"]
    told = by_rows.findings.query("field == 'sold.productId'")[["row", "rule"]].values.tolist()
    assert told == [[1, held], [4, unknown]]
    assert by_rows.rows["state"].tolist() == ["held", "held", "ready", "ready", "joined"]
    assert in_parts.rows["state"].tolist() == by_rows.rows["state"].tolist()
    assert in_parts.findings["message"].tolist() == by_rows.findings["message"].tolist()
    assert in_order_of_references({"r": Receipt, "p": pp.Product}) == [["p"], ["r"]]


def test_names_are_put_in_order() -> None:
    entities = {"c": Complaint, "k": Category, "v": Visit, "s": Store, "p": pp.CustomerIdentity}
    order = in_order_of_references(entities)
    assert [label for group in order for label in group].index("c") == 4
    assert all(len(group) == 1 for group in order)
