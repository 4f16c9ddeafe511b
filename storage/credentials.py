"""API keys of machines and tokens of devices, in SQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from domain.account import Permission, Role
from operations.account_ports import ApiKey, DeviceToken
from storage.account_tables import api_keys, device_tokens

_SETS = ("permissions", "sources", "posts")


class SqlKeys:
    def __init__(self, connection: Connection):
        self._connection = connection

    def add(self, key: ApiKey) -> None:
        values = vars(key) | {name: sorted(getattr(key, name)) for name in _SETS}
        self._connection.execute(insert(api_keys).values(**values))

    def get(self, key_id: str) -> ApiKey | None:
        return next(iter(self._where(api_keys.c.id == key_id)), None)

    def known(self, secret_digest: str) -> ApiKey | None:
        mine = api_keys.c.secret_digest == secret_digest
        return next(iter(self._where(mine, api_keys.c.revoked_at.is_(None))), None)

    def named(self, name: str) -> list[ApiKey]:
        return self._where(api_keys.c.name == name, api_keys.c.revoked_at.is_(None))

    def all(self) -> list[ApiKey]:
        return self._where()

    def used(self, key_id: str, at: datetime) -> None:
        self._connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(used_at=at))

    def revoke(self, key_id: str, at: datetime) -> None:
        self._connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(revoked_at=at))

    def _where(self, *conditions: Any) -> list[ApiKey]:
        query = select(api_keys).where(*conditions).order_by(api_keys.c.id)
        return [_key(row) for row in self._connection.execute(query).mappings()]


class SqlTokens:
    def __init__(self, connection: Connection):
        self._connection = connection

    def add(self, token: DeviceToken) -> None:
        self._connection.execute(insert(device_tokens).values(**vars(token)))

    def get(self, token_id: str) -> DeviceToken | None:
        return next(iter(self._where(device_tokens.c.id == token_id)), None)

    def known(self, secret_digest: str) -> DeviceToken | None:
        mine = device_tokens.c.secret_digest == secret_digest
        return next(iter(self._where(mine, device_tokens.c.revoked_at.is_(None))), None)

    def bind(self, token_id: str, at: datetime, bound_to: str) -> bool:
        free = (device_tokens.c.id == token_id) & device_tokens.c.bound_at.is_(None)
        change = update(device_tokens).where(free).values(bound_at=at, bound_to=bound_to)
        return bool(self._connection.execute(change).rowcount)

    def all(self) -> list[DeviceToken]:
        return self._where()

    def revoke(self, token_id: str, at: datetime) -> None:
        self._connection.execute(update(device_tokens).where(device_tokens.c.id == token_id).values(revoked_at=at))

    def _where(self, *conditions: Any) -> list[DeviceToken]:
        query = select(device_tokens).where(*conditions).order_by(device_tokens.c.id)
        rows = self._connection.execute(query).mappings()
        return [DeviceToken(**{**row, "role": Role(row["role"])}) for row in rows]


def _key(row: RowMapping) -> ApiKey:
    sets = {name: frozenset(row[name]) for name in ("sources", "posts")}
    permissions = frozenset(Permission(name) for name in row["permissions"])
    return ApiKey(**{**row, **sets, "permissions": permissions})
