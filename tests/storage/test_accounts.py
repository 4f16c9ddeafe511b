"""Accounts, sessions, keys, tokens and the audit behave alike on SQLite and PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from domain.account import SYSTEM, Role
from operations.account_problems import AccountProblem
from operations.audit import Verified
from operations.keys import Scope, source_scope
from storage.database import Database
from storage.passwords import Argon2Passwords, KeyedPins
from tests.reception import HERE, PASSWORD, TOWNSHIP, Reception


@pytest.fixture
def reception(database: Database) -> Reception:
    return Reception(database)


def run(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_an_account_comes_back_as_it_was_kept(reception: Reception):
    made = reception.person(Role.POST, "席位 é", post=TOWNSHIP)
    with reception.database.read() as work:
        kept = work.accounts.get(made.id)
        assert work.accounts.named("席位 é") == kept
        assert kept in work.accounts.all()
    assert (kept.role, kept.post, kept.must_change, kept.created_at) == (Role.POST, TOWNSHIP, True, reception.clock.at)


def test_a_key_comes_back_as_it_was_kept(reception: Reception):
    source = reception.city.sources[0].code
    made = reception.access.keys.create(SYSTEM, "grid", source_scope([source]))
    with reception.database.read() as work:
        kept = work.keys.get(made.id)
    assert Scope(kept.permissions, kept.sources, kept.posts, kept.dispatch_root) == source_scope([source])


def test_of_many_devices_with_one_token_exactly_one_comes_in(reception: Reception):
    made = reception.access.tokens.create(SYSTEM, "hall", role=Role.WALL)

    def try_it(_number: int) -> bool:
        try:
            return reception.access.tokens.exchange(made.secret, HERE) is not None
        except AccountProblem:
            return False

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(try_it, range(12))) == 1


def test_the_whole_way_in_and_out(reception: Reception):
    made, secret = reception.log_in(Role.OFFICER)
    reception.clock.pass_(minutes=5)
    assert reception.asker(secret).actor.id == made.id
    with reception.database.read() as work:
        assert work.sessions.running()[0][0].seen_at == reception.clock.real()
    reception.clock.pass_(hours=9)
    assert reception.access.sessions.end_rested() >= 1
    reception.clock.pass_(days=91)
    reception.access.sessions.end_rested()
    with reception.database.read() as work:
        assert work.sessions.running() == []
    assert reception.access.sessions.asker(secret) is None


def test_ended_sessions_are_forgotten_after_three_months(reception: Reception):
    _, secret = reception.log_in(Role.OFFICER)
    reception.access.sessions.log_out(secret)
    reception.clock.pass_(days=91)
    reception.access.sessions.end_rested()
    with reception.database.read() as work:
        left = work.connection.execute(text("SELECT count(*) FROM sessions")).scalar_one()
    assert left == 2  # the two that were running until now


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET about = 'x'",
        "DELETE FROM audit",
        "UPDATE audit_seals SET seal = 'x'",
        "DELETE FROM audit_seals",
    ],
)
def test_the_database_refuses_to_change_the_audit(reception: Reception, statement: str):
    with pytest.raises(DatabaseError, match="only grows"):
        run(reception.database, statement)


def test_postgresql_refuses_to_empty_the_audit(reception: Reception):
    if reception.database.engine.dialect.name != "postgresql":
        return  # SQLite has no TRUNCATE
    with pytest.raises(DatabaseError, match="only grows"):
        run(reception.database, "TRUNCATE audit, audit_seals")


def test_a_whole_audit_is_verified(reception: Reception):
    reception.log_in(Role.OFFICER)
    entries = len(reception.access.audit.latest(reception.admin))
    verified = reception.access.audit.verify(reception.admin)
    assert verified == Verified(entries, verified.last_seal)
    assert reception.access.audit.verify(reception.admin) == verified


def drop_triggers(database: Database, table: str) -> None:
    postgresql = database.engine.dialect.name == "postgresql"
    disable = [f"ALTER TABLE {table} DISABLE TRIGGER USER"] if postgresql else []
    run(database, *(disable or [f"DROP TRIGGER {table}_no_update", f"DROP TRIGGER {table}_no_delete"]))


def test_an_entry_changed_behind_our_back_breaks_the_seals(reception: Reception):
    reception.log_in(Role.OFFICER)
    drop_triggers(reception.database, "audit")
    run(reception.database, "UPDATE audit SET about = 'somebody else' WHERE id = 2")
    with pytest.raises(AccountProblem, match="entry 2 on"):
        reception.access.audit.verify(reception.admin)


def test_an_entry_taken_out_behind_our_back_breaks_the_seals(reception: Reception):
    reception.log_in(Role.OFFICER)
    for table in ("audit", "audit_seals"):
        drop_triggers(reception.database, table)
    run(reception.database, "DELETE FROM audit_seals WHERE entry = 2", "DELETE FROM audit WHERE id = 2")
    with pytest.raises(AccountProblem, match="entry 3 on"):
        reception.access.audit.verify(reception.admin)


def test_entries_of_many_transactions_at_once_are_all_sealed(reception: Reception):
    def write(number: int) -> None:
        with reception.database.begin() as work:
            work.audit(SYSTEM, "test", str(number), {"n": number, "text": "汉字 é"})

    before = reception.access.audit.verify(reception.admin).entries
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(80)))
    assert reception.access.audit.verify(reception.admin).entries == before + 80


def test_what_is_rolled_back_leaves_no_entry_and_no_seal(reception: Reception):
    before = reception.access.audit.verify(reception.admin)

    def change_mind() -> None:
        with reception.database.begin() as work:
            work.audit(SYSTEM, "test", "x", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_mind()
    assert reception.access.audit.verify(reception.admin) == before


def test_the_audit_is_searched_by_plain_text(reception: Reception):
    reception.person(Role.OFFICER, "100%_sure")
    reception.person(Role.OFFICER, "other")
    found = reception.access.audit.latest(reception.admin, containing="100%_SURE")
    assert [row["about"] for row in found] == ["100%_sure"]
    older = reception.access.audit.latest(reception.admin, before=found[0]["id"])
    assert max(row["id"] for row in older) < found[0]["id"]


def test_passwords_are_kept_with_argon2_and_pins_with_a_key():
    passwords = Argon2Passwords()
    kept = passwords.hash(PASSWORD)
    assert kept.startswith("$argon2id$")
    assert passwords.verify(PASSWORD, kept)
    assert not passwords.verify(PASSWORD + "x", kept)
    assert not passwords.verify(PASSWORD, "no hash at all")
    pins = KeyedPins("a key")
    assert pins.verify("2468", pins.hash("2468"))
    assert not pins.verify("2469", pins.hash("2468"))
    assert not KeyedPins("another key").verify("2468", pins.hash("2468"))
    assert pins.hash("2468") != pins.hash("2468")
