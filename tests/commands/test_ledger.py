from __future__ import annotations

from pathlib import Path


def test_check_backup_and_repair(run, run_json, good, account, tmp_path) -> None:
    sent = ("send", good, "--source", "CRM", "--map", "Liên lạc=phone")
    assert run(*sent, **account).returncode == 0
    ledger = tmp_path / "home" / "ledger.sqlite"
    code, found = run_json("ledger", "check")
    assert (code, found["is_sound"], found["n_runs"], found["n_rows"]) == (0, True, 1, 60)
    made = run("ledger", "backup")
    assert made.returncode == 0
    assert Path(made.stdout.split("Backup: ")[1].strip()).parent == ledger.parent
    ledger.unlink()
    refused = run(*sent, **account)
    assert refused.returncode == 3
    assert "is gone" in refused.stderr
    assert "pangoprep ledger repair" in refused.stderr
    code, found = run_json("ledger", "check")
    assert (code, found["is_sound"], len(found["backups"])) == (3, False, 1)
    repaired = run("ledger", "repair")
    assert repaired.returncode == 0, repaired.stderr
    assert "Rows sent after that are not known" in repaired.stdout
    code, again = run_json(*sent, **account)
    assert (code, again["counts"]["unchanged"]) == (0, 60)
    assert run("ledger", "repair").returncode == 2
