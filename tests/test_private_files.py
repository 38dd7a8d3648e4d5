"""Files of ours are their owner's alone, whatever the umask; what is not ours stays as it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import pangoprep as pp
from pangoprep.private_files import (
    make_private,
    make_private_folder,
    placed_together,
    whole_file,
    write_private_text,
)
from tests import forking

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777], ids="{:03o}".format)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mode & 0o777
        for path in folder.rglob("*")
    }


def test_a_file_is_whole_or_as_it_was(tmp_path) -> None:
    path = tmp_path / "a.xlsx"
    with whole_file(path) as draft:
        draft.write_bytes(b"whole")
    link = tmp_path / "link.xlsx"
    link.symlink_to(path)
    with pytest.raises(FileNotFoundError), whole_file(link) as draft:
        draft.write_bytes(Path(tmp_path, "none").read_bytes())
    assert (path.read_bytes(), link.is_symlink()) == (b"whole", True)
    with whole_file(link) as draft:
        draft.write_bytes(b"new")
    assert (path.read_bytes(), link.is_symlink()) == (b"new", True)
    assert modes(tmp_path)["a.xlsx"] == 0o600
    assert sorted(modes(tmp_path)) == ["a.xlsx", "link.xlsx"]


@pytest.mark.parametrize("links", [True, False])
def test_of_files_that_belong_together_all_take_their_places_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:  # as on a memory stick

        def refuse(*_: object) -> None:
            raise PermissionError("no links here")

        monkeypatch.setattr("os.link", refuse)
    old, new, last = (tmp_path / name for name in ("old.csv", "new.csv", "last.csv"))
    old.write_text("old")

    def write(target: Path, text: str) -> None:
        with whole_file(target) as draft:
            draft.write_text(text)

    def write_all() -> None:
        with placed_together():
            write(old, "1")
            write(new, "2")
            write(last, "3")
            last.mkdir()  # somebody else did

    with pytest.raises(pp.UsageError, match=r"last\.csv"):
        write_all()
    assert sorted(modes(tmp_path)) == ["last.csv", "old.csv"]
    assert (old.read_text(), last.is_dir()) == ("old", True)
    last.rmdir()
    with placed_together():
        write(old, "1")
        write(new, "2")
        assert old.read_text() == "old"
    assert sorted(modes(tmp_path)) == ["new.csv", "old.csv"]
    assert (old.read_text(), new.read_text()) == ("1", "2")


def test_a_text_is_private_before_it_is_there_and_after(tmp_path, umask) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    make_private(new)
    assert modes(tmp_path) == {"new": 0o600}
    old.touch()
    old.chmod(0o666)
    for path in (new, old):
        write_private_text(path, "Đỗ")
        assert path.read_bytes() == "Đỗ".encode()
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_folder_is_private_and_one_that_is_there_stays(tmp_path, umask) -> None:
    make_private_folder(tmp_path / "a" / "b")
    assert modes(tmp_path) == {"a": 0o700, "a/b": 0o700}
    (tmp_path / "a").chmod(0o755)
    make_private_folder(tmp_path / "a")
    assert modes(tmp_path)["a"] == 0o755
    make_private_folder(tmp_path / "a", is_ours=True)
    assert modes(tmp_path)["a"] == 0o700


def test_what_is_no_file_keeps_its_mode(tmp_path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o640)
    pipe.chmod(0o640)
    for path in (pipe, Path("/dev/null"), Path("/dev/stdout"), tmp_path):
        before = path.stat().st_mode
        make_private(path)
        assert path.stat().st_mode == before
    make_private(tmp_path / "none" / "x")
    make_private("a\0b")


def test_every_file_that_is_written_is_private(tmp_path, umask, monkeypatch) -> None:
    monkeypatch.setenv("PANGO_DATA_DIR", str(tmp_path / "home"))
    frame = pd.DataFrame(
        {"customerId": ["1", "2"], "fullName": ["An", "Bình"], "phone": ["0912345678", "12"]}
    )
    out = tmp_path / "out"
    report = frame.pango.validate("customer-identity")
    bundle = pp.validate_all({"customer-identity": frame})
    make_private_folder(out)
    for one, name in ((report, "report"), (bundle, "bundle")):
        one.to_html(out / f"{name}.html")
        one.to_json(out / f"{name}.json")
        one.to_markdown(out / f"{name}.md")
        one.to_excel(out / f"{name}.xlsx")
    with pp.Sandbox(path=tmp_path / "out" / "cdp.sqlite") as cdp:
        result = frame.pango.send(source="CRM", client=cdp.client(), ledger=out / "runs" / "l.db")
        modes_while_open = modes(tmp_path)
    result.to_excel(out / "result.xlsx")
    found = modes_while_open | modes(tmp_path)
    wrong = {
        name: oct(mode)
        for name, mode in found.items()
        if mode != (0o700 if (tmp_path / name).is_dir() or name.endswith(".live") else 0o600)
    }
    assert wrong == {}
    assert {"home/budget.sqlite", "home/budget.sqlite.key", "out/runs/l.db"} <= set(found)
    assert {"out/cdp.sqlite-wal", "out/cdp.sqlite-shm", "out/runs/l.db.live"} <= set(found)


@pytest.mark.parametrize("name", ["ready.csv", "ready.xlsx"])
def test_so_is_what_the_command_line_writes(tmp_path, name) -> None:
    source = tmp_path / "in.csv"
    source.write_text("customerId,fullName,phone\n1,An,0912345678\n2,B,12\n", encoding="utf-8")
    (tmp_path / "out").mkdir()
    command = [sys.executable, "-m", "pangoprep", "clean", source, "--entity", "customer-identity"]
    command += ["--out", tmp_path / "out" / name, "--held", tmp_path / "out" / f"held-{name}"]
    before = os.umask(0)
    try:
        done = forking.run(command)
    finally:
        os.umask(before)
    assert done.returncode == 1, done.stderr
    assert modes(tmp_path / "out") == {name: 0o600, f"held-{name}": 0o600}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no sizes of files")
def test_a_recipe_that_finds_no_room_leaves_the_one_that_was_there(tmp_path: Path) -> None:
    import resource

    path = tmp_path / "crm.toml"
    pp.Recipe(entity="customer-identity", source="CRM").save(path)
    path.chmod(0o640)
    before = path.read_text(encoding="utf-8")
    long = pp.Recipe(entity="customer-identity", mapping={f"Cột {n}": "" for n in range(500)})
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, limits[1]))
    try:
        with pytest.raises(pp.UsageError, match=r"crm\.toml cannot be written"):
            long.save(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (path.read_text(encoding="utf-8"), [*tmp_path.iterdir()]) == (before, [path])
    long.save(path)
    assert len(pp.Recipe.load(path).mapping) == 500
    assert modes(tmp_path)["crm.toml"] == 0o640  # who could read it may go on
