"""What importing the package loads, and how long it takes."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.source import CORE, ROOT


def loaded_by(code: str) -> set[str]:
    """The top-level modules a fresh interpreter has after running some code."""
    report = "import json, sys; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return set(json.loads(done.stdout))


def test_importing_loads_pandas_pandera_and_pyarrow_only() -> None:
    core = loaded_by("import pandas, pandera.pandas, pyarrow.compute, pyarrow.csv")
    ours = loaded_by("import pangoprep")
    extra = {name for name in ours - core - set(sys.stdlib_module_names) if name[0] != "_"}
    assert extra == {"pangoprep"}
    assert "sqlite3" not in ours
    assert set(CORE) <= ours


def test_validating_clean_customers_needs_no_network_and_no_markup() -> None:
    code = (
        "import pandas as pd, pangoprep\n"
        "pd.DataFrame({'customerId': ['1'], 'fullName': ['An'], 'phone': ['0912345678']})"
        ".pango.validate().ready"
    )
    unwanted = {"httpx", "jinja2", "starlette", "uvicorn", "tqdm", "typer", "sqlite3", "ftfy"}
    # Where Dask is installed, Pandera loads it with the first model of anybody.
    model = "import pandera.pandas as pa\nclass M(pa.DataFrameModel):\n    a: str\nM.to_schema()"
    assert (loaded_by(code) - loaded_by(model)) & unwanted == set()


def test_importing_is_quick() -> None:
    code = (
        "import pandas, pandera.pandas, pyarrow.compute, pyarrow.csv, time\n"
        "start = time.process_time()\nimport pangoprep\nprint(time.process_time() - start)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert float(done.stdout) < 1.0  # about 0.1 s; the rest is for slow machines
