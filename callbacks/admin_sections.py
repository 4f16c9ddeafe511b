"""What each section of the administration shows: plain rows, read in one go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.account import Actor, Role
from domain.city import City
from operations.access import Access
from operations.accounts import PEOPLE_ROLES
from operations.audit import PAGE
from operations.ports import LiveReader


@dataclass(frozen=True)
class Asked:
    """What was asked of the section in the address, what it may look at besides the accounts, and what the act before
    it found."""

    arguments: Mapping[str, str]
    city: City
    live: LiveReader
    found: object = None


Rows = dict[str, Any]
Read = Callable[[Access, Actor, Asked], Rows]


def accounts(access: Access, actor: Actor, asked: Asked) -> Rows:
    return {"accounts": access.accounts.all(actor), "roles": PEOPLE_ROLES, "posts": asked.city.posts}


def sessions(access: Access, actor: Actor, _asked: Asked) -> Rows:
    return {"sessions": access.sessions.running(actor)}


def keys(access: Access, actor: Actor, asked: Asked) -> Rows:
    return {"keys": list(reversed(access.keys.all(actor))), "sources": asked.city.sources, "posts": asked.city.posts}


def tokens(access: Access, actor: Actor, asked: Asked) -> Rows:
    return {"tokens": list(reversed(access.tokens.all(actor))), "posts": asked.city.posts, "wall": Role.WALL}


def people(access: Access, actor: Actor, asked: Asked) -> Rows:
    """The posts with how many people each has, and the people of the one that was asked for."""
    post = asked.arguments.get("post", "")
    chosen = post if post in asked.city.post_by_code else ""
    counts = access.people.counts(actor)
    return {
        "counts": counts,
        "posts": asked.city.posts,
        "chosen": chosen,
        "people": access.people.of(actor, chosen) if chosen else [],
        "empty": sum(not n for n in counts.values()),
    }


def letters(access: Access, actor: Actor, _asked: Asked) -> Rows:
    """The newest records, and how many of each source are open."""
    found = access.letters
    return {"letters": found.open(actor), "by_source": found.sources(actor), "can_retry": found.can_retry}


def sources(_access: Access, _actor: Actor, asked: Asked) -> Rows:
    """The health of every source of the city as the wall shows it; without a snapshot nothing is claimed."""
    snapshot = asked.live.vitals() or {}
    tile = snapshot.get("tiles", {}).get("sources", {})
    found = {row[0]: row for row in tile.get("rows", ())}
    as_of = datetime.fromisoformat(tile["as_of"]) if tile.get("as_of") else None
    return {"sources": [(one, found.get(one.code)) for one in asked.city.sources], "as_of": as_of}


def audit(access: Access, actor: Actor, asked: Asked) -> Rows:
    before = asked.arguments.get("before", "")
    number = int(before) if before.isascii() and before.isdecimal() and len(before) < 16 else None
    containing = "".join(filter(str.isprintable, asked.arguments.get("containing", "")))
    entries = access.audit.latest(actor, containing=containing, before=number)
    older = entries[-1]["id"] if len(entries) == PAGE else None
    return {"entries": entries, "containing": containing, "older": older}


READS: dict[str, Read] = {
    "accounts": accounts,
    "sessions": sessions,
    "keys": keys,
    "tokens": tokens,
    "people": people,
    "letters": letters,
    "sources": sources,
    "audit": audit,
}
