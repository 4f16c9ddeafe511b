"""Database connections kept for the next transaction, without a lock."""

from collections import deque
from typing import Any

from sqlalchemy.pool import ConnectionPoolEntry, Pool

KEPT = 16


class Stack(Pool):
    """SQLAlchemy's own pool waits on a lock. In a web process that lock is gevent's, which now and then forgets to wake
    a native thread: it then slept with the writers' turn in its hand, and the whole city stood still. Pushing to and
    popping from a deque needs no lock. Nobody waits for a connection: there are as many as there are threads."""

    def __init__(self, creator: Any, **options: Any) -> None:
        super().__init__(creator, **options)
        self._idle: deque[ConnectionPoolEntry] = deque()

    def _do_get(self) -> ConnectionPoolEntry:
        try:
            return self._idle.pop()
        except IndexError:
            return self._create_connection()

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        if len(self._idle) < KEPT:
            self._idle.append(record)
        else:
            record.close()

    def recreate(self) -> "Stack":
        return Stack(
            self._creator,
            recycle=self._recycle,
            echo=self.echo,
            logging_name=self._orig_logging_name,
            pre_ping=self._pre_ping,
            _dispatch=self.dispatch,
            dialect=self._dialect,
        )

    def dispose(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def status(self) -> str:
        return f"{len(self._idle)} idle connections"
