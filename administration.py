"""The command line's verbs on accounts, keys, tokens and the audit record, for whoever holds the machine."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

import checks
from commands import Refused, say
from config import Settings
from data_feeds import city
from domain.account import SYSTEM, Role
from operations.account_ports import Ground, Made
from operations.account_problems import AccountProblem
from operations.accounts import Accounts
from operations.audit import AuditTrail
from operations.device_tokens import DeviceTokens
from operations.keys import Keys, Scope, gateway_scope, source_scope
from storage.clock import SharedClock
from storage.database import Database
from storage.passwords import Argon2Passwords


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database for one verb."""
    checks.database(settings.database_url)
    database = Database(settings.database_url)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def ground(settings: Settings) -> Iterator[Ground]:
    """The database and the city for one verb; what is refused becomes the command's sentence."""
    with opened(settings) as database:
        try:
            yield ground_of(database, settings)
        except AccountProblem as problem:
            raise Refused(str(problem)) from problem


def ground_of(database: Database, settings: Settings) -> Ground:
    return Ground(database.begin, database.read, SharedClock(database), city.load(settings.city_dir))


def accounts(base: Ground) -> Accounts:
    return Accounts(base, Argon2Passwords(), DeviceTokens(base))


def first_accounts(settings: Settings) -> list[str]:
    """Lines that show the accounts of a new city, once; none when there are accounts."""
    with ground(settings) as base:
        made = accounts(base).first_accounts()
    return [f"  {name:<9} {shown(settings, role, secret)}" for name, role, secret in made]


def shown(settings: Settings, role: str, secret: str) -> str:
    return f"{settings.public_url}/wall?token={secret}" if role == Role.WALL else secret


def create_account(settings: Settings, options: Namespace) -> None:
    with ground(settings) as base:
        tell(
            accounts(base).create(SYSTEM, options.name, role=Role(options.role), post=options.post), "one-time password"
        )


def create_key(settings: Settings, options: Namespace) -> None:
    if options.below and options.may != "dispatch":
        raise Refused("--below narrows what a key may order: give it with --may dispatch")
    with ground(settings) as base:
        keys = Keys(base)
        scope = source_scope([options.source]) if options.source else key_scope(keys, options.may, options.below)
        tell(keys.create(SYSTEM, options.source or options.may, scope), "API key")


def key_scope(keys: Keys, may: str, below: str | None) -> Scope:
    return gateway_scope() if may == "receipts" else keys.city_scope(may, below or "")


def create_token(settings: Settings, options: Namespace) -> None:
    role = Role.POST if options.post else Role.WALL
    with ground(settings) as base:
        made = DeviceTokens(base).create(SYSTEM, options.wall or options.post, role=role, post=options.post)
        tell(made, "device token")


def tell(made: Made, secret_is: str) -> None:
    say(f"Made {made.name} ({made.role}). Its {secret_is}, shown this once:", made.secret)


def verify_audit(settings: Settings, _options: Namespace) -> None:
    with ground(settings) as base:
        found = AuditTrail(base).verify(SYSTEM)
    say(f"The audit record is whole: {found.entries} entries. Its last seal, to be noted elsewhere:", found.last_seal)
