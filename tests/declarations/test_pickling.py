"""Classes of a script and of files work in other processes: spawned ones, and Dask's workers."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import cloudpickle
import pytest

import pangoprep as pp
from tests import forking

SHOP = """
import pandera.pandas as pandera
import pangoprep as pp

class Line(pp.Item):
    sku: str = pp.field.identifier("SKU", required=True)

class Base(pp.Entity, object_type="base", key=("id",)):
    id: str = pp.field.identifier("Id", required=True)

class Visit(Base, object_type="store-visit"):
    spent: float = pp.field.decimal("Spent", headers=["Chi tiêu"])
    lines: list = pp.field.items(Line, "Lines")

    @pandera.check("id", element_wise=True, name="no X")
    def no_x(cls, value):
        return "X" not in value
"""
TOML = """
version = 1
object_type = "store-visit"
key = ["id"]

[fields]
id = { kind = "identifier", required = true }
spent = { kind = "decimal", headers = ["Chi tiêu"] }
"""
SCRIPT = """
import multiprocessing, os, sys
from concurrent.futures import ProcessPoolExecutor
import pandas as pd, pandera.pandas as pandera
import pangoprep as pp

class Own(pp.Entity, object_type="store-visit", key=("id",)):
    id: str = pp.field.identifier("Id", required=True)
    spent: float = pp.field.decimal("Spent", headers=["Chi tiêu"])

    @pandera.check("id", element_wise=True, name="no X")
    def no_x(cls, value):
        return "X" not in value

FRAME = pd.DataFrame({"id": ["A", "X1", "B"], "Chi tiêu": ["1.250.000,5", "2", "x"]})

def told(report):
    spent = report.ready["spent"].astype(str)
    spent = spent if isinstance(spent, pd.Series) else spent.compute()
    return report.n_ready, report.n_held, spent.to_list()

def work(entity):
    return os.getpid(), told(FRAME.pango.validate(entity))

def spawned(entities):
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return list(pool.map(work, entities))

def of_dask(entities):
    import dask, dask.dataframe as dd, distributed
    dask.config.set({"dataframe.convert-string": False})
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
    ):
        frame = dd.from_pandas(FRAME, npartitions=2)
        for number, entity in enumerate(entities):
            yield 0, told(frame.pango.validate(entity, folder=f"report{number}"))

if __name__ == "__main__":
    entities = [Own, pp.entity("shop.py:Visit"), pp.entity("visit.toml")]
    how = {"spawn": spawned, "dask": of_dask}[sys.argv[1]]
    for entity, (process, said) in zip(entities, how(entities)):
        assert process != os.getpid()
        assert said == told(FRAME.pango.validate(entity)), said
        print(entity.__name__, said)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"shop.py": SHOP, "visit.toml": TOML, "script.py": SCRIPT}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("how", ["spawn", pytest.param("dask", marks=pytest.mark.long)])
def test_a_script_has_its_classes_in_other_processes(folder: Path, how: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "script.py", how],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    own, visit, declared = done.stdout.splitlines()[-3:]
    # X1 breaks the class's own check, which TOML does not have; x is no amount.
    assert (own[:10], visit[:12], declared.split(" ", 1)[1][:6]) == (
        "Own (1, 2,", "Visit (1, 2,", "(2, 1,"
    )  # fmt: skip


@pytest.mark.parametrize("by", [pickle, cloudpickle])
def test_here_a_class_of_a_file_is_the_same_one(folder: Path, by: object) -> None:
    visit = pp.entity(folder / "shop.py:Visit")
    item = visit.fields()["lines"].item
    for one in (visit, visit.__mro__[1], item, pp.Order, pp.OrderItem):
        assert pickle.loads(by.dumps(one)) is one  # type: ignore[attr-defined]


def test_a_declaration_comes_back_as_it_is(folder: Path) -> None:
    declared = pp.entity(folder / "visit.toml")
    found = pickle.loads(pickle.dumps(declared))
    assert (found.object_type, found.key, list(found.fields())) == (
        declared.object_type, declared.key, list(declared.fields())
    )  # fmt: skip


def test_files_of_one_name_in_two_folders_are_two(folder: Path) -> None:
    other = folder / "other"
    other.mkdir()
    (other / "shop.py").write_text(SHOP.replace("store-visit", "other-visit"), encoding="utf-8")
    first, second = pp.entity(folder / "shop.py:Visit"), pp.entity(other / "shop.py:Visit")
    for one in (first, second):
        assert pickle.loads(pickle.dumps(one)) is one


def test_a_file_that_is_gone_is_told(folder: Path) -> None:
    data = pickle.dumps(pp.entity(folder / "shop.py:Visit"))
    (folder / "shop.py").unlink()
    code = "import pickle, sys; pickle.loads(bytes.fromhex(sys.argv[1]))"
    done = forking.run([sys.executable, "-c", code, data.hex()])
    assert "There is no file shop.py" in done.stderr
