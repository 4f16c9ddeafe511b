"""The record of who did what: appended, sealed in a chain, read back, and verified."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, text

from domain.account import Actor
from operations.ports import Row as Plain
from storage.account_tables import audit, audit_seals
from storage.columns import microseconds

FIRST_SEAL = "0" * 64
SEALED_AT_ONCE = 1000
_LOCK = 6_107_244_210  # any number of our own: the advisory lock of whoever is sealing
_UNSEALED = (
    select(audit)
    .outerjoin(audit_seals, audit_seals.c.entry == audit.c.id)
    .where(audit_seals.c.seq.is_(None))
    .order_by(audit.c.id)
)
_SEALED = select(audit, audit_seals.c.seq, audit_seals.c.seal).join(audit_seals, audit_seals.c.entry == audit.c.id)


def write_audit(connection: Connection, actor: Actor, verb: str, about: str, detail: Mapping[str, Any]) -> None:
    """Append an entry in the caller's transaction, and seal what can be sealed without waiting for anybody."""
    entry = {
        "at": datetime.now(UTC),
        "actor": actor.id,
        "actor_name": actor.name,
        "known_by": actor.known_by,
        "verb": verb,
        "about": about,
        "detail": dict(detail),
    }
    connection.execute(insert(audit).values(**entry))
    seal_entries(connection)


def seal_entries(connection: Connection) -> None:
    """Seal the committed entries that have no seal, unless another transaction is doing so: the next one then will."""
    if connection.dialect.name == "postgresql":
        query = text("SELECT pg_try_advisory_xact_lock(:key)")
        if not connection.execute(query, {"key": _LOCK}).scalar_one():
            return
    seq, last = last_seal(connection)
    seals = []
    for entry in connection.execute(_UNSEALED.limit(SEALED_AT_ONCE)):
        seq, last = seq + 1, seal_of(entry, last)
        seals.append({"seq": seq, "entry": entry.id, "seal": last})
    if seals:
        connection.execute(insert(audit_seals), seals)


def last_seal(connection: Connection) -> tuple[int, str]:
    query = select(audit_seals.c.seq, audit_seals.c.seal).order_by(audit_seals.c.seq.desc()).limit(1)
    found = connection.execute(query).first()
    return (found.seq, found.seal) if found else (0, FIRST_SEAL)


def seal_of(entry: Row[Any], before: str) -> str:
    said = [entry.id, microseconds(entry.at), entry.actor, entry.actor_name, entry.known_by, entry.verb, entry.about]
    words = json.dumps([before, *said, entry.detail], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


class SqlAudit:
    def __init__(self, connection: Connection):
        self._connection = connection

    def latest(self, limit: int, *, containing: str = "", before: int | None = None) -> list[Plain]:
        """The newest entries first; `containing` looks in actor, verb and what it is about."""
        query = select(audit).order_by(audit.c.id.desc()).limit(limit)
        if containing:
            fields = (audit.c.actor, audit.c.actor_name, audit.c.verb, audit.c.about)
            query = query.where(or_(*(field.icontains(containing, autoescape=True) for field in fields)))
        if before is not None:
            query = query.where(audit.c.id < before)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def seal(self) -> None:
        seal_entries(self._connection)

    def broken_at(self) -> tuple[int, str, int | None]:
        """How many entries are sealed, the last seal, and the first entry that does not fit its seal (None: whole)."""
        seq, last = 0, FIRST_SEAL
        query = _SEALED.order_by(audit_seals.c.seq).execution_options(yield_per=1000)
        with self._connection.execute(query) as entries:
            for entry in entries:
                if entry.seq != seq + 1 or entry.seal != seal_of(entry, last):
                    return seq, last, entry.id
                seq, last = entry.seq, entry.seal
        return seq, last, None
