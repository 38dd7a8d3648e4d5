"""Which account a client is: its organization, or the one that its API key was used for.

A login names the organization, a token client perhaps only the API key. One key may serve several
organizations, and an organization outlives its keys. Both are learned from every login, and kept as
hashes.
"""

from __future__ import annotations

import sqlite3

from pangoprep import call_words as how
from pangoprep.errors import UsageError
from pangoprep.sentence import Sentence
from pangoprep.upload.http.account import Account
from pangoprep.upload.ledger.database import transaction
from pangoprep.upload.rows.fingerprints import SIZE, fingerprint


def account_digest(db: sqlite3.Connection, key: bytes, account: Account) -> bytes:
    """Return what stands for an account in the ledger, whether its organization is given or not.

    Raises
    ------
    UsageError
        If a key alone does not tell the organization, or was taken for an account of its own.
    """
    api_key = fingerprint(key, "api key", account.address, account.api_key)
    if not account.organization:
        return _account_of_key(db, api_key)
    organization = fingerprint(key, "organization", account.address, account.organization)
    own = _found(db, "organization", organization)
    if own and own[0] in _found(db, "api key", api_key):
        return own[0]
    with transaction(db):
        own, with_key = _found(db, "organization", organization), _found(db, "api key", api_key)
        is_alone = api_key in with_key and not _is_an_organizations(db, api_key)
        if own and is_alone:
            raise UsageError(
                Sentence(
                    "The ledger knows this API key and this organization (cdp_gkey) as two "
                    "accounts: the key was used with a token alone before it was used with a "
                    "login. Rows sent by the one would be sent again by the other. Go on "
                    "with api_key and token alone, or give another {1}.",
                    how.file_option("ledger"),
                )
            )
        account_now = own[0] if own else api_key if is_alone else organization
        _keep(db, "organization", organization, [account_now])
        _keep(db, "api key", api_key, [*dict.fromkeys([*with_key, account_now])])
    return account_now


def _account_of_key(db: sqlite3.Connection, api_key: bytes) -> bytes:
    known = _found(db, "api key", api_key)
    if len(known) > 1:
        raise UsageError(
            Sentence(
                "This API key has been used for several organizations, and a token does "
                "not say which one it is for. Give {1}, too.",
                how.either("cdp_gkey=...", "PANGO_CDP_GKEY"),
            )
        )
    if not known:
        _keep(db, "api key", api_key, [api_key])
    return known[0] if known else api_key


def _found(db: sqlite3.Connection, kind: str, digest: bytes) -> list[bytes]:
    find = "SELECT content FROM meta WHERE name = ?"
    row = db.execute(find, [f"{kind} {digest.hex()}"]).fetchone()
    return [] if row is None else [row[0][i : i + SIZE] for i in range(0, len(row[0]), SIZE)]


def _keep(db: sqlite3.Connection, kind: str, digest: bytes, accounts: list[bytes]) -> None:
    row = [f"{kind} {digest.hex()}", b"".join(accounts)]
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", row)


def _is_an_organizations(db: sqlite3.Connection, account: bytes) -> bool:
    find = "SELECT 1 FROM meta WHERE name LIKE 'organization %' AND content = ?"
    return db.execute(find, [account]).fetchone() is not None


def scope_number(
    db: sqlite3.Connection, key: bytes, kind: str, account: Account, *more: str
) -> int:
    """Return the number of a scope of an account, made on first use."""
    digest = fingerprint(key, kind, account_digest(db, key, account), *more)
    find = "SELECT id FROM scopes WHERE digest = ?"
    if (found := db.execute(find, [digest]).fetchone()) is None:
        for name in account.names:  # version 0.1.0 knew an account by one of its names
            old = fingerprint(key, kind, *name, *more)
            adopt = "UPDATE OR IGNORE scopes SET digest = ? WHERE digest = ?"
            if db.execute(adopt, [digest, old]).rowcount:
                break
        db.execute("INSERT OR IGNORE INTO scopes (digest) VALUES (?)", [digest])
        found = db.execute(find, [digest]).fetchone()
    return int(found[0])
