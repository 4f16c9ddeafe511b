"""The outbox as the relay sees it: what waits, what was taken, and the snapshot that Redis is rebuilt from."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update

from domain.case import Case
from domain.counting import TOTAL
from operations.ports import Announcement, Recount, Row
from storage.database import Database
from storage.recount import counts_of, open_urgent, totals
from storage.tables import outbox


class Outbox:
    def __init__(self, database: Database, zone: ZoneInfo, row_of_case: Callable[[Case], Row]):
        self._database, self._zone, self._row_of_case = database, zone, row_of_case

    def take(self, limit: int) -> list[Announcement]:
        query = select(outbox).where(outbox.c.taken_at.is_(None)).order_by(outbox.c.id).limit(limit)
        with self._database.read() as work:
            rows = work.connection.execute(query).all()
        return [Announcement(row.id, tuple(row.rooms), tuple(row.rows), row.counts) for row in rows]

    def mark(self, ids: Sequence[int]) -> None:
        if not ids:
            return
        with self._database.begin() as work:
            for start in range(0, len(ids), 400):
                mine = outbox.c.id.in_(ids[start : start + 400])
                work.connection.execute(update(outbox).where(mine).values(taken_at=datetime.now(UTC)))

    def recount(self, days: Sequence[date]) -> Recount:
        with self._database.read() as work:
            contained = work.connection.execute(select(outbox.c.id).where(outbox.c.taken_at.is_(None))).scalars().all()
            counts = {day.isoformat(): counts_of(work.connection, day, self._zone) for day in days}
            counts[TOTAL] = totals(work.connection)
            urgent = tuple(self._row_of_case(case) for case in open_urgent(work.connection))
        return Recount(counts, tuple(contained), urgent)

    def forget(self, older_than: timedelta, chunk: int = 2000) -> int:
        """Delete announcements that were taken long ago; how many. In chunks, so that nobody waits for the lock."""
        old = select(outbox.c.id).where(outbox.c.taken_at < datetime.now(UTC) - older_than).limit(chunk)
        with self._database.begin() as work:
            return work.connection.execute(delete(outbox).where(outbox.c.id.in_(old))).rowcount
