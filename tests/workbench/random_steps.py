"""Random rows, and random steps of a workbench: after each, the report is read from scratch too."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import pangoprep as pp
from pangoprep.pipeline import examine
from pangoprep.report import Report
from pangoprep.workbench import Workbench

TODAY = pd.Timestamp("2026-06-01").date()
FORMS = ("ready", "held", "superseded", "cleaned", "rows", "not_records")  # findings: reveal()
Cells = Mapping[str, Sequence[str | None]]

CUSTOMERS: Cells = {
    "customerId": ["C1", "C2", "c-01", "C 2", None, "", "new"],
    "fullName": ["Trần An", None, "  lê  chi", "TỔNG CỘNG"],
    "phone": ["0912345678", "912345679", "123", "0999999999", "02838251234", None, "nil"],
    "email": ["a@example.com", "a@gmail.con", "b@@x", None],
    "dob": ["05/06/1988", "25/12/1990", "12/25/1990", "1988", "31/02/2000", None, "33000"],
    "createdAt": ["05/06/2021 10:00", "1600000000000", "2020-12-25", None],
    "gender": ["Nam", "nữ", "?", None],
    "city": ["Hà Nội", "ha noi", "TP.HCM", "Huê", None],
    "district": ["Q.3", "Quan 3", "Hoàn Kiếm", "Cầu Giấy", "3", "Q. Chi", None],
    "ward": ["P.1", "Phường 01", "Hàng Trống", "Dịch Vọng", "x", None],
    "customerGroup": ["Vàng", "vang", "VÀNG", "Bạc", None],
}
ADDRESSES: Cells = {
    "customerId": ["C1", "C2", "c-01", None],
    "addressType": ["Home", "office", "?", None],
    "city": CUSTOMERS["city"],
    "district": CUSTOMERS["district"],
    "ward": CUSTOMERS["ward"],
    "address": ["12 Lê Lợi", "  5 hàng  trống", None],
}
ORDERS: Cells = {
    "orderId": ["T1", "T2", "t-01", None, "T3"],
    "orderStatus": ["Done", "done", "x", None],
    "orderDate": ["05/06/2021 10:00", "25/12/2021", "12/25/2021", None],
    "customerId": ["C1", "C2", "c-01", None],
    "customerName": ["An", None, "CHI"],
    "totalCost": ["10.000", "1,5", "12000đ", "x", None],
    "items.productSku": ["P1", "P2", None],
    "items.productName": ["Áo", "Mũ", "ao"],
    "items.quantity": ["1", "2", "x", "1.000"],
    "items.price": ["10000", "20.000", "1,250", "?"],
}
WHOLE_ORDERS: Cells = {name: cells for name, cells in ORDERS.items() if "." not in name}
ENTITIES: Mapping[str, tuple[str, Cells]] = {
    "customers": ("customer-identity", CUSTOMERS),
    "addresses": ("customer-identity-address", ADDRESSES),
    "orders": ("order", WHOLE_ORDERS),
    "items": ("order", ORDERS),
    "items beside": ("order", ORDERS),
    "unfolded": ("customer-identity-address", ADDRESSES),
}


def tables(entity: str, n_rows: int, seed: int) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return rows of an entity, and what else its workbench is given."""
    if entity == "unfolded":
        return _unfolded(n_rows, seed), {}
    frame = messy(ENTITIES[entity][1], n_rows, seed)
    if entity != "items beside":
        return frame, {}
    items = messy(ORDERS, 2 * n_rows, seed + 1)
    return frame[list(WHOLE_ORDERS)], {"items": items.drop(columns=list(WHOLE_ORDERS)[1:])}


def _unfolded(n_rows: int, seed: int) -> pd.DataFrame:
    """Return rows of which two were one: they have one label."""
    pair = [messy(ADDRESSES, n_rows, seed + n).drop(columns="addressType") for n in range(2)]
    numbered = [part.iloc[:, 1:].add_suffix(f" {n}") for n, part in enumerate(pair, start=1)]
    wide = pd.concat([pair[0].iloc[:, :1], *numbered], axis=1)
    each = {"addressType": ["Home", "Work"]}
    return wide.pango.unfold("customer-identity-address", each=each)


def messy(cells: Cells, n_rows: int, seed: int) -> pd.DataFrame:
    """Return rows of which most have a key of their own, and few a group written otherwise."""
    random = np.random.default_rng(seed)
    columns: dict[str, Any] = {}
    for name, some in cells.items():
        columns[name] = [some[place] for place in random.integers(0, len(some), n_rows)]
    key = next(iter(cells))
    columns[key] = [
        f"C{n}" if random.random() < 0.8 else cell
        for n, cell in zip(random.integers(0, n_rows, n_rows), columns[key], strict=True)
    ]
    if "customerGroup" in columns:
        groups = columns["customerGroup"]
        columns["customerGroup"] = [groups[n] if n % 9 == 0 else "Vàng" for n in range(n_rows)]
    return pd.DataFrame(columns, dtype="str")


def assert_as_from_scratch(bench: Workbench) -> None:
    """Compare with reading the rows of a workbench for the first time."""
    anew = examine(copied(bench.frame), bench._state.plan)
    assert_alike(bench.report, anew)
    pd.testing.assert_frame_equal(bench.problems(), anew.workbench().problems())


