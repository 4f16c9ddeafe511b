"""The plans of roll-calls in SQL."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Column, Connection, Integer, String, Table, Text, insert, or_, select, update

from domain.roll_call import RollCallPlan
from storage.columns import Instant, Json
from storage.tables import metadata

roll_call_plans = Table(
    "roll_call_plans",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("name", Text, nullable=False),
    Column("post", String(40), nullable=False),
    Column("tiers", Json, nullable=False),
    Column("posts", Json, nullable=False),
    Column("leave_out", Json, nullable=False),
    Column("within_s", Integer, nullable=False),
    Column("days", Json, nullable=False),
    Column("at", String(8), nullable=False),
    Column("until", String(8)),
    Column("created_by", String(80), nullable=False),
    Column("signer", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("last_day", String(10)),
)


class SqlRollCalls:
    def __init__(self, connection: Connection):
        self._connection = connection

    def plans(self) -> list[RollCallPlan]:
        query = select(roll_call_plans).where(roll_call_plans.c.ended_at.is_(None)).order_by(roll_call_plans.c.id)
        return [_plan(row) for row in self._connection.execute(query).mappings()]

    def get(self, plan_id: str) -> RollCallPlan | None:
        query = select(roll_call_plans).where(roll_call_plans.c.id == plan_id)
        row = self._connection.execute(query).mappings().first()
        return _plan(row) if row else None

    def add(self, plan: RollCallPlan) -> None:
        self._connection.execute(insert(roll_call_plans).values(_values(plan)))

    def end(self, plan_id: str, at: datetime) -> None:
        this = roll_call_plans.c.id == plan_id
        self._connection.execute(update(roll_call_plans).where(this).values(ended_at=at))

    def done(self, plan_id: str, day: date) -> bool:
        last = roll_call_plans.c.last_day
        open_ = (roll_call_plans.c.id == plan_id) & or_(last.is_(None), last < day.isoformat())
        return self._connection.execute(update(roll_call_plans).where(open_).values(last_day=str(day))).rowcount == 1


def _values(plan: RollCallPlan) -> dict[str, Any]:
    lists = {name: sorted(getattr(plan, name)) for name in ("tiers", "posts", "leave_out", "days")}
    texts = {"at": plan.at.isoformat(), "until": plan.until and plan.until.isoformat()}
    return vars(plan) | lists | texts | {"last_day": plan.last_day and plan.last_day.isoformat()}


def _plan(row: Any) -> RollCallPlan:
    said = dict(row) | {name: tuple(row[name]) for name in ("tiers", "posts", "leave_out")}
    said |= {"days": frozenset(row["days"]), "at": time.fromisoformat(row["at"])}
    said["until"] = time.fromisoformat(row["until"]) if row["until"] else None
    said["last_day"] = date.fromisoformat(row["last_day"]) if row["last_day"] else None
    return RollCallPlan(**said)
