"""Sessions of people and devices, in SQL: each can be listed and ended one by one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from operations.account_ports import Account, DeviceToken, Session
from storage.account_tables import sessions
from storage.accounts import SqlAccounts
from storage.credentials import SqlTokens

Known = tuple[Session, Account | None, DeviceToken | None]
_RUNNING = sessions.c.ended_at.is_(None)


class SqlSessions:
    def __init__(self, connection: Connection):
        self._connection = connection

    def add(self, session: Session) -> None:
        self._connection.execute(insert(sessions).values(**vars(session)))

    def known(self, secret_digest: str) -> Known | None:
        found = self._sessions(select(sessions).where(sessions.c.secret_digest == secret_digest, _RUNNING))
        return self._with_owner(found[0]) if found else None

    def get(self, session_id: str) -> Session | None:
        found = self._sessions(select(sessions).where(sessions.c.id == session_id))
        return found[0] if found else None

    def running(self) -> list[Known]:
        query = select(sessions).where(_RUNNING).order_by(sessions.c.seen_at.desc())
        people = {account.id: account for account in SqlAccounts(self._connection).all()}
        devices = {token.id: token for token in SqlTokens(self._connection).all()}
        rows = self._sessions(query)
        return [(row, people.get(row.account or ""), devices.get(row.token or "")) for row in rows]

    def seen(self, session_id: str, at: datetime) -> None:
        self._connection.execute(update(sessions).where(sessions.c.id == session_id, _RUNNING).values(seen_at=at))

    def end(self, session_ids: Sequence[str], at: datetime, why: str) -> None:
        which = sessions.c.id.in_(session_ids)
        self._connection.execute(update(sessions).where(which, _RUNNING).values(ended_at=at, ended_why=why))

    def of_account(self, account_id: str) -> list[str]:
        return self._ids(sessions.c.account == account_id)

    def of_token(self, token_id: str) -> list[str]:
        return self._ids(sessions.c.token == token_id)

    def forget_ended_before(self, at: datetime) -> None:
        self._connection.execute(delete(sessions).where(sessions.c.ended_at < at))

    def _ids(self, whose: Any) -> list[str]:
        return list(self._connection.execute(select(sessions.c.id).where(whose, _RUNNING)).scalars())

    def _sessions(self, query: Select[Any]) -> list[Session]:
        return [Session(**row) for row in self._connection.execute(query).mappings()]

    def _with_owner(self, session: Session) -> Known:
        account = SqlAccounts(self._connection).get(session.account) if session.account else None
        token = SqlTokens(self._connection).get(session.token) if session.token else None
        return session, account, token
