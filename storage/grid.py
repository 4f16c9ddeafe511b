"""Grid workers, their lines in orders, and saved groups of targets, in SQL."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Integer,
    RowMapping,
    Select,
    String,
    Table,
    Text,
    and_,
    bindparam,
    case,
    delete,
    false,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    text,
    update,
)

from domain.delivery import Channel
from domain.grid import GridRole, GridWorker, WorkerLine, WorkerTally, worker_counts
from domain.order import Answer, LineState
from operations.grid_ports import Group
from operations.ports import Row
from storage.columns import Instant, Json
from storage.tables import metadata

grid_workers = Table(
    "grid_workers",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("township", String(40), nullable=False, index=True),
    Column("grid", String(60), nullable=False),
    Column("name", Text, nullable=False),
    Column("role", String(10), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("channel", String(10), nullable=False),
    Column("on_duty", Boolean, nullable=False),
)

worker_lines = Table(
    "worker_lines",
    metadata,
    Column("order", String(24), ForeignKey("orders.id"), primary_key=True),
    Column("worker", String(24), primary_key=True),
    Column("township", String(40), nullable=False),
    Column("grid", String(60), nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("state", String(12), nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("read_at", Instant),
    Column("acknowledged_at", Instant),
    Column("answers", Json, nullable=False),
    Column("answer", String(20)),  # the newest, for counting
    Column("version", Integer, nullable=False),
    Column("waits", Boolean, nullable=False),  # for its message to be put on its way
    Index("ix_worker_lines_waiting", "order", sqlite_where=text("waits = 1"), postgresql_where=text("waits")),
)

target_groups = Table(
    "target_groups",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("name", Text, nullable=False),
    Column("owner", String(40), nullable=False),
    Column("targets", Json, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Instant, nullable=False),
)

_LINE = tuple(field.name for field in fields(WorkerLine))
_ENDED = (LineState.ACKNOWLEDGED, LineState.EXPIRED, LineState.WITHDRAWN)
_CALLED = ("order", "worker", "township", "grid", "name", "digest", "state", "queued_at", "answers", "version", "waits")
_CHUNK = 400


class SqlGrid:
    def __init__(self, connection: Connection):
        self._connection = connection

    def of(self, townships: Sequence[str], *, on_duty_only: bool = False) -> list[GridWorker]:
        query = select(grid_workers).where(grid_workers.c.township.in_(townships))
        query = query.where(grid_workers.c.on_duty) if on_duty_only else query
        chief_first = case((grid_workers.c.role == GridRole.CHIEF, 0), else_=1)
        ordered = query.order_by(grid_workers.c.township, grid_workers.c.grid, chief_first, grid_workers.c.name)
        return self._workers(ordered)

    def search(self, townships: Sequence[str], *, containing: str, after: str | None, limit: int) -> list[GridWorker]:
        query = select(grid_workers).where(grid_workers.c.township.in_(townships)).order_by(grid_workers.c.id)
        query = query.where(grid_workers.c.id > after) if after else query
        if containing:
            columns = (grid_workers.c.name, grid_workers.c.grid, grid_workers.c.phone)
            query = query.where(or_(*(column.contains(containing, autoescape=True) for column in columns)))
        return self._workers(query.limit(limit))

    def counts(self, townships: Sequence[str]) -> dict[str, tuple[int, int]]:
        on_duty = func.sum(case((grid_workers.c.on_duty, 1), else_=0)).label("on_duty")
        query = select(grid_workers.c.township, func.count().label("n"), on_duty)
        query = query.where(grid_workers.c.township.in_(townships)).group_by(grid_workers.c.township)
        return {row.township: (row.n, int(row.on_duty)) for row in self._connection.execute(query)}

    def get(self, worker_id: str) -> GridWorker | None:
        return next(iter(self.get_many([worker_id])), None)

    def get_many(self, worker_ids: Sequence[str]) -> list[GridWorker]:
        chunks = (worker_ids[start : start + _CHUNK] for start in range(0, len(worker_ids), _CHUNK))
        return [one for some in chunks for one in self._workers(_workers_with(some))]

    def put(self, workers: Sequence[GridWorker]) -> None:
        if workers:
            self.remove([worker.id for worker in workers])
            self._connection.execute(insert(grid_workers), [asdict(worker) for worker in workers])

    def remove(self, worker_ids: Sequence[str]) -> None:
        for start in range(0, len(worker_ids), _CHUNK):
            gone = grid_workers.c.id.in_(worker_ids[start : start + _CHUNK])
            self._connection.execute(delete(grid_workers).where(gone))

    def _workers(self, query: Any) -> list[GridWorker]:
        return [_worker(row) for row in self._connection.execute(query).mappings()]


class SqlWorkerLines:
    def __init__(self, connection: Connection):
        self._connection = connection

    def call(self, order_id: str, townships: Sequence[str], reached: Collection[Channel] | None, at: datetime) -> int:
        c = grid_workers.c
        lost = false() if reached is None else or_(c.phone == "", c.channel.not_in(reached))
        asked = select(*_called(order_id, (c.id, c.township, c.grid, c.name), lost, at))
        return self._insert(asked.where(c.township.in_(townships), c.on_duty))

    def call_again(self, order_id: str, before: str, reached: Collection[Channel] | None, at: datetime) -> int:
        c, known = worker_lines.c, grid_workers.c
        gone = or_(known.id.is_(None), known.phone == "")
        lost = false() if reached is None else or_(gone, known.channel.not_in(reached))
        asked = select(*_called(order_id, (c.worker, c.township, c.grid, c.name), lost, at))
        joined = worker_lines.outerjoin(grid_workers, known.id == c.worker)
        return self._insert(asked.select_from(joined).where(c.order == before))

    def _insert(self, called: Select[Any]) -> int:
        """Thousands of lines in some milliseconds: none of them passes through this process."""
        made = insert(worker_lines).from_select(_CALLED, called).execution_options(preserve_rowcount=True)
        return int(self._connection.execute(made).rowcount)

    def set_digests(self, order_id: str, digests: Mapping[str, str]) -> None:
        c = worker_lines.c
        this = and_(c.order == order_id, c.worker == bindparam("_worker"))
        values = [{"_worker": worker, "_digest": digest} for worker, digest in digests.items()]
        if values:
            self._connection.execute(update(worker_lines).where(this).values(digest=bindparam("_digest")), values)

    def waiting(self, limit: int) -> list[tuple[str, str]]:
        query = select(worker_lines.c.order, worker_lines.c.worker).where(worker_lines.c.waits)
        rows = self._connection.execute(query.order_by(worker_lines.c.order).limit(limit))
        return [(row.order, row.worker) for row in rows]

    def wait_no_more(self, order_id: str, worker_ids: Sequence[str]) -> None:
        c = worker_lines.c
        for start in range(0, len(worker_ids), _CHUNK):
            these = and_(c.order == order_id, c.worker.in_(worker_ids[start : start + _CHUNK]))
            self._connection.execute(update(worker_lines).where(these).values(waits=False))

    def of_order(self, order_id: str) -> list[WorkerLine]:
        c = worker_lines.c
        query = select(worker_lines).where(c.order == order_id).order_by(c.township, c.grid, c.name, c.worker)
        return [_line(row) for row in self._connection.execute(query).mappings()]

    def get(self, order_id: str, worker_id: str) -> WorkerLine | None:
        return self._one(and_(worker_lines.c.order == order_id, worker_lines.c.worker == worker_id))

    def by_digest(self, digest: str) -> WorkerLine | None:
        return self._one(worker_lines.c.digest == digest)

    def save(self, line: WorkerLine) -> None:
        same = and_(worker_lines.c.order == line.order, worker_lines.c.worker == line.worker)
        self._connection.execute(update(worker_lines).where(same).values(_line_values(line)))

    def mark(self, order_id: str, worker_ids: Sequence[str], state: LineState, at: datetime) -> None:
        c = worker_lines.c
        sent = {"sent_at": at} if state is LineState.SENT else {}
        for start in range(0, len(worker_ids), _CHUNK):
            these = and_(c.order == order_id, c.worker.in_(worker_ids[start : start + _CHUNK]))
            waiting = update(worker_lines).where(these, c.state == LineState.QUEUED)
            self._connection.execute(waiting.values(state=str(state), version=c.version + 1, **sent))

    def stop(self, order_id: str, state: LineState) -> bool:
        c = worker_lines.c
        stopped = update(worker_lines).where(c.order == order_id, c.state.not_in(_ENDED))
        n = self._connection.execute(stopped.values(state=str(state), version=c.version + 1, waits=False)).rowcount
        self._connection.execute(update(worker_lines).where(c.order == order_id, c.waits).values(waits=False))
        return n > 0

    def tally(self, order_id: str) -> WorkerTally:
        c = worker_lines.c
        query = select(c.state, c.answer, func.count().label("n"), func.sum(c.version).label("version"))
        rows = self._connection.execute(query.where(c.order == order_id).group_by(c.state, c.answer)).all()
        counts = worker_counts([state for row in rows for state in [row.state] * row.n])
        need = sum(row.n for row in rows if row.answer == "need_support")
        return WorkerTally(counts, need, sum(int(row.version) for row in rows))

    def _one(self, where: Any) -> WorkerLine | None:
        row = self._connection.execute(select(worker_lines).where(where)).mappings().first()
        return _line(row) if row else None


class SqlGroups:
    def __init__(self, connection: Connection):
        self._connection = connection

    def all(self) -> list[Group]:
        query = select(target_groups).order_by(target_groups.c.name, target_groups.c.id)
        return [Group(**row) for row in self._connection.execute(query).mappings()]

    def get(self, group_id: str) -> Group | None:
        row = self._connection.execute(select(target_groups).where(target_groups.c.id == group_id)).mappings().first()
        return Group(**row) if row else None

    def add(self, group: Group) -> None:
        self._connection.execute(insert(target_groups).values(asdict(group)))

    def remove(self, group_id: str) -> None:
        self._connection.execute(delete(target_groups).where(target_groups.c.id == group_id))


def _workers_with(ids: Sequence[str]) -> Any:
    return select(grid_workers).where(grid_workers.c.id.in_(ids))


def _worker(row: RowMapping) -> GridWorker:
    return GridWorker(**dict(row) | {"role": GridRole(row["role"]), "channel": Channel(row["channel"])})


def _called(order_id: str, who: Sequence[ColumnElement[Any]], lost: ColumnElement[bool], at: datetime) -> list[Any]:
    """The columns of new lines. Until a worker's page has its token, its digest is what no token has."""
    fresh = literal(order_id).concat(who[0])
    state = case((lost, str(LineState.FAILED)), else_=str(LineState.QUEUED))
    return [literal(order_id), *who, fresh, state, literal(at, Instant), literal([], Json), literal(1), not_(lost)]


def _line_values(line: WorkerLine) -> Row:
    answers = [{"at": one.at.isoformat(), "answer": one.answer, "note": one.note} for one in line.answers]
    return {name: getattr(line, name) for name in _LINE} | {"answers": answers, "answer": line.answer}


def _line(row: RowMapping) -> WorkerLine:
    given = [
        Answer(datetime.fromisoformat(one["at"]), one["answer"], one["note"], row["name"]) for one in row["answers"]
    ]
    return WorkerLine(
        **{name: row[name] for name in _LINE} | {"state": LineState(row["state"]), "answers": tuple(given)}
    )
