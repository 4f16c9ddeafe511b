"""API keys of machines: what a key may do is written on it, and it is shown once."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from domain.account import Actor, Permission, Role
from domain.city import Tier
from domain.identity import new_id
from operations.account_ports import AccountWork, ApiKey, Ground, Made
from operations.account_problems import AccountProblem
from operations.login_rules import checked_name, digest, new_secret
from operations.sessions import Asker

USED_EVERY = timedelta(minutes=1)
MOST_VALID = 2  # the old one and the new one, while a machine is moved from one to the other
NEVER = (Permission.ADMINISTER, Permission.DISPATCH)  # dispatching is granted by a root, administering is for people
SOURCE = frozenset({Permission.REPORT_CASES, Permission.STEP_CASES, Permission.SEND_HEARTBEATS})
READ = frozenset({Permission.SEE_WALL, Permission.SEE_LEDGER, Permission.SEE_CASES})


@dataclass(frozen=True)
class Scope:
    """What a key may do: permissions, the sources it reports for, the posts it answers for, the subtree it orders."""

    permissions: frozenset[Permission] = frozenset()
    sources: frozenset[str] = frozenset()
    posts: frozenset[str] = frozenset()
    dispatch_root: str | None = None


def source_scope(sources: Collection[str]) -> Scope:
    """Of a business system: its cases, their steps and its heartbeats."""
    return Scope(SOURCE, frozenset(sources))


def robot_scope(posts: Collection[str]) -> Scope:
    """Of a program that answers orders for posts."""
    return Scope(frozenset({Permission.ANSWER}), posts=frozenset(posts))


def gateway_scope() -> Scope:
    """Of a gateway that carries messages: it tells what became of them."""
    return Scope(frozenset({Permission.TELL_RECEIPTS}))


def key_actor(key: ApiKey) -> Actor:
    return Actor(
        id=f"key:{key.id}",
        name=key.name,
        role=Role.MACHINE,
        extra=key.permissions,
        dispatch_root=key.dispatch_root,
        sources=key.sources,
        posts=key.posts,
        known_by="key",
    )


class Keys:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def all(self, actor: Actor) -> list[ApiKey]:
        actor.must(Permission.ADMINISTER)
        with self._ground.read() as work:
            return work.keys.all()

    def create(self, actor: Actor, name: str, scope: Scope) -> Made:
        """A new key. A second one of the same name is for the change from the old to the new; a third is refused."""
        actor.must(Permission.ADMINISTER)
        kept = checked_name(name)
        self._check(scope)
        now, secret = self._ground.clock.real(), new_secret("zsk")
        key = ApiKey(new_id(now), kept, digest(secret), **vars(scope), created_at=now, created_by=actor.name)
        with self._ground.begin() as work:
            self._add(work, actor, key)
        return Made(key.id, kept, Role.MACHINE, secret)

    def rotate(self, actor: Actor, key_id: str) -> Made:
        """A second key that may do the same; the first stays valid until it is revoked."""
        actor.must(Permission.ADMINISTER)
        now, secret = self._ground.clock.real(), new_secret("zsk")
        with self._ground.begin() as work:
            old = _valid(work, key_id)
            key = replace(old, id=new_id(now), secret_digest=digest(secret), created_at=now, used_at=None)
            key = replace(key, created_by=actor.name)
            self._add(work, actor, key)
        return Made(key.id, key.name, Role.MACHINE, secret)

    def remake(self, actor: Actor, name: str, scope: Scope) -> Made:
        """The only valid key of this name from now on; for a program that is handed its key at each start."""
        actor.must(Permission.ADMINISTER)
        with self._ground.read() as work:
            old = [key.id for key in work.keys.named(checked_name(name))]
        for key_id in old:
            self.revoke(actor, key_id)
        return self.create(actor, name, scope)

    def revoke(self, actor: Actor, key_id: str) -> None:
        actor.must(Permission.ADMINISTER)
        with self._ground.begin() as work:
            key = _valid(work, key_id)
            work.keys.revoke(key_id, self._ground.clock.real())
            work.audit(actor, "key.revoked", key.name, {"id": key_id})
        self._ground.revoked("key", key_id)

    def asker(self, secret: str) -> Asker | None:
        """Who holds the key with this secret; None when it is unknown or has been revoked."""
        with self._ground.read() as work:
            key = work.keys.known(digest(secret))
        if key is None:
            return None
        now = self._ground.clock.real()
        if key.used_at is None or now - key.used_at > USED_EVERY:
            with self._ground.begin() as work:
                work.keys.used(key.id, now)
        return Asker(key_actor(key), (("key", key.id),))

    def city_scope(self, may: str, below: str = "") -> Scope:
        """What `key create --may` says: "read" sees everything, "dispatch" sees orders and may order the whole city, or
        the post `below` and all posts below it."""
        if may == "read":
            return Scope(READ)
        root = below or next((post.code for post in self._ground.city.posts if post.tier is Tier.CITY), None)
        return Scope(frozenset({Permission.SEE_WALL, Permission.SEE_LEDGER}), dispatch_root=root)

    def _check(self, scope: Scope) -> None:
        for permission in scope.permissions.intersection(NEVER):
            raise AccountProblem("not_for_keys", permission=permission)
        if not scope.permissions and scope.dispatch_root is None:
            raise AccountProblem("key_without_purpose")
        for post in sorted(scope.posts | ({scope.dispatch_root} if scope.dispatch_root else frozenset())):
            if post not in self._ground.city.post_by_code:
                raise AccountProblem("unknown_post", post=post)
        for source in sorted(scope.sources - self._ground.city.source_by_code.keys()):
            raise AccountProblem("unknown_source", source=source)

    def _add(self, work: AccountWork, actor: Actor, key: ApiKey) -> None:
        if len(work.keys.named(key.name)) >= MOST_VALID:
            raise AccountProblem("two_keys_valid", name=key.name)
        work.keys.add(key)
        detail = {name: sorted(getattr(key, name)) for name in ("permissions", "sources", "posts")}
        work.audit(actor, "key.created", key.name, {"id": key.id, "dispatch_root": key.dispatch_root, **detail})


def _valid(work: AccountWork, key_id: str) -> ApiKey:
    key = work.keys.get(key_id)
    if key is None or key.revoked_at:
        raise AccountProblem("unknown_key")
    return key
