"""Leases and job runs: one holder at a time across processes, and a job's run that is done once."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.tables import job_runs, leases


class SqlLeases:
    """Leases run on real time. The fencing number grows with every change of holder."""

    def __init__(self, database: Database):
        self._database = database

    def hold(self, name: str, holder: str, seconds: float) -> int | None:
        now = datetime.now(UTC)
        until = now + timedelta(seconds=seconds)
        mine = and_(leases.c.name == name, leases.c.holder == holder)
        free = and_(leases.c.name == name, or_(leases.c.holder == "", leases.c.until < now))
        try:
            with self._database.begin() as work:
                if not work.connection.execute(update(leases).where(mine).values(until=until)).rowcount:
                    taken = update(leases).where(free).values(holder=holder, until=until, fence=leases.c.fence + 1)
                    if not work.connection.execute(taken).rowcount:
                        known = work.connection.execute(select(leases.c.name).where(leases.c.name == name)).first()
                        if known:
                            return None
                        work.connection.execute(insert(leases).values(name=name, holder=holder, until=until, fence=1))
                fence: int = work.connection.execute(select(leases.c.fence).where(mine)).scalar_one()
                return fence
        except IntegrityError:  # another process wrote the very first lease of this name at the same moment
            return None

    def release(self, name: str, holder: str) -> None:
        mine = and_(leases.c.name == name, leases.c.holder == holder)
        with self._database.begin() as work:
            work.connection.execute(update(leases).where(mine).values(holder="", until=datetime.now(UTC)))

    def claim_run(self, job: str, fire_time: datetime, holder: str, seconds: float) -> bool:
        now = datetime.now(UTC)
        values = {"holder": holder, "until": now + timedelta(seconds=seconds)}
        this = and_(job_runs.c.job == job, job_runs.c.fire_time == fire_time)
        dead = and_(this, job_runs.c.finished_at.is_(None), job_runs.c.until < now)
        try:
            with self._database.begin() as work:
                if work.connection.execute(select(job_runs.c.job).where(this)).first():
                    return work.connection.execute(update(job_runs).where(dead).values(**values)).rowcount == 1
                work.connection.execute(insert(job_runs).values(job=job, fire_time=fire_time, **values))
                return True
        except IntegrityError:
            return False

    def finish_run(self, job: str, fire_time: datetime, outcome: str) -> None:
        this = and_(job_runs.c.job == job, job_runs.c.fire_time == fire_time)
        with self._database.begin() as work:
            work.connection.execute(update(job_runs).where(this).values(finished_at=datetime.now(UTC), outcome=outcome))
