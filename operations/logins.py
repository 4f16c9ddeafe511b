"""Coming in with a name and a password: locked after failed tries, the same for names that do not exist."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NoReturn

from domain.account import Actor, Role
from domain.identity import new_id
from operations import sessions
from operations.account_ports import Account, Ground
from operations.account_problems import AccountProblem
from operations.login_rules import (
    LONGEST_PASSWORD,
    TRIES_WINDOW,
    check_new_password,
    digest,
    locked_until,
    name_key,
    plain_password,
)
from operations.ports import PasswordHasher
from operations.sessions import Browser, actor_of

FAILURES_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class LoggedIn:
    actor: Actor
    secret: str  # of the new session
    must_change: bool


class Logins:
    def __init__(self, ground: Ground, hasher: PasswordHasher) -> None:
        self._ground, self._hasher = ground, hasher
        self._nobody = ""  # a hash that no password fits, made when first needed

    def log_in(self, name: str, password: str, browser: Browser, *, instead_of: str = "") -> LoggedIn:
        """A new session, always with a new secret; the one of `instead_of` ends. Raises AccountProblem."""
        key, password = name_key(name), plain_password(password)
        account = self._register_try(key, browser)
        if not self._fits(account, password):
            self._refuse(account, browser, "wrong password" if account else "unknown name")
        if account is None or account.disabled_at:
            self._refuse(account, browser, "disabled")
        return self._let_in(account, browser, instead_of)

    def change_password(self, asker: sessions.Asker, old: str, *, new: str, again: str, browser: Browser) -> LoggedIn:
        """Choose one's own password. Every session of the account ends; a new one starts."""
        with self._ground.read() as work:
            account = work.accounts.get(asker.actor.id)
        if account is None:
            raise AccountProblem("unknown_account")
        old, new = plain_password(old), plain_password(new)
        if new != plain_password(again):
            raise AccountProblem("passwords_differ")
        check_new_password(new, account.name, old)
        self._register_try(account.name_key, browser)
        if not self._fits(account, old):
            self._refuse(account, browser, "wrong password at its change")
        return self._save_password(account, self._hasher.hash(new), browser)

    def _register_try(self, key: str, browser: Browser) -> Account | None:
        """Count the try before the password is looked at, so that many at once are no more than one after another."""
        now = self._ground.clock.real()
        with self._ground.begin() as work:
            work.accounts.forget_failures_before(now - FAILURES_KEPT)
            tries = work.accounts.failures(now - TRIES_WINDOW, name_key=key, address=browser.address)
            until = locked_until(*tries)
            if until:
                raise AccountProblem("locked", until=until)
            work.accounts.add_failure(new_id(now), now, name_key=key, address=browser.address)
            return work.accounts.named(key)

    def _fits(self, account: Account | None, password: str) -> bool:
        """Takes as long for a name that does not exist as for one that does."""
        self._nobody = self._nobody or self._hasher.hash(new_id(self._ground.clock.real()))
        kept = account.password_hash if account else self._nobody
        right = self._hasher.verify(password[: LONGEST_PASSWORD + 1], kept)
        return right and account is not None

    def _refuse(self, account: Account | None, browser: Browser, why: str) -> NoReturn:
        """Audit and raise. What was typed as an unknown name is not kept: it may be a password."""
        nobody = Actor(id="nobody", name="nobody", role=Role.MACHINE, known_by="login")
        about = account.name if account else "unknown name"
        with self._ground.begin() as work:
            work.audit(nobody, "login.refused", about, {"why": why, **vars(browser)})
        raise AccountProblem("wrong_login")

    def _let_in(self, account: Account, browser: Browser, instead_of: str) -> LoggedIn:
        now = self._ground.clock.real()
        with self._ground.begin() as work:
            if work.accounts.get(account.id) != account:  # changed while the password was looked at
                raise AccountProblem("wrong_login")
            before = work.sessions.known(digest(instead_of)) if instead_of else None
            if before:
                work.sessions.end([before[0].id], now, "logged in again")
            work.accounts.forget_failures(account.name_key)
            secret = sessions.start(work, now, browser=browser, account=account.id)
            work.audit(actor_of(account), "login", account.name, vars(browser))
        if before:
            self._ground.revoked("session", before[0].id)
        return LoggedIn(actor_of(account), secret, account.must_change)

    def _save_password(self, account: Account, hashed: str, browser: Browser) -> LoggedIn:
        now = self._ground.clock.real()
        changed = replace(account, password_hash=hashed, must_change=False)
        with self._ground.begin() as work:
            work.accounts.save(changed)
            work.accounts.forget_failures(account.name_key)
            work.sessions.end(work.sessions.of_account(account.id), now, "password changed")
            secret = sessions.start(work, now, browser=browser, account=account.id)
            work.audit(actor_of(account), "account.password_changed", account.name, vars(browser))
        self._ground.revoked("account", account.id)
        return LoggedIn(actor_of(changed), secret, must_change=False)
