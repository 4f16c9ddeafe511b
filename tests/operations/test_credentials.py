"""What machines and devices come in with: API keys and device tokens, shown once, bound, revocable."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.account import NotAllowed, Permission, Role
from operations.account_problems import AccountProblem
from operations.keys import READ, Scope, robot_scope, source_scope
from tests.reception import DISTRICT, ELSEWHERE, HERE, TOWNSHIP, Reception, open_reception


@pytest.fixture
def reception(tmp_path: Path) -> Iterator[Reception]:
    with open_reception(tmp_path) as desk:
        yield desk


def refused(key: str):
    return pytest.raises(AccountProblem, check=lambda problem: problem.key == key)


def a_source(reception: Reception) -> str:
    return reception.city.sources[0].code


def test_a_key_of_a_source_may_report_for_it_and_nothing_else(reception: Reception):
    source = a_source(reception)
    made = reception.access.keys.create(reception.admin, "grid", source_scope([source]))
    actor = reception.access.keys.asker(made.secret).actor
    assert actor.sources == {source}
    may = {permission for permission in Permission if actor.may(permission)}
    assert may == {Permission.REPORT_CASES, Permission.STEP_CASES, Permission.SEND_HEARTBEATS}


def test_a_robot_key_answers_for_its_posts_only(reception: Reception):
    made = reception.access.keys.create(reception.admin, "robots", robot_scope([DISTRICT, TOWNSHIP]))
    actor = reception.access.keys.asker(made.secret).actor
    assert actor.answers_for(TOWNSHIP)
    assert not actor.answers_for("410102")
    assert actor.known_by == "key"


def test_the_two_keys_of_the_command_line(reception: Reception):
    keys = reception.access.keys
    read = keys.asker(keys.create(reception.admin, "read", keys.city_scope("read")).secret).actor
    assert not read.may(Permission.DISPATCH)
    assert {permission for permission in Permission if read.may(permission)} == READ
    dispatch = keys.asker(keys.create(reception.admin, "dispatch", keys.city_scope("dispatch")).secret).actor
    assert dispatch.dispatch_root == reception.city.code
    assert not dispatch.may(Permission.REPORT_CASES)


@pytest.mark.parametrize(
    ("scope", "key"),
    [
        (Scope(), "key_without_purpose"),
        (Scope(frozenset({Permission.ADMINISTER})), "not_for_keys"),
        (Scope(frozenset({Permission.DISPATCH})), "not_for_keys"),
        (source_scope(["NO SUCH SOURCE"]), "unknown_source"),
        (robot_scope(["999999"]), "unknown_post"),
        (Scope(READ, dispatch_root="999999"), "unknown_post"),
    ],
)
def test_a_key_that_says_nonsense_is_refused(reception: Reception, scope: Scope, key: str):
    with refused(key):
        reception.access.keys.create(reception.admin, "x", scope)


def test_two_keys_are_valid_while_a_machine_is_moved_from_one_to_the_other(reception: Reception):
    keys = reception.access.keys
    old = keys.create(reception.admin, "grid", source_scope([a_source(reception)]))
    new = keys.rotate(reception.admin, old.id)
    assert keys.asker(old.secret).actor.sources == keys.asker(new.secret).actor.sources
    with refused("two_keys_valid"):
        keys.rotate(reception.admin, new.id)
    keys.revoke(reception.admin, old.id)
    assert keys.asker(old.secret) is None
    assert keys.asker(new.secret)
    assert ("key", old.id) in reception.revoked
    with refused("unknown_key"):
        keys.revoke(reception.admin, old.id)


def test_a_remade_key_is_the_only_one(reception: Reception):
    keys = reception.access.keys
    scope = source_scope([a_source(reception)])
    made = [keys.remake(reception.admin, "demo", scope).secret for _ in range(4)]
    assert [bool(keys.asker(secret)) for secret in made] == [False, False, False, True]


def test_a_used_key_says_when(reception: Reception):
    keys = reception.access.keys
    made = keys.create(reception.admin, "grid", Scope(READ))
    assert keys.all(reception.admin)[0].used_at is None
    keys.asker(made.secret)
    assert keys.all(reception.admin)[0].used_at == reception.clock.real()


def test_a_token_works_on_the_first_device_only(reception: Reception):
    tokens = reception.access.tokens
    made = tokens.create(reception.admin, "hall", role=Role.WALL)
    device = tokens.exchange(made.secret, HERE)
    actor = reception.asker(device).actor
    assert (actor.name, actor.role, actor.known_by) == ("hall", Role.WALL, "device")
    assert tokens.exchange(made.secret, HERE, device=device) is None  # the same device again
    for cookie in ("", "zss_made-up"):
        with refused("token_used"):
            tokens.exchange(made.secret, ELSEWHERE, device=cookie)
    assert reception.verbs()[-3:] == ["token.used", "token.refused", "token.refused"]


def test_a_revoked_token_takes_its_device_with_it(reception: Reception):
    tokens = reception.access.tokens
    made = tokens.create(reception.admin, "hall", role=Role.WALL)
    device = tokens.exchange(made.secret, HERE)
    tokens.revoke(reception.admin, made.id)
    assert reception.access.sessions.asker(device) is None
    assert ("token", made.id) in reception.revoked
    with refused("unknown_token"):
        tokens.exchange(made.secret, HERE)
    with refused("unknown_token"):
        tokens.revoke(reception.admin, made.id)


def test_another_token_on_the_same_device_takes_over(reception: Reception):
    tokens = reception.access.tokens
    first, second = (tokens.create(reception.admin, name, role=Role.WALL) for name in ("hall", "office"))
    before = tokens.exchange(first.secret, HERE)
    after = tokens.exchange(second.secret, HERE, device=before)
    assert reception.access.sessions.asker(before) is None
    assert reception.asker(after).actor.name == "office"


def test_a_program_at_a_post_shows_its_token_each_time_a_wall_may_not(reception: Reception):
    tokens = reception.access.tokens
    post = tokens.create(reception.admin, "terminal", role=Role.POST, post=TOWNSHIP)
    wall = tokens.create(reception.admin, "hall", role=Role.WALL)
    for _ in range(2):
        assert tokens.asker(post.secret, HERE).actor.answers_for(TOWNSHIP)
    assert tokens.asker(wall.secret, HERE) is None
    with refused("token_used"):
        tokens.exchange(post.secret, HERE)


def test_a_token_used_in_a_browser_is_no_programs_token(reception: Reception):
    tokens = reception.access.tokens
    made = tokens.create(reception.admin, "terminal", role=Role.POST, post=TOWNSHIP)
    tokens.exchange(made.secret, HERE)
    assert tokens.asker(made.secret, ELSEWHERE) is None


def test_a_token_of_anything_but_a_wall_or_a_post_is_refused(reception: Reception):
    create = reception.access.tokens.create
    with refused("not_for_tokens"):
        create(reception.admin, "x", role=Role.ADMIN)
    with refused("post_needed"):
        create(reception.admin, "x", role=Role.POST)
    with refused("unknown_post"):
        create(reception.admin, "x", role=Role.POST, post="999999")


def test_nothing_made_up_opens_a_door(reception: Reception):
    for secret in ("", "zsk_", "\x00", "\ud800", "zsk_" + "a" * 43, "' OR 1=1 --"):
        assert reception.access.keys.asker(secret) is None
        assert reception.access.tokens.asker(secret, HERE) is None
        assert reception.access.sessions.asker(secret) is None


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_administrators_touch_keys_and_tokens(reception: Reception, role: Role):
    keys, tokens, actor = reception.access.keys, reception.access.tokens, reception.actor(role)
    for call in (
        lambda: keys.all(actor),
        lambda: keys.create(actor, "x", Scope(READ)),
        lambda: keys.rotate(actor, "x"),
        lambda: keys.remake(actor, "x", Scope(READ)),
        lambda: keys.revoke(actor, "x"),
        lambda: tokens.all(actor),
        lambda: tokens.create(actor, "x", role=Role.WALL),
        lambda: tokens.revoke(actor, "x"),
    ):
        with pytest.raises(NotAllowed):
            call()
