"""Accounts of people: an administrator makes and changes them, and every change is on record."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from domain.account import SYSTEM, NotAllowed, Permission, Role
from domain.city import Tier
from operations.access import open_access
from operations.account_problems import AccountProblem
from storage.passwords import KeyedPins
from tests.reception import DISTRICT, ELSEWHERE, HERE, PASSWORD, TOWNSHIP, Reception, mapping_reader, open_reception


@pytest.fixture
def reception(tmp_path: Path) -> Iterator[Reception]:
    with open_reception(tmp_path) as desk:
        yield desk


def refused(key: str):
    return pytest.raises(AccountProblem, check=lambda problem: problem.key == key)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_administrators_touch_accounts(reception: Reception, role: Role):
    accounts, actor = reception.access.accounts, reception.actor(role)
    made = reception.person(Role.OFFICER)
    for call in (
        lambda: accounts.all(actor),
        lambda: accounts.create(actor, "x", role=Role.ADMIN),
        lambda: accounts.change(actor, made.id, role=Role.ADMIN, post=None, display_name="x"),
        lambda: accounts.grant_dispatch(actor, made.id, DISTRICT),
        lambda: accounts.withdraw_dispatch(actor, made.id),
        lambda: accounts.reset_password(actor, made.id),
        lambda: accounts.disable(actor, made.id),
        lambda: accounts.enable(actor, made.id),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_a_new_account_must_change_its_one_time_password(reception: Reception):
    made = reception.person(Role.OFFICER)
    first = reception.access.logins.log_in(made.name, made.secret, HERE)
    assert first.must_change
    assert reception.asker(first.secret).must_change
    assert not reception.log_in_first(made).must_change


def test_the_one_time_password_is_kept_nowhere(reception: Reception, tmp_path: Path):
    made = reception.person(Role.OFFICER)
    reception.database.close()
    files = b"".join(path.read_bytes() for path in tmp_path.glob("city.db*"))
    assert made.name.encode() in files
    assert made.secret.encode() not in files


@pytest.mark.parametrize("name", ["", "  ", "a" * 61, "a\nb", "a\x00b", "a\u202eb"])
def test_a_name_that_cannot_be_read_is_refused(reception: Reception, name: str):
    with refused("bad_name"):
        reception.access.accounts.create(SYSTEM, name, role=Role.OFFICER)


def test_two_names_that_look_the_same_are_one(reception: Reception):
    reception.person(Role.OFFICER, "Zhang")
    with refused("name_taken"):
        reception.person(Role.OFFICER, "ｚｈａｎｇ ")


def test_an_account_at_a_post_needs_a_post_of_this_city(reception: Reception):
    create = reception.access.accounts.create
    with refused("post_needed"):
        create(SYSTEM, "x", role=Role.POST)
    with refused("unknown_post"):
        create(SYSTEM, "x", role=Role.POST, post="999999")
    for role in (Role.WALL, Role.MACHINE):
        with refused("not_for_accounts"):
            create(SYSTEM, "x", role=role)


def test_dispatch_is_granted_by_name_with_a_subtree(reception: Reception):
    made, secret = reception.log_in(Role.OFFICER)
    assert not reception.asker(secret).actor.may(Permission.DISPATCH)
    reception.access.accounts.grant_dispatch(reception.admin, made.id, DISTRICT)
    assert reception.asker(secret).actor.dispatch_root == DISTRICT
    reception.access.accounts.withdraw_dispatch(reception.admin, made.id)
    assert not reception.asker(secret).actor.may(Permission.DISPATCH)
    assert reception.verbs()[-2:] == ["dispatch.granted", "dispatch.withdrawn"]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.LEADER, Role.POST])
def test_dispatch_is_for_duty_officers_only(reception: Reception, role: Role):
    made = reception.person(role)
    with refused("officers_only"):
        reception.access.accounts.grant_dispatch(reception.admin, made.id, DISTRICT)


def test_dispatch_of_a_place_that_is_not_in_the_city_is_refused(reception: Reception):
    made = reception.person(Role.OFFICER)
    with refused("unknown_post"):
        reception.access.accounts.grant_dispatch(reception.admin, made.id, "999999")


def test_another_role_takes_the_dispatch_authority_away(reception: Reception):
    made, secret = reception.log_in(Role.OFFICER)
    accounts = reception.access.accounts
    accounts.grant_dispatch(reception.admin, made.id, DISTRICT)
    accounts.change(reception.admin, made.id, role=Role.LEADER, post=None, display_name="Leader Li")
    actor = reception.asker(secret).actor
    assert (actor.role, actor.name, actor.dispatch_root) == (Role.LEADER, "Leader Li", None)
    assert ("account", made.id) in reception.revoked


def test_a_disabled_account_is_out_at_once_and_cannot_come_back(reception: Reception):
    made, secret = reception.log_in(Role.OFFICER)
    reception.access.accounts.disable(reception.admin, made.id)
    assert reception.access.sessions.asker(secret) is None
    assert ("account", made.id) in reception.revoked
    with refused("wrong_login"):
        reception.access.logins.log_in(made.name, PASSWORD, HERE)
    again = reception.access.accounts.enable(reception.admin, made.id)
    assert reception.log_in_first(again).actor.id == made.id


def test_a_reset_ends_the_sessions_and_lifts_the_lock(reception: Reception):
    made, secret = reception.log_in(Role.OFFICER)
    for _ in range(5):
        with refused("wrong_login"):
            reception.access.logins.log_in(made.name, "wrong", ELSEWHERE)
    new = reception.access.accounts.reset_password(reception.admin, made.id)
    assert reception.access.sessions.asker(secret) is None
    assert reception.access.logins.log_in(made.name, new.secret, HERE).must_change


def test_the_last_administrator_stays(reception: Reception):
    accounts = reception.access.accounts
    with refused("not_yourself"):
        accounts.disable(reception.admin, reception.admin.id)
    with refused("last_admin"):
        accounts.disable(SYSTEM, reception.admin.id)
    second = reception.person(Role.ADMIN)
    accounts.change(reception.admin, second.id, role=Role.LEADER, post=None, display_name="x")
    with refused("last_admin"):
        accounts.change(SYSTEM, reception.admin.id, role=Role.LEADER, post=None, display_name="x")


def test_the_first_accounts_are_made_only_where_there_are_none(reception: Reception, tmp_path: Path):
    assert reception.access.accounts.first_accounts() == []
    with reception.database.begin() as work:
        work.connection.exec_driver_sql("DELETE FROM sessions")
        work.connection.exec_driver_sql("DELETE FROM accounts")
    made = reception.access.accounts.first_accounts()
    assert [(name, role) for name, role, _ in made] == [
        ("admin", "admin"), ("officer", "officer"), ("deputy", "officer"), ("leader", "leader"), ("wall", "wall"),
    ]  # fmt: skip
    for name, _role, secret in made[1:3]:
        officer = reception.access.logins.log_in(name, secret, HERE).actor
        assert officer.dispatch_root == officer.post == reception.city.code
    assert reception.access.tokens.exchange(made[4][2], HERE)
    assert reception.access.accounts.first_accounts() == []


def test_every_change_is_on_record_with_who_did_it(reception: Reception):
    made = reception.person(Role.OFFICER)
    accounts = reception.access.accounts
    accounts.change(reception.admin, made.id, role=Role.POST, post=TOWNSHIP, display_name="Li")
    accounts.reset_password(reception.admin, made.id)
    accounts.disable(reception.admin, made.id)
    assert reception.verbs()[-4:] == [
        "account.created", "account.changed", "account.password_reset", "account.disabled",
    ]  # fmt: skip
    entry = reception.access.audit.latest(reception.admin)[2]
    assert (entry["actor"], entry["about"]) == (reception.admin.id, made.name)
    assert entry["detail"]["post"] == {"before": None, "after": TOWNSHIP}
    assert "dispatch_root" not in entry["detail"]


def test_a_new_name_to_show_changes_nothing_else(reception: Reception):
    made, secret = reception.log_in(Role.OFFICER)
    reception.access.accounts.grant_dispatch(reception.admin, made.id, DISTRICT)
    reception.access.accounts.change(reception.admin, made.id, role=Role.OFFICER, post=None, display_name="Li")
    actor = reception.asker(secret).actor
    assert (actor.name, actor.dispatch_root) == ("Li", DISTRICT)


def test_a_city_without_a_centre_of_its_own_gets_first_accounts_without_dispatch(reception: Reception):
    with reception.database.begin() as work:
        work.connection.exec_driver_sql("DELETE FROM sessions")
        work.connection.exec_driver_sql("DELETE FROM accounts")
    posts = tuple(post for post in reception.city.posts if post.tier is not Tier.CITY)
    ground = replace(reception.ground, city=replace(reception.city, posts=posts))
    keyed = KeyedPins("the key of the tests")
    made = open_access(ground, passwords=keyed, pins=keyed, mappings=mapping_reader(ground)).accounts.first_accounts()
    assert reception.access.logins.log_in("officer", made[1][2], HERE).actor.dispatch_root is None