def copied(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the same rows in other memory: pandas' own copy shares texts, and what is known."""
    columns = {
        place: frame.iloc[:, place].astype(object).astype(frame.iloc[:, place].dtype)
        for place in range(frame.shape[1])
    }
    return pd.DataFrame(columns).set_axis(frame.columns, axis=1)


def assert_alike(one: Report, other: Report) -> None:
    """Compare all that two reports say."""
    for name in FORMS:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), obj=name)
    pd.testing.assert_frame_equal(one.reveal(), other.reveal())
    pd.testing.assert_frame_equal(one.summary(), other.summary())
    assert one.facts == other.facts
    assert str(one) == str(other)
    assert one.to_json(lang="vi") == other.to_json(lang="vi")


@dataclass
class Player:
    """Takes random steps.

    Parameters
    ----------
    bench
        The workbench.
    anew
        Opens another one on the same rows.
    cells
        What cells of each field may hold.
    random
        Says what is done.
    """

    bench: Workbench
    anew: Callable[[], Workbench]
    cells: Cells
    random: np.random.Generator

    def step(self) -> None:
        """Take one step of any kind, or one back."""
        kinds: list[Callable[[], object]] = [
            self._fix_rows, self._fix_rows, self._fix, self._blank, self._leave_out,
            self._leave_out_rule, self._take_back, self._replace, self._accept, self._cluster,
            self._map, self._set, self._constants, self._undo, self._undo_one, self.bench.redo,
            self._reopen,
        ]  # fmt: skip
        self._one(kinds)()

    def _one(self, things: Sequence[Any]) -> Any:
        return things[int(self.random.integers(len(things)))]

    def _field(self) -> str:
        return str(
            self._one([name for name in self.cells if name in self.bench._state.plan.sources])
        )

    def _held(self, field: str) -> list[str]:
        return [cell for cell in self.bench.frame[field].dropna().unique().tolist() if cell]

    def _rows(self) -> list[int]:
        rows: list[int] = self.random.integers(0, len(self.bench.frame), 3).tolist()
        return rows

    def _fix_rows(self) -> None:
        fields = {self._field(), self._field()}
        self.bench.fix_rows(
            {row: {field: self._one(self.cells[field]) for field in fields} for row in self._rows()}
        )

    def _fix(self) -> None:
        field = self._field()
        held = self._held(field)
        olds = {self._one(held), self._one(held)} if held else {"x"}
        self.bench.fix(field, {old: self._one(self.cells[field]) or "x" for old in olds})

    def _blank(self) -> None:
        field = self._field()
        self.bench.blank(field, self._held(field)[:2])

    def _leave_out(self) -> None:
        self.bench.leave_out(self._rows(), reason=self._one(["test", "twice", ""]))

    def _leave_out_rule(self) -> None:
        one = self._problem()
        self.bench.leave_out(rule=one["rule"], field=one["field"] or None)

    def _take_back(self) -> None:
        left_out = np.flatnonzero(self.bench.report.examined.is_left_out)
        self.bench.take_back(left_out[:2].tolist())

    def _replace(self) -> None:
        self.bench.replace(self._field(), self._one(["1", "0", "a"]), self._one(["2", "", "á"]))

    def _problem(self) -> dict[str, Any]:
        problem: dict[str, Any] = self._one(self.bench.problems().to_dict("records"))
        return problem

    def _accept(self) -> None:
        one = self._problem()
        self.bench.accept(one["rule"], one["field"])

    def _cluster(self) -> None:
        field = self._field()
        if found := self.bench.cluster(field):
            self.bench.fix(field, self._one(found).fixes)

    def _map(self) -> None:
        field = self._one(list(self.cells))
        self.bench.map(field, self._one(["", field, self._one(list(self.cells))]))

    def _set(self) -> None:
        options: list[dict[str, Any]] = [
            {"duplicates": self._one(["first", "last", "hold"])},
            {"day_first": bool(self.random.integers(2))},
            {"timezone_gmt": int(self.random.integers(-3, 9))},
            {"phone_format": self._one(["national", "e164"])},
            {"unreadable": self._one(["hold", "blank"])},
            {"addresses": self._one(["2025", "suggest"])},
            {"severity": self._one([None, {"email.typo": "error"}])},
            {"ignore": self._one([[], ["spelling.varies"]])},
            {"gender_codes": self._one([None, {"?": "male"}])},
        ]
        self.bench.set(**self._one(options))

    def _constants(self) -> None:
        self.bench.constants(systemName=self._one(["CRM", "POS"]))

    def _undo(self) -> None:
        self.bench.undo(int(self.random.integers(1, 3)))

    def _undo_one(self) -> None:
        self.bench.undo(step=self._one(self.bench.steps["number"].to_list() or [1]))

    def _reopen(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            again = self.anew().open(self.bench.save(Path(folder) / "steps.pango"))
        assert_alike(again.report, self.bench.report)
        assert again.code() == self.bench.code()
        self.bench = again


def play(frame: pd.DataFrame, entity: str, seed: int, n_steps: int, **how: Any) -> Workbench:
    """Take steps, and compare after each that was taken; return the workbench."""
    name, cells = ENTITIES[entity]

    def anew() -> Workbench:
        return frame.pango.workbench(name, today=TODAY, **how)

    player = Player(anew(), anew, cells, np.random.default_rng(seed))
    for _ in range(n_steps):
        before = player.bench.report
        try:
            player.step()
        except pp.PangoprepError:
            assert player.bench.report is before
            continue
        assert_as_from_scratch(player.bench)
    return player.bench
