"""A model of a notebook, which is in ``__main__``, is the same in another process."""

from __future__ import annotations

import sys
from pathlib import Path

from tests import forking

WRITE = """
import sys, cloudpickle, pandas as pd, pandera.pandas as pandera, pangoprep as pp
from pangoprep.engines.folder import Folder
from pangoprep.engines.job import Job
from pangoprep.planning import plan_columns

class Own(pp.CustomerIdentity, options=pp.Options(timezone_gmt=9)):
    fullName: str = pandera.Field()

    @pandera.check("fullName", element_wise=True, name="no Tran")
    def no_tran(cls, value):
        return not value.startswith("T")

class Order(pp.Entity, object_type="order", key=("orderId",)):
    orderId: str = pp.field.identifier("Order", required=True, headers=["Mã đơn"])

class Small(Order):
    @pandera.check("orderId", element_wise=True, name="no X")
    def no_x(cls, value):
        return "X" not in value

FRAME = pd.DataFrame({"Mã KH": ["1"], "Họ tên": ["Ta"], "SĐT": ["0912345678"], "Mã đơn": ["X1"]})
jobs = [Job(Folder("x"), plan_columns(FRAME, one), 1) for one in (Own, Order, Small)]
cloudpickle.dump((FRAME, jobs), open(sys.argv[1], "wb"))
"""
TELL = """
import pickle, sys
from pangoprep.pipeline import examine
FRAME, jobs = pickle.load(open(sys.argv[1], "rb"))
for job in jobs:
    entity = job.plan.entity
    told = examine(FRAME, job.plan).findings["message"].tolist()
    print(entity.__name__, entity.key, entity.options.timezone_gmt, *told)
"""


def test_classes_of_main_keep_their_checks_names_and_options(tmp_path: Path) -> None:
    for code in (WRITE, TELL):
        done = forking.run([sys.executable, "-c", code, tmp_path / "jobs"], check=True)
    own, order, small = done.stdout.splitlines()
    assert own.startswith("Own ('customerId',) 9 A check of the model does not hold (no Tran)")
    assert order == "Order ('orderId',) 7"
    assert small.startswith("Small ('orderId',) 7 A check of the model does not hold (no X)")
