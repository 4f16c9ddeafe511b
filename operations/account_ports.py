"""What the operations on accounts keep, and what they need from outside to keep it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.account import Permission, Role
from domain.city import City
from operations.connection_ports import ConnectionStore
from operations.ports import Clock, FeedStore, PeopleStore, Row, Work
from operations.roster_ports import RosterStore


@dataclass(frozen=True)
class Account:
    """A person's way in. `name` is typed at login, `display_name` is what others read."""

    id: str
    name: str
    name_key: str
    display_name: str
    role: Role
    post: str | None
    dispatch_root: str | None
    password_hash: str
    must_change: bool
    created_at: datetime
    created_by: str
    disabled_at: datetime | None = None


@dataclass(frozen=True)
class DeviceToken:
    """A device's way in, used once: from then on the device is known by a cookie of its own."""

    id: str
    name: str
    role: Role
    post: str | None
    secret_digest: str
    created_at: datetime
    created_by: str
    bound_at: datetime | None = None
    bound_to: str | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class Session:
    """One browser of a person or of a device, from its login to its end."""

    id: str
    secret_digest: str
    account: str | None
    token: str | None
    address: str
    agent: str
    created_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None
    ended_why: str | None = None


@dataclass(frozen=True)
class ApiKey:
    """A machine's way in: what the key says is all it may do. Two keys of one name are valid while they are changed."""

    id: str
    name: str
    secret_digest: str
    permissions: frozenset[Permission]
    sources: frozenset[str]
    posts: frozenset[str]
    dispatch_root: str | None
    created_at: datetime
    created_by: str
    used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class Made:
    """Something new with a secret that is shown once and kept only as a digest."""

    id: str
    name: str
    role: Role
    secret: str


class AccountStore(Protocol):
    def add(self, account: Account) -> None: ...
    def save(self, account: Account) -> None: ...
    def get(self, account_id: str) -> Account | None: ...
    def named(self, name_key: str) -> Account | None: ...
    def all(self) -> list[Account]: ...
    def failures(self, since: datetime, *, name_key: str, address: str) -> tuple[list[datetime], list[datetime]]:
        """When tries of this name, and tries from this address, failed since then, oldest first."""

    def add_failure(self, failure_id: str, at: datetime, *, name_key: str, address: str) -> None: ...
    def forget_failures(self, name_key: str) -> None: ...
    def forget_failures_before(self, at: datetime) -> None: ...


class SessionStore(Protocol):
    def add(self, session: Session) -> None: ...
    def known(self, secret_digest: str) -> tuple[Session, Account | None, DeviceToken | None] | None:
        """The session of this cookie that has not ended, with whose it is."""

    def get(self, session_id: str) -> Session | None: ...
    def running(self) -> list[tuple[Session, Account | None, DeviceToken | None]]:
        """The sessions that have not ended, latest seen first."""

    def seen(self, session_id: str, at: datetime) -> None: ...
    def end(self, session_ids: Sequence[str], at: datetime, why: str) -> None: ...
    def of_account(self, account_id: str) -> list[str]: ...
    def of_token(self, token_id: str) -> list[str]: ...
    def forget_ended_before(self, at: datetime) -> None: ...


class KeyStore(Protocol):
    def add(self, key: ApiKey) -> None: ...
    def get(self, key_id: str) -> ApiKey | None: ...
    def known(self, secret_digest: str) -> ApiKey | None:
        """The key with this secret that has not been revoked."""

    def named(self, name: str) -> list[ApiKey]:
        """The valid keys of a name, oldest first."""

    def all(self) -> list[ApiKey]: ...
    def used(self, key_id: str, at: datetime) -> None: ...
    def revoke(self, key_id: str, at: datetime) -> None: ...


class TokenStore(Protocol):
    def add(self, token: DeviceToken) -> None: ...
    def get(self, token_id: str) -> DeviceToken | None: ...
    def known(self, secret_digest: str) -> DeviceToken | None:
        """The token with this secret that has not been revoked."""

    def bind(self, token_id: str, at: datetime, bound_to: str) -> bool:
        """Mark the first use; False when somebody was first."""

    def all(self) -> list[DeviceToken]: ...
    def revoke(self, token_id: str, at: datetime) -> None: ...


class AuditStore(Protocol):
    def latest(self, limit: int, *, containing: str = "", before: int | None = None) -> list[Row]: ...
    def seal(self) -> None: ...
    def broken_at(self) -> tuple[int, str, int | None]:
        """How many entries are sealed, the last seal, and the first entry that does not fit its seal (None: whole)."""


class Roster(PeopleStore, Protocol):
    def remove(self, person_id: str) -> None: ...


class LetterStore(FeedStore, Protocol):
    def letters(self, limit: int, *, open_only: bool = True) -> list[Row]:
        """Records that could not be taken, newest first: id, source, at, field, reason, form, feed, settled, and the
        beginning of the payload."""

    def letters_of(self, source: str, limit: int, without: Sequence[str]) -> list[Row]:
        """The open records of a source, oldest first, but for those of the forms `without`; with the whole payload."""

    def open_by_source(self, without: Sequence[str]) -> list[tuple[str, int, int]]:
        """(source, open records, those of them that have none of the forms `without`), the most first."""

    def letter(self, letter_id: int) -> Row | None:
        """The record with this number, unless it has been settled."""

    def settle(self, letter_id: int, how: str) -> None: ...


class AccountWork(Work, Protocol):
    """One transaction, with the stores of the accounts beside the others."""

    @property
    def accounts(self) -> AccountStore: ...
    @property
    def sessions(self) -> SessionStore: ...
    @property
    def keys(self) -> KeyStore: ...
    @property
    def tokens(self) -> TokenStore: ...
    @property
    def audits(self) -> AuditStore: ...
    @property
    def people(self) -> Roster: ...
    @property
    def feeds(self) -> LetterStore: ...
    @property
    def roster(self) -> RosterStore: ...
    @property
    def connections(self) -> ConnectionStore: ...


BeginAccounts = Callable[[], AbstractContextManager[AccountWork]]
Revoked = Callable[[str, str], None]
"""Told after a way in was closed: the kind (session, account, key, token) and its id."""


@dataclass(frozen=True)
class Ground:
    """What every operation on accounts stands on."""

    begin: BeginAccounts
    read: BeginAccounts
    clock: Clock
    city: City
    revoked: Revoked = lambda _kind, _id: None
