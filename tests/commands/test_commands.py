"""The command line, as a person and a script use it: real files, real processes, a real sandbox."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pangoprep.entities import ENTITIES
from pangoprep.sandbox import Sandbox
from tests import forking

DATA = Path(__file__).parents[2] / "data"
MESSY = DATA / "customers_messy.csv"


def test_the_first_time_and_next_month(
    run: Any, good: Path, tmp_path: Path, cdp: Sandbox, account: dict[str, str]
) -> None:
    recipe = tmp_path / "crm.toml"
    asked = run("map", good, "--out", recipe)
    assert asked.returncode == 0
    assert "'Liên lạc' could be phone" in asked.stdout
    assert "it holds phone numbers" in asked.stdout
    asked = run("map", good, "--lang", "vi")
    assert "'Liên lạc' có thể là phone (" in asked.stdout
    assert "cột chứa số điện thoại)" in asked.stdout
    refused = run("validate", good, "--recipe", recipe)
    assert refused.returncode == 2
    assert "'Liên lạc' (phone" in refused.stderr
    text = recipe.read_text(encoding="utf-8")
    text = text.replace('"Liên lạc" = "?"', '"Liên lạc" = "phone"')
    recipe.write_text(text.replace("entity =", 'source = "CRM"\nentity ='), encoding="utf-8")
    assert run("validate", good, "--recipe", recipe).returncode == 0
    sent = run("send", good, "--recipe", recipe, **account)
    assert (sent.returncode, sent.stderr) == (0, "")
    assert "60 accepted" in sent.stdout
    assert len(cdp.records("customer-identity")) == 60
    again = run("send", good, "--recipe", recipe, **account)
    assert "60 unchanged" in again.stdout
    own = run("runs")
    assert "finished" not in own.stdout
    assert "2 practice runs are not listed; --practice lists them" in own.stderr
    listed = run("runs", "--practice").stdout
    assert listed.count("practice, finished") == 2
    assert "khách hàng.csv" in listed


def test_read_says_how_and_shows_no_value(run: Any, good: Path) -> None:
    done = run("read", good)
    assert done.returncode == 0
    assert "60 rows, 4 columns; encoding 'UTF-16-LE', delimiter ';'" in done.stdout
    assert "Nguyễn" not in done.stdout
    assert "0912" not in done.stdout


def test_read_writes_text(run: Any, good: Path, tmp_path: Path) -> None:
    for name in ("a.csv", "a.parquet", "a.xlsx", "a.jsonl"):
        assert run("read", good, "--out", tmp_path / name).returncode == 0
    written = pd.read_parquet(tmp_path / "a.parquet")
    assert written["Liên lạc"].tolist()[:2] == ["0912345600", "0912345601"]


def test_json_is_one_value_for_scripts(run_json: Any, good: Path) -> None:
    code, found = run_json("read", good)
    assert (code, found["n_rows"], found["delimiter"]) == (0, 60, ";")
    code, found = run_json("map", good)
    assert found["uncertain"] == {"Liên lạc": ["phone"]}
    code, found = run_json("validate", good, "--map", "Liên lạc=phone")
    assert (code, found["n_rows"], found["n_ready"]) == (0, 60, 60)
    code, found = run_json("rules")
    assert {"rule": "phone.lost_zero", "severity": "info"}.items() <= found[
        [rule["rule"] for rule in found].index("phone.lost_zero")
    ].items()
    code, found = run_json("entities", "customer-identity")
    assert found[0]["field"]
    code, found = run_json("entities")
    assert [entity["entity"] for entity in found] == list(ENTITIES)


def test_validate_says_what_is_held_and_writes_reports(run: Any, tmp_path: Path) -> None:
    reports = [tmp_path / name for name in ("r.html", "r.json", "r.md", "r.xlsx")]
    done = run("validate", MESSY, *itertools.chain(*(("--out", path) for path in reports)))
    assert done.returncode == 1
    assert "173 are held" in done.stdout
    for path in reports:
        assert path.stat().st_size > 1000
        assert f"Written: {path}" in done.stderr
    assert run("validate", MESSY, "--out", tmp_path / "r.pdf").returncode == 2
    recipe = tmp_path / "crm.toml"
    vietnamese = run("validate", MESSY, "--lang", "vi", "--save-recipe", recipe)
    assert "dòng" in vietnamese.stdout
    assert "dòng" in run("validate", MESSY, "--recipe", recipe).stdout
    assert "dòng" not in run("validate", MESSY, "--recipe", recipe, "--lang", "en").stdout


def test_clean_writes_ready_and_held_rows(run: Any, tmp_path: Path) -> None:
    done = run("clean", MESSY, "--out", tmp_path / "a.csv", "--held", tmp_path / "held.xlsx")
    assert done.returncode == 1
    ready = pd.read_csv(tmp_path / "a.csv", dtype=str)
    assert len(ready) == 1791
    assert ready["phone"].dropna().str.fullmatch(r"\+?[0-9]+").all()
    assert (tmp_path / "held.xlsx").exists()


def test_no_file_is_written_if_one_cannot_be(run: Any, tmp_path: Path) -> None:
    nowhere = tmp_path / "no folder"
    commands = [
        ("clean", MESSY, "--out", tmp_path / "a.csv", "--held", nowhere / "held.xlsx"),
        ("validate", MESSY, "--out", tmp_path / "a.html", "--out", nowhere / "b.json"),
    ]
    for command in commands:
        done = run(*command)
        assert (done.returncode, list(tmp_path.iterdir())) == (2, [])
        assert "cannot be written" in done.stderr


@pytest.mark.parametrize("duplicates", ["last", "first", "hold"])
def test_parts_find_what_the_whole_finds(run_json: Any, duplicates: str) -> None:
    whole = run_json("validate", MESSY, "--duplicates", duplicates)[1]
    parts = run_json("validate", MESSY, "--duplicates", duplicates, "--rows-at-once", 700)[1]
    assert parts == whole


@pytest.mark.parametrize(
    ("born", "told"),
    [
        ("25/12/1988", "2 parts were read twice, since other parts decide how they are read."),
        ("1988-12-25", ""),
    ],
)
def test_parts_that_are_read_twice_are_told(run: Any, tmp_path: Path, born: str, told: str) -> None:
    path = tmp_path / "a.csv"
    rows = [f"C{n},An,091234567{n},{'05/06/1988' if n < 4 else born}\n" for n in range(6)]
    path.write_text("Mã KH,Họ tên,SĐT,Ngày sinh\n" + "".join(rows), "utf-8")
    done = run("validate", path, "--rows-at-once", 2)
    assert done.stderr.strip() == (f"Note: {told}" if told else "")


def test_cleaning_in_parts_writes_the_same_files(run: Any, tmp_path: Path) -> None:
    for kind in ("parquet", "csv", "jsonl"):
        for name, more in (("whole", []), ("parts", ["--rows-at-once", 700])):
            done = run(
                "clean", MESSY, "--out", tmp_path / f"{name}.{kind}",
                "--held", tmp_path / f"{name} held.{kind}", *more,
            )  # fmt: skip
            assert done.returncode == 1, done.stderr
        for name in ("{}", "{} held"):
            whole, parts = (tmp_path / f"{name.format(n)}.{kind}" for n in ("whole", "parts"))
            if kind == "parquet":
                pd.testing.assert_frame_equal(pd.read_parquet(parts), pd.read_parquet(whole))
            else:
                assert parts.read_bytes() == whole.read_bytes()
    assert not list(tmp_path.glob("*.part*"))
    books = [tmp_path / "whole.xlsx", tmp_path / "parts.xlsx"]
    for book, more in zip(books, ([], ["--rows-at-once", 700]), strict=True):
        assert run("clean", MESSY, "--out", book, *more).returncode == 1
    whole, parts = (pd.read_excel(book, dtype=str, engine="openpyxl") for book in books)
    pd.testing.assert_frame_equal(parts, whole)


def test_sending_in_parts_is_one_run(
    run_json: Any, tmp_path: Path, cdp: Sandbox, account: dict[str, str]
) -> None:
    sending = [MESSY, "--source", "CRM", "--rows-at-once", 700]
    refused = account | {"PANGO_API_KEY": "refused"}
    code, sent = run_json("send", *sending, **refused)
    assert (code, sent["counts"]["unsent"]) == (3, 1791)
    out = tmp_path / "rows.csv"
    [failed] = sent["runs"]
    code, sent = run_json(
        "resume", failed["run_id"], MESSY, "--rows-at-once", 700, "--out", out, **account
    )
    assert code == 1
    assert sum(sent["counts"].values()) == 2000
    assert (sent["counts"]["accepted"], sent["counts"]["superseded"]) == (1791, 36)
    assert len(cdp.records("customer-identity")) == 1791
    assert pd.read_csv(out)["row"].tolist() == list(range(2, 2002))
    code, sent = run_json("send", *sending, **account)
    assert [one["counts"]["unchanged"] for one in sent["runs"]] == [1791]


@pytest.mark.parametrize("more", [[], ["--rows-at-once", 3]])
def test_rows_of_a_folder_say_their_file(run: Any, tmp_path: Path, more: list[Any]) -> None:
    folder, out = tmp_path / "các tháng", tmp_path / "rows.csv"
    folder.mkdir()
    for month in (1, 2):
        text = f"Mã KH,Họ tên,SĐT\nC{month},An,091234567{month}\nD{month},Chi,12\n"
        (folder / f"tháng {month}.csv").write_text(text, encoding="utf-8")
    done = run("send", folder, "--sandbox", "--source", "CRM", "--out", out, *more)
    assert done.returncode == 1, done.stderr
    rows = pd.read_csv(out)
    assert rows["row"].tolist() == [f"tháng {m}.csv row {n}" for m in (1, 2) for n in (2, 3)]
    assert rows["state"].tolist() == ["accepted", "held"] * 2


def test_exit_codes_of_sending(
    run: Any, good: Path, tmp_path: Path, account: dict[str, str]
) -> None:
    named = ["send", good, "--map", "Liên lạc=phone"]
    assert run(*named, "--source", "CRM").returncode == 2  # no credentials
    assert run(*named, **account).returncode == 2  # no source
    wrong = run(*named, "--source", "CRM", **(account | {"PANGO_API_KEY": "wrong"}))
    assert wrong.returncode == 3
    gone = account | {"PANGO_AUTH_URL": "http://127.0.0.1:9/a"}
    assert run("send", tmp_path / "absent.csv", "--source", "CRM", **gone).returncode == 2
    out = tmp_path / "rows.csv"
    done = run(*named, "--source", "CRM", "--out", out, **account)
    assert done.returncode == 0
    assert pd.read_csv(out)["state"].unique().tolist() == ["accepted"]
    assert run("send", MESSY, "--source", "CRM", "--dry-run").returncode == 1


def test_a_stopped_run_is_resumed(
    run: Any, run_json: Any, good: Path, account: dict[str, str]
) -> None:
    named = [good, "--map", "Liên lạc=phone"]
    refused = account | {"PANGO_API_KEY": "refused"}
    sent = run("send", *named, "--source", "CRM", **refused)
    assert sent.returncode == 3
    (run_id,) = re.findall(r"To go on: pangoprep resume (\S+) \S+/\S+", sent.stderr)
    alone = run("resume", run_id, *named)
    assert (alone.returncode, "One that was begun with --sandbox alone ended" in alone.stderr) == (
        2,
        True,
    )
    code, found = run_json("status", run_id)
    assert (code, found["counts"]["unsent"]) == (3, 60)
    code, sent = run_json("resume", run_id, *named, **account)
    assert (code, sent["counts"]["accepted"]) == (0, 60)
    assert run("status", "no-such-run").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["read", "absent.csv"], "There is no file"),
        (["map", MESSY, "--entity", "customers"], "No entity is called 'customers'"),
        (["map", MESSY, "--map", "SĐT"], "write it as COLUMN=FIELD"),
        (["validate", DATA / "customers.xlsx"], "Name one: --sheet customer-identity"),
        (["validate", MESSY, "--duplicates", "middle"], "--duplicates middle cannot be used"),
        (["validate", MESSY, "--rows-at-once", "0"], "--rows-at-once 0 cannot be used"),
        (["send", MESSY, "--every-sheet", "--sandbox"], "is not one workbook"),
    ],
)
def test_an_error_is_one_line_and_code_2(run: Any, arguments: list[Any], words: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: ")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_every_command_has_help_and_takes_no_credentials(run: Any) -> None:
    listed = run("--help").stdout
    for name in ("read", "map", "validate", "clean", "send", "resume", "runs", "status", "rules",
                 "entities", "login", "sandbox", "demo"):  # fmt: skip
        assert f"  {name}" in listed
        help_text = run(name, "--help").stdout
        assert len(help_text) > 100
        assert not [word for word in ("--api-key", "--token", "--password") if word in help_text]


def test_login_asks_keeps_and_forgets(
    tmp_path: Path, good: Path, cdp: Sandbox, account: dict[str, str]
) -> None:
    """A keyring that is a file stands for the system's."""
    (tmp_path / "filekeyring.py").write_text(
        "import json, os, pathlib\n"
        "from keyring.backend import KeyringBackend\n"
        "PATH = pathlib.Path(os.environ['KEYRING_FILE'])\n"
        "class Keyring(KeyringBackend):\n"
        "    priority = 1\n"
        "    def _all(self): return json.loads(PATH.read_text()) if PATH.exists() else {}\n"
        "    def get_password(self, service, name): return self._all().get(name)\n"
        "    def set_password(self, service, name, value):\n"
        "        PATH.write_text(json.dumps(self._all() | {name: value}))\n"
        "    def delete_password(self, service, name):\n"
        "        PATH.write_text(json.dumps({k: v for k, v in self._all().items() if k != name}))\n"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PANGO_")} | {
        "PYTHON_KEYRING_BACKEND": "filekeyring.Keyring",
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])]),
        "KEYRING_FILE": str(tmp_path / "keys.json"),
        "PANGO_DATA_DIR": str(tmp_path / "home"),
        "PANGO_AUTH_URL": account["PANGO_AUTH_URL"],
        "PANGO_INGEST_URL": account["PANGO_INGEST_URL"],
    }

    def call(*arguments: object, given: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pangoprep", *arguments]
        return forking.run(command, given=given, env=environment)

    answers = "\n".join(
        account[name] for name in ("PANGO_USERNAME", "PANGO_API_KEY", "PANGO_CDP_GKEY")
    )
    done = call("login", given=answers + "\n")
    assert done.returncode == 0, done.stderr
    assert account["PANGO_API_KEY"] not in done.stdout + done.stderr
    sending = ["send", good, "--map", "Liên lạc=phone", "--source", "CRM"]
    assert call(*sending).returncode == 0
    assert len(cdp.records("customer-identity")) == 60
    assert call("login", "--forget").returncode == 0
    assert call(*sending).returncode == 2


def test_a_list_without_ids_goes_out_with_one_command_and_a_short_recipe(
    run: Any, cdp: Sandbox, account: dict[str, str], tmp_path: Path
) -> None:
    leads = tmp_path / "leads.csv"
    rows = "".join(
        f"Nguyễn Văn An,9{n:08},{n % 7 or ''},Lê Lợi\n" for n in range(10_000_000, 10_000_120)
    )
    leads.write_text("Họ tên,SĐT,Số nhà,Đường\n" + rows, encoding="utf-8")
    recipe = tmp_path / "leads.toml"
    recipe.write_text(
        "version = 1\n"
        'entity = "customer-identity"\n'
        'source = "Leads"\n'
        "[values]\n"
        'systemName = "CRM"\n'
        'address = "{Số nhà}, {Đường}"\n'
        'customerId = { hash_of = ["phone"] }\n',
        encoding="utf-8",
    )
    without_key = run("send", leads, "--recipe", recipe, **account)
    assert without_key.returncode == 2
    assert "pangoprep id-key" in without_key.stderr
    assert run("id-key", tmp_path / "id.key").returncode == 0
    account |= {"PANGO_ID_KEY_FILE": str(tmp_path / "id.key")}
    done = run("send", leads, "--recipe", recipe, **account)
    assert done.returncode == 0, done.stderr
    stored = cdp.records("customer-identity")
    assert len(stored) == 120
    assert stored["customerId"].str.fullmatch("h[0-9a-f]{32}").all()
    assert set(stored["systemName"]) == {"CRM"}
    assert {"Lê Lợi", "3, Lê Lợi"} <= set(stored["address"])
    # Next month, the same file: nothing is new.
    again = run("send", leads, "--recipe", recipe, "--json", **account)
    assert json.loads(again.stdout)["counts"]["unchanged"] == 120
    # Another key would be another customer; a run is not gone on with so.
    run_id = json.loads(again.stdout)["runs"][0]["run_id"]
    other = run("resume", run_id, leads, **account | {"PANGO_ID_KEY": "a key of somebody else"})
    assert other.returncode == 2
    assert "id key" in other.stderr
    assert run("resume", run_id, leads, **account).returncode == 0


def test_map_proposes_an_id_and_set_takes_one(run: Any, tmp_path: Path) -> None:
    leads = tmp_path / "leads.csv"
    leads.write_text("Họ tên,SĐT\nNguyễn An,912345678\n", encoding="utf-8")
    out = tmp_path / "leads.toml"
    assert run("map", leads, "--out", out).returncode == 0
    text = out.read_text(encoding="utf-8")
    assert '# customerId = { from = ["phone"] }' in text
    out.write_text(text + '[values]\ncustomerId = { from = ["phone"] }\n', encoding="utf-8")
    assert run("validate", leads, "--recipe", out).returncode == 0
    done = run(
        "validate", leads, "--set", 'customerId={from = ["phone"]}', "--set", "systemName=CRM"
    )
    assert "systemName = CRM, 1 row" in done.stdout


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--max-held", "10%"], 0, ""),
        (["--max-held", "0.01"], 1, "rows are held, more than the 1.00% allowed"),
        (["--fail-on", "phone.unreadable"], 1, "phone.unreadable was found in 38 rows"),
        (["--max-held", "10%", "--fail-on", "phone.extra_text"], 1, "phone.extra_text was found"),
        (["--max-held", "much"], 2, "--max-held much cannot be used"),
        (["--fail-on", "phone.unread"], 2, "Did you mean 'phone.unreadable'"),
    ],
)
def test_a_job_says_how_much_may_be_wrong(
    run: Any, options: list[str], code: int, words: str
) -> None:
    done = run("validate", MESSY, *options)
    assert done.returncode == code, done.stderr
    assert words in done.stderr


