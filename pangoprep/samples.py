"""Sample data that comes with pangoprep: made up, messy, and complete."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd

from pangoprep.argument_checks import choice_of, path_of, writing
from pangoprep.boundary import verb
from pangoprep.errors import UsageError
from pangoprep.reading import read
from pangoprep.sentence import Sentence

#: Name -> file: what `sample` takes.
SAMPLES = {
    "customers": ("customers_messy.csv", None),
    "customer-identity": ("customers.xlsx", "customer-identity"),
    "customer-relationship": ("customers.xlsx", "customer-relationship"),
    "customer-membership": ("customers.xlsx", "customer-membership"),
    "customer-identity-address": ("customers.xlsx", "customer-identity-address"),
    "customer-identity-email": ("customers.xlsx", "customer-identity-email"),
    "customer-identity-photo": ("customers.xlsx", "customer-identity-photo"),
    "orders": ("shop_orders.xlsx", "Đơn hàng"),
    "order-lines": ("shop_orders.xlsx", "Chi tiết"),
}
_HERE = Path(__file__).parent
# In a wheel they lie in the package; in the project's own folder beside it.
_PACKED, _PROJECT = _HERE / "samples_data", _HERE.parent
_DATA = _PACKED / "data" if _PACKED.is_dir() else _PROJECT / "data"
_NOTEBOOKS = _PACKED / "notebooks" if _PACKED.is_dir() else _PROJECT / "notebooks"


@verb
def sample(name: str = "customers") -> pd.DataFrame:
    """Read sample data: made-up customers and orders, as messy as real ones.

    Parameters
    ----------
    name
        ``"customers"``, a CSV file as a shop would export it; an entity such as
        ``"customer-membership"``, its sheet of a workbook whose sheets belong together; or
        ``"orders"`` and ``"order-lines"``, the two sheets of another.

    Returns
    -------
    DataFrame
        As `read` gives it.

    Raises
    ------
    UsageError
        If there is none of that name.

    Examples
    --------
    >>> import pangoprep as pp
    >>> frame = pp.sample("customers")
    >>> frame.pango.validate().entity
    'customer-identity'
    """
    file, sheet = SAMPLES[choice_of("name", name, SAMPLES)]
    return read(sample_path(file), sheet=sheet)


def sample_path(file: str) -> Path:
    """Return where a file of the sample data lies.

    Raises
    ------
    UsageError
        If it was not installed.
    """
    path = _DATA / file
    if not path.is_file():
        raise UsageError("The sample data is not installed; install pangoprep from a wheel.")
    return path


def save_samples(folder: Path) -> list[Path]:
    """Copy the sample data and the notebooks into a folder; return what is there now.

    The notebooks find the data as they do in the project: in ``data/`` beside ``notebooks/``.

    Raises
    ------
    UsageError
        If a file of the folder would be written over, or cannot be written.
    """
    folder = path_of("save", folder)
    sample_path("customers_messy.csv")
    wanted = [(file, folder / "data" / file.relative_to(_DATA)) for file in _files(_DATA)]
    wanted += [(file, folder / "notebooks" / file.name) for file in _NOTEBOOKS.glob("*.ipynb")]
    if there := [target for _, target in wanted if target.exists()]:
        raise UsageError(
            Sentence("{1} is there already; nothing was written. Name a new folder.", there[0])
        )
    for file, target in sorted(wanted):
        with writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
    return sorted(target for _, target in wanted)


def _files(folder: Path) -> list[Path]:
    found = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".py"]
    return [path for path in found if "__pycache__" not in path.parts]
