"""The device registry and the saved liveness slots, in SQL."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select

from operations.ports import Row
from storage.tables import devices, liveness_slots

_CHUNK = 400


class SqlDevices:
    def __init__(self, connection: Connection):
        self._connection = connection

    def register(self, devices_: Sequence[Row]) -> int:
        """Add those of one class (device_class, id, district) that are not there yet; how many were added."""
        if not devices_:
            return 0
        device_class = devices_[0]["device_class"]
        fresh = {device["id"]: device for device in devices_}
        for known in self._known(device_class, list(fresh)):
            del fresh[known]
        if not fresh:
            return 0
        query = select(func.coalesce(func.max(devices.c.bit) + 1, 0)).where(devices.c.device_class == device_class)
        first: int = self._connection.execute(query).scalar_one()
        rows = [dict(device) | {"bit": first + i} for i, device in enumerate(fresh.values())]
        self._connection.execute(insert(devices), rows)
        return len(rows)

    def registry(self, device_class: str, since: int = 0) -> list[tuple[str, str | None]]:
        query = select(devices.c.id, devices.c.district).where(
            devices.c.device_class == device_class, devices.c.bit >= since
        )
        return [(row.id, row.district) for row in self._connection.execute(query.order_by(devices.c.bit))]

    def counts(self) -> dict[str, int]:
        query = select(devices.c.device_class, func.count()).group_by(devices.c.device_class)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def counts_in(self, districts: Sequence[str]) -> dict[str, int]:
        query = select(devices.c.device_class, func.count()).where(devices.c.district.in_(districts))
        return {row[0]: row[1] for row in self._connection.execute(query.group_by(devices.c.device_class))}

    def save_slot(self, device_class: str, slot: int, heard: bytes) -> None:
        here = (liveness_slots.c.device_class == device_class) & (liveness_slots.c.slot == slot)
        self._connection.execute(delete(liveness_slots).where(here))
        self._connection.execute(insert(liveness_slots).values(device_class=device_class, slot=slot, heard=heard))

    def drop_slots(self, device_class: str, before: int) -> None:
        old = (liveness_slots.c.slot < before) & (liveness_slots.c.slot != 0)
        self._connection.execute(delete(liveness_slots).where(liveness_slots.c.device_class == device_class, old))

    def slots(self, device_class: str, since: int) -> list[tuple[int, bytes]]:
        wanted = (liveness_slots.c.slot >= since) | (liveness_slots.c.slot == 0)
        query = select(liveness_slots.c.slot, liveness_slots.c.heard).where(
            liveness_slots.c.device_class == device_class, wanted
        )
        return [(row.slot, bytes(row.heard)) for row in self._connection.execute(query.order_by(liveness_slots.c.slot))]

    def _known(self, device_class: str, ids: list[str]) -> list[str]:
        found: list[str] = []
        for start in range(0, len(ids), _CHUNK):
            query = select(devices.c.id).where(
                devices.c.device_class == device_class, devices.c.id.in_(ids[start : start + _CHUNK])
            )
            found.extend(self._connection.execute(query).scalars())
        return found
