"""Accounts of people: made, changed and disabled by administrators; every change is audited."""

from dataclasses import replace

from domain.account import SYSTEM, Actor, Permission, Role
from domain.city import Tier
from domain.identity import new_id
from operations.account_ports import Account, AccountWork, Ground, Made
from operations.account_problems import AccountProblem
from operations.device_tokens import DeviceTokens
from operations.login_rules import checked_name, name_key, one_time_password
from operations.ports import PasswordHasher

PEOPLE_ROLES = (Role.OFFICER, Role.LEADER, Role.ADMIN, Role.POST)
CHANGEABLE = ("display_name", "role", "post", "dispatch_root")
FIRST = (("admin", Role.ADMIN), ("officer", Role.OFFICER), ("deputy", Role.OFFICER), ("leader", Role.LEADER))


class Accounts:
    """Each method raises NotAllowed without the permission to administer, AccountProblem when refused."""

    def __init__(self, ground: Ground, hasher: PasswordHasher, tokens: DeviceTokens) -> None:
        self._ground, self._hasher, self._tokens = ground, hasher, tokens

    def all(self, actor: Actor) -> list[Account]:
        actor.must(Permission.ADMINISTER)
        with self._ground.read() as work:
            return work.accounts.all()

    def create(self, actor: Actor, name: str, *, role: Role, post: str | None = None, display_name: str = "") -> Made:
        """A new account with a one-time password, which has to be changed at the first login."""
        actor.must(Permission.ADMINISTER)
        kept, shown = checked_name(name), checked_name(display_name or name)
        self._check_seat(role, post)
        password = one_time_password()
        account = Account(
            id=new_id(self._ground.clock.real()),
            name=kept,
            name_key=name_key(kept),
            display_name=shown,
            role=role,
            post=post,
            dispatch_root=None,
            password_hash=self._hasher.hash(password),
            must_change=True,
            created_at=self._ground.clock.real(),
            created_by=actor.name,
        )
        with self._ground.begin() as work:
            self._add(work, account)
            work.audit(actor, "account.created", kept, {"id": account.id, "role": role, "post": post})
        return Made(account.id, kept, role, password)

    def change(self, actor: Actor, account_id: str, *, role: Role, post: str | None, display_name: str) -> None:
        """Another role, seat or shown name. What the old role could do ends at once, the authority to dispatch too."""
        actor.must(Permission.ADMINISTER)
        shown = checked_name(display_name)
        self._check_seat(role, post)
        with self._ground.begin() as work:
            before = _get(work, account_id)
            if role is not before.role:
                _keep_an_admin(work, actor, before)
            root = before.dispatch_root if role is Role.OFFICER else None
            after = replace(before, role=role, post=post, display_name=shown, dispatch_root=root)
            work.accounts.save(after)
            work.audit(actor, "account.changed", before.name, {"id": account_id, **_changes(before, after)})
        self._ground.revoked("account", account_id)

    def grant_dispatch(self, actor: Actor, account_id: str, root: str) -> None:
        """The authority to order `root` and everything below it. Of duty officers only, and never by role."""
        actor.must(Permission.ADMINISTER)
        if root not in self._ground.city.post_by_code:
            raise AccountProblem("unknown_post", post=root)
        self._set_dispatch(actor, account_id, root)

    def withdraw_dispatch(self, actor: Actor, account_id: str) -> None:
        actor.must(Permission.ADMINISTER)
        self._set_dispatch(actor, account_id, None)

    def reset_password(self, actor: Actor, account_id: str) -> Made:
        """A new one-time password; every session of the account ends and a lock is lifted."""
        actor.must(Permission.ADMINISTER)
        password = one_time_password()
        hashed = self._hasher.hash(password)
        with self._ground.begin() as work:
            account = _get(work, account_id)
            work.accounts.save(replace(account, password_hash=hashed, must_change=True))
            work.accounts.forget_failures(account.name_key)
            self._end_sessions(work, account_id, "password reset")
            work.audit(actor, "account.password_reset", account.name, {"id": account_id})
        self._ground.revoked("account", account_id)
        return Made(account_id, account.name, account.role, password)

    def disable(self, actor: Actor, account_id: str) -> None:
        """Nobody comes in with this account any more; what it did stays on record."""
        actor.must(Permission.ADMINISTER)
        with self._ground.begin() as work:
            account = _get(work, account_id)
            _keep_an_admin(work, actor, account)
            work.accounts.save(replace(account, disabled_at=self._ground.clock.real(), dispatch_root=None))
            self._end_sessions(work, account_id, "account disabled")
            work.audit(actor, "account.disabled", account.name, {"id": account_id, "dispatch": account.dispatch_root})
        self._ground.revoked("account", account_id)

    def enable(self, actor: Actor, account_id: str) -> Made:
        """Let a disabled account in again, with a new one-time password."""
        actor.must(Permission.ADMINISTER)
        with self._ground.begin() as work:
            account = _get(work, account_id)
            work.accounts.save(replace(account, disabled_at=None))
            work.audit(actor, "account.enabled", account.name, {"id": account_id})
        return self.reset_password(actor, account_id)

    def first_accounts(self) -> list[tuple[str, str, str]]:
        """(name, role, secret) of the accounts of a new city, to be shown once; nothing when there are accounts.

        An administrator, two duty officers who may order the whole city, since the gravest orders want a second person,
        a leader; and a token for the first wall."""
        with self._ground.read() as work:
            if work.accounts.all():
                return []
        root = next((post.code for post in self._ground.city.posts if post.tier is Tier.CITY), None)
        made = [self.create(SYSTEM, name, role=role, post=root) for name, role in FIRST]
        for one in made:
            if one.role is Role.OFFICER and root is not None:
                self.grant_dispatch(SYSTEM, one.id, root)
        made.append(self._tokens.create(SYSTEM, "wall", role=Role.WALL))
        return [(one.name, str(one.role), one.secret) for one in made]

    def _set_dispatch(self, actor: Actor, account_id: str, root: str | None) -> None:
        with self._ground.begin() as work:
            account = _get(work, account_id)
            if root is not None and (account.role is not Role.OFFICER or account.disabled_at):
                raise AccountProblem("officers_only", name=account.name)
            after = replace(account, dispatch_root=root)
            work.accounts.save(after)
            verb = "dispatch.granted" if root else "dispatch.withdrawn"
            work.audit(actor, verb, account.name, {"id": account_id, **_changes(account, after)})
        self._ground.revoked("account", account_id)

    def _check_seat(self, role: Role, post: str | None) -> None:
        if role not in PEOPLE_ROLES:
            raise AccountProblem("not_for_accounts", role=role)
        if post is not None and post not in self._ground.city.post_by_code:
            raise AccountProblem("unknown_post", post=post)
        if role is Role.POST and post is None:
            raise AccountProblem("post_needed")

    def _end_sessions(self, work: AccountWork, account_id: str, why: str) -> None:
        work.sessions.end(work.sessions.of_account(account_id), self._ground.clock.real(), why)

    def _add(self, work: AccountWork, account: Account) -> None:
        if work.accounts.named(account.name_key):
            raise AccountProblem("name_taken", name=account.name)
        work.accounts.add(account)


def _get(work: AccountWork, account_id: str) -> Account:
    account = work.accounts.get(account_id)
    if account is None:
        raise AccountProblem("unknown_account")
    return account


def _changes(before: Account, after: Account) -> dict[str, dict[str, str | None]]:
    """What an audit entry says of a change: field → before and after, of what differs."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in CHANGEABLE}
    return {name: {"before": old, "after": new} for name, (old, new) in pairs.items() if old != new}


def _keep_an_admin(work: AccountWork, actor: Actor, account: Account) -> None:
    """Before an account is disabled or gets another role: never one's own, never the last administrator."""
    if account.id == actor.id:
        raise AccountProblem("not_yourself")
    if account.role is not Role.ADMIN or account.disabled_at:
        return
    admins = [one for one in work.accounts.all() if one.role is Role.ADMIN and not one.disabled_at]
    if len(admins) == 1:
        raise AccountProblem("last_admin")
