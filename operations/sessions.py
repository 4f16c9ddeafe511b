"""Who is asking: sessions of people and of devices, from their start to their end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.account import Actor, Permission, Role
from domain.identity import new_id
from operations.account_ports import Account, AccountWork, DeviceToken, Ground, Session
from operations.account_problems import AccountProblem
from operations.login_rules import digest, has_rested_too_long, new_secret

SEEN_EVERY = timedelta(minutes=1)  # how finely rest is measured; finer would write on every request
SEEN_EVERY_BY_ITSELF = timedelta(hours=1)
PRESENT_BY_THEMSELVES = (Role.WALL, Role.POST)  # a device's open connection is its use; a person's is not
ENDED_KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Browser:
    """Where a session is: what the other side says of itself, for the list of sessions and the audit."""

    address: str
    agent: str = ""


@dataclass(frozen=True)
class Asker:
    """Who holds a session, a key or a token. `keys` name what may be revoked under it, as (kind, id)."""

    actor: Actor
    keys: tuple[tuple[str, str], ...]
    must_change: bool = False  # came with a one-time password: may do nothing but choose another


def actor_of(account: Account) -> Actor:
    return Actor(
        id=account.id,
        name=account.display_name,
        role=account.role,
        post=account.post,
        dispatch_root=account.dispatch_root,
    )


def device_of(token: DeviceToken) -> Actor:
    return Actor(id=f"token:{token.id}", name=token.name, role=token.role, post=token.post, known_by="device")


class Sessions:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def asker(self, secret: str, *, by_itself: bool = False) -> Asker | None:
        """Who holds the session with this secret; None when it is unknown, ended, or has rested too long.

        `by_itself`: a connection asks, not a person, so that a desk left open does not stay open for ever."""
        with self._ground.read() as work:
            found = work.sessions.known(digest(secret))
        asker = _asker(*found) if found else None
        if found is None or asker is None:
            return None
        session, now = found[0], self._ground.clock.real()
        if has_rested_too_long(asker.actor.role, session.seen_at, now):
            self._end([session.id], now, "rested too long")
            return None
        counts = not by_itself or asker.actor.role in PRESENT_BY_THEMSELVES
        if counts and now - session.seen_at > (SEEN_EVERY_BY_ITSELF if by_itself else SEEN_EVERY):
            with self._ground.begin() as work:
                work.sessions.seen(session.id, now)
        return asker

    def running(self, actor: Actor) -> list[tuple[Session, Actor]]:
        """Every session that has not ended, latest seen first."""
        actor.must(Permission.ADMINISTER)
        with self._ground.read() as work:
            rows = work.sessions.running()
        return [(row[0], asker.actor) for row in rows if (asker := _asker(*row))]

    def revoke(self, actor: Actor, session_id: str) -> None:
        """End another's session at once, its sockets too."""
        actor.must(Permission.ADMINISTER)
        with self._ground.begin() as work:
            session = work.sessions.get(session_id)
            if session is None or session.ended_at:
                raise AccountProblem("unknown_session")
            work.sessions.end([session_id], self._ground.clock.real(), "revoked")
            work.audit(actor, "session.revoked", session_id, {"account": session.account, "token": session.token})
        self._ground.revoked("session", session_id)

    def log_out(self, secret: str) -> None:
        """End the session of this secret; nothing happens when there is none."""
        with self._ground.read() as work:
            found = work.sessions.known(digest(secret))
        if found:
            self._end([found[0].id], self._ground.clock.real(), "logged out")

    def end_rested(self) -> int:
        """End every session that has rested too long, and forget those that ended long ago; how many ended."""
        now = self._ground.clock.real()
        with self._ground.read() as work:
            rows = work.sessions.running()
        roles = [(row[0], asker.actor.role) for row in rows if (asker := _asker(*row))]
        rested = [session.id for session, role in roles if has_rested_too_long(role, session.seen_at, now)]
        with self._ground.begin() as work:
            work.sessions.forget_ended_before(now - ENDED_KEPT)
        self._end(rested, now, "rested too long")
        return len(rested)

    def _end(self, session_ids: list[str], now: datetime, why: str) -> None:
        if not session_ids:
            return
        with self._ground.begin() as work:
            work.sessions.end(session_ids, now, why)
        for session_id in session_ids:
            self._ground.revoked("session", session_id)


def start(
    work: AccountWork, now: datetime, browser: Browser, *, account: str | None = None, token: str | None = None
) -> str:
    """Write a new session; its secret, which only the browser keeps."""
    secret = new_secret("zss")
    session = Session(
        id=new_id(now),
        secret_digest=digest(secret),
        account=account,
        token=token,
        address=browser.address[:80],
        agent=browser.agent[:200],
        created_at=now,
        seen_at=now,
    )
    work.sessions.add(session)
    return secret


def _asker(session: Session, account: Account | None, token: DeviceToken | None) -> Asker | None:
    """None when the account is disabled or the token revoked."""
    mine = ("session", session.id)
    if account and not account.disabled_at:
        return Asker(actor_of(account), (mine, ("account", account.id)), account.must_change)
    if token and not token.revoked_at:
        return Asker(device_of(token), (mine, ("token", token.id)))
    return None
