"""The command line's verbs on accounts, keys, tokens and the audit record."""

import sqlite3
from argparse import Namespace
from pathlib import Path

import pytest

import administration
import config
from commands import Refused
from config import Settings
from domain.account import Permission
from operations.account_ports import Ground
from operations.device_tokens import DeviceTokens
from operations.keys import Keys
from operations.sessions import Browser
from tests.databases import database_of


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A new city's settings, its database made."""
    made = config.read({}, tmp_path)
    made.folder.mkdir(parents=True)
    database_of(made).close()
    return made


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.splitlines()[-1]


def test_a_new_city_gets_its_first_accounts_once(settings):
    lines = administration.first_accounts(settings)
    assert [line.split()[0] for line in lines] == ["admin", "officer", "deputy", "leader", "wall"]
    assert lines[4].split()[1].startswith("http://127.0.0.1:8050/wall?token=")
    assert administration.first_accounts(settings) == []


def test_an_account_is_made_with_a_one_time_password(settings, capsys):
    administration.create_account(settings, Namespace(name="李四", role="post", post="410105"))
    password = last_line(capsys)
    assert len(password) == 19
    with administration.ground(settings) as base, base.read() as work:
        account = work.accounts.named("李四")
    assert (account.role, account.post, account.must_change) == ("post", "410105", True)
    assert password not in account.password_hash


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"role": "post", "post": None}, "needs the post's code"),
        ({"role": "post", "post": "nowhere"}, "This city has no post nowhere"),
        ({"name": " "}, "visible characters"),
    ],
)
def test_a_wrong_account_is_refused_with_a_sentence(settings, wrong, says):
    with pytest.raises(Refused, match=says):
        administration.create_account(settings, Namespace(**{"name": "li", "role": "officer", "post": None, **wrong}))


def test_a_name_is_taken_once(settings):
    asked = Namespace(name="li", role="leader", post=None)
    administration.create_account(settings, asked)
    with pytest.raises(Refused, match="named li already"):
        administration.create_account(settings, asked)


def actor_of_key(base: Ground, secret: str):
    return Keys(base).asker(secret).actor


def test_a_sources_key_reports_for_that_source_alone(settings, capsys):
    administration.create_key(settings, Namespace(source="GRID", may=None, below=None))
    with administration.ground(settings) as base:
        actor = actor_of_key(base, last_line(capsys))
    assert actor.sources == {"GRID"}
    assert actor.may(Permission.REPORT_CASES)
    assert not actor.may(Permission.DISPATCH)
    assert not actor.may(Permission.SEE_CASES)


@pytest.mark.parametrize(("may", "dispatches", "sees_cases"), [("dispatch", True, False), ("read", False, True)])
def test_a_key_may_what_it_was_made_for(settings, capsys, may, dispatches, sees_cases):
    administration.create_key(settings, Namespace(source=None, may=may, below=None))
    with administration.ground(settings) as base:
        actor = actor_of_key(base, last_line(capsys))
    assert actor.may(Permission.DISPATCH) is dispatches
    assert actor.may(Permission.SEE_CASES) is sees_cases
    assert not actor.may(Permission.ADMINISTER)


def test_a_dispatchers_key_may_be_kept_to_a_subtree(settings, capsys):
    administration.create_key(settings, Namespace(source=None, may="dispatch", below="410105"))
    with administration.ground(settings) as base:
        assert actor_of_key(base, last_line(capsys)).dispatch_root == "410105"


@pytest.mark.parametrize(
    ("may", "below", "says"), [("dispatch", "999999", "no post 999999"), ("read", "410105", "may")]
)
def test_a_subtree_is_a_post_of_the_city_and_of_a_dispatchers_key(settings, may, below, says):
    with pytest.raises(Refused, match=says):
        administration.create_key(settings, Namespace(source=None, may=may, below=below))


def test_a_gateways_key_tells_receipts_and_nothing_else(settings, capsys):
    administration.create_key(settings, Namespace(source=None, may="receipts", below=None))
    with administration.ground(settings) as base:
        actor = actor_of_key(base, last_line(capsys))
    assert [one for one in Permission if actor.may(one)] == [Permission.TELL_RECEIPTS]


def test_a_key_of_an_unknown_source_is_refused(settings):
    with pytest.raises(Refused, match="no source NOWHERE"):
        administration.create_key(settings, Namespace(source="NOWHERE", may=None, below=None))


@pytest.mark.parametrize(
    ("asked", "role"), [({"wall": "hall", "post": None}, "wall"), ({"wall": None, "post": "410105"}, "post")]
)
def test_a_token_lets_one_device_in(settings, capsys, asked, role):
    administration.create_token(settings, Namespace(**asked))
    token = last_line(capsys)
    with administration.ground(settings) as base:
        tokens = DeviceTokens(base)
        assert tokens.exchange(token, Browser("127.0.0.1"))
        assert [one.role for one in tokens.all(administration.SYSTEM)] == [role]


def test_what_was_done_is_on_the_record_and_a_changed_record_is_found(settings, capsys):
    administration.first_accounts(settings)
    administration.verify_audit(settings, Namespace())
    assert "is whole: 7 entries" in capsys.readouterr().out
    forge(settings.folder / "zhongshu.db")
    with pytest.raises(Refused, match="does not fit its seals from entry 2 on"):
        administration.verify_audit(settings, Namespace())


def forge(file: Path) -> None:
    """Change an entry the way someone with the file in hand could: past the triggers that forbid it."""
    database = sqlite3.connect(file)
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {name}")
    changed = database.execute("UPDATE audit SET actor_name = 'nobody' WHERE id = 2").rowcount
    database.commit()
    database.close()
    assert changed == 1