def test_set_says_the_code_of_a_model_once(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "cards.csv"
    path.write_text("refId,event\n1,join\n2,leave\n", encoding="utf-8")
    done = run("validate", path, "--entity", "custom-model", "--set", "momCode=M-T5QMS-O-UIWWY-M")
    assert done.returncode == 0
    assert "momCode = M-T5QMS-O-UIWWY-M, 2 rows" in done.stdout


def test_practice_that_is_kept_knows_what_it_has(run: Any, tmp_path: Path) -> None:
    file, kept, out = tmp_path / "k.csv", tmp_path / "practice.sqlite", tmp_path / "rows.csv"
    file.write_text("Mã KH,Họ tên,SĐT\nKH1,An,0912345678\nKH2,Chi,12\n", encoding="utf-8")
    sending = ["send", file, "--source", "CRM", "--sandbox-path", kept]
    first = run(*sending)
    assert "2 rows: 1 held, 1 accepted" in first.stdout
    assert f"To look at it: pangoprep sandbox --path {kept}" in first.stderr
    recipe = tmp_path / "k.toml"
    run("validate", file, "--lang", "vi", "--save-recipe", recipe)
    again = run(*sending, "--recipe", recipe, "--out", out, "--reveal")
    assert "2 dòng: 1 bị giữ lại, 1 không đổi" in again.stdout
    rows = pd.read_csv(out, dtype=str).fillna("")
    assert rows.to_dict("list") == {
        "dòng": ["2", "3"],
        "khóa": ["KH1", "KH2"],
        "trạng thái": ["không đổi", "bị giữ lại"],
        "lý do": ["", "phone: không phải số điện thoại hợp lệ"],
    }
    # One that keeps nothing never says so of rows that it does not have; a line adds up.
    run("send", file, "--source", "CRM", "--sandbox")
    assert "1 accepted" in run("send", file, "--source", "CRM", "--sandbox").stdout
    listed = run("runs", "--practice").stdout.splitlines()
    assert listed[0].split() == [
        "run_id", "started", "state", "entity", "n_rows", "held", "unchanged", "accepted", "file"
    ]  # fmt: skip
    assert (
        " bị giữ lại  không đổi  đã nhận " in run("runs", "--practice", PANGOPREP_LANG="vi").stdout
    )
    kept_runs = json.loads(run("runs", "--practice", "--json").stdout)
    assert {(one["resumes"], one["waits_until"]) for one in kept_runs} == {(None, None)}
    for line in listed[1:]:
        *_, n_rows, held, unchanged, accepted, name = line.split()
        assert (int(n_rows), name) == (int(held) + int(unchanged) + int(accepted), "k.csv")
