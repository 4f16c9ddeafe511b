"""The rules of coming in: names, passwords, how many tries, and how long a session may rest."""

import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.account import Role
from operations.account_problems import AccountProblem

TRIES, TRIES_WINDOW = 5, timedelta(minutes=15)  # of one name within any such window
ADDRESS_TRIES = 30  # of one address, over all names: a whole centre may sit behind one address
IDLE_LIMIT: dict[Role, timedelta | None] = {
    Role.OFFICER: timedelta(hours=8),
    Role.LEADER: timedelta(hours=8),
    Role.ADMIN: timedelta(minutes=30),
    Role.POST: timedelta(days=30),
    Role.WALL: None,  # a wall never asks for a login in the middle of the show
}
SHORTEST_PASSWORD, LONGEST_PASSWORD, LONGEST_NAME = 10, 200, 60
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike


def name_key(name: str) -> str:
    """The name as it is compared: full width, case, outer blanks and what nobody can see do not matter."""
    return "".join(filter(str.isprintable, unicodedata.normalize("NFKC", name))).casefold().strip()[:80]


def checked_name(name: str) -> str:
    """The name as it is kept; raises AccountProblem for an empty, long or invisible one."""
    kept = unicodedata.normalize("NFKC", name).strip()
    if not kept or len(kept) > LONGEST_NAME or not kept.isprintable():
        raise AccountProblem("bad_name", longest=LONGEST_NAME)
    return kept


def one_time_password() -> str:
    """Sixteen letters and digits in four groups: about 79 bits, and easy to read out."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(16))
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def new_secret(prefix: str) -> str:
    """A secret of 256 random bits; the prefix lets people and scanners tell what was leaked."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def digest(secret: str) -> str:
    """What is kept of a random secret: it has too many bits to be guessed, so a plain digest hides it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def plain_password(password: str) -> str:
    """The same password from every keyboard."""
    return unicodedata.normalize("NFKC", password)


def check_new_password(password: str, name: str, old: str) -> None:
    """Raise AccountProblem unless the new password is long enough, not the name, not the old one, not one letter."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise AccountProblem("bad_password_length", shortest=SHORTEST_PASSWORD, longest=LONGEST_PASSWORD)
    if password == old:
        raise AccountProblem("password_unchanged")
    if len(set(password)) < 4 or name_key(name) in password.casefold():
        raise AccountProblem("password_too_easy")


def locked_until(by_name: Sequence[datetime], by_address: Sequence[datetime]) -> datetime | None:
    """When the next try is allowed after these failed ones (oldest first, of the last window); None: now."""
    limits = ((by_name, TRIES), (by_address, ADDRESS_TRIES))
    return max((tries[-most] + TRIES_WINDOW for tries, most in limits if len(tries) >= most), default=None)


def has_rested_too_long(role: Role, seen_at: datetime, now: datetime) -> bool:
    limit = IDLE_LIMIT.get(role)
    return limit is not None and now - seen_at > limit
