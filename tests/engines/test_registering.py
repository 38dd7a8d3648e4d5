"""``ddf.pango`` is there whichever is imported first, and Dask is not imported for it."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import pytest


@cache
def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize(
    "imports",
    [
        "import pangoprep, dask.dataframe as dd",
        "import dask.dataframe as dd, pangoprep",
        "import dask, pangoprep, dask.dataframe as dd",
        "import pangoprep; from dask import dataframe as dd",
    ],
)
def test_the_order_of_imports_does_not_matter(imports: str) -> None:
    code = f"{imports}\nimport sys\nprint(dd.DataFrame.pango.__name__, len(sys.meta_path))"
    plain = run("import dask.dataframe, sys\nprint(len(sys.meta_path))")
    assert run(code) == f"DaskAccessor {plain}"


def test_dask_is_not_imported_for_it() -> None:
    code = (
        "import sys, pandas, pangoprep\n"
        "one = {'customerId': ['1'], 'phone': ['0912345678'], 'fullName': ['A']}\n"
        "pandas.DataFrame(one).pango.validate()\n"
        "print([m for m in sys.modules if m.startswith('dask')])"
    )
    assert run(code) == "[]"


def test_the_module_keeps_its_own_loader() -> None:
    code = "import pangoprep, dask.dataframe as dd\nprint(type(dd.__loader__).__name__)"
    assert run(code) == run("import dask.dataframe as dd\nprint(type(dd.__loader__).__name__)")


def test_where_dask_is_not_installed_importing_it_says_so_as_ever() -> None:
    code = (
        "import sys, pangoprep\nsys.modules['dask'] = None\n"
        "try:\n    import dask.dataframe\nexcept ImportError as error:\n    print('none')"
    )
    assert run(code) == "none"
