"""Coming in and staying in: passwords, locks, idle sessions, and being shown out."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.account import NotAllowed, Role
from operations.account_problems import AccountProblem
from operations.login_rules import (
    ADDRESS_TRIES,
    IDLE_LIMIT,
    TRIES,
    TRIES_WINDOW,
    check_new_password,
    locked_until,
    one_time_password,
)
from operations.logins import Logins
from storage.passwords import KeyedPins
from tests.fakes import FakeClock
from tests.reception import ELSEWHERE, HERE, PASSWORD, Reception, open_reception


@pytest.fixture
def reception(tmp_path: Path) -> Iterator[Reception]:
    with open_reception(tmp_path) as desk:
        yield desk


def refused(key: str):
    return pytest.raises(AccountProblem, check=lambda problem: problem.key == key)


def fail(reception: Reception, name: str, times: int, browser=ELSEWHERE) -> None:
    for _ in range(times):
        with refused("wrong_login"):
            reception.access.logins.log_in(name, "wrong", browser)


def test_a_wrong_name_a_wrong_password_and_a_disabled_account_read_alike(reception: Reception):
    made, _ = reception.log_in(Role.OFFICER)
    reception.access.accounts.disable(reception.admin, made.id)
    said = set()
    for name, password in (("nobody", PASSWORD), ("root admin", "wrong"), (made.name, PASSWORD)):
        with refused("wrong_login") as problem:
            reception.access.logins.log_in(name, password, HERE)
        said.add(str(problem.value))
    assert len(said) == 1


def test_five_failed_tries_lock_the_name_for_the_window(reception: Reception):
    made, _ = reception.log_in(Role.OFFICER)
    fail(reception, made.name, TRIES)
    with refused("locked") as problem:
        reception.access.logins.log_in(made.name, PASSWORD, HERE)
    assert problem.value.values["until"] == reception.clock.real() + TRIES_WINDOW
    reception.clock.pass_(minutes=14)
    with refused("locked"):
        reception.access.logins.log_in(made.name, PASSWORD, HERE)
    reception.clock.pass_(minutes=1, seconds=1)
    assert reception.access.logins.log_in(made.name, PASSWORD, HERE)


def test_a_name_that_does_not_exist_is_locked_just_the_same(reception: Reception):
    fail(reception, "nobody", TRIES)
    with refused("locked"):
        reception.access.logins.log_in("nobody", "wrong", HERE)


def test_a_success_forgets_the_failures_before_it(reception: Reception):
    made, _ = reception.log_in(Role.OFFICER)
    for _ in range(3):
        fail(reception, made.name, TRIES - 1)
        reception.access.logins.log_in(made.name, PASSWORD, HERE)


def test_one_address_cannot_try_name_after_name(reception: Reception):
    made, _ = reception.log_in(Role.OFFICER)
    for number in range(ADDRESS_TRIES):
        fail(reception, f"name {number}", 1)
    with refused("locked"):
        reception.access.logins.log_in(made.name, PASSWORD, ELSEWHERE)
    assert reception.access.logins.log_in(made.name, PASSWORD, HERE)


def test_tries_at_the_same_time_are_no_more_than_one_after_another(reception: Reception):
    made, _ = reception.log_in(Role.OFFICER)

    def attempt(_number: int) -> str:
        try:
            reception.access.logins.log_in(made.name, "wrong", ELSEWHERE)
        except AccountProblem as problem:
            return problem.key
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(24)))
    assert answers.count("wrong_login") == TRIES
    assert answers.count("locked") == 24 - TRIES


def test_refused_logins_are_on_record_without_what_was_typed_as_a_name(reception: Reception):
    made, _ = reception.log_in(Role.OFFICER)
    fail(reception, made.name, 1)
    fail(reception, "my-secret-password", 1)
    unknown, known = reception.access.audit.latest(reception.admin)[:2]
    assert (known["verb"], known["about"], known["detail"]["address"]) == ("login.refused", made.name, "10.0.0.2")
    assert unknown["about"] == "unknown name"
    assert "my-secret-password" not in str(unknown)


def test_a_login_starts_a_new_session_and_ends_the_one_before(reception: Reception):
    made, before = reception.log_in(Role.OFFICER)
    after = reception.access.logins.log_in(made.name, PASSWORD, HERE, instead_of=before).secret
    assert after != before
    assert reception.access.sessions.asker(before) is None
    assert reception.asker(after).actor.id == made.id


def test_a_secret_made_up_before_the_login_is_never_taken_over(reception: Reception):
    made, _ = reception.log_in(Role.OFFICER)
    planted = "zss_planted-by-somebody-else"
    secret = reception.access.logins.log_in(made.name, PASSWORD, HERE, instead_of=planted).secret
    assert secret != planted
    assert reception.access.sessions.asker(planted) is None


@pytest.mark.parametrize("role", [role for role, limit in IDLE_LIMIT.items() if limit and role is not Role.WALL])
def test_a_session_ends_when_it_has_rested_too_long(reception: Reception, role: Role):
    _, secret = reception.log_in(role)
    limit = IDLE_LIMIT[role]
    reception.clock.pass_(seconds=limit.total_seconds())
    assert reception.access.sessions.asker(secret)
    reception.clock.pass_(seconds=limit.total_seconds() + 1)
    assert reception.access.sessions.asker(secret) is None
    assert reception.revoked[-1][0] == "session"


def test_what_is_used_does_not_rest(reception: Reception):
    _, secret = reception.log_in(Role.ADMIN, name="second admin")
    for _ in range(10):
        reception.clock.pass_(minutes=20)
        assert reception.access.sessions.asker(secret)


def test_a_wall_never_rests_too_long(reception: Reception):
    made = reception.access.tokens.create(reception.admin, "hall", role=Role.WALL)
    secret = reception.access.tokens.exchange(made.secret, HERE)
    reception.clock.pass_(days=400)
    assert reception.asker(secret).actor.role is Role.WALL
    assert reception.access.sessions.end_rested() == 1  # only the administrator of the reception
    assert reception.asker(secret)


def test_a_revoked_session_is_out_with_the_next_call(reception: Reception):
    made, _ = reception.log_in(Role.OFFICER)
    session = next(row for row, actor in reception.access.sessions.running(reception.admin) if actor.id == made.id)
    reception.access.sessions.revoke(reception.admin, session.id)
    assert ("session", session.id) in reception.revoked
    with refused("unknown_session"):
        reception.access.sessions.revoke(reception.admin, session.id)
    rows = {row.id for row, _ in reception.access.sessions.running(reception.admin)}
    assert session.id not in rows


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_administrators_see_and_end_the_sessions_of_others(reception: Reception, role: Role):
    with pytest.raises(NotAllowed):
        reception.access.sessions.running(reception.actor(role))
    with pytest.raises(NotAllowed):
        reception.access.sessions.revoke(reception.actor(role), "any")


def test_logging_out_ends_the_session(reception: Reception):
    _, secret = reception.log_in(Role.OFFICER)
    reception.access.sessions.log_out(secret)
    reception.access.sessions.log_out(secret)
    assert reception.access.sessions.asker(secret) is None


def test_a_new_password_ends_every_other_session(reception: Reception):
    made, secret = reception.log_in(Role.OFFICER)
    other = reception.access.logins.log_in(made.name, PASSWORD, ELSEWHERE).secret
    new = "Quite-another-9-words"
    changed = reception.access.logins.change_password(
        reception.asker(secret), PASSWORD, new=new, again=new, browser=HERE
    )
    assert reception.access.sessions.asker(secret) is None
    assert reception.access.sessions.asker(other) is None
    assert reception.asker(changed.secret).actor.id == made.id
    assert reception.access.logins.log_in(made.name, new, HERE)


@pytest.mark.parametrize(
    ("old", "new", "again", "key"),
    [
        ("wrong", "Quite-another-9", "Quite-another-9", "wrong_login"),
        (PASSWORD, "Quite-another-9", "Quite-another-8", "passwords_differ"),
        (PASSWORD, "short", "short", "bad_password_length"),
        (PASSWORD, "a" * 201, "a" * 201, "bad_password_length"),
        (PASSWORD, PASSWORD, PASSWORD, "password_unchanged"),
        (PASSWORD, "aaabbbaaabbb", "aaabbbaaabbb", "password_too_easy"),
        (PASSWORD, "x-a officer-x-", "x-a officer-x-", "password_too_easy"),
    ],
)
def test_a_bad_new_password_is_refused_with_its_reason(reception: Reception, old: str, new: str, again: str, key: str):
    _, secret = reception.log_in(Role.OFFICER)
    with refused(key):
        reception.access.logins.change_password(reception.asker(secret), old, new=new, again=again, browser=HERE)
    assert reception.asker(secret)


def test_a_stolen_session_cannot_guess_the_password_for_ever(reception: Reception):
    _, secret = reception.log_in(Role.OFFICER)
    asker = reception.asker(secret)
    for key in ["wrong_login"] * TRIES + ["locked"]:
        with refused(key):
            reception.access.logins.change_password(
                asker, "wrong", new="Quite-another-9", again="Quite-another-9", browser=HERE
            )


def test_the_same_password_from_a_full_width_keyboard_fits(reception: Reception):
    made, _ = reception.log_in(Role.OFFICER)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in PASSWORD)
    assert reception.access.logins.log_in(made.name, wide, HERE)


@given(st.lists(st.integers(0, 3600), max_size=40))
def test_no_window_ever_holds_more_tries_than_allowed(seconds: list[int]):
    start, tries = FakeClock().real(), []
    for at in (start + timedelta(seconds=second) for second in sorted(seconds)):
        recent = [one for one in tries if at - one < TRIES_WINDOW]
        if locked_until(recent, []) is None:
            tries.append(at)
    assert all(later - earlier >= TRIES_WINDOW for earlier, later in zip(tries, tries[TRIES:], strict=False))


def test_one_time_passwords_pass_our_own_rules():
    check_new_password(one_time_password(), "officer", "")
    assert len({one_time_password() for _ in range(100)}) == 100


class Meanwhile(KeyedPins):
    """Something happens while a password is being looked at."""

    def __init__(self, happens: Callable[[], None]) -> None:
        super().__init__("the key of the tests")
        self.happens = happens

    def verify(self, secret: str, hashed: str) -> bool:
        self.happens()
        return super().verify(secret, hashed)


def test_an_account_disabled_while_its_password_is_looked_at_stays_out(reception: Reception):
    made, _ = reception.log_in(Role.OFFICER)
    disable = partial(reception.access.accounts.disable, reception.admin, made.id)
    with refused("wrong_login"):
        Logins(reception.ground, Meanwhile(disable)).log_in(made.name, PASSWORD, HERE)


def test_a_session_of_a_disabled_account_is_worth_nothing_even_if_it_was_not_ended(reception: Reception):
    made, secret = reception.log_in(Role.OFFICER)
    with reception.database.begin() as work:
        work.accounts.save(replace(work.accounts.get(made.id), disabled_at=reception.clock.real()))
    assert reception.access.sessions.asker(secret) is None
    assert made.name not in {actor.name for _, actor in reception.access.sessions.running(reception.admin)}


def test_a_device_has_no_password_to_change(reception: Reception):
    token = reception.access.tokens.create(reception.admin, "hall", role=Role.WALL)
    asker = reception.asker(reception.access.tokens.exchange(token.secret, HERE))
    with refused("unknown_account"):
        reception.access.logins.change_password(asker, "", new=PASSWORD, again=PASSWORD, browser=HERE)
