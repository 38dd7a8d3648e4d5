"""What an installation lacks is told in one sentence, in a process that cannot find it."""

from __future__ import annotations

import subprocess
import sys

import pytest

WITHOUT = """
import sys

class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {name!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Gone())
import pangoprep as pp
try:
    {code}
except pp.PangoprepError as error:
    print(error)
"""
STARTS = ["pp.Sandbox().start()", "pp.listen(api_key='a key')"]


@pytest.mark.parametrize("code", STARTS)
@pytest.mark.parametrize("name", ["starlette", "uvicorn"])
def test_a_package_that_is_gone_says_what_to_do(name: str, code: str) -> None:
    program = WITHOUT.format(name=name, code=code)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert f"needs {name}, which comes with pangoprep and is missing here" in done.stdout, done
    assert done.stdout.count("\n") == 1


WANTED = {
    "matplotlib": (
        "__import__('pandas').DataFrame({'customerId': ['1'], 'fullName': ['An'], "
        "'phone': ['0912345678']}).pango.validate().plot()",
        'Plots need matplotlib: pip install "pangoprep[plot]".',
    ),
    "dask": ("pp.scan_dask('a.csv')", 'Dask frames need Dask: pip install "pangoprep[dask]"'),
}


@pytest.mark.parametrize("name", WANTED)
def test_what_is_no_part_of_the_core_says_how_to_install_it(name: str) -> None:
    code, wanted = WANTED[name]
    program = WITHOUT.format(name=name, code=code)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (f"{wanted}\n", "")


def test_a_module_of_ours_that_is_gone_is_no_missing_package() -> None:
    from pangoprep.extras import needed_by

    with pytest.raises(ModuleNotFoundError), needed_by("This"):
        import pangoprep.nothing  # noqa: F401
