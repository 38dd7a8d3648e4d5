"""Sample data and the demo, in the project and from an installed wheel."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
from pathlib import Path

import pytest

import pangoprep as pp
from pangoprep.samples import SAMPLES, save_samples

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", [name for name in SAMPLES if not name.startswith("order")])
def test_every_sample_is_a_frame_of_its_entity(name: str) -> None:
    frame = pp.sample(name)
    report = frame.pango.validate()
    assert report.entity == ("customer-identity" if name == "customers" else name)
    assert report.n_ready
    assert report.n_held


@pytest.mark.parametrize("name", ["order", "", 5, None])
def test_an_unknown_sample_is_told_with_those_there_are(name: object) -> None:
    with pytest.raises(pp.UsageError, match="name"):
        pp.sample(name)  # type: ignore[arg-type]


def test_the_samples_of_orders_belong_together() -> None:
    report = pp.sample("orders").pango.validate(items=pp.sample("order-lines"))
    assert report.entity == "order"
    assert report.n_ready
    assert {"items.without_record", "items.none", "items.total"} <= {*report.summary()["rule"]}


def test_saved_samples_are_data_and_notebooks_side_by_side(tmp_path: Path) -> None:
    folder = tmp_path / "thử nghiệm"
    saved = save_samples(folder)
    assert folder / "data" / "customers_messy.csv" in saved
    assert {path.name for path in (folder / "notebooks").iterdir()} == {
        path.name for path in (ROOT / "notebooks").glob("*.ipynb")
    }
    assert all(path.stat().st_size for path in saved)
    assert not list(folder.rglob("*.py"))
    with pytest.raises(pp.UsageError, match="is there already; nothing was written"):
        save_samples(folder)


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        capture_output=True, cwd=ROOT, check=True,
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has the wheel, and our dependencies from this environment."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    shown = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = subprocess.run(shown, capture_output=True, text=True, check=True).stdout.strip()
    [wheel] = dist.glob("*.whl")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
         "--target", site, str(wheel)],
        capture_output=True, check=True,
    )  # fmt: skip
    here = Path(pytest.__file__).parents[1]
    (Path(site) / "ours.pth").write_text(f"{here}\n", encoding="utf-8")
    return python


def of_wheel(python: Path, folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [python, *arguments], capture_output=True, text=True, cwd=folder, check=False,
        encoding="utf-8", env={**os.environ, "PYTHONPATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_brings_its_samples_and_its_version(installed: Path, tmp_path: Path) -> None:
    code = "import pangoprep as pp; print(pp.__file__); print(len(pp.sample()))"
    file, n_rows = of_wheel(installed, tmp_path, "-c", code).splitlines()
    assert not Path(file).is_relative_to(ROOT)
    assert int(n_rows) == len(pp.sample())
    version = of_wheel(installed, tmp_path, "-m", "pangoprep", "--version")
    assert version == f"pangoprep {pp.__version__}\n"


def test_the_demo_runs_anywhere(installed: Path, tmp_path: Path) -> None:
    said = of_wheel(installed, tmp_path, "-m", "pangoprep", "demo")
    assert f"{len(pp.sample()):,} rows read" in said
    assert (tmp_path / "out" / "report.html").is_file()
    saved = of_wheel(installed, tmp_path, "-m", "pangoprep", "demo", "--save", "học")
    assert "notebooks" in saved
    assert (tmp_path / "học" / "data" / "odd" / "phiếu khảo sát.csv").is_file()


def test_the_source_archive_has_all_that_the_tests_read(dist: Path) -> None:
    [archive] = dist.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        names = {Path(*Path(name).parts[1:]).as_posix() for name in packed.getnames()}
    done = subprocess.run(
        ["git", "ls-files", "-z"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    tracked = {name for name in done.stdout.split("\0") if name}
    assert {"pangoprep/__init__.py", "tests/conftest.py", "Makefile", "docs/rules.md"} <= names
    assert tracked - names == set()
