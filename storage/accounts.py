"""Accounts of people and the failed tries to log in, in SQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, or_, select, update

from domain.account import Role
from operations.account_ports import Account
from storage.account_tables import accounts, login_failures


class SqlAccounts:
    def __init__(self, connection: Connection):
        self._connection = connection

    def add(self, account: Account) -> None:
        self._connection.execute(insert(accounts).values(**vars(account)))

    def save(self, account: Account) -> None:
        values = {name: value for name, value in vars(account).items() if name != "id"}
        self._connection.execute(update(accounts).where(accounts.c.id == account.id).values(**values))

    def get(self, account_id: str) -> Account | None:
        return self._one(accounts.c.id == account_id)

    def named(self, name_key: str) -> Account | None:
        return self._one(accounts.c.name_key == name_key)

    def all(self) -> list[Account]:
        query = select(accounts).order_by(accounts.c.name_key)
        return [_account(row) for row in self._connection.execute(query).mappings()]

    def failures(self, since: datetime, *, name_key: str, address: str) -> tuple[list[datetime], list[datetime]]:
        """When tries of this name, and tries from this address, failed since then, oldest first."""
        mine = or_(login_failures.c.name_key == name_key, login_failures.c.address == address)
        query = select(login_failures).where(login_failures.c.at > since, mine).order_by(login_failures.c.at)
        rows = list(self._connection.execute(query))
        by_name = [row.at for row in rows if row.name_key == name_key]
        return by_name, [row.at for row in rows if row.address == address]

    def add_failure(self, failure_id: str, at: datetime, *, name_key: str, address: str) -> None:
        values = {"id": failure_id, "at": at, "name_key": name_key, "address": address}
        self._connection.execute(insert(login_failures).values(**values))

    def forget_failures(self, name_key: str) -> None:
        self._connection.execute(delete(login_failures).where(login_failures.c.name_key == name_key))

    def forget_failures_before(self, at: datetime) -> None:
        self._connection.execute(delete(login_failures).where(login_failures.c.at < at))

    def _one(self, which: Any) -> Account | None:
        row = self._connection.execute(select(accounts).where(which)).mappings().first()
        return _account(row) if row else None


def _account(row: RowMapping) -> Account:
    return Account(**{name: row[name] for name in accounts.c.keys() if name != "role"}, role=Role(row["role"]))  # noqa: SIM118
