"""The clock that every process shares: real time, and city time as the one row in SQL says."""

from datetime import UTC, datetime
from time import monotonic

from sqlalchemy import delete, insert, select

from domain.citytime import REAL, CityTime
from storage.database import Database
from storage.tables import city_clock

_REREAD_S = 1.0


class SharedClock:
    """Reads the row again at most once a second; without a row city time is real time."""

    def __init__(self, database: Database):
        self._database = database
        self._time, self._read_at = REAL, -_REREAD_S

    def real(self) -> datetime:
        return datetime.now(UTC)

    def now(self) -> datetime:
        return self.city_time().at(self.real())

    def city_time(self) -> CityTime:
        if monotonic() - self._read_at >= _REREAD_S:
            self._read_at = monotonic()
            self._time = self._stored() or REAL
        return self._time

    def set(self, time: CityTime) -> None:
        with self._database.begin() as work:
            work.connection.execute(delete(city_clock))
            work.connection.execute(
                insert(city_clock).values(id=1, real_base=time.real_base, city_base=time.city_base, speed=time.speed)
            )
        self._read_at = -_REREAD_S

    def _stored(self) -> CityTime | None:
        with self._database.read() as work:
            row = work.connection.execute(select(city_clock)).first()
        return CityTime(row.real_base, row.city_base, row.speed) if row else None
