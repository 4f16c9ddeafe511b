"""The database and its transactions: everything written in one Work commits together, or not at all."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert

from domain.account import Actor
from operations.ports import Counts, Row
from storage import tables, turns
from storage.accounts import SqlAccounts
from storage.audit import SqlAudit, write_audit
from storage.cases import SqlCases
from storage.connections import SqlConnections
from storage.credentials import SqlKeys, SqlTokens
from storage.deliveries import SqlDeliveries
from storage.devices import SqlDevices
from storage.feedback import SqlFeedback
from storage.feeds import SqlFeeds
from storage.grid import SqlGrid, SqlGroups, SqlWorkerLines
from storage.order_requests import SqlOrderRequests, SqlOrderSteps
from storage.orders import SqlOrders
from storage.people import SqlPeople
from storage.plans import SqlPlans
from storage.pool import Stack
from storage.proposals import SqlProposals
from storage.readiness import SqlReadiness
from storage.roll_calls import SqlRollCalls
from storage.roster import SqlRoster
from storage.scenes import SqlScenes
from storage.sequences import take_numbers
from storage.sessions import SqlSessions
from storage.timers import SqlTimers
from storage.trends import SqlTrends

_URGENT = ("order", "order_request")  # kinds of rows that somebody waits for


class SqlWork:
    """One transaction, with a store for each kind of thing."""

    def __init__(self, connection: Connection):
        self.connection = connection
        self.announced = self.urgent = False

    @property
    def cases(self) -> SqlCases:
        return SqlCases(self.connection)

    @property
    def orders(self) -> SqlOrders:
        return SqlOrders(self.connection)

    @property
    def people(self) -> SqlPeople:
        return SqlPeople(self.connection)

    @property
    def devices(self) -> SqlDevices:
        return SqlDevices(self.connection)

    @property
    def feeds(self) -> SqlFeeds:
        return SqlFeeds(self.connection)

    @property
    def accounts(self) -> SqlAccounts:
        return SqlAccounts(self.connection)

    @property
    def sessions(self) -> SqlSessions:
        return SqlSessions(self.connection)

    @property
    def keys(self) -> SqlKeys:
        return SqlKeys(self.connection)

    @property
    def tokens(self) -> SqlTokens:
        return SqlTokens(self.connection)

    @property
    def audits(self) -> SqlAudit:
        return SqlAudit(self.connection)

    @property
    def roster(self) -> SqlRoster:
        return SqlRoster(self.connection)

    @property
    def proposals(self) -> SqlProposals:
        return SqlProposals(self.connection)

    @property
    def grid(self) -> SqlGrid:
        return SqlGrid(self.connection)

    @property
    def worker_lines(self) -> SqlWorkerLines:
        return SqlWorkerLines(self.connection)

    @property
    def groups(self) -> SqlGroups:
        return SqlGroups(self.connection)

    @property
    def readiness(self) -> SqlReadiness:
        return SqlReadiness(self.connection)

    @property
    def connections(self) -> SqlConnections:
        return SqlConnections(self.connection)

    @property
    def deliveries(self) -> SqlDeliveries:
        return SqlDeliveries(self.connection)

    @property
    def plans(self) -> SqlPlans:
        return SqlPlans(self.connection)

    @property
    def order_requests(self) -> SqlOrderRequests:
        return SqlOrderRequests(self.connection)

    @property
    def order_steps(self) -> SqlOrderSteps:
        return SqlOrderSteps(self.connection)

    @property
    def roll_calls(self) -> SqlRollCalls:
        return SqlRollCalls(self.connection)

    @property
    def feedback(self) -> SqlFeedback:
        return SqlFeedback(self.connection)

    @property
    def scenes(self) -> SqlScenes:
        return SqlScenes(self.connection)

    @property
    def timers(self) -> SqlTimers:
        return SqlTimers(self.connection)

    @property
    def trends(self) -> SqlTrends:
        return SqlTrends(self.connection)

    def announce(self, rooms: Sequence[str], rows: Sequence[Row], counts: Counts | None = None) -> None:
        values = {"at": datetime.now(UTC), "rooms": list(rooms), "rows": list(rows), "counts": counts or {}}
        self.connection.execute(insert(tables.outbox), values)
        self.announced = True
        self.urgent = self.urgent or any(row.get("kind") in _URGENT for row in rows)

    def take_numbers(self, name: str, n: int) -> int:
        return take_numbers(self.connection, name, n)

    def audit(self, actor: Actor, verb: str, about: str, detail: Mapping[str, Any]) -> None:
        write_audit(self.connection, actor, verb, about, detail)


class Database:
    """`after_commit(urgent)` is called after every transaction that announced something: the hint that wakes the relay,
    urgent when an order is among it."""

    def __init__(self, url: str, after_commit: Callable[[bool], None] = lambda _urgent: None):
        self.engine = _engine(url)
        self.after_commit = after_commit
        file = self.engine.url.database if self.engine.dialect.name == "sqlite" else None
        self._turn: Callable[[], AbstractContextManager[None]] = nullcontext
        if file:
            self._turn = partial(turns.take, Path(f"{file}.turn"))

    @contextmanager
    def begin(self) -> Iterator[SqlWork]:
        with self._turn(), self.engine.connect().execution_options(immediate=True) as connection, connection.begin():
            work = SqlWork(connection)
            yield work
        if work.announced:
            self.after_commit(work.urgent)

    @contextmanager
    def read(self) -> Iterator[SqlWork]:
        """A consistent view of one moment; nothing is written."""
        with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield SqlWork(connection)

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str) -> Engine:
    # What a failing statement was about to write may be a reporter's name: it never goes into an exception or a log.
    kind: dict[str, Any] = {"poolclass": Stack} if url.startswith("sqlite") else {"pool_pre_ping": True}
    engine = create_engine(url, hide_parameters=True, **kind)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    # 4 MB of pages for each connection: the system's own cache holds the file once for all of them
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000", "cache_size=-4000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: upgrading later would fail instead of waiting.
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
